//! Which versions of LinkedIn's API exist, until when, and what does each allow?
//! Versions are never computed from a calendar: not every month has one (`docs/linkedin.md` §9).

use std::fmt;
use std::str::FromStr;

/// A version of LinkedIn's Marketing API, `yyyymm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(u32);

/// One line of LinkedIn's version calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version.
    pub version: ApiVersion,
    /// The UTC day on which LinkedIn stops answering it: year, month, day.
    pub sunset: (i16, i8, i8),
}

/// LinkedIn's calendar as published, oldest first. 202412 and 202512 never existed.
/// 202510 and 202511 are kept so that a configuration that names them gets the date they ended.
pub const CALENDAR: &[Release] = &[
    release(202_510, (2026, 10, 15)),
    release(202_511, (2026, 11, 16)),
    release(202_601, (2027, 1, 15)),
    release(202_602, (2027, 2, 15)),
    release(202_603, (2027, 3, 16)),
    release(202_604, (2027, 4, 15)),
    release(202_605, (2027, 5, 15)),
    release(202_606, (2027, 6, 15)),
    release(202_607, (2027, 7, 15)),
    release(202_608, (2027, 8, 17)),
    release(202_609, (2027, 9, 15)),
];

const fn release(version: u32, sunset: (i16, i8, i8)) -> Release {
    Release { version: ApiVersion(version), sunset }
}

impl ApiVersion {
    /// The newest version this engine was built for; the default.
    pub const NEWEST: ApiVersion = ApiVersion(202_609);
    /// First version with `hashedFirstName` and `hashedLastName`, and without `ORACLE_MOAT_ID`.
    pub const HASHED_NAMES: ApiVersion = ApiVersion(202_609);
    /// First version that takes marketing and sales qualified leads as types of new rules.
    pub const QUALIFIED_LEADS: ApiVersion = ApiVersion(202_608);
    /// First version that lists conversion rules shared by other accounts.
    pub const RULE_OWNERSHIP: ApiVersion = ApiVersion(202_605);

    /// The number, for example 202609.
    pub fn number(self) -> u32 {
        self.0
    }

    /// Whether names may be sent hashed.
    pub fn has_hashed_names(self) -> bool {
        self >= Self::HASHED_NAMES
    }

    /// Whether `ORACLE_MOAT_ID` has been dropped from the schema.
    pub fn has_retired_moat_id(self) -> bool {
        self >= Self::HASHED_NAMES
    }

    /// The day LinkedIn stops answering this version, where the calendar knows it.
    pub fn sunset(self) -> Option<jiff::civil::Date> {
        let release = CALENDAR.iter().find(|release| release.version == self)?;
        let (year, month, day) = release.sunset;
        jiff::civil::Date::new(year, month, day).ok()
    }

    /// Whole days from `now_ms` (epoch milliseconds) to the start (UTC) of the sunset day; negative
    /// once it has passed, `None` for a version that the calendar does not know.
    pub fn days_until_sunset(self, now_ms: i64) -> Option<i64> {
        let today = jiff::Timestamp::from_millisecond(now_ms).ok()?;
        let today = jiff::tz::TimeZone::UTC.to_datetime(today).date();
        let span = self.sunset()?.since((jiff::Unit::Day, today)).ok()?;
        Some(i64::from(span.get_days()))
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The text is not of the form `yyyymm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a LinkedIn version is six digits, year and month, for example 202609")]
pub struct NotAVersion;

impl FromStr for ApiVersion {
    type Err = NotAVersion;

    /// Takes any well-formed version, known to the calendar or not: LinkedIn publishes new ones
    /// without asking us, and configuration must be able to name them.
    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let text = text.trim();
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAVersion);
        }
        let number: u32 = text.parse().map_err(|_| NotAVersion)?;
        let (year, month) = (number / 100, number % 100);
        if year >= 2022 && (1..=12).contains(&month) {
            Ok(ApiVersion(number))
        } else {
            Err(NotAVersion)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    /// 2026-11-24T00:00:00Z
    const NOW: i64 = 1_795_478_400_000;

    #[test]
    fn calendar_is_ascending_and_has_no_december() {
        assert!(CALENDAR.windows(2).all(|pair| pair[0].version < pair[1].version));
        assert!(CALENDAR.iter().all(|release| release.version.number() % 100 != 12));
        assert_eq!(CALENDAR.last().map(|last| last.version), Some(ApiVersion::NEWEST));
    }

    #[test]
    fn days_until_sunset_counts_to_the_day_itself() {
        let newest = ApiVersion::NEWEST;
        assert_eq!(newest.days_until_sunset(NOW), Some(295));
        assert_eq!(newest.days_until_sunset(NOW + 295 * DAY), Some(0));
        assert_eq!(ApiVersion(202_511).days_until_sunset(NOW), Some(-8));
        assert_eq!(ApiVersion(202_612).days_until_sunset(NOW), None);
    }

    #[test]
    fn parsing_is_strict_about_form_and_open_about_the_future() {
        assert_eq!("202703".parse(), Ok(ApiVersion(202_703)));
        for wrong in ["", "2026", "20260901", "202613", "202600", "v202609", "199901"] {
            assert_eq!(wrong.parse::<ApiVersion>(), Err(NotAVersion), "{wrong}");
        }
    }
}
