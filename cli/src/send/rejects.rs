//! Which rows did not make it? One line each in a CSV file: the row, the code, the field and what
//! to do. Never a cell of the row, and never a text that a spreadsheet would run as a formula.

use matchback::Problem;
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// A row that was not sent, or that LinkedIn refused.
pub(super) struct Reject<'a> {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) problems: &'a [Problem],
    /// The input's own name of the first problem's field.
    pub(super) column: Option<&'a str>,
    /// LinkedIn's id of the request, for its support.
    pub(super) request_id: Option<&'a str>,
}

/// The file of `--rejects`.
pub(super) struct Rejects(csv::Writer<File>);

const HEADER: [&str; 9] =
    ["row", "line", "code", "path", "column", "meaning", "hint", "more", "linkedin_request_id"];

impl Rejects {
    /// Creates the file, readable by its owner only.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut writer = csv::Writer::from_writer(options.open(path)?);
        writer.write_record(HEADER)?;
        Ok(Rejects(writer))
    }

    /// Adds a row.
    pub(super) fn add(&mut self, reject: &Reject<'_>) -> io::Result<()> {
        let Some((first, others)) = reject.problems.split_first() else {
            return Ok(());
        };
        let more: Vec<String> =
            others.iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect();
        let (row, line) = (reject.row.to_string(), reject.line.to_string());
        let more = more.join("; ");
        let cells = [
            &row,
            &line,
            first.code.word(),
            &first.path,
            reject.column.unwrap_or_default(),
            first.code.meaning(),
            first.code.hint(),
            &more,
            reject.request_id.unwrap_or_default(),
        ];
        self.0.write_record(cells.map(|cell| harmless(cell).into_owned()))?;
        Ok(())
    }

    /// Writes what is buffered.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Column names and request ids come from outside; a spreadsheet takes a cell that begins with one
/// of these as a formula.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use matchback::Code;

    #[test]
    fn a_row_is_one_line_and_no_cell_is_a_formula() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.csv");
        let mut rejects = Rejects::create(&path).unwrap();
        let problems =
            [Problem::new(Code::TooOld, "happened_at"), Problem::new(Code::NoIdentity, "user")];
        let column = Some("=cmd|' /C calc'!A0");
        rejects
            .add(&Reject { row: 7, line: 9, problems: &problems, column, request_id: Some("@x") })
            .unwrap();
        rejects.finish().unwrap();

        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next().unwrap(), HEADER.join(","));
        let line = lines.next().unwrap();
        assert!(line.starts_with("7,9,TOO_OLD,happened_at,'=cmd|"), "{line}");
        assert!(line.ends_with("NO_IDENTITY user,'@x"), "{line}");
        assert_eq!(lines.next(), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.csv");
        drop(Rejects::create(&path).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
