//! How does one request to LinkedIn's paths run? Arrive, read, meet the script, answer, record.
//! The only file that waits or cuts on behalf of a fault; it must never judge an event.

use crate::answer::Answer;
use crate::business::{Dialect, Element, refuse_time};
use crate::call::{self, Head, Parsed, refuse_token};
use crate::fault::{Action, At, Fault, Wording};
use crate::line::{Line, Mood};
use crate::record::{KeptRequest, masked};
use crate::state::Shared;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use std::time::Duration;
use uuid::Uuid;

/// Longest body that is read or scripted.
const HUGE_BODY_BYTES: usize = 256 << 20;

/// Every path below `/rest`.
pub(crate) async fn serve(
    State(shared): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let head = Head { method: parts.method, uri: parts.uri, headers: parts.headers };
    let (visit, early, limit) = {
        let mut state = shared.lock();
        let (real_ms, at_ms) = (state.real_ms(), state.clock.now_ms());
        let visit = Visit { number: state.record.arrive(real_ms, at_ms), at_ms };
        (visit, state.script.next_before_body(), state.limits.body_bytes)
    };
    if let Some(fault) = early {
        line.set(Mood::Cut);
        let played = Played { mood: Mood::Cut, ..Played::new(Answer::none()) };
        let played = Played { fault: Some(word(&fault.action)), ..played };
        return visit.answer(&shared, &head, Bytes::new(), played);
    }
    // A body over the limit is read all the same: a client that is still writing would see a broken
    // connection instead of the answer.
    let body = to_bytes(body, HUGE_BODY_BYTES).await.unwrap_or_default();
    if body.len() > limit {
        let answer = Played::new(Answer::refusal(413, "Request entity too large"));
        return visit.answer(&shared, &head, Bytes::new(), answer);
    }
    let request = (&shared, &head, &body, &visit);
    let played = with_call(request, play);
    if played.wait > Duration::ZERO {
        tokio::time::sleep(played.wait).await;
    }
    let played = match played.then {
        Then::Answer => played,
        // Judged after the wait: a client that gives up meanwhile has had nothing stored.
        Then::Process => Played { fault: played.fault, ..with_call(request, process) },
    };
    line.set(played.mood);
    visit.answer(&shared, &head, body, played)
}

/// One request's number and time of arrival.
struct Visit {
    number: u64,
    at_ms: i64,
}

/// How a request ends.
struct Played {
    answer: Answer,
    events: usize,
    stored: usize,
    fault: Option<String>,
    mood: Mood,
    wait: Duration,
    then: Then,
}

enum Then {
    Answer,
    Process,
}

impl Played {
    /// This answer to a request of which nothing is stored.
    fn new(answer: Answer) -> Self {
        Played {
            answer,
            events: 0,
            stored: 0,
            fault: None,
            mood: Mood::Normal,
            wait: Duration::ZERO,
            then: Then::Answer,
        }
    }
}

/// A request whose body has been read.
struct Call<'c> {
    shared: &'c Shared,
    head: &'c Head,
    body: &'c Bytes,
    visit: &'c Visit,
    parsed: &'c Parsed<'c>,
    elements: &'c [Element<'c>],
}

/// Runs `answer` on the request, its body taken apart.
fn with_call(
    (shared, head, body, visit): (&Shared, &Head, &Bytes, &Visit),
    answer: impl FnOnce(&Call) -> Played,
) -> Played {
    let parsed = Parsed::read(head, body);
    let elements = parsed.elements();
    let call = Call { shared, head, body, visit, parsed: &parsed, elements: &elements };
    // Whatever is answered, these events have arrived.
    Played { events: elements.len(), ..answer(&call) }
}

/// Chooses the fault this request meets, if any, and plays it.
fn play(call: &Call) -> Played {
    let events = call.elements.iter().map(|element| (element.rule, element.event_id));
    let fault = call.shared.lock().script.next_for(&events);
    let Some(fault) = fault else { return process(call) };

    let played = match &fault.action {
        Action::Partial { status } => call.store_others(*status, &call.named(&fault)),
        Action::Refuse(wording) => call.refuse(*wording, &call.named(&fault)),
        Action::Clock { offset_ms } => {
            call.shared.lock().clock.offset_ms = *offset_ms;
            process(call)
        }
        action => match answer_instead(action, call.head) {
            Some(played) => played,
            None => spoil(action, process(call)),
        },
    };
    Played { fault: Some(word(&fault.action)), ..played }
}

/// LinkedIn's own answer, with the events stored if it is a good one.
fn process(call: &Call) -> Played {
    call.store_if_taken(|_| true, || call.parsed.success(call.visit.number))
}

