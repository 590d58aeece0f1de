//! Where do accepted events wait, and who may take them? The contract between delivery and storage.
//! An outbox decides nothing about delivery and never gives an event up on its own: every row ends
//! by [`Outbox::settle`].

mod memory;

pub use memory::MemoryOutbox;

use crate::config::RuleId;
use crate::limit::LimitState;
use crate::problem::Code;
use std::fmt;

/// An event's place in the outbox: rising in the order of acceptance, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// Which election a sender won. A sender with an older epoch can change nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub u64);

/// One batch as it was sent. Halves of a batch are batches of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub u64);

/// An event on its way into the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRow {
    /// The conversion rule.
    pub rule: RuleId,
    /// Epoch milliseconds.
    pub happened_at: i64,
    /// Not to be sent before this moment, epoch milliseconds.
    pub not_before: i64,
    /// Kept, but not sent before [`Outbox::resolve_consent`] says so.
    pub awaits_consent: bool,
    /// The id as it stands in `json`. Empty only for an element without one; such an element is
    /// never recognised as a duplicate.
    pub event_id: String,
    /// LinkedIn's element.
    pub json: Vec<u8>,
}

/// What became of one [`NewRow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It waits, under this ticket.
    Accepted(Ticket),
    /// The same rule and event id already wait or have been delivered; nothing was stored.
    Duplicate,
}

/// An event in the sender's hands.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place in the outbox.
    pub ticket: Ticket,
    /// The conversion rule.
    pub rule: RuleId,
    /// Epoch milliseconds.
    pub happened_at: i64,
    /// When it was accepted, epoch milliseconds.
    pub accepted_at: i64,
    /// How often it has been sent.
    pub attempts: u16,
    /// How often it was sent without the outcome becoming known.
    pub unknown: u16,
    /// The batch it was last part of; none if it has not been sent.
    pub batch: Option<BatchId>,
    /// LinkedIn's element.
    pub json: Box<[u8]>,
}

impl Row {
    /// The event's id, read from the element; empty if there is none.
    pub fn event_id(&self) -> String {
        event_id_of(&self.json)
    }
}

impl fmt::Debug for NewRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewRow(rule {}, {} bytes)", self.rule, self.json.len())
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({}, rule {}, {} bytes)", self.ticket.0, self.rule, self.json.len())
    }
}

/// Which rows a claim takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// The oldest of any rule but these, those that expire soon first.
    Except(&'a [RuleId]),
    /// Only this rule's.
    Rule(RuleId),
    /// Those that happened before this moment (epoch milliseconds), held or not: they have expired.
    HappenedBefore(i64),
}

/// Bounds of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Most rows.
    pub events: usize,
    /// Most bytes of elements, with a comma after each.
    pub bytes: usize,
}

/// What waits and could be claimed now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Number of rows.
    pub events: usize,
    /// Bytes of their elements.
    pub bytes: usize,
    /// The oldest row's acceptance, epoch milliseconds.
    pub oldest_accepted_at: Option<i64>,
    /// The oldest row's ticket.
    pub oldest_ticket: Option<Ticket>,
    /// When the next row that lies ahead falls due, epoch milliseconds.
    pub next_due: Option<i64>,
}

/// Why an event was refused by LinkedIn; no text of LinkedIn's, which may echo values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What it comes down to.
    pub code: Code,
    /// The field that LinkedIn named, as a pointer such as `/user/userIds/0/idType`.
    pub pointer: Option<String>,
    /// LinkedIn's id of the request (`x-li-uuid`), for their support.
    pub request_id: Option<String>,
}

impl Rejection {
    /// Consent was denied while the event waited for it.
    pub fn consent_denied() -> Self {
        Rejection { code: Code::ConsentDenied, pointer: None, request_id: None }
    }
}

/// How an event ended. There is no other way to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// LinkedIn has it.
    Delivered,
    /// LinkedIn refused it, or consent was denied while it waited.
    Rejected(Rejection),
    /// It passed 90 days while it waited.
    Expired,
    /// LinkedIn fails on it again and again while it takes others.
    Dead(Rejection),
}

/// What happens to a claimed row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It has ended.
    Ended(Fate),
    /// Back among the waiting ones, not to be claimed before this moment (epoch milliseconds).
    Back {
        /// Epoch milliseconds; 0 for at once.
        not_before: i64,
    },
}

/// The books. At any moment [`Ledger::balances`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Events taken in; duplicates are not.
    pub accepted: u64,
    /// Events that LinkedIn has.
    pub delivered: u64,
    /// Events that LinkedIn refused, or whose consent was denied while they waited.
    pub rejected: u64,
    /// Events that passed 90 days while they waited.
    pub expired: u64,
    /// Events on which LinkedIn failed again and again.
    pub dead: u64,
    /// Events that still wait, in flight or held included.
    pub waiting: u64,
    /// Events handed over again and recognised.
    pub duplicates: u64,
    /// Times an event was sent again although the first attempt may have arrived.
    pub unknown_resent: u64,
}

