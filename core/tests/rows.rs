//! Whole events, row by row of the rules: what is written, what is warned about, what is refused.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use matchback::config::Share;
use matchback::config::{Emails, LegacyIds, Names, PendingConsent};
use matchback::{Amount, Event, Moment, Policy, RuleId, Texts, prepare, prepare_into};
use serde_json::{Value, json};

/// 2026-11-24T00:00:00Z
const NOW: i64 = 1_795_478_400_000;
const TEST: &str = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
const USER: &str = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514";
const MARY: &str = "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec";
const OBRIEN: &str = "b4cb6cb33fe4b865868de825023a1e2790dc12ac01ecc8d7c5afe8254071c8ba";
const IP: &str = "d861b7e91033ebc1c1e8e7af3929010158b3241b54ca87ef73e79c32f26400ec";

/// An event with a rule, to be completed.
fn event(rest: Event<'_>) -> Event<'_> {
    Event { rule: Some("7".into()), happened_at: Some(NOW.into()), ..rest }
}

fn old(policy: Policy) -> Policy {
    Policy { version: "202608".parse().unwrap(), ..policy }
}

fn words(problems: &[matchback::Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect()
}

/// The element's `user` and the warnings.
fn sent(event: &Event<'_>, policy: &Policy) -> (Value, Vec<String>) {
    let prepared = prepare(event, policy, NOW).unwrap();
    let element: Value = serde_json::from_slice(&prepared.json).unwrap();
    (element["user"].clone(), words(&prepared.warnings))
}

/// The problems and the warnings.
fn refused(event: &Event<'_>, policy: &Policy) -> (Vec<String>, Vec<String>) {
    let refused = prepare(event, policy, NOW).unwrap_err();
    (words(&refused.problems), words(&refused.warnings))
}

fn many<'a>(texts: &[&'a str]) -> Texts<'a> {
    Texts::Many(texts.iter().map(|text| (*text).into()).collect())
}

fn id(symbol: &str, value: &str) -> Value {
    json!({"idType": symbol, "idValue": value})
}

#[test]
fn a_full_event_is_written_key_by_key() {
    let full = Event {
        rule: Some("urn:lla:llaPartnerConversion:7001001".into()),
        happened_at: Some(Moment::Millis(NOW - 1)),
        event_id: Some(" ord-55-1 ".into()),
        email: " TEST@example.com".into(),
        click_id: Some("df5gf5-gh6t7-ph4j7h-fgf6n1".into()),
        acxiom_id: Some("acx".into()),
        oracle_moat_id: Some("moat".into()),
        ip_address: Some("203.0.113.9".into()),
        hashed_ip_address: Some("203.0.113.9".into()),
        google_aid: Some("38400000-8cf0-11bd-b23e-10b96e40000d".into()),
        external_id: "crm-88".into(),
        lead: Some("12345".into()),
        first_name: Some("Ada \"Countess\"".into()),
        last_name: Some("Byron".into()),
        company_name: Some("Back\\slash".into()),
        title: Some("Analyst".into()),
        country_code: Some("Germany".into()),
        amount: Some(Amount::from("149.90")),
        currency: Some("eur".into()),
        ..Event::default()
    };
    let prepared = prepare(&full, &old(Policy::default()), NOW).unwrap();
    let expected = format!(
        concat!(
            r#"{{"conversion":"urn:lla:llaPartnerConversion:7001001","#,
            r#""conversionHappenedAt":1795478399999,"eventId":"ord-55-1","#,
            r#""conversionValue":{{"currencyCode":"EUR","amount":"149.90"}},"#,
            r#""user":{{"userIds":[{{"idType":"SHA256_EMAIL","idValue":"{}"}},"#,
            r#"{{"idType":"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID","#,
            r#""idValue":"df5gf5-gh6t7-ph4j7h-fgf6n1"}},"#,
            r#"{{"idType":"ACXIOM_ID","idValue":"acx"}},"#,
            r#"{{"idType":"ORACLE_MOAT_ID","idValue":"moat"}},"#,
            r#"{{"idType":"PLAINTEXT_IP_ADDRESS","idValue":"203.0.113.9"}},"#,
            r#"{{"idType":"SHA256_IP_ADDRESS","idValue":"{}"}},"#,
            r#"{{"idType":"GOOGLE_AID","idValue":"38400000-8cf0-11bd-b23e-10b96e40000d"}}],"#,
            r#""userInfo":{{"firstName":"Ada \"Countess\"","lastName":"Byron","#,
            r#""title":"Analyst","companyName":"Back\\slash","countryCode":"DE"}},"#,
            r#""externalIds":["crm-88"],"lead":"urn:li:leadGenFormResponse:12345"}}}}"#,
        ),
        TEST, IP
    );
    assert_eq!(String::from_utf8(prepared.json).unwrap(), expected);
    assert_eq!(prepared.rule, RuleId::new(7_001_001).unwrap());
    assert_eq!(prepared.happened_at, NOW - 1);
    assert_eq!(prepared.event_id.as_deref(), Some("ord-55-1"));
    assert!(!prepared.awaits_consent);
    assert_eq!(words(&prepared.warnings), ["RETIRED_ID oracle_moat_id"]);
}

