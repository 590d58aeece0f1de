//! Which text of an e-mail does LinkedIn match by? Lower case, all white space removed, SHA-256
//! (`docs/linkedin.md` §3). Never strips dots or plus tags and never sends an address in clear.

use super::Notes;
use super::text::{is_placeholder, is_space, trim};
use crate::hash::{HexDigest, ShortText, recognise, sha256_hex};
use crate::problem::{Code, Problem};
use unicode_normalization::UnicodeNormalization;

/// Longest address in characters: 64 for the local part, `@`, 255 for the domain (RFC 5321).
const LONGEST: usize = 320;

/// The SHA-256 that LinkedIn matches by, of a plain address or of one already hashed.
///
/// Takes exactly what the field `email` of an event takes. The problem says why there is none.
pub fn hash_email(text: &str) -> Result<String, Problem> {
    let mut warnings = Vec::new();
    match email(text, &mut Notes::new("email", &mut warnings)) {
        Ok(digest) => Ok(String::from_utf8_lossy(&digest).into_owned()),
        Err(code) => Err(Problem::new(code, "email")),
    }
}

/// As [`hash_email`], with what was noticed.
#[inline]
pub(crate) fn email(text: &str, notes: &mut Notes<'_>) -> Result<HexDigest, Code> {
    // Plain ASCII without inner blanks is checked and hashed in place; everything else, and
    // everything that is wrong, takes the slow way and gets its reason there.
    if let Some(address) = ShortText::lower_case(trim(text))
        && is_address(address.as_bytes())
    {
        return Ok(address.digest());
    }
    slow_email(text, notes)
}

#[cold]
fn slow_email(text: &str, notes: &mut Notes<'_>) -> Result<HexDigest, Code> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Code::Empty);
    }
    if is_placeholder(text) {
        return Err(Code::Placeholder);
    }
    // What holds an `@` is never sent as it is, whatever it looks like otherwise.
    if !text.contains('@')
        && let Some(digest) = recognise(text)
    {
        return digest;
    }
    if text.chars().filter(|c| !is_space(*c)).nth(LONGEST).is_some() {
        return Err(Code::TooLong);
    }
    let address = normalised(text);
    let (bare, scheme) = match address.strip_prefix("mailto:") {
        Some(rest) => (rest, true),
        None => (&*address, false),
    };
    let (bare, punctuation) = match bare.strip_suffix(['.', ',', ';']) {
        Some(rest) => (rest, true),
        None => (bare, false),
    };
    if bare.contains(['<', '>']) && bare.contains('@') {
        return Err(Code::DisplayName);
    }
    if !is_address(bare.as_bytes()) || bare.contains(char::is_control) {
        return Err(Code::InvalidEmail);
    }
    if scheme {
        notes.add(Code::MailtoScheme);
    }
    if punctuation {
        notes.add(Code::TrailingPunctuation);
    }
    Ok(sha256_hex(bare))
}

/// NFC, lower case by Unicode's default rules whatever the locale, no white space.
fn normalised(text: &str) -> String {
    let composed: String = text.chars().filter(|c| !is_space(*c)).nfc().collect();
    composed.to_lowercase().nfc().filter(|c| !is_space(*c)).collect()
}

/// One `@`; before it parts of unquoted characters (RFC 5321) with single dots between them; after
/// it at least two labels of letters, digits and inner hyphens, the last not of digits alone.
/// `address` is normalised; characters beyond ASCII count as letters.
#[inline]
fn is_address(address: &[u8]) -> bool {
    let mut state = LOCAL_PART;
    for byte in address {
        state = NEXT[usize::from(state | KIND[usize::from(*byte)])];
    }
    state == TOP
}

// The kinds of characters in an address.
const LETTER: u8 = 0;
const DIGIT: u8 = 1;
const HYPHEN: u8 = 2;
const DOT: u8 = 3;
const AT: u8 = 4;
/// Allowed in the local part only.
const SIGN: u8 = 5;
const OTHER: u8 = 6;

