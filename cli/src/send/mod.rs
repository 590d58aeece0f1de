//! How does a file get to LinkedIn? Rows are read, prepared and handed over in chunks; what becomes
//! of each is told apart by row. Memory does not grow with the file.

mod load;
mod progress;
mod rejects;
mod summary;

use crate::args::{self, Target};
use crate::exit::{Ending, Failure, told};
use crate::{input, prepare};
use load::Loader;
use matchback::{Client, Config, Secret};
use matchback_sandbox::Sandbox;
use progress::Progress;
use rejects::Rejects;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs `send`.
pub(crate) fn run(arguments: args::Send, mut config: Config) -> Result<Ending, Failure> {
    let args::Send { input, policy: _, to, dry_run, rejects, json, quiet } = arguments;
    let rows = input::open(input, true)?;
    if dry_run {
        let out = io::BufWriter::new(io::stdout().lock());
        return prepare::run(rows, &config.policy, crate::now_ms(), out);
    }
    let sandbox = match to {
        Target::Linkedin => None,
        Target::Sandbox => Some(start_sandbox(&mut config)?),
    };
    if config.token.is_none() {
        let hint = "set MATCHBACK_TOKEN, or try it without one: --to sandbox";
        let failure = Failure::usage("there is no access token", hint);
        return Err(failure.ending(Ending::Authentication));
    }
    let rejects = rejects.map(|path| Rejects::create(&path)).transpose()?;
    let client = Client::new(config).map_err(|error| told(&error))?;
    let progress = Progress::new(quiet || json);
    let mut loader = Loader::new(client, rows, rejects, progress, on_interrupt()?);
    let ending = loader.run();
    let mut summary = loader.finish()?;
    summary.sandbox_stored = sandbox.as_ref().map(|sandbox| sandbox.counts().stored);
    if json {
        summary.write_json(&mut io::stdout().lock())?;
    } else if !quiet {
        summary.write_text(&mut io::stderr().lock())?;
    }
    ending
}

/// A sandbox for this run, which keeps little so that memory stays small.
fn start_sandbox(config: &mut Config) -> Result<Sandbox, Failure> {
    const KEPT_BYTES: usize = 1024 * 1024;
    const KNOWN_IDS: usize = 100_000;
    /// It answers at once, so four batches are enough to keep it busy.
    const QUEUED: usize = 20_000;
    let sandbox =
        Sandbox::builder().keep_bytes(KEPT_BYTES).remember_ids(KNOWN_IDS).start().map_err(
            |error| Failure::usage(format!("the sandbox cannot start: {error}"), "try again"),
        )?;
    config.queue_events = config.queue_events.min(QUEUED);
    config.base_url = sandbox.url();
    config.token = Some(Secret::new(sandbox.token().to_owned()));
    Ok(sandbox)
}

/// Set by Ctrl-C and by SIGTERM; a second one ends the process at once.
fn on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(Ending::Interrupted as i32);
        }
        let _ = writeln!(io::stderr(), "stopping: waiting for what is under way …");
    })
    .map_err(|error| Failure::usage(format!("signals cannot be handled: {error}"), "try again"))?;
    Ok(interrupted)
}
