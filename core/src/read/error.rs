//! Why can a whole input not be read? A bad row never ends an input; these do.
//! The text names rows, columns and what to do, never a value.

use std::fmt;

/// The input cannot be read, or not any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    what: String,
    row: Option<u64>,
    hint: String,
}

impl ReadError {
    pub(super) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        ReadError { what: what.into(), row: None, hint: hint.into() }
    }

    pub(super) fn io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => ReadError::new(
                "the input ends too early",
                "it looks cut off; export, copy or download it again",
            ),
            _ => ReadError::new(
                format!("the input cannot be read: {error}"),
                "check the file, and export or download it again",
            ),
        }
    }

    pub(super) fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The data row that could not be read, counted from 1; `None` before the first.
    pub fn row(&self) -> Option<u64> {
        self.row
    }

    /// What to do.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Some(row) => write!(f, "row {row}: {}\n  hint: {}", self.what, self.hint),
            None => write!(f, "{}\n  hint: {}", self.what, self.hint),
        }
    }
}

impl std::error::Error for ReadError {}
