//! What holds for every event, whatever is in it? The element parses back to what was put in, no
//! input brings the engine down, and no message repeats a value.

#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use matchback::{Amount, Event, Moment, Policy, Texts, prepare, prepare_into};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

const NOW_MS: i64 = 1_795_478_400_000;

/// Text that normalisation leaves as it is: composed, no blanks at its ends, no control characters.
/// Quotes, backslashes and every plane of Unicode are in it.
fn clean_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        8 => prop::char::range(' ', '~'),
        1 => Just('"'),
        1 => Just('\\'),
        1 => Just('/'),
        1 => Just('é'),
        1 => Just('李'),
        1 => Just('😀'),
        1 => Just('\u{2028}'),
    ];
    prop::collection::vec(character, 0..40).prop_map(|characters| {
        // A letter at each end keeps blanks inside and makes it no placeholder and no number.
        format!("x{}x", characters.into_iter().collect::<String>())
    })
}

/// An id: as above, but nothing that could be an e-mail address.
fn clean_id() -> impl Strategy<Value = String> {
    clean_text().prop_map(|text| text.replace('@', "-"))
}

/// An event whose fields all survive, and the value that its element must have.
fn good_event() -> impl Strategy<Value = (Event<'static>, Value)> {
    let person = (clean_text(), clean_text(), clean_text(), clean_text());
    let ids = (clean_id(), clean_id(), clean_id());
    let money = (0..1_000_000_000_u64, 0..100_u64);
    let given = prop::array::uniform5(any::<bool>());
    (1..1_000_000_000_u64, 0..90 * 86_400_000_i64, ids, person, money, given).prop_map(
        |(rule, age, (event_id, click_id, external_id), person, (units, cents), given)| {
            let [has_event_id, has_money, has_names, has_more, has_external] = given;
            let (first_name, last_name, title, company_name) = person;
            let happened_at = NOW_MS - age;
            let mut event = Event {
                rule: Some(rule.to_string().into()),
                happened_at: Some(Moment::Millis(happened_at)),
                click_id: Some(click_id.clone().into()),
                ..Event::default()
            };
            let mut element = Map::new();
            element
                .insert("conversion".into(), json!(format!("urn:lla:llaPartnerConversion:{rule}")));
            element.insert("conversionHappenedAt".into(), json!(happened_at));
            let id_type = "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID";
            let mut user = Map::new();
            user.insert("userIds".into(), json!([{"idType": id_type, "idValue": click_id}]));
            if has_event_id {
                event.event_id = Some(event_id.clone().into());
                element.insert("eventId".into(), json!(event_id));
            }
            if has_money {
                let amount = format!("{units}.{cents:02}");
                event.amount = Some(Amount::Decimal(amount.clone().into()));
                event.currency = Some("EUR".into());
                let value = json!({"currencyCode": "EUR", "amount": amount});
                element.insert("conversionValue".into(), value);
            }
            if has_names {
                event.first_name = Some(first_name.clone().into());
                event.last_name = Some(last_name.clone().into());
                let mut info = Map::new();
                info.insert("firstName".into(), json!(first_name));
                info.insert("lastName".into(), json!(last_name));
                if has_more {
                    event.title = Some(title.clone().into());
                    event.company_name = Some(company_name.clone().into());
                    info.insert("title".into(), json!(title));
                    info.insert("companyName".into(), json!(company_name));
                }
                user.insert("userInfo".into(), Value::Object(info));
            }
            if has_external {
                event.external_id = Texts::One(external_id.clone().into());
                user.insert("externalIds".into(), json!([external_id]));
            }
            element.insert("user".into(), Value::Object(user));
            (event, Value::Object(element))
        },
    )
}

