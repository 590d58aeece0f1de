//! Does `matchback prepare` give the exact element or the exact problems for every shared vector?
//! The answers are written by hand in `tests/vectors/families/`.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use assert_cmd::cargo::cargo_bin_cmd;
use matchback_tests::vectors::{Case, Note, cases, index};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// One line of the command's output.
#[derive(Deserialize)]
struct Line {
    row: usize,
    ok: bool,
    element: Option<Box<RawValue>>,
    problems: Option<Vec<Note>>,
    warnings: Vec<Note>,
}

/// What one run of the command can prepare together: the moment and the settings.
type Run = (i64, BTreeMap<String, String>);

fn prepare((now, settings): &Run, cases: &[Case]) -> Vec<Line> {
    let mut command = cargo_bin_cmd!("matchback");
    let nowhere = tempfile::tempdir().unwrap();
    command.current_dir(&nowhere).env_clear().env("HOME", nowhere.path());
    command.args(["prepare", "-", "--format", "jsonl", "--now", &now.to_string()]);
    for (name, value) in settings {
        command.arg("--setting").arg(format!("{name}={value}"));
    }
    let rows: Vec<&str> = cases.iter().map(|case| case.given.get()).collect();
    let output = command.write_stdin(rows.join("\n")).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_command_gives_the_exact_answer_to_every_vector() {
    let index = index().unwrap();
    let mut runs: BTreeMap<Run, Vec<Case>> = BTreeMap::new();
    for case in index.files.keys().flat_map(|file| cases(file).unwrap()) {
        runs.entry((case.now, case.settings())).or_default().push(case);
    }
    let mut ran = 0;
    for (run, cases) in &runs {
        let lines = prepare(run, cases);
        assert_eq!(lines.len(), cases.len());
        for (number, (line, case)) in lines.iter().zip(cases).enumerate() {
            let id = &case.id;
            let element = |json: &Option<Box<RawValue>>| json.as_ref().map(|e| e.get().to_owned());
            assert_eq!(line.row, number + 1, "{id}");
            assert_eq!(element(&line.element), element(&case.out.element), "{id}");
            assert_eq!(line.problems, case.out.problems, "{id}");
            assert_eq!(line.warnings, case.out.warnings, "{id}");
            assert_eq!(line.ok, case.out.element.is_some(), "{id}");
        }
        ran += lines.len();
    }
    assert_eq!(ran, index.total);
}