const KIND: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte {
            0x61..=0x7a | 0x80.. => LETTER,
            0x30..=0x39 => DIGIT,
            0x2d => HYPHEN,
            0x2e => DOT,
            0x40 => AT,
            // ! # $ % & ' * + / = ? ^ _ ` { | } ~
            0x21 | 0x23..=0x27 | 0x2a | 0x2b | 0x2f | 0x3d | 0x3f | 0x5e..=0x60 | 0x7b..=0x7e => {
                SIGN
            }
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

// What has been read so far. Multiples of eight, so that a kind fits beside a state in one byte.
const LOCAL_PART: u8 = 0;
const IN_LOCAL: u8 = 8;
const DOMAIN: u8 = 16;
const IN_DOMAIN: u8 = 24;
const AFTER_HYPHEN: u8 = 32;
const LABEL: u8 = 40;
const DIGITS: u8 = 48;
/// In a label that may be the last one: the only state in which an address may end.
const TOP: u8 = 56;
const TOP_AFTER_HYPHEN: u8 = 64;
const WRONG: u8 = 9 * 8;

/// The next state: a row for each state, a column for each kind.
#[rustfmt::skip]
const ROWS: [[u8; 7]; 10] = [
    //  letter     digit      hyphen            dot         at      sign      other
    [IN_LOCAL,  IN_LOCAL,  IN_LOCAL,         WRONG,      WRONG,  IN_LOCAL, WRONG], // LOCAL_PART
    [IN_LOCAL,  IN_LOCAL,  IN_LOCAL,         LOCAL_PART, DOMAIN, IN_LOCAL, WRONG], // IN_LOCAL
    [IN_DOMAIN, IN_DOMAIN, WRONG,            WRONG,      WRONG,  WRONG,    WRONG], // DOMAIN
    [IN_DOMAIN, IN_DOMAIN, AFTER_HYPHEN,     LABEL,      WRONG,  WRONG,    WRONG], // IN_DOMAIN
    [IN_DOMAIN, IN_DOMAIN, AFTER_HYPHEN,     WRONG,      WRONG,  WRONG,    WRONG], // AFTER_HYPHEN
    [TOP,       DIGITS,    WRONG,            WRONG,      WRONG,  WRONG,    WRONG], // LABEL
    [TOP,       DIGITS,    TOP_AFTER_HYPHEN, LABEL,      WRONG,  WRONG,    WRONG], // DIGITS
    [TOP,       TOP,       TOP_AFTER_HYPHEN, LABEL,      WRONG,  WRONG,    WRONG], // TOP
    [TOP,       TOP,       TOP_AFTER_HYPHEN, WRONG,      WRONG,  WRONG,    WRONG], // TOP_AFTER_HYPHEN
    [WRONG; 7],                                                                    // WRONG
];

/// The rows one after the other, eight places each, as long as a byte can count: an index made of
/// a state and a kind is always inside.
const NEXT: [u8; 256] = {
    let mut next = [WRONG; 256];
    let mut row = 0;
    while row < ROWS.len() {
        let mut kind = 0;
        while kind < ROWS[row].len() {
            next[row * 8 + kind] = ROWS[row][kind];
            kind += 1;
        }
        row += 1;
    }
    next
};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    const TESTING: &str = "584c4423c421df49955759498a71495aba49b8780eb9387dff333b6f0982c777";
    const USER: &str = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514";
    const TEST: &str = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
    const ABC: &str = "48ddb93f0b30c475423fe177832912c5bcdce3cc72872f8051627967ef278e08";
    const PLUS: &str = "ebf7e0530b15de3d801371b1f27985258a3a96ff727cea39d578762e775aa103";
    const JOERG: &str = "96949592d14b07f436cc55b814d947b0f00c805ee8c4c80fb8e1a1eff9a0fd12";
    const JANE: &str = "ba93df548e1e6e02b6a4ad32b6872dceb12c0e5311b72e8567c52f618424676e";
    /// What must never come out: `  User@Example.COM  ` hashed as it stands.
    const RAW: &str = "ff32222e338613841fd0dfc54393687ab49c8221595d66d3fc48fabc6d0208ff";

    fn hashed(text: &str) -> (Result<String, Code>, Vec<Code>) {
        let mut warnings = Vec::new();
        let result = email(text, &mut Notes::new("email", &mut warnings));
        let result = result.map(|hex| String::from_utf8(hex.to_vec()).unwrap());
        (result, warnings.into_iter().map(|warning| warning.code).collect())
    }

    #[test]
    fn addresses_become_the_digest_of_their_canonical_text() {
        let cases = [
            (1, "testing@testing.com", TESTING),
            (2, "TESTING@TESTING.com", TESTING),
            (3, "  User@Example.COM  ", USER),
            (4, "\tTEST@EXAMPLE.COM\n", TEST),
            (5, "test @example.com", TEST),
            (5, "test@exam ple.com", TEST),
            (6, "\u{a0}te\u{2003}st\u{200b}@exa\u{feff}mple.com\u{2060}", TEST),
            (7, "john.doe+li@gmail.com", PLUS),
            (7, " Jane.Doe+LI@Example.COM ", JANE),
            (7, "abc@gmail.com", ABC),
            (10, "J\u{d6}RG@EXAMPLE.COM", JOERG),
            (10, "jo\u{308}rg@example.com", JOERG),
            (34, " 584C4423c421df49955759498a71495aba49b8780eb9387dff333b6f0982c777\n", TESTING),
            (
                43,
                "sha256:584c4423c421df49955759498a71495aba49b8780eb9387dff333b6f0982c777",
                TESTING,
            ),
        ];
        for (row, text, digest) in cases {
            assert_eq!(hashed(text), (Ok(digest.to_owned()), vec![]), "row {row}");
        }
        assert_ne!(hashed("  User@Example.COM  ").0.unwrap(), RAW);
    }

    #[test]
    fn addresses_are_hashed_as_they_are_written() {
        // The row, the text, the canonical text of which the digest must be.
        let cases = [
            (8, "user.name+tag@domain.co.uk", "user.name+tag@domain.co.uk"),
            (9, "T\u{c9}ST@gmail.com", "t\u{e9}st@gmail.com"),
            (11, "I@X.TR", "i@x.tr"),
            (12, "\u{130}pek@x.tr", "i\u{307}pek@x.tr"),
            (13, "user@b\u{fc}cher.example", "user@b\u{fc}cher.example"),
            (13, "user@xn--bcher-kva.example", "user@xn--bcher-kva.example"),
            (21, "a@b.c", "a@b.c"),
            (21, "foo@bar.co", "foo@bar.co"),
            (22, "fo'o@bar.com", "fo'o@bar.com"),
            (22, "fo`o@bar.com", "fo`o@bar.com"),
            (24, "#$%&*=?^{}~|!/-_@bar.com", "#$%&*=?^{}~|!/-_@bar.com"),
        ];
        for (row, text, canonical) in cases {
            let digest = String::from_utf8(sha256_hex(canonical).to_vec()).unwrap();
            assert_eq!(hashed(text), (Ok(digest), vec![]), "row {row}");
        }
    }

    #[test]
    fn wrapping_is_taken_off_with_a_warning() {
        let cases: [(i32, &str, &[Code]); 6] = [
            (23, "test@example.com.", &[Code::TrailingPunctuation]),
            (23, "test@example.com,", &[Code::TrailingPunctuation]),
            (23, "test@example.com; ", &[Code::TrailingPunctuation]),
            (25, "mailto:test@example.com", &[Code::MailtoScheme]),
            (25, "MAILTO: Test@example.com", &[Code::MailtoScheme]),
            (25, "mailto:test@example.com;", &[Code::MailtoScheme, Code::TrailingPunctuation]),
        ];
        for (row, text, codes) in cases {
            assert_eq!(hashed(text), (Ok(TEST.to_owned()), codes.to_vec()), "row {row}");
        }
    }

    #[test]
    fn what_is_not_an_address_gets_its_reason() {
        let long = format!("{}@example.com", "a".repeat(309));
        let cases = [
            (14, "", Code::Empty),
            (15, "   ", Code::Empty),
            (15, "\u{200b}\u{a0}", Code::Empty),
            (17, "null", Code::Placeholder),
            (17, " N/A ", Code::Placeholder),
            (17, "-", Code::Placeholder),
            (18, "a", Code::InvalidEmail),
            (18, "invalid-email", Code::InvalidEmail),
            (19, "a@b", Code::InvalidEmail),
            (20, "@b.c", Code::InvalidEmail),
            (20, ".c", Code::InvalidEmail),
            (20, "@", Code::InvalidEmail),
            (20, "@example.com", Code::InvalidEmail),
            (20, "test@", Code::InvalidEmail),
            (22, "\"a b\"@c.d", Code::InvalidEmail),
            (22, "a\\@b@c.d", Code::InvalidEmail),
            (23, "test..test@example.com", Code::InvalidEmail),
            (23, ".test@example.com", Code::InvalidEmail),
            (23, "test.@example.com", Code::InvalidEmail),
            (23, "test@example..com", Code::InvalidEmail),
            (23, "test@.example.com", Code::InvalidEmail),
            (23, "test@example.com..", Code::InvalidEmail),
            (23, "test@@example.com", Code::InvalidEmail),
            (23, "a@x.com;b@x.com", Code::InvalidEmail),
            (23, "a@-x.com", Code::InvalidEmail),
            (23, "a@x-.com", Code::InvalidEmail),
            (23, "a@127.0.0.1", Code::InvalidEmail),
            (23, "a\u{0}b@x.com", Code::InvalidEmail),
            (23, "\u{0}@x.com", Code::InvalidEmail),
            (23, "a\u{9f}b@x.com", Code::InvalidEmail),
            (26, "User <user@example.com>", Code::DisplayName),
            (27, &long, Code::TooLong),
            (31, "user%40example.com", Code::InvalidEmail),
            (42, "sha256:user@example.com", Code::InvalidEmail),
        ];
        for (row, text, code) in cases {
            assert_eq!(hashed(text), (Err(code), vec![]), "row {row}");
        }
        assert!(hashed(&long[1..]).0.is_ok(), "row 27: 320 characters");
    }

    #[test]
    fn the_helper_says_the_same_without_the_value() {
        assert_eq!(hash_email(" TEST@example.com"), Ok(TEST.to_owned()));
        let problem = hash_email("secret-text").unwrap_err();
        assert_eq!(problem, Problem::new(Code::InvalidEmail, "email"));
        assert!(!format!("{problem:?} {problem}").contains("secret"));
    }
}
