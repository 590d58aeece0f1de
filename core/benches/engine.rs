//! How many events a second pass through outbox and engine, without a network.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark stops where it fails")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use matchback::outbox::{MemoryOutbox, NewRow, Outbox};
use matchback::transport::Answer;
use matchback::{Config, Engine, RuleId, Secret, Settings, Step};
use std::sync::Arc;

const EVENTS: usize = 50_000;
const NOW: i64 = 1_795_521_600_000;

fn main() {
    divan::main();
}

/// Events of 565 bytes, as full as they come.
fn rows() -> Vec<NewRow> {
    let row = |n: usize| {
        let event_id = format!("order-{n:08}");
        let mut json = format!(
            r#"{{"conversion":"urn:lla:llaPartnerConversion:7","conversionHappenedAt":{NOW},"eventId":"{event_id}","user":{{"title":""#
        );
        json.push_str(&"x".repeat(565 - 3 - json.len()));
        json.push_str("\"}}");
        NewRow {
            rule: RuleId::new(7).unwrap(),
            happened_at: NOW,
            not_before: 0,
            awaits_consent: false,
            event_id,
            json: json.into_bytes(),
        }
    };
    (0..EVENTS).map(row).collect()
}

/// Accept, claim, join into bodies of 5,000, settle: everything but prepare and the network.
#[divan::bench(sample_count = 20)]
fn accept_next_done(bencher: Bencher) {
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(rows).bench_local_values(|mut rows| {
        let outbox = Arc::new(MemoryOutbox::new(EVENTS, usize::MAX));
        let settings = Settings::new(&Config::default(), 1);
        let token = Some(Secret::new("AQX".to_owned()));
        let mut engine = Engine::new(outbox.clone(), settings, token);
        outbox.accept(&mut rows, NOW).unwrap();
        while let Step::Send(request) = engine.next(NOW) {
            black_box(request.body.as_ref());
            let answer = Answer { status: 200, from_linkedin: true, ..Answer::default() };
            engine.done(request.id, Ok(answer), NOW);
        }
        assert_eq!(outbox.ledger().delivered, EVENTS as u64);
    });
}

/// Only the callers' part, an event at a time.
#[divan::bench(sample_count = 20)]
fn accept_singly(bencher: Bencher) {
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(rows).bench_local_values(|rows| {
        let outbox = MemoryOutbox::new(EVENTS, usize::MAX);
        for row in rows {
            black_box(outbox.accept(&mut vec![row], NOW).unwrap());
        }
        outbox
    });
}
