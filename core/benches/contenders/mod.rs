//! Four ways to the same bytes, for comparison: ours, what an average user would write, what a
//! careful one would, and a floor below which nobody gets.
#![allow(dead_code, unreachable_pub, reason = "shared by programs that each use a part of it")]

use crate::generated::{NOW_MS, Raw};
use matchback::{Policy, prepare_into};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Bodies of LinkedIn's `BATCH_CREATE`, written one after the other into the same buffer.
pub trait Contender {
    /// Replaces `body` with the batch of `events`.
    fn batch(&mut self, events: &[Raw], body: &mut Vec<u8>);
}

/// The engine.
#[derive(Default)]
pub struct Matchback {
    policy: Policy,
}

impl Contender for Matchback {
    fn batch(&mut self, events: &[Raw], body: &mut Vec<u8>) {
        let mut warnings = Vec::new();
        body.clear();
        body.extend_from_slice(b"{\"elements\":[");
        for raw in events {
            let event = raw.event();
            let written = prepare_into(&event, &self.policy, NOW_MS, body, &mut warnings);
            assert!(written.is_ok() && warnings.is_empty(), "a generated event is clean");
            body.push(b',');
        }
        body.pop();
        body.extend_from_slice(b"]}");
    }
}

/// Owned structs, serde derive, `format!`, hexadecimal as the `hex` crate makes it.
#[derive(Default)]
pub struct Naive;

#[derive(Serialize)]
struct Batch<E> {
    elements: Vec<E>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnedElement {
    conversion: String,
    conversion_happened_at: i64,
    event_id: Option<String>,
    conversion_value: Option<OwnedValue>,
    user: OwnedUser,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnedValue {
    currency_code: String,
    amount: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnedUser {
    user_ids: Vec<OwnedId>,
    user_info: Option<OwnedInfo>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnedId {
    id_type: String,
    id_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnedInfo {
    first_name: String,
    last_name: String,
    title: String,
    company_name: String,
    country_code: String,
}

/// The four checks that a careful caller makes.
fn check(raw: &Raw, email: &str) {
    let at = email.find('@');
    assert!(at.is_some_and(|at| at > 0 && email[at..].contains('.')));
    let age = NOW_MS - raw.happened_at;
    assert!((0..90 * 86_400_000).contains(&age));
    assert!(raw.currency.len() == 3 && raw.currency.bytes().all(|b| b.is_ascii_uppercase()));
    assert!(raw.amount.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
}

impl Contender for Naive {
    fn batch(&mut self, events: &[Raw], body: &mut Vec<u8>) {
        let elements = events.iter().map(|raw| {
            let email = raw.email.trim().to_lowercase();
            check(raw, &email);
            let digest = Sha256::digest(email.as_bytes());
            OwnedElement {
                conversion: format!("urn:lla:llaPartnerConversion:{}", raw.rule),
                conversion_happened_at: raw.happened_at,
                event_id: Some(raw.event_id.clone()),
                conversion_value: Some(OwnedValue {
                    currency_code: raw.currency.to_string(),
                    amount: raw.amount.clone(),
                }),
                user: OwnedUser {
                    user_ids: vec![
                        OwnedId {
                            id_type: "SHA256_EMAIL".to_string(),
                            id_value: hex_crate_encode(&digest),
                        },
                        OwnedId {
                            id_type: "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID".to_string(),
                            id_value: raw.click_id.clone(),
                        },
                    ],
                    user_info: Some(OwnedInfo {
                        first_name: raw.first_name.to_string(),
                        last_name: raw.last_name.to_string(),
                        title: raw.title.to_string(),
                        company_name: raw.company_name.to_string(),
                        country_code: raw.country_code.to_string(),
                    }),
                },
            }
        });
        let batch = Batch { elements: elements.collect() };
        *body = serde_json::to_vec(&batch).unwrap_or_default();
    }
}

/// What `hex::encode` of the `hex` crate 0.4 does: an iterator of characters, collected.
fn hex_crate_encode(bytes: &[u8]) -> String {
    const TABLE: &[u8; 16] = b"0123456789abcdef";
    struct Characters<'a> {
        bytes: std::slice::Iter<'a, u8>,
        next: Option<char>,
    }
    impl Iterator for Characters<'_> {
        type Item = char;
        fn next(&mut self) -> Option<char> {
            self.next.take().or_else(|| {
                self.bytes.next().map(|byte| {
                    self.next = Some(char::from(TABLE[usize::from(byte & 0x0f)]));
                    char::from(TABLE[usize::from(byte >> 4)])
                })
            })
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            let length = self.bytes.len() * 2 + usize::from(self.next.is_some());
            (length, Some(length))
        }
    }
    Characters { bytes: bytes.iter(), next: None }.collect()
}

/// Borrowed structs, serde derive, `const-hex`, one reused buffer.
#[derive(Default)]
pub struct Borrowed;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    conversion: Urn<'a>,
    conversion_happened_at: i64,
    event_id: &'a str,
    conversion_value: Value<'a>,
    user: User<'a>,
}

struct Urn<'a>(&'a str);

impl Serialize for Urn<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("urn:lla:llaPartnerConversion:{}", self.0))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Value<'a> {
    currency_code: &'a str,
    amount: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    user_ids: [Id<'a>; 2],
    user_info: Info<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Id<'a> {
    id_type: &'static str,
    id_value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    first_name: &'a str,
    last_name: &'a str,
    title: &'a str,
    company_name: &'a str,
    country_code: &'a str,
}

impl Contender for Borrowed {
    fn batch(&mut self, events: &[Raw], body: &mut Vec<u8>) {
        body.clear();
        body.extend_from_slice(b"{\"elements\":[");
        let mut lowered = String::new();
        for raw in events {
            lowered.clear();
            lowered.push_str(raw.email.trim());
            lowered.make_ascii_lowercase();
            let email: Cow<'_, str> = if lowered.is_ascii() {
                Cow::Borrowed(&lowered)
            } else {
                Cow::Owned(lowered.to_lowercase())
            };
            check(raw, &email);
            let mut hex = [0; 64];
            let _ = const_hex::encode_to_slice(Sha256::digest(email.as_bytes()), &mut hex);
            let element = Element {
                conversion: Urn(raw.rule),
                conversion_happened_at: raw.happened_at,
                event_id: &raw.event_id,
                conversion_value: Value { currency_code: raw.currency, amount: &raw.amount },
                user: User {
                    user_ids: [
                        Id {
                            id_type: "SHA256_EMAIL",
                            id_value: std::str::from_utf8(&hex).unwrap_or_default(),
                        },
                        Id {
                            id_type: "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID",
                            id_value: &raw.click_id,
                        },
                    ],
                    user_info: Info {
                        first_name: raw.first_name,
                        last_name: raw.last_name,
                        title: raw.title,
                        company_name: raw.company_name,
                        country_code: raw.country_code,
                    },
                },
            };
            let _ = serde_json::to_writer(&mut *body, &element);
            body.push(b',');
        }
        body.pop();
        body.extend_from_slice(b"]}");
    }
}

