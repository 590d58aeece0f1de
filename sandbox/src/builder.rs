//! How should the sandbox start? Every setting with its default.
//! It must never start anything but in `start`.

use crate::business::Dialect;
use crate::clock::Clock;
use crate::fault::Fault;
use crate::record::Keep;
use crate::sandbox::Sandbox;
use crate::state::{Limits, Start};
use matchback::ApiVersion;
use std::fmt;
use std::io;
use uuid::Uuid;

/// Settings of a sandbox; made by [`Sandbox::builder`].
#[derive(Clone)]
pub struct Builder {
    port: u16,
    start: Start,
}

impl Builder {
    pub(crate) fn new() -> Self {
        let start = Start {
            tokens: Vec::new(),
            limits: Limits::default(),
            rules: crate::Rules::default(),
            clock: Clock::default(),
            keep: Keep::default(),
            versions: Vec::new(),
            faults: Vec::new(),
        };
        Builder { port: 0, start }
    }

    /// A token that it accepts; each further call adds one. Without any call one is made up:
    /// `sandbox-` and 32 characters.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.start.tokens.push(token.into());
        self
    }

    /// The port on 127.0.0.1; 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Milliseconds by which the sandbox's clock is ahead of the real one.
    #[must_use]
    pub fn clock_offset_ms(mut self, offset_ms: i64) -> Self {
        self.start.clock = Clock { offset_ms };
        self
    }

    /// Requests of one token in any 60 s; 600.
    #[must_use]
    pub fn requests_per_minute(mut self, requests: u64) -> Self {
        self.start.limits.requests_per_minute = requests;
        self
    }

    /// Requests of one token on one UTC day; 500,000.
    #[must_use]
    pub fn requests_per_day(mut self, requests: u64) -> Self {
        self.start.limits.requests_per_day = requests;
        self
    }

    /// Longest request body in bytes, beyond which it answers 413; 32 MiB.
    #[must_use]
    pub fn body_bytes(mut self, bytes: usize) -> Self {
        self.start.limits.body_bytes = bytes;
        self
    }

    /// The wording of the 400 answers; [`Dialect::Measured`].
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.start.limits.dialect = dialect;
        self
    }

    /// The only rules that the token can see; without it every numeric rule exists.
    #[must_use]
    pub fn known_rules(mut self, rules: impl IntoIterator<Item = u64>) -> Self {
        self.start.rules.known = Some(rules.into_iter().collect());
        self
    }

    /// A rule that is disabled.
    #[must_use]
    pub fn disabled_rule(mut self, rule: u64) -> Self {
        self.start.rules.disabled.insert(rule);
        self
    }

    /// A rule that belongs to the Insight Tag.
    #[must_use]
    pub fn insight_tag_rule(mut self, rule: u64) -> Self {
        self.start.rules.insight_tag.insert(rule);
        self
    }

    /// A version that it answers although the calendar does not list it (any more).
    #[must_use]
    pub fn active_version(mut self, version: ApiVersion) -> Self {
        self.start.versions.push(version);
        self
    }

    /// Scripts a fault before the first request.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.start.faults.push(fault);
        self
    }

    /// Stored events kept for reading; 100,000.
    #[must_use]
    pub fn keep_events(mut self, events: usize) -> Self {
        self.start.keep.events = events;
        self
    }

    /// Requests kept for reading; 10,000.
    #[must_use]
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.start.keep.requests = requests;
        self
    }

    /// Bytes kept for reading: bodies, and 512 for each request and event; 128 MiB. The oldest
    /// requests go first, with their events.
    #[must_use]
    pub fn keep_bytes(mut self, bytes: usize) -> Self {
        self.start.keep.bytes = bytes;
        self
    }

    /// Pairs of (rule, event id) remembered to count duplicates, at about 36 bytes each; 1,000,000.
    /// At least the latest half of them is known at any time.
    #[must_use]
    pub fn remember_ids(mut self, ids: usize) -> Self {
        self.start.keep.ids = ids;
        self
    }

    /// Starts it on a thread of its own.
    pub fn start(mut self) -> io::Result<Sandbox> {
        if self.start.tokens.is_empty() {
            self.start.tokens.push(format!("sandbox-{}", Uuid::now_v7().simple()));
        }
        Sandbox::launch(self.port, self.start)
    }

    /// Starts it, calls `ready` once it listens, and stays: for `matchback sandbox`. Returns only
    /// if the server fails.
    pub fn serve(self, ready: impl FnOnce(&Sandbox)) -> io::Result<()> {
        let sandbox = self.start()?;
        ready(&sandbox);
        sandbox.wait()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("port", &self.port).finish_non_exhaustive()
    }
}
