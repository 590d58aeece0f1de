//! Does the control API show and change what the README says? One test an endpoint.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

mod common;

use common::{default, event, start};
use matchback_sandbox::{Fault, Sandbox};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_state_counts() {
    let linked = default();
    linked.batch(&[event("a"), event("a"), event("b")]).await;
    linked.single(&event("b")).await;
    linked.single(&json!({})).await;
    let heard = linked.control(Method::GET, "state", None).await;
    assert_eq!(heard.status, 200);
    let state = heard.json();
    let counts = &state["counts"];
    assert_eq!(counts["requests"], 3);
    assert_eq!(counts["received"], 5);
    assert_eq!(counts["stored"], 4);
    assert_eq!(counts["refused"], 1);
    assert_eq!(counts["duplicates"], 2);
    assert_eq!(counts["by_status"], json!({"200": 1, "201": 1, "422": 1}));
    assert_eq!(counts["batch_sizes"], json!({"1": 2, "10": 1}));
    assert_eq!(counts["largest_batch"], 3);
    assert_eq!(counts["requests_today"], 3);
    assert_eq!(state["limits"]["requests_per_minute"], 600);
    assert_eq!(state["tokens"][0]["spent_minute"], 3);
    assert_eq!(state["faults_waiting"], 0);
}

#[tokio::test]
async fn events_come_in_pages() {
    let linked = default();
    linked.batch(&[event("a"), event("b"), event("a")]).await;
    let page = linked.control(Method::GET, "events?after=1&limit=1", None).await.json();
    let b = &page["events"][0];
    assert_eq!(page["events"].as_array().unwrap().len(), 1);
    assert_eq!((&b["number"], &b["index"], &b["event_id"]), (&json!(2), &json!(1), &json!("b")));
    assert_eq!((&b["rule"], &b["request"]), (&json!(7), &json!(1)));
    assert_eq!(b["element"], event("b"), "the element as it arrived");
    assert_eq!(b["identifiers"], json!(["SHA256_EMAIL"]));
    let last = linked.control(Method::GET, "events?after=2", None).await.json();
    assert_eq!(last["events"][0]["duplicate"], true);
    let typo = linked.control(Method::GET, "events?afterr=2", None).await;
    assert_eq!(typo.status, 400);
}