/// 600 bytes copied for each event, and one block hashed and written as hexadecimal if `hashes`:
/// what any implementation has to do at least.
pub struct Floor {
    pub hashes: bool,
    pub source: Vec<u8>,
}

impl Floor {
    pub fn new(hashes: bool) -> Self {
        Floor { hashes, source: vec![b'x'; 600 * 5_000] }
    }
}

impl Contender for Floor {
    fn batch(&mut self, events: &[Raw], body: &mut Vec<u8>) {
        body.clear();
        for (raw, source) in events.iter().zip(self.source.chunks_exact(600)) {
            if self.hashes {
                let mut block = [0u8; 64];
                let email = &raw.email.as_bytes()[..raw.email.len().min(55)];
                block[..email.len()].copy_from_slice(email);
                let mut state = [0u32; 8];
                sha2::block_api::compress256(&mut state, &[block]);
                let mut bytes = [0; 32];
                for (place, word) in bytes.chunks_exact_mut(4).zip(state) {
                    place.copy_from_slice(&word.to_be_bytes());
                }
                let mut hex = [0; 64];
                let _ = const_hex::encode_to_slice(bytes, &mut hex);
                body.extend_from_slice(&hex);
                body.extend_from_slice(&source[64..]);
            } else {
                body.extend_from_slice(source);
            }
        }
    }
}

/// Panics unless the three that write the real thing write the same bytes.
pub fn assert_same_bytes(events: &[Raw]) {
    let (mut ours, mut naive, mut borrowed) = (Vec::new(), Vec::new(), Vec::new());
    Matchback::default().batch(events, &mut ours);
    Naive.batch(events, &mut naive);
    Borrowed.batch(events, &mut borrowed);
    assert!(ours == naive, "the naive contender writes other bytes");
    assert!(ours == borrowed, "the borrowed contender writes other bytes");
}
