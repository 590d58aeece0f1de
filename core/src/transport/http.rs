//! How is a request carried by HTTP? With reqwest, once, to one host, within bounds.
//! It must never follow a redirect, send anything twice on its own, or print a header.

use super::{Answer, Attempt, Body, Failure, FailureKind, Phase, Request, Transport, tls};
use crate::config::{Config, ConfigError};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{NoProxy, Proxy, redirect, retry};
use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// Largest body of an answer that is read; what is longer says nothing more.
const SUCCESS_BYTES: usize = 1024 * 1024;
const ERROR_BYTES: usize = 64 * 1024;
/// The body is handed over in pieces of this size, so that it shows how far it got.
const PIECE: usize = 64 * 1024;
/// Idle connections kept; as many as requests can be under way.
const POOL: usize = 8;

/// Sends to the configured base URL.
pub struct HttpTransport {
    client: reqwest::Client,
    url: String,
}

impl HttpTransport {
    /// Makes the client; no connection, no name resolution.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let secure = config.base_url.starts_with("https://");
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(config.ca_bundle.as_deref())?)
            .user_agent(concat!("matchback/", env!("CARGO_PKG_VERSION")))
            .https_only(secure)
            .http1_only()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(POOL)
            .connect_timeout(Duration::from_millis(config.connect_timeout_ms))
            .timeout(Duration::from_millis(config.request_timeout_ms))
            // HTTP_PROXY is never read: in CGI a client's header could set it.
            .no_proxy();
        if let Some(proxy) = https_proxy()? {
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|_| ConfigError {
            setting: "base_url".to_owned(),
            reason: "the HTTP client cannot be set up".to_owned(),
            hint: "report it to us".to_owned(),
        })?;
        let base = config.base_url.trim_end_matches('/');
        Ok(HttpTransport { client, url: format!("{base}/rest/conversionEvents") })
    }

    async fn exchange(&self, request: Request) -> Result<Answer, Failure> {
        let unsent = |kind| Failure { phase: Phase::Unsent, kind };
        let headers = headers(&request).ok_or_else(|| unsent(FailureKind::Internal))?;
        let all_taken = Arc::new(AtomicBool::new(false));
        let body = Pieces::new(request.body, all_taken.clone());
        let sending = self.client.post(&self.url).headers(headers).body(reqwest::Body::wrap(body));
        match sending.send().await {
            Ok(response) => read(response).await,
            Err(error) => Err(failure(&error, all_taken.load(Ordering::Acquire))),
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> Attempt<'_> {
        Box::pin(self.exchange(request))
    }
}

/// `HTTPS_PROXY`, except for the hosts of `NO_PROXY`.
fn https_proxy() -> Result<Option<Proxy>, ConfigError> {
    let given = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let Some(url) = given("HTTPS_PROXY").or_else(|| given("https_proxy")) else { return Ok(None) };
    // The URL may hold a password, so it is not repeated.
    let proxy = Proxy::https(url.trim()).map_err(|_| ConfigError {
        setting: "HTTPS_PROXY".to_owned(),
        reason: "this is not the URL of a proxy".to_owned(),
        hint: "write http://host:port, or unset it".to_owned(),
    })?;
    Ok(Some(proxy.no_proxy(NoProxy::from_env())))
}

/// The headers of `docs/linkedin.md` §1.1.
fn headers(request: &Request) -> Option<HeaderMap> {
    let mut bearer = HeaderValue::try_from(format!("Bearer {}", request.token.expose())).ok()?;
    bearer.set_sensitive(true);
    let version = HeaderValue::try_from(request.version.to_string()).ok()?;
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(AUTHORIZATION, bearer);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HeaderName::from_static("linkedin-version"), version);
    headers.insert(
        HeaderName::from_static("x-restli-protocol-version"),
        HeaderValue::from_static("2.0.0"),
    );
    if request.events > 1 {
        headers.insert(
            HeaderName::from_static("x-restli-method"),
            HeaderValue::from_static("BATCH_CREATE"),
        );
    }
    Some(headers)
}

async fn read(mut response: reqwest::Response) -> Result<Answer, Failure> {
    let headers = response.headers();
    let text = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        (value.len() <= 256).then(|| value.to_owned())
    };
    let mut answer = Answer {
        status: response.status().as_u16(),
        from_linkedin: headers.contains_key("x-li-uuid")
            || headers.contains_key("x-restli-protocol-version"),
        gateway_error: headers.contains_key("x-restli-gateway-error"),
        request_id: text("x-li-uuid")
            .or_else(|| text("x-request-id"))
            .or_else(|| text("x-restli-id")),
        retry_after: text(RETRY_AFTER.as_str()),
        date: text(DATE.as_str()),
        body: Vec::new(),
    };
    let succeeded = response.status().is_success();
    let limit = if succeeded { SUCCESS_BYTES } else { ERROR_BYTES };
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = limit - answer.body.len();
                answer.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    // What it would say further on does not matter; the connection is dropped.
                    return Ok(answer);
                }
            }
            // A success that breaks off may be a proxy's doing: nobody knows.
            Err(error) if succeeded => return Err(failure(&error, true)),
            // The end; and of an error the status is enough.
            Ok(None) | Err(_) => return Ok(answer),
        }
    }
}

fn failure(error: &reqwest::Error, all_taken: bool) -> Failure {
    let unsent = error.is_connect() || error.is_builder() || !all_taken;
    let kind = if error.is_dns() {
        FailureKind::Dns
    } else if error.is_connect() {
        FailureKind::Connect
    } else if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_builder() {
        FailureKind::Internal
    } else if is_garbled(error) {
        FailureKind::Garbled
    } else {
        FailureKind::Broken
    };
    Failure { phase: if unsent { Phase::Unsent } else { Phase::Unknown }, kind }
}

/// Whether what came back is not HTTP. reqwest keeps hyper's reason, but not its type.
fn is_garbled(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.to_string().contains("invalid HTTP") {
            return true;
        }
        source = error.source();
    }
    error.is_decode()
}

/// A body that remembers whether its last piece was taken. As long as it was not, the request is
/// incomplete, and LinkedIn cannot have acted on it.
struct Pieces {
    rest: Bytes,
    all_taken: Arc<AtomicBool>,
}

impl Pieces {
    fn new(body: Body, all_taken: Arc<AtomicBool>) -> Self {
        Pieces { rest: Bytes::from_owner(body), all_taken }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        if self.rest.is_empty() {
            self.all_taken.store(true, Ordering::Release);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests;
