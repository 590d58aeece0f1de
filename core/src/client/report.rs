//! What does a caller get back? Receipts, reports, statistics and errors, as plain values.

use crate::engine::EngineGauge;
use crate::outbox::{Fate, Ledger, OutboxError, Ticket, Waiting};
use crate::problem::{Problem, Refused};

/// The answer to one event handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The event's id: the caller's, or the one that was made for it.
    pub event_id: String,
    /// Its place in the outbox; none if it was not taken.
    pub ticket: Option<Ticket>,
    /// The same rule and event id already wait or have been delivered.
    pub duplicate: bool,
    /// Why it was refused; empty if it was not.
    pub problems: Vec<Problem>,
    /// Fields that were left out or changed.
    pub warnings: Vec<Problem>,
}

impl Receipt {
    /// Whether it will be delivered or told about; a duplicate already is.
    pub fn is_accepted(&self) -> bool {
        self.ticket.is_some() || self.duplicate
    }
}

/// What became of events that were sent and waited for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// A receipt for each event, in order.
    pub receipts: Vec<Receipt>,
    /// How each ended, in order; none if it was refused here, is a duplicate, or still waits.
    pub outcomes: Vec<Option<Fate>>,
    /// How many still wait.
    pub waiting: usize,
}

/// What was left when waiting ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Events accepted before the call that have not ended.
    pub left: usize,
    /// How many of all waiting events are held on purpose: they lie ahead or wait for consent.
    pub held: usize,
}

/// The books and what is going on.
#[derive(Clone, Debug)]
pub struct Stats {
    /// The books; they always balance.
    pub ledger: Ledger,
    /// What waits, by reason.
    pub waiting: Waiting,
    /// Holds, limiter and clock.
    pub engine: EngineGauge,
    /// Events refused because the outbox was full.
    pub refused_full: u64,
}

/// The promise cannot be given. The only errors that `track` raises in production.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// The outbox is full. Nothing was taken.
    #[error(
        "QUEUE_FULL: the outbox is full\n  hint: wait until it drains, or raise queue_events and queue_bytes"
    )]
    QueueFull,
    /// The client has been closed.
    #[error("CLOSED: the client has been closed\n  hint: send before closing")]
    Closed,
    /// The outbox or the sender cannot be used.
    #[error("OUTBOX_UNAVAILABLE: {0}\n  hint: nothing was taken; try again once it works")]
    OutboxUnavailable(&'static str),
    /// With `strict`: the event was refused.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<OutboxError> for AcceptError {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Full => AcceptError::QueueFull,
            OutboxError::Unavailable(reason) => AcceptError::OutboxUnavailable(reason),
            OutboxError::Superseded => {
                AcceptError::OutboxUnavailable("another process has taken over")
            }
        }
    }
}
