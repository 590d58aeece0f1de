//! The matchback command.
fn main() {}
