//! What does a running sandbox know? Its settings, tokens, rules, script, clock and record.
//! It must never do I/O; handlers hold its lock for a computation, never while they wait.

use crate::business::{Dialect, Rules};
use crate::clock::Clock;
use crate::fault::{Fault, Script, TokenState};
use crate::limits::{Meter, Spent};
use crate::record::{Counts, Keep, Record};
use matchback::ApiVersion;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// How it starts, and what a reset goes back to.
#[derive(Clone)]
pub(crate) struct Start {
    pub(crate) tokens: Vec<String>,
    pub(crate) limits: Limits,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) keep: Keep,
    pub(crate) versions: Vec<ApiVersion>,
    pub(crate) faults: Vec<Fault>,
}

/// What can be changed while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Requests of one token in any 60 s.
    pub requests_per_minute: u64,
    /// Requests of one token on one UTC day.
    pub requests_per_day: u64,
    /// Longest request body; a longer one gets a 413.
    pub body_bytes: usize,
    /// The wording of the 400 answers.
    pub dialect: Dialect,
}

impl Default for Limits {
    /// LinkedIn's documented quotas (`docs/linkedin.md` §10). No body limit is documented: 32 MiB
    /// holds 5,000 events of more than 6 KiB.
    fn default() -> Self {
        Limits {
            requests_per_minute: 600,
            requests_per_day: 500_000,
            body_bytes: 32 << 20,
            dialect: Dialect::Measured,
        }
    }
}

/// The sandbox's memory, shared by its server and its handle.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub(crate) fn new(start: Start) -> Self {
        Shared(Arc::new(Mutex::new(State::new(start))))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct State {
    start: Start,
    started: Instant,
    tokens: Vec<Token>,
    pub(crate) limits: Limits,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) script: Script,
    pub(crate) record: Record,
}

struct Token {
    text: String,
    state: TokenState,
    meter: Meter,
}

/// What one token may still do; it is told by its place, never by its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TokenView {
    pub(crate) number: usize,
    pub(crate) state: TokenState,
    pub(crate) spent_minute: u64,
    pub(crate) spent_day: u64,
}

impl State {
    fn new(start: Start) -> Self {
        let mut script = Script::default();
        start.faults.iter().cloned().for_each(|fault| script.push(fault));
        State {
            started: Instant::now(),
            tokens: start.tokens.iter().cloned().map(Token::active).collect(),
            limits: start.limits,
            rules: start.rules.clone(),
            clock: start.clock,
            script,
            record: Record::new(start.keep),
            start,
        }
    }

    /// Forgets everything that happened since the start.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.start.clone());
    }

    /// Milliseconds since the start; unlike the clock it never jumps.
    pub(crate) fn real_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn counts(&mut self) -> Counts {
        let (real_ms, now_ms) = (self.real_ms(), self.clock.now_ms());
        self.record.counts(real_ms, now_ms)
    }

    /// Adds a token, or changes the state of a known one.
    pub(crate) fn set_token(&mut self, text: &str, state: TokenState) {
        match self.tokens.iter_mut().find(|token| token.text == text) {
            Some(token) => token.state = state,
            None => self.tokens.push(Token { state, ..Token::active(text.to_owned()) }),
        }
    }

    /// Changes the state of the first token, the one that `Sandbox::token` tells.
    pub(crate) fn set_first_token(&mut self, state: TokenState) {
        if let Some(token) = self.tokens.first_mut() {
            token.state = state;
        }
    }

    /// What LinkedIn thinks of this token.
    pub(crate) fn token_state(&self, text: &str) -> TokenState {
        let known = self.tokens.iter().find(|token| token.text == text);
        known.map_or(TokenState::Invalid, |token| token.state)
    }

    /// Charges one request to the token; `Ok` for one that is not known.
    pub(crate) fn charge(&mut self, text: &str) -> Result<(), Spent> {
        let (real_ms, now_ms, limits) = (self.real_ms(), self.clock.now_ms(), self.limits);
        match self.tokens.iter_mut().find(|token| token.text == text) {
            None => Ok(()),
            Some(token) => token.meter.charge(
                real_ms,
                now_ms,
                limits.requests_per_minute,
                limits.requests_per_day,
            ),
        }
    }

    pub(crate) fn tokens(&mut self) -> Vec<TokenView> {
        let (real_ms, now_ms) = (self.real_ms(), self.clock.now_ms());
        let view = |(number, token): (usize, &mut Token)| {
            let (spent_minute, spent_day) = token.meter.spent(real_ms, now_ms);
            TokenView { number, state: token.state, spent_minute, spent_day }
        };
        self.tokens.iter_mut().enumerate().map(view).collect()
    }

    /// Whether LinkedIn answers this version now.
    pub(crate) fn answers(&self, version: ApiVersion) -> bool {
        let days = version.days_until_sunset(self.clock.now_ms());
        self.start.versions.contains(&version) || days.is_some_and(|days| days > 0)
    }
}

impl Token {
    fn active(text: String) -> Self {
        Token { text, state: TokenState::Active, meter: Meter::default() }
    }
}
