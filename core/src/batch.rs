//! When is it time to cut a batch, which rows may share it, and how is it written?
//! Pure: it neither claims rows nor sends them.

use crate::outbox::{Ready, Row, Ticket};

/// LinkedIn's limit of age: events that happened longer ago are refused (`docs/linkedin.md` §2.3).
pub(crate) const MAX_AGE_MS: i64 = 90 * 86_400_000;
/// So long before the limit an event is given up: a request takes its time to arrive.
const EXPIRY_MARGIN_MS: i64 = 5_000;
/// Events with less time left never share a batch: one that turns stale fails all the others.
const URGENT_MS: i64 = 3_600_000;
/// How long after its moment an event that lay ahead is sent.
pub(crate) const DUE_MARGIN_MS: i64 = 2_000;

/// Before and after the elements of a batch.
const OPENING: &[u8] = br#"{"elements":["#;
const CLOSING: &[u8] = b"]}";

/// What a batch may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// Most events.
    pub events: usize,
    /// Most bytes of the whole body.
    pub bytes: usize,
    /// How long a lone event waits for company, milliseconds.
    pub linger_ms: i64,
}

impl BatchLimits {
    /// The bytes that are left for elements and commas.
    pub fn element_bytes(&self) -> usize {
        self.bytes.saturating_sub(OPENING.len() + CLOSING.len())
    }
}

/// Whether to cut a batch now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Yes.
    Now,
    /// Not before this moment (epoch milliseconds), unless more arrives.
    At(i64),
    /// Nothing waits.
    Nothing,
}

/// Decides from what is ready. Events up to the ticket `hurry` do not wait for company: somebody
/// waits for them.
pub(crate) fn cut(ready: &Ready, limits: &BatchLimits, hurry: Ticket, now_ms: i64) -> Cut {
    let Some(accepted_at) = ready.oldest_accepted_at else {
        return ready.next_due.map_or(Cut::Nothing, Cut::At);
    };
    let full = ready.events >= limits.events || ready.bytes >= limits.element_bytes();
    let hurried = ready.oldest_ticket.is_some_and(|oldest| oldest <= hurry);
    // A clock that went back makes the oldest event look young: it waits one linger, not an hour.
    let ripe_at = accepted_at.min(now_ms) + limits.linger_ms;
    if full || hurried || ripe_at <= now_ms {
        Cut::Now
    } else {
        Cut::At(ready.next_due.map_or(ripe_at, |due| due.min(ripe_at)))
    }
}

/// What an event's age allows at the moment of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// It is too old, or will be before it arrives.
    Expired,
    /// Less than an hour is left.
    Urgent,
    /// It can share a batch.
    Fresh,
    /// It lies ahead of LinkedIn's clock; it can be sent at this moment, epoch milliseconds.
    Ahead(i64),
}

/// Judges by LinkedIn's clock.
pub(crate) fn age(happened_at: i64, server_now_ms: i64) -> Age {
    let left = happened_at.saturating_add(MAX_AGE_MS).saturating_sub(server_now_ms);
    if left <= EXPIRY_MARGIN_MS {
        Age::Expired
    } else if left < URGENT_MS {
        Age::Urgent
    } else if happened_at > server_now_ms {
        Age::Ahead(happened_at.saturating_add(DUE_MARGIN_MS))
    } else {
        Age::Fresh
    }
}

/// Events that happened before this moment have expired, by LinkedIn's clock.
pub(crate) fn expired_before(server_now_ms: i64) -> i64 {
    server_now_ms - MAX_AGE_MS + EXPIRY_MARGIN_MS + 1
}

/// Rows of one claim, told apart by what their age allows. Order is kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ByAge {
    /// To be given up.
    pub(crate) expired: Vec<Row>,
    /// To be sent first and alone among themselves.
    pub(crate) urgent: Vec<Row>,
    /// To be sent.
    pub(crate) fresh: Vec<Row>,
    /// To be held, with the moment from which each can be sent.
    pub(crate) ahead: Vec<(Row, i64)>,
}

/// Sorts by age. The usual case, all fresh, moves nothing.
pub(crate) fn by_age(rows: Vec<Row>, server_now_ms: i64) -> ByAge {
    if rows.iter().all(|row| age(row.happened_at, server_now_ms) == Age::Fresh) {
        return ByAge { fresh: rows, ..ByAge::default() };
    }
    let mut sorted = ByAge::default();
    for row in rows {
        match age(row.happened_at, server_now_ms) {
            Age::Expired => sorted.expired.push(row),
            Age::Urgent => sorted.urgent.push(row),
            Age::Fresh => sorted.fresh.push(row),
            Age::Ahead(until) => sorted.ahead.push((row, until)),
        }
    }
    sorted
}

