//! What does LinkedIn accept although it can never match or count it?
//! Only the sandbox's own record hears of it: a warning must never change an answer.

use crate::business::Element;
use crate::json::Json;
use std::net::Ipv4Addr;

/// SHA-256 of the empty text.
const DIGEST_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// What Salesforce's connector cuts event ids at; LinkedIn names no limit.
const EVENT_ID_LENGTH: usize = 64;
const NO_ADVERTISING_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The identifiers an event came with: LinkedIn's symbols, and `NAME`, `EXTERNAL_ID`, `LEAD`.
pub(crate) fn identifiers(event: &Element) -> Vec<&'static str> {
    const SYMBOLS: [&str; 7] = [
        "SHA256_EMAIL",
        "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID",
        "ACXIOM_ID",
        "ORACLE_MOAT_ID",
        "PLAINTEXT_IP_ADDRESS",
        "SHA256_IP_ADDRESS",
        "GOOGLE_AID",
    ];
    let of_type = |symbol: &&'static str| event.user_ids().any(|(id_type, _)| id_type == *symbol);
    let mut found: Vec<&'static str> = SYMBOLS.into_iter().filter(of_type).collect();
    let others = [("userInfo", "NAME"), ("externalIds", "EXTERNAL_ID"), ("lead", "LEAD")];
    found.extend(others.iter().filter(|(key, _)| event.user(key).is_some()).map(|(_, name)| name));
    found
}

