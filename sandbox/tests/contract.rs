//! Does the sandbox answer as `docs/linkedin.md` §1 and §2 say LinkedIn does? One test a line.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

mod common;

use common::{DIGEST, NOW, default, event, event_with, start};
use matchback_sandbox::{Dialect, Sandbox, TokenState};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn a_single_event_gets_an_empty_201_and_an_internal_id() {
    let linked = default();
    let heard = linked.single(&event("order-1")).await;
    assert_eq!((heard.status, heard.text.as_str()), (201, ""));
    assert_eq!(heard.header("content-length"), Some("0"));
    let id = heard.header("x-restli-id").unwrap();
    assert!(!id.contains("order-1"), "the event id does not come back");
    assert!(heard.header("location").unwrap().ends_with(id));
    assert_eq!(linked.sandbox.counts().stored, 1);
}

#[tokio::test]
async fn a_batch_gets_one_201_an_element() {
    let linked = default();
    let heard = linked.batch(&[event("a"), event("b")]).await;
    assert_eq!(heard.status, 200);
    assert_eq!(heard.text, r#"{"elements":[{"status":201},{"status":201}]}"#);
    let one = linked.batch(&[event("c")]).await;
    assert_eq!(one.json(), json!({"elements": [{"status": 201}]}));
}

#[tokio::test]
async fn answers_carry_linkedins_headers() {
    let linked = default();
    let good = linked.single(&event("a")).await;
    assert_eq!(good.header("x-li-uuid").unwrap().len(), 24);
    for name in ["x-li-fabric", "x-li-pop", "x-li-proto"] {
        assert!(good.header(name).is_some(), "{name}");
    }
    assert_eq!(good.header("x-restli-protocol-version"), Some("2.0.0"));
    assert_eq!(good.header("x-restli-error-response"), None);
    assert!(good.header("date").unwrap().starts_with("Tue, 24 Nov 2026 00:0"));
    let bad = linked.single(&json!({})).await;
    assert_eq!(bad.header("x-restli-error-response"), Some("true"));
    assert_ne!(bad.header("x-li-uuid"), good.header("x-li-uuid"));
}

#[tokio::test]
async fn a_token_is_asked_for_and_judged() {
    let mut linked = default();
    let good = linked.headers[0].1.clone();
    let sandbox_token = linked.sandbox.token().to_owned();
    for (header, state, code, service_error) in [
        (None, TokenState::Active, "EMPTY_ACCESS_TOKEN", 65_604),
        (Some("Bearer "), TokenState::Active, "EMPTY_ACCESS_TOKEN", 65_604),
        (Some("Bearer other"), TokenState::Active, "INVALID_ACCESS_TOKEN", 65_600),
        (Some(good.as_str()), TokenState::Invalid, "INVALID_ACCESS_TOKEN", 65_600),
        (Some(good.as_str()), TokenState::Revoked, "REVOKED_ACCESS_TOKEN", 65_601),
        (Some(good.as_str()), TokenState::Expired, "EXPIRED_ACCESS_TOKEN", 65_602),
    ] {
        linked.set("authorization", header);
        linked.sandbox.set_token(&sandbox_token, state);
        let heard = linked.single(&event("a")).await;
        assert_eq!(heard.status, 401);
        assert_eq!(heard.json()["code"], code);
        assert_eq!(heard.json()["serviceErrorCode"], service_error);
        assert_eq!(heard.json()["status"], 401);
    }
    assert_eq!(linked.sandbox.counts().stored, 0);
}

#[tokio::test]
async fn a_version_is_asked_for_and_looked_up() {
    let mut linked = default();
    linked.set("linkedin-version", None);
    let missing = linked.single(&event("a")).await;
    assert_eq!((missing.status, &missing.json()["code"]), (400, &json!("VERSION_MISSING")));
    assert!(missing.header("x-restli-gateway-error").is_some());
    // Sunset, never existed, and not known yet.
    for version in ["202511", "202512", "202701"] {
        linked.set("linkedin-version", Some(version));
        let heard = linked.single(&event("a")).await;
        assert_eq!(heard.status, 426, "{version}");
        assert_eq!(heard.json()["code"], "NONEXISTENT_VERSION");
        assert_eq!(heard.message(), format!("Requested version {version}01 is not active"));
        assert!(heard.header("x-restli-gateway-error").is_some());
    }
    linked.set("linkedin-version", Some("202601"));
    assert_eq!(linked.single(&event("a")).await.status, 201);
    linked.sandbox.set_clock_offset_ms(NOW - common::real_ms() + 60 * DAY);
    assert_eq!(linked.single(&event("a")).await.status, 426, "202601 ends on 2027-01-15");
}

#[tokio::test]
async fn a_version_can_be_declared_active() {
    let version = "202701".parse().unwrap();
    let mut linked = start(Sandbox::builder().active_version(version));
    linked.set("linkedin-version", Some("202701"));
    assert_eq!(linked.single(&event("a")).await.status, 201);
}

#[tokio::test]
async fn the_protocol_header_is_not_enforced_but_noted() {
    let mut linked = default();
    linked.set("x-restli-protocol-version", None);
    assert_eq!(linked.single(&event("a")).await.status, 201);
    assert_eq!(linked.sandbox.requests()[0].warnings, ["NO_PROTOCOL_VERSION"]);
}

#[tokio::test]
async fn the_content_type_is_json() {
    let mut linked = default();
    for media_type in [None, Some("text/plain")] {
        linked.set("content-type", media_type);
        assert_eq!(linked.single(&event("a")).await.status, 415);
    }
    linked.set("content-type", Some("application/json; charset=utf-8"));
    assert_eq!(linked.single(&event("a")).await.status, 201);
}

#[tokio::test]
async fn other_paths_and_methods_do_not_exist() {
    let linked = default();
    let path = linked.send(Method::POST, "/rest/nothing", "{}".into()).await.unwrap();
    let heard = common::hear(path).await.unwrap();
    assert_eq!((heard.status, &heard.json()["code"]), (404, &json!("RESOURCE_NOT_FOUND")));
    assert_eq!(heard.message(), "No virtual resource found");
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let other = linked.send(method, "/rest/conversionEvents", "{}".into()).await.unwrap();
        assert_eq!(other.status(), 405);
    }
}

