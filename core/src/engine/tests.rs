//! Scenarios: events go in, LinkedIn's answers are played, time is invented. After every step the
//! books must balance.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test should panic here")]

mod answers;
mod limits;
mod scenarios;

use super::*;
use crate::outbox::{Admission, Ledger, MemoryOutbox, NewRow};
use crate::transport::Answer;

/// 2026-11-24T12:00:00Z
const NOON: i64 = 1_795_521_600_000;
const DAY: i64 = 86_400_000;

fn rule(number: u128) -> RuleId {
    RuleId::new(number).unwrap()
}

fn event(rule_number: u128, id: &str, happened_at: i64) -> NewRow {
    let json = format!(
        r#"{{"conversion":"urn:lla:llaPartnerConversion:{rule_number}","conversionHappenedAt":{happened_at},"eventId":"{id}","user":{{"userIds":[]}}}}"#
    );
    NewRow {
        rule: rule(rule_number),
        happened_at,
        not_before: 0,
        awaits_consent: false,
        event_id: id.to_owned(),
        json: json.into_bytes(),
    }
}

/// An engine, its outbox and a clock, with a few words to drive them.
struct Play {
    engine: Engine,
    outbox: Arc<MemoryOutbox>,
    now: i64,
    requests: usize,
}

impl Play {
    fn new() -> Self {
        Play::with(&Config::default())
    }

    fn with(config: &Config) -> Self {
        let outbox = Arc::new(MemoryOutbox::new(1_000_000, 1 << 30));
        let token = Secret::new("AQX".to_owned());
        let mut engine = Engine::new(outbox.clone(), Settings::new(config, 7), Some(token));
        engine.keep_outcomes(1_000_000);
        Play { engine, outbox, now: NOON, requests: 0 }
    }

    fn accept(&self, mut rows: Vec<NewRow>) {
        let admissions = self.outbox.accept(&mut rows, self.now).unwrap();
        assert!(rows.is_empty() && admissions.iter().all(|a| matches!(a, Admission::Accepted(_))));
    }

    /// So many events of rule 7, named e0, e1, …
    fn accept_many(&self, count: usize) {
        self.accept((0..count).map(|n| event(7, &format!("e{n}"), self.now - 1_000)).collect());
    }

    /// The next request, after as much waiting as the engine asks for.
    fn request(&mut self) -> Request {
        self.request_before(i64::MAX).unwrap_or_else(|| panic!("the engine is idle"))
    }

    /// The next request, if there is one before that moment.
    fn request_before(&mut self, until: i64) -> Option<Request> {
        loop {
            let step = self.engine.next(self.now);
            self.check();
            match step {
                Step::Send(request) => {
                    self.requests += 1;
                    return Some(request);
                }
                Step::Wait { until_ms } if until_ms < until => {
                    assert!(until_ms > self.now, "a wait that does not wait");
                    self.now = until_ms;
                }
                Step::Wait { .. } | Step::Idle => return None,
            }
        }
    }

    fn answer(&mut self, request: &Request, attempt: Result<Answer, Failure>) {
        self.engine.done(request.id, attempt, self.now);
        self.check();
    }

    /// Sends everything there is until that moment, answered by a look at the body.
    fn run(&mut self, until: i64, mut linkedin: impl FnMut(&str, i64) -> Result<Answer, Failure>) {
        while let Some(request) = self.request_before(until) {
            let body = String::from_utf8(request.body.as_ref().to_vec()).unwrap();
            self.answer(&request, linkedin(&body, self.now));
        }
    }

    fn check(&self) {
        assert!(self.ledger().balances(), "{:?}", self.ledger());
        let waiting = self.outbox.waiting();
        let sum = waiting.ready + waiting.claimed + waiting.ahead + waiting.consent;
        assert_eq!(sum as u64, self.ledger().waiting);
    }

    fn ledger(&self) -> Ledger {
        self.outbox.ledger()
    }

    fn codes(&mut self) -> Vec<NoticeCode> {
        self.engine.take_notices().into_iter().map(|notice| notice.code).collect()
    }

    /// The ids of the events that ended like this.
    fn ended(&mut self, like: impl Fn(&Fate) -> bool) -> Vec<String> {
        let outcomes = self.engine.take_outcomes().into_iter();
        outcomes.filter(|o| like(&o.fate)).map(|o| o.event_id).collect()
    }
}

#[allow(clippy::unnecessary_wraps, reason = "it stands for an attempt")]
fn answer(status: u16, body: &str) -> Result<Answer, Failure> {
    Ok(Answer { status, from_linkedin: true, body: body.as_bytes().to_vec(), ..Answer::default() })
}

fn message(status: u16, text: &str) -> Result<Answer, Failure> {
    answer(status, &serde_json::json!({ "message": text, "status": status }).to_string())
}

fn well() -> Result<Answer, Failure> {
    answer(201, "")
}

fn is_rejected(fate: &Fate) -> bool {
    matches!(fate, Fate::Rejected(_))
}
