//! Are the calls for conversion rules exactly LinkedIn's, and are impossible rules refused?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::setup::{AttributionType, ConversionMethod, ConversionType, FixedValue, RuleValue};
use http::HeaderMap;

const NEWEST: ApiVersion = ApiVersion::NEWEST;

fn account() -> AccountId {
    AccountId::new(507).unwrap()
}

fn rule(kind: ConversionType) -> NewRule {
    NewRule {
        account: account(),
        name: " Sales ".to_owned(),
        kind,
        value: RuleValue::Dynamic,
        attribution: None,
        post_click_days: None,
        view_through_days: None,
        enabled: true,
    }
}

fn body<T>(call: &Call<T>) -> Value {
    serde_json::from_slice(call.body()).unwrap()
}

fn rule_entity() -> Value {
    json!({"id": 14_488_340, "account": "urn:li:sponsoredAccount:507", "name": "Sales",
        "conversionMethod": "CONVERSIONS_API", "type": "PURCHASE", "enabled": true,
        "postClickAttributionWindowSize": 30, "viewThroughAttributionWindowSize": 7,
        "attributionType": "LAST_TOUCH_BY_CAMPAIGN", "valueType": "FIXED",
        "value": {"currencyCode": "EUR", "amount": "5"},
        "campaigns": ["urn:li:sponsoredCampaign:2"],
        "associatedCampaigns": [{"campaign": "urn:li:sponsoredCampaign:1"}, {"campaign": "urn:li:sponsoredCampaign:2"}],
        "ownershipType": "OWNED", "created": 1, "lastModified": 2, "lastCallbackAt": 3, "surprise": {}})
}

#[test]
fn a_rule_is_created_with_nothing_filled_in() {
    let call = create(&rule(ConversionType::Purchase), AutoAssociation::None, NEWEST).unwrap();
    assert_eq!((call.method().as_str(), call.target()), ("POST", "/rest/conversions"));
    assert_eq!(
        body(&call),
        json!({"account": "urn:li:sponsoredAccount:507", "conversionMethod": "CONVERSIONS_API",
            "name": "Sales", "type": "PURCHASE", "enabled": true, "valueType": "DYNAMIC"})
    );
}

#[test]
fn auto_association_is_a_query_parameter() {
    for (associate, target) in [
        (AutoAssociation::AllCampaigns, "/rest/conversions?autoAssociationType=ALL_CAMPAIGNS"),
        (AutoAssociation::ObjectiveBased, "/rest/conversions?autoAssociationType=OBJECTIVE_BASED"),
    ] {
        let call = create(&rule(ConversionType::Lead), associate, NEWEST).unwrap();
        assert_eq!(call.target(), target);
        assert!(!String::from_utf8_lossy(call.body()).contains("autoAssociation"));
    }
}

#[test]
fn every_setting_reaches_the_body() {
    let full = NewRule {
        value: RuleValue::Fixed(FixedValue { currency: "eur".into(), amount: "49.90".into() }),
        attribution: Some(AttributionType::LastTouchByConversion),
        post_click_days: Some(365),
        view_through_days: Some(180),
        enabled: false,
        ..rule(ConversionType::SalesQualifiedLead)
    };
    let body = body(&create(&full, AutoAssociation::None, NEWEST).unwrap());
    assert_eq!(body["value"], json!({"currencyCode": "EUR", "amount": "49.90"}));
    assert_eq!(body["valueType"], "FIXED");
    assert_eq!(body["attributionType"], "LAST_TOUCH_BY_CONVERSION");
    assert_eq!(body["postClickAttributionWindowSize"], 365);
    assert_eq!(body["viewThroughAttributionWindowSize"], 180);
    assert_eq!(body["enabled"], false);
}

