//! Which knobs are there, what is each one's default, and why?
//! Where their values come from (arguments, environment, file) is `ladder`'s business.

pub mod ladder;
mod policy;
mod settings;

pub use policy::{Emails, LegacyIds, Names, PendingConsent, Policy, RuleId, Seconds, Share};

pub use settings::{SETTINGS, Setting, setting};

use crate::secret::Secret;
use std::path::PathBuf;

/// Everything a [`Client`](crate::Client) can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The access token. Missing is an error at the first use, not before.
    pub token: Option<Secret>,
    /// The ad account that the set-up calls work on: its number.
    pub ad_account: Option<String>,
    /// What may leave the machine, and in which form.
    pub policy: Policy,
    /// Where LinkedIn answers. Anything but the default must be loopback.
    pub base_url: String,
    /// Most requests in any 60 seconds. LinkedIn: 600 per token.
    pub requests_per_minute: u32,
    /// Most requests in one UTC day. LinkedIn's older pages say 300,000, its 2026 pages 500,000;
    /// the lower one is safe on both.
    pub requests_per_day: u32,
    /// Most events in one request. LinkedIn: 5,000.
    pub batch_events: usize,
    /// Most bytes in one request body. LinkedIn documents none; 5,000 full events are about 3 MB.
    pub batch_bytes: usize,
    /// How long a lone event waits for company before it is sent, in milliseconds.
    pub linger_ms: u64,
    /// Most events that may wait in memory.
    pub queue_events: usize,
    /// Most bytes of events that may wait in memory.
    pub queue_bytes: usize,
    /// Longest time to establish a connection, in milliseconds.
    pub connect_timeout_ms: u64,
    /// Longest time for one request in all, in milliseconds.
    pub request_timeout_ms: u64,
    /// How long `close` waits for what is still under way, in milliseconds.
    pub close_timeout_ms: u64,
    /// Certificates to trust instead of the platform's, as a PEM file.
    pub ca_bundle: Option<PathBuf>,
    /// Raise a refused event as an error instead of reporting it; for tests and development.
    pub strict: bool,
    /// Accept and prepare, but never send.
    pub disabled: bool,
}

/// LinkedIn's own address.
pub const LINKEDIN: &str = "https://api.linkedin.com";

impl Default for Config {
    fn default() -> Self {
        Config {
            token: None,
            ad_account: None,
            policy: Policy::default(),
            base_url: LINKEDIN.to_owned(),
            requests_per_minute: 600,
            requests_per_day: 300_000,
            batch_events: 5_000,
            batch_bytes: 4 * 1024 * 1024,
            linger_ms: 1_000,
            queue_events: 50_000,
            queue_bytes: 64 * 1024 * 1024,
            connect_timeout_ms: 5_000,
            request_timeout_ms: 60_000,
            close_timeout_ms: 10_000,
            ca_bundle: None,
            strict: false,
            disabled: false,
        }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {reason}\n  hint: {hint}")]
pub struct ConfigError {
    /// The setting's one name.
    pub setting: String,
    /// What is wrong with it, without its value.
    pub reason: String,
    /// What to do.
    pub hint: String,
}
