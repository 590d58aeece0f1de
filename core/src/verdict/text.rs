//! Which events does LinkedIn name in the text of an error? Three dialects, read without trust:
//! LinkedIn calls changes of its texts harmless, so anything odd means that nobody is named.

use crate::problem::Code;
use std::collections::BTreeMap;

/// One event that LinkedIn named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its position in the request.
    pub index: usize,
    /// The field that was named.
    pub pointer: Option<String>,
    /// What it comes down to.
    pub code: Code,
}

/// The events named by a message about `events` events, ascending and each once. Empty when none
/// is named, or when one is named that was not sent: then the message is about something else.
pub fn findings(message: &str, events: usize) -> Vec<Finding> {
    let mut found = BTreeMap::new();
    let mut note = |index, pointer, code| {
        found.entry(index).or_insert(Finding { index, pointer, code });
    };
    schema_lines(message, events, &mut note);
    index_lists(message, &mut note);
    batch_indices(message, &mut note);
    if found.last_key_value().is_some_and(|(&last, _)| last >= events) {
        return Vec::new();
    }
    found.into_values().collect()
}

/// `Index: 3, ERROR :: /a :: text\nERROR :: /b :: text\nIndex: 9, ERROR :: /c :: text\n`
/// (`docs/linkedin.md` §2.3). A line without an index belongs to the last one. Only the start of
/// a line counts: further inside, the text may echo a value.
fn schema_lines(message: &str, events: usize, note: &mut impl FnMut(usize, Option<String>, Code)) {
    let mut current = (events == 1).then_some(0);
    for line in message.split('\n') {
        let mut line = line.trim_start();
        if let Some(rest) = line.strip_prefix("Index: ") {
            // A message that was cut inside the number must not name another event.
            let Some((index, rest)) = leading_number(rest) else { continue };
            let Some(rest) = rest.strip_prefix(", ") else { continue };
            (current, line) = (Some(index), rest);
        }
        let (Some(index), Some(rest)) = (current, line.strip_prefix("ERROR :: ")) else { continue };
        let (pointer, text) = rest.split_once(" :: ").unwrap_or((rest, ""));
        note(index, harmless_pointer(pointer), schema_code(text));
    }
}

/// `indices [0, 3] (0-indexed)`
fn index_lists(message: &str, note: &mut impl FnMut(usize, Option<String>, Code)) {
    for (start, opening) in message.match_indices("indices [") {
        let mut rest = &message[start + opening.len()..];
        let mut indices = Vec::new();
        while let Some((index, after)) = leading_number(rest) {
            let Some(separator) = after.bytes().next() else { break };
            indices.push(index);
            rest = after.trim_start_matches([',', ' ']);
            if separator == b']' {
                break;
            }
        }
        // Only numbers that are followed by something are whole: a cut list ends before its last.
        for index in indices {
            note(index, None, Code::RejectedByLinkedIn);
        }
    }
}

/// `[{field=Invalid Conversion time, batchIndex=0, type=INVALID_…, message=…}]`
fn batch_indices(message: &str, note: &mut impl FnMut(usize, Option<String>, Code)) {
    for (start, key) in message.match_indices("batchIndex=") {
        let rest = &message[start + key.len()..];
        let Some((index, rest)) = leading_number(rest) else { continue };
        if !rest.starts_with([',', '}', ']']) {
            continue;
        }
        let kind = rest.strip_prefix(", type=").unwrap_or_default();
        let no_identity = kind.starts_with("INVALID_USER_IDENTIFICATION_FIELD_VALUE");
        let code = if no_identity { Code::NoIdentity } else { Code::RejectedByLinkedIn };
        note(index, None, code);
    }
}