#[tokio::test]
async fn requests_are_shown_without_the_token() {
    let linked = start(Sandbox::builder().token("canary-4711"));
    linked.single(&event("a")).await;
    linked.batch(&[json!({})]).await;
    let heard = linked.control(Method::GET, "requests?after=1", None).await;
    let request = &heard.json()["requests"][0];
    assert_eq!((&request["number"], &request["status"]), (&json!(2), &json!(422)));
    assert!(request["answer"].as_str().unwrap().contains("Index: 0, ERROR :: /conversion"));
    assert_eq!(request["path"], "/rest/conversionEvents");
    assert_eq!(request["body"], json!({"elements": [{}]}).to_string());
    let headers = request["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["authorization", "Bearer ***"])));

    let state = linked.control(Method::GET, "state", None).await;
    let shown = [heard.text, state.text, format!("{:?}", linked.sandbox)];
    assert!(shown.iter().all(|text| !text.contains("canary")));
}

#[tokio::test]
async fn faults_are_scripted_listed_and_cleared() {
    let linked = default();
    let one = json!({"do": {"answer": {"status": 503}}, "times": 2});
    let list = json!([{"do": "day_limit"}, {"do": {"cut": "before_body"}, "always": true}]);
    for body in [one, list] {
        let heard = linked.control(Method::POST, "faults", Some(body)).await;
        assert_eq!(heard.status, 204);
    }
    let waiting = linked.control(Method::GET, "faults", None).await.json();
    assert_eq!(waiting["faults"].as_array().unwrap().len(), 3);
    assert_eq!(linked.single(&event("a")).await.status, 503);
    assert_eq!(linked.single(&event("a")).await.status, 503);
    assert_eq!(linked.single(&event("a")).await.status, 429);
    assert!(linked.try_batch(&[event("a")]).await.is_err());
    assert_eq!(linked.control(Method::DELETE, "faults", None).await.status, 204);
    assert_eq!(linked.single(&event("a")).await.status, 201);

    let typo = json!({"do": {"answer": {"statuz": 503}}});
    let heard = linked.control(Method::POST, "faults", Some(typo)).await;
    assert_eq!(heard.status, 400);
    assert!(heard.text.contains("statuz"), "names what is wrong");
}

/// Every fault of the README's table, exactly as it is written there.
#[tokio::test]
async fn every_fault_of_the_readme_is_understood() {
    let linked = default();
    let readme = include_str!("../README.md");
    let mut understood = 0;
    for line in readme.lines().filter(|line| line.starts_with("| `{\"do\"")) {
        let fault = line.split('`').nth(1).unwrap();
        let body = serde_json::from_str(fault).unwrap();
        let heard = linked.control(Method::POST, "faults", Some(body)).await;
        assert_eq!(heard.status, 204, "{fault}: {}", heard.text);
        understood += 1;
    }
    assert!(understood >= 18, "{understood}");
}

#[tokio::test]
async fn the_clock_moves() {
    let linked = default();
    let body = json!({"offset_ms": 400 * 86_400_000_i64});
    assert_eq!(linked.control(Method::POST, "clock", Some(body)).await.status, 204);
    let state = linked.control(Method::GET, "state", None).await.json();
    assert_eq!(state["clock_offset_ms"], 400 * 86_400_000_i64);
    assert_eq!(linked.single(&event("a")).await.status, 426, "202609 is gone by then");
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let linked = start(Sandbox::builder().fault(Fault::status(500)));
    for status in [500, 201] {
        assert_eq!(linked.single(&event("a")).await.status, status);
    }
    assert_eq!(linked.control(Method::POST, "reset", None).await.status, 204);
    assert_eq!(linked.sandbox.counts().requests, 0);
    assert!(linked.sandbox.events().is_empty());
    assert_eq!(linked.single(&event("a")).await.status, 500, "the builder's fault again");
    assert_eq!(linked.single(&event("a")).await.status, 201);
    assert_eq!(linked.sandbox.counts().duplicates, 0);
}

#[tokio::test]
async fn rules_are_replaced_as_a_whole() {
    let linked = default();
    let rules = json!({"known": [1, 2], "disabled": [7], "insight_tag": [9]});
    assert_eq!(linked.control(Method::POST, "rules", Some(rules.clone())).await.status, 204);
    assert_eq!(linked.control(Method::GET, "rules", None).await.json(), rules);
    assert_eq!(linked.single(&event("a")).await.status, 400);
    linked.control(Method::POST, "rules", Some(json!({"known": [1]}))).await;
    assert_eq!(linked.single(&event("a")).await.status, 403);
    linked.control(Method::POST, "rules", Some(json!({}))).await;
    assert_eq!(linked.single(&event("a")).await.status, 201);
}

#[tokio::test]
async fn tokens_expire_and_new_ones_are_added() {
    let mut linked = default();
    linked.control(Method::POST, "token", Some(json!({"state": "expired"}))).await;
    assert_eq!(linked.single(&event("a")).await.json()["code"], "EXPIRED_ACCESS_TOKEN");
    let fresh = json!({"token": "fresh-token", "state": "active"});
    assert_eq!(linked.control(Method::POST, "token", Some(fresh)).await.status, 204);
    linked.set("authorization", Some("Bearer fresh-token"));
    assert_eq!(linked.single(&event("a")).await.status, 201);
}

#[tokio::test]
async fn limits_change() {
    let linked = default();
    let limits = json!({"requests_per_minute": 1, "dialect": "documented"});
    assert_eq!(linked.control(Method::POST, "limits", Some(limits)).await.status, 204);
    let old = common::event_with("/conversionHappenedAt", json!(1));
    assert!(linked.single(&old).await.message().contains("batchIndex=0"));
    assert_eq!(linked.single(&event("a")).await.status, 429);
}

#[tokio::test]
async fn other_hosts_are_refused() {
    let linked = default();
    let url = format!("{}/_sandbox/state", linked.sandbox.url());
    let response = linked.http.get(url).header("host", "evil.example").send().await.unwrap();
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn what_is_kept_is_bounded() {
    let linked = start(Sandbox::builder().keep_events(3).keep_requests(2));
    for batch in [["a", "b"], ["c", "d"], ["e", "f"]] {
        linked.batch(&batch.map(event)).await;
    }
    let ids: Vec<_> = linked.sandbox.events().into_iter().map(|event| event.event_id).collect();
    assert_eq!(ids, ["d", "e", "f"]);
    assert_eq!(linked.sandbox.requests().len(), 2);
    assert_eq!(linked.sandbox.counts().stored, 6, "counts are not affected");

    let linked = start(Sandbox::builder().keep_bytes(2_500));
    for batch in [["a", "b"], ["c", "d"], ["e", "f"]] {
        linked.batch(&batch.map(event)).await;
    }
    let ids: Vec<_> = linked.sandbox.events().into_iter().map(|event| event.event_id).collect();
    assert_eq!(ids, ["e", "f"], "an old body takes its events with it");
}

#[tokio::test]
async fn it_stops_when_dropped_and_its_port_is_free_again() {
    let linked = default();
    let port = linked.sandbox.port();
    linked.single(&event("a")).await;
    linked.sandbox.stop();
    let again = Sandbox::builder().port(port).start().unwrap();
    assert_eq!(again.port(), port);
    assert!(Sandbox::builder().port(port).start().is_err(), "a taken port is an error");
}

#[test]
fn made_up_tokens_differ() {
    let (one, two) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    assert!(one.token().starts_with("sandbox-"));
    assert_ne!(one.token(), two.token());
}
