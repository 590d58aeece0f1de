//! What can go wrong on the set-up side, and what is there to do about it?
//! An error must never carry a value, a token or a sentence of LinkedIn's.

use super::Service;
use super::said::Said;
use crate::version::ApiVersion;
use http::HeaderMap;
use serde_json::Value;
use std::fmt;

/// Whether doing the same again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// No: something has to be changed first.
    Never,
    /// Yes, after a pause that grows.
    BackOff,
    /// Yes, once the UTC day has changed.
    NextDay,
    /// Yes, with another token.
    NewToken,
}

macro_rules! setup_codes {
    ($($variant:ident $word:literal $retry:ident $meaning:literal, $hint:literal;)*) => {
        /// A stable word for each thing that can go wrong. New ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum SetupCode {
            $(#[doc = $meaning] $variant,)*
        }

        impl SetupCode {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [SetupCode] = &[$(SetupCode::$variant,)*];

            /// The stable word, for example `MISSING_SCOPE`.
            pub const fn word(self) -> &'static str {
                match self { $(SetupCode::$variant => $word,)* }
            }

            /// What it means, in one sentence without the value.
            pub const fn meaning(self) -> &'static str {
                match self { $(SetupCode::$variant => $meaning,)* }
            }

            /// What to do about it.
            pub const fn hint(self) -> &'static str {
                match self { $(SetupCode::$variant => $hint,)* }
            }

            /// Whether doing the same again can help.
            pub const fn retry(self) -> Retry {
                match self { $(SetupCode::$variant => Retry::$retry,)* }
            }
        }
    };
}

setup_codes! {
    // -- refused here, before anything was sent
    MissingName "MISSING_NAME" Never "a conversion rule needs a name", "give it one";
    NotOffered "NOT_OFFERED" Never "LinkedIn offers no such word for new rules", "use one of the list in the reference";
    NeedsVersion "NEEDS_VERSION" Never "the configured LinkedIn version is too old for this", "raise linkedin_version";
    WindowNotAllowed "WINDOW_NOT_ALLOWED" Never "this attribution window is not available for this type of conversion", "use 1, 7, 30 or 90 days; 180 and 365 only for applications, purchases, carts and the four kinds of lead";
    InvalidValue "INVALID_VALUE" Never "a fixed value needs a currency of ISO 4217 and a decimal amount of zero or more", "for example EUR 49.90";
    NothingToChange "NOTHING_TO_CHANGE" Never "the change names nothing to change", "name at least one field";
    TooMany "TOO_MANY" Never "LinkedIn takes at most 100 rules at once, and at least one", "split the list";

    // -- tokens
    TokenMissing "TOKEN_MISSING" Never "there is no access token", "set MATCHBACK_ACCESS_TOKEN or run `matchback auth login`";
    TokenMalformed "TOKEN_MALFORMED" Never "this cannot be an access token: it is empty, has spaces or line breaks in it, or begins with Bearer", "give the bare token";
    TokenFileExposed "TOKEN_FILE_EXPOSED" Never "others may read the token file", "chmod 600 it, and replace the token if others had access";
    TokenFileUnusable "TOKEN_FILE_UNUSABLE" Never "the token file cannot be read or written", "check its path and permissions";
    TokenCommandFailed "TOKEN_COMMAND_FAILED" BackOff "the command that prints the token failed or took too long", "run it by hand";
    TokenInvalid "TOKEN_INVALID" NewToken "LinkedIn does not accept this access token", "make a new one: in Campaign Manager under Signals Manager, or with `matchback auth login`";
    TokenExpired "TOKEN_EXPIRED" NewToken "the access token has expired", "refresh it with `matchback auth refresh`, or sign in with `matchback auth login`";
    TokenRevoked "TOKEN_REVOKED" NewToken "the access token was revoked", "sign in with `matchback auth login`; for a token minted seconds ago wait a little";

    // -- OAuth
    SignInAgain "SIGN_IN_AGAIN" Never "the refresh token is no longer valid", "sign in with `matchback auth login`";
    CodeRefused "CODE_REFUSED" Never "LinkedIn did not accept the request for a token: the code has expired, was used before, or belongs to another app or redirect address", "sign in again with `matchback auth login`";
    WrongClient "WRONG_CLIENT" Never "LinkedIn does not know this app by this client id and secret", "check LINKEDIN_CLIENT_ID and LINKEDIN_CLIENT_SECRET";
    RedirectMismatch "REDIRECT_MISMATCH" Never "the redirect address is not one of the app's", "register it in the app's settings, character by character";
    ScopeNotGranted "SCOPE_NOT_GRANTED" Never "the app may not ask for these scopes", "the app needs the Conversions API product: r_ads and rw_conversions";
    ConsentRefused "CONSENT_REFUSED" Never "the sign-in was cancelled", "sign in again and allow access";
    StateMismatch "STATE_MISMATCH" Never "the answer belongs to another sign-in", "begin again with `matchback auth login`, and use its address only";

    // -- permission and existence
    MissingScope "MISSING_SCOPE" Never "the token's app or scopes do not allow this", "the token needs rw_conversions and r_ads; one made for posting has neither";
    NotAuthorized "NOT_AUTHORIZED" Never "the member behind the token has no role on this ad account that allows this, or the rule does not exist", "ask for the role of campaign manager, creative manager, account manager or billing admin; a viewer may not";
    NotFound "NOT_FOUND" Never "LinkedIn has no such thing, or the token may not see it", "check the id and its ad account";

    // -- everything else that LinkedIn says
    VersionMissing "VERSION_MISSING" Never "the request named no LinkedIn version", "set linkedin_version";
    VersionSunset "VERSION_SUNSET" Never "LinkedIn no longer answers this version", "raise linkedin_version; `matchback versions` lists those that live";
    Refused "REFUSED" Never "LinkedIn refused the request", "see the field that LinkedIn named, if it named one";
    RateLimited "RATE_LIMITED" BackOff "too many requests", "wait a minute";
    DayLimit "DAY_LIMIT" NextDay "the day's requests are used up", "wait for 00:00 UTC";
    Unavailable "UNAVAILABLE" BackOff "LinkedIn is not available at the moment", "try again later";
    Redirected "REDIRECTED" Never "the answer was a redirect, which is never followed", "check base_url and any proxy";
    UnreadableAnswer "UNREADABLE_ANSWER" Never "the answer is not in LinkedIn's form", "check base_url and any proxy; otherwise report it to us";
}

