//! What became of the file? Counts that add up, for a person and for a machine.

use super::progress::grouped;
use matchback::Code;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The counts of one `send`. `read = accepted + rejected` always holds.
#[derive(Debug, Default, Serialize)]
pub(super) struct Summary {
    /// Rows of the input.
    pub(super) read: u64,
    /// Rows that were taken and not refused, repeats included.
    pub(super) accepted: u64,
    /// Accepted rows whose event was already known by rule and event id; not sent again.
    pub(super) duplicates: u64,
    /// Events that LinkedIn (or the sandbox) answered for with success.
    pub(super) delivered: u64,
    /// Rows that were refused, here or there, or could not be sent by this run.
    pub(super) rejected: u64,
    /// The rejected rows by code.
    pub(super) rejected_by_code: BTreeMap<&'static str, u64>,
    /// Fields that were left out or changed, by code.
    pub(super) warnings_by_code: BTreeMap<&'static str, u64>,
    /// Requests made.
    pub(super) requests: u64,
    /// Seconds from start to end.
    pub(super) seconds: f64,
    /// What the sandbox of this run says it has stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sandbox_stored: Option<u64>,
    /// Columns or keys that mean nothing to the engine.
    pub(super) ignored_columns: Vec<String>,
}

impl Summary {
    /// Counts a rejected row under its first code.
    pub(super) fn reject(&mut self, code: Code) {
        self.rejected += 1;
        *self.rejected_by_code.entry(code.word()).or_default() += 1;
    }

    /// Counts a warning.
    pub(super) fn warn(&mut self, code: Code) {
        *self.warnings_by_code.entry(code.word()).or_default() += 1;
    }

    /// One JSON object on one line.
    pub(super) fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.write_all(b"\n")
    }

    /// A table for a person: the first line is the summary, the rest says why.
    pub(super) fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        write!(
            out,
            "{} rows read = {} accepted + {} rejected",
            grouped(self.read),
            grouped(self.accepted),
            grouped(self.rejected)
        )?;
        write!(out, " · {} delivered", grouped(self.delivered))?;
        if self.duplicates > 0 {
            write!(out, " · {} duplicates not sent again", grouped(self.duplicates))?;
        }
        let requests = if self.requests == 1 { "request" } else { "requests" };
        writeln!(out, " · {} {requests} · {:.1} s", grouped(self.requests), self.seconds)?;
        if let Some(stored) = self.sandbox_stored {
            writeln!(out, "the sandbox has stored {} events", grouped(stored))?;
        }
        section(out, "rejected", &self.rejected_by_code)?;
        section(out, "fields left out or changed", &self.warnings_by_code)?;
        if !self.ignored_columns.is_empty() {
            writeln!(out, "columns ignored: {}", self.ignored_columns.join(", "))?;
        }
        Ok(())
    }
}

fn section(
    out: &mut impl Write,
    title: &str,
    counts: &BTreeMap<&'static str, u64>,
) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}:")?;
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let words = rows.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
    let digits = rows.first().map_or(1, |(_, count)| grouped(**count).len());
    for (word, count) in rows {
        let meaning = Code::from_word(word).map_or("", Code::meaning);
        writeln!(out, "  {:>digits$}  {word:<words$}  {meaning}", grouped(*count))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    fn summary() -> Summary {
        let mut summary =
            Summary { read: 1_234, accepted: 1_231, delivered: 1_200, ..Summary::default() };
        (0..2).for_each(|_| summary.reject(Code::NoIdentity));
        summary.reject(Code::TooOld);
        summary.duplicates = 31;
        summary.requests = 1;
        summary
    }

    #[test]
    fn a_person_reads_counts_that_add_up_and_reasons() {
        let mut out = Vec::new();
        summary().write_text(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let first = "1,234 rows read = 1,231 accepted + 3 rejected · 1,200 delivered · 31 duplicates not sent again · 1 request · 0.0 s";
        assert_eq!(text.lines().next().unwrap(), first);
        assert_eq!(text.lines().nth(1).unwrap(), "rejected:");
        assert!(text.lines().nth(2).unwrap().starts_with("  2  NO_IDENTITY  nothing is left"));
    }

    #[test]
    fn a_machine_reads_one_object() {
        let mut out = Vec::new();
        summary().write_json(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["rejected_by_code"]["NO_IDENTITY"], 2);
        assert_eq!(value.get("sandbox_stored"), None);
    }
}