#[tokio::test]
async fn a_list_without_the_batch_header_is_refused() {
    let linked = default();
    let elements = json!({"elements": [event("a")]}).to_string();
    let heard = linked.try_post(false, elements).await.unwrap();
    assert_eq!(heard.status, 422);
    let line = "ERROR :: /elements :: unrecognized field found but not allowed\n";
    assert!(heard.message().contains(line));
    let bare = linked.try_post(false, json!([event("a")]).to_string()).await.unwrap();
    assert_eq!(bare.status, 422);
    assert_eq!(linked.sandbox.counts().stored, 0);
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    let linked = default();
    for (batch, body) in [(false, "{"), (true, "[]"), (true, r#"{"elements":[{]}"#), (false, "")] {
        let heard = linked.try_post(batch, body.to_owned()).await.unwrap();
        assert_eq!(heard.status, 400, "{body}");
    }
}

#[tokio::test]
async fn a_batch_is_all_or_nothing() {
    let linked = default();
    let heard = linked.batch(&[event("a"), event_with("/eventId", json!(5)), event("c")]).await;
    assert_eq!(heard.status, 422);
    let counts = linked.sandbox.counts();
    assert_eq!((counts.received, counts.stored, counts.refused), (3, 0, 3));
    assert!(linked.sandbox.events().is_empty());
}

#[tokio::test]
async fn more_than_5000_events_are_refused() {
    let linked = default();
    let events = vec![event("a"); 5_001];
    assert_eq!(linked.batch(&events).await.status, 400);
    assert_eq!(linked.batch(&events[1..]).await.status, 200);
    assert_eq!(linked.sandbox.counts().largest_batch, 5_001);
}

/// One wrong event a line: pointer to the changed member, its value (`null` removes it), and the
/// line it gets.
#[tokio::test]
async fn the_schema_refuses_with_its_grammar() {
    let linked = default();
    let required = "field is required but not found and has no default value";
    let unknown = "unrecognized field found but not allowed";
    let prefix = "Invalid Urn format. Invalid prefix.";
    let names = |first: &str| json!({first: "Ada", "lastName": "Byron"});
    let cases: Vec<(&str, Value, String)> = vec![
        ("/conversion", json!(null), format!("/conversion :: {required}")),
        ("/conversionHappenedAt", json!(null), format!("/conversionHappenedAt :: {required}")),
        ("/user", json!(null), format!("/user :: {required}")),
        ("/user/userIds", json!(null), format!("/user/userIds :: {required}")),
        (
            "/conversionValue",
            json!({"amount": "1"}),
            format!("/conversionValue/currencyCode :: {required}"),
        ),
        (
            "/conversionValue",
            json!({"currencyCode": "EUR"}),
            format!("/conversionValue/amount :: {required}"),
        ),
        ("/consent", json!("granted"), format!("/consent :: {unknown}")),
        ("/user/phone", json!("1"), format!("/user/phone :: {unknown}")),
        (
            "/user/userInfo",
            json!({"firstName": "A", "lastName": "B", "country": "GB"}),
            format!("/user/userInfo/country :: {unknown}"),
        ),
        (
            "/user/userInfo",
            json!({"lastName": "B"}),
            format!("/user/userInfo/firstName :: {required}"),
        ),
        (
            "/user/userInfo",
            json!({"firstName": "A"}),
            format!("/user/userInfo/lastName :: {required}"),
        ),
        (
            "/conversionValue/amount",
            json!(19.9),
            "/conversionValue/amount :: 19.9 cannot be coerced to String".into(),
        ),
        ("/eventId", json!(5), "/eventId :: 5 cannot be coerced to String".into()),
        (
            "/conversionHappenedAt",
            json!("1795480000000"),
            "/conversionHappenedAt :: 1795480000000 cannot be coerced to Long".into(),
        ),
        (
            "/user/userIds",
            json!([{"idType": "EMAIL", "idValue": "x"}]),
            "/user/userIds/0/idType :: \"EMAIL\" is not an enum symbol".into(),
        ),
        (
            "/user/userIds",
            json!([{"idType": "ORACLE_MOAT_ID", "idValue": "x"}]),
            "/user/userIds/0/idType :: \"ORACLE_MOAT_ID\" is not an enum symbol".into(),
        ),
        (
            "/user/userIds",
            json!("x"),
            "/user/userIds :: array type is not backed by a DataList".into(),
        ),
        (
            "/user/userInfo",
            json!([]),
            "/user/userInfo :: record type is not backed by a DataMap".into(),
        ),
        (
            "/user/userInfo",
            names("hashedFirstNam"),
            format!(
                "/user/userInfo/hashedFirstNam :: {unknown}\nERROR :: /user/userInfo/firstName :: {required}"
            ),
        ),
        ("/conversion", json!("urn:li:llaPartnerConversion:7"), format!("/conversion :: {prefix}")),
        ("/conversion", json!("7"), format!("/conversion :: {prefix}")),
        ("/user/lead", json!("urn:li:lead:1"), format!("/user/lead :: {prefix}")),
    ];
    for (pointer, value, line) in cases {
        let event = event_with(pointer, value);
        let single = linked.single(&event).await;
        assert_eq!(single.status, 422, "{line}");
        assert_eq!(single.json(), json!({"message": format!("ERROR :: {line}\n"), "status": 422}));
        let batch = linked.batch(&[event]).await;
        assert_eq!(batch.message(), format!("Index: 0, ERROR :: {line}\n"));
    }
}

#[tokio::test]
async fn each_bad_element_is_numbered_once_and_every_line_is_given() {
    let linked = default();
    let mut two = event_with("/conversionValue/amount", json!(1));
    two["user"]["userIds"][0]["idType"] = json!("X");
    two["user"]["userIds"].as_array_mut().unwrap().push(json!({"idType": "Y", "idValue": "1"}));
    let missing = event_with("/user", json!(null));
    let heard = linked.batch(&[event("a"), two, event("b"), missing]).await;
    let mut lines: Vec<String> = heard.message().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 4);
    // Members come in the order of the JSON; only the first line of an element is numbered.
    assert!(lines[0].starts_with("Index: 1, ERROR :: /conversionValue/amount :: 1 cannot"));
    assert!(lines[3].starts_with("Index: 3, ERROR :: /user :: field is required"));
    lines.truncate(3);
    assert_eq!(lines[1], r#"ERROR :: /user/userIds/0/idType :: "X" is not an enum symbol"#);
    assert_eq!(lines[2], r#"ERROR :: /user/userIds/1/idType :: "Y" is not an enum symbol"#);
    assert!(heard.message().ends_with('\n'));
}

#[tokio::test]
async fn names_may_be_hashed_from_202609() {
    let mut linked = default();
    let with = |info| event_with("/user/userInfo", info);
    let mixed = with(json!({"firstName": "Ada", "hashedLastName": DIGEST}));
    let half = with(json!({"hashedLastName": DIGEST}));
    let plain = with(json!({"firstName": "Ada", "lastName": "Byron"}));
    assert_eq!(linked.single(&mixed).await.status, 201);
    assert_eq!(linked.single(&plain).await.status, 201);
    assert!(linked.single(&half).await.message().contains("/user/userInfo/firstName"));
    linked.set("linkedin-version", Some("202608"));
    assert_eq!(linked.single(&plain).await.status, 201);
    let old = linked.single(&mixed).await;
    assert_eq!(old.status, 422);
    assert!(old.message().contains("/user/userInfo/hashedLastName :: unrecognized field"));
    assert!(old.message().contains("/user/userInfo/lastName :: field is required"));
}

#[tokio::test]
async fn the_moat_id_exists_before_202609() {
    let mut linked = default();
    linked.set("linkedin-version", Some("202608"));
    let moat = json!([{"idType": "ORACLE_MOAT_ID", "idValue": "x"}]);
    assert_eq!(linked.single(&event_with("/user/userIds", moat)).await.status, 201);
}

#[tokio::test]
async fn age_is_90_days_and_the_future_is_closed() {
    let linked = default();
    for (happened_at, status) in [
        (NOW - 90 * DAY + 60_000, 201),
        (NOW - 90 * DAY - 1, 400),
        (NOW + 60_000, 400),
        (NOW / 1_000, 400),
    ] {
        let heard = linked.single(&event_with("/conversionHappenedAt", json!(happened_at))).await;
        assert_eq!(heard.status, status, "{happened_at}");
        if status == 400 {
            let text = "Conversion time should be within 90 days and not exceed current time, \
                        indices [0] (0-indexed).";
            assert_eq!(heard.json(), json!({"message": text, "status": 400}));
        }
    }
}

#[tokio::test]
async fn both_wordings_of_the_400_name_every_index() {
    let old = event_with("/conversionHappenedAt", json!(1));
    let nobody = event_with("/user/userIds", json!([]));
    let batch = [old.clone(), event("a"), nobody.clone(), old];

    let measured = default();
    let heard = measured.batch(&batch).await;
    assert!(heard.message().ends_with("indices [0, 3] (0-indexed)."), "one problem at a time");
    let heard = measured.batch(&[event("a"), nobody]).await;
    assert!(heard.message().contains("must contain one of these fields: SHA256_EMAIL or "));
    assert!(heard.message().ends_with("indices [1] (0-indexed)."));

    let documented = start(Sandbox::builder().dialect(Dialect::Documented));
    let heard = documented.batch(&batch).await;
    assert_eq!(heard.status, 400);
    let message = heard.message();
    assert!(message.starts_with(
        "Validation failed because [{field=Invalid Conversion time, batchIndex=0, \
         type=INVALID_CONVERSION_TIME_FIELD_VALUE, message=Conversion time should"
    ));
    assert!(message.contains("batchIndex=2, type=INVALID_USER_IDENTIFICATION_FIELD_VALUE"));
    assert!(message.contains("batchIndex=3, type=INVALID_CONVERSION_TIME_FIELD_VALUE"));
    assert!(message.ends_with("}]"));
}

#[tokio::test]
async fn each_kind_of_identification_is_enough_alone() {
    let linked = default();
    let id = |id_type: &str, value: &str| json!([{"idType": id_type, "idValue": value}]);
    for (ids, member, value, status) in [
        (id("SHA256_EMAIL", DIGEST), "", json!(null), 201),
        (id("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "df5gf5-gh6t7"), "", json!(null), 201),
        (id("ACXIOM_ID", "1"), "", json!(null), 201),
        (id("PLAINTEXT_IP_ADDRESS", "203.0.113.9"), "", json!(null), 201),
        (id("SHA256_IP_ADDRESS", DIGEST), "", json!(null), 201),
        (id("GOOGLE_AID", "38400000-8cf0-11bd-b23e-10b96e40000d"), "", json!(null), 201),
        (json!([]), "userInfo", json!({"firstName": "Ada", "lastName": "Byron"}), 201),
        (json!([]), "externalIds", json!(["crm-88"]), 201),
        (json!([]), "lead", json!("urn:li:leadGenFormResponse:a-1"), 201),
        (json!([]), "", json!(null), 400),
        (id("SHA256_EMAIL", ""), "", json!(null), 400),
        (json!([]), "externalIds", json!([]), 400),
        (json!([]), "externalIds", json!([""]), 400),
    ] {
        let mut event = event_with("/user/userIds", ids);
        if !member.is_empty() {
            event["user"][member] = value;
        }
        assert_eq!(linked.single(&event).await.status, status, "{event}");
    }
}

#[tokio::test]
async fn rules_can_be_unknown_disabled_or_of_another_method() {
    let builder = Sandbox::builder().known_rules([7]).disabled_rule(8).insight_tag_rule(9);
    let linked = start(builder);
    let rule =
        |id: u64| event_with("/conversion", json!(format!("urn:lla:llaPartnerConversion:{id}")));
    assert_eq!(linked.single(&rule(7)).await.status, 201);
    let unknown = linked.batch(&[rule(7), rule(6)]).await;
    assert_eq!(unknown.status, 403);
    assert_eq!(unknown.json(), json!({"message": "No ad accounts found", "status": 403}));
    let disabled = linked.batch(&[rule(7), rule(8)]).await;
    assert_eq!(disabled.status, 400);
    assert!(disabled.message().contains("that's marked as deleted."));
    let insight_tag = linked.batch(&[rule(7), rule(9)]).await;
    assert_eq!(
        insight_tag.json(),
        json!({"message": "Incorrect conversions information provided. Conversion's method should \
                           be CONVERSIONS_API, indices [1] (0-indexed)", "status": 400})
    );
    let any = default();
    assert_eq!(any.single(&rule(123)).await.status, 201, "every rule exists unless told otherwise");
}

#[tokio::test]
async fn what_linkedin_does_not_check_is_taken_and_noted() {
    let linked = default();
    let mut odd = event("e@x.example");
    odd["conversionValue"]["currencyCode"] = json!("XQZ");
    odd["user"]["userIds"] = json!([
        {"idType": "PLAINTEXT_IP_ADDRESS", "idValue": "999.999.999.999"},
        {"idType": "SHA256_EMAIL", "idValue": "not-a-digest"},
    ]);
    assert_eq!(linked.single(&odd).await.status, 201);
    let events = linked.sandbox.events();
    let words = ["PERSONAL_DATA_IN_EVENT_ID", "UNKNOWN_CURRENCY", "NOT_AN_IPV4", "NOT_A_DIGEST"];
    assert_eq!(events[0].warnings, words);
    assert_eq!(events[0].identifiers, ["SHA256_EMAIL", "PLAINTEXT_IP_ADDRESS"]);
    assert_eq!(linked.sandbox.counts().warnings["UNKNOWN_CURRENCY"], 1);
}

#[tokio::test]
async fn a_spent_minute_and_a_spent_day_give_429() {
    let linked = start(Sandbox::builder().requests_per_minute(2));
    let statuses = [
        linked.single(&event("a")).await.status,
        linked.single(&event("b")).await.status,
        linked.single(&event("c")).await.status,
    ];
    assert_eq!(statuses, [201, 201, 429]);
    let heard = linked.single(&event("d")).await;
    assert_eq!(heard.json()["serviceErrorCode"], 101);
    assert_eq!(heard.json()["code"], "TOO_MANY_REQUESTS");
    assert!(heard.message().contains("MINUTE limit") && !heard.message().contains("DAY"));
    assert_eq!(heard.header("retry-after"), None);
    let counts = linked.sandbox.counts();
    assert_eq!((counts.requests_last_minute, counts.peak_requests_per_minute), (4, 4));

    let linked = start(Sandbox::builder().requests_per_day(1));
    linked.single(&event("a")).await;
    let heard = linked.single(&event("b")).await;
    assert!(heard.message().contains("Resource level throttle APPLICATION_AND_MEMBER DAY limit"));
    linked.sandbox.set_clock_offset_ms(NOW - common::real_ms() + DAY);
    assert_eq!(linked.single(&event("b")).await.status, 201, "another UTC day");
}

#[tokio::test]
async fn each_token_has_its_own_quota() {
    let builder = Sandbox::builder().token("one-token").token("two-token").requests_per_minute(1);
    let mut linked = start(builder);
    assert_eq!(linked.single(&event("a")).await.status, 201);
    assert_eq!(linked.single(&event("a")).await.status, 429);
    linked.set("authorization", Some("Bearer two-token"));
    assert_eq!(linked.single(&event("a")).await.status, 201);
}
