//! How is each family of fields brought into the form LinkedIn matches by? One file a family.
//! Pure rules: no time is read, nothing is written, and a reason never carries the value.

pub(crate) mod click_id;
pub(crate) mod consent;
pub(crate) mod country;
mod country_table;
pub(crate) mod email;
pub(crate) mod identifiers;
pub(crate) mod ip;
pub(crate) mod money;
pub(crate) mod name;
pub(crate) mod rule;
pub(crate) mod text;
pub(crate) mod time;

use crate::problem::{Code, Problem};
use std::borrow::Cow;

/// Where a field's value stands, and where to write down what was noticed about it.
pub(crate) struct Notes<'w> {
    path: &'static str,
    /// Position among several values of one field; zero for a lone one.
    index: usize,
    warnings: &'w mut Vec<Problem>,
}

impl<'w> Notes<'w> {
    /// Notes about a field with one value.
    pub(crate) fn new(path: &'static str, warnings: &'w mut Vec<Problem>) -> Self {
        Notes { path, index: 0, warnings }
    }

    /// Notes about one of several values: `email`, `email[1]`, `email[2]`, …
    pub(crate) fn at(path: &'static str, index: usize, warnings: &'w mut Vec<Problem>) -> Self {
        Notes { path, index, warnings }
    }

    /// Writes one down.
    #[cold]
    pub(crate) fn add(&mut self, code: Code) {
        let path = match self.index {
            0 => Cow::Borrowed(self.path),
            index => Cow::Owned(format!("{}[{index}]", self.path)),
        };
        self.warnings.push(Problem { code, path });
    }

    /// The value, or nothing and a note that says why it was left out.
    pub(crate) fn keep<T>(&mut self, checked: Result<T, Code>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(code) => {
                self.add(code);
                None
            }
        }
    }
}
