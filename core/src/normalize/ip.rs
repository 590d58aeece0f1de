//! Is this the public IPv4 address of a visitor? LinkedIn takes dotted IPv4 and checks nothing
//! (`docs/linkedin.md` §1.3), so this is the only guard.

use super::text::{is_placeholder, trim};
use crate::hash::{HexDigest, recognise, sha256_hex};
use crate::problem::Code;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An address as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Plain(Ipv4Addr),
    Hashed(HexDigest),
}

/// An address in clear or its SHA-256.
pub(crate) fn address(text: &str) -> Result<Address, Code> {
    match recognise(trim(text)) {
        Some(digest) => digest.map(Address::Hashed),
        None => visitor_address(text).map(Address::Plain),
    }
}

/// The SHA-256 of an address, from either form.
pub(crate) fn hashed(text: &str) -> Result<HexDigest, Code> {
    match address(text)? {
        Address::Plain(address) => Ok(sha256_hex(&address.to_string())),
        Address::Hashed(digest) => Ok(digest),
    }
}

/// The address in a field of an event: dotted form only, or IPv4 mapped into IPv6.
fn visitor_address(text: &str) -> Result<Ipv4Addr, Code> {
    let text = trim(text);
    if text.is_empty() {
        return Err(Code::Empty);
    }
    if is_placeholder(text) {
        return Err(Code::Placeholder);
    }
    public(parse(text)?)
}

/// The visitor's address in an `X-Forwarded-For` header: the left-most public IPv4 address, with
/// or without a port. Call it only with a header that your own proxy has written.
pub fn client_ip(forwarded: &str) -> Option<Ipv4Addr> {
    forwarded.split(',').find_map(|hop| {
        let hop = trim(hop);
        let bare = match hop.strip_prefix('[') {
            Some(bracketed) => bracketed.split(']').next()?,
            None => match hop.split_once(':') {
                Some((address, port)) if port.bytes().all(|b| b.is_ascii_digit()) => address,
                _ => hop,
            },
        };
        public(parse(bare).ok()?).ok()
    })
}

fn parse(text: &str) -> Result<Ipv4Addr, Code> {
    // The standard parser takes four decimal numbers without leading zeros and nothing else.
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(address);
    }
    match text.parse::<Ipv6Addr>() {
        Ok(address) => address.to_ipv4_mapped().ok_or(Code::Ipv6),
        Err(_) => Err(Code::InvalidIp),
    }
}

/// Addresses reserved for documentation pass: LinkedIn matches nobody by them, and examples and
/// tests are made of them.
fn public(address: Ipv4Addr) -> Result<Ipv4Addr, Code> {
    match address.octets() {
        [10 | 127, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        | [100, 64..=127, ..]
        | [169, 254, ..] => Err(Code::PrivateIp),
        [0 | 224.., ..] | [192, 0, 0, _] | [198, 18..=19, ..] => Err(Code::ReservedIp),
        _ => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_dotted_addresses_pass() {
        let visitor = Ipv4Addr::new(203, 0, 113, 9);
        let cases = [
            (55, "203.0.113.9", Ok(visitor)),
            (55, " 203.0.113.9\n", Ok(visitor)),
            (56, "999.999.999.999", Err(Code::InvalidIp)),
            (57, "2001:db8::1", Err(Code::Ipv6)),
            (57, "::1", Err(Code::Ipv6)),
            (58, "::ffff:203.0.113.9", Ok(visitor)),
            (58, "::FFFF:cb00:7109", Ok(visitor)),
            (58, "::ffff:10.0.0.1", Err(Code::PrivateIp)),
            (59, "203.0.113.9:443", Err(Code::InvalidIp)),
            (59, "1.2.3.4, 5.6.7.8", Err(Code::InvalidIp)),
            (60, "203.0.113.009", Err(Code::InvalidIp)),
            (60, "0x7f.1", Err(Code::InvalidIp)),
            (60, "2130706433", Err(Code::InvalidIp)),
            (61, "10.0.0.1", Err(Code::PrivateIp)),
            (61, "127.0.0.1", Err(Code::PrivateIp)),
            (61, "192.168.1.1", Err(Code::PrivateIp)),
            (61, "172.31.255.255", Err(Code::PrivateIp)),
            (61, "172.32.0.1", Ok(Ipv4Addr::new(172, 32, 0, 1))),
            (61, "100.64.0.1", Err(Code::PrivateIp)),
            (61, "169.254.1.1", Err(Code::PrivateIp)),
            (62, "0.0.0.0", Err(Code::ReservedIp)),
            (62, "255.255.255.255", Err(Code::ReservedIp)),
            (62, "224.0.0.1", Err(Code::ReservedIp)),
            (62, "240.0.0.1", Err(Code::ReservedIp)),
            (14, "", Err(Code::Empty)),
            (17, "unknown", Err(Code::Placeholder)),
        ];
        for (row, text, expected) in cases {
            assert_eq!(visitor_address(text), expected, "row {row}: {text}");
        }
    }

    #[test]
    fn digests_are_of_the_canonical_dotted_form() {
        const DIGEST: &str = "d861b7e91033ebc1c1e8e7af3929010158b3241b54ca87ef73e79c32f26400ec";
        let upper = DIGEST.to_uppercase();
        for text in [" 203.0.113.9 ", "::ffff:203.0.113.9", DIGEST, &upper] {
            let digest = hashed(text).map(|hex| hex.to_vec());
            assert_eq!(digest, Ok(DIGEST.as_bytes().to_vec()), "rows 63, 64");
        }
        assert_eq!(hashed(&DIGEST[1..]), Err(Code::BadDigestLength), "row 64");
        assert_eq!(hashed("10.0.0.1"), Err(Code::PrivateIp), "row 61");
        assert!(matches!(address(DIGEST), Ok(Address::Hashed(_))));
        assert!(matches!(address("203.0.113.9"), Ok(Address::Plain(_))));
    }

    #[test]
    fn the_visitor_is_the_left_most_public_hop() {
        let cases = [
            ("203.0.113.9:443", Some([203, 0, 113, 9])),
            ("1.2.3.4, 5.6.7.8", Some([1, 2, 3, 4])),
            ("10.0.0.7, unknown, 5.6.7.8, 1.2.3.4", Some([5, 6, 7, 8])),
            ("[::ffff:1.2.3.4]:80", Some([1, 2, 3, 4])),
            ("::ffff:1.2.3.4", Some([1, 2, 3, 4])),
            ("[2001:db8::1]:443, 5.6.7.8", Some([5, 6, 7, 8])),
            ("[, 5.6.7.8", Some([5, 6, 7, 8])),
            ("192.168.0.1, 2001:db8::1", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(client_ip(header), expected.map(Ipv4Addr::from), "row 59: {header}");
        }
    }
}
