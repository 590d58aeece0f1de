//! What are the bytes of one event? LinkedIn's JSON element (`docs/linkedin.md` §1.2), written once
//! from facts that have been checked. Decides nothing about a value.

use crate::config::RuleId;
use crate::hash::HexDigest;
use crate::normalize::money::Money;
use crate::normalize::rule::URN;
use crate::normalize::text::Clean;
use std::io::Write;
use std::net::Ipv4Addr;

/// Everything that the element of one event says.
pub(crate) struct Element<'e> {
    pub(crate) rule: RuleId,
    /// Epoch milliseconds.
    pub(crate) happened_at: i64,
    pub(crate) event_id: Option<Clean<'e>>,
    pub(crate) value: Option<Money<'e>>,
    pub(crate) user: User<'e>,
}

/// What the element says about the person.
#[derive(Default)]
pub(crate) struct User<'e> {
    pub(crate) email: Option<HexDigest>,
    /// Without the first; empty unless the policy sends all.
    pub(crate) further_emails: Vec<HexDigest>,
    pub(crate) click_id: Option<Clean<'e>>,
    pub(crate) acxiom_id: Option<Clean<'e>>,
    pub(crate) oracle_moat_id: Option<Clean<'e>>,
    pub(crate) ip_address: Option<Ipv4Addr>,
    /// Of the address field and of the field for hashed addresses, where they differ.
    pub(crate) hashed_ips: [Option<HexDigest>; 2],
    /// In lower case.
    pub(crate) google_aid: Option<[u8; 36]>,
    pub(crate) info: Option<UserInfo<'e>>,
    pub(crate) external_id: Option<Clean<'e>>,
    /// The whole URN.
    pub(crate) lead: Option<Clean<'e>>,
}

/// A complete pair of names and what may stand beside it.
pub(crate) struct UserInfo<'e> {
    pub(crate) first_name: Name<'e>,
    pub(crate) last_name: Name<'e>,
    pub(crate) title: Option<Clean<'e>>,
    pub(crate) company_name: Option<Clean<'e>>,
    /// ISO 3166-1 alpha-2.
    pub(crate) country_code: Option<[u8; 2]>,
}

/// One part of a name; each may be sent either way.
pub(crate) enum Name<'e> {
    Plain(Clean<'e>),
    Hashed(HexDigest),
}

impl User<'_> {
    /// Whether there is an identifier besides the address's digest, of which it is not known
    /// whether it suffices alone.
    pub(crate) fn has_measured_id(&self) -> bool {
        self.email.is_some()
            || self.click_id.is_some()
            || self.acxiom_id.is_some()
            || self.oracle_moat_id.is_some()
            || self.ip_address.is_some()
            || self.google_aid.is_some()
    }

    /// Whether `userIds` has an entry.
    pub(crate) fn has_user_id(&self) -> bool {
        self.has_measured_id() || self.hashed_ips.iter().any(Option::is_some)
    }
}

/// Appends the element. No blanks, no nulls, no empty texts; `userIds` is always there because
/// LinkedIn wants it even when empty.
pub(crate) fn write_element(out: &mut Vec<u8>, element: &Element<'_>) {
    let Element { rule, happened_at, event_id, value, user } = element;
    out.extend_from_slice(b"{\"conversion\":\"");
    out.extend_from_slice(URN.as_bytes());
    write_number(out, rule.number());
    out.extend_from_slice(b"\",\"conversionHappenedAt\":");
    if *happened_at < 0 {
        out.push(b'-');
    }
    write_number(out, happened_at.unsigned_abs().into());
    if let Some(event_id) = event_id {
        out.extend_from_slice(b",\"eventId\":\"");
        write_text(out, event_id);
        out.push(b'"');
    }
    if let Some(Money { amount, currency, rounded: _ }) = value {
        out.extend_from_slice(b",\"conversionValue\":{\"currencyCode\":\"");
        out.extend_from_slice(currency);
        out.extend_from_slice(b"\",\"amount\":\"");
        out.extend_from_slice(amount.as_bytes());
        out.extend_from_slice(b"\"}");
    }
    write_user(out, user);
    out.push(b'}');
}

fn write_user(out: &mut Vec<u8>, user: &User<'_>) {
    out.extend_from_slice(b",\"user\":{\"userIds\":[");
    write_user_ids(out, user);
    out.push(b']');
    if let Some(info) = &user.info {
        write_user_info(out, info);
    }
    if let Some(external_id) = &user.external_id {
        out.extend_from_slice(b",\"externalIds\":[\"");
        write_text(out, external_id);
        out.extend_from_slice(b"\"]");
    }
    if let Some(lead) = &user.lead {
        out.extend_from_slice(b",\"lead\":\"");
        write_text(out, lead);
        out.push(b'"');
    }
    out.push(b'}');
}