/// An event with anything in any field.
fn any_event() -> impl Strategy<Value = Event<'static>> {
    let texts = prop::collection::vec(prop::option::of(any_text()), 19);
    let time = prop_oneof![
        Just(None),
        any::<i64>().prop_map(|millis| Some(Moment::Millis(millis))),
        any_text().prop_map(|text| Some(Moment::Text(Cow::Owned(text)))),
    ];
    let amount = prop_oneof![
        Just(None),
        any::<f64>().prop_map(|amount| Some(Amount::Float(amount))),
        any_text().prop_map(|text| Some(Amount::Decimal(Cow::Owned(text)))),
    ];
    (texts, time, amount, prop::collection::vec(any_text(), 0..4)).prop_map(
        |(texts, happened_at, amount, emails)| {
            let mut texts = texts.into_iter().map(|text| text.map(Cow::Owned));
            let mut next = || texts.next().flatten();
            let mut email = Texts::None;
            for one in emails {
                email.push(one.into());
            }
            Event {
                rule: next().or(Some("7".into())),
                happened_at,
                event_id: next(),
                email,
                click_id: next(),
                acxiom_id: next(),
                oracle_moat_id: next(),
                ip_address: next(),
                hashed_ip_address: next(),
                google_aid: next(),
                external_id: next().map_or(Texts::None, Texts::One),
                lead: next(),
                first_name: next(),
                last_name: next(),
                hashed_first_name: next(),
                hashed_last_name: next(),
                company_name: next(),
                title: next(),
                country_code: next(),
                amount,
                currency: next(),
                consent: None,
                user_data_consent: None,
            }
        },
    )
}

/// Texts that are likely to meet a rule, and texts that are not.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9.+-]{1,12}@[a-z]{1,8}\\.[a-z]{2,3}",
        "[0-9a-fA-F]{32,70}",
        "[0-9]{1,20}([.,][0-9]{1,5})?",
        "[0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{2})?",
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9])?Z?)?",
        "[A-Z]{2,3}",
        "urn:l(la|i):[a-zA-Z]{1,20}:[0-9]{1,8}",
    ]
}

proptest! {
    #[test]
    fn an_element_parses_back_to_what_was_put_in((event, expected) in good_event()) {
        let prepared = prepare(&event, &Policy::default(), NOW_MS).unwrap();
        let parsed: Value = serde_json::from_slice(&prepared.json).unwrap();
        prop_assert_eq!(parsed, expected);
        prop_assert!(prepared.warnings.is_empty(), "{:?}", prepared.warnings);
    }

    #[test]
    fn whatever_comes_in_the_element_is_json_or_there_is_a_reason(event in any_event()) {
        match prepare(&event, &Policy::default(), NOW_MS) {
            Ok(prepared) => {
                let parsed: Value = serde_json::from_slice(&prepared.json).unwrap();
                prop_assert!(parsed["user"]["userIds"].is_array());
                prop_assert!(parsed["conversionHappenedAt"].is_i64());
            }
            Err(refused) => prop_assert!(!refused.problems.is_empty()),
        }
    }

    #[test]
    fn a_refusal_leaves_no_trace_in_the_buffers(event in any_event()) {
        let (mut json, mut warnings) = (b"before".to_vec(), Vec::new());
        let policy = Policy::default();
        let alone = prepare(&event, &policy, NOW_MS);
        match prepare_into(&event, &policy, NOW_MS, &mut json, &mut warnings) {
            Ok(_) => prop_assert_eq!(&json[6..], &alone.unwrap().json[..]),
            Err(refused) => {
                prop_assert_eq!(&json[..], b"before");
                prop_assert!(warnings.is_empty());
                prop_assert_eq!(refused, alone.unwrap_err());
            }
        }
    }

    #[test]
    fn no_message_repeats_a_value(secret in "[a-z]{3}q[0-9]{6}z[a-z]{3}", event in any_event()) {
        // A word that no message of ours can hold by chance, put into every field that refuses it.
        let mut event = event;
        event.rule = Some(secret.clone().into());
        event.happened_at = Some(Moment::Text(secret.clone().into()));
        event.email = Texts::One(secret.clone().into());
        event.currency = Some(secret.clone().into());
        event.country_code = Some(secret.clone().into());
        event.consent = Some(secret.clone().into());
        let refused = prepare(&event, &Policy::default(), NOW_MS).unwrap_err();
        let said = format!("{refused} {refused:?} {event:?}");
        prop_assert!(!said.contains(&secret));
    }
}
