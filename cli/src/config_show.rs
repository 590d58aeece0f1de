//! Which settings are in force, and where does each come from? The token is only said to be there.

use crate::exit::{Ending, Failure};
use matchback::config::ladder::Resolved;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Line<'a> {
    setting: &'a str,
    value: String,
    origin: String,
    about: &'a str,
}

/// Lists every setting.
pub(crate) fn run(
    resolved: &Resolved,
    origin: bool,
    json: bool,
    mut out: impl Write,
) -> Result<Ending, Failure> {
    let lines: Vec<Line<'_>> = resolved
        .settings()
        .map(|(setting, value, origin)| Line {
            setting: setting.name,
            value: value.unwrap_or_else(|| "-".to_owned()),
            origin: origin.to_string(),
            about: setting.help,
        })
        .collect();
    if json {
        serde_json::to_writer_pretty(&mut out, &lines).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(Ending::Done);
    }
    let names = lines.iter().map(|line| line.setting.len()).max().unwrap_or(0);
    let values = lines.iter().map(|line| line.value.chars().count()).max().unwrap_or(0);
    for line in &lines {
        let (name, value) = (line.setting, &line.value);
        if origin {
            writeln!(out, "{name:<names$}  {value:<values$}  {}", line.origin)?;
        } else {
            writeln!(out, "{name:<names$}  {value}")?;
        }
    }
    Ok(Ending::Done)
}
