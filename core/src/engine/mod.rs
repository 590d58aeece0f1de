//! What is to be done next? The machine behind the client: it is asked with [`Engine::next`] and
//! told with [`Engine::done`]. It never sleeps, sends or reads a clock; it calls the outbox.

mod apply;
mod choose;
mod hold;
mod lane;
mod tell;
mod work;

pub use hold::Hold;

use crate::batch::{self, BatchLimits};
use crate::config::{Config, RuleId};
use crate::isolate::Search;
use crate::limit::{LimitGauge, Limiter, Permit, Quota};
use crate::notice::{Notice, NoticeCode, Outcome, Ring};
use crate::outbox::{
    BatchId, Disposition, Epoch, Fate, Outbox, OutboxError, Row, Size, Ticket, Which,
};
use crate::retry::{Breaker, Concurrency, RetryBudget};
use crate::secret::Secret;
use crate::transport::{BodyPool, Failure, FailureKind, Phase, Request, RequestId};
use crate::version::ApiVersion;
use hold::{LaneHold, RuleHold};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use work::Work;

/// Most pieces of work that wait inside the engine; more are left in the outbox.
const MOST_QUEUED: usize = 64;
/// How often the waiting events are searched for expired ones.
const EXPIRY_EVERY_MS: i64 = 60_000;
/// How soon a failing outbox is tried again.
const STORAGE_PAUSE_MS: i64 = 1_000;
/// Notices kept until the host takes them.
const NOTICES: usize = 1_000;

/// What the engine needs to know of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The version that requests name.
    pub version: ApiVersion,
    /// What a batch may hold.
    pub batch: BatchLimits,
    /// LinkedIn's limits for the token.
    pub quota: Quota,
    /// Makes the jitter reproducible; any number will do.
    pub seed: u64,
}

impl Settings {
    /// Takes what concerns delivery from the configuration.
    pub fn new(config: &Config, seed: u64) -> Self {
        Settings {
            version: config.policy.version,
            batch: BatchLimits {
                events: config.batch_events,
                bytes: config.batch_bytes,
                linger_ms: i64::try_from(config.linger_ms).unwrap_or(i64::MAX),
            },
            quota: Quota {
                per_minute: config.requests_per_minute,
                per_day: config.requests_per_day,
            },
            seed,
        }
    }
}

/// What to do now.
#[derive(Debug)]
pub enum Step {
    /// Send this, and hand the answer to [`Engine::done`]; ask again at once, there may be more.
    Send(Request),
    /// Ask again at this moment (epoch milliseconds), or when an event was accepted, an answer
    /// came, or something was set.
    Wait {
        /// Epoch milliseconds.
        until_ms: i64,
    },
    /// Nothing waits. Ask again when an event was accepted.
    Idle,
}

/// What the engine is doing, for people.
#[derive(Clone, Debug)]
pub struct EngineGauge {
    /// Everything that is held, and why.
    pub holds: Vec<Hold>,
    /// What the limiter does.
    pub limit: LimitGauge,
    /// Requests made by this process.
    pub requests: u64,
    /// Requests under way.
    pub in_flight: usize,
    /// Failures since the last success.
    pub failures: u32,
    /// LinkedIn's clock minus ours, milliseconds, once known.
    pub clock_offset_ms: Option<i64>,
    /// Notices that were dropped because nobody took them.
    pub notices_dropped: u64,
    /// Outcomes that were dropped because nobody took them.
    pub outcomes_dropped: u64,
}

/// The delivery of one lane (one token).
pub struct Engine {
    outbox: Arc<dyn Outbox>,
    settings: Settings,
    epoch: Option<Epoch>,
    token: Option<Secret>,
    token_version: u64,
    limiter: Limiter,
    breaker: Breaker,
    retries: RetryBudget,
    concurrency: Concurrency,
    hold: Option<LaneHold>,
    rule_holds: BTreeMap<RuleId, RuleHold>,
    queue: Vec<Work>,
    in_flight: BTreeMap<RequestId, Work>,
    requests: u64,
    searches: BTreeMap<u64, Search>,
    /// Ended in our books, not yet in the outbox's: it failed.
    unsettled: Vec<(Row, Disposition)>,
    bodies: BodyPool,
    notices: Ring<Notice>,
    outcomes: Ring<Outcome>,
    keeps_outcomes: bool,
    watched: HashMap<Ticket, Option<Fate>>,
    hurry: Ticket,
    /// Learned from 413.
    most_bytes: usize,
    clock_offset_ms: Option<i64>,
    clock_was_off: bool,
    outbox_failed: bool,
    last_id: u64,
    random: u64,
    drifts: u32,
    intercepted: u32,
    deliveries: u64,
    next_expiry_ms: i64,
}