#[test]
fn the_smallest_event_has_only_what_it_needs() {
    let lead = Event { lead: Some("9".into()), rule: Some("7".into()), ..Event::default() };
    let prepared = prepare(&lead, &Policy::default(), NOW).unwrap();
    let expected = concat!(
        r#"{"conversion":"urn:lla:llaPartnerConversion:7","conversionHappenedAt":1795478400000,"#,
        r#""user":{"userIds":[],"lead":"urn:li:leadGenFormResponse:9"}}"#
    );
    assert_eq!(String::from_utf8(prepared.json).unwrap(), expected, "rows 85, 125, 159");
    assert_eq!(prepared.warnings, []);
}

#[test]
fn several_emails() {
    let policy = Policy::default();
    let all = Policy { emails: Emails::All, ..Policy::default() };
    let both = event(Event {
        email: many(&["no", "TEST@example.com", "test@example.com", "user@example.com"]),
        ..Event::default()
    });
    let (user, warnings) = sent(&both, &policy);
    assert_eq!(user["userIds"], json!([id("SHA256_EMAIL", TEST)]), "rows 29, 30");
    assert_eq!(warnings, ["INVALID_EMAIL email", "EXTRA_EMAIL email[3]"]);
    let (user, warnings) = sent(&both, &all);
    assert_eq!(user["userIds"], json!([id("SHA256_EMAIL", TEST), id("SHA256_EMAIL", USER)]));
    assert_eq!(warnings, ["INVALID_EMAIL email"]);
}

#[test]
fn addresses_and_their_digests() {
    let policy = Policy::default();
    let upper = IP.to_uppercase();
    let plain = event(Event { ip_address: Some("203.0.113.9".into()), ..Event::default() });
    let (user, warnings) = sent(&plain, &policy);
    assert_eq!(user, json!({"userIds": [id("PLAINTEXT_IP_ADDRESS", "203.0.113.9")]}), "row 55");
    assert!(warnings.is_empty());

    let hashed = json!([id("SHA256_IP_ADDRESS", IP)]);
    let given = event(Event { ip_address: Some(upper.as_str().into()), ..Event::default() });
    assert_eq!(sent(&given, &policy).0["userIds"], hashed, "row 64");
    assert_eq!(sent(&given, &policy).1, ["UNMEASURED ip_address"], "row 65");
    let made = event(Event { hashed_ip_address: Some(" 203.0.113.9 ".into()), ..Event::default() });
    assert_eq!(sent(&made, &policy).0["userIds"], hashed, "row 63");
    assert_eq!(sent(&made, &policy).1, ["UNMEASURED hashed_ip_address"], "row 65");
    let twice = Event { ip_address: Some(IP.into()), ..made.clone() };
    assert_eq!(sent(&twice, &policy).0["userIds"], hashed);
    let with_lead = Event { lead: Some("1".into()), ..made };
    assert_eq!(sent(&with_lead, &policy).1, Vec::<String>::new());
}

