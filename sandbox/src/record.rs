//! What has arrived, and what became of it?
//! Bounded by events, requests and bytes; it must never hold a token.

use crate::business::Element;
use crate::limits::Meter;
use crate::seen::Seen;
use crate::warnings;
use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// Longest part of an answer that is kept.
const KEPT_ANSWER_BYTES: usize = 4_096;
/// What a request or an event costs beside its body, roughly.
const OVERHEAD_BYTES: usize = 512;

/// How much is kept; the oldest is dropped first. Counts are not affected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keep {
    pub(crate) events: usize,
    pub(crate) requests: usize,
    /// Bytes of request bodies, with 512 more for each request and event.
    pub(crate) bytes: usize,
    /// Pairs of (rule, event id) remembered, to count duplicates.
    pub(crate) ids: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Keep { events: 100_000, requests: 10_000, bytes: 128 << 20, ids: 1_000_000 }
    }
}

/// Everything counted since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests to LinkedIn's paths, answered or cut.
    pub requests: u64,
    /// Events in readable bodies: `stored + refused`.
    pub received: u64,
    /// Events that LinkedIn would hold now.
    pub stored: u64,
    /// Events that it would not: refused, or lost to a fault.
    pub refused: u64,
    /// Stored events whose (rule, event id) had been stored before, as far back as
    /// [`Builder::remember_ids`](crate::Builder::remember_ids) reaches.
    pub duplicates: u64,
    /// Requests that met a scripted fault.
    pub faulted: u64,
    /// Requests in the last 60 s, whatever was answered.
    pub requests_last_minute: u64,
    /// Requests on this UTC day of the sandbox's clock, whatever was answered.
    pub requests_today: u64,
    /// The most requests that arrived in any 60 s.
    pub peak_requests_per_minute: u64,
    /// Events in the largest request.
    pub largest_batch: u64,
    /// Requests by status; 0 for those that got no answer.
    pub by_status: BTreeMap<u16, u64>,
    /// Requests by the number of their events, each under the smallest of 0, 1, 10, 100, 1,000,
    /// 5,000 and `u64::MAX` that holds it.
    pub batch_sizes: BTreeMap<u64, u64>,
    /// Stored events by the warning they got.
    pub warnings: BTreeMap<&'static str, u64>,
}

/// One stored event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedEvent {
    /// Counts stored events from 1.
    pub number: u64,
    /// The number of the request that brought it.
    pub request: u64,
    /// Its place in that request, from 0.
    pub index: usize,
    /// When it arrived: epoch milliseconds of the sandbox's clock.
    pub at_ms: i64,
    /// The conversion rule.
    pub rule: u64,
    /// The event id; empty if it had none.
    pub event_id: String,
    /// Epoch milliseconds.
    pub happened_at: i64,
    /// LinkedIn's symbols of the identifiers it came with, and `NAME`, `EXTERNAL_ID`, `LEAD`.
    pub identifiers: Vec<&'static str>,
    /// What LinkedIn accepts but cannot match or count; the words are listed in the README.
    pub warnings: Vec<&'static str>,
    /// Whether (rule, event id) had been stored before.
    pub duplicate: bool,
    /// The element exactly as it arrived.
    pub element: String,
}

/// One request to a path of LinkedIn's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceivedRequest {
    /// Counts requests from 1.
    pub number: u64,
    /// When it arrived: epoch milliseconds of the sandbox's clock.
    pub at_ms: i64,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header names in lower case; credentials are masked.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// How many events it held.
    pub events: usize,
    /// The status answered; `None` if the connection was cut first.
    pub status: Option<u16>,
    /// The answer's body, at most 4,096 bytes of it.
    pub answer: String,
    /// The answer's `x-li-uuid`.
    pub uuid: String,
    /// What it met, if a fault was scripted for it: the fault's word.
    pub fault: Option<String>,
    /// What LinkedIn lets pass about the request itself: `NO_PROTOCOL_VERSION`.
    pub warnings: Vec<&'static str>,
}

/// A stored event as it is kept: the element is a slice of the request's body.
#[derive(Debug)]
struct KeptEvent {
    number: u64,
    request: u64,
    index: usize,
    at_ms: i64,
    rule: u64,
    event_id: Box<str>,
    happened_at: i64,
    identifiers: Vec<&'static str>,
    warnings: Vec<&'static str>,
    duplicate: bool,
    element: Bytes,
}

/// A request as it is kept.
#[derive(Debug)]
pub(crate) struct KeptRequest {
    pub(crate) number: u64,
    pub(crate) at_ms: i64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) events: usize,
    pub(crate) status: Option<u16>,
    pub(crate) answer: Bytes,
    pub(crate) uuid: String,
    pub(crate) fault: Option<String>,
    pub(crate) warnings: Vec<&'static str>,
}

/// The sandbox's memory.
#[derive(Debug)]
pub(crate) struct Record {
    keep: Keep,
    counts: Counts,
    arrivals: Meter,
    seen: Seen,
    events: VecDeque<KeptEvent>,
    requests: VecDeque<KeptRequest>,
    bytes: usize,
}

impl Record {
    pub(crate) fn new(keep: Keep) -> Self {
        Record {
            keep,
            counts: Counts::default(),
            arrivals: Meter::default(),
            seen: Seen::new(keep.ids),
            events: VecDeque::new(),
            requests: VecDeque::new(),
            bytes: 0,
        }
    }

