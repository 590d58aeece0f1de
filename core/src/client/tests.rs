//! The client with its real thread and a transport that answers by a function.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic here")]

use super::*;
use crate::transport::{Answer, Attempt, Failure, FailureKind, Phase, Request};
use std::sync::Mutex;

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_mins(1);

struct Played<F>(F);

impl<F: Fn(&Request) -> Result<Answer, Failure> + Send + Sync> Transport for Played<F> {
    fn send(&self, request: Request) -> Attempt<'_> {
        Box::pin(async move { (self.0)(&request) })
    }
}

fn client(
    config: Config,
    linkedin: impl Fn(&Request) -> Result<Answer, Failure> + Send + Sync + 'static,
) -> Client {
    let token = Some(Secret::new("AQX".to_owned()));
    Client::with_transport(Config { token, ..config }, Arc::new(Played(linkedin))).unwrap()
}

#[allow(clippy::unnecessary_wraps, reason = "it stands for an attempt")]
fn well(_: &Request) -> Result<Answer, Failure> {
    Ok(Answer { status: 201, from_linkedin: true, ..Answer::default() })
}

fn unreachable(_: &Request) -> Result<Answer, Failure> {
    Err(Failure { phase: Phase::Unsent, kind: FailureKind::Connect })
}

fn prepared(id: &str) -> Prepared {
    Prepared {
        rule: RuleId::new(7).unwrap(),
        happened_at: now_ms() - 1_000,
        awaits_consent: false,
        event_id: Some(id.to_owned()),
        json: format!(r#"{{"conversion":"urn:lla:llaPartnerConversion:7","eventId":"{id}"}}"#)
            .into_bytes(),
        warnings: Vec::new(),
    }
}

fn many(count: usize) -> Vec<Prepared> {
    (0..count).map(|n| prepared(&format!("e{n}"))).collect()
}

#[test]
fn what_is_accepted_is_delivered_and_told() {
    let client = client(Config::default(), well);
    client.keep_outcomes(100);
    let admissions = client.accept(&mut many(3)).unwrap();
    assert!(admissions.iter().all(|admission| matches!(admission, Admission::Accepted(_))));
    assert_eq!(client.flush(LONG), Flushed { left: 0, held: 0 });
    assert_eq!(client.accept(&mut many(1)).unwrap(), [Admission::Duplicate]);
    let outcomes = client.outcomes();
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|outcome| outcome.fate == Fate::Delivered));
    let stats = client.stats();
    assert_eq!((stats.ledger.delivered, stats.ledger.duplicates), (3, 1));
    assert!(stats.ledger.balances());
}

#[test]
fn nothing_starts_before_the_first_event() {
    let client = client(Config::default(), well);
    assert_eq!(client.flush(LONG), Flushed::default());
    assert!(!client.slots.current().is_started());
    assert_eq!(client.close(LONG), Flushed::default());
}

#[test]
fn a_full_queue_refuses_the_newest_and_says_so_once() {
    let config = Config { queue_events: 5, ..Config::default() };
    let client = client(config, unreachable);
    let mut events = many(8);
    assert_eq!(client.accept(&mut events).unwrap().len(), 5);
    assert_eq!(events.len(), 3);
    assert_eq!(events[0].event_id.as_deref(), Some("e5"), "what did not fit is whole");
    assert!(!events[0].json.is_empty());
    for _ in 0..3 {
        assert_eq!(client.accept(&mut events), Err(AcceptError::QueueFull));
    }
    let notices = client.notices();
    assert_eq!(notices.iter().filter(|n| n.code == NoticeCode::QueueFull).count(), 1);
    let stats = client.stats();
    assert_eq!((stats.ledger.waiting, stats.refused_full), (5, 3 + 3 * 3));
}

#[test]
fn flush_and_close_are_bounded_when_nothing_answers() {
    let client = client(Config::default(), unreachable);
    client.accept(&mut many(4)).unwrap();
    let bound = Duration::from_millis(50);
    assert_eq!(client.flush(bound).left, 4);
    assert_eq!(client.close(bound).left, 4);
    assert_eq!(client.close(LONG).left, 4, "at once, and again");
    assert_eq!(client.accept(&mut many(1)), Err(AcceptError::Closed));
    assert!(client.notices().iter().any(|n| n.code == NoticeCode::ShutDown && n.events == 4));
}

#[test]
fn a_mark_is_settled_when_what_came_before_it_has_ended() {
    let client = client(Config::default(), well);
    client.accept(&mut many(2)).unwrap();
    let mark = client.watermark();
    while client.settled(mark).left > 0 {
        std::thread::yield_now();
    }
    assert_eq!(client.stats().ledger.delivered, 2);
}

#[test]
fn a_panic_on_the_way_is_told_and_the_event_is_sent_again() {
    let first = Mutex::new(true);
    let client = client(Config::default(), move |request| {
        if std::mem::take(&mut *first.lock().unwrap()) {
            std::panic::resume_unwind(Box::new("planted"));
        }
        well(request)
    });
    client.accept(&mut many(1)).unwrap();
    assert_eq!(client.flush(LONG).left, 0);
    let stats = client.stats();
    assert_eq!((stats.ledger.delivered, stats.ledger.unknown_resent), (1, 1));
    assert!(client.notices().iter().any(|n| n.code == NoticeCode::WorkerPanicked));
}

#[test]
fn consent_releases_or_ends_what_waits_for_it() {
    let client = client(Config::default(), well);
    client.keep_outcomes(10);
    let mut pending = many(2);
    for one in &mut pending {
        one.awaits_consent = true;
    }
    client.accept(&mut pending).unwrap();
    let rule = RuleId::new(7).unwrap();
    assert_eq!(client.settled(client.watermark()), Flushed { left: 2, held: 2 });
    assert!(client.resolve_consent(rule, "e0", true).unwrap());
    assert!(client.resolve_consent(rule, "e1", false).unwrap());
    assert!(!client.resolve_consent(rule, "e2", true).unwrap());
    assert_eq!(client.flush(LONG).left, 0);
    let ledger = client.stats().ledger;
    assert_eq!((ledger.delivered, ledger.rejected), (1, 1));
    assert_eq!(client.outcomes().len(), 2);
}

#[test]
fn a_new_token_lifts_the_hold() {
    let client = client(Config::default(), |request| {
        let status = if request.token.expose() == "NEW" { 201 } else { 401 };
        Ok(Answer { status, from_linkedin: true, ..Answer::default() })
    });
    client.accept(&mut many(1)).unwrap();
    client.watermark();
    while client.stats().engine.holds.is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(client.stats().engine.holds[0].code, NoticeCode::TokenRefused);
    assert!(client.set_token(Secret::new("Bearer NEW".to_owned())).is_err());
    client.set_token(Secret::new("NEW".to_owned())).unwrap();
    assert_eq!(client.flush(LONG).left, 0);
    assert_eq!(client.stats().ledger.delivered, 1);
}

#[test]
fn a_disabled_client_takes_everything_and_sends_nothing() {
    let client = client(Config { disabled: true, queue_events: 1, ..Config::default() }, well);
    let mut events = many(3);
    assert_eq!(client.accept(&mut events).unwrap().len(), 3);
    assert!(events.is_empty() && !client.slots.current().is_started());
    assert_eq!(client.stats().ledger.accepted, 0);
}
