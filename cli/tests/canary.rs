//! Does anything that names a person, or the token, get out? Every command at the highest log
//! level, on input with planted values; nothing it prints or writes may contain one.

#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use assert_cmd::Command;
use matchback_sandbox::{Action, Fault, Sandbox, TokenState, Wording};
use std::path::Path;

const TOKEN: &str = "AQXcanarytoken0123456789";
/// Values planted in the input, in the forms in which they could come out again.
const PLANTED: [&str; 8] = [
    TOKEN,
    "canary.person",
    "CANARY.PERSON",
    "Canaryfirst",
    "Canarylast",
    "198.51.100.77",
    "canary-click-id",
    "Canary Company",
];

fn input(name: &str) -> String {
    let good = |number: u32| {
        format!(
            r#"{{"rule":"7001001","event_id":"order-{number}","email":"Canary.Person{number}@example.com","click_id":"canary-click-id","ip_address":"198.51.100.77","first_name":"Canaryfirst","last_name":"Canarylast","company_name":"Canary Company"}}"#
        )
    };
    let bad = [
        r#"{"rule":"Canaryfirst","email":"canary.person@example.com"}"#,
        r#"{"rule":"7001001","email":"canary.person"}"#,
        r#"{"rule":"7001001","event_id":"canary.person@example.com","email":"a@example.com"}"#,
        r#"{"rule":"7001001","happened_at":"Canarylast","email":"a@example.com"}"#,
        r#"{"rule":"7001001","canary.person@example.com":1,"Canary Company":2,"email":"a@example.com"}"#,
        r#"{"rule":"7001001","email":"CANARY.PERSON" broken"#,
    ];
    match name {
        "jsonl" => (1..=20).map(good).chain(bad.map(str::to_owned)).collect::<Vec<_>>().join("\n"),
        _ => "E-Mail,First Name,Conversion Rule,canary.person@example.com\n\
              canary.person@example.com,Canaryfirst,Canarylast,x\n\
              \"Canarylast,unclosed\n"
            .to_owned(),
    }
}

fn run(folder: &Path, arguments: &[&str], sandbox: Option<&Sandbox>, stdin: &str) -> String {
    let mut command = Command::cargo_bin("matchback").unwrap();
    command.current_dir(folder).args(arguments).arg("-vvv").env("MATCHBACK_TOKEN", TOKEN);
    if let Some(sandbox) = sandbox {
        command.env("MATCHBACK_BASE_URL", sandbox.url());
    }
    let output = command.write_stdin(stdin).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    out + &String::from_utf8_lossy(&output.stderr)
}

fn assert_clean(about: &str, text: &str) {
    assert!(!text.is_empty(), "{about}: nothing was said, so nothing was checked");
    for planted in PLANTED {
        assert!(!text.contains(planted), "{about} lets a planted value out");
    }
}

#[test]
fn sending_never_shows_a_value() {
    let folder = tempfile::tempdir().unwrap();
    let faults: Vec<(&str, Vec<Fault>)> = vec![
        ("no fault", vec![]),
        ("named", vec![Fault::refuse("order-3", Wording::Schema)]),
        ("reworded", vec![Fault::refuse("order-3", Wording::Reworded)]),
        ("status 500", vec![Fault::status(500)]),
        ("expired", vec![Fault::new(Action::Token(TokenState::Expired)).always()]),
    ];
    for (about, faults) in faults {
        for format in ["jsonl", "csv"] {
            let mut builder = Sandbox::builder().token(TOKEN);
            for fault in faults.clone() {
                builder = builder.fault(fault);
            }
            let sandbox = builder.start().unwrap();
            let rejects = folder.path().join("rejects.csv");
            let send = ["send", "-", "--format", format, "--rejects", "rejects.csv"];
            let said = run(folder.path(), &send, Some(&sandbox), &input(format));
            assert_clean(about, &said);
            if let Ok(rejects) = std::fs::read_to_string(rejects) {
                assert_clean("the rejects file", &rejects);
            }
        }
    }
}

#[test]
fn no_other_command_shows_one_either() {
    let folder = tempfile::tempdir().unwrap();
    let show = ["config", "show", "--origin"];
    assert_clean("config show", &run(folder.path(), &show, None, ""));
    assert_clean("hash-email", &run(folder.path(), &["hash-email"], None, "canary.person\n"));
    for arguments in [
        &["hash-email", "canary.person"][..],
        &["prepare", "-", "--set", "Canaryfirst=1"],
        &["prepare", "-", "--setting", "Canarylast=1"],
        &["prepare", "-", "--linkedin-version", "Canarylast"],
    ] {
        let said = run(folder.path(), arguments, None, "");
        // A wrong word of the command line is named back by its own name, never by a value.
        assert!(!said.contains(TOKEN) && !said.is_empty(), "{arguments:?}");
    }
}

#[test]
fn prepare_names_nobody_whose_event_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(folder.path(), &["prepare", "-"], None, &input("jsonl"));
    let refused: Vec<&str> = said.lines().filter(|line| !line.contains(r#""ok":true"#)).collect();
    assert_eq!(refused.len(), 5, "{} lines", refused.len());
    assert_clean("prepare", &refused.join("\n"));
    for line in said.lines() {
        assert!(!line.contains("anary.") && !line.contains("ANARY."), "an address in clear");
    }
}
