//! An outbox that lives as long as the process: for tests, throw-away jobs and files that can be
//! read again. It never evicts: when it is full it says so.

use super::{
    Admission, BatchId, Disposition, Epoch, Fate, Ledger, NewRow, Outbox, OutboxError, Ready, Row,
    Size, Ticket, Waiting, Which, event_id_of,
};
use crate::config::RuleId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many delivered (rule, event id) pairs are remembered, so that a repeat is a duplicate.
const REMEMBERED: usize = 100_000;
/// Rows that will expire within a day of being accepted are claimed before all others.
const AGING_MS: i64 = 89 * 86_400_000;
/// Words of 64 tickets that [`Unsettled`] keeps together.
const WORDS: usize = 16;

/// Bounded storage in memory.
pub struct MemoryOutbox {
    state: Mutex<State>,
    max_events: usize,
    max_bytes: usize,
}

/// A waiting row in its compact form: about 50 bytes beside the element.
struct Kept {
    ticket: u64,
    happened_at: i64,
    accepted_at: i64,
    json: Box<[u8]>,
    rule: u32,
    attempts: u16,
    unknown: u16,
}

#[derive(Default)]
struct State {
    /// The rules seen so far; rows refer to them by position.
    rules: Vec<RuleId>,
    positions: BTreeMap<RuleId, u32>,
    aging: VecDeque<Kept>,
    fresh: VecDeque<Kept>,
    /// Rows of rules that were on hold when a claim met them.
    parked: BTreeMap<RuleId, VecDeque<Kept>>,
    ahead: BTreeMap<(i64, u64), Kept>,
    consent: HashMap<u128, (i64, Kept)>,
    claimed: usize,
    /// Bytes of all elements, and of those that a claim could take.
    bytes: usize,
    ready_bytes: usize,
    /// Ids of waiting rows and of the last delivered ones.
    known: HashSet<u128>,
    delivered: VecDeque<u128>,
    unsettled: Unsettled,
    ledger: Ledger,
    epoch: u64,
}

/// Which tickets have not ended: one bit each.
#[derive(Default)]
struct Unsettled {
    last: u64,
    spans: BTreeMap<u64, [u64; WORDS]>,
}

impl Unsettled {
    fn add(&mut self) -> u64 {
        self.last += 1;
        let (span, word, bit) = place(self.last);
        self.spans.entry(span).or_default()[word] |= bit;
        self.last
    }

    fn remove(&mut self, ticket: u64) {
        let (span, word, bit) = place(ticket);
        if let Some(words) = self.spans.get_mut(&span) {
            words[word] &= !bit;
            if words.iter().all(|word| *word == 0) {
                self.spans.remove(&span);
            }
        }
    }

    fn up_to(&self, ticket: u64) -> usize {
        let (last_span, last_word, last_bit) = place(ticket);
        let ones =
            |words: &[u64]| -> usize { words.iter().map(|word| word.count_ones() as usize).sum() };
        let whole: usize = self.spans.range(..last_span).map(|(_, words)| ones(words)).sum();
        let part = self.spans.get(&last_span).map_or(0, |words| {
            let up_to_bit = last_bit | (last_bit - 1);
            ones(&words[..last_word]) + (words[last_word] & up_to_bit).count_ones() as usize
        });
        whole + part
    }
}

/// The span, word and bit of a ticket.
fn place(ticket: u64) -> (u64, usize, u64) {
    let bits = 64 * WORDS as u64;
    let within = ticket % bits;
    let word = usize::try_from(within / 64).unwrap_or_default();
    (ticket / bits, word, 1 << (within % 64))
}

