//! How long does one event take from the caller's fields to LinkedIn's bytes, and how does that
//! compare? Batches of 5,000; each contender writes the same bytes, which is checked first.
#![allow(missing_docs, reason = "a benchmark has no readers of its documentation")]

mod contenders;
mod generated;

use contenders::{Borrowed, Contender, Floor, Matchback, Naive, assert_same_bytes};
use divan::Bencher;
use divan::counter::ItemsCount;

const BATCH: usize = 5_000;
const EVENTS: usize = 20_000;

fn main() {
    assert_same_bytes(&generated::events(EVENTS));
    divan::main();
}

fn run(bencher: Bencher<'_, '_>, mut contender: impl Contender) {
    let events = generated::events(EVENTS);
    let mut body = Vec::with_capacity(4 << 20);
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        for batch in events.chunks(BATCH) {
            contender.batch(batch, &mut body);
            divan::black_box(&body);
        }
    });
}

#[divan::bench]
fn matchback(bencher: Bencher<'_, '_>) {
    run(bencher, Matchback::default());
}

#[divan::bench]
fn naive(bencher: Bencher<'_, '_>) {
    run(bencher, Naive);
}

#[divan::bench]
fn borrowed(bencher: Bencher<'_, '_>) {
    run(bencher, Borrowed);
}

#[divan::bench]
fn floor_hash_and_copy(bencher: Bencher<'_, '_>) {
    run(bencher, Floor::new(true));
}

#[divan::bench]
fn floor_copy(bencher: Bencher<'_, '_>) {
    run(bencher, Floor::new(false));
}
