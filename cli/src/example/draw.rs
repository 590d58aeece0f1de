//! Which random choice comes next? The same ones in every run: the files differ by their dates only.
//! Not for secrets, and never seeded from outside.

use jiff::{SignedDuration, Timestamp};

/// Numbers by splitmix64 (Steele, Lea, Flood 2014), and the moment that dates are relative to.
pub(super) struct Draw {
    state: u64,
    now: Timestamp,
}

impl Draw {
    /// The one sequence. `now` is cut to the second, as an export has it.
    pub(super) fn new(now: Timestamp) -> Self {
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Draw { state: 202_609, now }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, without `end`; `end` is not 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True in `percent` of 100 cases.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`, of which there is at least one.
    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len() as u64);
        choices[usize::try_from(index).unwrap_or_default()]
    }

    /// A moment between 2 and 80 days ago: the file may lie a week and every row is still taken.
    pub(super) fn recently(&mut self) -> Timestamp {
        let seconds = (2 * 86_400 + self.below(78 * 86_400)).cast_signed();
        self.now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(self.now)
    }

    /// A moment so many hours from now; negative ones have passed.
    pub(super) fn hours_from_now(&self, hours: i64) -> Timestamp {
        self.now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(self.now)
    }
}
