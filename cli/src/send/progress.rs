//! What does a person see while a file is sent? One line that is redrawn: how far, how fast, how
//! many accepted and rejected, and what the limiter is doing. Nothing where no terminal is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// The line on standard error.
pub(super) struct Progress(ProgressBar);

/// What the line shows.
pub(super) struct Now {
    pub(super) read: u64,
    pub(super) delivered: u64,
    pub(super) rejected: u64,
    pub(super) waiting: u64,
    /// What the limiter or a hold is doing, when it is doing something.
    pub(super) state: String,
}

impl Progress {
    /// `quiet` hides it; without a terminal it hides by itself.
    pub(super) fn new(quiet: bool) -> Self {
        if quiet {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        // The template is a constant; a wrong one would show in the first run of any test.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} · {per_sec} · {elapsed}")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(bar)
    }

    /// Redraws.
    pub(super) fn show(&self, now: &Now) {
        self.0.set_position(now.read);
        let mut text = format!(
            "{} read · {} accepted · {} rejected · {} remaining",
            grouped(now.read),
            grouped(now.delivered),
            grouped(now.rejected),
            grouped(now.waiting),
        );
        if !now.state.is_empty() {
            text.push_str(" · ");
            text.push_str(&now.state);
        }
        self.0.set_message(text);
    }

    /// Lets something else write to the terminal, above the line.
    pub(super) fn above(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    /// Takes the line away; the summary follows.
    pub(super) fn finish(self) {
        self.0.finish_and_clear();
    }
}

/// `1234567` as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")]
        {
            assert_eq!(grouped(number), text);
        }
    }
}
