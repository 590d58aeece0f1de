//! Prepares N generated events (the first argument) and says what came of it. Made for counting
//! instructions with callgrind: run it twice with different N, and the difference is the events'.

#[path = "../benches/generated/mod.rs"]
mod generated;

use matchback::{Policy, prepare_into};
use std::io::Write;

fn main() -> std::io::Result<()> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let events = generated::events(1_000);
    let policy = Policy::default();
    let (mut json, mut warnings) = (Vec::with_capacity(1 << 20), Vec::new());
    let (mut bytes, mut checksum) = (0, 0u64);
    for raw in events.iter().cycle().take(count) {
        json.clear();
        let written =
            prepare_into(&raw.event(), &policy, generated::NOW_MS, &mut json, &mut warnings);
        checksum = checksum.wrapping_mul(31).wrapping_add(u64::from(written.is_ok()));
        bytes += json.len();
    }
    let mut out = std::io::stdout();
    writeln!(out, "{count} events, {bytes} bytes, {} warnings, checksum {checksum}", warnings.len())
}
