//! Where does an element of one big JSON array begin and end? Elements come one by one, in
//! constant memory. Whether an element is well-formed is decided where it is read.

use super::{ROW_BYTES, ReadError};
use memchr::memchr3;
use std::io::BufRead;

pub(super) struct Elements {
    input: Box<dyn BufRead + Send>,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Before,
    Inside,
    Ended,
}

/// What [`Elements::next`] has left in the row.
pub(super) enum Element {
    /// Nothing: the array has ended.
    End,
    Whole,
    /// More than a row may hold; the row must not be used.
    TooLarge,
}

impl Elements {
    pub(super) fn new(input: Box<dyn BufRead + Send>) -> Self {
        Elements { input, state: State::Before }
    }

    /// Puts the next element's text into `row`.
    pub(super) fn next(&mut self, row: &mut Vec<u8>) -> Result<Element, ReadError> {
        row.clear();
        let is_first = self.state == State::Before;
        if is_first && self.skip_blanks()? != Some(b'[') {
            return Err(ReadError::new(
                "this is not a JSON array",
                "give the format: jsonl or csv",
            ));
        }
        if self.state == State::Ended {
            return Ok(Element::End);
        }
        self.state = State::Inside;
        let mut scan = Scan::default();
        let mut too_large = false;
        loop {
            let chunk = self.input.fill_buf().map_err(|error| ReadError::io(&error))?;
            if chunk.is_empty() {
                let error = std::io::ErrorKind::UnexpectedEof.into();
                return Err(ReadError::io(&error));
            }
            let end = scan.end(chunk);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            too_large |= row.len() + part.len() > ROW_BYTES;
            if !too_large {
                row.extend_from_slice(part);
            }
            let delimiter = end.map(|at| chunk[at]);
            let taken = part.len() + usize::from(end.is_some());
            self.input.consume(taken);
            match delimiter {
                None => {}
                Some(b']') => {
                    self.state = State::Ended;
                    if self.skip_blanks()?.is_some() {
                        return Err(ReadError::new(
                            "something stands behind the end of the JSON array",
                            "keep one array in a file, or write one object on each line",
                        ));
                    }
                    if is_first && row.trim_ascii().is_empty() {
                        return Ok(Element::End);
                    }
                    break;
                }
                Some(_) => break,
            }
        }
        Ok(if too_large { Element::TooLarge } else { Element::Whole })
    }

    /// Takes the next byte that is not blank.
    fn skip_blanks(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            let chunk = self.input.fill_buf().map_err(|error| ReadError::io(&error))?;
            let Some(first) = chunk.first() else { return Ok(None) };
            let byte = *first;
            self.input.consume(1);
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
        }
    }
}

/// Follows strings and brackets far enough to see the comma or bracket that ends an element.
#[derive(Default)]
struct Scan {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// Where the element ends in this chunk; `None` when it goes on behind it.
    fn end(&mut self, chunk: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < chunk.len() {
            if self.escaped {
                self.escaped = false;
                at += 1;
                continue;
            }
            if self.in_string {
                at += memchr3(b'"', b'\\', b'\n', &chunk[at..])?;
                self.escaped = chunk[at] == b'\\';
                // JSON strings hold no line breaks: here a closing quote is missing, and the
                // elements behind it should not suffer for it.
                self.in_string = self.escaped;
                at += 1;
                continue;
            }
            match chunk[at] {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b',' | b']' if self.depth == 0 => return Some(at),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use std::io::BufReader;

    fn split(text: &'static str, capacity: usize) -> Result<Vec<String>, ReadError> {
        let input = Box::new(BufReader::with_capacity(capacity, text.as_bytes()));
        let (mut elements, mut row, mut seen) = (Elements::new(input), Vec::new(), Vec::new());
        while let Element::Whole = elements.next(&mut row)? {
            seen.push(String::from_utf8(row.clone()).unwrap().trim().to_owned());
        }
        Ok(seen)
    }

    #[test]
    fn elements_come_one_by_one_from_any_buffer() {
        let text = r#" [ {"a":"],\"{"} , [1,[2]],3 ,"x\\" ] "#;
        for capacity in [1, 2, 7, 4096] {
            let seen = split(text, capacity).unwrap();
            assert_eq!(seen, [r#"{"a":"],\"{"}"#, "[1,[2]]", "3", r#""x\\""#]);
        }
        assert_eq!(split("[]", 8), Ok(vec![]));
        assert_eq!(split("[\n]\n", 8), Ok(vec![]));
        assert_eq!(split("[1,]", 8).unwrap(), ["1", ""]);
    }

    #[test]
    fn a_missing_quote_costs_one_element() {
        let seen = split("[{\"a\":\"x},\n{\"a\":1}\n]", 64).unwrap_err();
        assert!(seen.to_string().contains("too early"));
        assert_eq!(split("[\"a,\n2,\n3]", 64).unwrap(), ["\"a,\n2", "3"]);
    }

    #[test]
    fn what_is_no_array_is_said() {
        for text in ["", "{}", "[1", "[1,", "[1] 2", "[\"a"] {
            assert!(split(text, 4).is_err(), "{text}");
        }
    }
}
