//! Who refreshes the token, who waits, and when can only a person help?
//! It must never have two refreshes under way, nor refresh again because a new token was refused.

use super::{SetupCode, SetupError, TokenLife, oauth};

const SECOND: i64 = 1_000;
/// LinkedIn may refuse a token for some seconds after making it (`docs/linkedin.md` §2.2); these are
/// the pauses before it is tried again.
const FRESH_PAUSES: [i64; 3] = [5 * SECOND, 10 * SECOND, 20 * SECOND];
/// How long after its making a token counts as fresh: the pauses, and time for the tries between.
const FRESH: i64 = 90 * SECOND;
/// After this long somebody else may refresh: whoever had the ticket is gone.
const LONGEST_REFRESH: i64 = 60 * SECOND;
/// Pauses between refreshes that failed for the moment.
const FIRST_PAUSE: i64 = SECOND;
const LONGEST_PAUSE: i64 = 300 * SECOND;

/// The right, and the duty, to refresh. There is one at a time.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "who holds the ticket has to refresh and to report"]
pub struct Ticket(u64);

/// What somebody who wants to send does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// Send with the token of this generation, and name it in [`Refresher::refused`].
    Use(u64),
    /// Refresh, then report with [`Refresher::refreshed`] or [`Refresher::failed`].
    Refresh(Ticket),
    /// Wait until this time (epoch ms), or until somebody reports; then ask again.
    Wait(i64),
    /// Hold everything until a person has signed in ([`Refresher::replaced`]).
    SignIn,
}

/// The state of one token that several senders share. Put it behind a lock; no call takes long.
#[derive(Debug)]
pub struct Refresher {
    life: TokenLife,
    can_refresh: bool,
    generation: u64,
    standing: Standing,
    tickets: u64,
    /// The ticket that is out, and when it was given.
    under_way: Option<(u64, i64)>,
    /// Refreshes that failed since the last that did not.
    failures: u32,
    not_before_ms: i64,
}

/// What is known about the current generation's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nothing speaks against it.
    Good,
    /// Fresh, refused so often, not tried again before this time.
    Pausing { refusals: usize, until_ms: i64 },
    /// LinkedIn no longer takes it; a refresh will help.
    Dead,
    /// Only a person can help.
    Held,
}

impl Refresher {
    /// For a token with this life, which can be refreshed or not.
    pub fn new(life: TokenLife, can_refresh: bool) -> Self {
        Refresher {
            life,
            can_refresh,
            generation: 1,
            standing: Standing::Good,
            tickets: 0,
            under_way: None,
            failures: 0,
            not_before_ms: i64::MIN,
        }
    }

    /// The current token's life.
    pub fn life(&self) -> &TokenLife {
        &self.life
    }

    /// Asked before each request.
    pub fn turn(&mut self, now_ms: i64) -> Turn {
        match self.standing {
            Standing::Held => Turn::SignIn,
            Standing::Pausing { until_ms, .. } if now_ms < until_ms => Turn::Wait(until_ms),
            Standing::Dead => self.refresh_or_wait(now_ms),
            Standing::Good | Standing::Pausing { .. } => {
                if self.life.has_expired(now_ms) {
                    return self.refresh_or_wait(now_ms);
                }
                let due = self.life.refresh_due_ms().is_some_and(|due| now_ms >= due);
                if due && self.can_refresh && self.may_begin(now_ms) {
                    return self.begin(now_ms);
                }
                Turn::Use(self.generation)
            }
        }
    }

    /// LinkedIn answered 401 to a request with the token of `generation`. What it says about an older
    /// token is old news: a hundred senders refused at once cause one refresh.
    pub fn refused(&mut self, generation: u64, code: SetupCode, now_ms: i64) -> Turn {
        if generation == self.generation {
            self.standing = self.standing_after(code, now_ms);
        }
        self.turn(now_ms)
    }

    /// A request with the token of `generation` went through.
    pub fn worked(&mut self, generation: u64) {
        if generation == self.generation && matches!(self.standing, Standing::Pausing { .. }) {
            self.standing = Standing::Good;
        }
    }

    /// The refresh brought a token. `false` if it is not wanted any more, because another has
    /// arrived since; it must not be used then.
    pub fn refreshed(&mut self, ticket: &Ticket, life: TokenLife) -> bool {
        if self.under_way.map(|(number, _)| number) != Some(ticket.0) {
            return false;
        }
        self.begin_generation(life);
        true
    }

    /// The refresh failed.
    pub fn failed(&mut self, ticket: &Ticket, error: &SetupError, now_ms: i64) {
        if self.under_way.map(|(number, _)| number) != Some(ticket.0) {
            return;
        }
        self.under_way = None;
        if oauth::needs_sign_in(error) {
            self.can_refresh = false;
            // A token that still works is used to its end.
            if self.standing == Standing::Dead || self.life.has_expired(now_ms) {
                self.standing = Standing::Held;
            }
        } else {
            let pause = FIRST_PAUSE << self.failures.min(16);
            self.failures += 1;
            self.not_before_ms = now_ms.saturating_add(pause.min(LONGEST_PAUSE));
        }
    }

    /// Somebody brought another token: a person signed in, or the file changed.
    pub fn replaced(&mut self, life: TokenLife, can_refresh: bool) {
        self.can_refresh = can_refresh;
        self.begin_generation(life);
    }

    fn begin_generation(&mut self, life: TokenLife) {
        self.life = life;
        self.generation += 1;
        self.standing = Standing::Good;
        self.under_way = None;
        self.failures = 0;
        self.not_before_ms = i64::MIN;
    }

    fn standing_after(&self, code: SetupCode, now_ms: i64) -> Standing {
        let is_fresh = now_ms.saturating_sub(self.life.minted_ms) < FRESH;
        match self.standing {
            Standing::Dead | Standing::Held => self.standing,
            // Several requests were under way when the first was refused: they are one refusal.
            Standing::Pausing { until_ms, .. } if now_ms < until_ms => self.standing,
            Standing::Pausing { refusals, .. } => pause_after(refusals, now_ms),
            Standing::Good if is_fresh => pause_after(0, now_ms),
            Standing::Good if code == SetupCode::TokenRevoked || !self.can_refresh => {
                Standing::Held
            }
            Standing::Good => Standing::Dead,
        }
    }

    fn refresh_or_wait(&mut self, now_ms: i64) -> Turn {
        if !self.can_refresh {
            self.standing = Standing::Held;
            Turn::SignIn
        } else if self.may_begin(now_ms) {
            self.begin(now_ms)
        } else {
            let taken_over = self.under_way.map(|(_, since)| since.saturating_add(LONGEST_REFRESH));
            Turn::Wait(taken_over.unwrap_or(self.not_before_ms))
        }
    }

    fn may_begin(&self, now_ms: i64) -> bool {
        match self.under_way {
            Some((_, since)) => now_ms >= since.saturating_add(LONGEST_REFRESH),
            None => now_ms >= self.not_before_ms,
        }
    }

    fn begin(&mut self, now_ms: i64) -> Turn {
        self.tickets += 1;
        self.under_way = Some((self.tickets, now_ms));
        Turn::Refresh(Ticket(self.tickets))
    }
}

/// A fresh token that stays refused has not been accepted by anybody: no refresh would do better.
fn pause_after(refusals: usize, now_ms: i64) -> Standing {
    match FRESH_PAUSES.get(refusals) {
        Some(pause) => {
            Standing::Pausing { refusals: refusals + 1, until_ms: now_ms.saturating_add(*pause) }
        }
        None => Standing::Held,
    }
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
