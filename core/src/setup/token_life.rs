//! How long does a token live, when is it refreshed, and when is somebody warned?
//! It must never ask for a refresh so early that the next token would ask again at once.

const SECOND: i64 = 1_000;
const DAY: i64 = 86_400 * SECOND;
/// Access tokens live 60 days (`docs/linkedin.md` §7.1): a week is ample time to find out why a
/// refresh fails.
const BEFORE_EXPIRY: i64 = 7 * DAY;
/// Days before the refresh token's hard end on which somebody has to be told; nothing but a new
/// sign-in moves that end.
const SIGN_IN_WARNINGS: [i64; 4] = [1, 7, 14, 30];
/// The same for an access token that cannot be refreshed.
const ACCESS_WARNINGS: [i64; 3] = [1, 7, 14];

/// When a token was made and when it ends, all in epoch milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenLife {
    /// When it was made, or received.
    pub minted_ms: i64,
    /// When the access token ends; `None` for a Direct API token, which does not.
    pub expires_ms: Option<i64>,
    /// When the refresh token ends; `None` if there is none or LinkedIn did not say.
    pub refresh_expires_ms: Option<i64>,
}

impl TokenLife {
    /// A token that does not end, or of which nothing is known.
    pub const fn endless(minted_ms: i64) -> Self {
        TokenLife { minted_ms, expires_ms: None, refresh_expires_ms: None }
    }

    /// When to refresh: at 80 % of the life or seven days before its end, whichever is first. The
    /// seven days count only for tokens that live at least twice as long.
    pub fn refresh_due_ms(&self) -> Option<i64> {
        let expires = self.expires_ms?;
        let life = expires.saturating_sub(self.minted_ms).max(0);
        let at_80_percent = self.minted_ms.saturating_add(life / 5 * 4);
        let week_before = expires.saturating_sub(BEFORE_EXPIRY);
        Some(if life >= 2 * BEFORE_EXPIRY { at_80_percent.min(week_before) } else { at_80_percent })
    }

    /// Whether the access token has ended.
    pub fn has_expired(&self, now_ms: i64) -> bool {
        self.expires_ms.is_some_and(|expires| now_ms >= expires)
    }

    /// The warning that is due about the refresh token's end: 30, 14, 7 or 1 days, 0 once it has
    /// passed. Whoever tells remembers the last number and tells again only when it changes.
    pub fn sign_in_warning(&self, now_ms: i64) -> Option<i64> {
        warning(self.refresh_expires_ms?, now_ms, &SIGN_IN_WARNINGS)
    }

    /// The warning that is due about an access token that cannot be refreshed: 14, 7, 1 or 0 days.
    pub fn access_warning(&self, now_ms: i64) -> Option<i64> {
        warning(self.expires_ms?, now_ms, &ACCESS_WARNINGS)
    }
}

fn warning(end_ms: i64, now_ms: i64, days: &[i64]) -> Option<i64> {
    let left = end_ms.saturating_sub(now_ms);
    if left <= 0 { Some(0) } else { days.iter().copied().find(|day| left <= day * DAY) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(days: i64) -> TokenLife {
        TokenLife { minted_ms: 0, expires_ms: Some(days * DAY), refresh_expires_ms: None }
    }

    #[test]
    fn a_refresh_is_due_at_80_percent_or_a_week_before_the_end() {
        assert_eq!(life(60).refresh_due_ms(), Some(48 * DAY));
        assert_eq!(life(20).refresh_due_ms(), Some(13 * DAY));
        assert_eq!(life(10).refresh_due_ms(), Some(8 * DAY));
        assert_eq!(life(0).refresh_due_ms(), Some(0));
        assert_eq!(TokenLife::endless(5).refresh_due_ms(), None);
    }

    #[test]
    fn a_new_token_is_never_due_at_once() {
        for hours in 1..=90 * 24 {
            let end = hours * 3_600 * SECOND;
            let life = TokenLife { minted_ms: 0, expires_ms: Some(end), refresh_expires_ms: None };
            assert!(
                life.refresh_due_ms().is_some_and(|due| due >= end / 2 && due < end),
                "{hours} h"
            );
        }
    }

    #[test]
    fn the_end_of_the_refresh_token_is_warned_of_four_times() {
        let life = TokenLife { refresh_expires_ms: Some(365 * DAY), ..TokenLife::endless(0) };
        let cases = [
            (334 * DAY, None),
            (335 * DAY, Some(30)),
            (351 * DAY - 1, Some(30)),
            (351 * DAY, Some(14)),
            (358 * DAY, Some(7)),
            (364 * DAY, Some(1)),
            (365 * DAY, Some(0)),
            (400 * DAY, Some(0)),
        ];
        for (now, expected) in cases {
            assert_eq!(life.sign_in_warning(now), expected, "day {}", now / DAY);
        }
    }

    #[test]
    fn an_access_token_alone_is_warned_of_two_weeks_ahead() {
        assert_eq!(life(60).access_warning(45 * DAY), None);
        assert_eq!(life(60).access_warning(46 * DAY), Some(14));
        assert_eq!(life(60).access_warning(60 * DAY), Some(0));
        assert!(life(60).has_expired(60 * DAY) && !life(60).has_expired(60 * DAY - 1));
    }
}
