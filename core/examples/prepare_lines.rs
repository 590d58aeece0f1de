//! How much CPU does the core need for the events of `tests/compare`? Its side of that comparison:
//! `prepare_lines FILE ROUNDS` prints the JSON of the protocol in `tests/compare/README.md`.

use matchback::read::{Options, Rows};
use matchback::{Event, Moment, Policy, prepare_into};
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::error::Error;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

const BATCH: usize = 5_000;

/// An event as a host holds it: every text by itself on the heap, as in the other languages.
#[derive(Deserialize)]
struct Record {
    rule: String,
    happened_at: i64,
    event_id: String,
    email: String,
    click_id: String,
    first_name: String,
    last_name: String,
    company_name: String,
    title: String,
    country_code: String,
    amount: String,
    currency: String,
}

impl Record {
    fn event(&self) -> Event<'_> {
        Event {
            rule: Some(Cow::Borrowed(&self.rule)),
            happened_at: Some(Moment::Millis(self.happened_at)),
            event_id: Some(Cow::Borrowed(&self.event_id)),
            email: self.email.as_str().into(),
            click_id: Some(Cow::Borrowed(&self.click_id)),
            first_name: Some(Cow::Borrowed(&self.first_name)),
            last_name: Some(Cow::Borrowed(&self.last_name)),
            company_name: Some(Cow::Borrowed(&self.company_name)),
            title: Some(Cow::Borrowed(&self.title)),
            country_code: Some(Cow::Borrowed(&self.country_code)),
            amount: Some(self.amount.as_str().into()),
            currency: Some(Cow::Borrowed(&self.currency)),
            ..Event::default()
        }
    }
}

/// Bodies of `BATCH_CREATE`, written one after the other into the same buffer.
struct Bodies<'t> {
    policy: Policy,
    now_ms: i64,
    body: Vec<u8>,
    in_batch: usize,
    take: &'t mut dyn FnMut(&[u8]),
}

impl<'t> Bodies<'t> {
    fn new(now_ms: i64, take: &'t mut dyn FnMut(&[u8])) -> Self {
        Bodies { policy: Policy::default(), now_ms, body: Vec::new(), in_batch: 0, take }
    }

    /// A refused event is left out, as the other implementations do.
    fn add(&mut self, event: &Event<'_>) {
        let before = self.body.len();
        self.body.extend_from_slice(if self.in_batch == 0 { b"{\"elements\":[" } else { b"," });
        let mut warnings = Vec::new();
        let Bodies { policy, now_ms, body, .. } = self;
        if prepare_into(event, policy, *now_ms, body, &mut warnings).is_err() {
            self.body.truncate(before);
            return;
        }
        self.in_batch += 1;
        if self.in_batch == BATCH {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        if self.in_batch > 0 {
            self.body.extend_from_slice(b"]}");
            (self.take)(&self.body);
            self.body.clear();
            self.in_batch = 0;
        }
    }
}

fn from_events(records: &[Record], now_ms: i64, take: &mut dyn FnMut(&[u8])) {
    let mut bodies = Bodies::new(now_ms, take);
    for record in records {
        bodies.add(&record.event());
    }
    bodies.hand_over();
}

/// From the bytes of the file, through the reader.
fn from_lines(data: &[u8], now_ms: i64, take: &mut dyn FnMut(&[u8])) {
    let mut bodies = Bodies::new(now_ms, take);
    let input = std::io::Cursor::new(data.to_vec());
    let Ok(mut rows) = Rows::open(input, None, Options::default()) else { return };
    while let Some(Ok(row)) = rows.next() {
        if let Ok(event) = &row.event {
            bodies.add(event);
        }
    }
    bodies.hand_over();
}

fn digest_of(make: impl FnOnce(&mut dyn FnMut(&[u8]))) -> String {
    let mut digest = Sha256::new();
    make(&mut |body| digest.update(body));
    const_hex::encode(digest.finalize())
}

/// Process CPU time in ns.
fn cpu_ns() -> i64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

#[expect(clippy::cast_precision_loss, reason = "a round takes far less than 2^52 ns")]
fn cpu_ns_per_event(events: usize, make: impl FnOnce(&mut dyn FnMut(&[u8]))) -> f64 {
    let start = cpu_ns();
    make(&mut |body| {
        std::hint::black_box(body);
    });
    (cpu_ns() - start) as f64 / events as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(rounds)) = (arguments.next(), arguments.next()) else {
        return Err("usage: prepare_lines FILE ROUNDS".into());
    };
    let data = std::fs::read_to_string(file)?;
    let records = data.lines().map(serde_json::from_str).collect::<Result<Vec<Record>, _>>()?;
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;

    let digest = digest_of(|take| from_events(&records, now_ms, take));
    if digest != digest_of(|take| from_lines(data.as_bytes(), now_ms, take)) {
        return Err("the reader leads to other bodies".into());
    }
    let rounds = rounds.parse::<usize>()?.max(1);
    let prepare_ns = (0..rounds)
        .map(|_| cpu_ns_per_event(records.len(), |take| from_events(&records, now_ms, take)))
        .collect();
    let lines_ns = (0..rounds)
        .map(|_| {
            let lines = data.as_bytes();
            cpu_ns_per_event(records.len(), |take| from_lines(lines, now_ms, take))
        })
        .collect();
    let result = json!({
        "prepare_ns_per_event": median(prepare_ns),
        "lines_ns_per_event": median(lines_ns),
        "digest_of_output": digest,
    });
    writeln!(std::io::stdout(), "{result}")?;
    Ok(())
}
