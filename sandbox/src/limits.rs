//! Has this token spent its minute or its day?
//! The clock is an argument; refused requests are not charged, or nobody would ever recover.

use crate::clock::DAY_MS;
use std::collections::VecDeque;

const MINUTE_MS: u64 = 60_000;

/// What one token may still do (`docs/linkedin.md` §10).
#[derive(Debug, Default)]
pub(crate) struct Meter {
    /// Real milliseconds of the requests of the last minute, oldest first.
    minute: VecDeque<u64>,
    /// The UTC day being counted, in days since the epoch.
    day: i64,
    today: u64,
}

/// Which quota is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    Minute,
    Day,
}

impl Meter {
    /// Charges one request. `real_ms` only ever grows; `now_ms` is the sandbox's clock and says
    /// which UTC day it is.
    pub(crate) fn charge(
        &mut self,
        real_ms: u64,
        now_ms: i64,
        per_minute: u64,
        per_day: u64,
    ) -> Result<(), Spent> {
        self.forget(real_ms, now_ms);
        if self.today >= per_day {
            return Err(Spent::Day);
        }
        if self.minute.len() as u64 >= per_minute {
            return Err(Spent::Minute);
        }
        self.minute.push_back(real_ms);
        self.today += 1;
        Ok(())
    }

    /// Requests charged in the last 60 s and on this UTC day.
    pub(crate) fn spent(&mut self, real_ms: u64, now_ms: i64) -> (u64, u64) {
        self.forget(real_ms, now_ms);
        (self.minute.len() as u64, self.today)
    }

    fn forget(&mut self, real_ms: u64, now_ms: i64) {
        while self.minute.front().is_some_and(|first| real_ms.saturating_sub(*first) >= MINUTE_MS) {
            self.minute.pop_front();
        }
        let day = now_ms.div_euclid(DAY_MS);
        if day != self.day {
            self.day = day;
            self.today = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minute_slides_and_does_not_refill() {
        let mut meter = Meter::default();
        assert_eq!(meter.charge(0, 0, 2, 9), Ok(()));
        assert_eq!(meter.charge(59_000, 0, 2, 9), Ok(()));
        assert_eq!(meter.charge(59_999, 0, 2, 9), Err(Spent::Minute));
        assert_eq!(meter.charge(60_000, 0, 2, 9), Ok(()));
        assert_eq!(meter.charge(60_001, 0, 2, 9), Err(Spent::Minute));
    }

    #[test]
    fn the_day_ends_at_midnight_utc_of_the_given_clock() {
        let mut meter = Meter::default();
        assert_eq!(meter.charge(0, DAY_MS - 2, 9, 1), Ok(()));
        assert_eq!(meter.charge(1, DAY_MS - 1, 9, 1), Err(Spent::Day));
        assert_eq!(meter.charge(2, DAY_MS, 9, 1), Ok(()));
    }
}
