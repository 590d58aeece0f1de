//! What stands in a text before anything is known about its meaning: blanks, control characters,
//! words that mean nothing, an e-mail address in the wrong place? Knows no field.

use super::Notes;
use crate::problem::Code;
use std::borrow::Cow;

/// Longest free text (names, title, company) in code points; what is longer is cut.
/// LinkedIn documents no limit.
const LONGEST: usize = 256;

/// What is in a text, found in one pass; most texts are plain and skip every slower rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traits(u8);

impl Traits {
    const NON_ASCII: u8 = 1;
    const CONTROL: u8 = 2;
    const QUOTE: u8 = 4;
    const AT: u8 = 8;

    /// Looks at every byte. Most texts hold nothing remarkable, which whole blocks tell faster.
    #[inline]
    pub(crate) fn of(text: &str) -> Traits {
        let bytes = text.as_bytes();
        if is_unremarkable(bytes) {
            Traits(0)
        } else {
            Traits(bytes.iter().fold(0, |seen, byte| seen | TRAITS[usize::from(*byte)]))
        }
    }

    /// Only bytes below 128 and no control character among them.
    pub(crate) fn is_plain_ascii(self) -> bool {
        self.0 & (Self::NON_ASCII | Self::CONTROL) == 0
    }

    /// Only bytes below 128.
    pub(crate) fn is_ascii(self) -> bool {
        self.0 & Self::NON_ASCII == 0
    }

    /// Something that JSON must escape.
    pub(crate) fn needs_escape(self) -> bool {
        self.0 & (Self::CONTROL | Self::QUOTE) != 0
    }

    /// An `@`, or a `%` that may be the start of an encoded one.
    fn may_hold_email(self) -> bool {
        self.0 & Self::AT != 0
    }
}

const TRAITS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte {
            0..0x20 | 0x7f => Traits::CONTROL,
            0x22 | 0x5c => Traits::QUOTE,
            0x25 | 0x40 => Traits::AT,
            0x80.. => Traits::NON_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Whether a text has no traits at all. Reads it in blocks of a fixed size, the last two of which
/// overlap where the length is no multiple of it: the compiler turns a block into a few
/// instructions, whatever the machine.
#[inline]
fn is_unremarkable(bytes: &[u8]) -> bool {
    match bytes.len() {
        0..4 => bytes.iter().all(|byte| TRAITS[usize::from(*byte)] == 0),
        4..8 => blocks_are_unremarkable::<4>(bytes),
        8..16 => blocks_are_unremarkable::<8>(bytes),
        16.. => blocks_are_unremarkable::<16>(bytes),
    }
}

#[inline]
fn blocks_are_unremarkable<const N: usize>(bytes: &[u8]) -> bool {
    let (blocks, _) = bytes.as_chunks::<N>();
    let mut remarks = 0;
    for block in blocks {
        remarks |= remarks_of(block);
    }
    bytes.last_chunk::<N>().is_some_and(|last| remarks | remarks_of(last) == 0)
}

/// Zero for a block without traits. Without branches, so that it becomes vector instructions.
#[inline]
fn remarks_of<const N: usize>(block: &[u8; N]) -> u8 {
    let mut remarks = 0;
    for &byte in block {
        let control_or_beyond = u8::from(byte.wrapping_sub(0x20) >= 0x5f);
        let sign = u8::from(byte == 0x22) | u8::from(byte == 0x5c);
        let address = u8::from(byte == 0x25) | u8::from(byte == 0x40);
        remarks |= control_or_beyond | sign | address;
    }
    remarks
}

/// Text that may be written: trimmed, without what must not be in it.
pub(crate) struct Clean<'t> {
    /// The text.
    pub(crate) text: Cow<'t, str>,
    /// What is in it.
    pub(crate) traits: Traits,
}

impl<'t> Clean<'t> {
    pub(crate) fn borrowed(text: &'t str, traits: Traits) -> Self {
        Clean { text: Cow::Borrowed(text), traits }
    }

    pub(crate) fn of(text: Cow<'t, str>) -> Self {
        let traits = Traits::of(&text);
        Clean { text, traits }
    }
}

/// What counts as white space: Unicode's `White_Space` and the characters of no width that travel
/// with text copied from web pages and spreadsheets. The same set in every language.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// The text without white space at its ends.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let has_plain_ends = |text: &str| match text.as_bytes() {
        [first, .., last] => first.is_ascii_graphic() && last.is_ascii_graphic(),
        _ => false,
    };
    if has_plain_ends(text) {
        return text;
    }
    let trimmed = text.trim_ascii();
    if has_plain_ends(trimmed) { trimmed } else { trimmed.trim_matches(is_space) }
}

/// Words that an export writes where there is no value. `text` is trimmed.
#[inline]
pub(crate) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["null", "undefined", "none", "nil", "nan", "n/a", "na", "-", "--", "unknown"];
    text.len() <= 9 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether something in the text looks like an e-mail address, as it is or percent-encoded.
