//! Where does a token come from: a value, the environment, a file that is rotated, a command?
//! It must never print one, nor take one that cannot be a token. Refreshing is `refresh`'s business.

use super::stored_token::StoredToken;
use super::{SetupCode, SetupError};
use crate::secret::Secret;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};
use zeroize::Zeroizing;

/// The environment variables that may hold the token, the first that is set wins. The last one often
/// belongs to an app for posting, which may not send conversions.
pub const VARIABLES: [&str; 3] =
    ["MATCHBACK_ACCESS_TOKEN", "LINKEDIN_CAPI_ACCESS_TOKEN", "LINKEDIN_ACCESS_TOKEN"];
/// Each variable's twin with this ending names a file that holds the token.
const FILE_ENDING: &str = "_FILE";
/// Longest token, in bytes; LinkedIn's have up to some thousand characters.
const LONGEST_TOKEN: usize = 16 * 1024;
/// Longest time for a command that prints a token.
const LONGEST_COMMAND: Duration = Duration::from_secs(30);

/// Something that can be asked for the token again and again.
pub trait TokenSource: fmt::Debug + Send {
    /// The token as it is now. May read a file or run a command: not for each request.
    fn read(&mut self) -> Result<Secret, SetupError>;

    /// The token if it has changed since the last call of `read` or `poll`; cheap. For sources that
    /// cannot tell, never.
    fn poll(&mut self) -> Result<Option<Secret>, SetupError> {
        Ok(None)
    }
}

/// Takes the text as a token if it can be one: not empty, no spaces inside, no `Bearer` before it.
pub fn check(text: String) -> Result<Secret, SetupError> {
    let text = Zeroizing::new(text);
    let token = text.trim();
    let visible = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.is_empty() || !visible || token.len() > LONGEST_TOKEN {
        return Err(SetupError::here(SetupCode::TokenMalformed));
    }
    if token.eq_ignore_ascii_case("bearer") {
        return Err(SetupError::here(SetupCode::TokenMalformed));
    }
    Ok(Secret::new(token.to_owned()))
}

/// One token for the life of the process.
#[derive(Debug)]
pub struct Fixed(Secret);

impl Fixed {
    /// Takes the token, if it can be one.
    pub fn new(token: String) -> Result<Self, SetupError> {
        check(token).map(Fixed)
    }
}

impl TokenSource for Fixed {
    fn read(&mut self) -> Result<Secret, SetupError> {
        Ok(self.0.clone())
    }
}

/// The source that the environment names, and the variable that named it.
/// `lookup` is `std::env::var(name).ok()` outside of tests.
pub fn from_environment(
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<(String, Box<dyn TokenSource>), SetupError> {
    let set = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
    for name in VARIABLES {
        if let Some(token) = set(name) {
            return Ok((name.to_owned(), Box::new(Fixed::new(token)?)));
        }
        let name = format!("{name}{FILE_ENDING}");
        if let Some(path) = set(&name) {
            return Ok((name, Box::new(Watched::new(path.trim()))));
        }
    }
    Err(SetupError::here(SetupCode::TokenMissing))
}

/// A file that somebody else rotates: the bare token, or what `auth login` stored.
#[derive(Debug)]
pub struct Watched {
    path: PathBuf,
    seen: Option<(SystemTime, u64)>,
}

impl Watched {
    /// Watches this file; it need not exist yet.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Watched { path: path.as_ref().to_owned(), seen: None }
    }

    fn stamp(&self) -> Option<(SystemTime, u64)> {
        let metadata = std::fs::metadata(&self.path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }
}

impl TokenSource for Watched {
    fn read(&mut self) -> Result<Secret, SetupError> {
        // Looked at before reading: a change in between is then seen the next time, not missed.
        let stamp = self.stamp();
        let token = StoredToken::load(&self.path)?.access;
        self.seen = stamp;
        Ok(token)
    }

    fn poll(&mut self) -> Result<Option<Secret>, SetupError> {
        // A file that is away for a moment is being replaced.
        match self.stamp() {
            Some(stamp) if Some(stamp) != self.seen => self.read().map(Some),
            _ => Ok(None),
        }
    }
}

/// A command that prints the token, run without a shell; what it says on standard error is dropped,
/// because it may repeat the token.
pub struct Printed {
    program: PathBuf,
    arguments: Vec<String>,
    longest: Duration,
}

impl Printed {
    /// By program and arguments.
    pub fn new(program: impl AsRef<Path>, arguments: &[String]) -> Self {
        let program = program.as_ref().to_owned();
        Printed { program, arguments: arguments.to_vec(), longest: LONGEST_COMMAND }
    }

    /// With another limit of time than thirty seconds.
    #[must_use]
    pub fn within(self, longest: Duration) -> Self {
        Printed { longest, ..self }
    }
}

impl TokenSource for Printed {
    fn read(&mut self) -> Result<Secret, SetupError> {
        let failed = || SetupError::here(SetupCode::TokenCommandFailed);
        let deadline = Instant::now() + self.longest;
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| failed())?;
        let output = child.stdout.take().ok_or_else(failed)?;
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut text = Zeroizing::new(String::with_capacity(LONGEST_TOKEN + 1));
            let read = output.take(LONGEST_TOKEN as u64 + 1).read_to_string(&mut text);
            // Nobody listens any more once the time is over.
            let _ = sender.send(read.map(|_| text));
        });
        let Ok(Ok(text)) = receiver.recv_timeout(self.longest) else {
            stop(&mut child);
            return Err(failed());
        };
        if ended_well(&mut child, deadline) { check(text.to_string()) } else { Err(failed()) }
    }
}

impl fmt::Debug for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Arguments may name the secret, or be one.
        f.debug_struct("Printed").field("program", &self.program).finish_non_exhaustive()
    }
}

/// Waits for the command's end; one that has printed its token and does not end is stopped.
fn ended_well(child: &mut Child, deadline: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            _ => {
                stop(child);
                return false;
            }
        }
    }
}

/// It may have ended by itself in this moment; either way it is gone afterwards.
fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
#[path = "token_source_tests.rs"]
mod tests;
