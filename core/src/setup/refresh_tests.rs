//! Is there one refresh for any number of senders, and an end to every refusal?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::setup::SetupCode::{self, *};

const DAY: i64 = 86_400 * SECOND;
const MINTED: i64 = 1_000 * DAY;
const LATER: i64 = MINTED + DAY;

fn sixty_days(minted_ms: i64) -> TokenLife {
    TokenLife { minted_ms, expires_ms: Some(minted_ms + 60 * DAY), refresh_expires_ms: None }
}

fn refresher() -> Refresher {
    Refresher::new(sixty_days(MINTED), true)
}

fn ticket(turn: Turn) -> Ticket {
    match turn {
        Turn::Refresh(ticket) => ticket,
        other => panic!("no ticket but {other:?}"),
    }
}

fn failure(code: SetupCode) -> SetupError {
    SetupError::here(code)
}

#[test]
fn a_hundred_refusals_cause_one_refresh() {
    let mut refresher = refresher();
    assert_eq!(refresher.turn(LATER), Turn::Use(1));
    let ticket = ticket(refresher.refused(1, TokenExpired, LATER));
    for sender in 0..99 {
        assert_eq!(
            refresher.refused(1, TokenExpired, LATER + sender),
            Turn::Wait(LATER + 60 * SECOND)
        );
    }
    assert!(refresher.refreshed(&ticket, sixty_days(LATER + SECOND)));
    // Those whose answer comes only now are sent on with the new token.
    assert_eq!(refresher.refused(1, TokenExpired, LATER + 2 * SECOND), Turn::Use(2));
}

#[test]
fn a_token_is_refreshed_ahead_while_others_go_on() {
    let mut refresher = refresher();
    let due = MINTED + 48 * DAY;
    assert_eq!(refresher.turn(due - 1), Turn::Use(1));
    let ticket = ticket(refresher.turn(due));
    assert_eq!(refresher.turn(due), Turn::Use(1));
    refresher.failed(&ticket, &failure(Unavailable), due);
    assert_eq!(refresher.turn(due + SECOND - 1), Turn::Use(1));
    assert!(matches!(refresher.turn(due + SECOND), Turn::Refresh(_)));
}

#[test]
fn an_expired_token_is_not_used() {
    let mut refresher = refresher();
    let expired = MINTED + 60 * DAY;
    let ticket = ticket(refresher.turn(expired));
    assert!(matches!(refresher.turn(expired), Turn::Wait(_)));
    refresher.failed(&ticket, &failure(Unavailable), expired);
    assert_eq!(refresher.turn(expired), Turn::Wait(expired + SECOND));
}

#[test]
fn a_fresh_token_that_is_refused_is_tried_three_times_and_never_refreshed() {
    for code in [TokenRevoked, TokenInvalid, TokenExpired] {
        let mut refresher = refresher();
        let mut now = MINTED + 100;
        for pause in [5, 10, 20] {
            let until = now + pause * SECOND;
            assert_eq!(refresher.refused(1, code, now), Turn::Wait(until));
            // More of the same burst changes nothing.
            assert_eq!(refresher.refused(1, code, now + SECOND), Turn::Wait(until));
            assert_eq!(refresher.turn(until), Turn::Use(1));
            now = until;
        }
        assert_eq!(refresher.refused(1, code, now), Turn::SignIn);
        assert_eq!(refresher.turn(now + DAY), Turn::SignIn);
    }
}

#[test]
fn a_fresh_token_that_works_in_the_end_is_good() {
    let mut refresher = refresher();
    let Turn::Wait(until) = refresher.refused(1, TokenRevoked, MINTED) else { panic!("no pause") };
    assert_eq!(refresher.turn(until), Turn::Use(1));
    refresher.worked(1);
    assert!(matches!(refresher.refused(1, TokenExpired, LATER), Turn::Refresh(_)));
}

#[test]
fn a_revoked_token_is_held_and_not_refreshed() {
    let mut refresher = refresher();
    assert_eq!(refresher.refused(1, TokenRevoked, LATER), Turn::SignIn);
}

#[test]
fn a_token_without_refresh_is_held() {
    let mut direct = Refresher::new(TokenLife::endless(0), false);
    assert_eq!(direct.turn(LATER), Turn::Use(1));
    assert_eq!(direct.refused(1, TokenInvalid, LATER), Turn::SignIn);
    let mut lapsed = Refresher::new(sixty_days(MINTED), false);
    assert_eq!(lapsed.turn(MINTED + 48 * DAY), Turn::Use(1));
    assert_eq!(lapsed.turn(MINTED + 60 * DAY), Turn::SignIn);
}

#[test]
fn a_refused_refresh_holds_and_signing_in_resumes() {
    let mut refresher = refresher();
    let ticket = ticket(refresher.refused(1, TokenExpired, LATER));
    refresher.failed(&ticket, &failure(SignInAgain), LATER);
    assert_eq!(refresher.turn(LATER), Turn::SignIn);
    assert_eq!(refresher.turn(LATER + 365 * DAY), Turn::SignIn);
    refresher.replaced(sixty_days(LATER), true);
    assert_eq!(refresher.turn(LATER), Turn::Use(2));
}

#[test]
fn a_refused_refresh_ahead_of_time_leaves_the_token_in_use() {
    let mut refresher = refresher();
    let due = MINTED + 48 * DAY;
    let ticket = ticket(refresher.turn(due));
    refresher.failed(&ticket, &failure(SignInAgain), due);
    assert_eq!(refresher.turn(due + DAY), Turn::Use(1));
    assert_eq!(refresher.turn(MINTED + 60 * DAY), Turn::SignIn);
}

#[test]
fn pauses_between_failed_refreshes_grow_to_five_minutes() {
    let mut refresher = refresher();
    let mut now = LATER;
    let mut turn = refresher.refused(1, TokenExpired, now);
    let mut pauses = Vec::new();
    for _ in 0..12 {
        refresher.failed(&ticket(turn), &failure(Unavailable), now);
        let Turn::Wait(until) = refresher.turn(now) else { panic!("no pause") };
        pauses.push((until - now) / SECOND);
        now = until;
        turn = refresher.turn(now);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
}

#[test]
fn a_lost_ticket_is_given_anew_and_the_late_result_is_not_wanted() {
    let mut refresher = refresher();
    let lost = ticket(refresher.refused(1, TokenExpired, LATER));
    assert_eq!(refresher.turn(LATER + 59 * SECOND), Turn::Wait(LATER + 60 * SECOND));
    let second = ticket(refresher.turn(LATER + 60 * SECOND));
    assert!(!refresher.refreshed(&lost, sixty_days(LATER)));
    refresher.failed(&lost, &failure(SignInAgain), LATER + 61 * SECOND);
    assert!(refresher.refreshed(&second, sixty_days(LATER + 62 * SECOND)));
    assert_eq!(refresher.turn(LATER + 63 * SECOND), Turn::Use(2));
}
