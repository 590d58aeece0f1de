//! Matchback sends conversions to LinkedIn's Conversions API.
//!
//! One engine decides everything: it normalises, hashes, validates, batches, limits and delivers.
//! The promise: *at least once to LinkedIn, exactly once in our own books*.
//!
//! Not affiliated with LinkedIn.
#![forbid(unsafe_code)]

// -- vocabulary
pub mod config;
mod event;
mod problem;
mod secret;
mod version;
// -- rules: pure functions
mod prepare;
// -- LinkedIn's set-up side
pub mod setup;

pub use config::{Config, ConfigError, Policy, RuleId};
pub use event::{Amount, Event, Moment, Text, Texts};
pub use prepare::{Prepared, Written, prepare, prepare_into};
pub use problem::{Code, Problem, Refused};
pub use secret::Secret;
pub use version::{ApiVersion, CALENDAR, NotAVersion, Release};
