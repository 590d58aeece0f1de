//! What may leave the machine, and in which form? The part of the configuration that `prepare`
//! reads; everything in it changes the element's JSON and nothing else.

use crate::version::ApiVersion;
use std::collections::BTreeMap;
use std::fmt;

/// The caller's decisions about data.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The version of LinkedIn's API that events are written for.
    pub version: ApiVersion,
    /// Names for conversion rules, so that code and files need no numbers.
    pub rules: BTreeMap<String, RuleId>,
    /// Which fields about the person may be sent.
    pub share: Share,
    /// Whether names given in clear are sent in clear or hashed.
    pub names: Names,
    /// Whether one e-mail per event is sent or all.
    pub emails: Emails,
    /// What happens to `oracle_moat_id` once LinkedIn has dropped it.
    pub legacy_ids: LegacyIds,
    /// What happens to a time that looks like seconds.
    pub seconds: Seconds,
    /// What happens while consent is pending.
    pub pending_consent: PendingConsent,
    /// The zone of times that name none; without it they are refused.
    pub time_zone: Option<jiff::tz::TimeZone>,
}

impl Default for ApiVersion {
    fn default() -> Self {
        ApiVersion::NEWEST
    }
}

/// A conversion rule's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(u128);

impl RuleId {
    /// `None` for zero and for numbers of more than 20 digits: LinkedIn has no such rule.
    pub const fn new(number: u128) -> Option<Self> {
        if number == 0 || number >= 100_000_000_000_000_000_000 {
            None
        } else {
            Some(RuleId(number))
        }
    }

    /// The number.
    pub const fn number(self) -> u128 {
        self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Which fields about the person may be sent. What is not listed is dropped before it is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(u16);

impl Share {
    /// The fields that can be listed, by their names in `Event`; the bit is the position.
    pub const FIELDS: [&'static str; 14] = [
        "email",
        "click_id",
        "acxiom_id",
        "oracle_moat_id",
        "ip_address",
        "hashed_ip_address",
        "google_aid",
        "external_id",
        "lead",
        "first_name",
        "last_name",
        "company_name",
        "title",
        "country_code",
    ];

    /// Everything that is given; the default.
    pub const ALL: Share = Share((1 << Self::FIELDS.len()) - 1);

    /// Only the listed fields. An unknown name comes back as the error.
    pub fn only<'n>(names: &[&'n str]) -> Result<Share, &'n str> {
        let mut bits = 0;
        for name in names {
            let position = Self::FIELDS.iter().position(|field| field == name).ok_or(*name)?;
            bits |= 1 << position;
        }
        Ok(Share(bits))
    }

    /// Whether a field of [`Share::FIELDS`] may be sent.
    pub fn allows(self, field: &str) -> bool {
        self == Self::ALL
            || Self::FIELDS
                .iter()
                .position(|name| *name == field)
                .is_some_and(|p| self.0 >> p & 1 == 1)
    }
}

impl Default for Share {
    fn default() -> Self {
        Share::ALL
    }
}

/// How names given in clear are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// In clear, as every version takes them.
    #[default]
    Plain,
    /// Hashed; under versions before 202609 the names are left out.
    Hashed,
    /// Hashed; under versions before 202609 in clear.
    HashedOrPlain,
}

/// How many e-mails of one event are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emails {
    /// The first valid one: whether LinkedIn uses more has not been measured.
    #[default]
    First,
    /// All, each once.
    All,
}

/// What happens to identifiers that LinkedIn has retired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LegacyIds {
    /// Left out from the version on that dropped them.
    #[default]
    Drop,
    /// Sent all the same.
    Send,
}

/// What happens to an integer time that looks like seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seconds {
    /// Refused, because a guess may be wrong by a factor of 1,000.
    #[default]
    Reject,
    /// Converted, with a warning that is counted.
    Convert,
}

/// What happens to an event whose consent is pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PendingConsent {
    /// Refused; the caller sends it again once consent is granted.
    #[default]
    Reject,
    /// Accepted in its prepared form and held until the caller says granted or denied.
    Hold,
}
