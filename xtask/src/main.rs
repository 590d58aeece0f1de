//! The project's own tasks: what is longer than five lines of shell.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the person at the terminal"
)]

mod measure;
mod steps;
mod test;

use anyhow::{Result, bail};

const HELP: &str = "cargo xtask TASK

  test          everything that must pass: format, lints, tests, vectors, licences
  compare       the engine beside hand-written Python, Node and Java, in one run
  instructions  instructions per prepared event, counted by callgrind
  memory        send 5 million rows to the sandbox and watch the memory

A second run of `test` with nothing changed is quick: each step is skipped while the files it
reads are the same as when it last passed.";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("test") => test::run(),
        Some("compare") => measure::compare(),
        Some("instructions") => measure::instructions(),
        Some("memory") => measure::memory(&arguments[1..]),
        Some("help" | "--help" | "-h") | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => bail!("there is no task `{other}`\n\n{HELP}"),
    }
}
