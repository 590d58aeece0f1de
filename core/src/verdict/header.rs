//! What do the headers of an answer say about time? Pure, and calm about nonsense.

/// Longest pause a `Retry-After` can ask for, milliseconds.
const LONGEST_MS: i64 = 300_000;

/// `Retry-After`: seconds or an HTTP date; at most 300 s. Nonsense and the past are no answer.
pub fn retry_after_ms(text: &str, now_ms: i64) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse::<i64>().unwrap_or(LONGEST_MS);
        return Some(seconds.saturating_mul(1_000).min(LONGEST_MS));
    }
    let pause = date_ms(text)? - now_ms;
    (pause > 0).then(|| pause.min(LONGEST_MS))
}

/// An HTTP date such as `Tue, 24 Nov 2026 12:00:00 GMT`, as epoch milliseconds.
pub fn date_ms(text: &str) -> Option<i64> {
    const LONGEST: usize = 40;
    if text.len() > LONGEST {
        return None;
    }
    let timestamp = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(timestamp.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-24T12:00:00Z
    const NOON: i64 = 1_795_521_600_000;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let cases = [
            ("7", Some(7_000)),
            (" 0 ", Some(0)),
            ("3600", Some(300_000)),
            ("99999999999999999999999", Some(300_000)),
            ("Tue, 24 Nov 2026 12:00:30 GMT", Some(30_000)),
            ("Tue, 24 Nov 2026 18:00:00 GMT", Some(300_000)),
            ("Tue, 24 Nov 2026 11:59:59 GMT", None),
            ("abc", None),
            ("-5", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(retry_after_ms(text, NOON), expected, "{text}");
        }
    }

    #[test]
    fn an_http_date_is_read_and_anything_else_is_not() {
        assert_eq!(date_ms("Tue, 24 Nov 2026 12:00:00 GMT"), Some(NOON));
        for wrong in ["", "now", "2026-11-24T12:00:00Z", &"9".repeat(100)] {
            assert_eq!(date_ms(wrong), None, "{wrong}");
        }
    }
}
