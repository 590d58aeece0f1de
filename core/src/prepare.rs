//! Can this event be sent, and as which bytes? The door: everything behind it sees only the JSON
//! written here. Pure: the time is an argument, nothing is read or kept.

use crate::config::{Policy, RuleId};
use crate::event::Event;
use crate::problem::{Problem, Refused};

/// One event, ready to be sent: LinkedIn's JSON and what delivery needs to know about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The conversion rule.
    pub rule: RuleId,
    /// Epoch milliseconds; delivery checks the age again before each attempt.
    pub happened_at: i64,
    /// Consent is pending and the policy says hold: keep it, do not send it yet.
    pub awaits_consent: bool,
    /// The event's id as it stands in the JSON.
    pub event_id: Option<String>,
    /// The element, to be joined with others by commas.
    pub json: Vec<u8>,
    /// Fields that were left out or changed.
    pub warnings: Vec<Problem>,
}

/// What [`prepare_into`] has written, without the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The conversion rule.
    pub rule: RuleId,
    /// Epoch milliseconds.
    pub happened_at: i64,
    /// Consent is pending and the policy says hold: keep it, do not send it yet.
    pub awaits_consent: bool,
}

/// Checks, normalises, hashes and writes one event. `now_ms` is epoch milliseconds.
///
/// All problems are collected, not the first. An event without `event_id` is written without one:
/// a caller that needs one puts it there before.
pub fn prepare(event: &Event<'_>, policy: &Policy, now_ms: i64) -> Result<Prepared, Refused> {
    let _ = (event, policy, now_ms);
    unimplemented!()
}

/// As [`prepare`], for many events in a row: appends the element to `json` and what was noticed
/// to `warnings`. When the event is refused both are left as they were.
pub fn prepare_into(
    event: &Event<'_>,
    policy: &Policy,
    now_ms: i64,
    json: &mut Vec<u8>,
    warnings: &mut Vec<Problem>,
) -> Result<Written, Refused> {
    let _ = (event, policy, now_ms, json, warnings);
    unimplemented!()
}
