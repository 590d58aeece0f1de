//! When is it worth trying again? Back-off, breaker and retry budget of one lane (one token).
//! Pure: time and chance are arguments. It never gives up: only an event's age ends an event.

const FIRST_MS: i64 = 1_000;
const CAP_MS: i64 = 60_000;
/// Once a lane has failed for so long, the cap rises.
const LONG_OUTAGE_MS: i64 = 30 * 60_000;
const LONG_OUTAGE_CAP_MS: i64 = 300_000;

/// Full jitter: anything between nothing and `min(cap, 1 s * 2^n)`, in milliseconds.
/// `failures` counts from 1, `random` is between 0 and 1.
pub(crate) fn backoff_ms(failures: u32, failing_for_ms: i64, random: f64) -> i64 {
    let cap = if failing_for_ms >= LONG_OUTAGE_MS { LONG_OUTAGE_CAP_MS } else { CAP_MS };
    let ceiling = FIRST_MS.checked_shl(failures.min(20)).map_or(cap, |ms| ms.min(cap));
    #[allow(clippy::cast_possible_truncation, reason = "at most a million")]
    let millionths = (random.clamp(0.0, 1.0) * 1_000_000.0) as i64;
    ceiling * millionths / 1_000_000
}

/// What a lane that may be broken lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// Everything.
    Open,
    /// One request at a time, of at most [`PROBE_EVENTS`] events.
    Probe,
    /// Nothing before this moment, epoch milliseconds.
    Closed {
        /// Epoch milliseconds.
        until_ms: i64,
    },
}

/// Most events in a request that finds out whether LinkedIn works again.
pub(crate) const PROBE_EVENTS: usize = 100;

/// Counts a lane's failures, backs off after each, and opens after five in 30 s or more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    failing_since_ms: i64,
    not_before_ms: i64,
    open: bool,
    passed_probes: u32,
}

const FAILURES_TO_OPEN: u32 = 5;
const FAILING_TO_OPEN_MS: i64 = 30_000;
const PROBES_TO_CLOSE: u32 = 2;

impl Breaker {
    /// What may pass now.
    pub(crate) fn passage(&self, now_ms: i64) -> Passage {
        // A clock that went back must not strand the lane.
        let until_ms = self.not_before_ms.min(now_ms + LONG_OUTAGE_CAP_MS);
        if now_ms < until_ms {
            Passage::Closed { until_ms }
        } else if self.open {
            Passage::Probe
        } else {
            Passage::Open
        }
    }

    /// The lane failed. When it may be tried again, epoch milliseconds.
    pub(crate) fn failed(&mut self, now_ms: i64, random: f64) -> i64 {
        if self.failures == 0 {
            self.failing_since_ms = now_ms;
        }
        self.failures = self.failures.saturating_add(1);
        self.passed_probes = 0;
        let failing_for = now_ms - self.failing_since_ms;
        self.open |= self.failures >= FAILURES_TO_OPEN && failing_for >= FAILING_TO_OPEN_MS;
        self.not_before_ms = now_ms + backoff_ms(self.failures, failing_for, random);
        self.not_before_ms
    }

    /// LinkedIn answered and took what it was sent, or said what is wrong with it. True when this
    /// closes an open breaker.
    pub(crate) fn worked(&mut self) -> bool {
        self.not_before_ms = 0;
        if self.open {
            self.passed_probes += 1;
            if self.passed_probes < PROBES_TO_CLOSE {
                return false;
            }
        }
        let was_open = self.open;
        *self = Breaker::default();
        was_open
    }

    /// How many failures there have been since the last success.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether only probes pass.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }
}

/// While requests succeed, at most a fifth of them may be retries: a lane that half works must
/// not be filled by what fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct RetryBudget {
    minute: i64,
    requests: u32,
    retries: u32,
    succeeded: bool,
}

/// Retries that a minute may always have.
const FREE_RETRIES: u32 = 5;

impl RetryBudget {
    /// Whether a retry may leave now; otherwise the moment of the next minute.
    pub(crate) fn allows(&mut self, now_ms: i64) -> Result<(), i64> {
        self.follow(now_ms);
        let within = self.retries < FREE_RETRIES || self.retries < self.requests / 5;
        if within || !self.succeeded { Ok(()) } else { Err((self.minute + 1) * 60_000) }
    }

    /// A request leaves.
    pub(crate) fn sent(&mut self, now_ms: i64, is_retry: bool) {
        self.follow(now_ms);
        self.requests = self.requests.saturating_add(1);
        self.retries = self.retries.saturating_add(u32::from(is_retry));
    }

