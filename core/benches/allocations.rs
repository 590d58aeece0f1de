//! How many allocations does a batch of 5,000 events take? Apart from `prepare`, because counting
//! them slows down those who make many and would flatter the engine.
#![allow(missing_docs, reason = "a benchmark has no readers of its documentation")]

mod contenders;
mod generated;

use contenders::{Borrowed, Contender, Matchback, Naive};
use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn run(bencher: Bencher<'_, '_>, mut contender: impl Contender) {
    let events = generated::events(5_000);
    let mut body = Vec::with_capacity(4 << 20);
    bencher.bench_local(|| contender.batch(&events, &mut body));
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
