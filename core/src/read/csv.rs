//! What are the cells of the next CSV row? Quoted line breaks, any delimiter, constant memory; a
//! row with a stray quote costs itself and no other. What a column means is `columns`' business.

use super::columns::Columns;
use super::lines::{Line, append_line};
use super::{FIELD_BYTES, Found, Options, ROW, ROW_BYTES, ReadError};
use crate::problem::{Code, Problem};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::{memchr, memchr_iter};
use std::io::BufRead;
use std::ops::Range;

/// Most columns: enough for any export, and a bound on what one row can cost.
pub(super) const COLUMNS: usize = 256;

pub(super) struct CsvRows {
    input: Box<dyn BufRead + Send>,
    parser: Reader,
    delimiter: u8,
    pub(super) columns: Columns,
    /// Whole lines from the input; the first `used` bytes belong to the row in hand.
    raw: Vec<u8>,
    used: usize,
    /// Cells that had to be unquoted, end to end.
    unquoted: Vec<u8>,
    ends: Vec<usize>,
    /// The cells of the row in hand, in `unquoted` or, when nothing was quoted, in `raw`.
    cells: Vec<Range<usize>>,
    is_quoted: bool,
    /// Why the row in hand cannot be used.
    bad: Option<Code>,
    line: u64,
    lines_used: u64,
    /// Behind what is in `raw` stood a line longer than a row may be; it has been skipped.
    skipped_line: bool,
}

impl CsvRows {
    /// Reads the header line.
    pub(super) fn new(
        input: Box<dyn BufRead + Send>,
        options: &Options,
    ) -> Result<Self, ReadError> {
        let mut rows = CsvRows {
            input,
            parser: Reader::new(),
            delimiter: options.delimiter.unwrap_or(b','),
            columns: Columns::default(),
            raw: Vec::new(),
            used: 0,
            unquoted: vec![0; ROW_BYTES],
            ends: vec![0; COLUMNS + 1],
            cells: Vec::new(),
            is_quoted: false,
            bad: None,
            line: 1,
            lines_used: 0,
            skipped_line: false,
        };
        let no_header = || ReadError::new("the file is empty", "it needs a header line with names");
        if !rows.fill()? {
            return Err(no_header());
        }
        if options.delimiter.is_none() {
            rows.delimiter = likely_delimiter(&rows.raw);
        }
        rows.parser = ReaderBuilder::new()
            .delimiter(rows.delimiter)
            .terminator(Terminator::Any(b'\n'))
            .build();
        rows.split()?;
        if let Some(code) = rows.bad {
            return Err(ReadError::new(format!("header line: {}", code.meaning()), code.hint()));
        }
        if rows.cells.len() > COLUMNS {
            return Err(ReadError::new("there are more than 256 columns", "export fewer columns"));
        }
        let mut names = Vec::new();
        for cell in &rows.cells {
            let Ok(name) = std::str::from_utf8(&rows.cell_bytes()[cell.clone()]) else {
                return Err(ReadError::new("the header line is not UTF-8", "export as UTF-8"));
            };
            names.push(name.trim().to_owned());
        }
        rows.columns = Columns::new(names, &options.map)?;
        Ok(rows)
    }

