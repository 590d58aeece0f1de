//! What does a host talk to? The client: it takes events, answers questions about them, and lets
//! the sender work. It never blocks on the network except where its name says wait.

mod report;
mod slot;
mod validate;

pub use report::{AcceptError, Flushed, Receipt, Report, Stats};

use crate::batch::DUE_MARGIN_MS;
use crate::config::{Config, ConfigError, RuleId};
use crate::event::Event;
use crate::notice::{Notice, NoticeCode, Outcome};
use crate::outbox::{Admission, Fate, NewRow, Rejection, Ticket};
use crate::prepare::{Prepared, prepare};
use crate::problem::{Code, Problem, Refused};
use crate::secret::Secret;
use crate::transport::{HttpTransport, Transport};
use crate::worker::{MakeTransport, now_ms};
use slot::{Slot, Slots};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a wait sleeps at most before it looks again by itself.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Takes events and delivers them. One per token; to be shared by reference between threads.
///
/// A forked child starts empty: what the parent has accepted is the parent's to deliver.
pub struct Client {
    config: Config,
    slots: Slots,
}

impl Client {
    /// Checks the configuration. No thread, no connection; a file is read only if `ca_bundle`
    /// names one.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        validate::validate(&config)?;
        let for_transport = config.clone();
        let make = move || {
            HttpTransport::new(&for_transport).map(|http| Arc::new(http) as Arc<dyn Transport>)
        };
        if config.ca_bundle.is_some() {
            make()?;
        }
        Ok(Self::assemble(config, Arc::new(make)))
    }

    /// As [`Client::new`], with another way to carry requests: for tests and dry runs.
    pub fn with_transport(
        config: Config,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConfigError> {
        validate::validate(&config)?;
        Ok(Self::assemble(config, Arc::new(move || Ok(transport.clone()))))
    }

    fn assemble(config: Config, make: Arc<MakeTransport>) -> Self {
        let slots = Slots::new(&config, make);
        Client { config, slots }
    }

    /// The configuration it was built with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Prepares and takes one event. An event that cannot be sent comes back in the receipt.
    pub fn track(&self, event: &Event<'_>) -> Result<Receipt, AcceptError> {
        let mut receipts = self.track_all(std::slice::from_ref(event))?;
        let receipt = receipts.pop().unwrap_or_default();
        match receipt.problems.first() {
            Some(problem) if problem.code == Code::QueueFull => Err(AcceptError::QueueFull),
            _ => Ok(receipt),
        }
    }

    /// Prepares and takes events; a receipt for each, in order. When the outbox fills up on the
    /// way, the receipts of those that found no room say `QUEUE_FULL`; when the first finds none,
    /// that is the error.
    pub fn track_all(&self, events: &[Event<'_>]) -> Result<Vec<Receipt>, AcceptError> {
        let slot = self.open_slot()?;
        self.take(&slot, events)
    }

    /// Takes prepared events from the front of `prepared`, as many as fit, and says what became of
    /// each taken one. [`AcceptError::QueueFull`] when the first finds no room. Each must carry
    /// its event id. With `disabled` nothing is kept and every ticket is 0.
    pub fn accept(&self, prepared: &mut Vec<Prepared>) -> Result<Vec<Admission>, AcceptError> {
        let slot = self.open_slot()?;
        if self.config.disabled {
            return Ok(prepared.drain(..).map(|_| Admission::Accepted(Ticket(0))).collect());
        }
        let now_ms = now_ms();
        let mut rows: Vec<NewRow> = prepared.iter_mut().map(|one| new_row(one, now_ms)).collect();
        let accepted = slot.accept(&mut rows, now_ms);
        // What found no room goes back to the caller whole.
        let taken = prepared.len() - rows.len();
        for (one, row) in prepared[taken..].iter_mut().zip(rows) {
            one.json = row.json;
            one.event_id = Some(row.event_id).filter(|id| !id.is_empty());
        }
        prepared.drain(..taken);
        accepted
    }

    /// Takes events and waits for LinkedIn's word about each, at most so long.
    pub fn send(&self, events: &[Event<'_>], timeout: Duration) -> Result<Report, AcceptError> {
        let until = Instant::now() + timeout;
        let slot = self.open_slot()?;
        // Under the engine's lock, so that none can end before it is watched.
        let mut engine = slot.shared.engine();
        let receipts = self.take(&slot, events)?;
        let tickets = || receipts.iter().filter_map(|receipt| receipt.ticket);
        engine.watch(tickets());
        engine.hurry(tickets().max().unwrap_or(Ticket(0)));
        slot.shared.nudge();
        while engine.watches_any_open(tickets()) {
            let Some(left) = until.checked_duration_since(Instant::now()) else { break };
            engine = slot.shared.wait(engine, left.min(LOOK_EVERY));
        }
        let mut outcome = |receipt: &Receipt| receipt.ticket.and_then(|t| engine.unwatch(t));
        let outcomes: Vec<Option<Fate>> = receipts.iter().map(&mut outcome).collect();
        let ended = outcomes.iter().flatten().count();
        let waiting = tickets().count() - ended;
        drop(engine);
        Ok(Report { receipts, outcomes, waiting })
    }

    /// Everything accepted so far: the mark to wait for with [`Client::settled`]. What it covers
    /// does not wait for company any more.
    pub fn watermark(&self) -> Ticket {
        let slot = self.slots.current();
        let mark = slot.shared.outbox.last_ticket();
        slot.shared.engine().hurry(mark);
        slot.shared.nudge();
        mark
    }

    /// How many events up to the mark have not ended. Does not wait: hosts poll it.
    pub fn settled(&self, mark: Ticket) -> Flushed {
        let outbox = &self.slots.current().shared.outbox;
        let waiting = outbox.waiting();
        Flushed { left: outbox.waiting_up_to(mark), held: waiting.ahead + waiting.consent }
    }

    /// Waits until everything accepted so far has ended, at most so long.
    pub fn flush(&self, timeout: Duration) -> Flushed {
        let until = Instant::now() + timeout;
        let mark = self.watermark();
        let slot = self.slots.current();
        let mut engine = slot.shared.engine();
        loop {
            let flushed = self.settled(mark);
            let left = until.checked_duration_since(Instant::now());
            match left.filter(|left| !left.is_zero()) {
                Some(left) if flushed.left > 0 => {
                    engine = slot.shared.wait(engine, left.min(LOOK_EVERY));
                }
                _ => return flushed,
            }
        }
    }

    /// Keeps the outcome of each event from now on, the newest `limit` of them, for
    /// [`Client::outcomes`]. A loader that drains them after each chunk needs `queue_events` plus
    /// its chunk to miss none.
    pub fn keep_outcomes(&self, limit: usize) {
        self.slots.keep_outcomes.store(limit, Ordering::Release);
        self.slots.current().shared.engine().keep_outcomes(limit);
    }

    /// How events ended since the last call, if outcomes are kept.
    pub fn outcomes(&self) -> Vec<Outcome> {
        self.slots.current().shared.engine().take_outcomes()
    }

    /// What happened since the last call.
    pub fn notices(&self) -> Vec<Notice> {
        self.slots.current().shared.take_notices()
    }

    /// The books and what is going on.
    pub fn stats(&self) -> Stats {
        let slot = self.slots.current();
        let now_ms = now_ms();
        let engine = slot.shared.engine().gauge(now_ms);
        let ready = slot.shared.outbox.ready(&[], now_ms).unwrap_or_default();
        Stats {
            ledger: slot.shared.outbox.ledger(),
            waiting: slot.shared.outbox.waiting(),
            engine,
            next_due_ms: ready.next_due,
            refused_full: slot.refused_full.load(Ordering::Relaxed),
        }
    }

    /// Sends with another token from now on, and lifts what the old one held up.
    pub fn set_token(&self, token: Secret) -> Result<(), ConfigError> {
        validate::validate_token(&token)?;
        let slot = self.slots.current();
        self.slots.token.store(Some(Arc::new(token.clone())));
        slot.shared.engine().set_token(token, now_ms());
        slot.shared.nudge();
        Ok(())
    }

    /// Consent for an event that was accepted while it was pending. False if no such event waits.
    pub fn resolve_consent(
        &self,
        rule: RuleId,
        event_id: &str,
        granted: bool,
    ) -> Result<bool, AcceptError> {
        let slot = self.open_slot()?;
        let Some(ticket) = slot.shared.outbox.resolve_consent(rule, event_id, granted)? else {
            return Ok(false);
        };
        if granted {
            slot.shared.nudge();
        } else {
            let fate = Fate::Rejected(Rejection::consent_denied());
            let event_id = event_id.to_owned();
            slot.shared.engine().tell_outcome(Outcome { ticket, event_id, rule, fate });
        }
        Ok(true)
    }

    /// Takes nothing more, waits for what is under way, at most so long, and ends the sender.
    /// Calling it again changes nothing.
    pub fn close(&self, timeout: Duration) -> Flushed {
        let slot = self.slots.current();
        if slot.closed.swap(true, Ordering::AcqRel) {
            return self.settled(Ticket(u64::MAX));
        }
        let flushed = if slot.is_started() { self.flush(timeout) } else { Flushed::default() };
        slot.shared.stop();
        if flushed.left > 0 {
            let mut notice = Notice::new(now_ms(), NoticeCode::ShutDown);
            notice.events = flushed.left;
            slot.shared.engine().notice(notice);
        }
        flushed
    }

    fn open_slot(&self) -> Result<arc_swap::Guard<Arc<Slot>>, AcceptError> {
        let slot = self.slots.current();
        if slot.closed.load(Ordering::Acquire) { Err(AcceptError::Closed) } else { Ok(slot) }
    }

    fn take(&self, slot: &Slot, events: &[Event<'_>]) -> Result<Vec<Receipt>, AcceptError> {
        let now_ms = now_ms();
        let mut receipts = Vec::with_capacity(events.len());
        let mut rows = Vec::with_capacity(events.len());
        let mut row_owners = Vec::with_capacity(events.len());
        for event in events {
            let event = with_id(event);
            match prepare(&event, &self.config.policy, now_ms) {
                Ok(mut prepared) => {
                    let row = new_row(&mut prepared, now_ms);
                    let warnings = prepared.warnings;
                    let event_id = row.event_id.clone();
                    row_owners.push(receipts.len());
                    rows.push(row);
                    receipts.push(Receipt { event_id, warnings, ..Receipt::default() });
                }
                Err(refused) if self.config.strict => return Err(refused.into()),
                Err(Refused { problems, warnings }) => {
                    let event_id = event.event_id.as_deref().unwrap_or_default().to_owned();
                    receipts.push(Receipt { event_id, problems, warnings, ..Receipt::default() });
                }
            }
        }
        if self.config.disabled || rows.is_empty() {
            return Ok(receipts);
        }
        let admissions = slot.accept(&mut rows, now_ms)?;
        let mut owners = row_owners.into_iter();
        for (admission, owner) in admissions.into_iter().zip(&mut owners) {
            match admission {
                Admission::Accepted(ticket) => receipts[owner].ticket = Some(ticket),
                Admission::Duplicate => receipts[owner].duplicate = true,
            }
        }
        for owner in owners {
            receipts[owner].problems.push(Problem::new(Code::QueueFull, "event"));
        }
        Ok(receipts)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.slots.current().shared.stop();
    }
}

/// An event needs an id that every attempt shares; without one of its own it gets a UUID.
fn with_id<'e, 't>(event: &'e Event<'t>) -> Cow<'e, Event<'t>> {
    let given = event.event_id.as_deref().unwrap_or_default();
    if !given.trim().is_empty() {
        return Cow::Borrowed(event);
    }
    let mut event = event.clone();
    event.event_id = Some(Cow::Owned(uuid::Uuid::now_v7().to_string()));
    Cow::Owned(event)
}

fn new_row(prepared: &mut Prepared, now_ms: i64) -> NewRow {
    let ahead = prepared.happened_at > now_ms;
    NewRow {
        rule: prepared.rule,
        happened_at: prepared.happened_at,
        not_before: if ahead { prepared.happened_at + DUE_MARGIN_MS } else { 0 },
        awaits_consent: prepared.awaits_consent,
        event_id: prepared.event_id.take().unwrap_or_default(),
        json: std::mem::take(&mut prepared.json),
    }
}

#[cfg(test)]
mod tests;
