//! When does a list that comes in pages end? LinkedIn pages by index, with a total that may be unknown, or by cursor.
//! It must never end a list early because LinkedIn handed out smaller pages than asked for.

use super::{Reply, SetupError};
use serde::Deserialize;
use serde_json::Value;

/// One page of a list that is read by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub elements: Vec<T>,
    /// The index to ask for next; `None` once the list has ended.
    pub next: Option<u32>,
}

/// One page of a list that is read by cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorPage<T> {
    /// What is on it.
    pub elements: Vec<T>,
    /// The cursor to ask for next; `None` once the list has ended.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    elements: Vec<Value>,
    #[serde(default)]
    paging: Paging,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Paging {
    count: Option<u32>,
    total: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    next_page_token: Option<String>,
}

/// Reads a page that was asked for from `start` with at most `count` elements.
pub(super) fn read<T>(
    reply: &Reply<'_>,
    (start, count): (u32, u32),
    element: impl Fn(&Value) -> Option<T>,
) -> Result<Page<T>, SetupError> {
    let wire: Wire = reply.json()?;
    let held = u32::try_from(wire.elements.len()).map_err(|_| reply.unreadable())?;
    let after = start.saturating_add(held);
    let ended = match wire.paging.total {
        // A total of -1 means that LinkedIn has not counted (`docs/linkedin.md` §4): the list ends
        // with a page that is short of what LinkedIn says it hands out.
        None | Some(..0) => held < wire.paging.count.unwrap_or(count).min(count),
        Some(total) => i64::from(after) >= total,
    };
    let next = if ended || held == 0 { None } else { Some(after) };
    Ok(Page { elements: elements(reply, &wire.elements, element)?, next })
}

/// Reads a page with a cursor.
pub(super) fn read_cursor<T>(
    reply: &Reply<'_>,
    element: impl Fn(&Value) -> Option<T>,
) -> Result<CursorPage<T>, SetupError> {
    let wire: Wire = reply.json()?;
    let next = wire.metadata.next_page_token.filter(|token| !token.is_empty());
    Ok(CursorPage { elements: elements(reply, &wire.elements, element)?, next })
}

fn elements<T>(
    reply: &Reply<'_>,
    wire: &[Value],
    element: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, SetupError> {
    wire.iter().map(element).collect::<Option<_>>().ok_or_else(|| reply.unreadable())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use http::HeaderMap;

    fn next(body: &str, start: u32, count: u32) -> Option<u32> {
        let headers = HeaderMap::new();
        let reply = Reply { status: 200, headers: &headers, body: body.as_bytes() };
        read(&reply, (start, count), Value::as_u64).unwrap().next
    }

    #[test]
    fn a_list_ends_where_it_should() {
        let cases = [
            ("short page, total unknown", r#"{"elements":[1],"paging":{"total":-1}}"#, 0, 2, None),
            (
                "full page, total unknown",
                r#"{"elements":[1,2],"paging":{"total":-1}}"#,
                4,
                2,
                Some(6),
            ),
            ("no paging at all", r#"{"elements":[1,2]}"#, 0, 2, Some(2)),
            ("total reached", r#"{"elements":[1,2],"paging":{"total":2}}"#, 0, 2, None),
            ("total reached later", r#"{"elements":[1,2],"paging":{"total":6}}"#, 4, 2, None),
            ("smaller pages than asked", r#"{"elements":[1],"paging":{"total":3}}"#, 0, 2, Some(1)),
            (
                "smaller, total unknown",
                r#"{"elements":[1],"paging":{"count":1,"total":-1}}"#,
                0,
                2,
                Some(1),
            ),
            ("empty page under a total", r#"{"elements":[],"paging":{"total":9}}"#, 0, 2, None),
            (
                "sample count of accounts",
                r#"{"elements":[1],"paging":{"count":2147483647}}"#,
                0,
                2,
                None,
            ),
        ];
        for (name, body, start, count, expected) in cases {
            assert_eq!(next(body, start, count), expected, "{name}");
        }
    }

    #[test]
    fn an_element_that_cannot_be_read_is_told() {
        let headers = HeaderMap::new();
        let reply = Reply { status: 200, headers: &headers, body: br#"{"elements":["x"]}"# };
        assert!(read(&reply, (0, 1), Value::as_u64).is_err());
    }
}
