//! Who drives the engine? One thread per process, started by the first event, that asks what to
//! do, lets the transport do it, and sleeps. It decides nothing, and no host code runs on it.

use crate::engine::{Engine, Step};
use crate::notice::{Notice, NoticeCode};
use crate::outbox::Outbox;
use crate::transport::{Answer, Failure, FailureKind, Phase, RequestId, Transport};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};

/// Longest sleep: the wall clock may have jumped meanwhile.
const LONGEST_SLEEP_MS: i64 = 30_000;
/// Pause after a panic, so that a defect that comes again at once does not eat the processor.
const PANIC_PAUSE: Duration = Duration::from_secs(1);

/// What the callers' threads and the sender's share.
pub(crate) struct Shared {
    pub(crate) outbox: Arc<dyn Outbox>,
    engine: Mutex<Engine>,
    /// Something ended; for those who wait.
    changed: Condvar,
    wake: Notify,
    /// The sender sleeps without an end: the next event must wake it.
    idle: AtomicBool,
    /// Events since the sender was last woken.
    unannounced: AtomicUsize,
    batch_events: usize,
    /// Notices of callers' threads, which must not wait for the engine.
    news: Mutex<Vec<Notice>>,
    stop: AtomicBool,
}

/// Most notices of callers' threads that are kept.
const NEWS: usize = 100;

impl Shared {
    pub(crate) fn new(outbox: Arc<dyn Outbox>, engine: Engine, batch_events: usize) -> Self {
        Shared {
            outbox,
            engine: Mutex::new(engine),
            changed: Condvar::new(),
            wake: Notify::new(),
            idle: AtomicBool::new(false),
            unannounced: AtomicUsize::new(0),
            batch_events,
            news: Mutex::default(),
            stop: AtomicBool::new(false),
        }
    }

    /// After a panic the engine is as it was before the call that panicked, or a little further.
    pub(crate) fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something has ended, at most so long.
    pub(crate) fn wait<'s>(
        &self,
        engine: MutexGuard<'s, Engine>,
        most: Duration,
    ) -> MutexGuard<'s, Engine> {
        self.changed.wait_timeout(engine, most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Events were accepted. A sender that only waits for company is not disturbed by each.
    pub(crate) fn announce(&self, events: usize) {
        let unannounced = self.unannounced.fetch_add(events, Ordering::AcqRel) + events;
        if self.idle.swap(false, Ordering::AcqRel) || unannounced >= self.batch_events {
            self.nudge();
        }
    }

    /// Something was set, or somebody is in a hurry.
    pub(crate) fn nudge(&self) {
        self.unannounced.store(0, Ordering::Release);
        self.wake.notify_one();
    }

    /// Tells something without waiting for the engine.
    pub(crate) fn tell_soon(&self, notice: Notice) {
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if news.len() < NEWS {
            news.push(notice);
        }
    }

    /// The notices since the last call, in the order of their time.
    pub(crate) fn take_notices(&self) -> Vec<Notice> {
        let news = std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner));
        let mut notices = self.engine().take_notices();
        notices.extend(news);
        notices.sort_by_key(|notice| notice.at_ms);
        notices
    }

    /// The sender ends at once; what is under way is given up.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

/// Epoch milliseconds by this machine's clock.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Makes the transport where it is needed: reading certificates takes time.
pub(crate) type MakeTransport =
    dyn Fn() -> Result<Arc<dyn Transport>, crate::config::ConfigError> + Send + Sync;

/// Starts the sender's thread.
pub(crate) fn start(shared: Arc<Shared>, make: Arc<MakeTransport>) -> std::io::Result<()> {
    let thread = std::thread::Builder::new().name("matchback-sender".to_owned());
    thread.spawn(move || run(&shared, &*make)).map(drop)
}

fn run(shared: &Arc<Shared>, make: &MakeTransport) {
    while !shared.stopped() {
        let driven = catch_unwind(AssertUnwindSafe(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let (Ok(runtime), Ok(transport)) = (runtime, make()) else {
                let code = NoticeCode::ConfigurationRefused;
                shared.engine().notice(Notice::new(now_ms(), code));
                std::thread::sleep(PANIC_PAUSE);
                return;
            };
            runtime.block_on(drive(shared, &transport));
            // A name look-up may still hang in a thread of the runtime's; nobody waits for it.
            runtime.shutdown_background();
        }));
        if driven.is_err() {
            let mut engine = shared.engine();
            engine.notice(Notice::new(now_ms(), NoticeCode::WorkerPanicked));
            engine.abandon(now_ms());
            drop(engine);
            std::thread::sleep(PANIC_PAUSE);
        }
    }
    shared.changed.notify_all();
}

type Ended = Result<(Id, Result<Answer, Failure>), JoinError>;

async fn drive(shared: &Shared, transport: &Arc<dyn Transport>) {
    let mut under_way: JoinSet<Result<Answer, Failure>> = JoinSet::new();
    let mut ids: HashMap<Id, RequestId> = HashMap::new();
    while !shared.stopped() {
        // Before the engine looks: an event that comes after its look must find it set.
        shared.idle.store(true, Ordering::Release);
        let step = shared.engine().next(now_ms());
        shared.changed.notify_all();
        let sleep = match step {
            Step::Send(request) => {
                let (id, transport) = (request.id, transport.clone());
                let task = under_way.spawn(async move { transport.send(request).await });
                ids.insert(task.id(), id);
                continue;
            }
            Step::Wait { until_ms } => {
                shared.idle.store(false, Ordering::Release);
                (until_ms - now_ms()).clamp(1, LONGEST_SLEEP_MS)
            }
            Step::Idle => LONGEST_SLEEP_MS,
        };
        let sleep = Duration::from_millis(sleep.unsigned_abs());
        tokio::select! {
            Some(ended) = under_way.join_next_with_id(), if !under_way.is_empty() => {
                finish(shared, &mut ids, ended);
            }
            () = shared.wake.notified() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

fn finish(shared: &Shared, ids: &mut HashMap<Id, RequestId>, ended: Ended) {
    let (task, attempt) = match ended {
        Ok(ended) => ended,
        // The transport panicked; how far it had come is not known.
        Err(error) => {
            let lost = Failure { phase: Phase::Unknown, kind: FailureKind::Internal };
            shared.engine().notice(Notice::new(now_ms(), NoticeCode::WorkerPanicked));
            (error.id(), Err(lost))
        }
    };
    if let Some(id) = ids.remove(&task) {
        shared.engine().done(id, attempt, now_ms());
        shared.changed.notify_all();
    }
}