impl Engine {
    /// Nothing happens before the first [`Engine::next`].
    pub fn new(outbox: Arc<dyn Outbox>, settings: Settings, token: Option<Secret>) -> Self {
        Engine {
            limiter: Limiter::new(settings.quota, None),
            most_bytes: settings.batch.bytes,
            random: settings.seed,
            outbox,
            settings,
            epoch: None,
            token,
            token_version: 0,
            breaker: Breaker::default(),
            retries: RetryBudget::default(),
            concurrency: Concurrency::default(),
            hold: None,
            rule_holds: BTreeMap::new(),
            queue: Vec::new(),
            in_flight: BTreeMap::new(),
            requests: 0,
            searches: BTreeMap::new(),
            unsettled: Vec::new(),
            bodies: BodyPool::default(),
            notices: Ring::new(NOTICES),
            outcomes: Ring::new(0),
            keeps_outcomes: false,
            watched: HashMap::new(),
            hurry: Ticket(0),
            clock_offset_ms: None,
            clock_was_off: false,
            outbox_failed: false,
            last_id: 0,
            drifts: 0,
            intercepted: 0,
            deliveries: 0,
            next_expiry_ms: i64::MIN,
        }
    }

    /// What to do now. `now_ms` is epoch milliseconds.
    pub fn next(&mut self, now_ms: i64) -> Step {
        match self.step(now_ms) {
            Ok(step) => {
                self.outbox_failed = false;
                step
            }
            Err(error) => self.storage_failed(&error, now_ms),
        }
    }

    /// Sends with another token from now on, and lifts the holds that a token can lift.
    pub fn set_token(&mut self, token: Secret, now_ms: i64) {
        self.token = Some(token);
        self.token_version += 1;
        if self.hold.as_ref().is_some_and(|hold| hold.reason.is_about_the_token()) {
            self.lift_hold(now_ms);
        }
        // A rule may have been out of the old token's reach.
        for hold in self.rule_holds.values_mut() {
            hold.until_ms = hold.until_ms.min(now_ms);
        }
    }

    /// Events up to this ticket are not to wait for company.
    pub fn hurry(&mut self, up_to: Ticket) {
        self.hurry = self.hurry.max(up_to);
    }

