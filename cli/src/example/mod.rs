//! Which files can a newcomer send at once? Conversions as an export holds them, dirt included, with
//! dates relative to the run. Everything is invented; what becomes of each row is known beforehand.

mod draw;
mod files;
mod kinds;
mod row;

use crate::args;
use crate::exit::{Ending, Failure};
use draw::Draw;
use files::Files;
use jiff::Timestamp;
use kinds::{KINDS, Kind, Outcome};
use matchback::Code;
use row::Row;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// Runs `example`: writes the files and says what is in them.
pub(crate) fn run(
    arguments: &args::Example,
    now_ms: i64,
    mut out: impl Write,
) -> Result<Ending, Failure> {
    let args::Example { folder, rows, json } = arguments;
    let tally = write(folder, *rows, now_ms).map_err(|error| {
        let what = format!("{}: {error}", folder.display());
        Failure::usage(what, "name a folder that can be written to and holds no files of yours")
    })?;
    if *json {
        serde_json::to_writer(&mut out, &tally).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(Ending::Done);
    }
    let file = folder.join("conversions.csv");
    writeln!(
        out,
        "wrote {} and its JSON Lines twin: {} rows, of which {} can be sent and {} repeat another",
        file.display(),
        tally.rows,
        tally.delivered,
        tally.duplicates
    )?;
    writeln!(out, "next: matchback send {} --to sandbox", file.display())?;
    Ok(Ending::Done)
}

/// What becomes of the rows when they are sent under the default settings and version 202609, with
/// an outbox that does not outlive the process.
///
/// `rows` is `accepted` and all of `rejected`; `accepted` is `delivered` and `duplicates`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    /// Rows in each of the two files.
    pub(crate) rows: u64,
    /// Rows that are taken, duplicates included.
    pub(crate) accepted: u64,
    /// Rows that repeat the rule and event id of a row before.
    pub(crate) duplicates: u64,
    /// Conversions that LinkedIn receives.
    pub(crate) delivered: u64,
    /// Rows that lie a few hours ahead; they count as rejected with `NOT_DUE`.
    pub(crate) held: u64,
    /// Rows that are not sent, by the code of their one reason.
    pub(crate) rejected: BTreeMap<&'static str, u64>,
}

impl Tally {
    fn count(&mut self, outcome: Outcome) {
        self.rows += 1;
        match outcome {
            Outcome::Sent | Outcome::SentAndRepeated | Outcome::Twin => {
                self.accepted += 1;
                self.delivered += 1;
            }
            Outcome::Duplicate => {
                self.accepted += 1;
                self.duplicates += 1;
            }
            Outcome::Held => {
                self.held += 1;
                *self.rejected.entry(Code::NotDue.word()).or_default() += 1;
            }
            Outcome::Refused(code) => *self.rejected.entry(code.word()).or_default() += 1,
        }
    }
}

/// Writes `conversions.csv` and `conversions.jsonl` into `folder`, with the same conversions.
///
/// `now_ms` is epoch milliseconds; the same moment gives the same files. Files that this has
/// written before are replaced, others never are.
pub(crate) fn write(folder: &Path, rows: u64, now_ms: i64) -> io::Result<Tally> {
    let now = Timestamp::from_millisecond(now_ms).map_err(io::Error::other)?;
    let mut files = Files::create(folder)?;
    let mut tally = Tally::default();
    for (row, kind) in Rows::new(rows, now) {
        files.write(&row)?;
        tally.count(kind.outcome);
    }
    files.finish()?;
    Ok(tally)
}

/// The rows, one at a time: of those before, only what may be repeated is kept.
struct Rows {
    draw: Draw,
    numbers: std::ops::Range<u64>,
    with_event_id: Option<Row>,
    without_event_id: Option<Row>,
}

impl Rows {
    fn new(rows: u64, now: Timestamp) -> Self {
        let draw = Draw::new(now);
        Rows { draw, numbers: 0..rows, with_event_id: None, without_event_id: None }
    }

    fn any_kind(&mut self) -> &'static Kind {
        let mut left = self.draw.below(KINDS.iter().map(|kind| kind.weight).sum());
        let is_chosen = |kind: &&Kind| match left.checked_sub(kind.weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        };
        KINDS.iter().find(is_chosen).unwrap_or(&KINDS[0])
    }
}

impl Iterator for Rows {
    type Item = (Row, &'static Kind);

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.numbers.next()?;
        let kind = self.any_kind();
        let earlier = match kind.outcome {
            Outcome::Duplicate => Some(&self.with_event_id),
            Outcome::Twin => Some(&self.without_event_id),
            _ => None,
        };
        // At the very beginning there is nothing to repeat yet.
        let kind = if earlier.is_some_and(Option::is_none) { &KINDS[0] } else { kind };
        if let Some(Some(earlier)) = earlier {
            return Some((earlier.clone(), kind));
        }
        let mut row = Row::clean(number, &mut self.draw);
        (kind.change)(&mut row, &mut self.draw);
        if kind.outcome == Outcome::SentAndRepeated {
            let is_named = !row.order_id.is_empty();
            let kept = if is_named { &mut self.with_event_id } else { &mut self.without_event_id };
            *kept = Some(row.clone());
        }
        Some((row, kind))
    }
}

#[cfg(test)]
mod tests;
