//! What is written down and told when events end: the outbox's books, outcomes and notices.
//! It decides nothing.

use super::Engine;
use crate::notice::{NAMED_EVENTS, Notice, NoticeCode, Outcome};
use crate::outbox::{Disposition, Epoch, Fate, OutboxError, Row, Ticket};
use std::collections::BTreeMap;

impl Engine {
    /// Ends rows or puts them back. What the outbox could not take is tried again at each step.
    pub(super) fn settle(
        &mut self,
        rows: Vec<(Row, Disposition)>,
        now_ms: i64,
    ) -> Result<(), OutboxError> {
        self.unsettled.extend(rows);
        if self.unsettled.is_empty() {
            return Ok(());
        }
        let outcomes = self.outcomes_of_unsettled();
        let epoch = self.epoch.unwrap_or(Epoch(0));
        self.outbox.settle(epoch, &mut self.unsettled, now_ms)?;
        for outcome in outcomes {
            self.tell_outcome(outcome);
        }
        Ok(())
    }

    /// Tells how an event ended, to those who asked.
    pub(crate) fn tell_outcome(&mut self, outcome: Outcome) {
        if let Some(fate) = self.watched.get_mut(&outcome.ticket) {
            *fate = Some(outcome.fate.clone());
        }
        if self.keeps_outcomes {
            self.outcomes.push(outcome);
        }
    }

    /// Reading the ids costs something, so it is left out where nobody asked.
    fn outcomes_of_unsettled(&self) -> Vec<Outcome> {
        let wanted = |ticket| self.keeps_outcomes || self.watched.contains_key(&ticket);
        let outcome = |(row, disposition): &(Row, Disposition)| match disposition {
            Disposition::Ended(fate) if wanted(row.ticket) => Some(Outcome {
                ticket: row.ticket,
                event_id: row.event_id(),
                rule: row.rule,
                fate: fate.clone(),
            }),
            _ => None,
        };
        self.unsettled.iter().filter_map(outcome).collect()
    }

    /// Keeps the outcome of each event from now on, the newest `limit` of them.
    pub fn keep_outcomes(&mut self, limit: usize) {
        self.keeps_outcomes = limit > 0;
        self.outcomes.set_limit(limit);
    }

    /// The outcomes since the last call, if they are kept.
    pub fn take_outcomes(&mut self) -> Vec<Outcome> {
        self.outcomes.drain()
    }

    /// Remembers how these events end, until [`Engine::unwatch`].
    pub(crate) fn watch(&mut self, tickets: impl Iterator<Item = Ticket>) {
        self.watched.extend(tickets.map(|ticket| (ticket, None)));
    }

    /// Whether one of these watched events has not ended.
    pub(crate) fn watches_any_open(&self, mut tickets: impl Iterator<Item = Ticket>) -> bool {
        tickets.any(|ticket| matches!(self.watched.get(&ticket), Some(None)))
    }

    /// How a watched event ended, if it has.
    pub(crate) fn unwatch(&mut self, ticket: Ticket) -> Option<Fate> {
        self.watched.remove(&ticket).flatten()
    }

    /// The notices since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.drain()
    }

    /// Tells something that is not about a request.
    pub(crate) fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// One notice for several events; none for none.
    pub(super) fn tell_about_rows<'r>(
        &mut self,
        code: NoticeCode,
        rows: impl Iterator<Item = &'r Row>,
        now_ms: i64,
    ) {
        let notice = about_rows(Notice::new(now_ms, code), rows);
        if notice.events > 0 {
            self.notices.push(notice);
        }
    }

    /// One notice for each thing that was wrong, whatever the number of events.
    pub(super) fn tell_endings(
        &mut self,
        code: NoticeCode,
        settled: &[(Row, Disposition)],
        status: Option<u16>,
        now_ms: i64,
    ) {
        let mut groups: BTreeMap<_, (Notice, Vec<&Row>)> = BTreeMap::new();
        for (row, disposition) in settled {
            let Disposition::Ended(Fate::Rejected(why) | Fate::Dead(why)) = disposition else {
                continue;
            };
            let group = groups.entry((why.code, why.pointer.clone())).or_insert_with(|| {
                let mut notice = Notice::new(now_ms, code);
                notice.pointer.clone_from(&why.pointer);
                notice.request_id.clone_from(&why.request_id);
                notice.status = status;
                (notice, Vec::new())
            });
            group.1.push(row);
        }
        for (notice, rows) in groups.into_values() {
            self.notices.push(about_rows(notice, rows.into_iter()));
        }
    }
}

pub(super) fn about_rows<'r>(mut notice: Notice, rows: impl Iterator<Item = &'r Row>) -> Notice {
    let mut rows = rows.peekable();
    let first = rows.peek().map(|row| row.rule);
    let mut one_rule = true;
    for row in rows {
        one_rule &= Some(row.rule) == first;
        notice.events += 1;
        if notice.event_ids.len() < NAMED_EVENTS {
            notice.event_ids.push(row.event_id());
        }
    }
    notice.rule = notice.rule.or(first.filter(|_| one_rule));
    notice
}
