//! Does one event that LinkedIn refuses cost another? A batch of 5,000 with one bad event, in each
//! wording that LinkedIn has used and in one that it has not.

#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use matchback::{Client, Config, Event, Fate, Secret};
use matchback_sandbox::{Fault, Sandbox, Wording};
use std::time::Duration;

const EVENTS: usize = 5_000;
const BAD: usize = 3_210;

/// An hour old: a refused time near the present would be a matter of clocks, and be tried again.
fn events() -> Vec<Event<'static>> {
    let happened_at = jiff::Timestamp::now().as_millisecond() - 3_600_000;
    (0..EVENTS)
        .map(|number| Event {
            rule: Some("7001001".into()),
            happened_at: Some(happened_at.into()),
            event_id: Some(format!("order-{number}").into()),
            email: format!("person{number}@example.com").into(),
            ..Event::default()
        })
        .collect()
}

/// Sends the batch with one event refused; gives the number of requests it took.
fn send_with_one_bad(wording: Wording) -> u64 {
    let fault = Fault::refuse(format!("order-{BAD}"), wording).always();
    let sandbox = Sandbox::builder().fault(fault).start().unwrap();
    let config = Config {
        base_url: sandbox.url(),
        token: Some(Secret::new(sandbox.token().to_owned())),
        ..Config::default()
    };
    let client = Client::new(config).unwrap();
    let report = client.send(&events(), Duration::from_mins(1)).unwrap();

    assert_eq!(report.waiting, 0, "{wording:?}");
    for (number, outcome) in report.outcomes.iter().enumerate() {
        match outcome {
            Some(Fate::Rejected(_)) => assert_eq!(number, BAD),
            outcome => assert_eq!(*outcome, Some(Fate::Delivered), "event {number}"),
        }
    }
    let counts = sandbox.counts();
    assert_eq!(counts.stored, EVENTS as u64 - 1);
    assert_eq!(counts.duplicates, 0, "nothing was stored twice");
    let ledger = client.stats().ledger;
    assert_eq!((ledger.delivered, ledger.rejected), (EVENTS as u64 - 1, 1));
    assert!(ledger.balances());
    counts.requests
}

#[test]
fn a_named_event_is_taken_out_and_the_rest_goes_at_once() {
    for wording in [Wording::Schema, Wording::Measured, Wording::Documented] {
        let requests = send_with_one_bad(wording);
        assert!(requests <= 2, "{wording:?} took {requests} requests");
    }
}

#[test]
fn an_unnamed_event_is_found_by_halving() {
    for wording in [Wording::Reworded, Wording::ImpossibleIndex] {
        let requests = send_with_one_bad(wording);
        assert!(requests <= 26, "{wording:?} took {requests} requests");
    }
}
