//! What of LinkedIn's refusal may be kept? Its codes and pointers, never its sentences: they may echo values.
//! It must never let a text through that is not made of a code's or an id's characters.

use http::HeaderMap;
use serde_json::Value;

/// The part of an answer that can be shown, logged and quoted to LinkedIn's support.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The HTTP status.
    pub status: u16,
    /// LinkedIn's `code`, or an OAuth answer's `error`.
    pub code: Option<String>,
    /// LinkedIn's `serviceErrorCode`.
    pub service_error_code: Option<i64>,
    /// The field that LinkedIn named, as a pointer.
    pub pointer: Option<String>,
    /// LinkedIn's `x-li-uuid`, for its support.
    pub request_id: Option<String>,
}

impl Said {
    /// Reads an answer's headers only.
    pub(super) fn by_headers(status: u16, headers: &HeaderMap) -> Self {
        let request_id = ["x-li-uuid", "x-li-request-id"].iter().find_map(|name| {
            let value = headers.get(*name)?.to_str().ok()?;
            made_of(value, |byte| byte.is_ascii_alphanumeric() || b"+/=_-:.".contains(&byte))
        });
        Said { status, request_id, ..Said::default() }
    }

    /// Reads all of the shapes of `docs/linkedin.md` §2.1.
    pub(super) fn by_answer(status: u16, headers: &HeaderMap, body: &Value) -> Self {
        let text = |name| body.get(name).and_then(Value::as_str);
        let code = text("code").or_else(|| text("error"));
        Said {
            code: code.and_then(|code| made_of(code, is_code)),
            service_error_code: body.get("serviceErrorCode").and_then(Value::as_i64),
            pointer: input_error(body).or_else(|| text("message").and_then(schema_pointer)),
            ..Said::by_headers(status, headers)
        }
    }
}

/// The newer shape: `errorDetails.inputErrors[0].input.inputPath.fieldPath`.
fn input_error(body: &Value) -> Option<String> {
    let path = body.pointer("/errorDetails/inputErrors/0/input/inputPath/fieldPath")?;
    made_of(path.as_str()?, is_pointer)
}

/// The framework's schema check: `ERROR :: /pointer :: sentence`.
fn schema_pointer(message: &str) -> Option<String> {
    let pointer = message.split("ERROR :: ").nth(1)?.split(" :: ").next()?;
    made_of(pointer, is_pointer)
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_pointer(byte: u8) -> bool {
    is_code(byte) || byte == b'/'
}

fn made_of(text: &str, allowed: impl Fn(u8) -> bool) -> Option<String> {
    let fits = !text.is_empty() && text.len() <= 64 && text.bytes().all(allowed);
    fits.then(|| text.to_owned())
}
