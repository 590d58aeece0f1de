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
mod hash;
mod normalize;
mod prepare;
mod wire;

pub use config::{Config, ConfigError, Policy, RuleId};
pub use event::{Amount, Event, Moment, Text, Texts};
pub use normalize::click_id::{ClickId, click_id_from_url};
pub use normalize::email::hash_email;
pub use normalize::ip::client_ip;
pub use prepare::{Prepared, Written, prepare, prepare_into};
pub use problem::{Code, Problem, Refused};
pub use secret::Secret;
pub use version::{ApiVersion, CALENDAR, NotAVersion, Release};
