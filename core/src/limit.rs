//! When may the next request leave? Requests per minute and per UTC day, provably within quota.
//! Pure: time is an argument. A permit is spent before the request and never given back.

use serde::{Deserialize, Serialize};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// D: how late a permitted request may reach LinkedIn.
const LATENESS_MS: i64 = 10_000;
/// Around midnight a request is charged to both days: LinkedIn's clock may differ from ours.
const GUARD_MS: i64 = 30_000;
/// Longest pause that a `Retry-After` can ask for.
const LONGEST_PAUSE_MS: i64 = 300_000;
/// After so many 429 in a row the pause is the longest: it may be the day's quota after all.
const STUBBORN: u32 = 5;
const MOST_SLOW: f64 = 8.0;
const RECOVERY: f64 = 0.95;

/// LinkedIn's limits for one token (`docs/linkedin.md` §10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Most requests in any 60 seconds.
    pub per_minute: u32,
    /// Most requests in one UTC day.
    pub per_day: u32,
}

/// May a request leave now?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Yes, and the permit is spent.
    Granted,
    /// Not before this moment, epoch milliseconds.
    Wait {
        /// Epoch milliseconds.
        until_ms: i64,
        /// What stands in the way.
        why: Bound,
    },
}

/// What bounds the rate at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The requests of the last minute.
    Minute,
    /// The requests of the UTC day.
    Day,
    /// LinkedIn answered 429.
    Throttled,
}

/// Everything the limiter remembers; to be kept across restarts and shared by processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitState {
    /// Theoretical arrival time of the next request, epoch microseconds.
    tat_us: i64,
    /// The UTC day that `today` counts, in days since 1970.
    day: i64,
    yesterday: u32,
    today: u32,
    tomorrow: u32,
    blocked_until_ms: i64,
    last_ms: i64,
    slow: f64,
    recovered_ms: i64,
    throttled_in_a_row: u32,
    /// What had been used when LinkedIn said that the day's quota is spent; lower than ours if
    /// others use the same token.
    pub seen_day_limit: Option<u32>,
}

/// What the limiter is doing, for people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitGauge {
    /// When the next request may leave, epoch milliseconds; in the past means at once.
    pub next_permit_ms: i64,
    /// What stands in the way until then.
    pub bound: Option<Bound>,
    /// Requests left in this UTC day, without the reserve.
    pub day_left: u32,
    /// 1 at full rate, up to 8 times slower after 429.
    pub slow: f64,
}

/// A generic cell rate algorithm for the minute, and counters for the day.
///
/// # Why no window of 60 s holds more than the quota
///
/// Each grant moves `tat` to at least `max(tat, now) + T`, and needs `now >= tat - (B - 1) T`.
/// So after the first of N grants, at `t1`, the N-th needs
/// `tN >= t1 + (N - 1) T - (B - 1) T`, that is `N <= B + (tN - t1) / T`.
/// What LinkedIn sees within 60 s was granted within 60 s + D, because a request arrives at most
/// D late; hence at most `B + floor((60 s + D) / T)` requests, and `B` is chosen as the quota
/// minus that floor. `T` is 75 s / quota: four fifths of the rate, which leaves a burst of 40 and
/// 8 requests a second at LinkedIn's 600. Slowing down only makes the steps larger, never the
/// tolerance, so the bound holds at every speed.
#[derive(Clone, Debug)]
pub struct Limiter {
    interval_us: i64,
    tolerance_us: i64,
    day_budget: u32,
    day_quota: u32,
    state: LimitState,
}

impl Limiter {
    /// `state` is what an earlier limiter has left.
    pub fn new(quota: Quota, state: Option<LimitState>) -> Self {
        let per_minute = i64::from(quota.per_minute.max(1));
        let interval_us = (75_000_000 + per_minute - 1) / per_minute;
        let burst = per_minute - (MINUTE_MS + LATENESS_MS) * 1_000 / interval_us;
        let day_budget = u64::from(quota.per_day) * 98 / 100;
        Limiter {
            interval_us,
            tolerance_us: (burst - 1) * interval_us,
            day_budget: u32::try_from(day_budget).unwrap_or(u32::MAX).max(1),
            day_quota: quota.per_day.max(1),
            state: state.unwrap_or(LimitState {
                tat_us: 0,
                day: 0,
                yesterday: 0,
                today: 0,
                tomorrow: 0,
                blocked_until_ms: 0,
                last_ms: 0,
                slow: 1.0,
                recovered_ms: 0,
                throttled_in_a_row: 0,
                seen_day_limit: None,
            }),
        }
    }

    /// What has to be kept.
    pub fn state(&self) -> &LimitState {
        &self.state
    }

    /// Spends a permit if there is one. `reserve` is for probes and bisection, which may use the
    /// last two percent of the day.
    pub fn acquire(&mut self, now_ms: i64, reserve: bool) -> Permit {
        self.follow(now_ms);
        let permit = self.look(now_ms, reserve);
        if permit == Permit::Granted {
            let step = scale(self.interval_us, self.state.slow);
            self.state.tat_us = self.state.tat_us.max(now_ms * 1_000) + step;
            self.state.today += 1;
            self.state.tomorrow += u32::from(before_midnight(now_ms));
            self.state.yesterday += u32::from(after_midnight(now_ms));
        }
        permit
    }

