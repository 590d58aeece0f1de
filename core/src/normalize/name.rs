//! Which text of a name is sent, and which is hashed? Hashed: lower case without blanks, punctuation
//! and symbols (`docs/linkedin.md` §1.4). Knows one part of a name; pairs are `prepare`'s business.

use super::Notes;
use super::text::{Clean, free_text, is_space, trim};
use crate::hash::{HexDigest, ShortText, recognise, sha256_hex};
use crate::problem::Code;
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// ASCII letters in lower case and digits; every other ASCII character is punctuation, symbol,
/// blank or control and maps to nothing.
const KEPT: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// A name to be sent in clear: composed (NFC) and trimmed, otherwise as written. `Ok(None)` when
/// the field is blank.
#[inline]
pub(crate) fn plain<'t>(text: &'t str, notes: &mut Notes<'_>) -> Result<Option<Clean<'t>>, Code> {
    let Some(name) = free_text(text, notes) else { return Ok(None) };
    if name.text.len() == 64 && name.text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Code::DigestInName);
    }
    if !name.text.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && canonical(&name.text).is_empty()
    {
        return Err(Code::NoLetters);
    }
    if name.traits.is_ascii() || is_nfc(&name.text) {
        Ok(Some(name))
    } else {
        Ok(Some(Clean::of(Cow::Owned(name.text.nfc().collect()))))
    }
}

/// A name to be sent hashed, from its plain form or as a digest. `Ok(None)` when the field is blank.
pub(crate) fn hashed(text: &str) -> Result<Option<HexDigest>, Code> {
    let text = trim(text);
    if text.is_empty() {
        return Ok(None);
    }
    match recognise(text) {
        Some(digest) => digest.map(Some),
        None => digest(text).map(Some),
    }
}

/// The digest of a plain name.
pub(crate) fn digest(name: &str) -> Result<HexDigest, Code> {
    if name.is_ascii()
        && let Some(short) = ShortText::mapped(name, &KEPT)
        && !short.as_bytes().is_empty()
    {
        return Ok(short.digest());
    }
    let canonical = canonical(name);
    if canonical.is_empty() { Err(Code::NoLetters) } else { Ok(sha256_hex(&canonical)) }
}

/// NFC, lower case by Unicode's default rules, without white space, punctuation (P), symbols (S)
/// and control characters. LinkedIn says "punctuation" and means signs such as `$` and `+` too,
/// which Unicode files under symbols.
fn canonical(name: &str) -> String {
    let is_kept = |c: &char| {
        let group = c.general_category_group();
        !is_space(*c)
            && !c.is_control()
            && group != GeneralCategoryGroup::Punctuation
            && group != GeneralCategoryGroup::Symbol
    };
    let composed: String = name.nfc().collect();
    composed.to_lowercase().chars().filter(is_kept).nfc().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    const MARY: &str = "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec";
    const OBRIEN: &str = "b4cb6cb33fe4b865868de825023a1e2790dc12ac01ecc8d7c5afe8254071c8ba";
    const JEANLUC: &str = "7fef38066db9900f992fa9926eea8cc648f44c2af50c4d511c415422196c8ef5";
    const MARYANN: &str = "16b3f07f0ec2f9dd127b71dc2e6c791b7d93116a1c3bc99d057eaa7a8a077e73";
    const JOSE: &str = "d994e1d001886fe5b45b1267bd1fa2b752ac50742579bd3dad7b2a2aa0ed6866";
    const LI: &str = "c16667ca7839a011a548628372ac24f56500a68088eac17e3e7ee6edf9c54125";
    const OCONNOR: &str = "7a0fbfdf40cbeb97429bdb88f512cecd27f0d44b7e57986ab578423bb61936ac";
    /// What must never come out: the apostrophe of `o'brien` kept.
    const KEPT_APOSTROPHE: &str = "65b871";

    #[test]
    fn hashed_names_lose_blanks_and_punctuation() {
        let upper = MARY.to_uppercase();
        let cases = [
            (92, "Mary", MARY),
            (92, &upper, MARY),
            (93, "O'Brien", OBRIEN),
            (93, "O'Connor", OCONNOR),
            (94, "Jean-Luc", JEANLUC),
            (95, "Mary Ann", MARYANN),
            (95, "  Mary\u{a0}Ann ", MARYANN),
            (98, "Ma$r+y=^~<>|", MARY),
            (98, "Mary@Ann", MARYANN),
            (98, "Mary€Ann", MARYANN),
            (99, "José", JOSE),
            (99, "李", LI),
            (100, "Jose\u{301}", JOSE),
            (101, "O’Brien", OBRIEN),
        ];
        for (row, text, expected) in cases {
            let digest = hashed(text).unwrap().unwrap();
            assert_eq!(std::str::from_utf8(&digest), Ok(expected), "row {row}");
            assert!(!digest.starts_with(KEPT_APOSTROPHE.as_bytes()));
        }
        for (row, text, canonical) in [
            (96, "Dr. Smith", "drsmith"),
            (96, "John Jr.", "johnjr"),
            (97, "John2", "john2"),
            (97, "3rd John", "3rdjohn"),
            (94, "Na'than-Boile", "nathanboile"),
            (95, "Van Der Berg", "vanderberg"),
            (99, "João", "joão"),
            (99, "MÜLLER", "müller"),
            (99, "정", "정"),
        ] {
            assert_eq!(hashed(text), Ok(Some(sha256_hex(canonical))), "row {row}");
        }
        for (row, text, expected) in [
            (89, " \u{a0}", Ok(None)),
            (102, "-", Err(Code::NoLetters)),
            (102, "'…’", Err(Code::NoLetters)),
            (37, &MARY[..32], Err(Code::WrongDigest)),
            (35, &MARY[..63], Err(Code::BadDigestLength)),
        ] {
            assert_eq!(hashed(text), expected, "row {row}");
        }
    }

    #[test]
    fn plain_names_are_sent_as_written() {
        let cases = [
            (88, "", Ok(None)),
            (89, "  ", Ok(None)),
            (93, " O'Brien ", Ok(Some("O'Brien"))),
            (99, "José", Ok(Some("José"))),
            (100, "Jose\u{301}", Ok(Some("José"))),
            (102, "-", Err(Code::NoLetters)),
            (102, "’", Err(Code::NoLetters)),
            (103, MARY, Err(Code::DigestInName)),
        ];
        for (row, text, expected) in cases {
            let mut warnings = Vec::new();
            let result = plain(text, &mut Notes::new("first_name", &mut warnings));
            let result = result.map(|name| name.map(|name| name.text.into_owned()));
            assert_eq!(result, expected.map(|e| e.map(str::to_owned)), "row {row}");
            assert!(warnings.is_empty(), "row {row}");
        }
    }
}
