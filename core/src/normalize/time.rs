//! When did it happen, in epoch milliseconds, and will LinkedIn take that time? It takes the past
//! 90 days and nothing after its own now (`docs/linkedin.md` §1.2). The current time is an argument.

use super::Notes;
use super::text::trim;
use crate::config::{Policy, Seconds};
use crate::event::Moment;
use crate::problem::Code;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

/// How far back LinkedIn takes conversions.
const NINETY_DAYS_MS: i64 = 90 * DAY_MS;
const DAY_MS: i64 = 86_400_000;

/// The moment in epoch milliseconds; the error refuses the event.
#[inline]
pub(crate) fn happened_at(
    moment: Option<&Moment<'_>>,
    policy: &Policy,
    now_ms: i64,
    notes: &mut Notes<'_>,
) -> Result<i64, Code> {
    let millis = match moment {
        None => return Ok(now_ms),
        Some(Moment::Millis(number)) => from_number(*number, policy, notes)?,
        Some(Moment::Text(text)) => from_text(trim(text), policy, notes)?,
    };
    if now_ms.saturating_sub(millis) > NINETY_DAYS_MS {
        Err(Code::TooOld)
    } else if millis.saturating_sub(now_ms) > DAY_MS {
        Err(Code::Future)
    } else {
        if millis > now_ms {
            notes.add(Code::FutureHeld);
        }
        Ok(millis)
    }
}

/// A number is milliseconds, unless its size says that somebody forgot to convert.
#[inline]
fn from_number(number: i64, policy: &Policy, notes: &mut Notes<'_>) -> Result<i64, Code> {
    match number {
        ..=0 => Err(Code::InvalidTime),
        1_000_000_000..10_000_000_000 => match policy.seconds {
            Seconds::Reject => Err(Code::LooksLikeSeconds),
            Seconds::Convert => {
                notes.add(Code::SecondsConverted);
                Ok(number * 1_000)
            }
        },
        1_000_000_000_000_000..1_000_000_000_000_000_000 => Err(Code::LooksLikeMicroseconds),
        1_000_000_000_000_000_000.. => Err(Code::LooksLikeNanoseconds),
        _ => Ok(number),
    }
}

fn from_text(text: &str, policy: &Policy, notes: &mut Notes<'_>) -> Result<i64, Code> {
    if let Some(number) = whole_number(text) {
        return from_number(number, policy, notes);
    }
    // Everything else begins with a year of four digits: a sign or a word is not a time.
    if text.len() < 10 || !text.as_bytes()[..4].iter().all(u8::is_ascii_digit) {
        return Err(Code::InvalidTime);
    }
    let pieces = Pieces::parse(text).map_err(|_| Code::InvalidTime)?;
    let Some(time) = pieces.time() else {
        return millis(pieces.date().at(0, 0, 0, 0), &TimeZone::UTC);
    };
    let date_time = pieces.date().to_datetime(time);
    match (pieces.to_numeric_offset(), &policy.time_zone) {
        (Some(offset), _) => millis(date_time, &TimeZone::fixed(offset)),
        (None, Some(zone)) => millis(date_time, zone),
        (None, None) => Err(Code::TimeWithoutZone),
    }
}

fn millis(date_time: jiff::civil::DateTime, zone: &TimeZone) -> Result<i64, Code> {
    match zone.to_timestamp(date_time) {
        Ok(timestamp) => Ok(timestamp.as_millisecond()),
        Err(_) => Err(Code::InvalidTime),
    }
}

