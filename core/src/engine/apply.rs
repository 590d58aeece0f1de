//! What changes because of an answer? Carries out each verdict: on the events, the rules and the
//! lane. What an answer means was decided in `verdict`.

use super::Engine;
use super::tell::about_rows;
use super::work::Work;
use crate::batch::{DUE_MARGIN_MS, MAX_AGE_MS};
use crate::isolate;
use crate::notice::{Notice, NoticeCode};
use crate::outbox::{Disposition, Fate, Rejection, Row};
use crate::problem::Code;
use crate::transport::{Answer, Failure, RequestId};
use crate::verdict::{self, EventVerdict, Finding, HoldReason, Later, Verdict};
use std::collections::BTreeSet;

/// Drifts in a row, and foreign answers in a row, after which nothing more is sent.
const DRIFTS_TO_HOLD: u32 = 3;
const FOREIGN_TO_HOLD: u32 = 2;
/// 5xx on one batch after which it is halved, and on one event after which it is given up, in
/// both cases only if LinkedIn takes others meanwhile.
const SERVER_ERRORS_TO_HALVE: u32 = 3;
const SERVER_ERRORS_TO_GIVE_UP: u32 = 5;
/// An event that LinkedIn says lies ahead is held again so many times before it is refused.
const MOST_HELD: u16 = 10;
/// Smallest byte cap that 413 can teach.
const LEAST_BYTES: usize = 64 * 1024;
/// How near to an end of the 90 days a refused time must lie to be a matter of clocks.
const CLOCK_DOUBT_MS: i64 = 60_000;

/// What an answer brought along besides its verdict.
pub(super) struct Context {
    pub(super) now_ms: i64,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
}

impl Engine {
    /// The outcome of a request from [`Engine::next`](super::Engine::next). An id that is not
    /// under way is ignored.
    pub fn done(&mut self, id: RequestId, attempt: Result<Answer, Failure>, now_ms: i64) {
        let Some(work) = self.in_flight.remove(&id) else { return };
        if let Ok(answer) = &attempt {
            self.learn_the_clock(answer, now_ms);
        }
        let verdict = verdict::judge(&attempt, work.rows.len(), now_ms);
        let answer = attempt.ok();
        let status = answer.as_ref().map(|answer| answer.status);
        let request_id = answer.and_then(|answer| answer.request_id);
        self.apply(verdict, work, &Context { now_ms, status, request_id });
        self.forget_finished_searches();
    }

    fn apply(&mut self, verdict: Verdict, work: Work, context: &Context) {
        let now_ms = context.now_ms;
        let linkedin_works =
            !matches!(verdict, Verdict::Later(_) | Verdict::Hold(_) | Verdict::Unknown { .. });
        if linkedin_works {
            self.lane_works(now_ms);
        }
        match verdict {
            Verdict::Delivered { drift } => self.delivered(work, drift, context),
            Verdict::PerEvent(each) => self.per_event(work, &each, context),
            Verdict::Rejected(found) => self.rejected(work, found, context),
            Verdict::OutOfTime(found) => self.out_of_time(work, found, context),
            Verdict::RuleUnusable(indices) => self.rule_unusable(work, &indices, context),
            Verdict::Poisoned => self.search_in(work, context),
            Verdict::TooLarge => self.too_large(work),
            Verdict::Later(later) => self.later(work, later, context),
            Verdict::Hold(reason) => self.held(work, reason, context),
            Verdict::Unknown { intercepted } => self.unknown(work, intercepted, context),
        }
    }

    fn delivered(&mut self, mut work: Work, drift: bool, context: &Context) {
        self.deliveries += 1;
        self.limiter.succeeded(context.now_ms);
        self.retries.succeeded(context.now_ms);
        self.rules_work(&work, context.now_ms);
        if let Some(suspect) = work.suspect.take() {
            // Only the suspect half is left to hold the bad event: no need to ask as a whole.
            let next = if suspect.rows.len() > 1 { suspect.halve() } else { *suspect };
            self.queue.insert(0, next);
        }
        let rows = std::mem::take(&mut work.rows).into_iter();
        let ended = rows.map(|row| (row, Disposition::Ended(Fate::Delivered))).collect();
        self.settle_or_keep(ended, context.now_ms);
        self.count_drift(drift, context);
    }

