//! Is every address and body of the set-up side written byte for byte as `tests/vectors/restli.json` says?
//! It must run every case of the file, and must not compute what the file ought to say.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use matchback::setup::campaigns::{self, Association};
use matchback::setup::restli::Value as Restli;
use matchback::setup::{Call, parse_rule};
use serde_json::{Value, json};
use std::path::Path;

fn cases() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/restli.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn value(input: &Value) -> Restli<'static> {
    if let Some(items) = input.get("list") {
        Restli::List(items.as_array().unwrap().iter().map(value).collect())
    } else if let Some(entries) = input.get("record") {
        let entry =
            |entry: &Value| (entry[0].as_str().unwrap().to_owned().into(), value(&entry[1]));
        Restli::Record(entries.as_array().unwrap().iter().map(entry).collect())
    } else {
        Restli::text(input.as_str().unwrap().to_owned())
    }
}

fn links(input: &Value) -> Vec<Association> {
    let link = |link: &Value| Association {
        campaign: link[0].as_str().unwrap().parse().unwrap(),
        rule: parse_rule(link[1].as_str().unwrap()).unwrap(),
    };
    input.as_array().unwrap().iter().map(link).collect()
}

fn written<T>(call: &Call<T>) -> Value {
    let headers: serde_json::Map<_, _> =
        call.headers().iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({
        "method": call.method().as_str(),
        "target": call.target(),
        "headers": headers,
        "body": std::str::from_utf8(call.body()).unwrap(),
    })
}

fn only<T>(mut calls: Vec<T>) -> T {
    assert_eq!(calls.len(), 1);
    calls.remove(0)
}

#[test]
fn every_case_is_written_as_the_file_says() {
    let cases = cases();
    assert_eq!(cases.len(), 24);
    for case in cases {
        let (operation, input) = case["in"].as_object().unwrap().iter().next().unwrap();
        let out = match operation.as_str() {
            "value" => json!({ "uri": value(input).uri(), "reduced": value(input).reduced() }),
            "link" => written(&campaigns::link(only(links(input)))),
            "unlink" => written(&campaigns::unlink(only(links(input)))),
            "link_many" => written(&only(campaigns::link_many(&links(input)))),
            "unlink_many" => written(&only(campaigns::unlink_many(&links(input)))),
            other => panic!("unknown operation {other}"),
        };
        assert_eq!(out, case["out"], "{}", case["id"]);
    }
}

#[test]
fn every_value_reads_back_from_both_forms() {
    for case in cases().iter().filter(|case| case["in"].get("value").is_some()) {
        let expected = value(&case["in"]["value"]);
        for form in ["uri", "reduced"] {
            let parsed = Restli::parse(case["out"][form].as_str().unwrap());
            assert_eq!(parsed, Ok(expected.clone()), "{} {form}", case["id"]);
        }
    }
}