/// Writes the request body into an empty buffer. One event stands alone; more are a batch, which
/// needs the header `X-RestLi-Method: BATCH_CREATE` (`docs/linkedin.md` §1.6).
pub(crate) fn write_body(rows: &[Row], body: &mut Vec<u8>) {
    if let [row] = rows {
        body.extend_from_slice(&row.json);
        return;
    }
    let elements: usize = rows.iter().map(|row| row.json.len() + 1).sum();
    body.reserve(elements + OPENING.len() + CLOSING.len());
    body.extend_from_slice(OPENING);
    for (position, row) in rows.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&row.json);
    }
    body.extend_from_slice(CLOSING);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RuleId;

    const NOW: i64 = 1_795_521_600_000;
    const LIMITS: BatchLimits = BatchLimits { events: 5_000, bytes: 1_000_000, linger_ms: 1_000 };

    fn row(json: &str, happened_at: i64) -> Row {
        Row {
            ticket: Ticket(1),
            rule: RuleId::new(7).unwrap_or_else(|| unreachable!()),
            happened_at,
            accepted_at: NOW,
            attempts: 0,
            unknown: 0,
            batch: None,
            json: json.as_bytes().into(),
        }
    }

    #[test]
    fn a_batch_is_cut_when_full_ripe_or_hurried() {
        let waiting = Ready {
            events: 10,
            bytes: 5_650,
            oldest_accepted_at: Some(NOW - 400),
            oldest_ticket: Some(Ticket(7)),
            next_due: None,
        };
        let none = Ticket(0);
        assert_eq!(cut(&waiting, &LIMITS, none, NOW), Cut::At(NOW + 600));
        assert_eq!(cut(&waiting, &LIMITS, none, NOW + 600), Cut::Now);
        assert_eq!(cut(&waiting, &LIMITS, Ticket(7), NOW), Cut::Now);
        assert_eq!(cut(&waiting, &LIMITS, Ticket(6), NOW), Cut::At(NOW + 600));
        assert_eq!(cut(&Ready { events: 5_000, ..waiting }, &LIMITS, none, NOW), Cut::Now);
        assert_eq!(cut(&Ready { bytes: 999_985, ..waiting }, &LIMITS, none, NOW), Cut::Now);
        let due = Ready { next_due: Some(NOW + 5), ..waiting };
        assert_eq!(cut(&due, &LIMITS, none, NOW), Cut::At(NOW + 5));
        let clock_went_back = NOW - 3_600_000;
        assert_eq!(cut(&waiting, &LIMITS, none, clock_went_back), Cut::At(clock_went_back + 1_000));
    }

    #[test]
    fn nothing_waits_but_what_lies_ahead() {
        assert_eq!(cut(&Ready::default(), &LIMITS, Ticket(0), NOW), Cut::Nothing);
        let ahead = Ready { next_due: Some(NOW + 9), ..Ready::default() };
        assert_eq!(cut(&ahead, &LIMITS, Ticket(0), NOW), Cut::At(NOW + 9));
    }

    #[test]
    fn age_has_four_answers() {
        let oldest = NOW - MAX_AGE_MS;
        let cases = [
            (oldest, Age::Expired),
            (oldest + 5_000, Age::Expired),
            (oldest + 5_001, Age::Urgent),
            (oldest + URGENT_MS - 1, Age::Urgent),
            (oldest + URGENT_MS, Age::Fresh),
            (NOW, Age::Fresh),
            (NOW + 1, Age::Ahead(NOW + 2_001)),
            (i64::MIN, Age::Expired),
        ];
        for (happened_at, expected) in cases {
            assert_eq!(age(happened_at, NOW), expected, "{}", happened_at - NOW);
        }
        assert_eq!(age(expired_before(NOW) - 1, NOW), Age::Expired);
        assert_eq!(age(expired_before(NOW), NOW), Age::Urgent);
    }

    #[test]
    fn rows_are_told_apart_in_order() {
        let old = NOW - MAX_AGE_MS;
        let rows = vec![
            row("1", NOW),
            row("2", old),
            row("3", old + 60_000),
            row("4", NOW + 9_000),
            row("5", NOW - 1),
        ];
        let sorted = by_age(rows, NOW);
        let text = |rows: &[Row]| -> Vec<u8> { rows.iter().map(|row| row.json[0]).collect() };
        assert_eq!(text(&sorted.fresh), b"15");
        assert_eq!(text(&sorted.expired), b"2");
        assert_eq!(text(&sorted.urgent), b"3");
        assert_eq!(sorted.ahead, [(row("4", NOW + 9_000), NOW + 11_000)]);
    }

    #[test]
    fn one_event_stands_alone_and_more_are_joined() {
        let body = |rows: &[Row]| {
            let mut body = Vec::new();
            write_body(rows, &mut body);
            String::from_utf8(body).unwrap_or_default()
        };
        let (one, two) = (row(r#"{"a":1}"#, NOW), row(r#"{"b":2}"#, NOW));
        assert_eq!(body(std::slice::from_ref(&one)), r#"{"a":1}"#);
        assert_eq!(body(&[one, two]), r#"{"elements":[{"a":1},{"b":2}]}"#);
    }
}
