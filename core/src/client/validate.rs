//! Can this configuration be used? Checked once, when the client is built, so that nothing about
//! it can fail later. An error names the setting, never its value.

use crate::config::{Config, ConfigError, LINKEDIN};
use crate::secret::Secret;
use http::Uri;

/// LinkedIn's limit of events in one request (`docs/linkedin.md` §1.8).
const MOST_EVENTS: usize = 5_000;
/// A batch must be able to hold the largest event.
const LEAST_BATCH_BYTES: usize = 128 * 1024;

/// Checks every setting that can be wrong.
pub(super) fn validate(config: &Config) -> Result<(), ConfigError> {
    if let Some(token) = &config.token {
        validate_token(token)?;
    }
    base_url(&config.base_url)?;
    let positive = [
        ("requests_per_minute", u64::from(config.requests_per_minute)),
        ("requests_per_day", u64::from(config.requests_per_day)),
        ("queue_events", config.queue_events as u64),
        ("queue_bytes", config.queue_bytes as u64),
        ("connect_timeout_ms", config.connect_timeout_ms),
        ("request_timeout_ms", config.request_timeout_ms),
    ];
    for (setting, value) in positive {
        if value == 0 {
            return Err(wrong(setting, "it is zero", "give a number above zero"));
        }
    }
    if !(1..=MOST_EVENTS).contains(&config.batch_events) {
        let reason = "LinkedIn takes 1 to 5,000 events in a request";
        return Err(wrong("batch_events", reason, "give a number between 1 and 5000"));
    }
    if config.batch_bytes < LEAST_BATCH_BYTES {
        let reason = "one event may need more";
        return Err(wrong("batch_bytes", reason, "give at least 131072"));
    }
    Ok(())
}

/// A token is one word of visible ASCII characters.
pub(super) fn validate_token(token: &Secret) -> Result<(), ConfigError> {
    let text = token.expose();
    let bearer = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
    let reason = if text.trim().is_empty() {
        "it is empty"
    } else if bearer {
        "it starts with the word Bearer, which is added when it is sent"
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        "it holds blanks or characters that no token has"
    } else {
        return Ok(());
    };
    Err(wrong("token", reason, "give the access token alone, as LinkedIn shows it"))
}

/// A token is sent to LinkedIn or stays on this machine.
fn base_url(url: &str) -> Result<(), ConfigError> {
    let refused = |reason| {
        let hint = "leave it out, or name a sandbox on this machine, as http://127.0.0.1:8080";
        Err(wrong("base_url", reason, hint))
    };
    let Ok(uri) = url.parse::<Uri>() else { return refused("it is not a URL") };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return refused("it is not a URL");
    };
    if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") || uri.query().is_some()
    {
        return refused("it has more than a scheme, a host and a port");
    }
    let loopback = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
    let linkedin = url.trim_end_matches('/') == LINKEDIN;
    match scheme {
        _ if linkedin => Ok(()),
        "http" | "https" if loopback => Ok(()),
        _ => refused("the token would be sent to a host that is not LinkedIn's"),
    }
}

fn wrong(setting: &str, reason: &str, hint: &str) -> ConfigError {
    ConfigError { setting: setting.to_owned(), reason: reason.to_owned(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(config: &Config) -> Option<String> {
        validate(config).err().map(|error| error.setting)
    }

    #[test]
    fn the_default_is_valid() {
        assert_eq!(setting(&Config::default()), None);
    }

    #[test]
    fn tokens_that_cannot_be_one_are_refused_without_their_value() {
        for wrong in
            ["", "  ", "Bearer AQXsecret", "bearer AQXsecret", "AQX secret", "AQX\n", "AQXé"]
        {
            let config = Config { token: Some(Secret::new(wrong.to_owned())), ..Config::default() };
            let error = validate(&config).err();
            assert_eq!(error.as_ref().map(|e| e.setting.as_str()), Some("token"));
            let text = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(!text.contains("AQX") && text.contains("hint:"), "{text}");
        }
    }

    #[test]
    fn a_base_url_is_linkedins_or_loopback() {
        let accepted = [
            LINKEDIN,
            "https://api.linkedin.com/",
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "https://[::1]:9",
        ];
        let refused = [
            "",
            "api.linkedin.com",
            "http://api.linkedin.com",
            "https://api.linkedin.com.evil.example",
            "https://api.linkedin.com@evil.example",
            "http://127.0.0.1.evil.example",
            "http://user:pass@127.0.0.1",
            "http://127.0.0.1/path",
            "http://127.0.0.1?q",
            "ftp://127.0.0.1",
            "https://example.com",
        ];
        let of = |url: &str| setting(&Config { base_url: url.to_owned(), ..Config::default() });
        for url in accepted {
            assert_eq!(of(url), None, "{url}");
        }
        for url in refused {
            assert_eq!(of(url).as_deref(), Some("base_url"), "{url}");
        }
    }

    #[test]
    fn numbers_outside_their_range_are_named() {
        let default = Config::default;
        let cases = [
            (Config { batch_events: 0, ..default() }, "batch_events"),
            (Config { batch_events: 5_001, ..default() }, "batch_events"),
            (Config { batch_bytes: 1, ..default() }, "batch_bytes"),
            (Config { requests_per_minute: 0, ..default() }, "requests_per_minute"),
            (Config { queue_events: 0, ..default() }, "queue_events"),
            (Config { request_timeout_ms: 0, ..default() }, "request_timeout_ms"),
        ];
        for (config, expected) in cases {
            assert_eq!(setting(&config).as_deref(), Some(expected));
        }
    }
}
