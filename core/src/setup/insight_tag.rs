//! How does the browser's Insight Tag get the same event id as the server (`docs/linkedin.md` §11)?
//! No event id, whatever is in it, may end a string, a tag or an attribute of the page.

use crate::config::RuleId;
use std::fmt::Write as _;

/// What whoever sends the same conversion from browser and server has to know.
pub const ADVICE: &str = "\
Each source needs a conversion rule of its own, on the same ad account: one for the Insight Tag, one for the Conversions API. \
Both send the same event id. LinkedIn then counts the Insight Tag's and drops the server's; without a shared id it counts both.";

/// Greatest integer that JavaScript's numbers hold exactly.
const SAFE_INTEGER: u128 = 9_007_199_254_740_991;

/// The three ways of giving an event id to the Insight Tag; one is enough. Each is HTML, ready to be
/// put into a page as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Reports the conversion when it happens; the base tag has to be on the page.
    pub track: String,
    /// For rules that match a page's address: to be put before the base tag.
    pub before_base_tag: String,
    /// For pages without scripts; needs the partner id. It cannot set the click id's cookie.
    pub image_pixel: Option<String>,
}

/// The snippet for one conversion. `rule` is the browser's rule, not the server's; `partner_id` is
/// the Insight Tag's own number.
pub fn snippet(rule: RuleId, event_id: &str, partner_id: Option<u64>) -> Snippet {
    let id = script_string(event_id);
    let conversion = if rule.number() <= SAFE_INTEGER {
        rule.to_string()
    } else {
        script_string(&rule.to_string())
    };
    Snippet {
        track: format!(
            "<script>window.lintrk('track',{{conversion_id:{conversion},event_id:{id}}});</script>"
        ),
        before_base_tag: format!("<script>window._linkedin_event_id={id};</script>"),
        image_pixel: partner_id.map(|partner_id| {
            format!(
                "<img height=\"1\" width=\"1\" style=\"display:none;\" alt=\"\" \
                 src=\"https://px.ads.linkedin.com/collect/?pid={partner_id}&amp;conversionId={rule}\
                 &amp;fmt=gif&amp;eventId={}\"/>",
                super::restli::percent_encoded(event_id)
            )
        }),
    }
}

/// A JavaScript string that is safe inside a `<script>` element too: everything but letters, digits
/// and `-._~` is written as `\uXXXX`, so there is nothing left that HTML or JavaScript could read as
/// its own.
pub fn script_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok(plain) if plain.is_ascii_alphanumeric() || "-._~".contains(plain) => out.push(plain),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "\\u{unit:04X}")),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use proptest::prelude::*;

    fn rule(number: u128) -> RuleId {
        RuleId::new(number).unwrap()
    }

    #[test]
    fn the_forms_are_linkedins() {
        let snippet = snippet(rule(123), "order-55.1", Some(7));
        assert_eq!(
            snippet.track,
            "<script>window.lintrk('track',{conversion_id:123,event_id:'order-55.1'});</script>"
        );
        assert_eq!(
            snippet.before_base_tag,
            "<script>window._linkedin_event_id='order-55.1';</script>"
        );
        assert_eq!(
            snippet.image_pixel.as_deref(),
            Some(
                "<img height=\"1\" width=\"1\" style=\"display:none;\" alt=\"\" \
                 src=\"https://px.ads.linkedin.com/collect/?pid=7&amp;conversionId=123&amp;fmt=gif&amp;eventId=order-55.1\"/>"
            )
        );
    }

    #[test]
    fn what_would_break_out_is_escaped() {
        let cases = [
            ("</script>", r"'\u003C\u002Fscript\u003E'"),
            ("a'b\"c`", r"'a\u0027b\u0022c\u0060'"),
            ("\\", r"'\u005C'"),
            ("line\r\nbreak\u{2028}", r"'line\u000D\u000Abreak\u2028'"),
            ("<!--", r"'\u003C\u0021--'"),
            ("😀", r"'\uD83D\uDE00'"),
        ];
        for (text, expected) in cases {
            assert_eq!(script_string(text), expected);
        }
        let pixel = snippet(rule(1), "\"><script>&", Some(1)).image_pixel.unwrap();
        assert!(pixel.ends_with("eventId=%22%3E%3Cscript%3E%26\"/>"));
    }

    #[test]
    fn a_rule_beyond_javascripts_integers_keeps_its_digits() {
        let track = snippet(rule(9_007_199_254_740_993), "e", None).track;
        assert!(track.contains("conversion_id:'9007199254740993'"));
    }

    proptest! {
        #[test]
        fn no_event_id_breaks_out(id in any::<String>()) {
            let empty = snippet(rule(1), "", Some(1));
            let full = snippet(rule(1), &id, Some(1));
            let marks = |html: &str| -> String {
                html.chars().filter(|c| "<>'\"`&;\n\r\u{2028}\u{2029}".contains(*c)).collect()
            };
            prop_assert_eq!(marks(&full.track), marks(&empty.track));
            prop_assert_eq!(marks(&full.before_base_tag), marks(&empty.before_base_tag));
            prop_assert_eq!(marks(&full.image_pixel.unwrap()), marks(&empty.image_pixel.unwrap()));
        }

        #[test]
        fn javascript_reads_the_same_id(id in any::<String>()) {
            // Between the quotes a JavaScript string of this form is a JSON string.
            let written = script_string(&id);
            let json = format!("\"{}\"", &written[1..written.len() - 1]);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), id);
        }
    }
}