/// The symbols are a closed list (`docs/linkedin.md` §1.3): LinkedIn refuses any other.
fn write_user_ids(out: &mut Vec<u8>, user: &User<'_>) {
    const EMAIL: &[u8] = b"{\"idType\":\"SHA256_EMAIL\",\"idValue\":\"";
    const CLICK_ID: &[u8] =
        b"{\"idType\":\"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID\",\"idValue\":\"";
    const ACXIOM: &[u8] = b"{\"idType\":\"ACXIOM_ID\",\"idValue\":\"";
    const MOAT: &[u8] = b"{\"idType\":\"ORACLE_MOAT_ID\",\"idValue\":\"";
    const IP: &[u8] = b"{\"idType\":\"PLAINTEXT_IP_ADDRESS\",\"idValue\":\"";
    const HASHED_IP: &[u8] = b"{\"idType\":\"SHA256_IP_ADDRESS\",\"idValue\":\"";
    const GOOGLE_AID: &[u8] = b"{\"idType\":\"GOOGLE_AID\",\"idValue\":\"";
    /// Closes an entry; the comma after the last one is taken back.
    const END: &[u8] = b"\"},";

    for digest in user.email.iter().chain(&user.further_emails) {
        out.extend_from_slice(EMAIL);
        out.extend_from_slice(digest);
        out.extend_from_slice(END);
    }
    let opaque =
        [(CLICK_ID, &user.click_id), (ACXIOM, &user.acxiom_id), (MOAT, &user.oracle_moat_id)];
    for (symbol, id) in opaque {
        if let Some(id) = id {
            out.extend_from_slice(symbol);
            write_text(out, id);
            out.extend_from_slice(END);
        }
    }
    if let Some(address) = user.ip_address {
        out.extend_from_slice(IP);
        // Writing to a Vec cannot fail.
        let _ = write!(out, "{address}");
        out.extend_from_slice(END);
    }
    for digest in user.hashed_ips.iter().flatten() {
        out.extend_from_slice(HASHED_IP);
        out.extend_from_slice(digest);
        out.extend_from_slice(END);
    }
    if let Some(id) = &user.google_aid {
        out.extend_from_slice(GOOGLE_AID);
        out.extend_from_slice(id);
        out.extend_from_slice(END);
    }
    if user.has_user_id() {
        out.pop();
    }
}

fn write_user_info(out: &mut Vec<u8>, info: &UserInfo<'_>) {
    let UserInfo { first_name, last_name, title, company_name, country_code } = info;
    match first_name {
        Name::Plain(name) => {
            out.extend_from_slice(b",\"userInfo\":{\"firstName\":\"");
            write_text(out, name);
        }
        Name::Hashed(digest) => {
            out.extend_from_slice(b",\"userInfo\":{\"hashedFirstName\":\"");
            out.extend_from_slice(digest);
        }
    }
    match last_name {
        Name::Plain(name) => {
            out.extend_from_slice(b"\",\"lastName\":\"");
            write_text(out, name);
        }
        Name::Hashed(digest) => {
            out.extend_from_slice(b"\",\"hashedLastName\":\"");
            out.extend_from_slice(digest);
        }
    }
    if let Some(title) = title {
        out.extend_from_slice(b"\",\"title\":\"");
        write_text(out, title);
    }
    if let Some(company_name) = company_name {
        out.extend_from_slice(b"\",\"companyName\":\"");
        write_text(out, company_name);
    }
    if let Some(country_code) = country_code {
        out.extend_from_slice(b"\",\"countryCode\":\"");
        out.extend_from_slice(country_code);
    }
    out.extend_from_slice(b"\"}");
}

/// A text between quotes that the caller writes.
#[inline]
fn write_text(out: &mut Vec<u8>, clean: &Clean<'_>) {
    if clean.traits.needs_escape() {
        write_escaped(out, clean.text.as_bytes());
    } else {
        out.extend_from_slice(clean.text.as_bytes());
    }
}

/// Escapes what JSON must have escaped and nothing else, in the short form where there is one.
#[cold]
fn write_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x08 => b'b',
            0x0c => b'f',
            0..0x20 => {
                let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&digits);
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
    }
}

/// Decimal digits, two at a time. Numbers of more than 64 bits are rule ids that nobody has seen.
#[inline]
fn write_number(out: &mut Vec<u8>, number: u128) {
    let Ok(mut rest) = u64::try_from(number) else {
        let _ = write!(out, "{number}");
        return;
    };
    let mut digits = [0; 20];
    let mut start = digits.len();
    while rest >= 10 {
        start -= 2;
        digits[start..start + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
        rest /= 100;
    }
    if rest > 0 || start == digits.len() {
        start -= 1;
        digits[start] = PAIRS[(rest % 100) as usize][1];
    }
    out.extend_from_slice(&digits[start..]);
}

/// `00` to `99`.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number: u8 = 0;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn numbers_are_written_digit_for_digit() {
        let limits = [u128::from(u64::MAX), u128::from(u64::MAX) + 1, 99_999_999_999_999_999_999];
        for number in [0, 1, 9, 10, 101, 1_795_480_000_000].into_iter().chain(limits) {
            let mut out = Vec::new();
            write_number(&mut out, number);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }

    #[test]
    fn texts_are_escaped_as_serde_json_escapes_them() {
        let all: String = (0..=0x2ff).filter_map(char::from_u32).collect();
        let mut out = vec![b'"'];
        write_text(&mut out, &Clean::of(Cow::Borrowed(&all)));
        out.push(b'"');
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&all).unwrap());
    }
}