/// At most six digits: no batch has more events than that.
fn leading_number(text: &str) -> Option<(usize, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.len() > 6 {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}

/// A pointer is kept only if it can hold nothing but field names and positions.
fn harmless_pointer(pointer: &str) -> Option<String> {
    const LONGEST: usize = 128;
    let harmless = pointer.starts_with('/')
        && pointer.len() <= LONGEST
        && pointer.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_-.[]".contains(&b));
    harmless.then(|| pointer.to_owned())
}

/// The texts of Rest.li's schema filter: the element has a form that this version does not know.
fn schema_code(text: &str) -> Code {
    const SCHEMA: [&str; 4] = [
        "unrecognized field found",
        "field is required but not found",
        "is not an enum symbol",
        "cannot be coerced to",
    ];
    if SCHEMA.iter().any(|part| text.contains(part)) {
        Code::SchemaMismatch
    } else {
        Code::RejectedByLinkedIn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn indices(message: &str, events: usize) -> Vec<usize> {
        findings(message, events).into_iter().map(|finding| finding.index).collect()
    }

    #[test]
    fn every_dialect_names_its_events() {
        let cases: [(&str, &[usize]); 15] = [
            ("Index: 3, ERROR :: /a :: x\nERROR :: /b :: y\nIndex: 9, ERROR :: /c :: z\n", &[3, 9]),
            (
                "Index: 0, ERROR :: /conversionValue/amount :: 19.9 cannot be coerced to String",
                &[0],
            ),
            (
                "Conversion time should be within 90 days and not exceed current time, indices [0] (0-indexed).",
                &[0],
            ),
            ("bad, indices [0, 3] (0-indexed).", &[0, 3]),
            ("bad, indices [3,0,3]", &[0, 3]),
            (
                "Validation failed because [{field=Invalid Conversion time, batchIndex=0, type=INVALID_CONVERSION_TIME_FIELD_VALUE, message=x}]",
                &[0],
            ),
            ("[{field=a, batchIndex=2, type=X}, {field=b, batchIndex=7}]", &[2, 7]),
            // cut in the middle
            ("Index: 3, ERROR :: /a :: x\nIndex: 4", &[3]),
            ("bad, indices [0, 3, 4", &[0, 3]),
            ("[{field=a, batchIndex=2", &[]),
            // nobody, or nobody we sent
            ("Index: 10, ERROR :: /a :: x", &[]),
            ("indices [1, 4000]", &[]),
            ("indices [99999999999999999999]", &[]),
            ("Die Zeit ist falsch: Eintrag 3", &[]),
            ("ERROR :: /a :: Index: 3, ERROR :: /b :: an echoed value", &[]),
        ];
        for (message, expected) in cases {
            assert_eq!(indices(message, 10), expected, "{message}");
        }
    }

    #[test]
    fn a_single_event_needs_no_index() {
        let found = findings("ERROR :: /user/x :: unrecognized field found but not allowed\n", 1);
        let pointer = Some("/user/x".to_owned());
        assert_eq!(found, [Finding { index: 0, pointer, code: Code::SchemaMismatch }]);
    }

    #[test]
    fn the_first_pointer_is_kept_and_values_never() {
        let message = "Index: 1, ERROR :: /user/userIds/0/idType :: \"X\" is not an enum symbol\nERROR :: /b :: y\nIndex: 2, ERROR :: /user/a@b.example :: z\n";
        let found = findings(message, 5);
        assert_eq!(found[0].pointer.as_deref(), Some("/user/userIds/0/idType"));
        assert_eq!(found[0].code, Code::SchemaMismatch);
        assert_eq!((found[1].pointer.as_deref(), found[1].code), (None, Code::RejectedByLinkedIn));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_names_what_was_not_sent(
            parts in prop::collection::vec(prop_oneof![
                Just("Index: ".to_owned()), Just(", ERROR :: ".to_owned()), Just(" :: ".to_owned()),
                Just("\n".to_owned()), Just("indices [".to_owned()), Just("]".to_owned()),
                Just("batchIndex=".to_owned()), Just(", ".to_owned()), "[0-9]{1,8}", ".{0,8}",
            ], 0..40),
            events in 0_usize..12,
        ) {
            let found = indices(&parts.concat(), events);
            prop_assert!(found.iter().all(|&index| index < events));
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn what_the_grammar_writes_is_read(bad in prop::collection::btree_set(0_usize..5_000, 1..40)) {
            use std::fmt::Write;
            let message = bad.iter().fold(String::new(), |mut message, index| {
                let _ = writeln!(message, "Index: {index}, ERROR :: /a :: x\nERROR :: /b :: y");
                message
            });
            prop_assert_eq!(indices(&message, 5_000), bad.into_iter().collect::<Vec<_>>());
        }
    }
}