    fn per_event(&mut self, mut work: Work, each: &[EventVerdict], context: &Context) {
        let (mut settled, mut later, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        let rows = std::mem::take(&mut work.rows);
        for (row, verdict) in rows.into_iter().zip(each) {
            match verdict {
                EventVerdict::Delivered => settled.push((row, Disposition::Ended(Fate::Delivered))),
                EventVerdict::Rejected => {
                    settled.push((row, context.reject(Code::RejectedByLinkedIn, None)));
                }
                EventVerdict::Later => later.push(row),
                EventVerdict::Unknown => unknown.push(row),
            }
        }
        self.tell_endings(NoticeCode::EventRejected, &settled, context.status, context.now_ms);
        self.settle_or_keep(settled, context.now_ms);
        self.queue.extend(work.suspect.take().map(|suspect| *suspect));
        let again = context.now_ms + self.jitter_ms();
        let incomplete = !unknown.is_empty();
        if !later.is_empty() {
            self.queue.push(Work { not_before: again, ..work.part(later) });
        }
        if incomplete {
            self.tell_about_rows(NoticeCode::OutcomeUnknown, unknown.iter(), context.now_ms);
            self.queue.push(Work { not_before: again, unknown: true, ..work.part(unknown) });
        }
        self.count_drift(incomplete, context);
    }

    fn rejected(&mut self, mut work: Work, found: Vec<Finding>, context: &Context) {
        let indices: Vec<usize> = found.iter().map(|finding| finding.index).collect();
        let (named, rest) = isolate::take_out(std::mem::take(&mut work.rows), &indices);
        let ended = named.into_iter().zip(found);
        let settled: Vec<_> = ended
            .map(|(row, finding)| (row, context.reject(finding.code, finding.pointer)))
            .collect();
        self.tell_endings(NoticeCode::EventRejected, &settled, context.status, context.now_ms);
        self.settle_or_keep(settled, context.now_ms);
        self.send_rest(work, rest);
    }

    /// Near the present it is the clocks that differ, near 90 days the event has just expired;
    /// anything else is a time that LinkedIn does not take.
    fn out_of_time(&mut self, mut work: Work, found: Vec<Finding>, context: &Context) {
        let server_now = self.server_time(context.now_ms);
        let offset = self.clock_offset_ms.unwrap_or(0);
        let indices: Vec<usize> = found.iter().map(|finding| finding.index).collect();
        let (named, rest) = isolate::take_out(std::mem::take(&mut work.rows), &indices);
        let mut settled = Vec::with_capacity(named.len());
        for (row, finding) in named.into_iter().zip(found) {
            let ahead = row.happened_at > server_now - CLOCK_DOUBT_MS;
            let expired = row.happened_at + MAX_AGE_MS < server_now + CLOCK_DOUBT_MS;
            let disposition = if expired {
                Disposition::Ended(Fate::Expired)
            } else if ahead && row.attempts < MOST_HELD {
                let due = row.happened_at + DUE_MARGIN_MS - offset;
                let pause = DUE_MARGIN_MS << row.attempts.min(MOST_HELD);
                Disposition::Back { not_before: due.max(context.now_ms + pause) }
            } else {
                let code = if ahead { Code::Future } else { finding.code };
                context.reject(code, finding.pointer)
            };
            settled.push((row, disposition));
        }
        let which = |wanted: fn(&Disposition) -> bool| {
            settled.iter().filter(move |(_, d)| wanted(d)).map(|(row, _)| row)
        };
        let ahead = about_rows(
            Notice::new(context.now_ms, NoticeCode::EventsAhead),
            which(|d| matches!(d, Disposition::Back { .. })),
        );
        let expired = about_rows(
            Notice::new(context.now_ms, NoticeCode::EventExpired),
            which(|d| matches!(d, Disposition::Ended(Fate::Expired))),
        );
        [ahead, expired].into_iter().filter(|n| n.events > 0).for_each(|n| self.notices.push(n));
        self.tell_endings(NoticeCode::EventRejected, &settled, context.status, context.now_ms);
        self.settle_or_keep(settled, context.now_ms);
        self.send_rest(work, rest);
    }

    fn rule_unusable(&mut self, mut work: Work, indices: &[usize], context: &Context) {
        let rules = work.rules();
        let named: BTreeSet<_> = indices.iter().map(|&index| work.rows[index].rule).collect();
        self.queue.extend(work.suspect.take().map(|suspect| *suspect));
        if named.is_empty() && rules.len() > 1 {
            // One of the rules: half of them at a time.
            let first: BTreeSet<_> = rules.iter().take(rules.len() / 2).copied().collect();
            let search = self.search_of(&mut work);
            let rows = std::mem::take(&mut work.rows);
            let (one, other): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| first.contains(&row.rule));
            let mut parts = [work.part(one), work.part(other)];
            for part in &mut parts {
                part.search = Some(search);
            }
            self.queue.splice(0..0, parts);
            return;
        }
        let unusable = if named.is_empty() { rules } else { named };
        let rows = std::mem::take(&mut work.rows);
        let (held, rest): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| unusable.contains(&row.rule));
        for rule in unusable {
            self.hold_rule(rule, &held, context);
        }
        let back = held.into_iter().map(|row| (row, Disposition::Back { not_before: 0 }));
        self.settle_or_keep(back.collect(), context.now_ms);
        if !rest.is_empty() {
            self.queue.insert(0, work.part(rest));
        }
    }

    /// Somewhere in these rows is a bad one.
    fn search_in(&mut self, mut work: Work, context: &Context) {
        self.queue.extend(work.suspect.take().map(|suspect| *suspect));
        if work.search.is_none() {
            let mut notice = Notice::new(context.now_ms, NoticeCode::Isolating);
            notice.events = work.rows.len();
            notice.status = context.status;
            notice.request_id.clone_from(&context.request_id);
            self.notices.push(notice);
        }
        work.search = Some(self.search_of(&mut work));
        self.queue.insert(0, work.halve());
    }

    fn too_large(&mut self, mut work: Work) {
        self.most_bytes = self.most_bytes.min((work.body_bytes / 2).max(LEAST_BYTES));
        self.queue.extend(work.suspect.take().map(|suspect| *suspect));
        let mut first = work.halve();
        let second = first.suspect.take().map(|second| *second);
        self.queue.splice(0..0, [first].into_iter().chain(second));
    }

    fn later(&mut self, mut work: Work, later: Later, context: &Context) {
        let now_ms = context.now_ms;
        self.concurrency.lower();
        match later {
            Later::Throttled(pause) => {
                self.limiter.throttled(now_ms, pause);
                let until = self.limiter.gauge(now_ms).next_permit_ms;
                self.tell_trouble(NoticeCode::Throttled, Some(until), context);
            }
            Later::DayQuota => {
                let random = self.chance();
                let until = self.limiter.day_exhausted(now_ms, random);
                self.concurrency.reset();
                self.tell_trouble(NoticeCode::DayQuotaSpent, Some(until), context);
            }
            Later::Unreachable => self.lane_failed(NoticeCode::Unreachable, context),
            Later::ServerError(pause) => {
                self.lane_failed(NoticeCode::ServerErrors, context);
                work.not_before = pause.map_or(0, |pause| now_ms + pause);
                return self.failed_by_server(work, context);
            }
        }
        self.queue.insert(0, work);
    }

    /// A batch on which LinkedIn fails again and again while it takes others holds an event that
    /// it cannot stand.
    fn failed_by_server(&mut self, mut work: Work, context: &Context) {
        if work.server_errors == 0 {
            work.deliveries_then = self.deliveries;
        }
        work.server_errors += 1;
        let others_pass = self.deliveries > work.deliveries_then;
        let single = work.rows.len() == 1;
        if others_pass && single && work.server_errors >= SERVER_ERRORS_TO_GIVE_UP {
            self.queue.extend(work.suspect.take().map(|suspect| *suspect));
            let rows = std::mem::take(&mut work.rows).into_iter();
            let settled: Vec<_> = rows.map(|row| (row, context.give_up())).collect();
            self.tell_endings(NoticeCode::EventDead, &settled, context.status, context.now_ms);
            self.settle_or_keep(settled, context.now_ms);
        } else if others_pass && !single && work.server_errors >= SERVER_ERRORS_TO_HALVE {
            self.queue.extend(work.suspect.take().map(|suspect| *suspect));
            work.deliveries_then = self.deliveries;
            let search = self.search_of(&mut work);
            let mut first = work.halve();
            first.search = Some(search);
            // Both halves are sent: a server error says less than a refusal.
            let second = first.suspect.take().map(|half| Work { search: Some(search), ..*half });
            self.queue.splice(0..0, [first].into_iter().chain(second));
        } else {
            self.queue.push(work);
        }
    }

    fn held(&mut self, work: Work, reason: HoldReason, context: &Context) {
        let with_old_token = work.token_version != self.token_version;
        if !(with_old_token && reason.is_about_the_token()) {
            let status = context.status;
            let id = context.request_id.clone();
            self.hold_lane(reason, &work.rows, status, id, context.now_ms);
        }
        self.queue.insert(0, work);
    }

    fn unknown(&mut self, mut work: Work, intercepted: bool, context: &Context) {
        let mut notice = Notice::new(context.now_ms, NoticeCode::OutcomeUnknown);
        notice.status = context.status;
        self.notices.push(about_rows(notice, work.rows.iter()));
        work.unknown = true;
        self.concurrency.lower();
        let random = self.chance();
        work.not_before = self.breaker.failed(context.now_ms, random);
        self.intercepted = if intercepted { self.intercepted + 1 } else { self.intercepted };
        if self.intercepted >= FOREIGN_TO_HOLD {
            let reason = HoldReason::Intercepted;
            self.hold_lane(reason, &[], context.status, None, context.now_ms);
        }
        self.queue.insert(0, work);
    }

    /// Named events are out; the rest goes as a whole, or in halves if names do not help.
    fn send_rest(&mut self, mut work: Work, rest: Vec<Row>) {
        self.queue.extend(work.suspect.take().map(|suspect| *suspect));
        if rest.is_empty() {
            return;
        }
        let search = self.search_of(&mut work);
        let as_a_whole = self.searches.entry(search).or_default().named();
        let mut next = work.part(rest);
        next.search = Some(search);
        let halve = !as_a_whole && next.rows.len() > 1;
        self.queue.insert(0, if halve { next.halve() } else { next });
    }

    fn search_of(&mut self, work: &mut Work) -> u64 {
        let search = work.search.unwrap_or_else(|| self.new_batch().0);
        self.searches.entry(search).or_insert_with(|| {
            // The request that was refused is the first of the search.
            let mut search = isolate::Search::default();
            search.sent();
            search
        });
        work.search = Some(search);
        search
    }

    fn forget_finished_searches(&mut self) {
        if self.searches.is_empty() {
            return;
        }
        let works = self.queue.iter().chain(self.in_flight.values());
        let live: BTreeSet<u64> = works
            .flat_map(|work| [work.search, work.suspect.as_ref().and_then(|s| s.search)])
            .flatten()
            .collect();
        self.searches.retain(|search, _| live.contains(search));
    }

    fn count_drift(&mut self, drift: bool, context: &Context) {
        if !drift {
            self.drifts = 0;
            return;
        }
        self.drifts += 1;
        self.tell_trouble(NoticeCode::ProtocolDrift, None, context);
        if self.drifts >= DRIFTS_TO_HOLD {
            let reason = HoldReason::Configuration;
            self.hold_lane(reason, &[], context.status, None, context.now_ms);
        }
    }

    fn jitter_ms(&mut self) -> i64 {
        let random = self.chance();
        crate::retry::backoff_ms(1, 0, random)
    }

    /// What the outbox cannot take now is kept and tried again at the next step.
    fn settle_or_keep(&mut self, rows: Vec<(Row, Disposition)>, now_ms: i64) {
        if let Err(error) = self.settle(rows, now_ms) {
            self.storage_failed(&error, now_ms);
        }
    }
}

impl Context {
    fn reject(&self, code: Code, pointer: Option<String>) -> Disposition {
        let request_id = self.request_id.clone();
        Disposition::Ended(Fate::Rejected(Rejection { code, pointer, request_id }))
    }

    fn give_up(&self) -> Disposition {
        let request_id = self.request_id.clone();
        let code = Code::RejectedByLinkedIn;
        Disposition::Ended(Fate::Dead(Rejection { code, pointer: None, request_id }))
    }
}
