//! Do the reference pages say what the engine knows? They are made from its own tables:
//! `UPDATE_REFERENCE=1 cargo test --release -p matchback-tests --test reference` writes them anew.

#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use matchback::config::SETTINGS;
use matchback::{Code, NoticeCode};
use std::fmt::Write;
use std::path::Path;

fn check(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/{page} is out of date: run this test with UPDATE_REFERENCE=1");
}

#[test]
fn codes() {
    let mut text = String::from(
        "# Reference: codes\n\n\
         Every problem, warning and rejection carries one of these words and the path of the field; never the\n\
         value. Words are never renamed; new ones may be added.\n\n\
         A code that concerns one field is a *warning* as long as the event can be sent without it: the field is\n\
         left out or changed, and you are told. It is a *problem* when the event cannot be sent.\n\n\
         | code | what it means | what to do |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        writeln!(text, "| `{code}` | {} | {} |", code.meaning(), code.hint()).unwrap();
    }
    text.push_str(
        "\n## Notices\n\nWhat the engine tells about its own work. An *error* means that nothing goes on until somebody acts.\n\n\
         | notice | level | what it means | what to do |\n|---|---|---|---|\n",
    );
    for code in NoticeCode::ALL {
        let level = format!("{:?}", code.level()).to_lowercase();
        writeln!(text, "| `{code}` | {level} | {} | {} |", code.meaning(), code.hint()).unwrap();
    }
    check("codes.md", &text);
}

#[test]
fn settings() {
    let mut text = String::from(
        "# Reference: settings\n\n\
         Each setting has one name everywhere. The first of these that sets it wins: an argument (in code, or\n\
         `--setting NAME=VALUE`), the environment, the file `matchback.toml` (in this folder or above it, else in\n\
         your configuration folder; `MATCHBACK_CONFIG` or `--config` names another), the default.\n\
         `matchback config show --origin` says what is in force and why.\n\n\
         | setting | environment | default | what it does |\n|---|---|---|---|\n",
    );
    let defaults = matchback::Config::default();
    for setting in SETTINGS {
        let environment: Vec<String> =
            setting.environment().map(|name| format!("`{name}`")).collect();
        let default =
            setting.show(&defaults).map_or("–".to_owned(), |value| format!("`{value}`"));
        let (name, help) = (setting.name, setting.help);
        writeln!(text, "| `{name}` | {} | {default} | {help} |", environment.join(", ")).unwrap();
    }
    text.push_str(
        "\nThe token is never taken as a command-line argument. Put it into the environment, or into a file that\n\
         only you can read and name that file in `MATCHBACK_TOKEN_FILE`.\n",
    );
    check("settings.md", &text);
}
