//! A LinkedIn Conversions API look-alike for tests and demos: as strict as the real one is known
//! to be, with faults on demand, on 127.0.0.1 only.
//!
//! It judges with its own code, not with that of the `matchback` crate (of which it knows the
//! version calendar only), so that it can contradict it.
//!
//! ```
//! use matchback_sandbox::{Fault, Sandbox};
//!
//! # fn main() -> std::io::Result<()> {
//! let sandbox = Sandbox::builder().requests_per_minute(60).start()?;
//! sandbox.script(Fault::status(503).times(2));
//! // … point a client at `sandbox.url()` with `sandbox.token()` …
//! assert_eq!(sandbox.counts().stored, 0);
//! # Ok(())
//! # }
//! ```
//!
//! Not affiliated with LinkedIn.
#![forbid(unsafe_code)]

mod answer;
mod builder;
mod business;
mod call;
mod clock;
mod control;
mod fault;
mod json;
mod limits;
mod line;
mod linkedin;
mod record;
mod sandbox;
mod schema;
mod seen;
mod state;
mod warnings;

pub use builder::Builder;
pub use business::{Dialect, Rules};
pub use fault::{Action, At, Fault, TokenState, Wording};
pub use record::{Counts, ReceivedEvent, ReceivedRequest};
pub use sandbox::Sandbox;

/// The README's Rust runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