/// 16 bytes of a SHA-256: what is remembered of an event once it is gone.
fn fingerprint(rule: RuleId, event_id: &str) -> u128 {
    let digest = Sha256::new()
        .chain_update(rule.number().to_le_bytes())
        .chain_update(event_id.as_bytes())
        .finalize();
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

impl MemoryOutbox {
    /// Holds at most so many events and bytes of elements.
    pub fn new(max_events: usize, max_bytes: usize) -> Self {
        MemoryOutbox { state: Mutex::default(), max_events, max_bytes }
    }

    /// A panic elsewhere cannot leave the state half changed in a way that matters more than
    /// losing every event in it would.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn position(&mut self, rule: RuleId) -> u32 {
        if let Some(position) = self.positions.get(&rule) {
            return *position;
        }
        let position = u32::try_from(self.rules.len()).unwrap_or(u32::MAX);
        self.rules.push(rule);
        self.positions.insert(rule, position);
        position
    }

    fn rule(&self, kept: &Kept) -> RuleId {
        self.rules[kept.rule as usize]
    }

    fn keep(&mut self, row: Row) -> Kept {
        Kept {
            ticket: row.ticket.0,
            happened_at: row.happened_at,
            accepted_at: row.accepted_at,
            rule: self.position(row.rule),
            attempts: row.attempts,
            unknown: row.unknown,
            json: row.json,
        }
    }

    fn hand_over(&mut self, kept: Kept, batch: BatchId) -> Row {
        self.claimed += 1;
        Row {
            ticket: Ticket(kept.ticket),
            rule: self.rule(&kept),
            happened_at: kept.happened_at,
            accepted_at: kept.accepted_at,
            attempts: kept.attempts.saturating_add(1),
            unknown: kept.unknown,
            batch: Some(batch),
            json: kept.json,
        }
    }

    fn push_ready(&mut self, kept: Kept, in_front: bool) {
        self.ready_bytes += kept.json.len();
        let aging = kept.happened_at < kept.accepted_at - AGING_MS;
        let queue = if aging { &mut self.aging } else { &mut self.fresh };
        if in_front { queue.push_front(kept) } else { queue.push_back(kept) }
    }

    /// Rows that lay ahead and are due now become ready.
    fn wake(&mut self, now_ms: i64) {
        while let Some(entry) = self.ahead.first_entry() {
            if entry.key().0 > now_ms {
                return;
            }
            let kept = entry.remove();
            self.push_ready(kept, false);
        }
    }

    /// Rows that were parked for a hold which is over become ready, in front.
    fn unpark(&mut self, except: &[RuleId]) {
        if self.parked.keys().all(|rule| except.contains(rule)) {
            return;
        }
        let free: Vec<RuleId> =
            self.parked.keys().filter(|rule| !except.contains(rule)).copied().collect();
        for rule in free {
            for kept in self.parked.remove(&rule).into_iter().flatten().rev() {
                self.push_ready(kept, true);
            }
        }
    }

    /// The next ready row of a rule that is not held; held ones met on the way are parked.
    fn pop_ready(&mut self, except: &[RuleId], largest: usize) -> Option<Kept> {
        loop {
            let aging = !self.aging.is_empty();
            let queue = if aging { &mut self.aging } else { &mut self.fresh };
            let front = queue.front()?;
            let rule = self.rules[front.rule as usize];
            let held = except.contains(&rule);
            if !held && front.json.len() > largest {
                return None;
            }
            let kept = queue.pop_front()?;
            self.ready_bytes -= kept.json.len();
            if !held {
                return Some(kept);
            }
            self.parked.entry(rule).or_default().push_back(kept);
        }
    }

    /// Takes every row that the test picks, wherever it waits.
    fn extract(&mut self, events: usize, mut pick: impl FnMut(&Kept) -> bool) -> Vec<Kept> {
        let mut taken = Vec::new();
        let mut pick = |kept: &Kept, so_far: usize| so_far < events && pick(kept);
        for queue in [&mut self.aging, &mut self.fresh] {
            take_from(queue, &mut pick, &mut taken);
        }
        self.ready_bytes -= taken.iter().map(|kept| kept.json.len()).sum::<usize>();
        for queue in self.parked.values_mut() {
            take_from(queue, &mut pick, &mut taken);
        }
        self.parked.retain(|_, queue| !queue.is_empty());
        taken
    }

    fn end(&mut self, row: &Row, fate: &Fate) {
        self.ledger.waiting -= 1;
        self.bytes -= row.json.len();
        self.unsettled.remove(row.ticket.0);
        match fate {
            Fate::Delivered => self.ledger.delivered += 1,
            Fate::Rejected(_) => self.ledger.rejected += 1,
            Fate::Expired => self.ledger.expired += 1,
            Fate::Dead(_) => self.ledger.dead += 1,
        }
        let id = event_id_of(&row.json);
        if id.is_empty() {
            return;
        }
        let known = fingerprint(row.rule, &id);
        if *fate != Fate::Delivered {
            self.known.remove(&known);
            return;
        }
        self.delivered.push_back(known);
        if self.delivered.len() > REMEMBERED
            && let Some(oldest) = self.delivered.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

fn take_from(
    queue: &mut VecDeque<Kept>,
    pick: &mut impl FnMut(&Kept, usize) -> bool,
    taken: &mut Vec<Kept>,
) {
    // One pass without moving anything is the usual case.
    if !queue.iter().any(|kept| pick(kept, taken.len())) {
        return;
    }
    for kept in std::mem::take(queue) {
        if pick(&kept, taken.len()) { taken.push(kept) } else { queue.push_back(kept) }
    }
}

impl Outbox for MemoryOutbox {
    fn accept(&self, rows: &mut Vec<NewRow>, now_ms: i64) -> Result<Vec<Admission>, OutboxError> {
        let mut state = self.state();
        let mut admissions = Vec::with_capacity(rows.len());
        for row in rows.iter_mut() {
            let known = fingerprint(row.rule, &row.event_id);
            if !row.event_id.is_empty() && state.known.contains(&known) {
                state.ledger.duplicates += 1;
                admissions.push(Admission::Duplicate);
                continue;
            }
            let events = usize::try_from(state.ledger.waiting).unwrap_or(usize::MAX);
            if events >= self.max_events || state.bytes + row.json.len() > self.max_bytes {
                break;
            }
            if !row.event_id.is_empty() {
                state.known.insert(known);
            }
            let ticket = state.unsettled.add();
            let kept = Kept {
                ticket,
                happened_at: row.happened_at,
                accepted_at: now_ms,
                rule: state.position(row.rule),
                attempts: 0,
                unknown: 0,
                json: std::mem::take(&mut row.json).into_boxed_slice(),
            };
            state.ledger.accepted += 1;
            state.ledger.waiting += 1;
            state.bytes += kept.json.len();
            if row.awaits_consent {
                state.consent.insert(known, (row.not_before, kept));
            } else if row.not_before > now_ms {
                state.ahead.insert((row.not_before, ticket), kept);
            } else {
                state.push_ready(kept, false);
            }
            admissions.push(Admission::Accepted(Ticket(ticket)));
        }
        if admissions.is_empty() && !rows.is_empty() {
            return Err(OutboxError::Full);
        }
        rows.drain(..admissions.len());
        Ok(admissions)
    }

    fn elect(&self) -> Result<Epoch, OutboxError> {
        let mut state = self.state();
        state.epoch += 1;
        Ok(Epoch(state.epoch))
    }

    fn ready(&self, except: &[RuleId], now_ms: i64) -> Result<Ready, OutboxError> {
        let mut state = self.state();
        state.wake(now_ms);
        state.unpark(except);
        let oldest = state.aging.front().or_else(|| state.fresh.front());
        Ok(Ready {
            events: state.aging.len() + state.fresh.len(),
            bytes: state.ready_bytes,
            oldest_accepted_at: oldest.map(|kept| kept.accepted_at),
            oldest_ticket: oldest.map(|kept| Ticket(kept.ticket)),
            next_due: state.ahead.first_key_value().map(|((due, _), _)| *due),
        })
    }

    fn claim(
        &self,
        epoch: Epoch,
        batch: BatchId,
        which: Which<'_>,
        Size { events, bytes }: Size,
        now_ms: i64,
    ) -> Result<Vec<Row>, OutboxError> {
        let mut state = self.state();
        if epoch.0 != state.epoch {
            return Err(OutboxError::Superseded);
        }
        state.wake(now_ms);
        let mut rows = Vec::new();
        match which {
            Which::Except(except) => {
                let mut left = bytes;
                while rows.len() < events {
                    let largest = if rows.is_empty() { usize::MAX } else { left };
                    let Some(kept) = state.pop_ready(except, largest) else { break };
                    // One more for the comma.
                    left = left.saturating_sub(kept.json.len() + 1);
                    rows.push(state.hand_over(kept, batch));
                }
            }
            Which::Rule(rule) => {
                let position = state.position(rule);
                let mut left = bytes;
                let taken = state.extract(events, |kept| {
                    let fits = kept.rule == position && (kept.json.len() <= left || left == bytes);
                    left = if fits { left.saturating_sub(kept.json.len() + 1) } else { left };
                    fits
                });
                rows.extend(taken.into_iter().map(|kept| state.hand_over(kept, batch)));
            }
            Which::HappenedBefore(limit) => {
                let taken = state.extract(events, |kept| kept.happened_at < limit);
                rows.extend(taken.into_iter().map(|kept| state.hand_over(kept, batch)));
            }
        }
        Ok(rows)
    }

    fn resending(
        &self,
        epoch: Epoch,
        batch: BatchId,
        rows: &mut [Row],
        unknown: bool,
    ) -> Result<(), OutboxError> {
        let mut state = self.state();
        if epoch.0 != state.epoch {
            return Err(OutboxError::Superseded);
        }
        for row in &mut *rows {
            row.batch = Some(batch);
            row.attempts = row.attempts.saturating_add(1);
            row.unknown = row.unknown.saturating_add(u16::from(unknown));
        }
        state.ledger.unknown_resent += if unknown { rows.len() as u64 } else { 0 };
        Ok(())
    }

    fn settle(
        &self,
        epoch: Epoch,
        rows: &mut Vec<(Row, Disposition)>,
        now_ms: i64,
    ) -> Result<(), OutboxError> {
        let mut state = self.state();
        if epoch.0 != state.epoch {
            return Err(OutboxError::Superseded);
        }
        // Backwards, so that rows put back in front keep their order.
        for (row, disposition) in rows.drain(..).rev() {
            state.claimed -= 1;
            match disposition {
                Disposition::Ended(fate) => state.end(&row, &fate),
                Disposition::Back { not_before } => {
                    let kept = state.keep(row);
                    if not_before > now_ms {
                        state.ahead.insert((not_before, kept.ticket), kept);
                    } else {
                        state.push_ready(kept, true);
                    }
                }
            }
        }
        Ok(())
    }

    fn resolve_consent(
        &self,
        rule: RuleId,
        event_id: &str,
        granted: bool,
    ) -> Result<Option<Ticket>, OutboxError> {
        let mut state = self.state();
        let known = fingerprint(rule, event_id);
        let Some((not_before, kept)) = state.consent.remove(&known) else { return Ok(None) };
        let ticket = Ticket(kept.ticket);
        if granted {
            // Whether that moment has passed is found out when the next claim looks.
            state.ahead.insert((not_before, ticket.0), kept);
        } else {
            let row = state.hand_over(kept, BatchId(0));
            state.claimed -= 1;
            state.end(&row, &Fate::Rejected(super::Rejection::consent_denied()));
        }
        Ok(Some(ticket))
    }

    fn last_ticket(&self) -> Ticket {
        Ticket(self.state().unsettled.last)
    }

    fn waiting_up_to(&self, ticket: Ticket) -> usize {
        self.state().unsettled.up_to(ticket.0)
    }

    fn ledger(&self) -> Ledger {
        self.state().ledger
    }

    fn waiting(&self) -> Waiting {
        let state = self.state();
        let parked: usize = state.parked.values().map(VecDeque::len).sum();
        Waiting {
            ready: state.aging.len() + state.fresh.len() + parked,
            claimed: state.claimed,
            ahead: state.ahead.len(),
            consent: state.consent.len(),
            bytes: state.bytes,
        }
    }
}

#[cfg(test)]
mod tests;
