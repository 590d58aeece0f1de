//! Which event is the bad one? Takes named events out of a batch, or halves it, within a budget.
//! Pure: it knows positions, not requests, and never decides that an event is bad.

/// Most requests that one batch and its parts may use in a row.
pub(crate) const BUDGET: u32 = 64;
/// How long the rest waits once they are used.
pub(crate) const PAUSE_MS: i64 = 60_000;
/// So often named events are taken out and the rest is sent again; after that it is halved, so
/// that answers which name the wrong events cannot go round for ever.
const ROUNDS: u32 = 2;

/// The search for bad events in what was once one batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    requests: u32,
    rounds: u32,
    not_before_ms: i64,
}

impl Search {
    /// Whether a part may be sent now; otherwise from when on, epoch milliseconds.
    pub(crate) fn may_send(&mut self, now_ms: i64) -> Result<(), i64> {
        // A clock that went back must not strand the rest.
        let until = self.not_before_ms.min(now_ms + PAUSE_MS);
        if now_ms < until {
            return Err(until);
        }
        if self.requests < BUDGET {
            return Ok(());
        }
        self.requests = 0;
        self.not_before_ms = now_ms + PAUSE_MS;
        Err(self.not_before_ms)
    }

    /// A part is sent.
    pub(crate) fn sent(&mut self) {
        self.requests += 1;
    }

    /// LinkedIn named events once more. Whether the rest may go as a whole.
    pub(crate) fn named(&mut self) -> bool {
        self.rounds += 1;
        self.rounds <= ROUNDS
    }
}

/// Takes the rows at `indices` (ascending, each once) out of `rows`; the rest keeps its order.
pub(crate) fn take_out<T>(rows: Vec<T>, indices: &[usize]) -> (Vec<T>, Vec<T>) {
    let mut indices = indices.iter().copied().peekable();
    let (mut named, mut rest) = (Vec::new(), Vec::with_capacity(rows.len()));
    for (position, row) in rows.into_iter().enumerate() {
        if indices.next_if_eq(&position).is_some() {
            named.push(row);
        } else {
            rest.push(row);
        }
    }
    (named, rest)
}

/// Two halves, the smaller first. The first is sent; if it passes, the bad one is in the second,
/// which is then halved without being sent as a whole. So one bad event in 5,000 costs at most
/// 26 requests: two for each of 12 halvings into the smaller part, one for each into the larger.
pub(crate) fn halve<T>(mut rows: Vec<T>) -> (Vec<T>, Vec<T>) {
    let second = rows.split_off(rows.len() / 2);
    (rows, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_rows_come_out_and_the_rest_keeps_its_order() {
        let (named, rest) = take_out(vec!['a', 'b', 'c', 'd'], &[0, 3]);
        assert_eq!((named, rest), (vec!['a', 'd'], vec!['b', 'c']));
    }

    #[test]
    fn the_budget_is_64_requests_and_then_a_minute() {
        let mut search = Search::default();
        for _ in 0..BUDGET {
            assert_eq!(search.may_send(0), Ok(()));
            search.sent();
        }
        assert_eq!(search.may_send(0), Err(60_000));
        assert_eq!(search.may_send(59_999), Err(60_000));
        assert_eq!(search.may_send(60_000), Ok(()));
    }

    #[test]
    fn names_are_believed_twice() {
        let mut search = Search::default();
        assert!(search.named() && search.named());
        assert!(!search.named());
    }

    /// Plays the whole search with a server that refuses every batch with a bad event in it.
    fn requests_to_isolate(events: u32, bad: &[u32]) -> (u32, Vec<u32>) {
        let (mut requests, mut found) = (0, Vec::new());
        let mut open = vec![(0..events).collect::<Vec<_>>()];
        let mut suspects: Vec<Option<Vec<u32>>> = vec![None];
        while let Some(rows) = open.pop() {
            let sibling = suspects.pop().flatten();
            requests += 1;
            let refused = rows.iter().any(|row| bad.contains(row));
            if let Some(sibling) = sibling {
                if !refused && sibling.len() > 1 {
                    let (first, second) = halve(sibling);
                    open.push(first);
                    suspects.push(Some(second));
                } else {
                    open.push(sibling);
                    suspects.push(None);
                }
            }
            if refused && rows.len() == 1 {
                found.extend(rows);
            } else if refused {
                let (first, second) = halve(rows);
                open.push(first);
                suspects.push(Some(second));
            }
        }
        found.sort_unstable();
        (requests, found)
    }

    #[test]
    fn one_bad_event_in_5000_costs_at_most_26_requests() {
        for bad in (0..5_000).step_by(7).chain([2_499, 2_500, 4_999]) {
            let (requests, found) = requests_to_isolate(5_000, &[bad]);
            assert_eq!(found, [bad]);
            assert!(requests <= 26, "{requests} for {bad}");
        }
    }

    #[test]
    fn several_bad_events_are_all_found() {
        let bad = [0, 2_499, 2_500, 4_999];
        let (requests, found) = requests_to_isolate(5_000, &bad);
        assert_eq!(found, bad);
        assert!(requests <= 100, "{requests}");
    }
}
