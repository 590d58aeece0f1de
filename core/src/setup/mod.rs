//! What does LinkedIn's set-up side take and answer: rules, campaigns, accounts, tokens?
//! Everything here is a plain value; nothing may talk HTTP, and no answer's text may reach an error.
//!
//! A [`Call`] is built by one function, sent by whoever owns a connection, and read by its own
//! [`Call::answer`]:
//!
//! ```
//! use matchback::setup::{AccountId, Ownership, rules};
//!
//! let account = AccountId::new(507).ok_or("zero")?;
//! let call = rules::list(account, Ownership::Owned, 0, 100, matchback::ApiVersion::NEWEST)?;
//! assert_eq!(call.target(), "/rest/conversions?q=account&account=urn%3Ali%3AsponsoredAccount%3A507&start=0&count=100");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod accounts;
pub mod campaigns;
pub mod click_id;
mod conversion_type;
mod error;
mod ids;
pub mod insight_tag;
pub mod oauth;
mod open;
mod page;
mod refresh;
pub mod restli;
mod rule;
pub mod rules;
mod said;
pub mod stored_token;
mod token_life;
pub mod token_source;

pub use conversion_type::ConversionType;
pub use error::{Retry, SetupCode, SetupError};
pub use ids::{AccountId, CampaignId, NotAnId, parse_rule, rule_urn};
pub use page::{CursorPage, Page};
pub use refresh::{Refresher, Ticket, Turn};
pub use rule::{
    AttributionType, AutoAssociation, ConversionMethod, ConversionRule, FixedValue, NewRule,
    Ownership, RuleChange, RuleValue, ValueType,
};
pub use said::Said;
pub use token_life::TokenLife;

use http::{HeaderMap, Method};
use std::fmt;
use zeroize::Zeroizing;

/// Longest query that goes into an address; LinkedIn's own clients tunnel above this many bytes
/// (`docs/linkedin.md` §8).
const LONGEST_QUERY: usize = 4_000;
/// Largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

const FORM: &str = "application/x-www-form-urlencoded";

/// Which of LinkedIn's two hosts a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `https://api.linkedin.com`: takes `Authorization`, `LinkedIn-Version` and
    /// `X-Restli-Protocol-Version` on every call.
    Api,
    /// `https://www.linkedin.com`: takes none of them.
    OAuth,
}

