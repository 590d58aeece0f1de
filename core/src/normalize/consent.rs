//! What did the person say? Granted, denied or not yet: nothing else is understood, and nothing is
//! inferred from silence but the caller's own default.

use super::text::trim;
use crate::problem::Code;

/// An answer about consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    Granted,
    Denied,
    Pending,
}

/// Missing or blank means granted: whoever has no consent to record leaves the field out.
pub(crate) fn consent(text: &str) -> Result<Consent, Code> {
    let text = trim(text);
    if text.is_empty() || text.eq_ignore_ascii_case("granted") {
        Ok(Consent::Granted)
    } else if text.eq_ignore_ascii_case("denied") {
        Ok(Consent::Denied)
    } else if text.eq_ignore_ascii_case("pending") {
        Ok(Consent::Pending)
    } else {
        Err(Code::InvalidConsent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_words_in_any_case() {
        for (text, expected) in [
            ("", Ok(Consent::Granted)),
            (" Granted ", Ok(Consent::Granted)),
            ("DENIED", Ok(Consent::Denied)),
            ("pending", Ok(Consent::Pending)),
            ("yes", Err(Code::InvalidConsent)),
            ("null", Err(Code::InvalidConsent)),
        ] {
            assert_eq!(consent(text), expected, "row 248: {text}");
        }
    }
}
