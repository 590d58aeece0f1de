//! How does an app get, refresh and inspect a token (`docs/linkedin.md` §7)?
//! Secrets must stand in form bodies only: never in an address, and never in anything printable.

use super::restli::{percent_decoded, percent_encoded};
use super::{Call, Reply, Said, SetupCode, SetupError, TokenLife, error, oauth_call};
use crate::secret::Secret;
use serde::Deserialize;

/// What Matchback asks for: sending conversions and reading the accounts they belong to.
pub const SCOPES: &[&str] = &["r_ads", "rw_conversions"];

/// An app registered with LinkedIn.
#[derive(Clone, Debug)]
pub struct App {
    /// Its public id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Where LinkedIn sends the member back to; registered with the app, character by character.
    pub redirect_uri: String,
}

/// What LinkedIn grants for a code or a refresh token.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The access token.
    pub access: Secret,
    /// Its life in seconds; 60 days.
    pub expires_in: i64,
    /// The refresh token; only apps approved for it get one.
    pub refresh: Option<Secret>,
    /// What is left of the refresh token's life in seconds: 365 days after consent, never extended.
    pub refresh_expires_in: Option<i64>,
    /// What was granted.
    pub scopes: Vec<String>,
}

/// What LinkedIn says about a token. A token from Campaign Manager works and is yet called inactive
/// here, so nothing may be refused because of this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// Whether LinkedIn takes it for this app's, and alive.
    pub active: bool,
    /// `active`, `expired` or `revoked`.
    pub status: Option<String>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// When it ends, epoch seconds.
    pub expires_at: Option<i64>,
    /// `2L`, `3L` or `Enterprise_User`; conversions need `3L`.
    pub auth_type: Option<String>,
}

impl Grant {
    /// Its life, when it was received at `now_ms`. LinkedIn may leave out the refresh token's end
    /// when it refreshes; the end that was known before then still holds.
    pub fn life(&self, now_ms: i64, before: Option<&TokenLife>) -> TokenLife {
        let after = |seconds: i64| now_ms.saturating_add(seconds.saturating_mul(1_000));
        TokenLife {
            minted_ms: now_ms,
            expires_ms: Some(after(self.expires_in)),
            refresh_expires_ms: match self.refresh_expires_in {
                Some(seconds) => Some(after(seconds)),
                None => before.and_then(|life| life.refresh_expires_ms),
            },
        }
    }

    /// The scopes of [`SCOPES`] that were not granted.
    pub fn missing_scopes(&self) -> Vec<&'static str> {
        missing(&self.scopes)
    }
}

impl Introspection {
    /// The scopes of [`SCOPES`] that were not granted.
    pub fn missing_scopes(&self) -> Vec<&'static str> {
        missing(&self.scopes)
    }
}

fn missing(granted: &[String]) -> Vec<&'static str> {
    SCOPES.iter().copied().filter(|scope| !granted.iter().any(|have| have == scope)).collect()
}

/// A `state` that nobody can guess: 256 bits from the operating system, in hexadecimal.
pub fn new_state() -> Result<String, SetupError> {
    let mut bytes = [0; 32];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| SetupError::here(SetupCode::Unavailable))?;
    Ok(const_hex::encode(bytes))
}

/// Where the member's browser is sent, on [`Service::OAuth`](super::Service::OAuth)'s host: path and query.
pub fn authorize_target(app: &App, state: &str, scopes: &[&str]) -> String {
    format!(
        "/oauth/v2/authorization?response_type=code&client_id={}&redirect_uri={}&state={}&scope={}",
        percent_encoded(&app.client_id),
        percent_encoded(&app.redirect_uri),
        percent_encoded(state),
        percent_encoded(&scopes.join(" ")),
    )
}

/// Reads the address that LinkedIn sent the browser back to, or just its query: the code, provided
/// that the state is the one that was sent.
pub fn code_from_redirect(address: &str, expected_state: &str) -> Result<Secret, SetupError> {
    let query = address.trim().rsplit_once('?').map_or(address.trim(), |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let parameter = |wanted: &str| {
        query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (name == wanted).then(|| percent_decoded(&value.replace('+', " ")))?
        })
    };
    // The state first: whatever else a forged answer says is not LinkedIn's word.
    if expected_state.is_empty() || parameter("state").as_deref() != Some(expected_state) {
        return Err(SetupError::here(SetupCode::StateMismatch));
    }
    if let Some(word) = parameter("error") {
        let said = Said { status: 200, code: Some(word), ..Said::default() };
        return Err(SetupError::here(error::oauth_code(&said)));
    }
    match parameter("code") {
        Some(code) if !code.is_empty() => Ok(Secret::new(code)),
        _ => Err(SetupError::here(SetupCode::CodeRefused)),
    }
}

/// Turns the code into tokens. It works once, and only for some minutes.
pub fn exchange(app: &App, code: &Secret) -> Call<Grant> {
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.expose()),
        ("redirect_uri", app.redirect_uri.as_str()),
    ];
    oauth_call("/oauth/v2/accessToken", &parameters, grant)
}

/// Turns the refresh token into a new access token. The refresh token's own end stays where it is.
pub fn refresh(app: &App, refresh_token: &Secret) -> Call<Grant> {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose()),
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.expose()),
    ];
    oauth_call("/oauth/v2/accessToken", &parameters, grant)
}

/// Asks LinkedIn about a token.
pub fn introspect(app: &App, token: &Secret) -> Call<Introspection> {
    let parameters = [
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.expose()),
        ("token", token.expose()),
    ];
    oauth_call("/oauth/v2/introspectToken", &parameters, introspection)
}

/// Whether a refresh that failed this way is over, so that only a person can help. Anything that is
/// not LinkedIn's own word, such as a proxy's page, will pass.
pub fn needs_sign_in(error: &SetupError) -> bool {
    matches!(
        error.code,
        SetupCode::SignInAgain
            | SetupCode::CodeRefused
            | SetupCode::WrongClient
            | SetupCode::ScopeNotGranted
            | SetupCode::ConsentRefused
    )
}

fn grant(reply: &Reply<'_>) -> Result<Grant, SetupError> {
    #[derive(Deserialize)]
    struct Wire {
        access_token: String,
        expires_in: i64,
        refresh_token: Option<String>,
        refresh_token_expires_in: Option<i64>,
        #[serde(default)]
        scope: String,
    }
    let wire: Wire = reply.json()?;
    let access = super::token_source::check(wire.access_token).map_err(|_| reply.unreadable())?;
    Ok(Grant {
        access,
        expires_in: wire.expires_in,
        refresh: wire.refresh_token.filter(|token| !token.is_empty()).map(Secret::new),
        refresh_expires_in: wire.refresh_token_expires_in,
        scopes: scopes(&wire.scope),
    })
}

fn introspection(reply: &Reply<'_>) -> Result<Introspection, SetupError> {
    #[derive(Deserialize)]
    struct Wire {
        active: bool,
        status: Option<String>,
        #[serde(default)]
        scope: String,
        expires_at: Option<i64>,
        auth_type: Option<String>,
    }
    let wire: Wire = reply.json()?;
    Ok(Introspection {
        active: wire.active,
        status: wire.status,
        scopes: scopes(&wire.scope),
        expires_at: wire.expires_at,
        auth_type: wire.auth_type,
    })
}

/// LinkedIn separates them with commas, where OAuth has spaces.
fn scopes(text: &str) -> Vec<String> {
    text.split([',', ' ']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
