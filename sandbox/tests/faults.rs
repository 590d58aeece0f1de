//! Does each scripted fault happen as it is described? One test a kind.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

mod common;

use common::{default, event};
use matchback_sandbox::{Action, At, Fault, TokenState, Wording};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[tokio::test]
async fn an_answer_takes_the_place_of_processing() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::Answer {
        status: 503,
        body: r#"{"message":"later"}"#.into(),
        headers: BTreeMap::from([("x-test".into(), "1".into())]),
        delay_ms: 30,
    }));
    let begun = Instant::now();
    let heard = linked.single(&event("a")).await;
    assert!(begun.elapsed() >= Duration::from_millis(30));
    assert_eq!((heard.status, heard.message().as_str()), (503, "later"));
    assert_eq!(heard.header("x-test"), Some("1"));
    assert_eq!(linked.single(&event("a")).await.status, 201, "one request, unless told otherwise");
    let counts = linked.sandbox.counts();
    assert_eq!((counts.received, counts.stored, counts.refused, counts.faulted), (2, 1, 1, 1));
    assert_eq!(linked.sandbox.requests()[0].fault.as_deref(), Some("answer"));
}

#[tokio::test]
async fn an_outage_ends_by_itself() {
    let linked = default();
    linked.sandbox.script(Fault::status(500).for_ms(60_000));
    linked.sandbox.script(Fault::status(502).for_ms(0));
    assert_eq!(linked.single(&event("a")).await.status, 500);
    assert_eq!(linked.single(&event("a")).await.status, 500);
    linked.sandbox.clear_faults();
    linked.sandbox.script(Fault::status(502).for_ms(0));
    assert_eq!(linked.single(&event("a")).await.status, 201);
}

#[tokio::test]
async fn a_delay_stores_nothing_if_the_client_gives_up() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::Delay { ms: 60_000 }));
    let patience = Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, linked.single(&event("a"))).await.is_err());
    assert_eq!(linked.sandbox.counts().stored, 0);
    linked.sandbox.script(Fault::new(Action::Delay { ms: 10 }));
    assert_eq!(linked.single(&event("a")).await.status, 201);
    assert_eq!(linked.sandbox.counts().stored, 1);
}

#[tokio::test]
async fn a_late_answer_has_stored_already() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::LateAnswer { ms: 60_000 }));
    let patience = Duration::from_millis(200);
    assert!(tokio::time::timeout(patience, linked.single(&event("a"))).await.is_err());
    assert_eq!(linked.sandbox.events().len(), 1);
}

#[tokio::test]
async fn connections_are_cut_where_the_script_says() {
    let events: Vec<_> = (0..50).map(|n| event(&n.to_string())).collect();
    for (at, stored, status) in [
        (At::BeforeBody, 0, None),
        (At::AfterBody, 0, None),
        (At::AfterStore, 50, None),
        (At::MidAnswer, 50, Some(200)),
    ] {
        let linked = default();
        linked.sandbox.script(Fault::cut(at));
        assert!(linked.try_batch(&events).await.is_err(), "{at:?}");
        assert_eq!(linked.sandbox.counts().stored, stored, "{at:?}");
        assert_eq!(linked.sandbox.requests()[0].status, status, "{at:?}");
        assert_eq!(linked.batch(&events).await.status, 200, "the next connection works");
    }
}

#[tokio::test]
async fn a_cut_answer_has_a_head_but_no_whole_body() {
    let linked = default();
    linked.sandbox.script(Fault::cut(At::MidAnswer));
    let body = json!({"elements": [event("a"), event("b")]}).to_string();
    let mut request = linked.http.post(format!("{}/rest/conversionEvents", linked.sandbox.url()));
    for (name, value) in &linked.headers {
        request = request.header(*name, value);
    }
    let response =
        request.header("x-restli-method", "BATCH_CREATE").body(body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.text().await.is_err());
}

#[tokio::test]
async fn a_single_answer_can_be_cut_too() {
    let linked = default();
    linked.sandbox.script(Fault::cut(At::MidAnswer));
    assert!(linked.try_post(false, event("a").to_string()).await.is_err());
    assert_eq!(linked.sandbox.counts().stored, 1);
}

#[tokio::test]
async fn a_slow_loris_answers_byte_by_byte() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::Drip { ms: 1 }));
    let begun = Instant::now();
    assert_eq!(linked.single(&event("a")).await.status, 201);
    assert!(begun.elapsed() >= Duration::from_millis(200), "more than 200 bytes of head");
}

#[tokio::test]
async fn a_batch_answer_can_have_the_wrong_length() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::Elements { count: 1 }));
    let heard = linked.batch(&[event("a"), event("b")]).await;
    assert_eq!(heard.json(), json!({"elements": [{"status": 201}]}));
    assert_eq!(linked.sandbox.counts().stored, 2);
}

#[tokio::test]
async fn a_batch_can_succeed_in_part() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::Partial { status: 422 }).event_id("b"));
    let heard = linked.batch(&[event("a"), event("b"), event("c")]).await;
    let statuses: Vec<_> =
        heard.json()["elements"].as_array().unwrap().iter().map(|e| e["status"].clone()).collect();
    assert_eq!(statuses, [json!(201), json!(422), json!(201)]);
    let ids: Vec<_> = linked.sandbox.events().into_iter().map(|event| event.event_id).collect();
    assert_eq!(ids, ["a", "c"]);
}

