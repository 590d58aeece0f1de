//! How do the tests talk to a sandbox? One client that speaks like LinkedIn's documentation asks.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
#![allow(dead_code, reason = "each test file uses its part")]

use matchback_sandbox::{Builder, Sandbox};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::sync::Once;

/// 2026-11-24T00:00:00Z, where every sandbox of these tests stands.
pub(crate) const NOW: i64 = 1_795_478_400_000;
pub(crate) const DIGEST: &str = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";

pub(crate) struct Linked {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) headers: Vec<(&'static str, String)>,
}

pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Heard {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A sandbox whose clock stands (nearly) at `NOW`, and a client for it.
pub(crate) fn start(builder: Builder) -> Linked {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let sandbox = builder.clock_offset_ms(NOW - real_ms()).start().unwrap();
    let headers = vec![
        ("authorization", format!("Bearer {}", sandbox.token())),
        ("linkedin-version", "202609".to_owned()),
        ("x-restli-protocol-version", "2.0.0".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    Linked { sandbox, http: reqwest::Client::builder().no_proxy().build().unwrap(), headers }
}

pub(crate) fn default() -> Linked {
    start(Sandbox::builder())
}

pub(crate) fn real_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// A good event.
pub(crate) fn event(id: &str) -> Value {
    json!({
        "conversion": "urn:lla:llaPartnerConversion:7",
        "conversionHappenedAt": NOW - 60_000,
        "eventId": id,
        "conversionValue": {"currencyCode": "EUR", "amount": "19.90"},
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": DIGEST}]},
    })
}

/// A good event in which `path` is replaced; `null` removes the member.
pub(crate) fn event_with(pointer: &str, value: Value) -> Value {
    let mut event = event("e");
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name);
    } else {
        parent.insert(name.to_owned(), value);
    }
    event
}

impl Linked {
    pub(crate) fn set(&mut self, name: &'static str, value: Option<&str>) {
        self.headers.retain(|(header, _)| *header != name);
        if let Some(value) = value {
            self.headers.push((name, value.to_owned()));
        }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: String,
    ) -> Result<Response, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.sandbox.url()));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(body).send().await
    }

    pub(crate) async fn try_post(
        &self,
        batch: bool,
        body: String,
    ) -> Result<Heard, reqwest::Error> {
        let url = format!("{}/rest/conversionEvents", self.sandbox.url());
        let mut request = self.http.post(url);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if batch {
            request = request.header("x-restli-method", "BATCH_CREATE");
        }
        hear(request.body(body).send().await?).await
    }

    pub(crate) async fn single(&self, event: &Value) -> Heard {
        self.try_post(false, event.to_string()).await.unwrap()
    }

    pub(crate) async fn batch(&self, events: &[Value]) -> Heard {
        self.try_post(true, json!({"elements": events}).to_string()).await.unwrap()
    }

    pub(crate) async fn try_batch(&self, events: &[Value]) -> Result<Heard, reqwest::Error> {
        self.try_post(true, json!({"elements": events}).to_string()).await
    }

    /// A call to the control API.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Heard {
        let url = format!("{}/_sandbox/{path}", self.sandbox.url());
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        hear(request.send().await.unwrap()).await.unwrap()
    }
}

pub(crate) async fn hear(response: Response) -> Result<Heard, reqwest::Error> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Heard { status, headers, text: response.text().await? })
}
