//! Does every Rest.li value come back as it was written, and does structure stay structure?
//! The written forms themselves are in `tests/vectors/restli.json`; this file must not repeat them.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use proptest::prelude::*;

fn any_value() -> impl Strategy<Value = Value<'static>> {
    let text = any::<String>().prop_map(Value::text);
    text.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec((any::<String>().prop_map(Cow::Owned), inner), 0..4)
                .prop_map(Value::Record),
        ]
    })
}

proptest! {
    #[test]
    fn both_forms_read_back(value in any_value()) {
        prop_assert_eq!(Value::parse(&value.uri()), Ok(value.clone()));
        prop_assert_eq!(Value::parse(&value.reduced()), Ok(value));
    }

    #[test]
    fn an_address_never_needs_encoding_again(value in any_value()) {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%(),:'".contains(&byte);
        prop_assert!(value.uri().bytes().all(allowed));
    }

    #[test]
    fn percent_encoding_reads_back(text in any::<String>()) {
        prop_assert_eq!(percent_decoded(&percent_encoded(&text)), Some(text));
    }

    #[test]
    fn no_input_breaks_the_reader(text in "[List(),:'%a-f0-9]{0,40}") {
        if let Ok(value) = Value::parse(&text) {
            prop_assert_eq!(Value::parse(&value.uri()), Ok(value));
        }
    }
}

#[test]
fn broken_notation_is_refused() {
    for text in [
        "",
        "(",
        "List(",
        "List(a",
        "(a)",
        "(a:b",
        "(a:b)c",
        "a,b",
        "a:b",
        "List(a,,b)",
        "'",
        "%FF",
    ] {
        assert_eq!(Value::parse(text), Err(NotRestli), "{text}");
    }
}

#[test]
fn nesting_has_an_end() {
    let deep = format!("{}{}", "List(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(Value::parse(&deep), Err(NotRestli));
}

#[test]
fn an_entry_is_found_in_any_order() {
    let key = Value::parse("(conversion:urn%3Alla%3AllaPartnerConversion%3A2,campaign:1)").unwrap();
    assert_eq!(key.entry("campaign"), Some("1"));
    assert_eq!(key.entry("conversion"), Some("urn:lla:llaPartnerConversion:2"));
    assert_eq!(key.entry("account"), None);
}