#[test]
fn oracle_moat_id_ends_with_202609() {
    let policy = Policy::default();
    let legacy = Policy { legacy_ids: LegacyIds::Send, ..Policy::default() };
    let alone = event(Event { oracle_moat_id: Some("m".into()), ..Event::default() });
    let user = json!({"userIds": [id("ORACLE_MOAT_ID", "m")]});
    let warning = vec!["RETIRED_ID oracle_moat_id".to_owned()];
    assert_eq!(sent(&alone, &old(Policy::default())), (user.clone(), warning.clone()), "row 72");
    assert_eq!(sent(&alone, &legacy), (user, warning.clone()), "row 72");
    assert_eq!(refused(&alone, &policy), (vec!["NO_IDENTITY user".to_owned()], warning), "row 72");
}

#[test]
fn external_ids() {
    let policy = Policy::default();
    let several = event(Event { external_id: many(&["", "a", "b", "a"]), ..Event::default() });
    let (user, warnings) = sent(&several, &policy);
    assert_eq!(user, json!({"userIds": [], "externalIds": ["a"]}), "rows 76 to 79");
    let expected =
        ["EMPTY external_id", "EXTRA_EXTERNAL_ID external_id[2]", "EXTERNAL_ID_ALONE external_id"];
    let mut warnings = warnings;
    warnings.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(warnings, expected);
    let private = event(Event { external_id: "a@b.co".into(), ..Event::default() });
    assert_eq!(refused(&private, &policy).1, ["PERSONAL_DATA external_id"], "row 80");
    let together = event(Event { email: TEST.into(), external_id: "a".into(), ..Event::default() });
    assert!(sent(&together, &policy).1.is_empty());
}

#[test]
fn names_come_in_pairs() {
    let policy = Policy::default();
    let pair = event(Event {
        first_name: Some(" Mary ".into()),
        last_name: Some("O'Brien".into()),
        ..Event::default()
    });
    let plain = json!({"firstName": "Mary", "lastName": "O'Brien"});
    assert_eq!(sent(&pair, &policy).0, json!({"userIds": [], "userInfo": plain}), "row 87");

    for (row, half, warnings) in [
        (
            86,
            Event { first_name: Some("Mary".into()), ..Event::default() },
            vec!["INCOMPLETE_NAME last_name"],
        ),
        (
            88,
            Event { first_name: Some("".into()), last_name: Some("B".into()), ..Event::default() },
            vec!["INCOMPLETE_NAME first_name"],
        ),
        (
            102,
            Event { first_name: Some("-".into()), last_name: Some("B".into()), ..Event::default() },
            vec!["NO_LETTERS first_name", "INCOMPLETE_NAME first_name"],
        ),
        (
            103,
            Event {
                first_name: Some("A".into()),
                last_name: Some(MARY.into()),
                ..Event::default()
            },
            vec!["DIGEST_IN_NAME last_name", "INCOMPLETE_NAME last_name"],
        ),
        (
            111,
            Event { country_code: Some("us".into()), ..Event::default() },
            vec!["INCOMPLETE_NAME first_name"],
        ),
        (
            110,
            Event { country_code: Some("EU".into()), ..Event::default() },
            vec!["UNKNOWN_COUNTRY country_code"],
        ),
        (
            112,
            Event { title: Some("".into()), company_name: Some(" ".into()), ..Event::default() },
            vec![],
        ),
    ] {
        let half = event(Event { email: TEST.into(), ..half });
        let ids = json!({"userIds": [id("SHA256_EMAIL", TEST)]});
        let warnings = warnings.into_iter().map(str::to_owned).collect();
        assert_eq!(sent(&half, &policy), (ids, warnings), "row {row}");
    }
}