    /// A request succeeded.
    pub(crate) fn succeeded(&mut self, now_ms: i64) {
        self.follow(now_ms);
        self.succeeded = true;
    }

    fn follow(&mut self, now_ms: i64) {
        let minute = now_ms.div_euclid(60_000);
        if minute != self.minute {
            *self = RetryBudget { minute, ..RetryBudget::default() };
        }
    }
}

/// How many requests may be under way at once: starts at 1, one more for each answer that went
/// well, a tenth less on trouble.
#[derive(Clone, Debug)]
pub(crate) struct Concurrency {
    /// Tenths, so that nine tenths need no float.
    tenths: usize,
}

const MOST_AT_ONCE: usize = 8;

impl Default for Concurrency {
    fn default() -> Self {
        Concurrency { tenths: 10 }
    }
}

impl Concurrency {
    /// The number at present, 1 to 8.
    pub(crate) fn limit(&self) -> usize {
        self.tenths / 10
    }

    /// An answer went well.
    pub(crate) fn raise(&mut self) {
        self.tenths = (self.limit() + 1).min(MOST_AT_ONCE) * 10;
    }

    /// Trouble.
    pub(crate) fn lower(&mut self) {
        self.tenths = (self.tenths * 9 / 10).max(10);
    }

    /// After an outage it begins anew.
    pub(crate) fn reset(&mut self) {
        *self = Concurrency::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_jitter_doubles_up_to_the_cap() {
        let most = |failures, outage| backoff_ms(failures, outage, 1.0);
        assert_eq!([1, 2, 5, 6, 40].map(|n| most(n, 0)), [2_000, 4_000, 32_000, 60_000, 60_000]);
        assert_eq!(most(40, LONG_OUTAGE_MS), 300_000);
        assert_eq!(backoff_ms(9, 0, 0.0), 0);
        assert_eq!(backoff_ms(9, 0, 0.5), 30_000);
        assert_eq!(backoff_ms(9, 0, f64::NAN), 0);
    }

    #[test]
    fn the_breaker_opens_after_five_failures_in_30_s_and_closes_after_two_probes() {
        let mut breaker = Breaker::default();
        let mut now = 0;
        for failure in 1..=5 {
            assert!(!breaker.is_open(), "{failure}");
            now += 8_000;
            breaker.failed(now, 0.0);
        }
        assert_eq!(breaker.passage(now), Passage::Probe);
        assert!(!breaker.worked());
        assert_eq!(breaker.passage(now), Passage::Probe);
        assert!(breaker.worked());
        assert_eq!(breaker.passage(now), Passage::Open);
    }

    #[test]
    fn five_failures_at_once_only_back_off() {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed(1_000, 1.0);
        }
        assert!(!breaker.is_open());
        assert_eq!(breaker.passage(1_000), Passage::Closed { until_ms: 33_000 });
        assert_eq!(breaker.passage(33_000), Passage::Open);
        assert_eq!(
            breaker.passage(-900_000_000),
            Passage::Closed { until_ms: -900_000_000 + LONG_OUTAGE_CAP_MS }
        );
    }

    #[test]
    fn a_fifth_of_the_requests_may_be_retries_while_some_succeed() {
        let mut budget = RetryBudget::default();
        let mut sent = 0;
        budget.succeeded(0);
        for _ in 0..100 {
            budget.sent(0, false);
        }
        while budget.allows(0).is_ok() {
            budget.sent(0, true);
            sent += 1;
        }
        assert!((20..=25).contains(&sent), "{sent}");
        assert_eq!(budget.allows(0), Err(60_000));
        assert_eq!(budget.allows(60_000), Ok(()));
    }

    #[test]
    fn without_any_success_retries_are_not_bounded_here() {
        let mut budget = RetryBudget::default();
        for _ in 0..100 {
            assert_eq!(budget.allows(0), Ok(()));
            budget.sent(0, true);
        }
    }

    #[test]
    fn concurrency_stays_between_1_and_8() {
        let mut at_once = Concurrency::default();
        let rising: Vec<_> = (0..9)
            .map(|_| {
                at_once.raise();
                at_once.limit()
            })
            .collect();
        assert_eq!(rising, [2, 3, 4, 5, 6, 7, 8, 8, 8]);
        at_once.lower();
        assert_eq!(at_once.limit(), 7);
        (0..50).for_each(|_| at_once.lower());
        assert_eq!(at_once.limit(), 1);
    }
}
