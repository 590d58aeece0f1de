//! What do several tests need? The shared vectors as Rust values.
//! Nothing here knows a rule: expectations come from files that are written by hand.

pub mod vectors;
