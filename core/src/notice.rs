//! What may the host see of what happened? A bounded list of notices, and a count of what did not
//! fit. A notice holds codes, ids and pointers; never a value, never a text of LinkedIn's.

use crate::config::RuleId;
use crate::outbox::{Fate, Ticket};
use std::collections::VecDeque;
use std::fmt;

macro_rules! notices {
    ($($variant:ident $word:literal $level:ident $meaning:literal, $hint:literal;)*) => {
        /// A stable word for each thing worth telling. New ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum NoticeCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl NoticeCode {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [NoticeCode] = &[$(NoticeCode::$variant,)*];

            /// The stable word, for example `RULE_HELD`.
            pub const fn word(self) -> &'static str {
                match self { $(NoticeCode::$variant => $word,)* }
            }

            /// How loud it should be.
            pub const fn level(self) -> Level {
                match self { $(NoticeCode::$variant => Level::$level,)* }
            }

            /// What it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(NoticeCode::$variant => $meaning,)* }
            }

            /// What to do about it.
            pub const fn hint(self) -> &'static str {
                match self { $(NoticeCode::$variant => $hint,)* }
            }
        }
    };
}

/// How loud a notice should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something was lost or delayed.
    Warning,
    /// Nothing goes on until somebody acts.
    Error,
}

notices! {
    // -- single events
    EventRejected "EVENT_REJECTED" Warning "LinkedIn refused events", "see the pointer; the other events of the batch were sent";
    EventExpired "EVENT_EXPIRED" Warning "events passed 90 days while they waited", "look at what held the queue";
    EventDead "EVENT_DEAD" Warning "LinkedIn fails on these events while it takes others", "report it with the request id";
    EventsAhead "EVENTS_AHEAD" Info "events lie ahead of LinkedIn's clock and are held until then", "check the clock and the time zone";
    OutcomeUnknown "OUTCOME_UNKNOWN" Warning "a request may or may not have arrived; its events are sent again", "a rule that counts every event may count these twice";
    Isolating "ISOLATING" Info "LinkedIn refused a batch without naming the event; it is searched for", "nothing: the good events get through";

    // -- one rule
    RuleHeld "RULE_HELD" Error "LinkedIn takes no events for this rule; its events are held", "check that the rule exists, is enabled, was made for the Conversions API and belongs to an account the token may use";
    RuleResumed "RULE_RESUMED" Info "the rule works again", "nothing";

    // -- everything
    TokenMissing "TOKEN_MISSING" Error "there is no access token; everything is held", "set MATCHBACK_TOKEN or call set_token";
    TokenRefused "TOKEN_REFUSED" Error "LinkedIn refuses the access token; everything is held", "make a new token and set it; nothing is lost meanwhile";
    TokenExpired "TOKEN_EXPIRED" Error "the access token has expired; everything is held", "make a new token and set it; nothing is lost meanwhile";
    TokenRevoked "TOKEN_REVOKED" Error "the access token has been revoked; everything is held", "authorise again and set the new token; nothing is lost meanwhile";
    PermissionMissing "PERMISSION_MISSING" Error "the token may not send conversions; everything is held", "the token needs the scope rw_conversions, its application the Conversions API product, and its member a role in the ad account";
    VersionSunset "VERSION_SUNSET" Error "LinkedIn no longer answers this version; everything is held", "set linkedin_version to a version that is still served";
    ConfigurationRefused "CONFIGURATION_REFUSED" Error "LinkedIn does not take requests of this form; everything is held", "check base_url and linkedin_version, then report it to us";
    Intercepted "INTERCEPTED" Error "the answers do not come from LinkedIn; everything is held", "look for a proxy or portal between this machine and LinkedIn";
    LaneResumed "LANE_RESUMED" Info "sending works again", "nothing";
    Throttled "THROTTLED" Warning "LinkedIn answered 429; sending slows down", "something else may be using the same token";
    DayQuotaSpent "DAY_QUOTA_SPENT" Warning "the day's requests are used up; sending goes on after midnight UTC", "something else may be using the same token";
    Unreachable "UNREACHABLE" Warning "LinkedIn cannot be reached", "look at the network; nothing is lost meanwhile";
    ServerErrors "SERVER_ERRORS" Warning "LinkedIn answers with server errors", "nothing: it is tried again";
    ProtocolDrift "PROTOCOL_DRIFT" Warning "LinkedIn answered in a form this engine does not know", "update Matchback, then report it to us";
    ClockOff "CLOCK_OFF" Warning "this machine's clock differs from LinkedIn's by more than 5 seconds", "synchronise the clock";

    // -- this process
    QueueFull "QUEUE_FULL" Error "the outbox is full; new events are refused", "see what holds the queue, or raise its limit";
    OutboxUnavailable "OUTBOX_UNAVAILABLE" Error "the outbox cannot be used", "see the reason of the error that accepting raises";
    Superseded "SUPERSEDED" Info "another process has become the sender", "nothing";
    WorkerPanicked "WORKER_PANICKED" Error "the sender ran into a defect of ours and started again", "report it to us";
    ShutDown "SHUT_DOWN" Warning "the client was closed before everything was delivered", "give close more time, or use an outbox that outlives the process";
}