    /// As [`Limiter::acquire`], without spending.
    pub fn peek(&mut self, now_ms: i64, reserve: bool) -> Permit {
        self.follow(now_ms);
        self.look(now_ms, reserve)
    }

    /// LinkedIn answered 429 without naming the day. `retry_after_ms` is what it asked for.
    pub fn throttled(&mut self, now_ms: i64, retry_after_ms: Option<i64>) {
        let state = &mut self.state;
        state.throttled_in_a_row = state.throttled_in_a_row.saturating_add(1);
        let pause = match retry_after_ms {
            Some(asked) => asked.clamp(1_000, LONGEST_PAUSE_MS),
            None if state.throttled_in_a_row > STUBBORN => LONGEST_PAUSE_MS,
            None => MINUTE_MS,
        };
        state.blocked_until_ms = state.blocked_until_ms.max(now_ms + pause);
        state.slow = (state.slow * 2.0).min(MOST_SLOW);
        state.recovered_ms = now_ms;
    }

    /// LinkedIn said that the day's quota is spent. Until when to wait: after midnight UTC, with
    /// up to 30 s more by `random` (0 to 1) so that not every sender knocks at once.
    pub fn day_exhausted(&mut self, now_ms: i64, random: f64) -> i64 {
        self.follow(now_ms);
        let state = &mut self.state;
        state.seen_day_limit = Some(state.today);
        state.today = state.today.max(self.day_quota);
        let jitter = scale(GUARD_MS, random.clamp(0.0, 1.0));
        let until = (now_ms.div_euclid(DAY_MS) + 1) * DAY_MS + GUARD_MS + jitter;
        state.blocked_until_ms = state.blocked_until_ms.max(until);
        until
    }

    /// A request went well: each minute of that takes back a part of the slowing down.
    pub fn succeeded(&mut self, now_ms: i64) {
        let state = &mut self.state;
        state.throttled_in_a_row = 0;
        if now_ms - state.recovered_ms >= MINUTE_MS {
            state.slow = (state.slow * RECOVERY).max(1.0);
            state.recovered_ms = now_ms;
        }
    }

    /// What the limiter is doing.
    pub fn gauge(&self, now_ms: i64) -> LimitGauge {
        let mut then = self.clone();
        let (next_permit_ms, bound) = match then.peek(now_ms, false) {
            Permit::Granted => (now_ms, None),
            Permit::Wait { until_ms, why } => (until_ms, Some(why)),
        };
        let day_left = self.day_budget.saturating_sub(then.state.today);
        LimitGauge { next_permit_ms, bound, day_left, slow: self.state.slow }
    }

    fn look(&self, now_ms: i64, reserve: bool) -> Permit {
        let state = &self.state;
        let wait = |until_ms, why| Permit::Wait { until_ms, why };
        if now_ms < state.blocked_until_ms {
            return wait(state.blocked_until_ms, Bound::Throttled);
        }
        let budget = if reserve { self.day_quota } else { self.day_budget };
        let midnight = (state.day + 1) * DAY_MS;
        if state.today >= budget || (before_midnight(now_ms) && state.tomorrow >= budget) {
            return wait(midnight + GUARD_MS, Bound::Day);
        }
        if after_midnight(now_ms) && state.yesterday >= budget {
            return wait(midnight - DAY_MS + GUARD_MS, Bound::Day);
        }
        let free_us = state.tat_us - self.tolerance_us;
        if now_ms * 1_000 < free_us {
            return wait((free_us + 999) / 1_000, Bound::Minute);
        }
        Permit::Granted
    }

    /// Follows the clock: the day's counters move on, and a clock that went back takes the marks
    /// with it, as if no time had passed. So nothing waits for a time that was wrong.
    fn follow(&mut self, now_ms: i64) {
        let state = &mut self.state;
        if now_ms < state.last_ms {
            let back = state.last_ms - now_ms;
            state.tat_us -= back * 1_000;
            state.blocked_until_ms -= back;
            state.recovered_ms -= back;
        }
        state.last_ms = now_ms;
        let day = now_ms.div_euclid(DAY_MS);
        if day == state.day + 1 {
            (state.yesterday, state.today, state.tomorrow) = (state.today, state.tomorrow, 0);
            state.day = day;
        } else if day > state.day + 1 {
            (state.yesterday, state.today, state.tomorrow) = (0, 0, 0);
            state.day = day;
        } else if day < state.day - 1 {
            // Far back: what was counted is charged to the day it now seems to be.
            state.day = day;
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "intervals are far below 2^53, and a float beyond i64 saturates"
)]
fn scale(number: i64, factor: f64) -> i64 {
    (number as f64 * factor).ceil() as i64
}

fn before_midnight(now_ms: i64) -> bool {
    now_ms.rem_euclid(DAY_MS) >= DAY_MS - GUARD_MS
}

fn after_midnight(now_ms: i64) -> bool {
    now_ms.rem_euclid(DAY_MS) < GUARD_MS
}

#[cfg(test)]
mod tests;
