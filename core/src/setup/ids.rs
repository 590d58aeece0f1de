//! Which ids does the set-up side speak of, and how are they written as URNs?
//! It must never accept the URN of one kind where another is meant.

use crate::config::RuleId;
use std::fmt;

/// The id is neither a number nor a URN of the right kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not {expected}")]
pub struct NotAnId {
    /// What it should have been, in words.
    pub expected: &'static str,
}

macro_rules! id {
    ($(#[$about:meta])* $name:ident $prefix:literal $expected:literal) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            const URN: &'static str = $prefix;

            /// `None` for zero: LinkedIn gives out no such id.
            pub const fn new(number: u64) -> Option<Self> {
                if number == 0 { None } else { Some($name(number)) }
            }

            /// The number.
            pub const fn number(self) -> u64 {
                self.0
            }

            #[doc = concat!("`", $prefix, "NUMBER`.")]
            pub fn urn(self) -> String {
                format!("{}{}", Self::URN, self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            /// Takes the number or the URN.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                digits(text, Self::URN)
                    .and_then(|digits| digits.parse().ok())
                    .and_then(Self::new)
                    .ok_or(NotAnId { expected: $expected })
            }
        }
    };
}

id! {
    /// An ad account's number.
    AccountId "urn:li:sponsoredAccount:" "an ad account: its number or urn:li:sponsoredAccount:NUMBER"
}

id! {
    /// A campaign's number.
    CampaignId "urn:li:sponsoredCampaign:" "a campaign: its number or urn:li:sponsoredCampaign:NUMBER"
}

/// The namespace is `lla`, not `li`: another prefix is refused by LinkedIn (`docs/linkedin.md` §1.2).
const RULE: &str = "urn:lla:llaPartnerConversion:";

/// A conversion rule's URN.
pub fn rule_urn(rule: RuleId) -> String {
    format!("{RULE}{rule}")
}

/// Reads a conversion rule's number or URN.
pub fn parse_rule(text: &str) -> Result<RuleId, NotAnId> {
    digits(text, RULE).and_then(|digits| digits.parse().ok()).and_then(RuleId::new).ok_or(NotAnId {
        expected: "a conversion rule: its number or urn:lla:llaPartnerConversion:NUMBER",
    })
}

fn digits<'t>(text: &'t str, urn: &str) -> Option<&'t str> {
    let text = text.trim();
    let digits = text.strip_prefix(urn).unwrap_or(text);
    // `parse` would take a sign.
    let plain =
        !digits.is_empty() && digits.len() <= 20 && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_urns_of_the_right_kind_are_read() {
        assert_eq!(" 42 ".parse(), Ok(AccountId(42)));
        assert_eq!("urn:li:sponsoredAccount:42".parse(), Ok(AccountId(42)));
        assert_eq!("urn:li:sponsoredCampaign:7".parse(), Ok(CampaignId(7)));
        assert_eq!(parse_rule("urn:lla:llaPartnerConversion:9").ok(), RuleId::new(9));
        assert_eq!(AccountId(42).urn(), "urn:li:sponsoredAccount:42");
        assert_eq!(RuleId::new(9).map(rule_urn).as_deref(), Some("urn:lla:llaPartnerConversion:9"));
    }

    #[test]
    fn everything_else_is_refused() {
        let wrong = [
            "",
            "0",
            "-1",
            "+1",
            "1.0",
            "abc",
            "urn:li:sponsoredAccount:",
            "999999999999999999999",
        ];
        for text in wrong {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
            assert!(parse_rule(text).is_err(), "{text}");
        }
        assert!("urn:li:sponsoredCampaign:1".parse::<AccountId>().is_err());
        assert!(parse_rule("urn:lla:llaParterConversion:1").is_err());
        assert!(parse_rule("urn:li:conversion:1").is_err());
    }
}
