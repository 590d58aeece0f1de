//! What is sent next, if anything may be? Asks the lane, the queue, the held rules and the outbox,
//! in that order, and looks at ages once more. It sends nothing.

use super::hold;
use super::work::Work;
use super::{EXPIRY_EVERY_MS, Engine, MOST_QUEUED};
use crate::batch::{self, BatchLimits, Cut};
use crate::config::RuleId;
use crate::limit::Permit;
use crate::notice::NoticeCode;
use crate::outbox::{Disposition, Epoch, Fate, OutboxError, Row, Size, Ticket, Which};
use crate::retry::{PROBE_EVENTS, Passage};
use crate::verdict::HoldReason;

impl Engine {
    /// Whether the lane lets anything through: most events in the next request, or until when not.
    pub(super) fn gate(&mut self, now_ms: i64) -> Result<usize, Option<i64>> {
        let probing = self.hold.is_some();
        if self.token.is_none() {
            if !probing && self.outbox.ledger().waiting > 0 {
                self.hold_lane(HoldReason::TokenMissing, &[], None, None, now_ms);
            }
            return Err(None);
        }
        if let Some(hold) = &self.hold
            && now_ms < hold.until_ms
        {
            return Err(Some(hold.until_ms));
        }
        let passage = self.breaker.passage(now_ms);
        if let Passage::Closed { until_ms } = passage {
            return Err(Some(until_ms));
        }
        let one_at_a_time = probing || passage == Passage::Probe;
        let at_once = if one_at_a_time { 1 } else { self.concurrency.limit() };
        if self.in_flight.len() >= at_once {
            return Err(None);
        }
        if let Permit::Wait { until_ms, .. } = self.limiter.peek(now_ms, one_at_a_time) {
            return Err(Some(until_ms));
        }
        Ok(match passage {
            _ if probing => 1,
            Passage::Probe => PROBE_EVENTS,
            _ => self.settings.batch.events,
        })
    }

    /// The next piece of work, or when there may be one.
    pub(super) fn pick(
        &mut self,
        epoch: Epoch,
        most: usize,
        now_ms: i64,
    ) -> Result<Result<Work, Option<i64>>, OutboxError> {
        let mut soonest: Option<i64> = None;
        let mut no_sooner = |until: i64| soonest = Some(soonest.map_or(until, |s| s.min(until)));
        for position in 0..self.queue.len() {
            match self.may_send(position, now_ms) {
                Ok(()) => return Ok(Ok(self.queue.remove(position))),
                Err(until) => no_sooner(until),
            }
        }
        if self.queue.len() >= MOST_QUEUED {
            return Ok(Err(soonest));
        }
        if let Some(work) = self.probe_a_rule(epoch, now_ms)? {
            return Ok(Ok(work));
        }
        self.rule_holds.values().for_each(|hold| no_sooner(hold.until_ms));
        let held: Vec<RuleId> = self.rule_holds.keys().copied().collect();
        let limits = BatchLimits { bytes: self.most_bytes, ..self.settings.batch };
        let ready = self.outbox.ready(&held, now_ms)?;
        // A probe does not wait for company.
        let hurry = if self.hold.is_some() { Ticket(u64::MAX) } else { self.hurry };
        match batch::cut(&ready, &limits, hurry, now_ms) {
            Cut::At(until) => no_sooner(until),
            Cut::Nothing => {}
            Cut::Now => {
                let size = Size { events: limits.events.min(most), bytes: limits.element_bytes() };
                let id = self.new_batch();
                let rows = self.outbox.claim(epoch, id, Which::Except(&held), size, now_ms)?;
                if !rows.is_empty() {
                    return Ok(Ok(Work::new(rows, true)));
                }
            }
        }
        Ok(Err(soonest))
    }

    fn may_send(&mut self, position: usize, now_ms: i64) -> Result<(), i64> {
        let work = &self.queue[position];
        if now_ms < work.not_before {
            return Err(work.not_before);
        }
        match work.search {
            Some(search) => self.searches.entry(search).or_default().may_send(now_ms),
            None if work.is_retry() => self.retries.allows(now_ms),
            None => Ok(()),
        }
    }

    /// One event of a rule that is held, if it is time to see whether the rule works again.
    fn probe_a_rule(&mut self, epoch: Epoch, now_ms: i64) -> Result<Option<Work>, OutboxError> {
        let due = self.rule_holds.iter().filter(|(_, hold)| hold.until_ms <= now_ms);
        let rules: Vec<RuleId> = due.map(|(rule, _)| *rule).collect();
        for rule in rules {
            let (id, one) = (self.new_batch(), Size { events: 1, bytes: usize::MAX });
            let rows = self.outbox.claim(epoch, id, Which::Rule(rule), one, now_ms)?;
            if let Some(hold) = self.rule_holds.get_mut(&rule) {
                // With nothing to try it with, look again soon: an event may come any time.
                let pause = if rows.is_empty() { EXPIRY_EVERY_MS } else { hold::PROBE_EVERY_MS };
                hold.until_ms = now_ms + pause;
            }
            if !rows.is_empty() {
                return Ok(Some(Work { probes_rule: true, ..Work::new(rows, true) }));
            }
        }
        Ok(None)
    }

    /// Judges again at the moment of sending: one event that is too old, lies ahead or belongs to
    /// a rule that is held by now would fail all the others.
    pub(super) fn recheck(
        &mut self,
        mut work: Work,
        now_ms: i64,
    ) -> Result<Option<Work>, OutboxError> {
        let held = if work.probes_rule { Vec::new() } else { self.rows_of_held_rules(&mut work) };
        let sorted = batch::by_age(std::mem::take(&mut work.rows), self.server_time(now_ms));
        let offset = self.clock_offset_ms.unwrap_or(0);
        let ahead = sorted
            .ahead
            .into_iter()
            .map(|(row, until)| (row, Disposition::Back { not_before: until - offset }));
        let mut settled: Vec<_> = ahead.collect();
        self.tell_about_rows(NoticeCode::EventsAhead, settled.iter().map(|(row, _)| row), now_ms);
        self.tell_about_rows(NoticeCode::EventExpired, sorted.expired.iter(), now_ms);
        settled.extend(held.into_iter().map(|row| (row, Disposition::Back { not_before: 0 })));
        let expired = sorted.expired.into_iter();
        settled.extend(expired.map(|row| (row, Disposition::Ended(Fate::Expired))));
        let (urgent, fresh) = (sorted.urgent, sorted.fresh);
        if urgent.is_empty() {
            work.rows = fresh;
        } else if fresh.is_empty() {
            work.rows = urgent;
        } else {
            let claimed_just_now = work.claimed_just_now;
            let mut alone = work.part(urgent);
            alone.claimed_just_now = claimed_just_now;
            work.rows = fresh;
            self.queue.insert(0, work);
            work = alone;
        }
        if work.rows.is_empty() {
            self.queue.extend(work.suspect.take().map(|suspect| *suspect));
            self.settle(settled, now_ms)?;
            return Ok(None);
        }
        if let Err(error) = self.settle(settled, now_ms) {
            self.queue.insert(0, work);
            return Err(error);
        }
        Ok(Some(work))
    }

    fn rows_of_held_rules(&self, work: &mut Work) -> Vec<Row> {
        let is_held = |row: &Row| self.rule_holds.contains_key(&row.rule);
        if self.rule_holds.is_empty() || !work.rows.iter().any(is_held) {
            return Vec::new();
        }
        let (held, rest) = std::mem::take(&mut work.rows).into_iter().partition(is_held);
        work.rows = rest;
        held
    }
}