impl fmt::Display for SetupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A call that failed, or that was refused before it was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SetupError {
    /// What went wrong.
    pub code: SetupCode,
    /// The field of the caller's that is at fault, by its name in the interface.
    pub field: Option<&'static str>,
    /// The version that would allow it, for [`SetupCode::NeedsVersion`].
    pub needs: Option<ApiVersion>,
    /// What LinkedIn said; `None` if it was not asked.
    pub linkedin: Option<Box<Said>>,
}

impl SetupError {
    /// An error that was found without asking LinkedIn.
    pub const fn here(code: SetupCode) -> Self {
        SetupError { code, field: None, needs: None, linkedin: None }
    }

    /// The same, with the field that is at fault.
    pub(super) const fn at(code: SetupCode, field: &'static str) -> Self {
        SetupError { code, field: Some(field), needs: None, linkedin: None }
    }

    /// Something that exists only from a version on.
    pub(super) const fn needs(version: ApiVersion, field: &'static str) -> Self {
        let code = SetupCode::NeedsVersion;
        SetupError { code, field: Some(field), needs: Some(version), linkedin: None }
    }

    pub(super) fn said(code: SetupCode, said: Said) -> Self {
        SetupError { code, field: None, needs: None, linkedin: Some(Box::new(said)) }
    }

    pub(super) fn unreadable(status: u16, headers: &HeaderMap) -> Self {
        Self::said(SetupCode::UnreadableAnswer, Said::by_headers(status, headers))
    }