/// The words for everything doubtful about an event that LinkedIn would store.
pub(crate) fn of(event: &Element) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut warn = |word: &'static str, doubtful: bool| {
        if doubtful && !found.contains(&word) {
            found.push(word);
        }
    };

    warn("NO_EVENT_ID", event.event_id.is_empty());
    warn("LONG_EVENT_ID", event.event_id.chars().count() > EVENT_ID_LENGTH);
    warn("PERSONAL_DATA_IN_EVENT_ID", event.event_id.contains('@'));

    if let Some(value) = event.json.get("conversionValue") {
        let text = |name| value.get(name).and_then(Json::text).unwrap_or_default();
        let currency = iso_currency::Currency::from_code(text("currencyCode"));
        warn("UNKNOWN_CURRENCY", currency.is_none());
        warn("DOUBTFUL_AMOUNT", !is_plain_decimal(text("amount")));
    }

    for (id_type, value) in event.user_ids() {
        warn("EMPTY_IDENTIFIER", value.is_empty());
        match id_type {
            "SHA256_EMAIL" | "SHA256_IP_ADDRESS" => {
                warn("NOT_A_DIGEST", !is_digest(value));
                warn("DIGEST_OF_NOTHING", value == DIGEST_OF_NOTHING);
            }
            "PLAINTEXT_IP_ADDRESS" => warn("NOT_AN_IPV4", value.parse::<Ipv4Addr>().is_err()),
            "GOOGLE_AID" => {
                let wrong = value == NO_ADVERTISING_ID || uuid::Uuid::parse_str(value).is_err();
                warn("NOT_AN_ADVERTISING_ID", wrong);
            }
            _ => {}
        }
    }
    warn("EXTRA_EXTERNAL_IDS", event.external_ids().nth(1).is_some());

    if let Some(info) = event.user("userInfo") {
        let text = |name| info.get(name).and_then(Json::text);
        for name in ["hashedFirstName", "hashedLastName"] {
            let digest = text(name);
            warn("NOT_A_DIGEST", digest.is_some_and(|digest| !is_digest(digest)));
            warn("DIGEST_OF_NOTHING", digest == Some(DIGEST_OF_NOTHING));
        }
        for name in ["firstName", "lastName"] {
            warn("EMPTY_NAME", text(name).is_some_and(|name| name.trim().is_empty()));
            warn("DIGEST_IN_NAME", text(name).is_some_and(is_digest));
        }
        let country = text("countryCode");
        warn("NOT_A_COUNTRY_CODE", country.is_some_and(|code| !is_two_capitals(code)));
    }

    let hashed_ip_alone = identifiers(event) == ["SHA256_IP_ADDRESS"];
    warn("UNMEASURED_IDENTIFIER", hashed_ip_alone);
    found
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_two_capitals(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Digits, and perhaps a point with digits after it; no sign, no exponent.
fn is_plain_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    fn warnings(event: &str) -> Vec<&'static str> {
        let json: Json = serde_json::from_str(event).unwrap();
        of(&Element::of(&json))
    }

    #[test]
    fn each_doubt_has_its_word() {
        let with_id = |id_type: &str, value: &str| {
            let id = format!(r#"{{"idType":"{id_type}","idValue":"{value}"}}"#);
            format!(r#"{{"eventId":"e","user":{{"userIds":[{id}]}}}}"#)
        };
        let with_info =
            |info: &str| format!(r#"{{"eventId":"e","user":{{"userIds":[],"userInfo":{info}}}}}"#);
        let with_value = |currency: &str, amount: &str| {
            let value = format!(r#"{{"currencyCode":"{currency}","amount":"{amount}"}}"#);
            format!(r#"{{"eventId":"e","conversionValue":{value},"user":{{"userIds":[]}}}}"#)
        };
        let with_event_id = |id: &str| format!(r#"{{"eventId":"{id}","user":{{"userIds":[]}}}}"#);
        let digest = "a".repeat(64);
        let aid = "38400000-8cf0-11bd-b23e-10b96e40000d";
        let cases: &[(String, &[&str])] = &[
            (with_event_id("order-1"), &[]),
            (with_event_id(""), &["NO_EVENT_ID"]),
            (with_event_id(&"e".repeat(65)), &["LONG_EVENT_ID"]),
            (with_event_id("a@b.example"), &["PERSONAL_DATA_IN_EVENT_ID"]),
            (with_value("EUR", "19.90"), &[]),
            (with_value("XQZ", "19.90"), &["UNKNOWN_CURRENCY"]),
            (with_value("EUR", "1e2"), &["DOUBTFUL_AMOUNT"]),
            (with_value("EUR", "-5"), &["DOUBTFUL_AMOUNT"]),
            (with_id("SHA256_EMAIL", &digest), &[]),
            (with_id("SHA256_EMAIL", &digest.to_uppercase()), &["NOT_A_DIGEST"]),
            (with_id("SHA256_EMAIL", DIGEST_OF_NOTHING), &["DIGEST_OF_NOTHING"]),
            (with_id("ACXIOM_ID", ""), &["EMPTY_IDENTIFIER"]),
            (with_id("PLAINTEXT_IP_ADDRESS", "203.0.113.9"), &[]),
            (with_id("PLAINTEXT_IP_ADDRESS", "999.999.999.999"), &["NOT_AN_IPV4"]),
            (with_id("PLAINTEXT_IP_ADDRESS", "2001:db8::1"), &["NOT_AN_IPV4"]),
            (with_id("SHA256_IP_ADDRESS", &digest), &["UNMEASURED_IDENTIFIER"]),
            (with_id("GOOGLE_AID", aid), &[]),
            (with_id("GOOGLE_AID", NO_ADVERTISING_ID), &["NOT_AN_ADVERTISING_ID"]),
            (with_info(r#"{"firstName":"A","lastName":"B","countryCode":"GB"}"#), &[]),
            (with_info(r#"{"firstName":" ","lastName":"B"}"#), &["EMPTY_NAME"]),
            (with_info(r#"{"hashedFirstName":"x","lastName":"B"}"#), &["NOT_A_DIGEST"]),
            (with_info(r#"{"countryCode":"gb"}"#), &["NOT_A_COUNTRY_CODE"]),
            (with_info(&format!(r#"{{"firstName":"{digest}"}}"#)), &["DIGEST_IN_NAME"]),
            (
                r#"{"eventId":"e","user":{"userIds":[],"externalIds":["a","b"]}}"#.into(),
                &["EXTRA_EXTERNAL_IDS"],
            ),
        ];
        for (event, expected) in cases {
            assert_eq!(warnings(event), *expected, "{event}");
        }
    }
}
