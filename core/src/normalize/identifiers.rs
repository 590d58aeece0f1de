//! Is this an identifier that LinkedIn can take? Click id, Acxiom, MOAT, external id, Google
//! advertising id, lead, event id. Most have no documented format, so most pass as they are.

use super::Notes;
use super::text::{Clean, Traits, holds_email, is_placeholder, trim};
use crate::problem::Code;
use std::borrow::Cow;

/// Longest identifier in bytes; LinkedIn documents no limit, real ones have under 100.
const LONGEST: usize = 1_024;

/// What LinkedIn's URN of a Lead Gen Form response begins with.
const LEAD: &str = "urn:li:leadGenFormResponse:";

/// An identifier without a documented format: trimmed, its case kept.
#[inline]
pub(crate) fn opaque(text: &str) -> Result<Clean<'_>, Code> {
    let text = trim(text);
    let traits = Traits::of(text);
    if text.is_empty() {
        Err(Code::Empty)
    } else if is_placeholder(text) {
        Err(Code::Placeholder)
    } else if holds_email(text, traits) {
        Err(Code::PersonalData)
    } else if text.len() > LONGEST {
        Err(Code::TooLong)
    } else {
        Ok(Clean::borrowed(text, traits))
    }
}

/// An Android advertising id: a UUID, in lower case. All zeros is what Android reports once the
/// person has switched ad tracking off.
pub(crate) fn google_aid(text: &str) -> Result<[u8; 36], Code> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Code::Empty);
    }
    if is_placeholder(text) {
        return Err(Code::Placeholder);
    }
    let mut id: [u8; 36] = text.as_bytes().try_into().map_err(|_| Code::InvalidGoogleAid)?;
    id.make_ascii_lowercase();
    let is_uuid = id.iter().enumerate().all(|(position, byte)| match position {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    if !is_uuid {
        Err(Code::InvalidGoogleAid)
    } else if id.iter().all(|byte| matches!(byte, b'0' | b'-')) {
        Err(Code::AdTrackingRefused)
    } else {
        Ok(id)
    }
}

/// A Lead Gen Form response as its URN, from the URN or the bare id.
pub(crate) fn lead(text: &str) -> Result<Clean<'_>, Code> {
    let text = opaque(text)?.text;
    let id = text.strip_prefix(LEAD).unwrap_or(&text);
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
        return Err(Code::InvalidLead);
    }
    Ok(Clean::of(Cow::Owned(format!("{LEAD}{id}"))))
}

