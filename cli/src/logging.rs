//! What is told on standard error while a command runs, and how much of it? `-v` shows more; at
//! no level does an event's content appear, because nothing in the engine logs it.

use std::io::IsTerminal;
use tracing_subscriber::filter::LevelFilter;

/// Installs the subscriber of this process. `MATCHBACK_LOG` (error, warn, info, debug, trace) is
/// used where no `-v` is given.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => std::env::var("MATCHBACK_LOG")
            .ok()
            .and_then(|level| level.parse().ok())
            .unwrap_or(LevelFilter::WARN),
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(colour())
        .init();
}

/// Whether standard error may be coloured.
pub(crate) fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
