//! Which requests go wrong, and how? The script that a test writes.
//! It must never act: `linkedin.rs` plays what this file chooses.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// What goes wrong, and with which requests to LinkedIn's paths: the next one, unless told
/// otherwise. As JSON: `{"do":{"answer":{"status":503}},"times":3}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What happens.
    #[serde(rename = "do")]
    pub action: Action,
    /// How many requests it happens to; `None`: one, or every one if `always` or `for_ms` is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Until the faults are cleared.
    #[serde(default)]
    pub always: bool,
    /// For this many milliseconds of real time from the moment it was scripted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
    /// Requests that would have met the fault but are let through first.
    #[serde(default)]
    pub skip: u32,
    /// Only requests that contain this event id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// Only requests that contain an event for this rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<u64>,
}

/// What a faulty request meets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// This answer; nothing is stored.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The body, sent as JSON whatever it holds.
        #[serde(default)]
        body: String,
        /// Further headers, or other values for those an answer has.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Milliseconds to wait before it.
        #[serde(default)]
        delay_ms: u64,
    },
    /// Nothing for `ms` milliseconds, then processed and answered as usual. If the client gives up
    /// first, nothing is stored.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Processed and stored at once, answered `ms` milliseconds later.
    LateAnswer {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection is cut.
    Cut(At),
    /// Answered as usual, one byte every `ms` milliseconds (a slow loris).
    Drip {
        /// Milliseconds between two bytes.
        ms: u64,
    },
    /// Stored, but the batch answer has this many elements.
    Elements {
        /// How many `{"status":201}` there are.
        count: usize,
    },
    /// A batch answered 200 whose elements carry their own status: this one for the events that
    /// the fault names by `event_id` or `rule` (the first event if it names none), which are not
    /// stored; 201 for the others, which are.
    Partial {
        /// The status of the refused elements.
        status: u16,
    },
    /// Processed as usual, but the answer lacks the headers that only LinkedIn writes.
    NoLinkedinHeaders,
    /// An HTML page without LinkedIn's headers, as a proxy or captive portal answers; nothing is
    /// stored.
    Html {
        /// The HTTP status.
        status: u16,
    },
    /// An answer with a body of `bytes` blanks (at most 256 MiB); nothing is stored.
    HugeBody {
        /// The HTTP status.
        status: u16,
        /// Length of the body.
        bytes: usize,
    },
    /// A 429 with this `Retry-After`, which may be seconds, a date or nonsense.
    RetryAfter(String),
    /// LinkedIn's clock is this far from the real one, from this request on.
    Clock {
        /// Milliseconds; negative for a clock that is behind.
        offset_ms: i64,
    },
    /// The events that the fault names by `event_id` or `rule` (the first event if it names none)
    /// are refused, and so is the whole batch with them.
    Refuse(Wording),
    /// The token is refused with this 401.
    Token(TokenState),
    /// The version header is refused with a 426.
    VersionSunset,
    /// A 429 for the minute.
    MinuteLimit,
    /// A 429 for the day.
    DayLimit,
}

/// Where a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// Before the body has been read (after it, where the fault has to look into it).
    BeforeBody,
    /// With the body read and nothing stored.
    AfterBody,
    /// With the events stored and no byte of the answer sent.
    AfterStore,
    /// With the events stored and half of the answer sent.
    MidAnswer,
}

/// How a refusal names its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// 422 with `Index: n, ERROR :: …` lines.
    Schema,
    /// 422 with a text that names no index.
    Reworded,
    /// 400 with `indices [n] (0-indexed).`
    Measured,
    /// 400 with `batchIndex=n`.
    Documented,
    /// 422 that blames an index the batch does not have.
    ImpossibleIndex,
}

/// What LinkedIn thinks of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// Accepted.
    Active,
    /// 401 `EXPIRED_ACCESS_TOKEN`, 65602.
    Expired,
    /// 401 `REVOKED_ACCESS_TOKEN`, 65601.
    Revoked,
    /// 401 `INVALID_ACCESS_TOKEN`, 65600.
    Invalid,
}

impl Fault {
    /// `action` for the next request.
    pub fn new(action: Action) -> Self {
        Fault {
            action,
            times: None,
            always: false,
            for_ms: None,
            skip: 0,
            event_id: None,
            rule: None,
        }
    }

    /// A bare answer with this status and an empty JSON object as body.
    pub fn status(status: u16) -> Self {
        let body = "{}".to_owned();
        Self::new(Action::Answer { status, body, headers: BTreeMap::new(), delay_ms: 0 })
    }

    /// A cut connection.
    pub fn cut(at: At) -> Self {
        Self::new(Action::Cut(at))
    }

    /// The event with this id is refused, again and again, and every batch with it.
    pub fn refuse(event_id: impl Into<String>, wording: Wording) -> Self {
        Self::new(Action::Refuse(wording)).event_id(event_id).always()
    }

