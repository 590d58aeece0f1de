//! How is a sandbox run by hand or by a script? In the foreground, with one ready line.

use crate::args;
use crate::exit::{Ending, Failure};
use matchback_sandbox::Sandbox;
use std::io::{self, Write};

/// Runs until it is stopped.
pub(crate) fn run(arguments: &args::Sandbox) -> Result<Ending, Failure> {
    let json = arguments.json;
    let mut builder = Sandbox::builder().port(arguments.port);
    if let Ok(token) = std::env::var("MATCHBACK_SANDBOX_TOKEN") {
        builder = builder.token(token);
    }
    let served = builder.serve(|sandbox| {
        // A reader that has gone does not need the line; the server is wanted all the same.
        let _ = announce(sandbox, json);
    });
    served.map_err(|error| {
        let what = format!("port {}: {error}", arguments.port);
        Failure::usage(what, "take a free port with --port 0")
    })?;
    Ok(Ending::Done)
}

/// The token is the sandbox's own and opens nothing else.
fn announce(sandbox: &Sandbox, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (url, token) = (sandbox.url(), sandbox.token());
    if json {
        writeln!(out, "{}", serde_json::json!({"ready": true, "url": url, "token": token}))?;
    } else {
        writeln!(out, "sandbox listening on {url} (not LinkedIn), token {token}")?;
    }
    out.flush()
}
