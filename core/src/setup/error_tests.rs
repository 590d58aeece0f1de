//! Is each of LinkedIn's refusals named rightly, and does nothing of its sentences get through?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;

fn refused(status: u16, body: &str) -> SetupError {
    refused_by(Service::Api, status, body)
}

fn refused_by(service: Service, status: u16, body: &str) -> SetupError {
    let mut headers = HeaderMap::new();
    headers.insert("x-li-uuid", "AAX+k/9==".parse().unwrap());
    SetupError::refused(service, status, &headers, body.as_bytes())
}

#[test]
fn words_are_unique() {
    let words: std::collections::BTreeSet<_> = SetupCode::ALL.iter().map(|c| c.word()).collect();
    assert_eq!(words.len(), SetupCode::ALL.len());
}

#[test]
fn each_refusal_has_its_code() {
    use SetupCode::*;
    let cases = [
        (400, r#"{"status":400,"code":"VERSION_MISSING","message":"x"}"#, VersionMissing),
        (401, r#"{"serviceErrorCode":65600,"code":"INVALID_ACCESS_TOKEN"}"#, TokenInvalid),
        (401, r#"{"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN"}"#, TokenRevoked),
        (401, r#"{"serviceErrorCode":65602}"#, TokenExpired),
        (401, r#"{"code":"EMPTY_ACCESS_TOKEN"}"#, TokenMissing),
        (401, r#"{"message":"Empty oauth2_access_token","serviceErrorCode":401}"#, TokenInvalid),
        (403, r#"{"serviceErrorCode":100,"code":"ACCESS_DENIED"}"#, MissingScope),
        (403, r#"{"code":"USER_NOT_AUTHORIZED"}"#, NotAuthorized),
        (403, r#"{"message":"No ad accounts found","status":403}"#, NotAuthorized),
        (404, r#"{"code":"RESOURCE_NOT_FOUND"}"#, NotFound),
        (422, r#"{"message":"ERROR :: /type :: \"X\" is not an enum symbol"}"#, Refused),
        (426, r#"{"code":"NONEXISTENT_VERSION"}"#, VersionSunset),
        (
            429,
            r#"{"message":"Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls"}"#,
            DayLimit,
        ),
        (429, "{}", RateLimited),
        (408, "", Unavailable),
        (501, "", Refused),
        (502, "<html>bad gateway</html>", Unavailable),
        (302, "", Redirected),
    ];
    for (status, body, expected) in cases {
        assert_eq!(refused(status, body).code, expected, "{status} {body}");
    }
}

#[test]
fn each_refusal_of_the_oauth_host_has_its_code() {
    use SetupCode::*;
    let cases = [
        (400, r#"{"error":"invalid_grant","error_description":"x"}"#, SignInAgain),
        (400, r#"{"error":"invalid_request","error_description":"x"}"#, CodeRefused),
        (400, r#"{"error":"invalid_redirect_uri"}"#, RedirectMismatch),
        (401, r#"{"error":"invalid_client"}"#, WrongClient),
        (503, r#"{"error":"something"}"#, Unavailable),
        (401, "", WrongClient),
        (302, "", Redirected),
        (400, r#"{"error":"something_new"}"#, Refused),
    ];
    for (status, body, expected) in cases {
        assert_eq!(refused_by(Service::OAuth, status, body).code, expected, "{status} {body}");
    }
}

#[test]
fn codes_and_pointers_are_kept_sentences_are_not() {
    let error = refused(
        422,
        r#"{"message":"ERROR :: /value/amount :: jane@example.com cannot be coerced","serviceErrorCode":9,"code":"BAD_THING"}"#,
    );
    assert_eq!(error.request_id(), Some("AAX+k/9=="));
    let text = format!("{error} {error:?}");
    assert!(text.contains("/value/amount") && text.contains("BAD_THING 9"));
    assert!(!text.contains("jane"));
}

#[test]
fn a_sentence_in_the_place_of_a_code_is_dropped() {
    let bodies = [
        r#"{"code":"jane@example.com was refused"}"#,
        r#"{"error":"secret token abc"}"#,
        r#"{"message":"ERROR :: jane@example.com :: x"}"#,
        r#"{"errorDetails":{"inputErrors":[{"input":{"inputPath":{"fieldPath":"jane@example.com"}}}]}}"#,
    ];
    for body in bodies {
        let text = format!("{:?}", refused(400, body));
        assert!(!text.contains("jane") && !text.contains("secret token"), "{text}");
    }
}

#[test]
fn the_newer_shape_names_its_field() {
    let body = r#"{"errorDetails":{"inputErrors":[{"code":"X","input":{"inputPath":{"fieldPath":"/name"}}}]}}"#;
    assert_eq!(refused(400, body).linkedin.unwrap().pointer.as_deref(), Some("/name"));
}

#[test]
fn an_error_reads_as_a_sentence_with_a_hint() {
    assert_eq!(
        refused(401, r#"{"serviceErrorCode":65602,"code":"EXPIRED_ACCESS_TOKEN"}"#).to_string(),
        "the access token has expired (TOKEN_EXPIRED); LinkedIn said 401 EXPIRED_ACCESS_TOKEN 65602\
         \n  hint: refresh it with `matchback auth refresh`, or sign in with `matchback auth login`"
    );
}
