//! Until when is something held, and when is it tried? Holds end by a probe of one event that
//! gets through, or because what caused them was changed.

use crate::config::RuleId;
use crate::notice::NoticeCode;
use crate::verdict::HoldReason;

/// How long between two probes.
pub(super) const PROBE_EVERY_MS: i64 = 15 * 60_000;
/// A token that has just been made may be unknown to LinkedIn for some seconds
/// (`docs/linkedin.md` §2.2).
const NEW_TOKEN_PAUSES_MS: [i64; 3] = [5_000, 10_000, 20_000];

/// What is held, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why; its hint says what to do.
    pub code: NoticeCode,
    /// The rule that is held; none if everything is.
    pub rule: Option<RuleId>,
    /// Since when, epoch milliseconds.
    pub since_ms: i64,
    /// When it is tried again, epoch milliseconds.
    pub until_ms: i64,
}

/// Nothing is sent on this lane.
#[derive(Debug)]
pub(super) struct LaneHold {
    pub(super) reason: HoldReason,
    pub(super) since_ms: i64,
    pub(super) until_ms: i64,
    times: usize,
}

impl LaneHold {
    pub(super) fn begin(reason: HoldReason, now_ms: i64) -> Self {
        LaneHold { reason, since_ms: now_ms, until_ms: now_ms + pause(reason, 0), times: 1 }
    }

    /// A probe was refused for the same reason.
    pub(super) fn go_on(&mut self, now_ms: i64) {
        self.until_ms = now_ms + pause(self.reason, self.times);
        self.times += 1;
    }

    /// Whether a human should hear of it: not while LinkedIn may only need seconds.
    pub(super) fn is_news(&self) -> bool {
        match self.reason {
            HoldReason::TokenRevoked => self.times == NEW_TOKEN_PAUSES_MS.len() + 1,
            _ => self.times == 1,
        }
    }
}

fn pause(reason: HoldReason, times: usize) -> i64 {
    match reason {
        HoldReason::TokenRevoked => {
            NEW_TOKEN_PAUSES_MS.get(times).copied().unwrap_or(PROBE_EVERY_MS)
        }
        _ => PROBE_EVERY_MS,
    }
}

/// Nothing is sent for one rule.
#[derive(Debug)]
pub(super) struct RuleHold {
    pub(super) since_ms: i64,
    pub(super) until_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_token_may_be_a_new_one_for_35_seconds() {
        let mut hold = LaneHold::begin(HoldReason::TokenRevoked, 0);
        let mut untils = vec![(hold.until_ms, hold.is_news())];
        for _ in 0..4 {
            hold.go_on(hold.until_ms);
            untils.push((hold.until_ms, hold.is_news()));
        }
        let quarter = PROBE_EVERY_MS;
        assert_eq!(
            untils,
            [
                (5_000, false),
                (15_000, false),
                (35_000, false),
                (35_000 + quarter, true),
                (35_000 + 2 * quarter, false)
            ]
        );
    }
}
