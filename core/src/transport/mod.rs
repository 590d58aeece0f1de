//! How does a request reach LinkedIn and an answer come back, as plain values on both sides?
//! Nothing here interprets an answer: that is the job of `verdict`.

mod body;
mod http;
mod tls;

pub use body::{Body, BodyPool};
pub use http::HttpTransport;

use crate::secret::Secret;
use crate::version::ApiVersion;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// Names a request between `next` and `done`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// One POST to `/rest/conversionEvents`.
pub struct Request {
    /// To be handed back with the answer.
    pub id: RequestId,
    /// How many events the body holds; more than one is a batch and needs the header
    /// `X-RestLi-Method: BATCH_CREATE`.
    pub events: usize,
    /// The header `LinkedIn-Version`.
    pub version: ApiVersion,
    /// The header `Authorization`.
    pub token: Secret,
    /// The JSON.
    pub body: Body,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { id, events, version, token: _, body } = self;
        write!(f, "Request {}: {events} events, {} bytes, {version}", id.0, body.as_ref().len())
    }
}

/// What came back.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Whether the answer carries LinkedIn's own headers (`x-li-uuid` or
    /// `x-restli-protocol-version`). A proxy's or a portal's does not.
    pub from_linkedin: bool,
    /// The header `X-Restli-Gateway-Error` is there: the request never reached the resource.
    pub gateway_error: bool,
    /// `x-li-uuid`, `x-request-id` or `x-restli-id`: for LinkedIn's support.
    pub request_id: Option<String>,
    /// The header `Retry-After` as it is.
    pub retry_after: Option<String>,
    /// The header `Date` as it is.
    pub date: Option<String>,
    /// The body, cut at the transport's limit.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may echo values.
        write!(f, "Answer {} with {} bytes", self.status, self.body.len())
    }
}

/// No answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} ({phase})")]
pub struct Failure {
    /// Whether LinkedIn may have taken the events.
    pub phase: Phase,
    /// What went wrong.
    pub kind: FailureKind,
}

/// How far the request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It provably did not arrive as a whole.
    Unsent,
    /// It may have arrived.
    Unknown,
}

/// What went wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The name could not be resolved.
    Dns,
    /// No connection came about: refused, unreachable, TLS or proxy.
    Connect,
    /// Time ran out.
    Timeout,
    /// The connection broke.
    Broken,
    /// The answer is not HTTP, or larger than the limit.
    Garbled,
    /// The request could not be built, or our own code failed.
    Internal,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Unsent => "nothing was sent",
            Phase::Unknown => "it may have arrived",
        })
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FailureKind::Dns => "the name could not be resolved",
            FailureKind::Connect => "no connection",
            FailureKind::Timeout => "time ran out",
            FailureKind::Broken => "the connection broke",
            FailureKind::Garbled => "the answer cannot be read",
            FailureKind::Internal => "the request could not be made",
        })
    }
}

/// What an attempt ends with, sooner or later.
pub type Attempt<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send + 'a>>;

/// Carries requests. It sends each exactly once: no redirects, no retries of its own.
pub trait Transport: Send + Sync {
    /// Sends one request and waits for its answer, for a bounded time.
    fn send(&self, request: Request) -> Attempt<'_>;
}
