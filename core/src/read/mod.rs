//! What does a file say? Rows of JSON Lines, of one JSON array or of CSV become events, one at a
//! time in constant memory. A bad row never costs another row, and no message quotes a value.

mod array;
mod columns;
mod csv;
mod error;
mod event_ids;
mod fields;
mod input;
mod json;
mod keys;
mod lines;
mod simple;
#[cfg(test)]
mod tests;

pub use error::ReadError;
pub use fields::Field;
pub(crate) use fields::showable;
pub use json::event_from_json;

use crate::event::Event;
use crate::problem::{Code, Problem, Refused};
use array::{Element, Elements};
use csv::CsvRows;
use event_ids::EventIds;
use keys::Keys;
use lines::{Line, append_line};
use std::borrow::Cow;
use std::io::{BufRead, Read};
use std::path::Path;

/// Longest row, in bytes: a missing quote or line break must not fill the memory.
const ROW_BYTES: usize = 1024 * 1024;
/// Longest value of one field, in bytes.
const FIELD_BYTES: usize = 64 * 1024;
/// How many levels of objects and lists may stand in each other, the row itself included.
const NESTING: usize = 16;
/// The path of a problem that belongs to no field.
const ROW: &str = "row";

/// How an input is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object on each line.
    Lines,
    /// One JSON array of objects.
    Array,
    /// Comma-, semicolon- or tab-separated text with a header line.
    Csv,
}

/// How an input is to be read. The default finds everything out by itself.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The layout; `None` goes by the file's name and then by its first character.
    pub format: Option<Format>,
    /// The delimiter of CSV; `None` takes the one the header line has most of.
    pub delimiter: Option<u8>,
    /// Columns or keys with the field they mean, where our names do not fit.
    pub map: Vec<(String, Field)>,
    /// Fields with a value for all rows that bring none.
    pub set: Vec<(Field, String)>,
    /// Give rows without an event id one that is made of their content, so that loading the same
    /// file again sends nothing again.
    pub event_ids: bool,
}

/// One row of an input.
#[derive(Debug)]
pub struct Row<'a> {
    /// The data row, counted from 1.
    pub number: u64,
    /// The line of the input on which it begins, counted from 1; in a JSON array the element.
    pub line: u64,
    /// What it says, or why it cannot be read.
    pub event: Result<Event<'a>, Refused>,
    /// Fields that were left out while reading; empty where `event` is an error, which has them.
    pub warnings: Vec<Problem>,
}

/// What one row has given.
#[derive(Default)]
struct Found<'a> {
    event: Event<'a>,
    warnings: Vec<Problem>,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn bad_row(code: Code) -> Self {
        Found { problems: vec![Problem::new(code, ROW)], ..Found::default() }
    }
}

/// The rows of one input.
pub struct Rows {
    layout: Layout,
    set: Vec<(Field, String)>,
    event_ids: Option<EventIds>,
    number: u64,
    failed: bool,
}

enum Layout {
    Json { lines: JsonSource, row: Vec<u8>, is_too_large: bool, keys: Keys },
    Csv(Box<CsvRows>),
}

enum JsonSource {
    Lines { input: Box<dyn BufRead + Send>, line: u64 },
    Array(Elements),
}

impl Rows {
    /// Opens an input, compressed with gzip or not. `name` is the file's, where it has one.
    pub fn open(
        input: impl Read + Send + 'static,
        name: Option<&Path>,
        options: Options,
    ) -> Result<Rows, ReadError> {
        let (input, format) = input::open(Box::new(input), name, options.format)?;
        let json = |lines, map| Layout::Json {
            lines,
            row: Vec::new(),
            is_too_large: false,
            keys: Keys::with_mapped(map),
        };
        let layout = match format {
            Format::Csv => Layout::Csv(Box::new(CsvRows::new(input, &options)?)),
            Format::Lines => json(JsonSource::Lines { input, line: 0 }, options.map),
            Format::Array => json(JsonSource::Array(Elements::new(input)), options.map),
        };
        let event_ids = options.event_ids.then(EventIds::new);
        Ok(Rows { layout, set: options.set, event_ids, number: 0, failed: false })
    }