    /// For this many requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Fault { times: Some(times), ..self }
    }

    /// Until the faults are cleared.
    #[must_use]
    pub fn always(self) -> Self {
        Fault { always: true, ..self }
    }

    /// For this long from the moment it is scripted (an outage).
    #[must_use]
    pub fn for_ms(self, for_ms: u64) -> Self {
        Fault { for_ms: Some(for_ms), ..self }
    }

    /// After letting this many requests through.
    #[must_use]
    pub fn skip(self, skip: u32) -> Self {
        Fault { skip, ..self }
    }

    /// Only for requests that contain this event id.
    #[must_use]
    pub fn event_id(self, event_id: impl Into<String>) -> Self {
        Fault { event_id: Some(event_id.into()), ..self }
    }

    /// Only for requests that contain an event for this rule.
    #[must_use]
    pub fn rule(self, rule: u64) -> Self {
        Fault { rule: Some(rule), ..self }
    }

    /// Whether the request's body decides if the fault applies.
    pub(crate) fn looks_inside(&self) -> bool {
        self.event_id.is_some() || self.rule.is_some()
    }

    /// Whether the fault is about this event; one that names no events is about all.
    pub(crate) fn names(&self, rule: Option<u64>, event_id: &str) -> bool {
        self.event_id.as_deref().is_none_or(|wanted| wanted == event_id)
            && self.rule.is_none_or(|wanted| Some(wanted) == rule)
    }
}

/// The faults waiting for their requests, in the order they were scripted.
#[derive(Debug, Default)]
pub(crate) struct Script {
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    skip: u32,
    /// `None`: no end.
    left: Option<u32>,
    until: Option<Instant>,
}

impl Script {
    pub(crate) fn push(&mut self, fault: Fault) {
        let once = !fault.always && fault.for_ms.is_none();
        let until =
            fault.for_ms.and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms)));
        let left = fault.times.or(once.then_some(1));
        self.waiting.push_back(Waiting { skip: fault.skip, left, until, fault });
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Fault> {
        self.waiting.iter().map(|waiting| &waiting.fault)
    }

    /// A cut before the body, if that is what comes next and nothing before it needs the body.
    pub(crate) fn next_before_body(&mut self) -> Option<Fault> {
        self.drop_finished();
        let first = self.waiting.front()?;
        let cuts = first.fault.action == Action::Cut(At::BeforeBody);
        if cuts && !first.fault.looks_inside() && first.skip == 0 { self.take(0) } else { None }
    }

    /// The first fault that applies to a request with these events, `(rule, event id)`.
    pub(crate) fn next_for<'e>(
        &mut self,
        events: &(impl Iterator<Item = (Option<u64>, &'e str)> + Clone),
    ) -> Option<Fault> {
        self.drop_finished();
        for index in 0..self.waiting.len() {
            let waiting = &mut self.waiting[index];
            let fault = &waiting.fault;
            let meets = !fault.looks_inside()
                || events.clone().any(|(rule, event_id)| fault.names(rule, event_id));
            if !meets {
                continue;
            }
            if waiting.skip == 0 {
                return self.take(index);
            }
            waiting.skip -= 1;
        }
        None
    }

    fn take(&mut self, index: usize) -> Option<Fault> {
        let waiting = self.waiting.get_mut(index)?;
        if let Some(left) = waiting.left.as_mut() {
            *left = left.saturating_sub(1);
        }
        let fault = waiting.fault.clone();
        self.drop_finished();
        Some(fault)
    }

    fn drop_finished(&mut self) {
        let now = Instant::now();
        self.waiting.retain(|waiting| {
            waiting.left != Some(0) && waiting.until.is_none_or(|until| now < until)
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    fn status_of(fault: Option<Fault>) -> Option<u16> {
        match fault?.action {
            Action::Answer { status, .. } => Some(status),
            _ => None,
        }
    }

    #[test]
    fn faults_are_met_in_order_and_only_by_the_requests_they_name() {
        let mut script = Script::default();
        script.push(Fault::status(500).event_id("b").always());
        script.push(Fault::status(503).skip(1).times(2));
        let mut next = |id: &'static str| status_of(script.next_for(&[(Some(7), id)].into_iter()));
        assert_eq!(next("a"), None, "let through");
        assert_eq!(next("b"), Some(500));
        assert_eq!(next("a"), Some(503));
        assert_eq!(next("b"), Some(500), "the first in the queue that applies");
        assert_eq!(next("a"), Some(503));
        assert_eq!(next("a"), None, "used up");
        assert_eq!(next("b"), Some(500), "always");
    }

    #[test]
    fn a_typing_error_in_a_script_is_an_error() {
        let read = serde_json::from_str::<Fault>;
        assert!(read(r#"{"do":{"answer":{"status":503}},"times":3}"#).is_ok());
        assert!(read(r#"{"do":"version_sunset","always":true}"#).is_ok());
        assert!(read(r#"{"do":{"answer":{"status":503}},"time":3}"#).is_err());
        assert!(read(r#"{"do":{"answer":{"statuz":503}}}"#).is_err());
        assert!(read(r#"{"do":"explode"}"#).is_err());
    }
}
