//! What time does the sandbox think it is?
//! The real clock plus an offset; it must never be used to measure how long something took.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds of one UTC day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// LinkedIn's clock as the sandbox plays it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// Milliseconds added to the real time; negative for a clock that is behind.
    pub(crate) offset_ms: i64,
}

impl Clock {
    /// Epoch milliseconds.
    pub(crate) fn now_ms(self) -> i64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(real.as_millis()).unwrap_or(i64::MAX).saturating_add(self.offset_ms)
    }
}

/// The `Date` header for this moment; the epoch for moments that HTTP cannot write.
pub(crate) fn http_date(now_ms: i64) -> String {
    const LAST: u64 = 253_402_300_799_000; // 9999-12-31T23:59:59Z
    let since_epoch = u64::try_from(now_ms).unwrap_or(0).min(LAST);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(since_epoch))
}
