//! How does a command end? With one exit code, and, when it failed, with what happened and a hint.

use std::fmt;
use std::process::ExitCode;

/// The command's result as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// 0: everything was accepted.
    Done = 0,
    /// 1: it ran, and some events were rejected.
    SomeRejected = 1,
    /// 2: usage or configuration is wrong; nothing was sent.
    Usage = 2,
    /// 3: LinkedIn does not take the token.
    Authentication = 3,
    /// 4: not everything could be sent now; the rest is named.
    Temporary = 4,
    /// 130: interrupted.
    Interrupted = 130,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        ExitCode::from(ending as u8)
    }
}

/// A command that could not run: what happened, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) what: String,
    pub(crate) hint: Option<String>,
    pub(crate) ending: Ending,
    broken_pipe: bool,
}

impl Failure {
    /// The same, ending otherwise.
    pub(crate) fn ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    /// Whether whoever reads our output has gone.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// Usage or configuration.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Failure {
            what: what.into(),
            hint: Some(hint.into()),
            ending: Ending::Usage,
            broken_pipe: false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Failure { what: error.to_string(), hint: None, ending: Ending::Usage, broken_pipe }
    }
}

/// Errors whose own text already ends with `hint:` lines.
pub(crate) fn told(error: &impl fmt::Display) -> Failure {
    let text = error.to_string();
    let (what, hint) = match text.split_once("\n  hint: ") {
        Some((what, hint)) => (what.to_owned(), Some(hint.to_owned())),
        None => (text, None),
    };
    Failure { what, hint, ending: Ending::Usage, broken_pipe: false }
}
