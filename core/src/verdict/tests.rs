//! LinkedIn's answers as they have been seen or documented, one row each.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::transport::FailureKind;
use proptest::prelude::*;

const NOON: i64 = 1_795_521_600_000;

#[allow(clippy::unnecessary_wraps, reason = "it stands for an attempt")]
fn answer(status: u16, body: &str) -> Result<Answer, Failure> {
    Ok(Answer { status, from_linkedin: true, body: body.as_bytes().to_vec(), ..Answer::default() })
}

fn judged(status: u16, body: &str, events: usize) -> Verdict {
    judge(&answer(status, body), events, NOON)
}

fn message(text: &str) -> String {
    serde_json::json!({ "message": text, "status": 400 }).to_string()
}

fn named(indices: &[usize]) -> Vec<Finding> {
    let code = Code::RejectedByLinkedIn;
    indices.iter().map(|&index| Finding { index, pointer: None, code }).collect()
}

#[test]
fn success_in_every_form() {
    use EventVerdict::{Delivered, Later, Rejected, Unknown};
    let whole = |drift| Verdict::Delivered { drift };
    let cases = [
        (201, "", 1, whole(false)),
        (200, "", 1, whole(false)),
        (201, r#"{"elements":[]}"#, 1, whole(false)),
        (200, r#"{"elements":[{"status":201},{"status":201}]}"#, 2, whole(false)),
        (201, r#"{"elements":[{"status":201},{"status":201}]}"#, 2, whole(false)),
        (204, "", 2, whole(false)),
        (200, r#"{"elements":[{},{}]}"#, 2, whole(false)),
        (200, r#"{"elements":[{"status":201},{"status":201},{"status":201}]}"#, 2, whole(true)),
        (200, "what?", 2, whole(true)),
        (200, r#"{"results":{}}"#, 2, whole(true)),
        (
            200,
            r#"{"elements":[{"status":201},{"status":422,"error":{"message":"x"}},{"status":429},{"status":500}]}"#,
            4,
            Verdict::PerEvent(vec![Delivered, Rejected, Later, Later]),
        ),
        (
            200,
            r#"{"elements":[{"status":201}]}"#,
            3,
            Verdict::PerEvent(vec![Delivered, Unknown, Unknown]),
        ),
    ];
    for (status, body, events, expected) in cases {
        assert_eq!(judged(status, body, events), expected, "{status} {body}");
    }
}

#[test]
fn a_success_that_linkedin_did_not_send_is_unknown() {
    let portal = Answer { status: 200, body: b"<html>".to_vec(), ..Answer::default() };
    assert_eq!(judge(&Ok(portal), 2, NOON), Verdict::Unknown { intercepted: true });
}

#[test]
fn refused_events() {
    let time = "Conversion time should be within 90 days and not exceed current time, indices [0] (0-indexed).";
    let documented_time = "Validation failed because [{field=Invalid Conversion time, batchIndex=4, type=INVALID_CONVERSION_TIME_FIELD_VALUE, message=x}]";
    let schema = "Index: 0, ERROR :: /conversionValue/amount :: 19.9 cannot be coerced to String\nERROR :: /user/userInfo/firstName :: field is required but not found and has no default value\n";
    let amount = Some("/conversionValue/amount".to_owned());
    let identity = "[{field=user, batchIndex=1, type=INVALID_USER_IDENTIFICATION_FIELD_VALUE, message=The request must contain one of these fields: SHA256_EMAIL or x}]";
    let cases = [
        (400, time, Verdict::OutOfTime(named(&[0]))),
        (400, documented_time, Verdict::OutOfTime(named(&[4]))),
        (400, "bad, indices [0, 3] (0-indexed).", Verdict::Rejected(named(&[0, 3]))),
        (
            422,
            schema,
            Verdict::Rejected(vec![Finding {
                index: 0,
                pointer: amount,
                code: Code::SchemaMismatch,
            }]),
        ),
        (
            400,
            identity,
            Verdict::Rejected(vec![Finding { index: 1, pointer: None, code: Code::NoIdentity }]),
        ),
        (422, "Index: 77, ERROR :: /a :: not sent", Verdict::Poisoned),
        (400, "Etwas stimmt nicht mit einem Ereignis", Verdict::Poisoned),
        (409, "conflict", Verdict::Poisoned),
    ];
    for (status, text, expected) in cases {
        assert_eq!(judged(status, &message(text), 5), expected, "{status} {text}");
    }
    assert_eq!(judged(400, "", 5), Verdict::Poisoned);
    assert_eq!(judged(400, "<html>", 1), Verdict::Rejected(named(&[0])));
    assert_eq!(judged(413, "", 5), Verdict::TooLarge);
    assert!(matches!(judged(413, "", 1), Verdict::Rejected(found) if found.len() == 1));
}

#[test]
fn rules_that_cannot_be_used() {
    let cases: [(u16, &str, &[usize]); 4] = [
        (
            400,
            "Incorrect conversions information provided. Conversion's method should be CONVERSIONS_API, indices [0] (0-indexed)",
            &[0],
        ),
        (
            400,
            "Invalid Conversion information provided, this event(s) is associated to a conversion that's marked as deleted. Conversion enabled should be true",
            &[],
        ),
        (403, "No ad accounts found", &[]),
        (403, "No ad accounts found, indices [1, 2] (0-indexed)", &[1, 2]),
    ];
    for (status, text, indices) in cases {
        let expected = Verdict::RuleUnusable(indices.to_vec());
        assert_eq!(judged(status, &message(text), 5), expected, "{text}");
    }
    let role = r#"{"status":403,"code":"USER_NOT_AUTHORIZED","message":"x"}"#;
    assert_eq!(judged(403, role, 5), Verdict::RuleUnusable(vec![]));
}

#[test]
fn lanes_that_are_held() {
    use HoldReason::*;
    let cases = [
        (400, r#"{"status":400,"code":"VERSION_MISSING","message":"x"}"#, Configuration),
        (400, r#"{"status":400,"code":"NONEXISTENT_VERSION"}"#, Version),
        (
            401,
            r#"{"status":401,"serviceErrorCode":65600,"code":"INVALID_ACCESS_TOKEN"}"#,
            TokenRefused,
        ),
        (
            401,
            r#"{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN"}"#,
            TokenRevoked,
        ),
        (
            401,
            r#"{"status":401,"serviceErrorCode":65602,"code":"EXPIRED_ACCESS_TOKEN"}"#,
            TokenExpired,
        ),
        (
            401,
            r#"{"status":401,"serviceErrorCode":65604,"code":"EMPTY_ACCESS_TOKEN"}"#,
            TokenMissing,
        ),
        (
            401,
            r#"{"message":"Empty oauth2_access_token","serviceErrorCode":401,"status":401}"#,
            TokenRefused,
        ),
        (401, "", TokenRefused),
        (
            403,
            r#"{"status":403,"serviceErrorCode":100,"code":"ACCESS_DENIED","message":"Not enough permissions to access: conversionEvents.CREATE.20260901"}"#,
            Permission,
        ),
        (403, "<html>", Permission),
        (
            404,
            r#"{"status":404,"code":"RESOURCE_NOT_FOUND","message":"No virtual resource found"}"#,
            Configuration,
        ),
        (405, "", Configuration),
        (415, "", Configuration),
        (501, "", Configuration),
        (302, "", Configuration),
        (
            426,
            r#"{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20250901 is not active"}"#,
            Version,
        ),
    ];
    for (status, body, reason) in cases {
        assert_eq!(judged(status, body, 5), Verdict::Hold(reason), "{status} {body}");
    }
    let gateway = Answer { status: 400, gateway_error: true, ..Answer::default() };
    assert_eq!(judge(&Ok(gateway), 1, NOON), Verdict::Hold(Configuration));
}

#[test]
fn later() {
    let day = r#"{"status":429,"serviceErrorCode":101,"code":"TOO_MANY_REQUESTS","message":"Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached."}"#;
    let old_day = r#"{"message":"Resource level throttle APPLICATION DAY limit for calls to this resource is reached."}"#;
    assert_eq!(judged(429, day, 5), Verdict::Later(Later::DayQuota));
    assert_eq!(judged(429, old_day, 5), Verdict::Later(Later::DayQuota));
    assert_eq!(
        judged(429, &message("TODAY is not the word"), 5),
        Verdict::Later(Later::Throttled(None))
    );
    assert_eq!(judged(408, "", 5), Verdict::Later(Later::Throttled(None)));
    for status in [500, 502, 503, 504] {
        let expected = Verdict::Later(Later::ServerError(None));
        assert_eq!(judged(status, "<html>", 5), expected, "{status}");
    }
    for (text, pause) in
        [("7", Some(7_000)), ("Tue, 24 Nov 2026 12:00:09 GMT", Some(9_000)), ("abc", None)]
    {
        let mut slow = answer(429, "").unwrap();
        slow.retry_after = Some(text.to_owned());
        assert_eq!(judge(&Ok(slow), 5, NOON), Verdict::Later(Later::Throttled(pause)), "{text}");
    }
}

#[test]
fn no_answer_is_unsent_or_unknown() {
    let failure = |phase| Err(Failure { phase, kind: FailureKind::Timeout });
    assert_eq!(judge(&failure(Phase::Unsent), 5, NOON), Verdict::Later(Later::Unreachable));
    assert_eq!(judge(&failure(Phase::Unknown), 5, NOON), Verdict::Unknown { intercepted: false });
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic_or_name_what_was_not_sent(
        status in 0_u16..1_000,
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            ".{0,100}".prop_map(|text| message(&text).into_bytes()),
            prop::collection::vec(0_u16..700, 0..12).prop_map(|statuses| {
                let elements: Vec<_> =
                    statuses.iter().map(|status| serde_json::json!({ "status": status })).collect();
                serde_json::json!({ "elements": elements }).to_string().into_bytes()
            }),
        ],
        from_linkedin: bool,
        retry_after in proptest::option::of(".{0,40}"),
        events in 1_usize..9,
    ) {
        let answer = Answer { status, from_linkedin, retry_after, body, ..Answer::default() };
        match judge(&Ok(answer), events, NOON) {
            Verdict::PerEvent(each) => prop_assert!(each.len() == events && from_linkedin),
            Verdict::Rejected(found) | Verdict::OutOfTime(found) => {
                prop_assert!(!found.is_empty() && found.iter().all(|f| f.index < events));
            }
            Verdict::RuleUnusable(indices) => prop_assert!(indices.iter().all(|&i| i < events)),
            Verdict::Delivered { .. } => prop_assert!(from_linkedin),
            _ => {}
        }
    }
}
