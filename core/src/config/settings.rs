//! Which settings are there, how is each written and read? One table for the file, the environment
//! and the command line. Where a value comes from is `ladder`'s business.

use super::{
    Config, ConfigError, Emails, LegacyIds, Names, PendingConsent, RuleId, Seconds, Share,
};
use crate::secret::Secret;
use std::fmt::Display;
use std::str::FromStr;

/// One setting. Its name is the same in `matchback.toml`, and as `MATCHBACK_` and upper case in
/// the environment.
pub struct Setting {
    /// The name.
    pub name: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Names in the environment that other tools use for the same thing, behind our own.
    pub(super) also: &'static [&'static str],
    pub(super) set: fn(&mut Config, &str) -> Result<(), Wrong>,
    show: fn(&Config) -> Option<String>,
}

/// Why a text cannot be the value; never the text itself.
pub(super) struct Wrong {
    pub(super) reason: &'static str,
    pub(super) hint: String,
}

impl Setting {
    /// The names under which the environment is searched, the first found counts.
    pub fn environment(&self) -> impl Iterator<Item = String> {
        let own = format!("MATCHBACK_{}", self.name.to_ascii_uppercase());
        std::iter::once(own).chain(self.also.iter().map(|name| (*name).to_owned()))
    }

    /// Whether its value must never be shown; it can also be read from the file that the
    /// environment names with `_FILE` behind the name.
    pub fn is_secret(&self) -> bool {
        self.name == "token"
    }

    /// The value as it is written, a secret masked; `None` where nothing is set.
    pub fn show(&self, config: &Config) -> Option<String> {
        (self.show)(config)
    }

    pub(super) fn put(&self, config: &mut Config, text: &str) -> Result<(), ConfigError> {
        (self.set)(config, text).map_err(|wrong| ConfigError {
            setting: self.name.to_owned(),
            reason: wrong.reason.to_owned(),
            hint: wrong.hint,
        })
    }
}

/// A setting that is one member of [`Config`], a number above zero.
macro_rules! number {
    ($member:ident, $help:literal) => {
        Setting {
            name: stringify!($member),
            help: $help,
            also: &[],
            set: |config, text| {
                config.$member = above_zero(text)?;
                Ok(())
            },
            show: |config| Some(config.$member.to_string()),
        }
    };
}

/// A setting that is one of a few words.
macro_rules! words {
    ($member:ident, $help:literal, $($word:literal $value:path),*) => {
        Setting {
            name: stringify!($member),
            help: $help,
            also: &[],
            set: |config, text| {
                config.policy.$member = match text.trim() {
                    $($word => $value,)*
                    _ => return Err(one_of(&[$($word),*])),
                };
                Ok(())
            },
            show: |config| {
                let word = match config.policy.$member { $($value => $word,)* };
                Some(word.to_owned())
            },
        }
    };
}

/// A setting that is `true` or `false`.
macro_rules! switch {
    ($member:ident, $help:literal) => {
        Setting {
            name: stringify!($member),
            help: $help,
            also: &[],
            set: |config, text| {
                config.$member = match text.trim() {
                    "true" | "1" => true,
                    "false" | "0" => false,
                    _ => return Err(one_of(&["true", "false"])),
                };
                Ok(())
            },
            show: |config| Some(config.$member.to_string()),
        }
    };
}