    /// A request has arrived; gives it its number.
    pub(crate) fn arrive(&mut self, real_ms: u64, now_ms: i64) -> u64 {
        // Endless quotas: this meter only counts.
        let _ = self.arrivals.charge(real_ms, now_ms, u64::MAX, u64::MAX);
        let (minute, _) = self.arrivals.spent(real_ms, now_ms);
        self.counts.requests += 1;
        self.counts.peak_requests_per_minute = self.counts.peak_requests_per_minute.max(minute);
        self.counts.requests
    }

    /// An event is stored; `element` is its slice of the request's body.
    pub(crate) fn store(
        &mut self,
        request: u64,
        index: usize,
        at_ms: i64,
        event: &Element,
        element: Bytes,
    ) {
        let rule = event.rule.unwrap_or_default();
        let duplicate = !event.event_id.is_empty() && self.seen.insert(rule, event.event_id);
        let warnings = warnings::of(event);
        self.counts.stored += 1;
        self.counts.duplicates += u64::from(duplicate);
        for warning in &warnings {
            *self.counts.warnings.entry(warning).or_default() += 1;
        }
        self.events.push_back(KeptEvent {
            number: self.counts.stored,
            request,
            index,
            at_ms,
            rule,
            event_id: event.event_id.into(),
            happened_at: event.happened_at,
            identifiers: warnings::identifiers(event),
            warnings,
            duplicate,
            element,
        });
        while self.events.len() > self.keep.events {
            self.events.pop_front();
        }
    }

    /// A request is over; `stored` of its events were kept by LinkedIn.
    pub(crate) fn finish(&mut self, mut request: KeptRequest, stored: usize) {
        let counts = &mut self.counts;
        counts.received += request.events as u64;
        counts.refused += request.events.saturating_sub(stored) as u64;
        counts.faulted += u64::from(request.fault.is_some());
        counts.largest_batch = counts.largest_batch.max(request.events as u64);
        *counts.by_status.entry(request.status.unwrap_or_default()).or_default() += 1;
        *counts.batch_sizes.entry(size_class(request.events as u64)).or_default() += 1;

        request.answer.truncate(KEPT_ANSWER_BYTES);
        self.bytes += cost(&request);
        self.requests.push_back(request);
        while self.requests.len() > self.keep.requests || self.bytes > self.keep.bytes {
            let Some(oldest) = self.requests.pop_front() else { break };
            self.bytes -= cost(&oldest);
            // Its events hold on to the body.
            while self.events.front().is_some_and(|event| event.request <= oldest.number) {
                self.events.pop_front();
            }
        }
    }

    /// The counts at this moment.
    pub(crate) fn counts(&mut self, real_ms: u64, now_ms: i64) -> Counts {
        let (minute, today) = self.arrivals.spent(real_ms, now_ms);
        Counts { requests_last_minute: minute, requests_today: today, ..self.counts.clone() }
    }

    /// The kept events with a number above `after`, at most `limit`, oldest first.
    pub(crate) fn events(&self, after: u64, limit: usize) -> Vec<ReceivedEvent> {
        let from = self.events.partition_point(|event| event.number <= after);
        self.events.iter().skip(from).take(limit).map(KeptEvent::show).collect()
    }

    /// The kept requests with a number above `after`, at most `limit`, in the order they ended.
    pub(crate) fn requests(&self, after: u64, limit: usize) -> Vec<ReceivedRequest> {
        let later = self.requests.iter().filter(|request| request.number > after);
        later.take(limit).map(KeptRequest::show).collect()
    }
}

impl KeptEvent {
    fn show(&self) -> ReceivedEvent {
        ReceivedEvent {
            number: self.number,
            request: self.request,
            index: self.index,
            at_ms: self.at_ms,
            rule: self.rule,
            event_id: self.event_id.to_string(),
            happened_at: self.happened_at,
            identifiers: self.identifiers.clone(),
            warnings: self.warnings.clone(),
            duplicate: self.duplicate,
            element: text(&self.element),
        }
    }
}

impl KeptRequest {
    fn show(&self) -> ReceivedRequest {
        ReceivedRequest {
            number: self.number,
            at_ms: self.at_ms,
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            body: text(&self.body),
            events: self.events,
            status: self.status,
            answer: text(&self.answer),
            uuid: self.uuid.clone(),
            fault: self.fault.clone(),
            warnings: self.warnings.clone(),
        }
    }
}

/// The headers as text, credentials masked.
pub(crate) fn masked(headers: &HeaderMap) -> Vec<(String, String)> {
    let mask = |name: &str, value: &[u8]| match name {
        "authorization" if value.starts_with(b"Bearer ") => "Bearer ***".to_owned(),
        "authorization" | "proxy-authorization" | "cookie" => "***".to_owned(),
        _ => String::from_utf8_lossy(value).into_owned(),
    };
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), mask(name.as_str(), value.as_bytes())))
        .collect()
}

fn cost(request: &KeptRequest) -> usize {
    request.body.len() + OVERHEAD_BYTES * (1 + request.events)
}

fn size_class(events: u64) -> u64 {
    [0, 1, 10, 100, 1_000, 5_000].into_iter().find(|bound| events <= *bound).unwrap_or(u64::MAX)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked() {
        let mut headers = HeaderMap::new();
        let mut put =
            |name, value| headers.insert(name, axum::http::HeaderValue::from_static(value));
        put("authorization", "Bearer secret-1");
        put("cookie", "session=secret-2");
        put("linkedin-version", "202609");
        let shown = masked(&headers);
        assert!(!format!("{shown:?}").contains("secret"));
        assert!(shown.contains(&("linkedin-version".into(), "202609".into())));
    }
}
