//! Does the example hold what its tally says? Recounted from the files, not from the generator.

#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use matchback::read::{Options, Rows as Input};
use matchback::{Policy, Prepared, prepare};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;

/// 2026-11-24T04:56:17.250Z
const NOW: i64 = 1_795_496_177_250;
const ROWS: u64 = 10_000;

fn written(rows: u64, now_ms: i64) -> (tempfile::TempDir, Tally) {
    let folder = tempfile::tempdir().unwrap();
    let tally = write(folder.path(), rows, now_ms).unwrap();
    (folder, tally)
}

fn csv_rows(folder: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(folder.join("conversions.csv")).unwrap();
    reader.records().map(Result::unwrap).collect()
}

fn json_rows(folder: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(folder.join("conversions.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_moment_gives_the_same_files() {
    let ((one, first), (two, second)) = (written(ROWS, NOW), written(ROWS, NOW));
    assert_eq!(first, second);
    for name in ["conversions.csv", "conversions.jsonl"] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert!(bytes(one.path()) == bytes(two.path()), "{name} differs");
    }
}

#[test]
fn another_moment_changes_dates_and_nothing_else() {
    let ((one, first), (two, second)) = (written(ROWS, NOW), written(ROWS, NOW + 7 * 86_400_000));
    assert_eq!(first, second);
    let pairs = csv_rows(one.path()).into_iter().zip(csv_rows(two.path()));
    let mut changed = 0;
    for (early, late) in pairs {
        for (column, header) in files::HEADERS.iter().enumerate() {
            if *header == "Closed At" {
                changed += u64::from(early[column] != late[column]);
            } else {
                assert_eq!(early[column], late[column], "{header}");
            }
        }
    }
    assert!(changed > ROWS * 99 / 100);
}

#[test]
fn the_tally_adds_up() {
    let (_folder, tally) = written(ROWS, NOW);
    assert_eq!(tally.rows, ROWS);
    assert_eq!(tally.rows, tally.accepted + tally.rejected.values().sum::<u64>());
    assert_eq!(tally.accepted, tally.delivered + tally.duplicates);
    assert_eq!(tally.held, tally.rejected["NOT_DUE"]);
}

#[test]
fn both_files_hold_every_row() {
    let (folder, _) = written(ROWS, NOW);
    let (csv, json) = (csv_rows(folder.path()), json_rows(folder.path()));
    assert_eq!(csv.len() as u64, ROWS);
    assert_eq!(json.len(), csv.len());
    let is_nested = |row: &&serde_json::Value| row.get("user").is_some();
    assert_eq!(json.iter().filter(is_nested).count(), csv.len() / 3);
    for (cells, object) in csv.iter().zip(&json) {
        let event_id = object.get("event_id").or_else(|| object.get("eventId"));
        assert_eq!(&cells[0], event_id.map_or("", |id| id.as_str().unwrap()));
    }
}

/// What the engine makes of a file's rows, one by one.
fn judged(file: &Path, mut see: impl FnMut(Result<Prepared, Vec<Code>>)) {
    let options = Options { event_ids: true, ..Options::default() };
    let mut input = Input::open(fs::File::open(file).unwrap(), Some(file), options).unwrap();
    let policy = Policy { version: "202609".parse().unwrap(), ..Policy::default() };
    while let Some(row) = input.next() {
        let judged = row.unwrap().event.and_then(|event| prepare(&event, &policy, NOW));
        see(judged.map_err(|refused| refused.problems.iter().map(|problem| problem.code).collect()));
    }
}

#[test]
fn the_engine_comes_to_the_same_outcome_for_every_row() {
    let (folder, tally) = written(ROWS, NOW);
    for name in ["conversions.csv", "conversions.jsonl"] {
        let now = Timestamp::from_millisecond(NOW).unwrap();
        let mut rows = Rows::new(ROWS, now);
        let mut seen = HashSet::new();
        let mut recount = Tally::default();
        judged(&folder.path().join(name), |judged| {
            let (_, kind) = rows.next().unwrap();
            let outcome = match judged {
                Err(codes) if codes.len() == 1 => Outcome::Refused(codes[0]),
                Err(codes) => panic!("{name}: {} for {codes:?}", kind.name),
                Ok(prepared) if prepared.happened_at > NOW => Outcome::Held,
                Ok(prepared) if seen.insert((prepared.rule, prepared.event_id.clone())) => {
                    Outcome::Sent
                }
                Ok(_) => Outcome::Duplicate,
            };
            let expected = match kind.outcome {
                Outcome::SentAndRepeated | Outcome::Twin => Outcome::Sent,
                other => other,
            };
            assert_eq!(outcome, expected, "{name}: {}", kind.name);
            recount.count(outcome);
        });
        assert!(rows.next().is_none(), "{name} ends early");
        assert_eq!(recount, tally, "{name}");
    }
}

#[test]
fn only_repeated_rows_share_an_event_id_and_they_are_equal() {
    let (folder, tally) = written(ROWS, NOW);
    let mut seen = HashMap::new();
    let mut duplicates = 0;
    for row in csv_rows(folder.path()) {
        if row[0].is_empty() {
            continue;
        }
        if let Some(earlier) = seen.insert(row[0].to_owned(), row.clone()) {
            assert_eq!(earlier, row);
            duplicates += 1;
        }
    }
    assert_eq!(duplicates, tally.duplicates);
    assert!(duplicates > 0);
}

#[test]
fn every_kind_appears() {
    let now = Timestamp::from_millisecond(NOW).unwrap();
    let drawn: BTreeSet<_> = Rows::new(ROWS, now).map(|(_, kind)| kind.name).collect();
    let named: BTreeSet<_> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(named.len(), KINDS.len(), "two kinds have one name");
    assert_eq!(drawn, named);
}

#[test]
fn a_few_rows_are_no_special_case() {
    for rows in 0..50 {
        let (folder, tally) = written(rows, NOW);
        assert_eq!(csv_rows(folder.path()).len() as u64, rows);
        assert_eq!(tally.rows, rows);
        assert_eq!(rows, tally.accepted + tally.rejected.values().sum::<u64>());
    }
}

#[test]
fn own_files_are_replaced_and_no_others() {
    let (folder, _) = written(20, NOW);
    write(folder.path(), 10, NOW).unwrap();
    assert_eq!(csv_rows(folder.path()).len(), 10);

    for name in ["conversions.csv", "conversions.jsonl"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, "Order ID,Amount\n1,2\n").unwrap();
        let error = write(folder.path(), 10, NOW).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&file).unwrap(), "Order ID,Amount\n1,2\n");
    }
}