    /// The requests under way are lost: nobody will hear of their answers.
    pub(crate) fn abandon(&mut self, now_ms: i64) {
        let lost = Failure { phase: Phase::Unknown, kind: FailureKind::Internal };
        let ids: Vec<RequestId> = self.in_flight.keys().copied().collect();
        for id in ids {
            self.done(id, Err(lost), now_ms);
        }
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// What the engine is doing.
    pub fn gauge(&self, now_ms: i64) -> EngineGauge {
        let lane = self.hold.iter().map(|hold| Hold {
            code: hold.reason.notice(),
            rule: None,
            since_ms: hold.since_ms,
            until_ms: hold.until_ms,
        });
        let rules = self.rule_holds.iter().map(|(rule, hold)| Hold {
            code: NoticeCode::RuleHeld,
            rule: Some(*rule),
            since_ms: hold.since_ms,
            until_ms: hold.until_ms,
        });
        EngineGauge {
            holds: lane.chain(rules).collect(),
            limit: self.limiter.gauge(now_ms),
            requests: self.requests,
            in_flight: self.in_flight.len(),
            failures: self.breaker.failures(),
            clock_offset_ms: self.clock_offset_ms,
            notices_dropped: self.notices.dropped(),
            outcomes_dropped: self.outcomes.dropped(),
        }
    }

    fn step(&mut self, now_ms: i64) -> Result<Step, OutboxError> {
        let epoch = self.epoch()?;
        self.settle(Vec::new(), now_ms)?;
        self.expire(epoch, now_ms)?;
        let most = match self.gate(now_ms) {
            Ok(most) => most,
            Err(until) => return Ok(self.rest(until)),
        };
        loop {
            let work = match self.pick(epoch, most, now_ms)? {
                Ok(work) => work,
                Err(until) => return Ok(self.rest(until)),
            };
            let Some(mut work) = self.recheck(work, now_ms)? else { continue };
            if let Some(rest) = work.keep(most) {
                self.queue.push(rest);
            }
            return self.send(epoch, work, now_ms);
        }
    }

    /// The sender's epoch; the first call takes over what an earlier one left.
    fn epoch(&mut self) -> Result<Epoch, OutboxError> {
        if let Some(epoch) = self.epoch {
            return Ok(epoch);
        }
        let epoch = self.outbox.elect()?;
        self.limiter = Limiter::new(self.settings.quota, self.outbox.load_limits()?);
        self.epoch = Some(epoch);
        Ok(epoch)
    }

    fn send(&mut self, epoch: Epoch, mut work: Work, now_ms: i64) -> Result<Step, OutboxError> {
        let probing = self.hold.is_some() || self.breaker.is_open() || work.search.is_some();
        let Some(token) = self.token.clone() else {
            self.queue.push(work);
            return Ok(Step::Idle);
        };
        // Spent before anything else happens, and never given back.
        if let Permit::Wait { until_ms, .. } = self.limiter.acquire(now_ms, probing) {
            self.queue.push(work);
            return Ok(self.rest(Some(until_ms)));
        }
        let written = self.outbox.save_limits(epoch, self.limiter.state()).and_then(|()| {
            if work.claimed_just_now {
                return Ok(());
            }
            let batch = BatchId(self.last_id + 1);
            self.outbox.resending(epoch, batch, &mut work.rows, work.unknown)
        });
        if let Err(error) = written {
            self.queue.push(work);
            return Err(error);
        }
        let is_retry = work.is_retry();
        self.retries.sent(now_ms, is_retry);
        if let Some(search) = work.search {
            self.searches.entry(search).or_default().sent();
        }
        let id = RequestId(self.new_batch().0);
        let body = self.bodies.fill(|bytes| batch::write_body(&work.rows, bytes));
        work.claimed_just_now = false;
        work.unknown = false;
        work.token_version = self.token_version;
        work.body_bytes = body.as_ref().len();
        let events = work.rows.len();
        self.in_flight.insert(id, work);
        self.requests += 1;
        Ok(Step::Send(Request { id, events, version: self.settings.version, token, body }))
    }

    /// Gives up the waiting events that have expired, held or not.
    fn expire(&mut self, epoch: Epoch, now_ms: i64) -> Result<(), OutboxError> {
        let soon = now_ms + EXPIRY_EVERY_MS;
        if now_ms < self.next_expiry_ms.min(soon) {
            return Ok(());
        }
        self.next_expiry_ms = soon;
        let before = batch::expired_before(self.server_time(now_ms));
        let size = Size { events: self.settings.batch.events, bytes: usize::MAX };
        let which = Which::HappenedBefore(before);
        loop {
            let id = self.new_batch();
            let rows = self.outbox.claim(epoch, id, which, size, now_ms)?;
            if rows.is_empty() {
                return Ok(());
            }
            self.tell_about_rows(NoticeCode::EventExpired, rows.iter(), now_ms);
            let ended = rows.into_iter().map(|row| (row, Disposition::Ended(Fate::Expired)));
            self.settle(ended.collect(), now_ms)?;
        }
    }

    /// Nothing can be sent now. While anything waits, somebody must look for expired events.
    fn rest(&self, until: Option<i64>) -> Step {
        if self.outbox.ledger().waiting == 0 {
            return Step::Idle;
        }
        let until_ms = until.map_or(self.next_expiry_ms, |until| until.min(self.next_expiry_ms));
        Step::Wait { until_ms }
    }

    fn storage_failed(&mut self, error: &OutboxError, now_ms: i64) -> Step {
        if *error == OutboxError::Superseded {
            // What it has in its hands belongs to the new sender now.
            self.epoch = None;
            self.queue.clear();
            self.in_flight.clear();
            self.unsettled.clear();
            self.notices.push(Notice::new(now_ms, NoticeCode::Superseded));
        } else if !self.outbox_failed {
            self.notices.push(Notice::new(now_ms, NoticeCode::OutboxUnavailable));
        }
        self.outbox_failed = true;
        Step::Wait { until_ms: now_ms + STORAGE_PAUSE_MS }
    }

    /// LinkedIn's clock, as far as it is known.
    fn server_time(&self, now_ms: i64) -> i64 {
        now_ms + self.clock_offset_ms.unwrap_or(0)
    }

    fn new_batch(&mut self) -> BatchId {
        self.last_id += 1;
        BatchId(self.last_id)
    }

    /// A number between 0 and 1 (splitmix64): jitter needs chance, not secrecy.
    fn chance(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