#[inline]
pub(crate) fn holds_email(text: &str, traits: Traits) -> bool {
    traits.may_hold_email() && finds_email(text)
}

#[cold]
fn finds_email(text: &str) -> bool {
    let plain = text.match_indices('@').map(|(at, _)| (at, at + 1));
    let encoded = text.match_indices("%40").map(|(at, _)| (at, at + 3));
    plain.chain(encoded).any(|(end, start)| {
        let named = text[..end].chars().next_back().is_some_and(|c| !is_space(c));
        let rest = &text[start..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.'));
        let host = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
        named
            && host
                .rsplit_once('.')
                .is_some_and(|(name, top)| !name.is_empty() && top.contains(char::is_alphabetic))
    })
}

/// Free text as it may be sent: trimmed, without control characters, at most 256 code points.
/// `None` when nothing is left.
#[inline]
pub(crate) fn free_text<'t>(text: &'t str, notes: &mut Notes<'_>) -> Option<Clean<'t>> {
    let text = trim(text);
    let traits = Traits::of(text);
    if text.is_empty() {
        None
    } else if traits.is_plain_ascii() && text.len() <= LONGEST {
        Some(Clean::borrowed(text, traits))
    } else {
        slow_free_text(text, notes)
    }
}

#[cold]
fn slow_free_text<'t>(text: &'t str, notes: &mut Notes<'_>) -> Option<Clean<'t>> {
    let mut text = Cow::Borrowed(text);
    if text.contains(char::is_control) {
        notes.add(Code::ControlCharacters);
        text = Cow::Owned(trim(&text.replace(char::is_control, "")).to_owned());
    }
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        notes.add(Code::Truncated);
        text = Cow::Owned(trim(&text[..cut]).to_owned());
    }
    (!text.is_empty()).then(|| Clean::of(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    #[test]
    fn white_space_is_unicodes_and_what_has_no_width() {
        let spaces = "\u{FEFF}\u{200B}\u{200C}\u{200D}\u{2060}\u{A0}\u{2003}\u{3000} \t\r\n\u{85}";
        assert!(spaces.chars().all(is_space));
        assert_eq!(trim(&format!("{spaces}a b{spaces}")), "a b");
        assert_eq!(trim(spaces), "");
    }

    #[test]
    fn blocks_see_what_single_bytes_show() {
        for length in 0..40 {
            for position in 0..length {
                for byte in 0..0x80u8 {
                    let mut text = vec![b'x'; length];
                    text[position] = byte;
                    let text = String::from_utf8(text).unwrap();
                    assert!(
                        Traits::of(&text).0 == TRAITS[usize::from(byte)],
                        "{length} {position}"
                    );
                }
            }
        }
        assert!(!Traits::of("abcdé").is_ascii() && Traits::of("abcde").is_plain_ascii());
    }

    #[test]
    fn placeholders_in_any_case() {
        for word in ["null", "UNDEFINED", "None", "nil", "NaN", "N/A", "na", "-", "--", "Unknown"] {
            assert!(is_placeholder(word), "{word}");
        }
        for word in ["", "nullable", "---", "no", "unknown user"] {
            assert!(!is_placeholder(word), "{word}");
        }
    }

    #[test]
    fn an_email_is_found_inside_other_text() {
        for text in ["a@b.co", "id-test@rudderlabs.com-1", "x?u=a%40b.de", "mailto:a@b.c."] {
            assert!(holds_email(text, Traits::of(text)), "{text}");
        }
        for text in ["a@b", "@b.co", "build@2026.5", "50%40", "df5gf5-gh6t7", "a @ b.co"] {
            assert!(!holds_email(text, Traits::of(text)), "{text}");
        }
    }

    #[test]
    fn free_text_is_cleaned_and_cut() {
        let long = "é".repeat(300);
        let cut = "é".repeat(256);
        let cases: [(&str, Option<&str>, &[Code]); 7] = [
            ("  Acme Corp ", Some("Acme Corp"), &[]),
            ("   ", None, &[]),
            ("\u{200B}", None, &[]),
            ("\u{1}", None, &[Code::ControlCharacters]),
            ("C\u{0}T\u{9f}O", Some("CTO"), &[Code::ControlCharacters]),
            (&cut, Some(&cut), &[]),
            (&long, Some(&cut), &[Code::Truncated]),
        ];
        for (input, expected, codes) in cases {
            let mut warnings = Vec::new();
            let clean = free_text(input, &mut Notes::new("title", &mut warnings));
            assert_eq!(clean.as_ref().map(|clean| &*clean.text), expected);
            assert_eq!(warnings.iter().map(|w| w.code).collect::<Vec<_>>(), codes);
        }
    }
}
