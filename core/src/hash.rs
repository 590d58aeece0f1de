//! What is the SHA-256 of a text, and is a text one already? Knows digests, not what was hashed:
//! which text is canonical is the business of `normalize`.

use crate::problem::Code;
use sha2::block_api::compress256;

/// SHA-256 as 64 lower-case hexadecimal digits, the form LinkedIn takes.
pub(crate) type HexDigest = [u8; 64];

/// SHA-256's initial state (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Hashes a text of any length.
pub(crate) fn sha256_hex(text: &str) -> HexDigest {
    let mut chunks = text.as_bytes().chunks_exact(64);
    let mut state = INITIAL;
    for chunk in &mut chunks {
        if let Ok(block) = chunk.try_into() {
            compress256(&mut state, &[block]);
        }
    }
    let rest = chunks.remainder();
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    if rest.len() > ShortText::LONGEST {
        compress256(&mut state, &[last]);
        last = [0; 64];
    }
    last[56..].copy_from_slice(&(text.len() as u64 * 8).to_be_bytes());
    compress256(&mut state, &[last]);
    to_hex(state)
}

/// A text of at most 55 bytes, kept where SHA-256 will read it: nearly every e-mail and name is one
/// and is normalised and hashed in place.
pub(crate) struct ShortText {
    block: [u8; 64],
    length: usize,
}

impl ShortText {
    /// What fits beside the padding in one block.
    pub(crate) const LONGEST: usize = 55;

    /// The text in lower case. `None` unless it is ASCII and fits one block.
    #[inline]
    pub(crate) fn lower_case(text: &str) -> Option<ShortText> {
        let length = text.len();
        let mut block = [0; 64];
        block
            .get_mut(..length)
            .filter(|_| length <= Self::LONGEST)?
            .copy_from_slice(text.as_bytes());
        if !block.is_ascii() {
            return None;
        }
        block.make_ascii_lowercase();
        Some(ShortText { block, length })
    }

    /// What `map` makes of each byte; those that it maps to zero are left out.
    /// `None` when the text is longer than a block takes.
    #[inline]
    pub(crate) fn mapped(text: &str, map: &[u8; 256]) -> Option<ShortText> {
        if text.len() > Self::LONGEST {
            return None;
        }
        let mut block = [0; 64];
        let mut length = 0;
        for byte in text.bytes() {
            let mapped = map[usize::from(byte)];
            block[length] = mapped;
            length += usize::from(mapped != 0);
        }
        Some(ShortText { block, length })
    }

    /// The text.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.block[..self.length]
    }

    /// Hashes it.
    #[inline]
    pub(crate) fn digest(mut self) -> HexDigest {
        self.block[self.length] = 0x80;
        self.block[56..].copy_from_slice(&(self.length as u64 * 8).to_be_bytes());
        let mut state = INITIAL;
        compress256(&mut state, &[self.block]);
        to_hex(state)
    }
}

#[inline]
fn to_hex(state: [u32; 8]) -> HexDigest {
    let mut bytes = [0; 32];
    for (place, word) in bytes.chunks_exact_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    let mut hex = [0; 64];
    // The only error is a buffer of the wrong length, and 64 is twice 32.
    let _ = const_hex::encode_to_slice(bytes, &mut hex);
    hex
}

/// Digests that stand for nothing: of the empty text, of `null` and of `undefined`.
const KNOWN_EMPTY: [&[u8; 64]; 3] = [
    b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b",
    b"eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c",
];

/// Whether a trimmed text is a digest: `Some` of it in lower case, or of what is wrong with it;
/// `None` when it does not look like a digest at all.
pub(crate) fn recognise(text: &str) -> Option<Result<HexDigest, Code>> {
    const PREFIX: &str = "sha256:";
    match text.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => {
            let digest = text[PREFIX.len()..].trim_start();
            Some(shape(digest).unwrap_or(Err(Code::BadDigestLength)))
        }
        _ => shape(text),
    }
}

