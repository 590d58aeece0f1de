//! Where does a line end? Lines of any length from any reader, in constant memory.
//! Nothing here knows what a line means.

use memchr::memchr;
use std::io::{self, BufRead};

/// What [`append_line`] has found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing: the input has ended.
    End,
    /// A line; it always ends in `\n`, also where the input's last one does not.
    Whole,
    /// A line longer than the limit; its end has been skipped, its beginning must not be used.
    TooLong,
}

/// Appends the next line. `limit` is the greatest length in bytes that `into` may reach.
pub(super) fn append_line(
    input: &mut dyn BufRead,
    into: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Line> {
    let mut began = false;
    let mut too_long = false;
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            if !began {
                return Ok(Line::End);
            }
            into.push(b'\n');
            break;
        }
        began = true;
        let end = memchr(b'\n', chunk).map(|at| at + 1);
        let part = &chunk[..end.unwrap_or(chunk.len())];
        too_long |= into.len() + part.len() > limit;
        if !too_long {
            into.extend_from_slice(part);
        }
        let taken = part.len();
        input.consume(taken);
        if end.is_some() {
            break;
        }
    }
    Ok(if too_long { Line::TooLong } else { Line::Whole })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    #[test]
    fn lines_come_whole_from_small_buffers() {
        let mut input = io::BufReader::with_capacity(3, &b"one\n\ntwo and more\nlast"[..]);
        let mut seen = Vec::new();
        loop {
            let mut line = Vec::new();
            match append_line(&mut input, &mut line, 9).unwrap() {
                Line::End => break,
                Line::Whole => seen.push(String::from_utf8(line).unwrap()),
                Line::TooLong => seen.push("(too long)".to_owned()),
            }
        }
        assert_eq!(seen, ["one\n", "\n", "(too long)", "last\n"]);
    }
}
