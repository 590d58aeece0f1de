//! Does a real file get through, and do the counts add up? The whole way: the example files, the
//! command, an embedded sandbox.

#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn matchback() -> Command {
    let mut command = Command::cargo_bin("matchback").unwrap();
    // Nothing of the machine's own set-up may leak in.
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("MATCHBACK_") || name.starts_with("LINKEDIN_"))
    {
        command.env_remove(name);
    }
    command
}

fn json(command: &mut Command) -> (Value, i32) {
    let output = command.output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{talk}"));
    (value, output.status.code().unwrap())
}

fn example(folder: &Path) -> Value {
    json(matchback().args(["example", "--json"]).arg(folder)).0
}

#[test]
fn example_files_end_in_exactly_the_expected_counts() {
    let folder = tempfile::tempdir().unwrap();
    let expected = example(folder.path());
    for name in ["conversions.csv", "conversions.jsonl"] {
        let rejects = folder.path().join(format!("{name}.rejects.csv"));
        let (summary, code) = json(
            matchback()
                .args(["send", "--to", "sandbox", "--json", "--rejects"])
                .arg(&rejects)
                .arg(folder.path().join(name)),
        );
        assert_eq!(code, 1, "some rows of {name} are bad on purpose");
        for (ours, theirs) in [
            ("read", "rows"),
            ("accepted", "accepted"),
            ("duplicates", "duplicates"),
            ("delivered", "delivered"),
            ("sandbox_stored", "delivered"),
            ("rejected_by_code", "rejected"),
        ] {
            assert_eq!(summary[ours], expected[theirs], "{name}: {ours}");
        }
        let rejected = summary["rejected"].as_u64().unwrap();
        assert_eq!(
            summary["read"].as_u64().unwrap(),
            summary["accepted"].as_u64().unwrap() + rejected
        );
        let mut lines = csv::Reader::from_path(&rejects).unwrap();
        let rows: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
        assert_eq!(rows.len() as u64, rejected, "one line for each rejected row");
        assert!(rows.iter().all(|row| !row[2].is_empty() && !row[3].is_empty()));
    }
}

#[test]
fn a_file_comes_the_same_from_standard_input_and_gzipped() {
    let folder = tempfile::tempdir().unwrap();
    example(folder.path());
    let plain = std::fs::read(folder.path().join("conversions.csv")).unwrap();
    let packed = folder.path().join("packed.csv.gz");
    let file = std::fs::File::create(&packed).unwrap();
    let mut writer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    std::io::Write::write_all(&mut writer, &plain).unwrap();
    writer.finish().unwrap();

    let send = ["send", "--to", "sandbox", "--json"];
    let piped = json(matchback().args(send).arg("-").write_stdin(plain)).0;
    let packed = json(matchback().args(send).arg(&packed)).0;
    assert_eq!(piped["delivered"], packed["delivered"]);
    assert_eq!(piped["rejected_by_code"], packed["rejected_by_code"]);
}

#[test]
fn dry_run_sends_nothing_and_prints_what_would_go_out() {
    let input = r#"{"rule":7,"email":"a@example.com"}"#;
    let output = matchback().args(["send", "-", "--dry-run"]).write_stdin(input).output().unwrap();
    assert!(output.status.success());
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["element"]["conversion"], "urn:lla:llaPartnerConversion:7");
    let event_id = line["element"]["eventId"].as_str().unwrap();
    assert!(event_id.starts_with("mb1_"), "loading the file again must not send it again");
}

#[test]
fn what_is_wrong_with_the_call_is_said_with_a_hint_and_code_2() {
    for (arguments, says) in [
        (&["send", "no-such-file.csv"][..], "matchback example"),
        (&["send", "-", "--to", "sandbox", "--set", "colour=red"], "there is no field"),
        (&["send", "-", "--to", "sandbox", "--setting", "emials=all"], "emails"),
        (&["prepare", "-", "--linkedin-version", "2026"], "linkedin_version"),
        (&["send", "-", "--setting", "token=x"], "MATCHBACK_TOKEN"),
    ] {
        let output = matchback().args(arguments).write_stdin("{}").output().unwrap();
        let talk = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {talk}");
        assert!(talk.contains(says), "{arguments:?}: {talk}");
    }
}

#[test]
fn without_a_token_nothing_is_sent_and_the_code_is_3() {
    let output = matchback().args(["send", "-"]).write_stdin("{}").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(talk.contains("MATCHBACK_TOKEN"), "{talk}");
}

#[test]
fn rows_that_lie_ahead_never_fill_the_queue() {
    let ahead = (jiff::Timestamp::now().as_millisecond() + 3_600_000).to_string();
    let row = |number: u32, time: &str| {
        format!("{{\"rule\":7,\"email\":\"a{number}@example.com\"{time}}}\n")
    };
    let time = format!(",\"happened_at\":{ahead}");
    let mut input: String = (0..300).map(|number| row(number, &time)).collect();
    input.extend((0..10).map(|number| row(number, "")));
    let send = ["send", "-", "--to", "sandbox", "--json", "--setting", "queue_events=100"];
    let (summary, code) = json(matchback().args(send).write_stdin(input));
    assert_eq!((code, summary["delivered"].as_u64()), (1, Some(10)));
    assert_eq!(summary["rejected_by_code"]["NOT_DUE"], 300);
}
