//! One bad event among many, rules and lanes that are held, outcomes that nobody knows.

use super::*;
use crate::outbox::Waiting;
use crate::transport::FailureKind;

/// Where the event with this id stands in the body.
fn position(body: &str, id: &str) -> Option<usize> {
    let at = body.find(&format!(r#""eventId":"{id}""#))?;
    Some(body[..at].matches(r#""eventId":""#).count())
}

#[test]
fn one_named_event_in_5000_costs_two_requests() {
    let mut play = Play::new();
    play.accept_many(5_000);
    play.run(NOON + DAY, |body, _| match position(body, "e3217") {
        Some(index) => message(422, &format!("Index: {index}, ERROR :: /user/x :: bad\n")),
        None => well(),
    });
    assert_eq!(play.requests, 2);
    assert_eq!((play.ledger().delivered, play.ledger().rejected), (4_999, 1));
    let notice =
        play.engine.take_notices().into_iter().find(|n| n.code == NoticeCode::EventRejected);
    let notice = notice.unwrap();
    assert_eq!((notice.events, notice.event_ids), (1, vec!["e3217".to_owned()]));
    assert_eq!((notice.rule, notice.pointer.as_deref()), (Some(rule(7)), Some("/user/x")));
    assert_eq!(play.ended(is_rejected), ["e3217"]);
}

#[test]
fn one_unnamed_event_in_5000_costs_at_most_26() {
    for bad in ["e0", "e2499", "e2500", "e4999", "e1234"] {
        let mut play = Play::new();
        play.accept_many(5_000);
        play.run(NOON + DAY, |body, _| {
            if position(body, bad).is_some() {
                message(400, "Ein Ereignis ist falsch")
            } else {
                well()
            }
        });
        assert!(play.requests <= 26, "{} for {bad}", play.requests);
        assert_eq!((play.ledger().delivered, play.ledger().rejected), (4_999, 1), "{bad}");
        assert_eq!(play.ended(is_rejected), [bad]);
        assert_eq!(play.codes(), [NoticeCode::Isolating, NoticeCode::EventRejected]);
        assert!(play.engine.searches.is_empty());
    }
}

#[test]
fn many_unnamed_events_keep_to_the_budget_and_all_are_found() {
    let mut play = Play::new();
    play.accept_many(5_000);
    let bad: Vec<String> = (0..10).map(|n| format!("e{}", n * 499)).collect();
    let mut times = Vec::new();
    play.run(NOON + DAY, |body, now| {
        times.push(now);
        if bad.iter().any(|id| position(body, id).is_some()) { message(400, "?") } else { well() }
    });
    let mut found = play.ended(is_rejected);
    found.sort_by_key(|id| id[1..].parse::<u32>().unwrap());
    assert_eq!(found, bad);
    assert_eq!(play.ledger().delivered, 4_990);
    for &start in &times {
        let within = times.iter().filter(|&&at| (start..start + 60_000).contains(&at)).count();
        assert!(within <= 2 * 64, "{within}");
    }
}

#[test]
fn names_that_do_not_help_are_not_believed_for_ever() {
    let mut play = Play::new();
    play.accept_many(1_000);
    // Whatever was sent, the first one is named; the bad one is another.
    play.run(NOON + DAY, |body, _| {
        if position(body, "e500").is_some() {
            message(400, "indices [0] (0-indexed)")
        } else {
            well()
        }
    });
    assert!(play.ledger().rejected <= 13, "{:?}", play.ledger());
    assert_eq!(play.ledger().waiting, 0);
}

#[test]
fn an_index_that_was_not_sent_means_search() {
    let mut play = Play::new();
    play.accept_many(100);
    play.run(NOON + DAY, |body, _| {
        if position(body, "e42").is_some() { message(400, "indices [4000]") } else { well() }
    });
    assert_eq!(play.ended(is_rejected), ["e42"]);
    assert_eq!(play.ledger().delivered, 99);
}

#[test]
fn a_body_that_is_too_large_is_halved_and_the_size_remembered() {
    let mut play = Play::new();
    play.accept_many(5_000);
    let limit = 200_000;
    let mut refused = 0;
    play.run(NOON + DAY, |body, _| {
        refused += usize::from(body.len() > limit);
        if body.len() > limit { answer(413, "") } else { well() }
    });
    assert_eq!(play.ledger().delivered, 5_000);
    let before = refused;
    play.accept((0..5_000).map(|n| event(7, &format!("f{n}"), NOON)).collect());
    play.run(NOON + DAY, |body, _| if body.len() > limit { answer(413, "") } else { well() });
    assert_eq!(play.ledger().delivered, 10_000);
    assert!(before <= 7, "{before}");
    assert!(play.engine.most_bytes <= limit);
}

#[test]
fn a_rule_that_cannot_be_used_is_held_and_the_others_go_on() {
    let mut play = Play::new();
    play.accept((0..100).map(|n| event(7 + n % 3, &format!("e{n}"), NOON - 1)).collect());
    let mut works = false;
    let mut probes = Vec::new();
    let linkedin = |works: bool| {
        move |body: &str| {
            let unusable = body.contains("llaPartnerConversion:8\"");
            if unusable && !works { message(403, "No ad accounts found") } else { well() }
        }
    };
    play.run(NOON + 3_600_000, |body, now| {
        if body.contains("llaPartnerConversion:8\"") && !body.contains("elements") {
            probes.push(now);
        }
        linkedin(works)(body)
    });
    assert_eq!(play.ledger().delivered, 67);
    assert_eq!(play.outbox.waiting(), Waiting { ready: 33, ..play.outbox.waiting() });
    assert_eq!(play.codes(), [NoticeCode::RuleHeld]);
    assert!((3..=4).contains(&probes.len()), "one event every 15 minutes: {probes:?}");
    let holds = play.engine.gauge(play.now).holds;
    assert_eq!((holds.len(), holds[0].rule), (1, Some(rule(8))));

    works = true;
    play.run(NOON + 2 * 3_600_000, |body, _| linkedin(works)(body));
    assert_eq!(play.ledger().delivered, 100);
    assert_eq!(play.codes(), [NoticeCode::RuleResumed]);
}

#[test]
fn a_refused_token_holds_everything_until_there_is_another() {
    let mut play = Play::new();
    play.accept_many(10);
    let request = play.request();
    let expired = r#"{"status":401,"serviceErrorCode":65602,"code":"EXPIRED_ACCESS_TOKEN"}"#;
    play.answer(&request, answer(401, expired));
    assert_eq!(play.codes(), [NoticeCode::TokenExpired]);
    assert!(play.request_before(NOON + 14 * 60_000).is_none());
    // A probe of one event every quarter of an hour, in case it was LinkedIn's mistake.
    let probe = play.request();
    assert_eq!((probe.events, play.now >= NOON + 15 * 60_000), (1, true));
    play.answer(&probe, answer(401, expired));
    assert_eq!(play.codes(), []);
    play.engine.set_token(Secret::new("NEW".to_owned()), play.now);
    let now = play.now;
    play.run(now + 2_000, |_, _| well());
    assert_eq!(play.ledger().delivered, 10);
    assert_eq!(play.codes(), [NoticeCode::LaneResumed]);
}

#[test]
fn an_answer_to_the_old_token_does_not_hold_the_new_one() {
    let mut play = Play::new();
    play.accept_many(1);
    let request = play.request();
    play.engine.set_token(Secret::new("NEW".to_owned()), play.now);
    play.answer(&request, answer(401, ""));
    assert!(play.engine.hold.is_none());
    play.run(NOON + DAY, |_, _| well());
    assert_eq!(play.ledger().delivered, 1);
}

#[test]
fn a_token_that_is_new_is_given_35_seconds_without_an_alarm() {
    let mut play = Play::new();
    play.accept_many(3);
    let revoked = r#"{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN"}"#;
    let begin = play.now;
    play.run(NOON + DAY, |_, now| if now < begin + 16_000 { answer(401, revoked) } else { well() });
    assert_eq!(play.ledger().delivered, 3);
    assert_eq!(play.codes(), [NoticeCode::LaneResumed]);
}

#[test]
fn without_a_token_everything_waits() {
    let outbox = Arc::new(MemoryOutbox::new(10, 10_000));
    let settings = Settings::new(&Config::default(), 1);
    let mut engine = Engine::new(outbox.clone(), settings, None);
    assert!(matches!(engine.next(NOON), Step::Idle));
    outbox.accept(&mut vec![event(7, "a", NOON)], NOON).unwrap();
    assert!(matches!(engine.next(NOON), Step::Wait { .. }));
    assert_eq!(engine.take_notices()[0].code, NoticeCode::TokenMissing);
    engine.set_token(Secret::new("AQX".to_owned()), NOON);
    assert!(matches!(engine.next(NOON + 1_000), Step::Send(_)));
}

#[test]
fn a_version_that_ended_holds_everything_and_loses_nothing() {
    let mut play = Play::new();
    play.accept_many(100);
    let ended = r#"{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20250901 is not active"}"#;
    let mut requests = 0;
    play.run(NOON + DAY, |_, _| {
        requests += 1;
        answer(426, ended)
    });
    assert!(requests <= 97, "{requests}: one probe every 15 minutes");
    assert_eq!(play.codes(), [NoticeCode::VersionSunset]);
    play.run(NOON + 2 * DAY, |_, _| well());
    assert_eq!(play.ledger().delivered, 100);
    assert_eq!(play.codes(), [NoticeCode::LaneResumed]);
}

#[test]
fn an_outcome_that_nobody_knows_is_sent_again_byte_for_byte_and_counted() {
    let mut play = Play::new();
    play.accept_many(3);
    let first = play.request();
    let lost = Failure { phase: Phase::Unknown, kind: FailureKind::Timeout };
    play.answer(&first, Err(lost));
    let second = play.request();
    assert_eq!(first.body.as_ref(), second.body.as_ref());
    play.answer(&second, well());
    assert_eq!((play.ledger().delivered, play.ledger().unknown_resent), (3, 3));
    assert_eq!(play.codes(), [NoticeCode::OutcomeUnknown]);
}

#[test]
fn what_provably_did_not_arrive_is_not_counted_as_unknown() {
    let mut play = Play::new();
    play.accept_many(3);
    let first = play.request();
    let unsent = Failure { phase: Phase::Unsent, kind: FailureKind::Connect };
    play.answer(&first, Err(unsent));
    play.run(NOON + DAY, |_, _| well());
    assert_eq!((play.ledger().delivered, play.ledger().unknown_resent), (3, 0));
    assert_eq!(play.codes(), [NoticeCode::Unreachable]);
}

#[test]
fn a_portal_is_not_believed() {
    let mut play = Play::new();
    play.accept_many(3);
    let mut portal = 0;
    play.run(NOON + 10 * 60_000, |_, _| {
        portal += 1;
        Ok(Answer { status: 200, body: b"<html>".to_vec(), ..Answer::default() })
    });
    assert_eq!((portal, play.ledger().delivered), (2, 0));
    assert_eq!(play.codes().last(), Some(&NoticeCode::Intercepted));
    play.run(NOON + DAY, |_, _| well());
    assert_eq!(play.ledger().delivered, 3);
}

#[test]
fn an_event_that_linkedin_cannot_stand_is_found_by_5xx() {
    let mut play = Play::new();
    play.accept_many(200);
    play.run(
        NOON + DAY,
        |body, _| {
            if position(body, "e77").is_some() { answer(500, "") } else { well() }
        },
    );
    assert_eq!((play.ledger().delivered, play.ledger().dead), (199, 1));
    assert_eq!(play.ended(|fate| matches!(fate, Fate::Dead(_))), ["e77"]);
    assert!(play.requests <= 40, "{}", play.requests);
}

#[test]
fn an_outage_of_six_hours_ends_nothing_and_wakes_nobody_up_often() {
    let mut play = Play::new();
    play.accept_many(7_000);
    let mut failed = 0;
    play.run(NOON + 2 * DAY, |_, now| {
        if now < NOON + 6 * 3_600_000 {
            failed += 1;
            answer(503, "<html>")
        } else {
            well()
        }
    });
    assert_eq!(play.ledger().delivered, 7_000);
    assert!(failed < 400, "{failed}");
    let codes = play.codes();
    assert!(codes.iter().filter(|&&code| code == NoticeCode::ServerErrors).count() <= 2);
    assert_eq!(codes.last(), Some(&NoticeCode::LaneResumed));
}

#[test]
fn a_sender_that_was_superseded_changes_nothing_any_more() {
    let mut play = Play::new();
    play.accept_many(1);
    let request = play.request();
    play.outbox.elect().unwrap();
    play.answer(&request, well());
    assert_eq!((play.ledger().delivered, play.ledger().waiting), (0, 1));
    assert_eq!(play.codes(), [NoticeCode::Superseded]);
    assert_eq!(play.engine.in_flight(), 0);
}
