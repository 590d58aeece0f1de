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
// -- input: rows of files become events
pub mod read;
// -- decisions: state machines, the time is an argument
mod batch;
mod engine;
mod isolate;
pub mod limit;
mod notice;
mod retry;
pub mod verdict;
// -- storage
pub mod outbox;
// -- LinkedIn's set-up side: requests and answers as plain values
pub mod setup;
// -- effects
pub mod transport;
mod worker;
// -- façade
mod client;

pub use batch::BatchLimits;
pub use client::{AcceptError, Client, Flushed, Receipt, Report, Stats};
pub use config::{Config, ConfigError, Policy, RuleId};
pub use engine::{Engine, EngineGauge, Hold, Settings, Step};
pub use event::{Amount, Event, Moment, Text, Texts};
pub use normalize::click_id::{ClickId, click_id_from_url};
pub use normalize::email::hash_email;
pub use normalize::ip::client_ip;
pub use notice::{Level, Notice, NoticeCode, Outcome};
pub use outbox::{Fate, Ledger, Rejection, Ticket};
pub use prepare::{Prepared, Written, prepare, prepare_into};
pub use problem::{Code, Problem, Refused};
pub use secret::Secret;
pub use version::{ApiVersion, CALENDAR, NotAVersion, Release};
