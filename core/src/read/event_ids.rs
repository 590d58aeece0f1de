//! Which event id has a row that brings none? One made of its content and its occurrence, so that
//! loading the same file twice sends nothing twice. Never random, never dependent on the clock.

use super::fields::Field;
use crate::event::Event;
use sha2::{Digest, Sha256};

/// Makes event ids for the rows of one input.
///
/// Equal rows are counted, because two equal rows of one file may well be two conversions. The
/// counts live in a count-min sketch of fixed size: four cells belong to a content, its count is
/// the smallest of them, and only cells below the new count are raised. Cells are shared, so a
/// count can come out too high, but it always grows from one occurrence of a content to the next:
/// equal rows never get the same id. It depends on nothing but the rows before, so the same file
/// gives the same ids. Where cells are shared, the ids of a *changed* file may differ for rows that
/// did not change; with 100,000 rows that concerns about one in a thousand.
pub(super) struct EventIds {
    /// Made with the first row that needs it.
    cells: Vec<u32>,
    text: String,
}

/// 8 MB, of which the system hands out only the pages that are touched.
const CELLS: usize = 1 << 21;
const PREFIX: &str = "mb1_";
/// RFC 4648 base 32 in lower case: no two characters differ by case alone.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl EventIds {
    pub(super) fn new() -> Self {
        EventIds { cells: Vec::new(), text: String::with_capacity(PREFIX.len() + 32) }
    }

    /// The id of a row: `mb1_` and 160 bits of SHA-256 in base 32.
    pub(super) fn next(&mut self, event: &Event<'_>) -> &str {
        let content = content(event);
        let occurrence = self.count(&content);
        let mut hash = Sha256::new();
        hash.update(content);
        hash.update(occurrence.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        self.text.clear();
        self.text.push_str(PREFIX);
        for five_bytes in digest[..20].chunks_exact(5) {
            let bits = five_bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for group in (0..8).rev() {
                let letter = LETTERS[(bits >> (group * 5) & 31) as usize];
                self.text.push(char::from(letter));
            }
        }
        &self.text
    }

    /// How often this content has come, this time included.
    fn count(&mut self, content: &[u8; 32]) -> u32 {
        if self.cells.is_empty() {
            self.cells = vec![0; CELLS];
        }
        let mut cells = [0; 4];
        for (cell, bytes) in cells.iter_mut().zip(content.chunks_exact(4)) {
            let number = bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
            *cell = number % CELLS;
        }
        let least = cells.iter().map(|cell| self.cells[*cell]).min().unwrap_or(0);
        let count = least.saturating_add(1);
        for cell in cells {
            self.cells[cell] = self.cells[cell].max(count);
        }
        count
    }
}

/// The digest of all that the row says, by field and length, so that no two rows run together.
fn content(event: &Event<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for field in Field::ALL.iter().filter(|field| **field != Field::EventId) {
        field.visit(event, &mut |text| {
            hash.update(field.name());
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        });
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn row(email: &str, amount: &str) -> Event<'static> {
        let mut event = Event::default();
        Field::Email.put(&mut event, email.to_owned().into());
        Field::Amount.put(&mut event, amount.to_owned().into());
        event
    }

    fn ids(rows: &[Event<'_>]) -> Vec<String> {
        let mut ids = EventIds::new();
        rows.iter().map(|row| ids.next(row).to_owned()).collect()
    }

    #[test]
    fn an_id_never_changes_between_versions() {
        let all = ids(&[row("a@b.co", "1"), row("a@b.co", "1")]);
        assert_eq!(all, PINNED);
    }

    const PINNED: [&str; 2] =
        ["mb1_r4g7he5wij757f3gnb2evetiaboickma", "mb1_uailfsugfu2skoxqbuxtqymbivxx5bi7"];

    #[test]
    fn equal_rows_differ_and_equal_files_agree() {
        let rows: Vec<_> = (0..1_000).map(|n| row("a@b.co", &(n % 10).to_string())).collect();
        let first = ids(&rows);
        assert_eq!(first, ids(&rows));
        assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), rows.len());
    }

    #[test]
    fn counts_of_one_content_always_grow() {
        let mut ids = EventIds::new();
        ids.cells = vec![0; CELLS];
        let mut last = 0;
        for other in 0..200_u32 {
            let count = ids.count(&[7; 32]);
            assert!(count > last);
            last = count;
            let mut content = [7; 32];
            content[..4].copy_from_slice(&other.to_be_bytes());
            ids.count(&content);
        }
    }

    #[test]
    fn fields_do_not_run_together() {
        let pairs = [("ab", "c"), ("a", "bc"), ("abc", "")];
        let all: BTreeSet<_> = pairs.iter().map(|(a, b)| content(&row(a, b))).collect();
        assert_eq!(all.len(), pairs.len());
    }
}
