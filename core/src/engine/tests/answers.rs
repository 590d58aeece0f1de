//! Answers that decide event by event, and answers about time.

use super::*;

#[test]
fn each_event_gets_what_linkedin_said_about_it() {
    let mut play = Play::new();
    play.accept_many(4);
    let request = play.request();
    let each = r#"{"elements":[{"status":201},{"status":422},{"status":503},{"status":201}]}"#;
    play.answer(&request, answer(200, each));
    assert_eq!((play.ledger().delivered, play.ledger().rejected), (2, 1));
    let again = play.request();
    assert_eq!(again.events, 1);
    assert!(String::from_utf8_lossy(again.body.as_ref()).contains("\"e2\""));
    play.answer(&again, well());
    assert_eq!(play.ledger().waiting, 0);
}

#[test]
fn events_that_a_short_answer_leaves_out_are_sent_again_as_unknown() {
    let mut play = Play::new();
    play.accept_many(3);
    let request = play.request();
    play.answer(&request, answer(200, r#"{"elements":[{"status":201}]}"#));
    assert_eq!(play.ledger().delivered, 1);
    assert_eq!(play.codes(), [NoticeCode::OutcomeUnknown, NoticeCode::ProtocolDrift]);
    play.run(NOON + DAY, |_, _| well());
    assert_eq!((play.ledger().delivered, play.ledger().unknown_resent), (3, 2));
}

#[test]
fn an_unknown_form_of_success_counts_but_three_in_a_row_stop() {
    let mut play = Play::new();
    for n in 0..3 {
        play.accept(vec![event(7, &format!("a{n}"), NOON), event(7, &format!("b{n}"), NOON)]);
        let request = play.request();
        play.answer(&request, answer(200, "{}"));
    }
    assert_eq!(play.ledger().delivered, 6);
    assert!(play.engine.hold.is_some());
}

#[test]
fn an_event_ahead_is_held_until_linkedins_clock_has_passed_it() {
    let mut play = Play::new();
    let due = NOON + 3_600_000;
    let ahead = NewRow { not_before: due + 2_000, ..event(7, "ahead", due) };
    play.accept(vec![ahead, event(7, "now", NOON)]);
    let request = play.request();
    assert_eq!(request.events, 1);
    play.answer(&request, well());
    let request = play.request();
    assert_eq!((request.events, play.now >= due + 2_000), (1, true));
    play.answer(&request, well());
    assert_eq!(play.ledger().delivered, 2);
}

#[test]
fn a_clock_that_is_ahead_is_noticed_and_followed() {
    let mut play = Play::new();
    // LinkedIn's clock is 20 s behind ours.
    let linkedin = |body: &str, now: i64| {
        let theirs = now - 20_000;
        let happened: Vec<i64> = body
            .split("\"conversionHappenedAt\":")
            .skip(1)
            .map(|rest| rest.split(',').next().unwrap().parse().unwrap())
            .collect();
        let bad: Vec<String> = happened
            .iter()
            .enumerate()
            .filter(|(_, at)| **at > theirs)
            .map(|(index, _)| index.to_string())
            .collect();
        let list = bad.join(", ");
        let text = format!(
            "Conversion time should be within 90 days and not exceed current time, indices [{list}] (0-indexed)."
        );
        let mut answered = if bad.is_empty() { well() } else { message(400, &text) }.unwrap();
        let date = jiff::Timestamp::from_millisecond(theirs).unwrap();
        answered.date =
            jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).ok();
        Ok(answered)
    };
    play.accept(vec![event(7, "old", NOON - 60_000), event(7, "new", NOON)]);
    play.run(NOON + DAY, linkedin);
    assert_eq!(play.ledger().delivered, 2);
    let offset = play.engine.gauge(play.now).clock_offset_ms.unwrap();
    assert!((-21_000..=-19_000).contains(&offset), "{offset}");
    assert!(play.codes().contains(&NoticeCode::ClockOff));
    // From now on nothing is sent too early.
    play.accept(vec![event(7, "next", play.now)]);
    let before = play.requests;
    play.run(NOON + DAY, linkedin);
    assert_eq!((play.ledger().delivered, play.requests), (3, before + 1));
}

#[test]
fn events_about_to_expire_go_alone_and_expire_five_seconds_early() {
    let mut play = Play::new();
    let limit = NOON - 90 * DAY;
    play.accept(vec![
        event(7, "fresh", NOON - 1),
        event(7, "urgent", limit + 600_000),
        event(7, "fresher", NOON - 1),
        event(7, "gone", limit + 5_000),
    ]);
    let mut bodies = Vec::new();
    play.run(NOON + 10_000, |body, _| {
        bodies.push(body.to_owned());
        well()
    });
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("\"urgent\"") && !bodies[0].contains("fresh"), "{bodies:?}");
    assert!(bodies[1].contains("\"fresh\"") && bodies[1].contains("\"fresher\""));
    assert_eq!((play.ledger().delivered, play.ledger().expired), (3, 1));
    assert_eq!(play.ended(|fate| *fate == Fate::Expired), ["gone"]);
}

#[test]
fn events_expire_behind_a_hold() {
    let mut play = Play::new();
    play.accept(vec![event(7, "a", NOON - 90 * DAY + 7_200_000), event(8, "b", NOON)]);
    play.run(NOON + 3 * 3_600_000, |_, _| answer(426, ""));
    assert_eq!((play.ledger().expired, play.ledger().waiting), (1, 1));
    assert!(play.codes().contains(&NoticeCode::EventExpired));
}

#[test]
fn consent_that_is_denied_later_is_a_rejection_in_the_books() {
    let mut play = Play::new();
    let pending = |id| NewRow { awaits_consent: true, ..event(7, id, NOON) };
    play.accept(vec![pending("yes"), pending("no"), event(7, "plain", NOON)]);
    play.run(NOON + 60_000, |_, _| well());
    assert_eq!((play.ledger().delivered, play.outbox.waiting().consent), (1, 2));
    assert!(play.outbox.resolve_consent(rule(7), "yes", true).unwrap().is_some());
    assert!(play.outbox.resolve_consent(rule(7), "no", false).unwrap().is_some());
    assert!(play.outbox.resolve_consent(rule(7), "no", false).unwrap().is_none());
    play.run(NOON + 120_000, |_, _| well());
    assert_eq!((play.ledger().delivered, play.ledger().rejected, play.ledger().waiting), (2, 1, 0));
}
