//! What is one piece of work in the sender's hands? Claimed rows that are sent together, and what
//! is known about them. It decides nothing.

use crate::config::RuleId;
use crate::isolate;
use crate::outbox::Row;
use std::collections::BTreeSet;

/// Rows that are sent as one request.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) rows: Vec<Row>,
    /// Not to be sent before this moment, epoch milliseconds.
    pub(super) not_before: i64,
    /// The claim has already written down that this leaves.
    pub(super) claimed_just_now: bool,
    /// One event of a rule that is held, to see whether it works again.
    pub(super) probes_rule: bool,
    /// The attempt before may have arrived.
    pub(super) unknown: bool,
    /// The search for bad events that it is part of.
    pub(super) search: Option<u64>,
    /// The other half: if this one passes, the bad event is in there.
    pub(super) suspect: Option<Box<Work>>,
    /// How often LinkedIn failed on it with 5xx, and how many deliveries there had been then.
    pub(super) server_errors: u32,
    pub(super) deliveries_then: u64,
    /// Which token it was sent with.
    pub(super) token_version: u64,
    /// Size of the body as sent.
    pub(super) body_bytes: usize,
}

impl Work {
    pub(super) fn new(rows: Vec<Row>, claimed_just_now: bool) -> Self {
        Work {
            rows,
            not_before: 0,
            claimed_just_now,
            probes_rule: false,
            unknown: false,
            search: None,
            suspect: None,
            server_errors: 0,
            deliveries_then: 0,
            token_version: 0,
            body_bytes: 0,
        }
    }

    /// Other rows with the same history.
    pub(super) fn part(&self, rows: Vec<Row>) -> Work {
        Work {
            rows,
            suspect: None,
            claimed_just_now: false,
            probes_rule: false,
            body_bytes: 0,
            // What failed as a whole may pass in parts: one more failure decides.
            server_errors: self.server_errors.min(2),
            ..*self
        }
    }

    /// Two halves, the second as the suspect of the first.
    pub(super) fn halve(mut self) -> Work {
        let (first, second) = isolate::halve(std::mem::take(&mut self.rows));
        let mut half = self.part(first);
        half.suspect = Some(Box::new(self.part(second)));
        half
    }

    /// Keeps the first rows; the rest becomes work of its own.
    pub(super) fn keep(&mut self, most: usize) -> Option<Work> {
        if self.rows.len() <= most {
            return None;
        }
        let rest = self.rows.split_off(most);
        Some(Work { claimed_just_now: self.claimed_just_now, ..self.part(rest) })
    }

    pub(super) fn is_retry(&self) -> bool {
        self.search.is_none() && !self.claimed_just_now
    }

    pub(super) fn rules(&self) -> BTreeSet<RuleId> {
        self.rows.iter().map(|row| row.rule).collect()
    }
}
