//! Has this (rule, event id) been stored before?
//! Bounded: it remembers at least the latest half of its capacity, and must never hold an id.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Two generations of 16-byte hashes; when the young one is full, the old one is forgotten.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Pairs in one generation.
    generation: usize,
    keys: (RandomState, RandomState),
    young: HashSet<(u64, u64)>,
    old: HashSet<(u64, u64)>,
}

impl Seen {
    /// Remembers at most `capacity` pairs, in about 36 bytes each.
    pub(crate) fn new(capacity: usize) -> Self {
        let (young, old) = (HashSet::new(), HashSet::new());
        Seen { generation: capacity.div_ceil(2), keys: Default::default(), young, old }
    }

    /// Remembers the pair; whether it was known already.
    pub(crate) fn insert(&mut self, rule: u64, event_id: &str) -> bool {
        let pair = (rule, event_id);
        let hash = (self.keys.0.hash_one(pair), self.keys.1.hash_one(pair));
        if self.young.contains(&hash) || self.old.contains(&hash) {
            return true;
        }
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_half_is_always_remembered() {
        let mut seen = Seen::new(4);
        assert!(!seen.insert(1, "a"));
        assert!(seen.insert(1, "a"));
        assert!(!seen.insert(2, "a"), "another rule");
        assert!(!seen.insert(1, "c"));
        assert!(seen.insert(2, "a"));
        assert!(!seen.insert(1, "d"));
        assert!(!seen.insert(1, "e"));
        assert!(seen.insert(1, "d"));
        assert!(!seen.insert(1, "a"), "forgotten");
    }
}
