//! What does LinkedIn say? One `Answer` a case, in the shapes of `docs/linkedin.md` §2.
//! It must never decide which case it is.

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;
use std::fmt::Write;

use crate::clock::http_date;

/// A whole answer, before the headers that every answer carries.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// Whether LinkedIn's own headers are written; a proxy in between would not.
    pub(crate) from_linkedin: bool,
}

const JSON: &str = "application/json";

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Answer { status, headers: Vec::new(), content_type, body, from_linkedin: true }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// For a request that never hears one.
    pub(crate) fn none() -> Self {
        Self::new(200, JSON, "")
    }

    /// `{message,status}`: business refusals, the 422, look-ups.
    pub(crate) fn refusal(status: u16, message: &str) -> Self {
        Self::new(status, JSON, json!({"message": message, "status": status}).to_string())
    }

    /// `{status,code,message}`, and the header that tells the gateway spoke.
    fn gateway(status: u16, code: &str, message: &str) -> Self {
        let body = json!({"status": status, "code": code, "message": message});
        Self::new(status, JSON, body.to_string()).with("x-restli-gateway-error", "true")
    }

    /// `{status,serviceErrorCode,code,message}`: tokens and quotas.
    fn service(status: u16, service_error: u32, code: &str, message: &str) -> Self {
        let body = json!({
            "status": status, "serviceErrorCode": service_error, "code": code, "message": message,
        });
        Self::new(status, JSON, body.to_string())
    }

    /// One event was stored: an empty 201, and an internal id that is not the event's.
    pub(crate) fn created(id: u64) -> Self {
        let id = format!("sandbox-{id}");
        Self::new(201, JSON, "")
            .with("location", format!("/conversionEvents/{id}"))
            .with("x-restli-id", id)
    }

    /// A batch was stored: 200, and one 201 an element in the order of the request.
    pub(crate) fn stored(count: usize) -> Self {
        Self::elements(std::iter::repeat_n((201, None), count))
    }

    /// A batch answer with the given status, and message, for each element.
    pub(crate) fn elements<'m>(elements: impl Iterator<Item = (u16, Option<&'m str>)>) -> Self {
        let mut body = String::from(r#"{"elements":["#);
        for (index, (status, message)) in elements.enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing to a `String` cannot fail.
            let _ = match message {
                None => write!(body, r#"{comma}{{"status":{status}}}"#),
                Some(message) => {
                    let error = json!({"status": status, "message": message});
                    write!(body, r#"{comma}{{"status":{status},"error":{error}}}"#)
                }
            };
        }
        body.push_str("]}");
        Self::new(200, JSON, body)
    }

    pub(crate) fn empty_token() -> Self {
        Self::service(401, 65_604, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token")
    }

    pub(crate) fn invalid_token() -> Self {
        Self::service(401, 65_600, "INVALID_ACCESS_TOKEN", "Invalid access token")
    }

    pub(crate) fn revoked_token() -> Self {
        let message = "The token used in the request has been revoked by the user";
        Self::service(401, 65_601, "REVOKED_ACCESS_TOKEN", message)
    }

    pub(crate) fn expired_token() -> Self {
        let message = "The token used in the request has expired";
        Self::service(401, 65_602, "EXPIRED_ACCESS_TOKEN", message)
    }

    pub(crate) fn version_missing() -> Self {
        let message = "A version must be present. Please specify a version by adding the \
                       LinkedIn-Version header.";
        Self::gateway(400, "VERSION_MISSING", message)
    }

    /// The text writes the version as the first day of its month.
    pub(crate) fn version_gone(version: &str) -> Self {
        let message = format!("Requested version {version}01 is not active");
        Self::gateway(426, "NONEXISTENT_VERSION", &message)
    }

    pub(crate) fn no_such_path() -> Self {
        Self::gateway(404, "RESOURCE_NOT_FOUND", "No virtual resource found")
    }

    pub(crate) fn no_such_method(method: &str) -> Self {
        let message = format!("{method} is not supported by conversionEvents");
        Self::gateway(405, "METHOD_NOT_ALLOWED", &message).with("allow", "POST")
    }

    /// A quota is spent: `MINUTE` or `DAY`. LinkedIn sends no `Retry-After`.
    pub(crate) fn throttled(window: &str) -> Self {
        let message = format!(
            "Resource level throttle APPLICATION_AND_MEMBER {window} limit for calls to this \
             resource is reached."
        );
        Self::service(429, 101, "TOO_MANY_REQUESTS", &message)
    }

    /// The answer as HTTP, with the headers that every answer of LinkedIn carries.
    pub(crate) fn into_response(self, uuid: &str, now_ms: i64) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let mut put = |name: &str, value: &str| {
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                headers.insert(name, value);
            }
        };
        put("date", &http_date(now_ms));
        put("content-type", self.content_type);
        if self.from_linkedin {
            put("x-li-uuid", uuid);
            put("x-li-fabric", "sandbox");
            put("x-li-source-fabric", "sandbox");
            put("x-li-pop", "sandbox");
            put("x-li-proto", "http/1.1");
            put("x-restli-protocol-version", "2.0.0");
            if self.status >= 400 {
                put("x-restli-error-response", "true");
            }
        }
        for (name, value) in &self.headers {
            put(name, value);
        }
        response
    }
}