impl Ledger {
    /// Accepted = delivered + rejected + expired + dead + waiting.
    pub fn balances(&self) -> bool {
        self.accepted == self.delivered + self.rejected + self.expired + self.dead + self.waiting
    }
}

/// What waits, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Rows that wait for their turn, those of held rules included.
    pub ready: usize,
    /// Rows in the sender's hands.
    pub claimed: usize,
    /// Rows that lie ahead.
    pub ahead: usize,
    /// Rows that wait for consent.
    pub consent: usize,
    /// Bytes of all these elements.
    pub bytes: usize,
}

/// The outbox cannot do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// Its limit of events or bytes is reached. Nothing was stored, nothing was evicted.
    #[error("the outbox is full")]
    Full,
    /// The storage fails; the reason carries no value.
    #[error("the outbox cannot be used: {0}")]
    Unavailable(&'static str),
    /// Another sender has been elected since; this one must stop.
    #[error("another sender has taken over")]
    Superseded,
}

/// Storage of accepted events. Every call is one transaction: it happens as a whole or not at all,
/// and rows and [`Ledger`] change together.
///
/// `accept`, `resolve_consent` and the look-ups may be called from any thread. The others belong
/// to the one elected sender, whose [`Epoch`] fences them.
pub trait Outbox: Send + Sync {
    /// Takes rows from the front of `rows`, as many as fit, and says what became of each taken
    /// one. [`OutboxError::Full`] when the first one does not fit.
    fn accept(&self, rows: &mut Vec<NewRow>, now_ms: i64) -> Result<Vec<Admission>, OutboxError>;

    /// A new sender begins: rows that an older epoch had on the wire are ready again, counted as
    /// unknown, and keep their batch, so that the engine can send them as they were.
    /// [`OutboxError::Superseded`] as long as another sender lives.
    fn elect(&self) -> Result<Epoch, OutboxError>;

    /// What could be claimed now, without the rules in `except`.
    fn ready(&self, except: &[RuleId], now_ms: i64) -> Result<Ready, OutboxError>;

    /// Hands rows to the sender, but at least one if there is one. They are written down as sent in `batch` before this returns.
    fn claim(
        &self,
        epoch: Epoch,
        batch: BatchId,
        which: Which<'_>,
        most: Size,
        now_ms: i64,
    ) -> Result<Vec<Row>, OutboxError>;

    /// Claimed rows are about to be sent again, as `batch`: attempts + 1, and unknown + 1 where
    /// `unknown` says that the attempt before may have arrived.
    fn resending(
        &self,
        epoch: Epoch,
        batch: BatchId,
        rows: &mut [Row],
        unknown: bool,
    ) -> Result<(), OutboxError>;

    /// Ends claimed rows or puts them back, and changes the ledger with them. On an error the
    /// rows are still in `rows` and still claimed.
    fn settle(
        &self,
        epoch: Epoch,
        rows: &mut Vec<(Row, Disposition)>,
        now_ms: i64,
    ) -> Result<(), OutboxError>;

    /// Releases or ends an event that waits for consent. The ticket of the event, if there is one.
    fn resolve_consent(
        &self,
        rule: RuleId,
        event_id: &str,
        granted: bool,
    ) -> Result<Option<Ticket>, OutboxError>;

    /// The highest ticket given so far.
    fn last_ticket(&self) -> Ticket;

    /// How many events up to and including this ticket have not ended.
    fn waiting_up_to(&self, ticket: Ticket) -> usize;

    /// The books.
    fn ledger(&self) -> Ledger;

    /// What waits, by reason.
    fn waiting(&self) -> Waiting;

    /// The limiter's state as last saved; none where nothing outlives the process.
    fn load_limits(&self) -> Result<Option<LimitState>, OutboxError> {
        Ok(None)
    }

    /// Keeps the limiter's state. Called before each request.
    fn save_limits(&self, epoch: Epoch, limits: &LimitState) -> Result<(), OutboxError> {
        let _ = (epoch, limits);
        Ok(())
    }
}

const EVENT_ID_KEY: &[u8] = br#""eventId":""#;

/// Finds the id in an element that our own writer made: no blanks, and a quote inside a text is
/// always escaped, so that the key's bytes can stand nowhere else.
fn event_id_of(json: &[u8]) -> String {
    let Some(start) = memchr::memmem::find(json, EVENT_ID_KEY) else { return String::new() };
    let text = &json[start + EVENT_ID_KEY.len() - 1..];
    let mut ids = serde_json::Deserializer::from_slice(text).into_iter::<String>();
    ids.next().and_then(Result::ok).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_id_is_found_and_unescaped() {
        let cases = [
            (r#"{"conversion":"x","eventId":"o-1","user":{}}"#, "o-1"),
            (r#"{"eventId":"a\"b\u00e9"}"#, "a\"b\u{e9}"),
            (r#"{"title":"\"eventId\":\"no\"","eventId":"yes"}"#, "yes"),
            (r#"{"user":{}}"#, ""),
        ];
        for (json, id) in cases {
            assert_eq!(event_id_of(json.as_bytes()), id, "{json}");
        }
    }
}