#[test]
fn impossible_rules_are_refused_before_they_are_sent() {
    let old: ApiVersion = "202607".parse().unwrap();
    let base = || rule(ConversionType::SignUp);
    let fixed = |currency: &str, amount: &str| NewRule {
        value: RuleValue::Fixed(FixedValue { currency: currency.into(), amount: amount.into() }),
        ..base()
    };
    let cases = [
        (NewRule { name: " ".into(), ..base() }, NEWEST, SetupCode::MissingName, "name"),
        (rule(ConversionType::from_word("RATE")), NEWEST, SetupCode::NotOffered, "type"),
        (rule(ConversionType::MarketingQualifiedLead), old, SetupCode::NeedsVersion, "type"),
        (
            NewRule { post_click_days: Some(365), ..base() },
            NEWEST,
            SetupCode::WindowNotAllowed,
            "post_click_days",
        ),
        (
            NewRule { view_through_days: Some(2), ..base() },
            NEWEST,
            SetupCode::WindowNotAllowed,
            "view_through_days",
        ),
        (
            NewRule { attribution: Some(AttributionType::Other("X".into())), ..base() },
            NEWEST,
            SetupCode::NotOffered,
            "attribution",
        ),
        (fixed("EURO", "1"), NEWEST, SetupCode::InvalidValue, "value"),
        (fixed("EUR", "-1"), NEWEST, SetupCode::InvalidValue, "value"),
        (fixed("EUR", "1,50"), NEWEST, SetupCode::InvalidValue, "value"),
        (fixed("EUR", "1e2"), NEWEST, SetupCode::InvalidValue, "value"),
        (fixed("EUR", "."), NEWEST, SetupCode::InvalidValue, "value"),
    ];
    for (rule, version, code, field) in cases {
        let error = create(&rule, AutoAssociation::None, version).unwrap_err();
        assert_eq!((error.code, error.field), (code, Some(field)));
    }
    let error =
        create(&rule(ConversionType::SalesQualifiedLead), AutoAssociation::None, old).unwrap_err();
    assert_eq!(error.needs, Some(ApiVersion::QUALIFIED_LEADS));
    assert!(error.to_string().contains("202608"));
}

