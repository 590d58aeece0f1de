//! Which conversion rule is meant? Its number, its URN or a name from the configuration.

use super::text::trim;
use crate::config::{Policy, RuleId};
use crate::problem::Code;

/// The namespace is `lla`, not `li` (`docs/linkedin.md` §1.2).
pub(crate) const URN: &str = "urn:lla:llaPartnerConversion:";

/// The rule of an event.
#[inline]
pub(crate) fn rule(text: &str, policy: &Policy) -> Result<RuleId, Code> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Code::MissingRule);
    }
    let digits = text.strip_prefix(URN).unwrap_or(text);
    match number(digits) {
        Some(rule) => Ok(rule),
        None => by_name(text, policy),
    }
}

fn by_name(text: &str, policy: &Policy) -> Result<RuleId, Code> {
    if let Some(rule) = policy.rules.get(text) {
        Ok(*rule)
    } else if policy.rules.is_empty() || text.contains(':') || is_number(text) {
        Err(Code::InvalidRule)
    } else {
        Err(Code::UnknownRule)
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(digits: &str) -> Option<RuleId> {
    if digits.is_empty() || digits.len() > 20 || !is_number(digits) {
        return None;
    }
    // 18 digits fit a word; the rest is rare.
    let number = if digits.len() <= 18 {
        u128::from(digits.bytes().fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0')))
    } else {
        digits.parse().ok()?
    };
    RuleId::new(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_urns_and_names() {
        let bare = Policy::default();
        let mut named = Policy::default();
        let purchase = RuleId::new(77);
        named.rules.extend(purchase.map(|rule| ("purchase".to_owned(), rule)));
        let cases = [
            (168, &bare, "789123", Ok(789_123)),
            (169, &bare, "urn:lla:llaPartnerConversion:789123", Ok(789_123)),
            (170, &bare, "urn:lla:llaConversionRule:1", Err(Code::InvalidRule)),
            (171, &bare, "urn:li:lyndaConversion:1", Err(Code::InvalidRule)),
            (171, &bare, "urn:li:conversion:1", Err(Code::InvalidRule)),
            (172, &named, "urn:lla:llaParterConversion:1", Err(Code::InvalidRule)),
            (173, &named, "urn:li:sponsoredAccount:1", Err(Code::InvalidRule)),
            (174, &bare, " 123 ", Ok(123)),
            (174, &bare, "abc", Err(Code::InvalidRule)),
            (174, &bare, "", Err(Code::MissingRule)),
            (174, &bare, "0", Err(Code::InvalidRule)),
            (174, &named, "0", Err(Code::InvalidRule)),
            (174, &bare, "-1", Err(Code::InvalidRule)),
            (174, &bare, "12 3", Err(Code::InvalidRule)),
            (174, &bare, "urn:lla:llaPartnerConversion:", Err(Code::InvalidRule)),
            (174, &bare, "99999999999999999999", Ok(99_999_999_999_999_999_999)),
            (174, &bare, "100000000000000000000", Err(Code::InvalidRule)),
            (175, &bare, "9007199254740993", Ok(9_007_199_254_740_993)),
            (168, &named, "purchase", Ok(77)),
            (168, &named, "Purchase", Err(Code::UnknownRule)),
        ];
        for (row, policy, text, expected) in cases {
            assert_eq!(rule(text, policy).map(RuleId::number), expected, "row {row}: {text}");
        }
    }
}
