//! What is the digest of this address? Normalised exactly as in an event, then hashed.
//! A wrong address is named by its position, never shown.

use crate::exit::{Ending, Failure};
use std::io::{BufRead, Write};

/// Hashes the given addresses, or the lines of `input` when there are none.
pub(crate) fn run(
    emails: Vec<String>,
    input: impl BufRead,
    mut out: impl Write,
    mut talk: impl Write,
) -> Result<Ending, Failure> {
    let mut ending = Ending::Done;
    let given = emails.into_iter().map(Ok);
    let mut lines = input.lines();
    let mut number = 0_u64;
    let mut emails: Box<dyn Iterator<Item = std::io::Result<String>>> =
        if given.len() > 0 { Box::new(given) } else { Box::new(&mut lines) };
    for email in &mut emails {
        number += 1;
        match matchback::hash_email(&email?) {
            Ok(digest) => writeln!(out, "{digest}")?,
            Err(problem) => {
                ending = Ending::SomeRejected;
                // An empty line keeps the output in step with the input.
                writeln!(out)?;
                let (code, meaning, hint) =
                    (problem.code, problem.code.meaning(), problem.code.hint());
                writeln!(talk, "error: address {number}: {meaning} ({code})\n  hint: {hint}")?;
            }
        }
    }
    Ok(ending)
}
