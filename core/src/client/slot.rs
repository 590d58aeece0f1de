//! Whose events are these? Each process has a slot of its own: outbox, engine and sender. A child
//! after a fork gets a fresh one; the parent's is left alone, locks and all.

use super::AcceptError;
use crate::config::Config;
use crate::engine::{Engine, Settings};
use crate::notice::{Notice, NoticeCode};
use crate::outbox::{Admission, MemoryOutbox, NewRow, OutboxError};
use crate::secret::Secret;
use crate::worker::{self, MakeTransport, Shared};
use arc_swap::{ArcSwap, ArcSwapOption, Guard};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What one process works with.
pub(super) struct Slot {
    pid: u32,
    pub(super) shared: Arc<Shared>,
    pub(super) closed: AtomicBool,
    pub(super) refused_full: AtomicU64,
    full_told: AtomicBool,
    started: AtomicBool,
    starting: Mutex<()>,
    make: Arc<MakeTransport>,
}

/// The slot of the process that asks.
pub(super) struct Slots {
    current: ArcSwap<Slot>,
    pub(super) token: ArcSwapOption<Secret>,
    pub(super) keep_outcomes: AtomicUsize,
    config: Config,
    make: Arc<MakeTransport>,
}

impl Slots {
    pub(super) fn new(config: &Config, make: Arc<MakeTransport>) -> Self {
        let slot = Slot::new(config, config.token.clone(), make.clone(), 0);
        Slots {
            current: ArcSwap::from_pointee(slot),
            token: ArcSwapOption::new(config.token.clone().map(Arc::new)),
            keep_outcomes: AtomicUsize::new(0),
            config: config.clone(),
            make,
        }
    }

    pub(super) fn current(&self) -> Guard<Arc<Slot>> {
        let slot = self.current.load();
        if slot.pid == std::process::id() {
            return slot;
        }
        let token = self.token.load().as_deref().cloned();
        let keep = self.keep_outcomes.load(Ordering::Acquire);
        let fresh = Arc::new(Slot::new(&self.config, token, self.make.clone(), keep));
        let before = self.current.compare_and_swap(&slot, fresh);
        if Arc::ptr_eq(&before, &slot) {
            // The parent's: another thread may have held its locks at the fork, so it is not even
            // dropped.
            std::mem::forget(Arc::clone(&before));
        }
        self.current.load()
    }
}

impl Slot {
    fn new(
        config: &Config,
        token: Option<Secret>,
        make: Arc<MakeTransport>,
        keep_outcomes: usize,
    ) -> Self {
        let outbox = Arc::new(MemoryOutbox::new(config.queue_events, config.queue_bytes));
        let pid = std::process::id();
        let settings = Settings::new(config, u64::from(pid) ^ worker::now_ms().unsigned_abs());
        let mut engine = Engine::new(outbox.clone(), settings, token);
        engine.keep_outcomes(keep_outcomes);
        Slot {
            pid,
            shared: Arc::new(Shared::new(outbox, engine, config.batch_events)),
            closed: AtomicBool::new(false),
            refused_full: AtomicU64::new(0),
            full_told: AtomicBool::new(false),
            started: AtomicBool::new(false),
            starting: Mutex::new(()),
            make,
        }
    }

    pub(super) fn is_started(&self) -> bool {
        self.started.load(Ordering::Acquire)
    }

    /// Takes rows and makes sure that somebody sends them.
    pub(super) fn accept(
        &self,
        rows: &mut Vec<NewRow>,
        now_ms: i64,
    ) -> Result<Vec<Admission>, AcceptError> {
        self.start()?;
        let offered = rows.len();
        let accepted = self.shared.outbox.accept(rows, now_ms);
        let left = if matches!(accepted, Err(OutboxError::Full)) { offered } else { rows.len() };
        if left > 0 {
            self.refused_full.fetch_add(left as u64, Ordering::Relaxed);
        }
        self.full_told.fetch_and(left > 0, Ordering::AcqRel);
        if accepted == Err(OutboxError::Full) && !self.full_told.swap(true, Ordering::AcqRel) {
            // Told from the sender's side, so that no caller waits for the engine.
            self.shared.tell_soon(Notice::new(now_ms, NoticeCode::QueueFull));
        }
        let admissions = accepted?;
        self.shared.announce(admissions.len());
        Ok(admissions)
    }

    fn start(&self) -> Result<(), AcceptError> {
        if self.is_started() {
            return Ok(());
        }
        let _starting = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_started() {
            return Ok(());
        }
        worker::start(self.shared.clone(), self.make.clone())
            .map_err(|_| AcceptError::OutboxUnavailable("the sender's thread cannot be started"))?;
        self.started.store(true, Ordering::Release);
        Ok(())
    }
}