    /// Reads a refusal, whichever of LinkedIn's shapes it has.
    pub(super) fn refused(service: Service, status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body).unwrap_or(Value::Null);
        let said = Said::by_answer(status, headers, &body);
        let message = body.get("message").and_then(Value::as_str).unwrap_or_default();
        let code = match service {
            Service::Api => api_code(&said, message),
            Service::OAuth => oauth_code(&said),
        };
        Self::said(code, said)
    }

    /// Reads one key's or element's error inside an answer to many.
    pub(super) fn refused_element(status: u16, headers: &HeaderMap, error: &Value) -> Self {
        let said = Said::by_answer(status, headers, error);
        let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
        Self::said(api_code(&said, message), said)
    }

    /// Whether doing the same again can help.
    pub const fn retry(&self) -> Retry {
        self.code.retry()
    }

    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        self.code.hint()
    }

    /// LinkedIn's id of the request, for its support.
    pub fn request_id(&self) -> Option<&str> {
        self.linkedin.as_ref()?.request_id.as_deref()
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(f, "{field}: ")?;
        }
        write!(f, "{} ({})", self.code.meaning(), self.code)?;
        if let Some(version) = self.needs {
            write!(f, "; it needs {version} or later")?;
        }
        if let Some(said) = &self.linkedin {
            write!(f, "; LinkedIn said {}", said.status)?;
            if let Some(code) = &said.code {
                write!(f, " {code}")?;
            }
            if let Some(number) = said.service_error_code {
                write!(f, " {number}")?;
            }
            if let Some(pointer) = &said.pointer {
                write!(f, " at {pointer}")?;
            }
        }
        write!(f, "\n  hint: {}", self.hint())
    }
}

/// The catalogue of `docs/linkedin.md` §2.2. The message is looked into, never kept.
fn api_code(said: &Said, message: &str) -> SetupCode {
    let word = said.code.as_deref().unwrap_or_default();
    match (said.status, word, said.service_error_code) {
        (401, "REVOKED_ACCESS_TOKEN", _) | (401, _, Some(65_601)) => SetupCode::TokenRevoked,
        (401, "EXPIRED_ACCESS_TOKEN", _) | (401, _, Some(65_602)) => SetupCode::TokenExpired,
        (401, "EMPTY_ACCESS_TOKEN", _) | (401, _, Some(65_604)) => SetupCode::TokenMissing,
        (401, ..) => SetupCode::TokenInvalid,
        (403, "ACCESS_DENIED", _) | (403, _, Some(100)) => SetupCode::MissingScope,
        (403, ..) => SetupCode::NotAuthorized,
        (404, ..) => SetupCode::NotFound,
        (400, "VERSION_MISSING", _) => SetupCode::VersionMissing,
        (426, ..) => SetupCode::VersionSunset,
        (429, ..) if message.contains("DAY limit") => SetupCode::DayLimit,
        (429, ..) => SetupCode::RateLimited,
        (501, ..) => SetupCode::Refused,
        (408 | 500..=599, ..) => SetupCode::Unavailable,
        (300..=399, ..) => SetupCode::Redirected,
        _ => SetupCode::Refused,
    }
}

/// The words of OAuth 2 and the ones LinkedIn added (`docs/linkedin.md` §7).
pub(super) fn oauth_code(said: &Said) -> SetupCode {
    match (said.code.as_deref().unwrap_or_default(), said.status) {
        ("invalid_grant", _) => SetupCode::SignInAgain,
        ("invalid_client" | "unauthorized_client" | "invalid_client_id", _) => {
            SetupCode::WrongClient
        }
        ("invalid_redirect_uri" | "redirect_uri_mismatch", _) => SetupCode::RedirectMismatch,
        ("invalid_scope" | "unauthorized_scope_error", _) => SetupCode::ScopeNotGranted,
        ("user_cancelled_login" | "user_cancelled_authorize" | "access_denied", _) => {
            SetupCode::ConsentRefused
        }
        (_, 429) => SetupCode::RateLimited,
        ("server_error" | "temporarily_unavailable", _) | (_, 408 | 500..=599) => {
            SetupCode::Unavailable
        }
        ("invalid_request", _) => SetupCode::CodeRefused,
        (_, 401) => SetupCode::WrongClient,
        (_, 300..=399) => SetupCode::Redirected,
        _ => SetupCode::Refused,
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