/// `1755000000000` and `1755000000000.5`, which is cut; a number too large for a moment of any
/// unit comes out as the largest.
fn whole_number(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (is_digits(whole) && is_digits(fraction)).then(|| whole.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    /// 2026-09-02T00:00:00Z
    const NOW: i64 = 1_788_307_200_000;

    fn at(moment: &Moment<'_>, policy: &Policy) -> (Result<i64, Code>, Vec<Code>) {
        let mut warnings = Vec::new();
        let notes = &mut Notes::new("happened_at", &mut warnings);
        let result = happened_at(Some(moment), policy, NOW, notes);
        (result, warnings.into_iter().map(|warning| warning.code).collect())
    }

    #[test]
    fn numbers_are_milliseconds_within_the_window() {
        let cases: [(i32, i64, Result<i64, Code>, &[Code]); 19] = [
            (115, NOW, Ok(NOW), &[]),
            (116, 1_755_000_000, Err(Code::LooksLikeSeconds), &[]),
            (116, 1_000_000_000, Err(Code::LooksLikeSeconds), &[]),
            (116, 9_999_999_999, Err(Code::LooksLikeSeconds), &[]),
            (117, 1_755_000_000_000_000, Err(Code::LooksLikeMicroseconds), &[]),
            (117, 1_755_000_000_000_000_000, Err(Code::LooksLikeNanoseconds), &[]),
            (117, i64::MAX, Err(Code::LooksLikeNanoseconds), &[]),
            (119, 50_000_000_000, Err(Code::TooOld), &[]),
            (126, NOW - NINETY_DAYS_MS + 1_000, Ok(NOW - NINETY_DAYS_MS + 1_000), &[]),
            (126, NOW - NINETY_DAYS_MS, Ok(NOW - NINETY_DAYS_MS), &[]),
            (127, NOW - NINETY_DAYS_MS - 1, Err(Code::TooOld), &[]),
            (128, NOW - 100 * DAY_MS, Err(Code::TooOld), &[]),
            (130, NOW + 1, Ok(NOW + 1), &[Code::FutureHeld]),
            (130, NOW + DAY_MS, Ok(NOW + DAY_MS), &[Code::FutureHeld]),
            (131, NOW + DAY_MS + 1, Err(Code::Future), &[]),
            (132, 0, Err(Code::InvalidTime), &[]),
            (132, -1, Err(Code::InvalidTime), &[]),
            (132, i64::MIN, Err(Code::InvalidTime), &[]),
            (132, 123, Err(Code::TooOld), &[]),
        ];
        for (row, number, expected, codes) in cases {
            let found = at(&Moment::Millis(number), &Policy::default());
            assert_eq!(found, (expected, codes.to_vec()), "row {row}: {number}");
        }
    }

    #[test]
    fn texts_are_numbers_or_dates_with_a_zone() {
        let ten_utc = NOW - 14 * 3_600_000;
        let cases = [
            (118, "1788307200000", Ok(NOW)),
            (119, "50000000000", Err(Code::TooOld)),
            (117, "99999999999999999999999", Err(Code::LooksLikeNanoseconds)),
            (120, "2026-09-01T10:00:00Z", Ok(ten_utc)),
            (120, " 2026-09-01T12:00:00+02:00 ", Ok(ten_utc)),
            (120, "2026-09-01 10:00:00.000Z", Ok(ten_utc)),
            (120, "2026-09-01T10:00:00.9999Z", Ok(ten_utc + 999)),
            (121, "2026-09-01T10:00:00", Err(Code::TimeWithoutZone)),
            (122, "2026-09-01", Ok(NOW - DAY_MS)),
            (123, "Fri Sep 1 2026", Err(Code::InvalidTime)),
            (124, "garbage", Err(Code::InvalidTime)),
            (124, "", Err(Code::InvalidTime)),
            (124, "2026-13-01", Err(Code::InvalidTime)),
            (124, "2026-02-30T10:00:00Z", Err(Code::InvalidTime)),
            (124, "+002026-09-01T10:00:00Z", Err(Code::InvalidTime)),
            (124, "é2026-09-01", Err(Code::InvalidTime)),
            (132, "-5", Err(Code::InvalidTime)),
            (132, "1965-01-01T00:00:00Z", Err(Code::TooOld)),
            (133, "1788307200000.9", Ok(NOW)),
            (133, "1.7883e12", Err(Code::InvalidTime)),
            (134, "2026-08-31T23:59:60Z", Ok(NOW - DAY_MS - 1_000)),
        ];
        for (row, text, expected) in cases {
            let found = at(&Moment::from(text), &Policy::default());
            assert_eq!(found, (expected, vec![]), "row {row}: {text}");
        }
    }

    #[test]
    fn the_policy_decides_about_zones_and_seconds() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let policy =
            Policy { seconds: Seconds::Convert, time_zone: Some(zone), ..Policy::default() };
        let seconds = Moment::Millis(NOW / 1_000);
        assert_eq!(at(&seconds, &policy), (Ok(NOW), vec![Code::SecondsConverted]), "row 116");
        let local = Moment::from("2026-09-02T02:00:00");
        assert_eq!(at(&local, &policy), (Ok(NOW), vec![]), "row 121");
        let date = Moment::from("2026-09-02");
        assert_eq!(at(&date, &policy), (Ok(NOW), vec![]), "row 122: a date is UTC all the same");
        let mut warnings = Vec::new();
        let missing = happened_at(None, &policy, NOW, &mut Notes::new("", &mut warnings));
        assert_eq!(missing, Ok(NOW), "row 125");
    }
}
