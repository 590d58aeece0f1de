//! What can a test ask of the sandbox, and tell it, over HTTP? Everything below `/_sandbox`.
//! It must never show a token, and never answer a page of another origin.

use crate::business::Rules;
use crate::fault::{Fault, TokenState};
use crate::record::{Counts, ReceivedEvent};
use crate::state::{Limits, Shared, TokenView};
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The most records one page holds.
const MAX_PAGE: usize = 10_000;

/// The routes, to be nested at `/_sandbox`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/state", get(state))
        .route("/events", get(events))
        .route("/requests", get(requests))
        .route("/faults", get(faults).post(script).delete(clear))
        .route("/clock", post(clock))
        .route("/reset", post(reset))
        .route("/rules", get(rules).post(set_rules))
        .route("/token", post(token))
        .route("/limits", post(limits))
        .layer(from_fn(only_loopback))
}

/// Refuses requests that name another host: a page whose name was re-bound to 127.0.0.1 must not
/// read what the sandbox holds.
async fn only_loopback(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[derive(Serialize)]
struct StateView {
    now_ms: i64,
    clock_offset_ms: i64,
    counts: Counts,
    limits: Limits,
    tokens: Vec<TokenView>,
    faults_waiting: usize,
}

async fn state(State(shared): State<Shared>) -> Json<StateView> {
    let mut state = shared.lock();
    Json(StateView {
        now_ms: state.clock.now_ms(),
        clock_offset_ms: state.clock.offset_ms,
        counts: state.counts(),
        limits: state.limits,
        tokens: state.tokens(),
        faults_waiting: state.script.waiting().count(),
    })
}

/// Which part of a record: what is numbered above `after`, at most `limit`.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Page {
    after: u64,
    limit: usize,
}

impl Default for Page {
    fn default() -> Self {
        Page { after: 0, limit: 100 }
    }
}

/// An event as JSON, with the element as the object that it is.
#[derive(Serialize)]
struct EventView {
    number: u64,
    request: u64,
    index: usize,
    at_ms: i64,
    rule: u64,
    event_id: String,
    happened_at: i64,
    identifiers: Vec<&'static str>,
    warnings: Vec<&'static str>,
    duplicate: bool,
    element: Option<Box<RawValue>>,
}

impl From<ReceivedEvent> for EventView {
    fn from(event: ReceivedEvent) -> Self {
        EventView {
            number: event.number,
            request: event.request,
            index: event.index,
            at_ms: event.at_ms,
            rule: event.rule,
            event_id: event.event_id,
            happened_at: event.happened_at,
            identifiers: event.identifiers,
            warnings: event.warnings,
            duplicate: event.duplicate,
            element: RawValue::from_string(event.element).ok(),
        }
    }
}

#[derive(Serialize)]
struct Events {
    events: Vec<EventView>,
}

async fn events(State(shared): State<Shared>, Query(page): Query<Page>) -> Json<Events> {
    let events = shared.lock().record.events(page.after, page.limit.min(MAX_PAGE));
    Json(Events { events: events.into_iter().map(EventView::from).collect() })
}

async fn requests(State(shared): State<Shared>, Query(page): Query<Page>) -> Response {
    let requests = shared.lock().record.requests(page.after, page.limit.min(MAX_PAGE));
    Json(serde_json::json!({ "requests": requests })).into_response()
}

async fn faults(State(shared): State<Shared>) -> Response {
    let state = shared.lock();
    let waiting: Vec<&Fault> = state.script.waiting().collect();
    Json(serde_json::json!({ "faults": waiting })).into_response()
}

/// Takes one fault, or a list of them.
async fn script(State(shared): State<Shared>, Json(faults): Json<serde_json::Value>) -> Response {
    let faults = match faults {
        list @ serde_json::Value::Array(_) => serde_json::from_value::<Vec<Fault>>(list),
        one => serde_json::from_value(one).map(|fault| vec![fault]),
    };
    match faults {
        Ok(faults) => {
            let mut state = shared.lock();
            for fault in faults {
                state.script.push(fault);
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

async fn clear(State(shared): State<Shared>) -> StatusCode {
    shared.lock().script.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    offset_ms: i64,
}

async fn clock(State(shared): State<Shared>, Json(change): Json<ClockChange>) -> StatusCode {
    shared.lock().clock.offset_ms = change.offset_ms;
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Shared>) -> StatusCode {
    shared.lock().reset();
    StatusCode::NO_CONTENT
}

async fn rules(State(shared): State<Shared>) -> Json<Rules> {
    Json(shared.lock().rules.clone())
}

async fn set_rules(State(shared): State<Shared>, Json(rules): Json<Rules>) -> StatusCode {
    shared.lock().rules = rules;
    StatusCode::NO_CONTENT
}

/// Without `token`: the first one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenChange {
    token: Option<String>,
    state: TokenState,
}

async fn token(State(shared): State<Shared>, Json(change): Json<TokenChange>) -> StatusCode {
    let mut state = shared.lock();
    match change.token {
        Some(token) => state.set_token(&token, change.state),
        None => state.set_first_token(change.state),
    }
    StatusCode::NO_CONTENT
}

/// All limits at once; those not given go back to their defaults.
async fn limits(State(shared): State<Shared>, Json(limits): Json<Limits>) -> StatusCode {
    shared.lock().limits = limits;
    StatusCode::NO_CONTENT
}