/// Every setting, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "token",
        help: "access token with the scope rw_conversions",
        also: &["MATCHBACK_ACCESS_TOKEN", "LINKEDIN_CAPI_ACCESS_TOKEN", "LINKEDIN_ACCESS_TOKEN"],
        set: set_token,
        show: |config| config.token.as_ref().map(|_| "(set, not shown)".to_owned()),
    },
    Setting {
        name: "linkedin_version",
        help: "version of LinkedIn's API, year and month",
        also: &["LINKEDIN_API_VERSION"],
        set: |config, text| {
            config.policy.version =
                text.parse().map_err(|_| wrong("this is not a version", "write it as 202609"))?;
            Ok(())
        },
        show: |config| Some(config.policy.version.to_string()),
    },
    Setting {
        name: "ad_account",
        help: "the ad account that rules and campaigns are looked up in",
        also: &["LINKEDIN_AD_ACCOUNT_ID"],
        set: set_ad_account,
        show: |config| config.ad_account.clone(),
    },
    Setting {
        name: "rules",
        help: "names for conversion rules: NAME=NUMBER, several with commas; a table in the file",
        also: &[],
        set: set_rules,
        show: |config| {
            let rules = &config.policy.rules;
            let shown: Vec<_> = rules.iter().map(|(name, rule)| format!("{name}={rule}")).collect();
            (!shown.is_empty()).then(|| shown.join(","))
        },
    },
    Setting {
        name: "share",
        help: "the fields about a person that may be sent, with commas; or all",
        also: &[],
        set: set_share,
        show: |config| {
            let share = config.policy.share;
            if share == Share::ALL {
                return Some("all".to_owned());
            }
            let fields = Share::FIELDS.iter().copied().filter(|field| share.allows(field));
            Some(fields.collect::<Vec<_>>().join(","))
        },
    },
    words!(names, "how names are sent: plain, hashed (left out before 202609) or hashed_or_plain",
        "plain" Names::Plain, "hashed" Names::Hashed, "hashed_or_plain" Names::HashedOrPlain),
    words!(emails, "of several e-mails of one event: first or all",
        "first" Emails::First, "all" Emails::All),
    words!(legacy_ids, "identifiers that LinkedIn has retired: drop or send",
        "drop" LegacyIds::Drop, "send" LegacyIds::Send),
    words!(seconds, "times that look like seconds: reject or convert",
        "reject" Seconds::Reject, "convert" Seconds::Convert),
    words!(pending_consent, "events whose consent is pending: reject or hold",
        "reject" PendingConsent::Reject, "hold" PendingConsent::Hold),
    Setting {
        name: "time_zone",
        help: "zone of times that name none, such as Europe/Berlin; without it they are refused",
        also: &[],
        set: |config, text| {
            let zone = jiff::tz::TimeZone::get(text.trim());
            let unknown = |_| wrong("this is not a time zone", "write it as Europe/Berlin or UTC");
            config.policy.time_zone = Some(zone.map_err(unknown)?);
            Ok(())
        },
        show: |config| {
            let zone = config.policy.time_zone.as_ref()?;
            zone.iana_name().map(str::to_owned)
        },
    },
    Setting {
        name: "base_url",
        help: "where LinkedIn answers; another address must be on this machine",
        also: &[],
        set: |config, text| {
            text.trim().trim_end_matches('/').clone_into(&mut config.base_url);
            Ok(())
        },
        show: |config| Some(config.base_url.clone()),
    },
    number!(requests_per_minute, "most requests in any 60 seconds; LinkedIn allows 600 a token"),
    number!(requests_per_day, "most requests in one UTC day; LinkedIn allows 300,000 or 500,000"),
    number!(batch_events, "most events in one request; LinkedIn allows 5,000"),
    number!(batch_bytes, "most bytes in one request"),
    Setting {
        name: "linger_ms",
        help: "how long a lone event waits for company, in milliseconds",
        also: &[],
        set: |config, text| {
            let hint = "write a number of milliseconds, such as 1000";
            config.linger_ms =
                text.trim().parse().map_err(|_| wrong("this is not a number", hint))?;
            Ok(())
        },
        show: |config| Some(config.linger_ms.to_string()),
    },
    number!(queue_events, "most events that may wait in memory"),
    number!(queue_bytes, "most bytes of events that may wait in memory"),
    number!(connect_timeout_ms, "longest time to establish a connection, in milliseconds"),
    number!(request_timeout_ms, "longest time for one request, in milliseconds"),
    number!(close_timeout_ms, "longest wait when closing, in milliseconds"),
    Setting {
        name: "ca_bundle",
        help: "PEM file of certificates to trust instead of the system's",
        also: &[],
        set: |config, text| {
            config.ca_bundle = Some(text.into());
            Ok(())
        },
        show: |config| Some(config.ca_bundle.as_ref()?.display().to_string()),
    },
    switch!(strict, "raise refused events as errors, for tests: true or false"),
    switch!(disabled, "accept and prepare, but never send: true or false"),
];

/// The setting of a name, or an error that knows a similar one.
pub fn setting(name: &str) -> Result<&'static Setting, ConfigError> {
    SETTINGS.iter().find(|setting| setting.name == name).ok_or_else(|| {
        let similar = SETTINGS
            .iter()
            .map(|setting| (strsim::damerau_levenshtein(setting.name, name), setting.name))
            .min()
            .filter(|(distance, _)| *distance <= 3);
        ConfigError {
            setting: crate::read::showable(name).to_owned(),
            reason: "there is no such setting".to_owned(),
            hint: match similar {
                Some((_, similar)) => format!("did you mean `{similar}`?"),
                None => "`matchback config show` lists them".to_owned(),
            },
        }
    })
}

/// The items of a list: one a line, or with commas on one line.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let separator = if text.contains('\n') { '\n' } else { ',' };
    text.split(separator).map(str::trim).filter(|item| !item.is_empty())
}

fn set_token(config: &mut Config, text: &str) -> Result<(), Wrong> {
    let token = text.trim();
    if token.is_empty() {
        return Err(wrong("the token is empty", "copy it again from LinkedIn"));
    }
    if token.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Err(wrong("the token begins with `Bearer`", "give the token alone"));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let hint = "copy it again, without blanks and line breaks";
        return Err(wrong("the token has characters that no token has", hint));
    }
    config.token = Some(Secret::new(token.to_owned()));
    Ok(())
}

