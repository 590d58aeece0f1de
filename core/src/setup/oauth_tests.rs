//! Are the OAuth calls LinkedIn's, and do secrets stay in the body?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::setup::Service;
use http::HeaderMap;

fn app() -> App {
    App {
        client_id: "78abc".into(),
        client_secret: Secret::new("s3cr&t=".into()),
        redirect_uri: "http://127.0.0.1:8765/callback".into(),
    }
}

fn text<T>(call: &Call<T>) -> String {
    String::from_utf8(call.body().to_vec()).unwrap()
}

#[test]
fn the_address_to_sign_in_names_app_state_and_scopes() {
    assert_eq!(
        authorize_target(&app(), "st&te", SCOPES),
        "/oauth/v2/authorization?response_type=code&client_id=78abc\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback&state=st%26te&scope=r_ads%20rw_conversions"
    );
}

#[test]
fn states_are_long_and_differ() {
    let (one, two) = (new_state().unwrap(), new_state().unwrap());
    assert_eq!(one.len(), 64);
    assert_ne!(one, two);
}

#[test]
fn a_code_is_taken_only_with_the_state_that_was_sent() {
    let read = |address: &str, state: &str| {
        code_from_redirect(address, state).map(|code| code.expose().to_owned()).map_err(|e| e.code)
    };
    assert_eq!(
        read("http://127.0.0.1:1/callback?code=AQ%2Bx&state=s1#frag", "s1"),
        Ok("AQ+x".into())
    );
    assert_eq!(read(" code=a&state=s1 ", "s1"), Ok("a".into()));
    let refused = [
        ("code=a&state=s2", "s1", SetupCode::StateMismatch),
        ("code=a", "s1", SetupCode::StateMismatch),
        ("code=a&state=", "", SetupCode::StateMismatch),
        ("error=user_cancelled_login&state=s2", "s1", SetupCode::StateMismatch),
        ("error=user_cancelled_login&state=s1", "s1", SetupCode::ConsentRefused),
        ("error=unauthorized_scope_error&state=s1", "s1", SetupCode::ScopeNotGranted),
        ("code=&state=s1", "s1", SetupCode::CodeRefused),
        ("", "s1", SetupCode::StateMismatch),
    ];
    for (address, state, code) in refused {
        assert_eq!(read(address, state), Err(code), "{address}");
    }
}

#[test]
fn requests_are_forms_and_secrets_stay_in_them() {
    let code = Secret::new("c0de".into());
    let call = exchange(&app(), &code);
    assert_eq!((call.service(), call.method().as_str()), (Service::OAuth, "POST"));
    assert_eq!(call.target(), "/oauth/v2/accessToken");
    assert_eq!(call.headers(), [("Content-Type", "application/x-www-form-urlencoded".to_owned())]);
    assert_eq!(
        text(&call),
        "grant_type=authorization_code&code=c0de&client_id=78abc&client_secret=s3cr%26t%3D\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback"
    );
    let shown = format!("{call:?} {:?}", app());
    assert!(!shown.contains("c0de") && !shown.contains("s3cr"));
    assert_eq!(
        text(&refresh(&app(), &Secret::new("r".into()))),
        "grant_type=refresh_token&refresh_token=r&client_id=78abc&client_secret=s3cr%26t%3D"
    );
    assert_eq!(
        text(&introspect(&app(), &Secret::new("t".into()))),
        "client_id=78abc&client_secret=s3cr%26t%3D&token=t"
    );
}

#[test]
fn a_grant_is_read_with_commas_between_scopes() {
    let call = refresh(&app(), &Secret::new("r".into()));
    let body = br#"{"access_token":"AQX","expires_in":5184000,"refresh_token":"AQW","refresh_token_expires_in":86400,"scope":"r_ads,r_basicprofile"}"#;
    let grant = call.answer(200, &HeaderMap::new(), body).unwrap();
    assert_eq!(grant.access.expose(), "AQX");
    assert_eq!(grant.scopes, ["r_ads", "r_basicprofile"]);
    assert_eq!(grant.missing_scopes(), ["rw_conversions"]);
    let life = grant.life(1_000, None);
    assert_eq!(life.expires_ms, Some(5_184_001_000));
    assert_eq!(life.refresh_expires_ms, Some(86_401_000));
    assert!(!format!("{grant:?}").contains("AQ"));
}

#[test]
fn the_refresh_tokens_end_is_not_forgotten() {
    let call = refresh(&app(), &Secret::new("r".into()));
    let grant =
        call.answer(200, &HeaderMap::new(), br#"{"access_token":"A","expires_in":10}"#).unwrap();
    let before = TokenLife { refresh_expires_ms: Some(77), ..TokenLife::endless(0) };
    assert_eq!(grant.life(1_000, Some(&before)).refresh_expires_ms, Some(77));
}

#[test]
fn only_what_passes_by_itself_is_worth_another_refresh() {
    let call = refresh(&app(), &Secret::new("r".into()));
    let fails =
        |status, body: &str| call.answer(status, &HeaderMap::new(), body.as_bytes()).unwrap_err();
    assert!(needs_sign_in(&fails(400, r#"{"error":"invalid_grant"}"#)));
    assert!(needs_sign_in(&fails(400, r#"{"error":"invalid_request"}"#)));
    assert!(needs_sign_in(&fails(401, r#"{"error":"invalid_client"}"#)));
    assert!(!needs_sign_in(&fails(500, "")));
    assert!(!needs_sign_in(&fails(429, "")));
    assert!(!needs_sign_in(&fails(200, "<html>captive portal</html>")));
    assert!(!needs_sign_in(&fails(302, "")));
}

#[test]
fn an_introspection_is_read() {
    let call = introspect(&app(), &Secret::new("t".into()));
    let body = br#"{"active":true,"status":"active","scope":"r_ads,rw_conversions","client_id":"x","expires_at":9,"auth_type":"3L"}"#;
    let told = call.answer(200, &HeaderMap::new(), body).unwrap();
    assert!(told.active && told.missing_scopes().is_empty());
    assert_eq!((told.expires_at, told.auth_type.as_deref()), (Some(9), Some("3L")));
    let inactive = call.answer(200, &HeaderMap::new(), br#"{"active":false}"#).unwrap();
    assert_eq!(inactive.missing_scopes(), SCOPES);
}
