//! Does the engine give the exact answer to every shared vector?
//! The answers are written by hand in `tests/vectors/families/`; none comes from the engine.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use matchback::read::event_from_json;
use matchback::{Event, Policy, Problem, Refused, prepare, prepare_into};
use matchback_tests::vectors::{Case, Note, cases, index};

struct Outcome {
    element: Option<String>,
    problems: Vec<Note>,
    warnings: Vec<Note>,
    awaits_consent: bool,
}

fn run(case: &Case) -> Outcome {
    let policy = case.policy().unwrap();
    let (event, mut seen) = match event_from_json(case.given.get().as_bytes()) {
        Ok(read) => read,
        Err(refused) => return Outcome::refused(&refused, Vec::new()),
    };
    match prepare(&event, &policy, case.now) {
        Ok(prepared) => {
            seen.extend(prepared.warnings);
            Outcome {
                element: Some(String::from_utf8(prepared.json).unwrap()),
                problems: Vec::new(),
                warnings: notes(&seen),
                awaits_consent: prepared.awaits_consent,
            }
        }
        Err(refused) => Outcome::refused(&refused, seen),
    }
}

impl Outcome {
    fn refused(refused: &Refused, mut seen: Vec<Problem>) -> Self {
        seen.extend(refused.warnings.iter().cloned());
        Outcome {
            element: None,
            problems: notes(&refused.problems),
            warnings: notes(&seen),
            awaits_consent: false,
        }
    }
}

fn notes(problems: &[Problem]) -> Vec<Note> {
    problems.iter().map(Note::from).collect()
}

/// What differs, in words; the inputs are invented, so they may be shown.
fn difference(case: &Case) -> Option<String> {
    let outcome = run(case);
    let expected = &case.out;
    let element = expected.element.as_ref().map(|element| element.get());
    let problems = expected.problems.as_deref().unwrap_or_default();
    let is_right = outcome.element.as_deref() == element
        && outcome.problems == problems
        && outcome.warnings == expected.warnings
        && outcome.awaits_consent == expected.awaits_consent;
    (!is_right).then(|| {
        format!(
            "{} ({})\n  in       {}\n  element  {}\n  expected {}\n  problems {:?}\n  expected {:?}\n  warnings {:?}\n  expected {:?}\n",
            case.id,
            case.note,
            beginning(case.given.get()),
            beginning(outcome.element.as_deref().unwrap_or("none")),
            beginning(element.unwrap_or("none")),
            outcome.problems,
            problems,
            outcome.warnings,
            expected.warnings,
        )
    })
}

/// Enough of a text to see what it is.
fn beginning(text: &str) -> &str {
    text.char_indices().nth(1_000).map_or(text, |(end, _)| &text[..end])
}

/// `prepare_into` must give the same answer behind what is already there, and leave that untouched.
fn append_like_prepare(event: &Event<'_>, policy: &Policy, now_ms: i64) {
    let earlier = Problem::new(matchback::Code::Empty, "earlier");
    let (mut json, mut warnings) = (b"earlier,".to_vec(), vec![earlier.clone()]);
    let written = prepare_into(event, policy, now_ms, &mut json, &mut warnings);
    assert!(json.starts_with(b"earlier,"));
    assert_eq!(warnings.first(), Some(&earlier));
    match prepare(event, policy, now_ms) {
        Ok(prepared) => {
            let written = written.unwrap();
            assert_eq!(json[8..], prepared.json);
            assert_eq!(warnings[1..], prepared.warnings);
            assert_eq!(written.rule, prepared.rule);
            assert_eq!(written.happened_at, prepared.happened_at);
            assert_eq!(written.awaits_consent, prepared.awaits_consent);
            let element: serde_json::Value = serde_json::from_slice(&prepared.json).unwrap();
            let urn = format!("urn:lla:llaPartnerConversion:{}", prepared.rule);
            assert_eq!(element["conversion"], urn);
            assert_eq!(element["conversionHappenedAt"], prepared.happened_at);
            assert_eq!(element["eventId"].as_str(), prepared.event_id.as_deref());
        }
        Err(refused) => {
            assert_eq!(written.unwrap_err(), refused);
            assert_eq!((json.len(), warnings.len()), (8, 1));
        }
    }
}

#[test]
fn both_doors_agree_on_every_vector() {
    let index = index().unwrap();
    for case in index.files.keys().flat_map(|file| cases(file).unwrap()) {
        if let Ok((event, _)) = event_from_json(case.given.get().as_bytes()) {
            append_like_prepare(&event, &case.policy().unwrap(), case.now);
        }
    }
}

#[test]
fn every_vector_has_its_exact_answer() {
    let index = index().unwrap();
    let mut ran = 0;
    let mut wrong = Vec::new();
    for (file, count) in &index.files {
        let cases = cases(file).unwrap();
        assert_eq!(cases.len(), *count, "{file} has another number of cases than index.json says");
        ran += cases.len();
        wrong.extend(cases.iter().filter_map(difference));
    }
    assert_eq!(ran, index.total);
    assert!(wrong.is_empty(), "{} of {ran} vectors differ:\n{}", wrong.len(), wrong.join("\n"));
}
