//! What does LinkedIn answer to this call? Gateway, schema, business, store: in that order.
//! It must never wait, and never know about connections or faults beyond a refusal or two.

use crate::answer::Answer;
use crate::business::{self, Element};
use crate::fault::TokenState;
use crate::json::Json;
use crate::limits::Spent;
use crate::schema::{self, CONVERSION_EVENT};
use crate::state::State;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use matchback::ApiVersion;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fmt::Write;

/// The path of this resource.
pub(crate) const CONVERSION_EVENTS: &str = "/rest/conversionEvents";
/// The most events one call may hold (`docs/linkedin.md` §1.8).
const MAX_BATCH: usize = 5_000;

/// The parts of a request that are known before its body.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

impl Head {
    /// A header as text; empty if it is absent or no text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
    }

    fn is_batch(&self) -> bool {
        self.header("x-restli-method").eq_ignore_ascii_case("BATCH_CREATE")
    }

    /// `None`: LinkedIn cannot read the header.
    fn version(&self) -> Option<ApiVersion> {
        self.header("linkedin-version").parse().ok()
    }
}

/// A body, taken apart as far as its form allows.
pub(crate) struct Parsed<'b> {
    batch: bool,
    /// `Err`: the body is not JSON, or not in the form of its method.
    events: Result<Vec<Json<'b>>, ()>,
    /// The text of each event.
    texts: Vec<&'b str>,
}

#[derive(Deserialize)]
struct Envelope<'b> {
    #[serde(borrow)]
    elements: Vec<&'b RawValue>,
}

impl<'b> Parsed<'b> {
    pub(crate) fn read(head: &Head, body: &'b [u8]) -> Self {
        let batch = head.is_batch();
        let texts = std::str::from_utf8(body).map_err(|_| ()).and_then(|text| {
            if !batch {
                return Ok(vec![text]);
            }
            let envelope: Envelope = serde_json::from_str(text).map_err(|_| ())?;
            Ok(envelope.elements.into_iter().map(RawValue::get).collect())
        });
        let parse = |text: &&'b str| serde_json::from_str(text).map_err(|_| ());
        let events = match &texts {
            Ok(texts) => texts.iter().map(parse).collect(),
            Err(()) => Err(()),
        };
        Parsed { batch, events, texts: texts.unwrap_or_default() }
    }

    /// How many events the body holds.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn elements(&self) -> Vec<Element<'_>> {
        self.events.as_ref().map_or(Vec::new(), |events| events.iter().map(Element::of).collect())
    }

    /// The 422 for everything that the schema of this version refuses.
    fn refuse_form(&self, events: &[Json], version: ApiVersion) -> Option<Answer> {
        let mut message = String::new();
        for (index, event) in events.iter().enumerate() {
            let start = message.len();
            schema::check(&CONVERSION_EVENT, event, version, &mut message);
            if self.batch && message.len() > start {
                message.insert_str(start, &format!("Index: {index}, "));
            }
        }
        (!message.is_empty()).then(|| Answer::refusal(422, &message))
    }

    /// A batch or single success, whichever was asked for.
    pub(crate) fn success(&self, request: u64) -> Answer {
        if self.batch { Answer::stored(self.texts.len()) } else { Answer::created(request) }
    }

    /// A 422 that blames these events with a line of the known form.
    pub(crate) fn blame(&self, indices: &[usize]) -> Answer {
        let mut message = String::new();
        for index in indices {
            let prefix = if self.batch { format!("Index: {index}, ") } else { String::new() };
            // Writing to a `String` cannot fail.
            let _ = writeln!(
                message,
                "{prefix}ERROR :: /user/userIds/0/idValue :: refused by the sandbox's script"
            );
        }
        Answer::refusal(422, &message)
    }
}

impl State {
    /// The refusal of everything before the store; `None` if the events may be stored.
    pub(crate) fn refuse(
        &mut self,
        head: &Head,
        parsed: &Parsed,
        elements: &[Element],
    ) -> Option<Answer> {
        let version = match self.gateway(head) {
            Ok(version) => version,
            Err(answer) => return Some(answer),
        };
        let Ok(events) = &parsed.events else {
            return Some(Answer::refusal(400, "Unable to parse the request body"));
        };
        if events.len() > MAX_BATCH {
            let text = format!("The batch size should not exceed {MAX_BATCH}");
            return Some(Answer::refusal(400, &text));
        }
        let now_ms = self.clock.now_ms();
        parsed
            .refuse_form(events, version)
            .or_else(|| business::refuse(elements, &self.rules, now_ms, self.limits.dialect))
    }

    /// What LinkedIn refuses without having read the body.
    fn gateway(&mut self, head: &Head) -> Result<ApiVersion, Answer> {
        if head.uri.path() != CONVERSION_EVENTS {
            return Err(Answer::no_such_path());
        }
        let authorization = head.header("authorization");
        let token = authorization.strip_prefix("Bearer").unwrap_or(authorization).trim();
        if token.is_empty() {
            return Err(Answer::empty_token());
        }
        if let Some(refusal) = refuse_token(self.token_state(token)) {
            return Err(refusal);
        }
        let version = match (head.header("linkedin-version"), head.version()) {
            ("", _) => return Err(Answer::version_missing()),
            (_, Some(version)) if self.answers(version) => version,
            (text, _) => return Err(Answer::version_gone(text)),
        };
        self.charge(token).map_err(|spent| match spent {
            Spent::Minute => Answer::throttled("MINUTE"),
            Spent::Day => Answer::throttled("DAY"),
        })?;
        let action = head.header("x-restli-method");
        let known = ["", "CREATE", "BATCH_CREATE"].iter().any(|a| action.eq_ignore_ascii_case(a));
        if head.method != Method::POST || !known {
            let action = if action.is_empty() { head.method.as_str() } else { action };
            return Err(Answer::no_such_method(action));
        }
        let media_type = head.header("content-type").split(';').next().unwrap_or_default().trim();
        let encoding = head.header("content-encoding");
        if !media_type.eq_ignore_ascii_case("application/json")
            || !(encoding.is_empty() || encoding.eq_ignore_ascii_case("identity"))
        {
            return Err(Answer::refusal(415, "Unsupported media type"));
        }
        Ok(version)
    }

    /// Stores the events at the indices that are `wanted`; how many they were.
    pub(crate) fn store(
        &mut self,
        request: u64,
        at_ms: i64,
        body: &Bytes,
        parsed: &Parsed,
        elements: &[Element],
        wanted: impl Fn(usize) -> bool,
    ) -> usize {
        let mut stored = 0;
        for (index, (element, text)) in elements.iter().zip(&parsed.texts).enumerate() {
            if wanted(index) {
                let text = body.slice_ref(text.as_bytes());
                self.record.store(request, index, at_ms, element, text);
                stored += 1;
            }
        }
        stored
    }
}

/// The 401 for a token in this state.
pub(crate) fn refuse_token(state: TokenState) -> Option<Answer> {
    match state {
        TokenState::Active => None,
        TokenState::Expired => Some(Answer::expired_token()),
        TokenState::Revoked => Some(Answer::revoked_token()),
        TokenState::Invalid => Some(Answer::invalid_token()),
    }
}

/// What LinkedIn lets pass about a request itself.
pub(crate) fn warnings(head: &Head) -> Vec<&'static str> {
    let missing = head.header("x-restli-protocol-version") != "2.0.0";
    if missing { vec!["NO_PROTOCOL_VERSION"] } else { Vec::new() }
}