fn set_ad_account(config: &mut Config, text: &str) -> Result<(), Wrong> {
    let text = text.trim();
    let id = text.strip_prefix("urn:li:sponsoredAccount:").unwrap_or(text);
    if id.is_empty() || id.len() > 20 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong("this is not an ad account", "write its number, such as 512345678"));
    }
    config.ad_account = Some(id.to_owned());
    Ok(())
}

fn set_rules(config: &mut Config, text: &str) -> Result<(), Wrong> {
    let hint = "write NAME=NUMBER; the number stands in Campaign Manager's address of the rule";
    let mut rules = std::collections::BTreeMap::new();
    for item in items(text) {
        let (name, number) = item
            .rsplit_once('=')
            .ok_or_else(|| wrong("a rule has no number", hint))
            .map(|(name, number)| (name.trim(), number.trim()))?;
        let number = number.strip_prefix("urn:lla:llaPartnerConversion:").unwrap_or(number);
        let number = number.parse().ok().and_then(RuleId::new);
        let number = number.ok_or_else(|| wrong("a rule's number is none", hint))?;
        if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
            let hint = "give it a name that is not a number";
            return Err(wrong("a rule has no name, or a number for one", hint));
        }
        rules.insert(name.to_owned(), number);
    }
    config.policy.rules = rules;
    Ok(())
}

fn set_share(config: &mut Config, text: &str) -> Result<(), Wrong> {
    let names: Vec<&str> = items(text).collect();
    config.policy.share = if names == ["all"] {
        Share::ALL
    } else {
        Share::only(&names).map_err(|_| {
            wrong(
                "it lists a field that cannot be shared",
                &format!("fields: {}", Share::FIELDS.join(", ")),
            )
        })?
    };
    Ok(())
}

fn above_zero<N: FromStr + PartialOrd + From<u8> + Display>(text: &str) -> Result<N, Wrong> {
    let number: Option<N> = text.trim().replace('_', "").parse().ok();
    number
        .filter(|number| *number > N::from(0))
        .ok_or_else(|| wrong("this is not a whole number above zero", "write digits only"))
}

fn one_of(words: &[&str]) -> Wrong {
    wrong("this is none of its values", &format!("write one of: {}", words.join(", ")))
}

fn wrong(reason: &'static str, hint: &str) -> Wrong {
    Wrong { reason, hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        for (at, setting) in SETTINGS.iter().enumerate() {
            assert!(setting.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            assert!(SETTINGS[..at].iter().all(|other| other.name != setting.name));
            assert!(!setting.help.is_empty());
        }
    }

    #[test]
    fn what_is_shown_can_be_set_again() {
        let texts = [
            ("linkedin_version", "202607"),
            ("ad_account", "512345678"),
            ("rules", "lead=2,purchase=1"),
            ("share", "email,click_id"),
            ("share", "all"),
            ("names", "hashed_or_plain"),
            ("emails", "all"),
            ("legacy_ids", "send"),
            ("seconds", "convert"),
            ("pending_consent", "hold"),
            ("time_zone", "Europe/Berlin"),
            ("base_url", "http://127.0.0.1:8085"),
            ("requests_per_minute", "300"),
            ("linger_ms", "0"),
            ("ca_bundle", "/etc/ca.pem"),
            ("strict", "true"),
        ];
        for (name, text) in texts {
            let mut config = Config::default();
            let setting = setting(name).ok();
            assert!(setting.is_some_and(|s| s.put(&mut config, text).is_ok()), "{name}");
            assert_eq!(setting.and_then(|s| s.show(&config)).as_deref(), Some(text), "{name}");
        }
    }

    #[test]
    fn wrong_values_are_named_and_not_shown() {
        for (name, text) in [
            ("token", " "),
            ("token", "Bearer AQXsecret"),
            ("token", "AQX secret"),
            ("linkedin_version", "2026"),
            ("ad_account", "urn:li:organization:5"),
            ("rules", "purchase"),
            ("rules", "purchase=0"),
            ("rules", "=5"),
            ("rules", "7=5"),
            ("share", "email,shoe_size"),
            ("names", "secret"),
            ("time_zone", "Mars/Olympus"),
            ("requests_per_minute", "0"),
            ("batch_events", "-5"),
            ("linger_ms", "soon"),
            ("disabled", "maybe"),
        ] {
            let mut config = Config::default();
            let error = setting(name).and_then(|setting| setting.put(&mut config, text)).err();
            let said = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(said.starts_with(&format!("{name}: ")), "{name}: {said}");
            assert!(!said.contains("secret") && !said.contains("Olympus"), "{said}");
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_hint() {
        let hint = |name| setting(name).err().map(|error| error.hint).unwrap_or_default();
        assert_eq!(hint("batch_evnets"), "did you mean `batch_events`?");
        assert_eq!(hint("tokn"), "did you mean `token`?");
        assert_eq!(hint("something_else"), "`matchback config show` lists them");
    }
}