#[test]
fn the_number_comes_from_the_header_or_the_entity() {
    let call = create(&rule(ConversionType::Lead), AutoAssociation::None, NEWEST).unwrap();
    let mut headers = HeaderMap::new();
    assert_eq!(call.answer(201, &headers, br#"{"id":7}"#).unwrap().number(), 7);
    assert_eq!(call.answer(201, &headers, b"").unwrap_err().code, SetupCode::UnreadableAnswer);
    headers.insert("x-restli-id", "14488340".parse().unwrap());
    assert_eq!(call.answer(201, &headers, b"").unwrap().number(), 14_488_340);
}

#[test]
fn many_rules_have_many_answers() {
    let call =
        create_many(&[rule(ConversionType::Lead), rule(ConversionType::Lead)], NEWEST).unwrap();
    assert_eq!(call.headers()[0], ("X-RestLi-Method", "BATCH_CREATE".to_owned()));
    assert_eq!(body(&call)["elements"].as_array().unwrap().len(), 2);
    let answer = br#"{"elements":[{"status":201,"id":"5"},{"status":422,"error":{"message":"ERROR :: /name :: x"}}]}"#;
    let results = call.answer(200, &HeaderMap::new(), answer).unwrap();
    assert_eq!(results[0].as_ref().unwrap().number(), 5);
    let error = results[1].as_ref().unwrap_err();
    assert_eq!((error.code, error.linkedin.as_ref().unwrap().status), (SetupCode::Refused, 422));
    assert!(call.answer(200, &HeaderMap::new(), br#"{"elements":[]}"#).is_err());

    let many = vec![rule(ConversionType::Lead); MOST_AT_ONCE + 1];
    assert_eq!(create_many(&many, NEWEST).unwrap_err().code, SetupCode::TooMany);
    assert_eq!(create_many(&[], NEWEST).unwrap_err().code, SetupCode::TooMany);
}

#[test]
fn a_rule_reads_back_with_everything() {
    let call = get(account(), RuleId::new(14_488_340).unwrap());
    assert_eq!(
        call.target(),
        "/rest/conversions/14488340?account=urn%3Ali%3AsponsoredAccount%3A507"
    );
    let rule = call.answer(200, &HeaderMap::new(), rule_entity().to_string().as_bytes()).unwrap();
    assert!(rule.takes_events() && !rule.shared);
    assert_eq!(rule.kind, ConversionType::Purchase);
    assert_eq!(rule.campaigns.iter().map(|id| id.number()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        (rule.created_ms, rule.last_modified_ms, rule.last_callback_ms),
        (Some(1), Some(2), Some(3))
    );
}

#[test]
fn a_rule_of_the_insight_tag_takes_no_events() {
    let entity =
        json!({"id": 1, "conversionMethod": "INSIGHT_TAG_JAVASCRIPT_EVENT", "type": "RATE"});
    let rule = ConversionRule::read(&entity).unwrap();
    assert!(!rule.takes_events());
    assert_eq!(rule.method, ConversionMethod::InsightTagJavascriptEvent);
    assert_eq!(rule.kind, ConversionType::Other("RATE".into()));
}

#[test]
fn shared_rules_need_a_version() {
    let target = |ownership, version| {
        list(account(), ownership, 20, 10, version).map(|call| call.target().to_owned())
    };
    let plain =
        "/rest/conversions?q=account&account=urn%3Ali%3AsponsoredAccount%3A507&start=20&count=10";
    let old = "202604".parse().unwrap();
    assert_eq!(target(Ownership::Owned, old).unwrap(), plain);
    assert_eq!(
        target(Ownership::Shared, NEWEST).unwrap(),
        format!("{plain}&conversionOwnershipTypes=List(SHARED)")
    );
    assert_eq!(
        target(Ownership::OwnedAndShared, NEWEST).unwrap(),
        format!("{plain}&conversionOwnershipTypes=List(OWNED,SHARED)")
    );
    assert_eq!(target(Ownership::Shared, old).unwrap_err().needs, Some(ApiVersion::RULE_OWNERSHIP));
}

#[test]
fn a_change_is_a_patch_of_what_changes() {
    let current = ConversionRule::read(&rule_entity()).unwrap();
    let patch =
        |change: RuleChange| update(account(), &current, &change, NEWEST).map(|call| body(&call));
    assert_eq!(
        patch(RuleChange { name: Some("New".into()), ..RuleChange::default() }).unwrap(),
        json!({"patch": {"$set": {"name": "New"}}})
    );
    assert_eq!(
        patch(RuleChange { value: Some(RuleValue::Dynamic), ..RuleChange::default() }).unwrap(),
        json!({"patch": {"$set": {"valueType": "DYNAMIC"}, "$delete": ["value"]}})
    );
    assert_eq!(patch(RuleChange::default()).unwrap_err().code, SetupCode::NothingToChange);
    // A purchase may have a year; once it is a download it may not.
    let year = RuleChange { post_click_days: Some(365), ..RuleChange::default() };
    assert!(patch(year.clone()).is_ok());
    let other = RuleChange { kind: Some(ConversionType::Download), ..year };
    assert_eq!(patch(other).unwrap_err().code, SetupCode::WindowNotAllowed);
}

#[test]
fn a_type_change_cannot_leave_a_window_behind_that_the_new_type_forbids() {
    let mut current = ConversionRule::read(&rule_entity()).unwrap();
    current.post_click_days = Some(365);
    let change = RuleChange { kind: Some(ConversionType::Download), ..RuleChange::default() };
    let error = update(account(), &current, &change, NEWEST).unwrap_err();
    assert_eq!((error.code, error.field), (SetupCode::WindowNotAllowed, Some("post_click_days")));
    let narrowed = RuleChange { post_click_days: Some(90), ..change };
    assert!(update(account(), &current, &narrowed, NEWEST).is_ok());
}

#[test]
fn disabling_is_a_patch() {
    let call = set_enabled(account(), RuleId::new(9).unwrap(), false);
    assert_eq!(call.method().as_str(), "POST");
    assert_eq!(call.headers()[0], ("X-RestLi-Method", "PARTIAL_UPDATE".to_owned()));
    assert_eq!(body(&call), json!({"patch": {"$set": {"enabled": false}}}));
    assert_eq!(call.answer(204, &HeaderMap::new(), b""), Ok(()));
}