impl Call<'_> {
    /// Stores all but the named events and says so element by element.
    fn store_others(&self, status: u16, named: &[usize]) -> Played {
        let others = |index: usize| !named.contains(&index);
        let text = Some("refused by the sandbox's script");
        let each = |index: usize| if others(index) { (201, None) } else { (status, text) };
        self.store_if_taken(others, || Answer::elements((0..self.elements.len()).map(each)))
    }

    /// Refuses everything because of the named events.
    fn refuse(&self, wording: Wording, named: &[usize]) -> Played {
        self.store_if_taken(
            |_| false,
            || match wording {
                Wording::Schema => self.parsed.blame(named),
                Wording::Reworded => {
                    Answer::refusal(422, "Some of the events in this call could not be accepted.")
                }
                Wording::Measured => refuse_time(named, Dialect::Measured),
                Wording::Documented => refuse_time(named, Dialect::Documented),
                Wording::ImpossibleIndex => self.parsed.blame(&[self.parsed.len() + 7]),
            },
        )
    }

    /// If LinkedIn has nothing against this request: stores the `wanted` events and gives `answer`.
    fn store_if_taken(
        &self,
        wanted: impl Fn(usize) -> bool,
        answer: impl FnOnce() -> Answer,
    ) -> Played {
        let Call { shared, head, body, visit, parsed, elements } = self;
        let mut state = shared.lock();
        if let Some(refusal) = state.refuse(head, parsed, elements) {
            return Played::new(refusal);
        }
        let stored = state.store(visit.number, visit.at_ms, body, parsed, elements, wanted);
        Played { stored, ..Played::new(answer()) }
    }

    /// The indices of the events that the fault names; the first one if it names none.
    fn named(&self, fault: &Fault) -> Vec<usize> {
        if !fault.looks_inside() {
            return (0..self.elements.len().min(1)).collect();
        }
        let names = |element: &Element| fault.names(element.rule, element.event_id);
        (0..self.elements.len()).filter(|index| names(&self.elements[*index])).collect()
    }
}

/// The faults that keep a request from being processed at all; `None` for the others.
fn answer_instead(action: &Action, head: &Head) -> Option<Played> {
    let answer = match action {
        Action::Answer { status, body, headers, delay_ms } => {
            let answer = Answer::new(*status, "application/json", body.clone());
            let answer =
                headers.iter().fold(answer, |answer, (name, text)| answer.with(name, text));
            return Some(Played { wait: Duration::from_millis(*delay_ms), ..Played::new(answer) });
        }
        Action::Delay { ms } => {
            let wait = Duration::from_millis(*ms);
            return Some(Played { wait, then: Then::Process, ..Played::new(Answer::none()) });
        }
        Action::Cut(At::BeforeBody | At::AfterBody) => {
            return Some(Played { mood: Mood::Cut, ..Played::new(Answer::none()) });
        }
        Action::Html { status } => Answer {
            from_linkedin: false,
            ..Answer::new(
                *status,
                "text/html",
                "<!DOCTYPE html><html><head><title>Gateway</title></head>\
                 <body><h1>The page is not available</h1></body></html>",
            )
        },
        Action::HugeBody { status, bytes } => {
            Answer::new(*status, "application/json", vec![b' '; (*bytes).min(HUGE_BODY_BYTES)])
        }
        Action::RetryAfter(value) => Answer::throttled("MINUTE").with("retry-after", value.clone()),
        Action::Token(state) => refuse_token(*state)?,
        Action::VersionSunset => Answer::version_gone(head.header("linkedin-version")),
        Action::MinuteLimit => Answer::throttled("MINUTE"),
        Action::DayLimit => Answer::throttled("DAY"),
        _ => return None,
    };
    Some(Played::new(answer))
}

/// The faults that only change how the usual answer travels.
fn spoil(action: &Action, usual: Played) -> Played {
    let mut played = usual;
    match action {
        Action::LateAnswer { ms } => played.wait = Duration::from_millis(*ms),
        Action::Cut(At::AfterStore) => played.mood = Mood::Cut,
        Action::Cut(At::MidAnswer) => played.mood = Mood::CutMidAnswer,
        Action::Drip { ms } => {
            played.mood = Mood::Drip(Duration::from_millis(*ms));
            played.answer = played.answer.with("connection", "close");
        }
        // A refusal stays what it is.
        Action::Elements { count } if played.answer.status < 300 => {
            played.answer = Answer::stored(*count);
        }
        Action::NoLinkedinHeaders => {
            played.answer.from_linkedin = false;
            played.answer.headers.retain(|(name, _)| !name.starts_with("x-"));
        }
        _ => {}
    }
    played
}

/// The word of an action, as scripts write it.
fn word(action: &Action) -> String {
    match serde_json::to_value(action) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(record)) => record.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

impl Visit {
    /// Records the request and writes its answer.
    fn answer(&self, shared: &Shared, head: &Head, body: Bytes, played: Played) -> Response<Body> {
        let answer = played.answer.clone();
        let uuid = self.record(shared, head, body, played);
        let now_ms = shared.lock().clock.now_ms();
        answer.into_response(&uuid, now_ms)
    }

    /// Records how the request ended; the id under which LinkedIn would know it.
    fn record(&self, shared: &Shared, head: &Head, body: Bytes, played: Played) -> String {
        let uuid = base64(Uuid::now_v7().as_bytes());
        let kept = KeptRequest {
            number: self.number,
            at_ms: self.at_ms,
            method: head.method.to_string(),
            path: head.uri.to_string(),
            headers: masked(&head.headers),
            body,
            events: played.events,
            status: (played.mood != Mood::Cut).then_some(played.answer.status),
            answer: if played.mood == Mood::Cut { Bytes::new() } else { played.answer.body },
            uuid: uuid.clone(),
            fault: played.fault,
            warnings: call::warnings(head),
        };
        shared.lock().record.finish(kept, played.stored);
        uuid
    }
}

/// Sixteen bytes as LinkedIn writes its request ids: base64 with padding.
fn base64(bytes: &[u8; 16]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(24);
    for three in bytes.chunks(3) {
        let padded = [three[0], *three.get(1).unwrap_or(&0), *three.get(2).unwrap_or(&0)];
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let filled = place <= three.len();
            text.push(if filled { ALPHABET[index as usize] as char } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        assert_eq!(base64(&[0; 16]), "AAAAAAAAAAAAAAAAAAAAAA==");
        assert_eq!(base64(&[255; 16]), "/////////////////////w==");
    }
}