fn shape(text: &str) -> Option<Result<HexDigest, Code>> {
    let bytes = text.as_bytes();
    let is_hex = bytes.iter().all(u8::is_ascii_hexdigit);
    match bytes.len() {
        64 if is_hex => Some(known_good(bytes)),
        64 if bytes.iter().all(u8::is_ascii_alphanumeric) => Some(Err(Code::NotADigest)),
        32 | 40 if is_hex => Some(Err(Code::WrongDigest)),
        33.. if is_hex => Some(Err(Code::BadDigestLength)),
        44 if is_base64(bytes) => Some(Err(Code::WrongEncoding)),
        _ => None,
    }
}

fn known_good(hex: &[u8]) -> Result<HexDigest, Code> {
    let mut digest = [0; 64];
    digest.copy_from_slice(hex);
    digest.make_ascii_lowercase();
    if digest == [b'0'; 64] {
        Err(Code::ZeroDigest)
    } else if KNOWN_EMPTY.contains(&&digest) {
        Err(Code::KnownEmptyHash)
    } else {
        Ok(digest)
    }
}

/// 32 bytes in base64, either alphabet: 43 characters and one `=`.
fn is_base64(bytes: &[u8]) -> bool {
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || b"+/-_".contains(b);
    matches!(bytes, [digits @ .., b'='] if digits.iter().all(is_digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn every_length_around_the_block_hashes_as_the_library_does() {
        let identity: [u8; 256] = std::array::from_fn(|i| u8::try_from(i).unwrap_or(0));
        for length in 0..200 {
            let text = "x".repeat(length);
            let expected = const_hex::encode(Sha256::digest(&text));
            assert_eq!(sha256_hex(&text), expected.as_bytes(), "{length}");
            let short = ShortText::mapped(&text, &identity);
            assert_eq!(short.is_some(), length <= 55);
            if let Some(short) = short {
                assert_eq!(short.digest(), expected.as_bytes(), "{length}");
            }
        }
    }

    #[test]
    fn digests_are_told_from_what_only_looks_like_one() {
        let good = "584c4423c421df49955759498a71495aba49b8780eb9387dff333b6f0982c777";
        let upper = good.to_uppercase();
        // Rows of cases.md, the text, what comes of it.
        let cases: [(&str, &str, Option<Result<&str, Code>>); 20] = [
            ("32", good, Some(Ok(good))),
            ("33", &upper, Some(Ok(good))),
            ("35", &good[1..], Some(Err(Code::BadDigestLength))),
            ("35", &format!("{good}0"), Some(Err(Code::BadDigestLength))),
            ("36", &good.replace('5', "z"), Some(Err(Code::NotADigest))),
            ("37", &good[..32], Some(Err(Code::WrongDigest))),
            ("37", &good[..40], Some(Err(Code::WrongDigest))),
            ("37, SHA-512", &good.repeat(2), Some(Err(Code::BadDigestLength))),
            ("38", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Some(Err(Code::WrongEncoding))),
            ("38", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", Some(Err(Code::WrongEncoding))),
            ("39", &sha256("")[..], Some(Err(Code::KnownEmptyHash))),
            ("39", &sha256("null").to_uppercase(), Some(Err(Code::KnownEmptyHash))),
            ("39", &sha256("undefined"), Some(Err(Code::KnownEmptyHash))),
            ("40", &"0".repeat(64), Some(Err(Code::ZeroDigest))),
            ("43", &format!("sha256:{good}"), Some(Ok(good))),
            ("43", &format!("SHA256:{upper}"), Some(Ok(good))),
            ("43", &format!("sha256:{}", &good[2..]), Some(Err(Code::BadDigestLength))),
            ("43", "$5$rounds=5000$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY", None),
            ("short hex", "deadbeef", None),
            ("mary", "mary", None),
        ];
        for (row, text, expected) in cases {
            let expected = expected.map(|e| e.map(|text| text.as_bytes().to_vec()));
            assert_eq!(recognise(text).map(|r| r.map(|hex| hex.to_vec())), expected, "row {row}");
        }
    }

    fn sha256(text: &str) -> String {
        const_hex::encode(Sha256::digest(text))
    }
}
