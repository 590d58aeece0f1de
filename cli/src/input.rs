//! Where do the rows come from? A file or standard input, with what the command line says of it.

use crate::args::Input;
use crate::exit::{Failure, told};
use matchback::read::{Format, Options, Rows};
use std::fs::File;
use std::io;
use std::path::Path;

/// Opens the input. With `event_ids`, rows without an event id get one made of their content.
pub(crate) fn open(input: Input, event_ids: bool) -> Result<Rows, Failure> {
    let Input { file, format, delimiter, map, set } = input;
    let format = format.map(Format::from);
    let options = Options { format, delimiter, map, set, event_ids };
    if file.as_os_str() == "-" {
        return Rows::open(io::stdin(), None, options).map_err(|error| told(&error));
    }
    let opened = File::open(&file).map_err(|error| cannot_open(&file, &error))?;
    Rows::open(opened, Some(&file), options).map_err(|error| told(&error))
}

fn cannot_open(file: &Path, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "check the path; `matchback example` writes a file to try with",
        _ => "check the file's permissions",
    };
    Failure::usage(format!("{}: {error}", file.display()), hint)
}
