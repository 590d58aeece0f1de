//! What would be sent? One line of JSON for each event: the element, or what is wrong with it.
//! Nothing is sent and nothing is kept.

use crate::exit::{Ending, Failure, told};
use matchback::read::{Row, Rows};
use matchback::{Policy, Problem, prepare_into};
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::Write;

/// One line of output.
#[derive(Serialize)]
struct Line<'a> {
    row: u64,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Vec<Told<'a>>>,
    warnings: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    code: &'static str,
    path: &'a str,
}

fn told_all(problems: &[Problem]) -> Vec<Told<'_>> {
    problems.iter().map(|problem| Told { code: problem.code.word(), path: &problem.path }).collect()
}

/// Prepares every row and writes one line for each. `now_ms` is the moment ages are judged by.
pub(crate) fn run(
    mut rows: Rows,
    policy: &Policy,
    now_ms: i64,
    mut out: impl Write,
) -> Result<Ending, Failure> {
    let mut ending = Ending::Done;
    let mut json = Vec::new();
    while let Some(row) = rows.next() {
        let row = row.map_err(|error| told(&error))?;
        if !write_row(row, policy, now_ms, &mut json, &mut out)? {
            ending = Ending::SomeRejected;
        }
    }
    out.flush()?;
    Ok(ending)
}

fn write_row(
    row: Row<'_>,
    policy: &Policy,
    now_ms: i64,
    json: &mut Vec<u8>,
    out: &mut impl Write,
) -> Result<bool, Failure> {
    json.clear();
    let mut warnings = row.warnings;
    let prepared = row
        .event
        .and_then(|event| prepare_into(&event, policy, now_ms, json, &mut warnings).map(|_| ()));
    let line = match &prepared {
        Ok(()) => Line {
            row: row.number,
            ok: true,
            element: Some(serde_json::from_slice(json).map_err(|_| {
                let what = format!("row {}: the engine wrote JSON that does not parse", row.number);
                Failure::usage(what, "this is a fault of ours; please report it")
            })?),
            problems: None,
            warnings: told_all(&warnings),
        },
        Err(refused) => {
            let mut all = told_all(&warnings);
            all.extend(told_all(&refused.warnings));
            let problems = Some(told_all(&refused.problems));
            Line { row: row.number, ok: false, element: None, problems, warnings: all }
        }
    };
    serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(prepared.is_ok())
}