#[test]
fn hashed_names_need_202609() {
    let hashed = |policy: &Policy, event: &Event<'_>| sent(event, policy).0["userInfo"].clone();
    let given = event(Event {
        email: TEST.into(),
        hashed_first_name: Some("Mary".into()),
        hashed_last_name: Some(OBRIEN.into()),
        ..Event::default()
    });
    let both = json!({"hashedFirstName": MARY, "hashedLastName": OBRIEN});
    assert_eq!(hashed(&Policy::default(), &given), both, "rows 92, 93");
    let warnings = sent(&given, &old(Policy::default())).1;
    let expected = ["NEEDS_VERSION hashed_first_name", "NEEDS_VERSION hashed_last_name"];
    assert_eq!(warnings, expected, "row 105");

    let mixed = Event { first_name: Some("Ann".into()), hashed_first_name: None, ..given.clone() };
    let expected = json!({"firstName": "Ann", "hashedLastName": OBRIEN});
    assert_eq!(hashed(&Policy::default(), &mixed), expected, "row 104");

    let doubled = Event {
        first_name: Some("Mary".into()),
        last_name: Some("O'Brien".into()),
        ..given.clone()
    };
    assert_eq!(hashed(&Policy::default(), &doubled), both);
    let plain = json!({"firstName": "Mary", "lastName": "O'Brien"});
    assert_eq!(hashed(&old(Policy::default()), &doubled), plain);

    let clear = Event { hashed_first_name: None, hashed_last_name: None, ..doubled };
    let always = Policy { names: Names::Hashed, ..Policy::default() };
    let where_possible = Policy { names: Names::HashedOrPlain, ..Policy::default() };
    assert_eq!(hashed(&always, &clear), both);
    assert_eq!(hashed(&where_possible, &clear), both);
    assert_eq!(hashed(&old(where_possible), &clear), plain, "row 105");
    let warnings = sent(&clear, &old(always)).1;
    assert_eq!(warnings, ["NEEDS_VERSION first_name", "NEEDS_VERSION last_name"], "row 105");
}

#[test]
fn values_are_dropped_with_one_warning() {
    let policy = Policy::default();
    let with = |amount: Option<Amount<'static>>, currency: Option<&'static str>| {
        let event = event(Event {
            email: TEST.into(),
            amount,
            currency: currency.map(Into::into),
            ..Event::default()
        });
        let prepared = prepare(&event, &policy, NOW).unwrap();
        let element: Value = serde_json::from_slice(&prepared.json).unwrap();
        (element.get("conversionValue").cloned(), words(&prepared.warnings))
    };
    let text = |text: &'static str| Some(Amount::from(text));
    for (row, amount, currency, warning) in [
        (147, text("5"), None, "AMOUNT_WITHOUT_CURRENCY amount"),
        (148, None, Some("EUR"), "CURRENCY_WITHOUT_AMOUNT currency"),
        (142, text("1.234,56"), Some("EUR"), "INVALID_AMOUNT amount"),
        (145, text("-10"), Some("EUR"), "NEGATIVE_AMOUNT amount"),
        (150, text("5"), Some("XYZ"), "UNKNOWN_CURRENCY currency"),
        (144, Some(Amount::Float(f64::NAN)), Some("EUR"), "INVALID_AMOUNT amount"),
    ] {
        assert_eq!(with(amount, currency), (None, vec![warning.to_owned()]), "row {row}");
    }
    let rounded = json!({"currencyCode": "EUR", "amount": "0.30"});
    let float = Some(Amount::Float(0.1 + 0.2));
    let warning = vec!["FLOAT_AMOUNT amount".to_owned()];
    assert_eq!(with(float, Some("EUR")), (Some(rounded), warning), "row 139");
    assert_eq!(with(None, None), (None, vec![]), "row 153");
}