type Read<T> = Box<dyn Fn(&Reply<'_>) -> Result<T, SetupError> + Send + Sync>;

/// One call to LinkedIn, ready to be sent, that knows how its answer is read.
pub struct Call<T> {
    service: Service,
    method: Method,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Zeroizing<Vec<u8>>,
    read: Read<T>,
}

impl<T> Call<T> {
    /// The host it goes to.
    pub fn service(&self) -> Service {
        self.service
    }

    /// The HTTP method; `POST` for a tunnelled call.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Path and query, encoded; to be appended to the host as it is.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The headers beyond those that [`Service`] names; `Content-Type` is among them whenever there is a body.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The body; empty when there is none. For [`Service::OAuth`] it holds secrets.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What LinkedIn's answer means. Pure.
    pub fn answer(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<T, SetupError> {
        let reply = Reply { status, headers, body };
        if body.len() > LARGEST_ANSWER {
            return Err(reply.unreadable());
        }
        if (200..300).contains(&status) {
            (self.read)(&reply)
        } else {
            Err(SetupError::refused(self.service, status, headers, body))
        }
    }

    /// The same call with its answer turned into something else.
    pub fn map<U>(self, turn: impl Fn(T) -> U + Send + Sync + 'static) -> Call<U>
    where
        T: 'static,
    {
        let Call { service, method, target, headers, body, read } = self;
        let read = Box::new(move |reply: &Reply<'_>| read(reply).map(&turn));
        Call { service, method, target, headers, body, read }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("service", &self.service)
            .field("method", &self.method)
            .field("target", &self.target)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A call to the API before it is decided whether its query fits into the address.
struct Draft {
    method: Method,
    path: String,
    query: String,
    restli_method: Option<&'static str>,
    body: Option<serde_json::Value>,
}

impl Draft {
    fn new(method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        Draft { method, path, query: String::new(), restli_method: None, body: None }
    }

    fn query(mut self, parameters: &[(&str, restli::Value<'_>)]) -> Self {
        self.query = restli::query(parameters);
        self
    }

    fn restli_method(mut self, name: &'static str) -> Self {
        self.restli_method = Some(name);
        self
    }

    fn body(mut self, body: serde_json::Value) -> Self {
        self.body = Some(body);
        self
    }

    fn reads<T>(
        self,
        read: impl Fn(&Reply<'_>) -> Result<T, SetupError> + Send + Sync + 'static,
    ) -> Call<T> {
        let mut headers = Vec::new();
        if let Some(name) = self.restli_method {
            headers.push(("X-RestLi-Method", name.to_owned()));
        }
        let json = self.body.map(|body| body.to_string());
        let (method, target, body) = if self.query.len() > LONGEST_QUERY {
            headers.push(("X-HTTP-Method-Override", self.method.to_string()));
            let (content_type, body) = tunnelled(&self.query, json.as_deref());
            headers.push(("Content-Type", content_type));
            (Method::POST, self.path, body)
        } else {
            if json.is_some() {
                headers.push(("Content-Type", "application/json".to_owned()));
            }
            let target = match self.query.as_str() {
                "" => self.path,
                query => format!("{}?{query}", self.path),
            };
            (self.method, target, json.unwrap_or_default())
        };
        let body = Zeroizing::new(body.into_bytes());
        Call { service: Service::Api, method, target, headers, body, read: Box::new(read) }
    }
}

/// The query as a body: alone as a form, or before the JSON in a multipart body (`docs/linkedin.md` §8).
fn tunnelled(query: &str, json: Option<&str>) -> (String, String) {
    let Some(json) = json else { return (FORM.to_owned(), query.to_owned()) };
    let mut number = 0;
    let mut boundary = String::from("matchback0");
    while query.contains(&boundary) || json.contains(&boundary) {
        number += 1;
        boundary = format!("matchback{number}");
    }
    let body = format!(
        "--{boundary}\r\nContent-Type: {FORM}\r\n\r\n{query}\r\n\
         --{boundary}\r\nContent-Type: application/json\r\n\r\n{json}\r\n\
         --{boundary}--"
    );
    (format!("multipart/mixed; boundary={boundary}"), body)
}

/// A call to LinkedIn's OAuth host; the parameters become the form body.
fn oauth_call<T>(
    target: &str,
    parameters: &[(&str, &str)],
    read: impl Fn(&Reply<'_>) -> Result<T, SetupError> + Send + Sync + 'static,
) -> Call<T> {
    // One buffer of the final size: a growing one would leave copies of the secrets behind.
    let longest = parameters.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
    let mut body = Zeroizing::new(Vec::with_capacity(longest));
    for (name, value) in parameters {
        if !body.is_empty() {
            body.push(b'&');
        }
        body.extend_from_slice(name.as_bytes());
        body.push(b'=');
        body.extend_from_slice(Zeroizing::new(restli::percent_encoded(value)).as_bytes());
    }
    Call {
        service: Service::OAuth,
        method: Method::POST,
        target: target.to_owned(),
        headers: vec![("Content-Type", FORM.to_owned())],
        body,
        read: Box::new(read),
    }
}

/// An answer that has arrived whole.
struct Reply<'a> {
    status: u16,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Reply<'_> {
    fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, SetupError> {
        serde_json::from_slice(self.body).map_err(|_| self.unreadable())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// LinkedIn said yes, but not in a way this engine understands.
    fn unreadable(&self) -> SetupError {
        SetupError::unreadable(self.status, self.headers)
    }
}

/// For calls whose success says nothing more.
#[allow(clippy::unnecessary_wraps, reason = "it stands where other readers can fail")]
fn done(_: &Reply<'_>) -> Result<(), SetupError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_never_occurs_in_what_it_bounds() {
        let (content_type, body) = tunnelled("q=matchback0", Some(r#"{"name":"matchback1"}"#));
        assert_eq!(content_type, "multipart/mixed; boundary=matchback2");
        assert_eq!(body.matches("--matchback2").count(), 3);
    }

    #[test]
    fn an_answer_larger_than_any_of_linkedins_is_not_read() {
        let call = Draft::new(Method::GET, "/rest/x").reads(done).map(|()| 7);
        let headers = HeaderMap::new();
        assert_eq!(call.answer(200, &headers, b""), Ok(7));
        let large = vec![b' '; LARGEST_ANSWER + 1];
        let error = call.answer(200, &headers, &large).map_err(|error| error.code);
        assert_eq!(error, Err(SetupCode::UnreadableAnswer));
    }
}