impl fmt::Display for NoticeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Most event ids that one notice names.
pub(crate) const NAMED_EVENTS: usize = 20;

/// Something the host should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When, epoch milliseconds.
    pub at_ms: i64,
    /// What.
    pub code: NoticeCode,
    /// How many events it is about.
    pub events: usize,
    /// The ids of the first of them, at most 20.
    pub event_ids: Vec<String>,
    /// The rule it is about.
    pub rule: Option<RuleId>,
    /// The field that LinkedIn named.
    pub pointer: Option<String>,
    /// The status of LinkedIn's answer.
    pub status: Option<u16>,
    /// LinkedIn's id of the request, for their support.
    pub request_id: Option<String>,
    /// When it is tried again, epoch milliseconds.
    pub until_ms: Option<i64>,
}

impl Notice {
    /// A notice about no event in particular.
    pub fn new(at_ms: i64, code: NoticeCode) -> Self {
        Notice {
            at_ms,
            code,
            events: 0,
            event_ids: Vec::new(),
            rule: None,
            pointer: None,
            status: None,
            request_id: None,
            until_ms: None,
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.code.meaning())?;
        if let Some(rule) = self.rule {
            write!(f, " [rule {rule}]")?;
        }
        if self.events > 0 {
            write!(f, " [{} events]", self.events)?;
        }
        if let Some(status) = self.status {
            write!(f, " [status {status}]")?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, " [{pointer}]")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, " [x-li-uuid {request_id}]")?;
        }
        write!(f, "\n  hint: {}", self.code.hint())
    }
}

/// How one event ended, for a caller that must know about each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The event's ticket, as in its receipt.
    pub ticket: Ticket,
    /// The event's id.
    pub event_id: String,
    /// Its rule.
    pub rule: RuleId,
    /// How it ended.
    pub fate: Fate,
}

/// A list that keeps the newest and counts what it had to drop.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    items: VecDeque<T>,
    limit: usize,
    dropped: u64,
}

impl<T> Ring<T> {
    /// Keeps at most `limit`.
    pub(crate) fn new(limit: usize) -> Self {
        Ring { items: VecDeque::new(), limit, dropped: 0 }
    }

    /// Adds one; the oldest goes if there is no room.
    pub(crate) fn push(&mut self, item: T) {
        if self.items.len() >= self.limit {
            self.dropped += 1;
            if self.items.pop_front().is_none() {
                return;
            }
        }
        self.items.push_back(item);
    }

    /// Takes everything out, oldest first.
    pub(crate) fn drain(&mut self) -> Vec<T> {
        std::mem::take(&mut self.items).into()
    }

    /// Changes how many are kept.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        while self.items.len() > limit {
            self.items.pop_front();
            self.dropped += 1;
        }
    }

    /// How many could not be kept.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_keeps_the_newest_and_counts_the_rest() {
        let mut ring = Ring::new(2);
        (1..=5).for_each(|item| ring.push(item));
        assert_eq!((ring.dropped(), ring.drain()), (3, vec![4, 5]));
        let mut none = Ring::new(0);
        none.push(1);
        assert_eq!((none.dropped(), none.drain()), (1, vec![]));
    }

    #[test]
    fn words_are_unique_and_a_notice_ends_with_a_hint() {
        let words: std::collections::BTreeSet<_> =
            NoticeCode::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), NoticeCode::ALL.len());
        let mut notice = Notice::new(0, NoticeCode::RuleHeld);
        notice.rule = RuleId::new(7);
        notice.status = Some(403);
        let text = notice.to_string();
        assert!(text.starts_with("RULE_HELD: LinkedIn takes no events for this rule"), "{text}");
        assert!(text.contains("[rule 7] [status 403]\n  hint: check that the rule"), "{text}");
    }
}