#[test]
fn consent_comes_before_everything() {
    let policy = Policy::default();
    let hold = Policy { pending_consent: PendingConsent::Hold, ..Policy::default() };
    let with = |ads: &'static str, data: &'static str| {
        event(Event {
            email: TEST.into(),
            consent: Some(ads.into()),
            user_data_consent: Some(data.into()),
            ..Event::default()
        })
    };
    assert!(sent(&with("granted", ""), &policy).1.is_empty(), "row 248");
    for (row, event, problem) in [
        (248, with("Denied", "pending"), "CONSENT_DENIED consent"),
        (249, with("granted", "denied"), "CONSENT_DENIED user_data_consent"),
        (248, with("pending", ""), "CONSENT_PENDING consent"),
        (248, with("", "maybe"), "INVALID_CONSENT user_data_consent"),
    ] {
        assert_eq!(refused(&event, &policy), (vec![problem.to_owned()], vec![]), "row {row}");
    }
    let denied = Event { consent: Some("denied".into()), email: "no".into(), ..Event::default() };
    let only = (vec!["CONSENT_DENIED consent".to_owned()], vec![]);
    assert_eq!(refused(&denied, &policy), only, "nothing else is examined");

    let waiting = prepare(&with("pending", "granted"), &hold, NOW).unwrap();
    assert!(waiting.awaits_consent);
    assert_eq!(words(&waiting.warnings), ["CONSENT_PENDING consent"]);
}

#[test]
fn what_is_not_shared_is_left_out_before_it_is_hashed() {
    let share = Share::only(&["click_id", "last_name"]).unwrap();
    let policy = Policy { share, ..Policy::default() };
    let given = event(Event {
        email: many(&["not an address", "b"]),
        click_id: Some("abc".into()),
        hashed_first_name: Some("Mary".into()),
        last_name: Some("B".into()),
        external_id: "e".into(),
        ..Event::default()
    });
    let (user, warnings) = sent(&given, &policy);
    assert_eq!(user, json!({"userIds": [id("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "abc")]}));
    let expected = [
        "NOT_SHARED email",
        "NOT_SHARED external_id",
        "INCOMPLETE_NAME first_name",
        "NOT_SHARED hashed_first_name",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn all_problems_are_told_in_the_order_of_the_fields() {
    let policy = Policy::default();
    let wrong = Event {
        rule: Some("urn:li:conversion:1".into()),
        happened_at: Some("garbage".into()),
        event_id: Some("order-a@b.co".into()),
        email: "nobody".into(),
        click_id: Some("".into()),
        consent: Some("?".into()),
        ..Event::default()
    };
    let problems = [
        "INVALID_RULE rule",
        "INVALID_TIME happened_at",
        "EVENT_ID_PERSONAL_DATA event_id",
        "INVALID_CONSENT consent",
        "NO_IDENTITY user",
    ];
    let warnings = ["INVALID_EMAIL email", "EMPTY click_id"];
    let expected = (problems.map(str::to_owned).to_vec(), warnings.map(str::to_owned).to_vec());
    assert_eq!(refused(&wrong, &policy), expected, "rows 18, 74, 124, 163, 171");
    let nothing = (vec!["MISSING_RULE rule".to_owned(), "NO_IDENTITY user".to_owned()], vec![]);
    assert_eq!(refused(&Event::default(), &policy), nothing);
}

#[test]
fn an_element_has_a_greatest_size_and_a_refusal_leaves_no_trace() {
    let all = Policy { emails: Emails::All, ..Policy::default() };
    let addresses: Vec<String> =
        (0..1_000).map(|number| format!("u{number}@example.com")).collect();
    let email = Texts::Many(addresses.iter().map(|address| address.as_str().into()).collect());
    let large = event(Event { email, title: Some("x".into()), ..Event::default() });
    let (mut json, mut warnings) = (b"kept".to_vec(), Vec::new());
    let refused = prepare_into(&large, &all, NOW, &mut json, &mut warnings).unwrap_err();
    assert_eq!(words(&refused.problems), ["EVENT_TOO_LARGE event"], "row 197");
    assert_eq!(words(&refused.warnings), ["INCOMPLETE_NAME first_name"]);
    assert_eq!((json.as_slice(), warnings.len()), (&b"kept"[..], 0));
}