#[tokio::test]
async fn answers_may_lack_linkedins_headers() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::NoLinkedinHeaders));
    let heard = linked.single(&event("a")).await;
    assert_eq!(heard.status, 201);
    assert!(heard.headers.keys().all(|name| !name.as_str().starts_with("x-")));
}

#[tokio::test]
async fn a_portal_answers_html() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::Html { status: 200 }));
    let heard = linked.single(&event("a")).await;
    assert_eq!((heard.status, heard.header("content-type")), (200, Some("text/html")));
    assert!(heard.text.starts_with("<!DOCTYPE html>"));
    assert_eq!(heard.header("x-li-uuid"), None);
    assert_eq!(linked.sandbox.counts().stored, 0);
}

#[tokio::test]
async fn a_body_can_be_huge() {
    let linked = default();
    linked.sandbox.script(Fault::new(Action::HugeBody { status: 500, bytes: 3 << 20 }));
    let heard = linked.single(&event("a")).await;
    assert_eq!((heard.status, heard.text.len()), (500, 3 << 20));
}

#[tokio::test]
async fn retry_after_is_passed_on_as_written() {
    let linked = default();
    for value in ["7", "abc", "Tue, 24 Nov 2026 00:00:30 GMT"] {
        linked.sandbox.script(Fault::new(Action::RetryAfter(value.into())));
        let heard = linked.single(&event("a")).await;
        assert_eq!((heard.status, heard.header("retry-after")), (429, Some(value)));
    }
}

#[tokio::test]
async fn the_clock_can_jump() {
    let linked = default();
    let in_100_days = common::NOW - common::real_ms() + 100 * 86_400_000;
    linked.sandbox.script(Fault::new(Action::Clock { offset_ms: in_100_days }).skip(1));
    assert_eq!(linked.single(&event("a")).await.status, 201);
    let heard = linked.single(&event("a")).await;
    assert!(heard.message().starts_with("Conversion time should be within 90 days"));
    assert!(heard.header("date").unwrap().contains("Mar 2027"));
}

#[tokio::test]
async fn one_event_can_be_refused_in_every_wording() {
    let batch: Vec<_> = ["a", "b", "poison"].iter().map(|id| event(id)).collect();
    for (wording, status, words) in [
        (Wording::Schema, 422, "Index: 2, ERROR :: /user/userIds/0/idValue :: "),
        (Wording::Reworded, 422, "Some of the events in this call could not be accepted."),
        (Wording::Measured, 400, ", indices [2] (0-indexed)."),
        (Wording::Documented, 400, "batchIndex=2, "),
        (Wording::ImpossibleIndex, 422, "Index: 10, "),
    ] {
        let linked = default();
        linked.sandbox.script(Fault::refuse("poison", wording));
        for _ in 0..2 {
            let heard = linked.batch(&batch).await;
            assert_eq!(heard.status, status, "{wording:?}");
            assert!(heard.message().contains(words), "{wording:?}");
        }
        assert_eq!(linked.single(&batch[2]).await.status, status);
        assert_eq!(linked.batch(&batch[..2]).await.status, 200, "the others are fine");
        assert_eq!(linked.sandbox.counts().stored, 2);
    }
}

#[tokio::test]
async fn faults_can_be_about_a_rule() {
    let linked = default();
    linked.sandbox.script(Fault::status(500).rule(8).always());
    assert_eq!(linked.single(&event("a")).await.status, 201);
    let other = json!("urn:lla:llaPartnerConversion:8");
    let other = common::event_with("/conversion", other);
    assert_eq!(linked.batch(&[event("a"), other]).await.status, 500);
}

#[tokio::test]
async fn tokens_versions_and_quotas_fail_on_demand() {
    let linked = default();
    for (action, status, code) in [
        (Action::Token(TokenState::Expired), 401, "EXPIRED_ACCESS_TOKEN"),
        (Action::Token(TokenState::Revoked), 401, "REVOKED_ACCESS_TOKEN"),
        (Action::Token(TokenState::Invalid), 401, "INVALID_ACCESS_TOKEN"),
        (Action::VersionSunset, 426, "NONEXISTENT_VERSION"),
        (Action::MinuteLimit, 429, "TOO_MANY_REQUESTS"),
        (Action::DayLimit, 429, "TOO_MANY_REQUESTS"),
    ] {
        linked.sandbox.script(Fault::new(action));
        let heard = linked.single(&event("a")).await;
        assert_eq!(heard.status, status);
        assert_eq!(heard.json()["code"], code);
        assert_eq!(linked.single(&event("a")).await.status, 201);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_gets_413() {
    let linked = common::start(matchback_sandbox::Sandbox::builder().body_bytes(700));
    let events = vec![event("a"); 3];
    assert_eq!(linked.batch(&events).await.status, 413);
    assert_eq!(linked.batch(&events[..1]).await.status, 200);
}