    /// Moves to the next row; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool, ReadError> {
        self.raw.drain(..self.used);
        self.line += self.lines_used;
        (self.used, self.lines_used, self.bad) = (0, 0, None);
        if !self.fill()? {
            return Ok(false);
        }
        if self.bad.is_none() {
            self.split()?;
        }
        Ok(true)
    }

    /// The line of the file on which the row in hand begins, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The row in hand as an event.
    pub(super) fn event(&self) -> Found<'_> {
        if let Some(code) = self.bad {
            return Found::bad_row(code);
        }
        let mut found = Found::default();
        let bytes = self.cell_bytes();
        let text = self.cells.last().and_then(|last| std::str::from_utf8(&bytes[..last.end]).ok());
        for (column, cell) in self.cells.iter().enumerate() {
            let field = self.columns.field(column);
            if cell.len() > FIELD_BYTES {
                let path = field.map_or(ROW, |field| field.name());
                found.problems.push(Problem::new(Code::FieldTooLarge, path));
            }
            let Some(field) = field.filter(|_| !cell.is_empty()) else { continue };
            // Cells are looked at one by one only where the row as a whole is not UTF-8.
            match text.and_then(|text| text.get(cell.clone())) {
                Some(value) => field.put(&mut found.event, value.into()),
                None => match std::str::from_utf8(&bytes[cell.clone()]) {
                    Ok(value) => field.put(&mut found.event, value.into()),
                    Err(_) => found.problems.push(Problem::new(Code::InvalidUtf8, field.name())),
                },
            }
        }
        if text.is_none() && found.problems.is_empty() {
            found.problems.push(Problem::new(Code::InvalidUtf8, ROW));
        }
        found
    }

    fn cell_bytes(&self) -> &[u8] {
        if self.is_quoted { &self.unquoted } else { &self.raw }
    }

    /// Makes sure that `raw` begins with a line that is not empty; `false` at the end.
    fn fill(&mut self) -> Result<bool, ReadError> {
        loop {
            if self.raw.is_empty() {
                let skipped = std::mem::take(&mut self.skipped_line);
                match if skipped { Line::TooLong } else { self.append_line()? } {
                    Line::End => return Ok(false),
                    Line::Whole => {}
                    Line::TooLong => {
                        self.bad = Some(Code::RowTooLarge);
                        (self.used, self.lines_used) = (self.raw.len(), 1);
                        return Ok(true);
                    }
                }
            }
            let first = first_line(&self.raw);
            if !matches!(&self.raw[..first], b"\n" | b"\r\n") {
                return Ok(true);
            }
            self.raw.drain(..first);
            self.line += 1;
        }
    }

    fn append_line(&mut self) -> Result<Line, ReadError> {
        let limit = self.raw.len() + ROW_BYTES;
        append_line(&mut *self.input, &mut self.raw, limit).map_err(|error| ReadError::io(&error))
    }

    /// Finds the cells of the row that `raw` begins with.
    fn split(&mut self) -> Result<(), ReadError> {
        let line = first_line(&self.raw);
        self.cells.clear();
        self.is_quoted = memchr(b'"', &self.raw[..line]).is_some();
        if self.is_quoted {
            if !self.split_quoted()? || (self.used > line && self.looks_torn()) {
                // A quote is open that should not be: the first line is the bad row, and the
                // lines behind it are rows of their own.
                self.bad = Some(Code::InvalidCsv);
                self.used = line;
            }
        } else {
            let end = line - 1;
            let mut start = 0;
            for at in memchr_iter(self.delimiter, &self.raw[..end]).take(COLUMNS) {
                self.cells.push(start..at);
                start = at + 1;
            }
            self.cells.push(start..end);
            self.used = line;
        }
        let bytes = if self.is_quoted { &self.unquoted } else { &self.raw };
        if let Some(last) = self.cells.last_mut()
            && bytes[last.clone()].last() == Some(&b'\r')
        {
            last.end -= 1;
        }
        self.lines_used = memchr_iter(b'\n', &self.raw[..self.used]).count() as u64;
        if self.bad.is_none() && self.has_wrong_count() {
            self.bad = Some(Code::WrongColumnCount);
        }
        Ok(())
    }

    /// Whether a row of several lines was held together by a quote that should not be there.
    fn looks_torn(&self) -> bool {
        self.has_wrong_count() || has_text_behind_a_quote(&self.raw[..self.used], self.delimiter)
    }

    /// Before the header is known any number is right.
    fn has_wrong_count(&self) -> bool {
        !self.columns.is_empty() && self.cells.len() != self.columns.len()
    }

    /// As `split`, where quotes are; `false` if the row has no end within its limits.
    fn split_quoted(&mut self) -> Result<bool, ReadError> {
        self.parser.reset();
        let (mut read, mut written, mut cells) = (0, 0, 0);
        loop {
            let (result, taken, put, ended) = self.parser.read_record(
                &self.raw[read..],
                &mut self.unquoted[written..],
                &mut self.ends[cells..],
            );
            (read, written, cells) = (read + taken, written + put, cells + ended);
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::InputEmpty => {
                    let open = written - if cells == 0 { 0 } else { self.ends[cells - 1] };
                    let whole = self.raw.len();
                    if open > FIELD_BYTES || whole > ROW_BYTES || self.skipped_line {
                        return Ok(false);
                    }
                    match self.append_line()? {
                        Line::Whole => {}
                        Line::End => return Ok(false),
                        Line::TooLong => {
                            self.raw.truncate(whole);
                            self.skipped_line = true;
                            return Ok(false);
                        }
                    }
                }
                ReadRecordResult::OutputFull
                | ReadRecordResult::OutputEndsFull
                | ReadRecordResult::End => return Ok(false),
            }
        }
        let mut start = 0;
        for end in &self.ends[..cells] {
            self.cells.push(start..*end);
            start = *end;
        }
        self.used = read;
        Ok(true)
    }
}

/// The length of the first line, its `\n` included; `raw` is never without one.
fn first_line(raw: &[u8]) -> usize {
    memchr(b'\n', raw).map_or(raw.len(), |at| at + 1)
}

/// Whether a quoted cell goes on behind its closing quote, as in `"a"b`.
fn has_text_behind_a_quote(row: &[u8], delimiter: u8) -> bool {
    let is_end = |byte: &u8| *byte == delimiter || *byte == b'\r' || *byte == b'\n';
    let mut rest = row;
    while let Some(first) = rest.first() {
        if *first == b'"' {
            rest = &rest[1..];
            while let Some(quote) = memchr(b'"', rest) {
                rest = &rest[quote + 1..];
                match rest.first() {
                    Some(b'"') => rest = &rest[1..],
                    Some(byte) if !is_end(byte) => return true,
                    _ => break,
                }
            }
        }
        let end = rest.iter().position(is_end).map_or(rest.len(), |at| at + 1);
        rest = &rest[end..];
    }
    false
}

/// The delimiter that the header line has most of, quoted names aside.
fn likely_delimiter(raw: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut in_quotes = false;
    for byte in &raw[..first_line(raw)] {
        in_quotes ^= *byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(byte == delimiter && !in_quotes);
        }
    }
    // The first of equals: `max_by_key` would give the last.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}
