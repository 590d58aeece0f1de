//! What kind of input is this? Compression by its first bytes, the format by the file's name and
//! then by its first character. Nothing is read further than needed to tell.

use super::{Format, ReadError};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// A decompressed input with its format.
pub(super) fn open(
    input: Box<dyn Read + Send>,
    name: Option<&Path>,
    format: Option<Format>,
) -> Result<(Box<dyn BufRead + Send>, Format), ReadError> {
    let (start, input) = peek(input, |start| start.len() >= 2)?;
    let input: Box<dyn Read + Send> =
        if start.starts_with(&[0x1f, 0x8b]) { Box::new(Guarded::new(input)) } else { input };
    let first =
        |start: &[u8]| without_mark(start).iter().copied().find(|b| !b.is_ascii_whitespace());
    let (start, input) = peek(input, |start| start.len() > 3 && first(start).is_some())?;
    refuse_other_formats(&start)?;
    let mut input = BufReader::with_capacity(128 * 1024, input);
    if without_mark(&start).len() < start.len() {
        input.read_exact(&mut [0; MARK.len()]).map_err(|error| ReadError::io(&error))?;
    }
    let format =
        format.or_else(|| by_name(name?, first(&start))).unwrap_or_else(|| match first(&start) {
            Some(b'[') => Format::Array,
            Some(b'{') | None => Format::Lines,
            Some(_) => Format::Csv,
        });
    Ok((Box::new(input), format))
}

const MARK: &[u8] = "\u{feff}".as_bytes();

fn without_mark(start: &[u8]) -> &[u8] {
    start.strip_prefix(MARK).unwrap_or(start)
}

fn by_name(name: &Path, first: Option<u8>) -> Option<Format> {
    let name = name.file_name()?.to_str()?.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.')?.1 {
        "json" if first == Some(b'[') => Some(Format::Array),
        "json" | "jsonl" | "ndjson" => Some(Format::Lines),
        "csv" | "tsv" => Some(Format::Csv),
        _ => None,
    }
}

fn refuse_other_formats(start: &[u8]) -> Result<(), ReadError> {
    if start.starts_with(b"PK\x03\x04") {
        return Err(ReadError::new(
            "this is a spreadsheet or a ZIP archive",
            "export it as CSV (UTF-8), or unpack it",
        ));
    }
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return Err(ReadError::new("the text is UTF-16", "export it as UTF-8"));
    }
    Ok(())
}

/// Reads until there is enough, and gives back the start together with the whole input.
fn peek(
    mut input: Box<dyn Read + Send>,
    is_enough: impl Fn(&[u8]) -> bool,
) -> Result<(Vec<u8>, Box<dyn Read + Send>), ReadError> {
    let mut start = vec![0; 4096];
    let mut length = 0;
    while length < start.len() && !is_enough(&start[..length]) {
        match input.read(&mut start[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::io(&error)),
        }
    }
    start.truncate(length);
    let whole = Cursor::new(start.clone()).chain(input);
    Ok((start, Box::new(whole)))
}

/// Gzip that stops where it unpacks to absurdly more than it holds.
struct Guarded {
    decoder: MultiGzDecoder<BufReader<Counted>>,
    unpacked: u64,
}

/// Real exports shrink 5 to 30 times.
const RATIO: u64 = 100;
/// Below this no ratio is looked at: a small file of equal rows shrinks more, and is harmless.
const ALWAYS: u64 = 64 * 1024 * 1024;

impl Guarded {
    fn new(input: Box<dyn Read + Send>) -> Self {
        let input = BufReader::new(Counted { input, bytes: 0 });
        Guarded { decoder: MultiGzDecoder::new(input), unpacked: 0 }
    }
}

impl Read for Guarded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(into)?;
        self.unpacked += read as u64;
        let packed = self.decoder.get_ref().get_ref().bytes;
        if self.unpacked > ALWAYS && self.unpacked / RATIO > packed {
            return Err(io::Error::other("it unpacks to more than 100 times its size"));
        }
        Ok(read)
    }
}

struct Counted {
    input: Box<dyn Read + Send>,
    bytes: u64,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use std::io::Write;

    fn format(name: Option<&str>, bytes: &[u8]) -> Format {
        let input = Box::new(Cursor::new(bytes.to_vec()));
        open(input, name.map(Path::new), None).unwrap().1
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn formats_are_found_by_name_then_by_content() {
        for (name, content, expected) in [
            (None, "{}", Format::Lines),
            (None, "\u{feff} \n[{}]", Format::Array),
            (None, "email;amount\n", Format::Csv),
            (None, "", Format::Lines),
            (Some("a.json"), "[{}]", Format::Array),
            (Some("a.json"), "{}", Format::Lines),
            (Some("A.CSV"), "[x],y\n", Format::Csv),
            (Some("a.tsv"), "x\n", Format::Csv),
            (Some("a.ndjson"), "[]", Format::Lines),
            (Some("a.txt"), "email\n", Format::Csv),
        ] {
            assert_eq!(format(name, content.as_bytes()), expected, "{name:?}");
            let packed = name.map(|name| format!("{name}.gz"));
            assert_eq!(format(packed.as_deref(), &gzip(content.as_bytes())), expected, "{name:?}");
        }
    }

    #[test]
    fn other_formats_are_named() {
        for bytes in [&b"PK\x03\x04rest"[..], b"\xff\xfee\0", b"\xfe\xff\0e"] {
            let input = Box::new(Cursor::new(bytes.to_vec()));
            assert!(open(input, None, None).is_err());
        }
    }

    #[test]
    fn a_bomb_is_stopped_and_a_small_file_of_equal_rows_is_not() {
        let mut read = 0;
        let bomb = gzip(&vec![b'x'; 80 << 20]);
        let mut guarded = Guarded::new(Box::new(Cursor::new(bomb)));
        let mut chunk = vec![0; 1 << 20];
        let error = loop {
            match guarded.read(&mut chunk) {
                Ok(some) => read += some as u64,
                Err(error) => break error,
            }
        };
        assert!(error.to_string().contains("100 times"));
        assert!(read <= ALWAYS);
        let mut rows = Vec::new();
        Guarded::new(Box::new(Cursor::new(gzip(&vec![b'x'; 4 << 20]))))
            .read_to_end(&mut rows)
            .unwrap();
        assert_eq!(rows.len(), 4 << 20);
    }
}
