//! What does LinkedIn's answer mean for the events, the rule and the lane? The table of
//! `docs/linkedin.md` §2 as one pure function. It changes nothing and keeps no text of LinkedIn's.

mod header;
mod text;

pub use header::{date_ms, retry_after_ms};
pub use text::{Finding, findings};

use crate::notice::NoticeCode;
use crate::problem::Code;
use crate::transport::{Answer, Failure, Phase};
use serde::Deserialize;

/// What follows from an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// LinkedIn has every event. `drift`: it said so in a form we do not know.
    Delivered {
        /// Whether the form was unknown.
        drift: bool,
    },
    /// LinkedIn decided event by event, in the order sent.
    PerEvent(Vec<EventVerdict>),
    /// Nothing was taken, because of these events. The others can be sent at once.
    Rejected(Vec<Finding>),
    /// Nothing was taken, because these events are too old or lie ahead of LinkedIn's clock.
    OutOfTime(Vec<Finding>),
    /// Nothing was taken, because the rules of these events cannot be used; without positions,
    /// some rule in the batch.
    RuleUnusable(Vec<usize>),
    /// Nothing was taken, because of an event that is not named.
    Poisoned,
    /// Nothing was taken, because the body was too large.
    TooLarge,
    /// Nothing was taken, and it is nobody's fault.
    Later(Later),
    /// Nothing was taken, and nothing will be before something changes.
    Hold(HoldReason),
    /// Nobody knows. `intercepted`: something other than LinkedIn answered.
    Unknown {
        /// Whether something other than LinkedIn answered.
        intercepted: bool,
    },
}

/// What LinkedIn said about one event of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventVerdict {
    /// It has it.
    Delivered,
    /// It refused it.
    Rejected,
    /// It may be sent again.
    Later,
    /// It said nothing.
    Unknown,
}

/// Why to try later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// 429 or 408; with the pause it asked for, milliseconds.
    Throttled(Option<i64>),
    /// 429, and the day's quota is spent.
    DayQuota,
    /// 5xx; with the pause it asked for, milliseconds.
    ServerError(Option<i64>),
    /// The request provably did not arrive.
    Unreachable,
}

/// Why nothing can be sent on this lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldReason {
    /// No token was given.
    TokenMissing,
    /// LinkedIn does not know the token.
    TokenRefused,
    /// The token has expired.
    TokenExpired,
    /// The token was revoked, or is so new that LinkedIn does not know it yet.
    TokenRevoked,
    /// The token may not send conversions.
    Permission,
    /// The version is no longer served.
    Version,
    /// The form of the request is refused.
    Configuration,
    /// Something other than LinkedIn answers.
    Intercepted,
}

impl HoldReason {
    /// The notice that tells of it.
    pub fn notice(self) -> NoticeCode {
        match self {
            HoldReason::TokenMissing => NoticeCode::TokenMissing,
            HoldReason::TokenRefused => NoticeCode::TokenRefused,
            HoldReason::TokenExpired => NoticeCode::TokenExpired,
            HoldReason::TokenRevoked => NoticeCode::TokenRevoked,
            HoldReason::Permission => NoticeCode::PermissionMissing,
            HoldReason::Version => NoticeCode::VersionSunset,
            HoldReason::Configuration => NoticeCode::ConfigurationRefused,
            HoldReason::Intercepted => NoticeCode::Intercepted,
        }
    }

    /// Whether a new token may lift it.
    pub fn is_about_the_token(self) -> bool {
        use HoldReason::{Permission, TokenExpired, TokenMissing, TokenRefused, TokenRevoked};
        matches!(self, TokenMissing | TokenRefused | TokenExpired | TokenRevoked | Permission)
    }
}

/// LinkedIn's error envelope; every field is optional (`docs/linkedin.md` §2.1).
#[derive(Default, Deserialize)]
struct Envelope {
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default, rename = "serviceErrorCode")]
    service_error_code: Option<i64>,
}

#[derive(Deserialize)]
struct Elements {
    elements: Vec<Element>,
}

#[derive(Deserialize)]
struct Element {
    #[serde(default)]
    status: Option<u16>,
}