    /// The next row; `None` at the end. An error ends the input: what stands behind it is unread.
    #[expect(clippy::should_implement_trait, reason = "rows borrow from the reader's own buffer")]
    pub fn next(&mut self) -> Option<Result<Row<'_>, ReadError>> {
        if self.failed {
            return None;
        }
        match self.layout.advance() {
            Ok(false) => return None,
            Ok(true) => self.number += 1,
            Err(error) => {
                self.failed = true;
                return Some(Err(error.at_row(self.number + 1)));
            }
        }
        let (number, line) = (self.number, self.layout.line().unwrap_or(self.number));
        let mut found = self.layout.event();
        if !found.problems.is_empty() {
            let refused = Refused { problems: found.problems, warnings: found.warnings };
            return Some(Ok(Row { number, line, event: Err(refused), warnings: Vec::new() }));
        }
        for (field, value) in &self.set {
            if !field.is_given(&found.event) {
                field.put(&mut found.event, Cow::Borrowed(value));
            }
        }
        if let Some(ids) = &mut self.event_ids
            && found.event.event_id.as_ref().is_none_or(|id| id.trim().is_empty())
        {
            found.event.event_id = Some(Cow::Borrowed(ids.next(&found.event)));
        }
        Some(Ok(Row { number, line, event: Ok(found.event), warnings: found.warnings }))
    }

    /// Each column or key met so far, in a form that may be shown, and the field it was taken
    /// for; `None` where it was ignored.
    pub fn columns(&self) -> Vec<(String, Option<Field>)> {
        match &self.layout {
            Layout::Csv(rows) => {
                rows.columns.taken().map(|(name, field)| (name.to_owned(), field)).collect()
            }
            Layout::Json { keys, .. } => {
                keys.taken().map(|(name, field)| (name.into_owned(), field)).collect()
            }
        }
    }

    /// The input's own name for a problem's path: `Order Value` for `amount`.
    pub fn column_of(&self, path: &str) -> Option<String> {
        let field = path.split('[').next()?;
        let is_it = |(_, taken): &(String, Option<Field>)| taken.is_some_and(|f| f.name() == field);
        self.columns().into_iter().find(is_it).map(|(name, _)| name)
    }
}

impl Layout {
    fn advance(&mut self) -> Result<bool, ReadError> {
        let (lines, row, is_too_large) = match self {
            Layout::Csv(rows) => return rows.advance(),
            Layout::Json { lines, row, is_too_large, .. } => (lines, row, is_too_large),
        };
        match lines {
            JsonSource::Lines { input, line } => loop {
                row.clear();
                *line += 1;
                let found = append_line(&mut **input, row, ROW_BYTES);
                *is_too_large = match found.map_err(|error| ReadError::io(&error))? {
                    Line::End => return Ok(false),
                    Line::Whole => false,
                    Line::TooLong => true,
                };
                if *is_too_large || !row.trim_ascii().is_empty() {
                    return Ok(true);
                }
            },
            JsonSource::Array(elements) => {
                *is_too_large = match elements.next(row)? {
                    Element::End => return Ok(false),
                    Element::Whole => false,
                    Element::TooLarge => true,
                };
                Ok(true)
            }
        }
    }

    fn line(&self) -> Option<u64> {
        match self {
            Layout::Csv(rows) => Some(rows.line()),
            Layout::Json { lines: JsonSource::Lines { line, .. }, .. } => Some(*line),
            Layout::Json { .. } => None,
        }
    }

    fn event(&mut self) -> Found<'_> {
        match self {
            Layout::Csv(rows) => rows.event(),
            Layout::Json { is_too_large: true, .. } => Found::bad_row(Code::RowTooLarge),
            Layout::Json { row, keys, .. } => json::read(row, keys),
        }
    }
}
