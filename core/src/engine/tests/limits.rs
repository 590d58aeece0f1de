//! LinkedIn's limits: requests in a minute and in a day, 429, several requests at once.

use super::*;
use crate::transport::FailureKind;

fn one_event_each() -> Config {
    Config { batch_events: 1, ..Config::default() }
}

fn fullest_minute(times: &[i64]) -> usize {
    let within = |from: i64| times.partition_point(|&at| at < from + 60_000);
    times.iter().enumerate().map(|(i, &at)| within(at) - i).max().unwrap_or(0)
}

#[test]
fn no_minute_sees_more_than_600_requests() {
    let mut play = Play::with(&one_event_each());
    play.accept_many(5_000);
    let mut times = Vec::new();
    play.run(NOON + DAY, |_, now| {
        times.push(now);
        well()
    });
    assert_eq!(play.ledger().delivered, 5_000);
    assert!(fullest_minute(&times) <= 520, "{}", fullest_minute(&times));
    assert!(times.last().unwrap() - times[0] <= 630_000, "at 8 a second");
}

#[test]
fn the_day_quota_holds_over_midnight() {
    let config = Config { requests_per_day: 1_000, ..one_event_each() };
    let mut play = Play::with(&config);
    play.accept_many(2_500);
    let mut days = BTreeMap::new();
    play.run(NOON + 5 * DAY, |_, now| {
        *days.entry(now.div_euclid(DAY)).or_insert(0) += 1;
        well()
    });
    assert_eq!(days.into_values().collect::<Vec<_>>(), [980, 980, 540]);
    assert_eq!(play.ledger().delivered, 2_500);
}

#[test]
fn a_429_pauses_and_slows() {
    let mut play = Play::with(&one_event_each());
    play.accept_many(100);
    let mut times = Vec::new();
    let mut throttled = false;
    play.run(NOON + DAY, |_, now| {
        times.push(now);
        if times.len() == 5 && !throttled {
            throttled = true;
            let mut slow = answer(429, "").unwrap();
            slow.retry_after = Some("7".to_owned());
            return Ok(slow);
        }
        well()
    });
    assert_eq!(play.ledger().delivered, 100);
    assert!(times[5] - times[4] >= 7_000);
    assert_eq!(play.codes(), [NoticeCode::Throttled]);
}

#[test]
fn a_429_that_names_the_day_is_silent_until_midnight() {
    let mut play = Play::new();
    play.accept_many(10);
    let day = r#"{"message":"Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.","status":429}"#;
    let midnight = NOON + DAY / 2;
    let mut times = Vec::new();
    play.run(NOON + DAY, |_, now| {
        times.push(now);
        if now < midnight { answer(429, day) } else { well() }
    });
    assert_eq!(times.len(), 2);
    assert!((midnight + 30_000..=midnight + 61_000).contains(&times[1]));
    assert_eq!(play.ledger().delivered, 10);
    assert_eq!(play.codes(), [NoticeCode::DayQuotaSpent]);
}

#[test]
fn several_requests_are_under_way_once_it_goes_well() {
    let mut play = Play::with(&Config { batch_events: 10, ..Config::default() });
    play.accept_many(1_000);
    let first = play.request();
    assert!(play.request_before(play.now + 1).is_none(), "one at first");
    play.answer(&first, well());
    let mut most = 0;
    let mut under_way = Vec::new();
    while play.ledger().waiting > 0 {
        while let Some(request) = play.request_before(play.now + 1) {
            under_way.push(request);
        }
        most = most.max(under_way.len());
        assert!(!under_way.is_empty() || play.now < NOON + DAY);
        match under_way.pop() {
            Some(request) => play.answer(&request, well()),
            None => play.now += 100,
        }
    }
    assert_eq!(most, 8);
}

#[test]
fn a_lone_event_waits_for_company_unless_somebody_waits_for_it() {
    let mut play = Play::new();
    play.accept_many(1);
    assert!(matches!(play.engine.next(NOON), Step::Wait { until_ms } if until_ms == NOON + 1_000));
    play.engine.hurry(play.outbox.last_ticket());
    assert!(matches!(play.engine.next(NOON), Step::Send(_)));
}

#[test]
fn batches_keep_to_the_byte_cap() {
    let mut play = Play::with(&Config { batch_bytes: 131_072, ..Config::default() });
    play.accept_many(5_000);
    play.run(NOON + DAY, |body, _| {
        assert!(body.len() <= 131_072);
        well()
    });
    assert_eq!(play.ledger().delivered, 5_000);
}

/// Every kind of answer in random order: nothing is lost, the books balance at each step, and in
/// the end everything has ended.
#[test]
fn a_storm_of_answers_loses_nothing() {
    for seed in 0..200_u64 {
        let mut play = Play::with(&Config { batch_events: 50, ..Config::default() });
        let mut random = seed;
        let mut chance = |below: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let events = (0..300).map(|n| event(7 + n % 4, &format!("e{n}"), NOON - 1_000));
        play.accept(events.collect());
        let mut under_way = Vec::new();
        for _ in 0..400 {
            while let Some(request) = play.request_before(play.now + 1) {
                under_way.push(request);
            }
            if under_way.is_empty() {
                if let Step::Wait { until_ms } = play.engine.next(play.now) {
                    play.now = until_ms;
                } else if let Some(request) = play.request_before(i64::MAX) {
                    under_way.push(request);
                }
                continue;
            }
            let at = usize::try_from(chance(under_way.len() as u64)).unwrap();
            let request = under_way.swap_remove(at);
            let attempt = match chance(14) {
                0 => answer(500, ""),
                1 => answer(429, ""),
                2 => message(400, "?"),
                3 => message(422, "Index: 0, ERROR :: /a :: x"),
                4 => message(403, "No ad accounts found"),
                5 => Err(Failure { phase: Phase::Unknown, kind: FailureKind::Timeout }),
                6 => Err(Failure { phase: Phase::Unsent, kind: FailureKind::Connect }),
                7 => answer(200, r#"{"elements":[{"status":201},{"status":500}]}"#),
                8 => answer(413, ""),
                9 => answer(426, ""),
                10 => Ok(Answer { status: 200, ..Answer::default() }),
                _ => well(),
            };
            play.now += i64::try_from(chance(500)).unwrap();
            play.answer(&request, attempt);
        }
        for request in under_way {
            play.answer(&request, well());
        }
        play.run(NOON + 10 * DAY, |_, _| well());
        let ledger = play.ledger();
        assert_eq!((ledger.accepted, ledger.waiting), (300, 0), "seed {seed}: {ledger:?}");
        assert_eq!(play.engine.take_outcomes().len(), 300, "seed {seed}");
        assert!(play.engine.searches.is_empty() && play.engine.queue.is_empty(), "seed {seed}");
    }
}
