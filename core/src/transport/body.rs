//! Who owns the bytes of a request? A buffer that goes back to its pool when the last one is
//! done with it: a fresh 3 MB buffer for each request would cost more in page faults than the rest.

use std::sync::{Arc, Mutex, PoisonError};

/// Buffers kept for the next request; as many as requests can be under way.
const KEPT: usize = 8;

/// Buffers that have been used and can be used again.
#[derive(Clone, Default)]
pub struct BodyPool(Arc<Mutex<Vec<Vec<u8>>>>);

impl BodyPool {
    /// An empty buffer, filled by `write`.
    pub fn fill(&self, write: impl FnOnce(&mut Vec<u8>)) -> Body {
        let mut bytes = self.kept().pop().unwrap_or_default();
        write(&mut bytes);
        Body { bytes, pool: self.clone() }
    }

    fn give_back(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        let mut kept = self.kept();
        if kept.len() < KEPT && bytes.capacity() > 0 {
            kept.push(bytes);
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's body.
pub struct Body {
    bytes: Vec<u8>,
    pool: BodyPool,
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.pool.give_back(std::mem::take(&mut self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again() {
        let pool = BodyPool::default();
        let first = pool.fill(|bytes| bytes.extend_from_slice(&[1; 1_000]));
        let place = first.as_ref().as_ptr();
        let shared = bytes::Bytes::from_owner(first);
        drop(shared.slice(10..20));
        drop(shared);
        let second = pool.fill(|bytes| bytes.push(2));
        assert_eq!(second.as_ref(), [2]);
        assert_eq!(second.as_ref().as_ptr(), place);
    }
}
