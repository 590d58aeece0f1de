//! The bounds hold for every kind of traffic, over midnight and when clocks jump.

use super::*;
use proptest::prelude::*;

const LINKEDIN: Quota = Quota { per_minute: 600, per_day: 300_000 };
/// 2026-11-24T12:00:00Z
const NOON: i64 = 1_795_521_600_000;

/// Most arrivals in any 60 s.
fn fullest_minute(mut arrivals: Vec<i64>) -> usize {
    arrivals.sort_unstable();
    let first_within = |at: i64| arrivals.partition_point(|&other| other <= at - MINUTE_MS);
    arrivals.iter().enumerate().map(|(i, &at)| i + 1 - first_within(at)).max().unwrap_or(0)
}

fn drain(limiter: &mut Limiter, from: i64, until: i64) -> Vec<i64> {
    let (mut now, mut grants) = (from, Vec::new());
    while now < until {
        match limiter.acquire(now, false) {
            Permit::Granted => grants.push(now),
            Permit::Wait { until_ms, .. } => now = until_ms,
        }
    }
    grants
}

#[test]
fn linkedins_quota_gives_a_burst_of_40_and_8_a_second() {
    let mut limiter = Limiter::new(LINKEDIN, None);
    let grants = drain(&mut limiter, NOON, NOON + 60_000);
    assert_eq!(grants.iter().filter(|&&at| at == NOON).count(), 40);
    assert_eq!(grants.len(), 40 + 8 * 60 - 1);
}

#[test]
fn smooth_after_a_million_waiting_events() {
    let mut limiter = Limiter::new(LINKEDIN, None);
    let grants = drain(&mut limiter, NOON, NOON + 600_000);
    assert!(fullest_minute(grants) <= 560);
}

proptest! {
    #[test]
    fn no_minute_holds_more_than_the_quota(
        per_minute in prop_oneof![1_u32..30, 30_u32..2_000],
        pauses in prop::collection::vec((0_i64..20_000, 1_usize..900, 0_i64..10_000), 1..40),
        throttle_at in 0_usize..60,
    ) {
        let mut limiter = Limiter::new(Quota { per_minute, per_day: 10_000_000 }, None);
        let (mut now, mut arrivals) = (NOON, Vec::new());
        for (i, (pause, wanted, late)) in pauses.into_iter().enumerate() {
            now += pause;
            for n in 0..wanted {
                match limiter.acquire(now, n % 2 == 0) {
                    // Some arrive at once, some as late as a permitted request may.
                    Permit::Granted => arrivals.push(now + if n % 3 == 0 { 0 } else { late }),
                    Permit::Wait { until_ms, .. } if n % 5 == 0 => now = until_ms,
                    Permit::Wait { .. } => break,
                }
            }
            if i == throttle_at {
                limiter.throttled(now, Some(1_000));
            }
        }
        prop_assert!(fullest_minute(arrivals) <= per_minute as usize);
    }

    #[test]
    fn no_day_of_linkedins_holds_more_than_the_quota(
        per_day in 1_u32..400,
        clock_is_ahead in -25_000_i64..25_000,
        start in 0_i64..2 * DAY_MS,
    ) {
        let mut limiter = Limiter::new(Quota { per_minute: 600, per_day }, None);
        let begin = NOON + start;
        let mut days = std::collections::BTreeMap::new();
        for at in drain(&mut limiter, begin, begin + 2 * DAY_MS) {
            *days.entry((at - clock_is_ahead).div_euclid(DAY_MS)).or_insert(0) += 1;
        }
        prop_assert!(days.values().all(|&requests| requests <= per_day));
    }
}

#[test]
fn the_day_ends_two_percent_early_and_goes_on_after_midnight() {
    let mut limiter = Limiter::new(Quota { per_minute: 600, per_day: 100 }, None);
    let grants = drain(&mut limiter, NOON, NOON + DAY_MS);
    let midnight = NOON + DAY_MS / 2;
    assert_eq!(grants.iter().filter(|&&at| at < midnight).count(), 98);
    assert_eq!(grants.iter().find(|&&at| at >= midnight), Some(&(midnight + GUARD_MS)));
    let mut limiter = Limiter::new(Quota { per_minute: 600, per_day: 100 }, None);
    drain(&mut limiter, NOON, NOON + 60_000);
    assert_eq!(limiter.acquire(NOON + 60_000, true), Permit::Granted, "the reserve is left");
}

#[test]
fn a_429_pauses_slows_and_recovers() {
    let mut limiter = Limiter::new(LINKEDIN, None);
    let blocked = |limiter: &mut Limiter, at| limiter.peek(at, false) != Permit::Granted;
    limiter.throttled(NOON, Some(7_000));
    assert!(blocked(&mut limiter, NOON + 6_999) && !blocked(&mut limiter, NOON + 7_000));
    limiter.throttled(NOON + 7_000, None);
    assert!(blocked(&mut limiter, NOON + 66_999) && !blocked(&mut limiter, NOON + 67_000));
    for _ in 0..5 {
        limiter.throttled(NOON + 70_000, Some(99_999_999));
    }
    assert!((limiter.gauge(NOON).slow - 8.0).abs() < f64::EPSILON);
    assert!(!blocked(&mut limiter, NOON + 370_000), "never longer than 300 s");
    for minute in 7..60 {
        limiter.succeeded(NOON + minute * MINUTE_MS);
    }
    assert!((limiter.gauge(NOON + 61 * MINUTE_MS).slow - 1.0).abs() < f64::EPSILON);
}

#[test]
fn a_429_that_names_the_day_waits_for_midnight() {
    let mut limiter = Limiter::new(LINKEDIN, None);
    assert_eq!(limiter.acquire(NOON, false), Permit::Granted);
    let until = limiter.day_exhausted(NOON, 0.5);
    assert_eq!(until, NOON + DAY_MS / 2 + 45_000);
    let wait = Permit::Wait { until_ms: until, why: Bound::Throttled };
    assert_eq!(limiter.acquire(NOON + 1, true), wait);
    assert_eq!(limiter.acquire(until, false), Permit::Granted);
    assert_eq!(limiter.state().seen_day_limit, Some(1));
}

#[test]
fn a_clock_that_goes_back_strands_nothing_and_grants_nothing() {
    let mut limiter = Limiter::new(LINKEDIN, None);
    drain(&mut limiter, NOON, NOON + 1_000);
    let back = NOON - 3_600_000;
    assert!(matches!(limiter.acquire(back, false), Permit::Wait { until_ms, .. }
        if until_ms < back + 1_000));
    let mut limiter = Limiter::new(LINKEDIN, None);
    drain(&mut limiter, NOON, NOON + 1_000);
    let back = NOON - 400 * DAY_MS;
    assert!(matches!(limiter.acquire(back, false), Permit::Wait { until_ms, .. }
        if until_ms < back + 1_000));
}

#[test]
fn the_state_survives_serialisation() {
    let mut limiter = Limiter::new(LINKEDIN, None);
    drain(&mut limiter, NOON, NOON + 1_000);
    let text = serde_json::to_string(limiter.state()).unwrap_or_default();
    let state: LimitState = serde_json::from_str(&text).unwrap_or_else(|_| unreachable!());
    assert_eq!(&state, limiter.state());
    let mut again = Limiter::new(LINKEDIN, Some(state));
    assert_eq!(again.acquire(NOON + 1_000, false), limiter.acquire(NOON + 1_000, false));
}