/// The event's id: trimmed. `Ok(None)` when it is blank or stands for nothing; the error refuses
/// the event.
#[inline]
pub(crate) fn event_id<'t>(
    text: &'t str,
    notes: &mut Notes<'_>,
) -> Result<Option<Clean<'t>>, Code> {
    /// Salesforce's connector cuts here; LinkedIn names no limit.
    const USUAL: usize = 64;
    const LONGEST: usize = 4_096;
    let text = trim(text);
    let traits = Traits::of(text);
    if text.is_empty() {
        return Ok(None);
    }
    if is_placeholder(text) {
        notes.add(Code::Placeholder);
        return Ok(None);
    }
    if holds_email(text, traits) {
        return Err(Code::EventIdPersonalData);
    }
    if text.len() > USUAL {
        let characters = text.chars().count();
        if characters > LONGEST {
            return Err(Code::EventIdTooLong);
        }
        if characters > USUAL {
            notes.add(Code::EventIdLong);
        }
    }
    Ok(Some(Clean::borrowed(text, traits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_identifiers_pass_as_they_are() {
        let longest = "x".repeat(1_024);
        let longer = "x".repeat(1_025);
        let cases = [
            (44, "df5gf5-gh6t7-ph4j7h-fgf6n1", Ok("df5gf5-gh6t7-ph4j7h-fgf6n1")),
            (45, "", Err(Code::Empty)),
            (46, " aBc ", Ok("aBc")),
            (47, "test@rudderlabs.com", Err(Code::PersonalData)),
            (51, "abc=", Ok("abc=")),
            (17, "NULL", Err(Code::Placeholder)),
            (78, "  ", Err(Code::Empty)),
            (80, "crm-ada@example.com", Err(Code::PersonalData)),
            (44, &longest, Ok(longest.as_str())),
            (44, &longer, Err(Code::TooLong)),
        ];
        for (row, text, expected) in cases {
            let found = opaque(text).map(|id| id.text.into_owned());
            assert_eq!(found, expected.map(str::to_owned), "row {row}");
        }
    }

    #[test]
    fn google_ids_are_uuids() {
        let id = *b"38400000-8cf0-11bd-b23e-10b96e40000d";
        let cases = [
            (66, " 38400000-8CF0-11bd-b23e-10b96e40000d", Ok(id)),
            (67, "00000000-0000-0000-0000-000000000000", Err(Code::AdTrackingRefused)),
            (66, "384000008cf011bdb23e10b96e40000d", Err(Code::InvalidGoogleAid)),
            (66, "38400000-8cf0-11bd-b23e-10b96e40000g", Err(Code::InvalidGoogleAid)),
            (66, "384000008-cf0-11bd-b23e-10b96e40000d", Err(Code::InvalidGoogleAid)),
            (17, "none", Err(Code::Placeholder)),
            (14, "", Err(Code::Empty)),
        ];
        for (row, text, expected) in cases {
            assert_eq!(google_aid(text), expected, "row {row}");
        }
    }

    #[test]
    fn leads_become_urns() {
        let cases = [
            (81, "12345", Ok("urn:li:leadGenFormResponse:12345")),
            (82, " urn:li:leadGenFormResponse:abc-1 ", Ok("urn:li:leadGenFormResponse:abc-1")),
            (83, "", Err(Code::Empty)),
            (84, "urn:li:lead:1", Err(Code::InvalidLead)),
            (84, "urn:li:leadGenFormResponse:", Err(Code::InvalidLead)),
            (84, "1 2", Err(Code::InvalidLead)),
            (80, "ada@example.com", Err(Code::PersonalData)),
        ];
        for (row, text, expected) in cases {
            let found = lead(text).map(|urn| urn.text.into_owned());
            assert_eq!(found, expected.map(str::to_owned), "row {row}");
        }
    }

    #[test]
    fn event_ids_are_kept_unless_they_name_somebody() {
        let ids = ["x".repeat(64), "x".repeat(65), "x".repeat(4_096), "x".repeat(4_097)];
        let sixty_four_wide = "é".repeat(64);
        let cases: [(i32, &str, Result<Option<&str>, Code>, &[Code]); 10] = [
            (159, " ", Ok(None), &[]),
            (17, "null", Ok(None), &[Code::Placeholder]),
            (161, "123", Ok(Some("123")), &[]),
            (161, " ord-55-1 ", Ok(Some("ord-55-1")), &[]),
            (162, &ids[0], Ok(Some(&ids[0])), &[]),
            (162, &ids[1], Ok(Some(&ids[1])), &[Code::EventIdLong]),
            (162, &ids[2], Ok(Some(&ids[2])), &[Code::EventIdLong]),
            (162, &ids[3], Err(Code::EventIdTooLong), &[]),
            (162, &sixty_four_wide, Ok(Some(&sixty_four_wide)), &[]),
            (163, "order-ada@example.com-1", Err(Code::EventIdPersonalData), &[]),
        ];
        for (row, text, expected, codes) in cases {
            let mut warnings = Vec::new();
            let found = event_id(text, &mut Notes::new("event_id", &mut warnings));
            let found = found.map(|id| id.map(|id| id.text.into_owned()));
            assert_eq!(found, expected.map(|e| e.map(str::to_owned)), "row {row}");
            assert_eq!(warnings.iter().map(|w| w.code).collect::<Vec<_>>(), codes, "row {row}");
        }
    }
}
