//! Bounds, duplicates and the order of claims.
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::outbox::Rejection;
use crate::problem::Code;

const NOON: i64 = 1_795_521_600_000;
const ALL: Size = Size { events: usize::MAX, bytes: usize::MAX };

fn rule(number: u128) -> RuleId {
    RuleId::new(number).unwrap()
}

fn row(rule_number: u128, id: &str) -> NewRow {
    NewRow {
        rule: rule(rule_number),
        happened_at: NOON - 1,
        not_before: 0,
        awaits_consent: false,
        event_id: id.to_owned(),
        json: format!(r#"{{"eventId":"{id}"}}"#).into_bytes(),
    }
}

fn accept(outbox: &MemoryOutbox, rows: Vec<NewRow>) -> Vec<Admission> {
    outbox.accept(&mut { rows }, NOON).unwrap()
}

fn claim(outbox: &MemoryOutbox, epoch: Epoch, which: Which<'_>, most: Size) -> Vec<String> {
    let rows = outbox.claim(epoch, BatchId(1), which, most, NOON).unwrap();
    rows.iter().map(Row::event_id).collect()
}

#[test]
fn a_full_outbox_takes_what_fits_and_evicts_nothing() {
    let outbox = MemoryOutbox::new(3, 1_000);
    let mut rows: Vec<NewRow> = (0..5).map(|n| row(7, &format!("e{n}"))).collect();
    assert_eq!(outbox.accept(&mut rows, NOON).unwrap().len(), 3);
    assert_eq!(rows, [row(7, "e3"), row(7, "e4")]);
    assert_eq!(outbox.accept(&mut rows, NOON), Err(OutboxError::Full));
    assert_eq!(rows.len(), 2);
    let repeat = accept(&outbox, vec![row(7, "e0")]);
    assert_eq!(repeat, [Admission::Duplicate], "what it has it still recognises");

    let outbox = MemoryOutbox::new(1_000, 40);
    let mut rows: Vec<NewRow> = (0..5).map(|n| row(7, &format!("e{n}"))).collect();
    assert_eq!(outbox.accept(&mut rows, NOON).unwrap().len(), 2, "of 16 bytes each");
}

#[test]
fn a_repeat_is_a_duplicate_while_waiting_and_once_delivered_but_not_once_refused() {
    let outbox = MemoryOutbox::new(10, 1_000);
    let epoch = outbox.elect().unwrap();
    let accepted = |rows| matches!(accept(&outbox, rows)[0], Admission::Accepted(_));
    let settle = |fate: Fate| {
        let rows = outbox.claim(epoch, BatchId(1), Which::Except(&[]), ALL, NOON).unwrap();
        let mut ended =
            rows.into_iter().map(|row| (row, Disposition::Ended(fate.clone()))).collect();
        outbox.settle(epoch, &mut ended, NOON).unwrap();
    };
    assert!(accepted(vec![row(7, "a")]) && !accepted(vec![row(7, "a")]));
    assert!(accepted(vec![row(8, "a")]), "another rule");
    settle(Fate::Delivered);
    assert!(!accepted(vec![row(7, "a")]) && !accepted(vec![row(8, "a")]));
    assert!(accepted(vec![row(7, "b")]));
    settle(Fate::Rejected(Rejection { code: Code::Future, pointer: None, request_id: None }));
    assert!(accepted(vec![row(7, "b")]));
    assert!(accepted(vec![row(7, "")]) && accepted(vec![row(7, "")]), "no id, no duplicate");
    let ledger = outbox.ledger();
    assert_eq!((ledger.accepted, ledger.duplicates, ledger.waiting), (6, 3, 3));
    assert!(ledger.balances());
}

#[test]
fn the_oldest_delivered_ids_are_forgotten_after_100_000() {
    let outbox = MemoryOutbox::new(200_000, 1 << 30);
    let epoch = outbox.elect().unwrap();
    accept(&outbox, (0..=REMEMBERED).map(|n| row(7, &format!("e{n}"))).collect());
    let rows = outbox.claim(epoch, BatchId(1), Which::Except(&[]), ALL, NOON).unwrap();
    let mut rows: Vec<_> =
        rows.into_iter().map(|row| (row, Disposition::Ended(Fate::Delivered))).collect();
    for row in rows.drain(..) {
        outbox.settle(epoch, &mut vec![row], NOON).unwrap();
    }
    assert!(matches!(accept(&outbox, vec![row(7, "e0")])[0], Admission::Accepted(_)));
    assert_eq!(accept(&outbox, vec![row(7, "e1")]), [Admission::Duplicate]);
}

#[test]
fn claims_keep_to_their_bounds_and_to_the_order_of_acceptance() {
    let outbox = MemoryOutbox::new(100, 10_000);
    let epoch = outbox.elect().unwrap();
    accept(&outbox, (0..6).map(|n| row(7, &format!("e{n}"))).collect());
    let free = Which::Except(&[]);
    assert_eq!(claim(&outbox, epoch, free, Size { events: 2, ..ALL }), ["e0", "e1"]);
    // 16 bytes each and a comma.
    assert_eq!(claim(&outbox, epoch, free, Size { bytes: 33, ..ALL }), ["e2", "e3"]);
    assert_eq!(claim(&outbox, epoch, free, Size { bytes: 1, ..ALL }), ["e4"], "at least one");
    let stale = Epoch(epoch.0 - 1);
    let refused = outbox.claim(stale, BatchId(1), free, ALL, NOON);
    assert_eq!(refused, Err(OutboxError::Superseded));
}

#[test]
fn held_rules_are_passed_over_and_come_back_first() {
    let outbox = MemoryOutbox::new(100, 10_000);
    let epoch = outbox.elect().unwrap();
    accept(&outbox, (0..6).map(|n| row(7 + n % 2, &format!("e{n}"))).collect());
    let held = [rule(7)];
    assert_eq!(claim(&outbox, epoch, Which::Except(&held), ALL), ["e1", "e3", "e5"]);
    assert_eq!(outbox.ready(&held, NOON).unwrap().events, 0);
    assert_eq!(outbox.waiting().ready, 3);
    let one = Size { events: 1, ..ALL };
    assert_eq!(claim(&outbox, epoch, Which::Rule(rule(7)), one), ["e0"]);
    accept(&outbox, vec![row(9, "e6")]);
    assert_eq!(outbox.ready(&[], NOON).unwrap().events, 3);
    assert_eq!(claim(&outbox, epoch, Which::Except(&[]), ALL), ["e2", "e4", "e6"]);
}

#[test]
fn rows_that_expire_within_a_day_go_first_and_expired_ones_are_found_anywhere() {
    let outbox = MemoryOutbox::new(100, 10_000);
    let epoch = outbox.elect().unwrap();
    let old = |id: &str| NewRow { happened_at: NOON - AGING_MS - 1, ..row(7, id) };
    accept(&outbox, vec![row(7, "fresh"), old("old"), old("older"), row(8, "other")]);
    let one = Size { events: 1, ..ALL };
    assert_eq!(claim(&outbox, epoch, Which::Except(&[]), one), ["old"]);
    let limit = Which::HappenedBefore(NOON - AGING_MS);
    assert_eq!(claim(&outbox, epoch, limit, ALL), ["older"]);
    assert_eq!(claim(&outbox, epoch, limit, ALL), [""; 0]);
    assert_eq!(claim(&outbox, epoch, Which::Except(&[]), ALL), ["fresh", "other"]);
}

#[test]
fn unsettled_counts_by_ticket() {
    let mut unsettled = Unsettled::default();
    let tickets: Vec<u64> = (0..5_000).map(|_| unsettled.add()).collect();
    for ticket in tickets.iter().filter(|ticket| *ticket % 3 == 0) {
        unsettled.remove(*ticket);
    }
    for mark in [0, 1, 3, 64, 1_023, 1_024, 1_025, 4_999, 5_000, 9_999] {
        let expected = tickets.iter().filter(|&&t| t <= mark && t % 3 != 0).count();
        assert_eq!(unsettled.up_to(mark), expected, "{mark}");
    }
    assert_eq!(unsettled.up_to(u64::MAX), 5_000 - 1_666);
    for ticket in tickets {
        unsettled.remove(ticket);
    }
    assert!(unsettled.spans.is_empty());
}
