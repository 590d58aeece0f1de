//! What are the members of an object as simple as exports write them: no escape, nothing nested?
//! Most rows are, and finding their quotes is half the work of a JSON parser. Whatever is not
//! plainly simple and well-formed is left to the parser; nothing is accepted here that it refuses.

use memchr::memchr;

/// Shows each member's key and its value as raw text; `false` where the object is not simple, and
/// what has been shown must be forgotten.
pub(super) fn members<'a>(object: &'a str, mut see: impl FnMut(&'a str, &'a str)) -> bool {
    let Some(inner) = object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return false;
    };
    if inner.bytes().fold(false, |found, byte| found | needs_a_parser(byte)) {
        return false;
    }
    let mut rest = inner;
    loop {
        let Some((key, after)) = quoted(skip_blanks(rest)) else { return false };
        let Some(after) = skip_blanks(after).strip_prefix(':') else { return false };
        let after = skip_blanks(after);
        let (value, after) = if let Some((text, behind)) = quoted(after) {
            (&after[..text.len() + 2], behind)
        } else {
            let end = after.bytes().position(|byte| byte == b',' || byte == b' ');
            let (value, behind) = after.split_at(end.unwrap_or(after.len()));
            if !matches!(value, "null" | "true" | "false") && !is_number(value.as_bytes()) {
                return false;
            }
            (value, behind)
        };
        see(key, value);
        let after = skip_blanks(after);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return after.is_empty(),
        }
    }
}

/// Escapes, nested values, and what may not stand in a string as it is.
#[expect(clippy::needless_bitwise_bool, reason = "without branches many bytes go in one step")]
const fn needs_a_parser(byte: u8) -> bool {
    (byte < b' ') | (byte == b'\\') | (byte == b'{') | (byte == b'[')
}

/// The text in the quotes with which `text` begins, and what stands behind them.
#[inline]
fn quoted(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('"')?;
    let end = memchr(b'"', text.as_bytes())?;
    Some((&text[..end], &text[end + 1..]))
}

#[inline]
fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches(' ')
}

/// JSON's own grammar of numbers.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return false;
    }
    let mut rest = &text[whole..];
    if let [b'.', fraction @ ..] = rest {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = &fraction[length..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', digits @ ..] | digits => digits,
        };
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    fn pairs(object: &str) -> Option<Vec<(&str, &str)>> {
        let mut pairs = Vec::new();
        members(object, |key, value| pairs.push((key, value))).then_some(pairs)
    }

    #[test]
    fn simple_objects_are_taken_apart() {
        assert_eq!(
            pairs(r#"{ "a" : "b c" ,"d":-1.5e3,"e": null , "": true }"#),
            Some(vec![("a", "\"b c\""), ("d", "-1.5e3"), ("e", "null"), ("", "true")])
        );
    }

    #[test]
    fn everything_else_is_left_to_the_parser() {
        for object in [
            "",
            "{",
            "}",
            "{}",
            "[]",
            r#"{"a":"\n"}"#,
            r#"{"a":{}}"#,
            r#"{"a":[1]}"#,
            "{\"a\":\t1}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":"b}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a":1 2}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":1e}"#,
            r#"{"a":+1}"#,
            r#"{"a":-}"#,
            r#"{"a":nul}"#,
            r#"{"a":"b""c"}"#,
            r#"{"a":1}}"#,
            "{a:1}",
        ] {
            assert_eq!(pairs(object), None, "{object}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_taken_that_is_no_json(
            object in "\\{(\"[ab,:}]{0,2}\"|[:, }]|-|[0-9.eE+]{1,3}|null|true){0,9}\\}",
        ) {
            if pairs(&object).is_some() {
                prop_assert!(serde_json::from_str::<IgnoredAny>(&object).is_ok());
            }
        }

        #[test]
        fn what_is_taken_is_what_the_parser_finds(
            written in prop::collection::btree_map("[a-z ]{0,3}", "[a-z,:}\u{e9} ]{0,5}", 1..6),
        ) {
            let object = serde_json::to_string(&written).unwrap_or_default();
            let found: Option<Vec<_>> = pairs(&object)
                .map(|pairs| pairs.iter().map(|(k, v)| ((*k).to_owned(), v.trim_matches('"').to_owned())).collect());
            prop_assert_eq!(found, Some(written.into_iter().collect()));
        }
    }
}