/// Judges the attempt to send `events` events. `now_ms` is needed for a `Retry-After` date.
pub fn judge(attempt: &Result<Answer, Failure>, events: usize, now_ms: i64) -> Verdict {
    let answer = match attempt {
        Ok(answer) => answer,
        Err(Failure { phase: Phase::Unsent, .. }) => return Verdict::Later(Later::Unreachable),
        Err(Failure { phase: Phase::Unknown, .. }) => {
            return Verdict::Unknown { intercepted: false };
        }
    };
    let pause = answer.retry_after.as_deref().and_then(|text| retry_after_ms(text, now_ms));
    // A body that is not the envelope, such as HTML, says nothing; the status still does.
    let error = || serde_json::from_slice::<Envelope>(&answer.body).unwrap_or_default();
    match answer.status {
        200..=299 if !answer.from_linkedin => Verdict::Unknown { intercepted: true },
        200..=299 => success(&answer.body, events),
        400 | 409 | 422 => refusal(answer, &error(), events),
        401 => Verdict::Hold(token(&error())),
        403 => forbidden(&error(), events),
        413 if events == 1 => {
            Verdict::Rejected(vec![Finding { index: 0, pointer: None, code: Code::EventTooLarge }])
        }
        413 => Verdict::TooLarge,
        426 => Verdict::Hold(HoldReason::Version),
        429 if names_the_day(&error()) => Verdict::Later(Later::DayQuota),
        408 | 429 => Verdict::Later(Later::Throttled(pause)),
        300..=399 | 404..=499 | 501 => Verdict::Hold(HoldReason::Configuration),
        500..=599 => Verdict::Later(Later::ServerError(pause)),
        _ => Verdict::Unknown { intercepted: !answer.from_linkedin },
    }
}

fn success(body: &[u8], events: usize) -> Verdict {
    // One event is answered by an empty 201; a list is only known for batches.
    if events == 1 || body.is_empty() {
        return Verdict::Delivered { drift: false };
    }
    let Ok(Elements { elements }) = serde_json::from_slice(body) else {
        return Verdict::Delivered { drift: true };
    };
    let statuses = elements.iter().map(|element| element.status.unwrap_or(201));
    let all_well = statuses.clone().all(|status| (200..300).contains(&status));
    if all_well && elements.len() >= events {
        return Verdict::Delivered { drift: elements.len() > events };
    }
    let each = statuses.map(|status| match status {
        200..=299 => EventVerdict::Delivered,
        429 => EventVerdict::Later,
        400..=499 => EventVerdict::Rejected,
        _ => EventVerdict::Later,
    });
    Verdict::PerEvent(each.chain(std::iter::repeat(EventVerdict::Unknown)).take(events).collect())
}

fn refusal(answer: &Answer, error: &Envelope, events: usize) -> Verdict {
    match error.code.as_deref() {
        Some("VERSION_MISSING") => return Verdict::Hold(HoldReason::Configuration),
        Some("NONEXISTENT_VERSION") => return Verdict::Hold(HoldReason::Version),
        _ if answer.gateway_error => return Verdict::Hold(HoldReason::Configuration),
        _ => {}
    }
    let message = error.message.as_deref().unwrap_or_default();
    let mut found = findings(message, events);
    if is_about_the_rule(message) {
        return Verdict::RuleUnusable(found.into_iter().map(|finding| finding.index).collect());
    }
    if found.is_empty() && events == 1 {
        found.push(Finding { index: 0, pointer: None, code: Code::RejectedByLinkedIn });
    }
    if found.is_empty() {
        Verdict::Poisoned
    } else if is_about_time(message) {
        Verdict::OutOfTime(found)
    } else {
        Verdict::Rejected(found)
    }
}

/// The rule is not made for the Conversions API, is disabled or unknown to the token.
fn is_about_the_rule(message: &str) -> bool {
    const PARTS: [&str; 5] = [
        "method should be CONVERSIONS_API",
        "Conversion enabled should be true",
        "marked as deleted",
        "No ad accounts found",
        "Incorrect conversions information",
    ];
    PARTS.iter().any(|part| message.contains(part))
}

fn is_about_time(message: &str) -> bool {
    message.contains("not exceed current time")
        || message.contains("INVALID_CONVERSION_TIME_FIELD_VALUE")
}

fn token(error: &Envelope) -> HoldReason {
    match (error.service_error_code, error.code.as_deref()) {
        (Some(65_601), _) | (_, Some("REVOKED_ACCESS_TOKEN")) => HoldReason::TokenRevoked,
        (Some(65_602), _) | (_, Some("EXPIRED_ACCESS_TOKEN")) => HoldReason::TokenExpired,
        (Some(65_604), _) | (_, Some("EMPTY_ACCESS_TOKEN")) => HoldReason::TokenMissing,
        _ => HoldReason::TokenRefused,
    }
}

/// A missing scope concerns everything; a missing role, or a rule that cannot be found, one rule.
fn forbidden(error: &Envelope, events: usize) -> Verdict {
    let message = error.message.as_deref().unwrap_or_default();
    let about_rule =
        error.code.as_deref() == Some("USER_NOT_AUTHORIZED") || is_about_the_rule(message);
    if about_rule {
        let found = findings(message, events);
        Verdict::RuleUnusable(found.into_iter().map(|finding| finding.index).collect())
    } else {
        Verdict::Hold(HoldReason::Permission)
    }
}

fn names_the_day(error: &Envelope) -> bool {
    let message = error.message.as_deref().unwrap_or_default();
    message.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "DAY")
}

#[cfg(test)]
mod tests;
