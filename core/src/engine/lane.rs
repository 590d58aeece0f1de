//! What is known of the lane and the rules as a whole? Their holds begin and end here, failures
//! are counted, and LinkedIn's clock is followed. Single events are `apply`'s business.

use super::Engine;
use super::apply::Context;
use super::hold::{LaneHold, PROBE_EVERY_MS, RuleHold};
use super::tell::about_rows;
use super::work::Work;
use crate::config::RuleId;
use crate::notice::{Notice, NoticeCode};
use crate::outbox::Row;
use crate::transport::Answer;
use crate::verdict::{self, HoldReason};

const CLOCK_OFF_MS: i64 = 5_000;
/// A clock that is further off than that is not LinkedIn's.
const ABSURD_OFFSET_MS: i64 = 400 * 86_400_000;

impl Engine {
    pub(super) fn hold_lane(
        &mut self,
        reason: HoldReason,
        rows: &[Row],
        status: Option<u16>,
        request_id: Option<String>,
        now_ms: i64,
    ) {
        self.concurrency.reset();
        let hold = match self.hold.take() {
            Some(mut hold) if hold.reason == reason => {
                // Several requests may bring the same news; only a probe counts.
                if now_ms >= hold.until_ms {
                    hold.go_on(now_ms);
                    (hold.is_news(), hold)
                } else {
                    (false, hold)
                }
            }
            _ => {
                let hold = LaneHold::begin(reason, now_ms);
                (hold.is_news(), hold)
            }
        };
        let (is_news, hold) = hold;
        if is_news {
            let mut notice = Notice::new(now_ms, reason.notice());
            notice.events = rows.len();
            notice.status = status;
            notice.request_id = request_id;
            notice.until_ms = Some(hold.until_ms);
            self.notices.push(notice);
        }
        self.hold = Some(hold);
    }

    pub(super) fn lift_hold(&mut self, now_ms: i64) {
        if self.hold.take().is_some() {
            self.concurrency.reset();
            self.notices.push(Notice::new(now_ms, NoticeCode::LaneResumed));
        }
    }

    pub(super) fn hold_rule(&mut self, rule: RuleId, held: &[Row], context: &Context) {
        let until_ms = context.now_ms + PROBE_EVERY_MS;
        if let Some(hold) = self.rule_holds.get_mut(&rule) {
            hold.until_ms = until_ms;
            return;
        }
        self.rule_holds.insert(rule, RuleHold { since_ms: context.now_ms, until_ms });
        let mut notice = Notice::new(context.now_ms, NoticeCode::RuleHeld);
        notice.rule = Some(rule);
        notice.status = context.status;
        notice.request_id.clone_from(&context.request_id);
        notice.until_ms = Some(until_ms);
        self.notices.push(about_rows(notice, held.iter().filter(|row| row.rule == rule)));
    }

    pub(super) fn rules_work(&mut self, work: &Work, now_ms: i64) {
        if self.rule_holds.is_empty() {
            return;
        }
        for rule in work.rules() {
            if self.rule_holds.remove(&rule).is_some() {
                let mut notice = Notice::new(now_ms, NoticeCode::RuleResumed);
                notice.rule = Some(rule);
                self.notices.push(notice);
            }
        }
    }

    /// LinkedIn took what it was sent, or said what is wrong with it.
    pub(super) fn lane_works(&mut self, now_ms: i64) {
        self.intercepted = 0;
        self.lift_hold(now_ms);
        if self.breaker.worked() {
            self.concurrency.reset();
            self.notices.push(Notice::new(now_ms, NoticeCode::LaneResumed));
        } else {
            self.concurrency.raise();
        }
    }

    pub(super) fn lane_failed(&mut self, code: NoticeCode, context: &Context) {
        let random = self.chance();
        let first = self.breaker.failures() == 0;
        let was_open = self.breaker.is_open();
        let until = self.breaker.failed(context.now_ms, random);
        if first || (self.breaker.is_open() && !was_open) {
            self.tell_trouble(code, Some(until), context);
        }
    }

    pub(super) fn tell_trouble(
        &mut self,
        code: NoticeCode,
        until_ms: Option<i64>,
        context: &Context,
    ) {
        let mut notice = Notice::new(context.now_ms, code);
        notice.status = context.status;
        notice.request_id.clone_from(&context.request_id);
        notice.until_ms = until_ms;
        self.notices.push(notice);
    }

    /// LinkedIn's clock minus ours, smoothed: its `Date` has whole seconds.
    pub(super) fn learn_the_clock(&mut self, answer: &Answer, now_ms: i64) {
        let date = answer.date.as_deref().filter(|_| answer.from_linkedin);
        let Some(date_ms) = date.and_then(verdict::date_ms) else { return };
        let sample = date_ms + 500 - now_ms;
        if sample.abs() > ABSURD_OFFSET_MS {
            return;
        }
        let offset = self.clock_offset_ms.map_or(sample, |old| old + (sample - old) / 5);
        self.clock_offset_ms = Some(offset);
        let off = offset.abs() > CLOCK_OFF_MS;
        if off && !self.clock_was_off {
            self.notices.push(Notice::new(now_ms, NoticeCode::ClockOff));
        }
        self.clock_was_off = off;
    }
}
