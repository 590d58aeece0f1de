//! Where is LinkedIn's click id in a visitor's URL and cookies? `li_fat_id` in both
//! (`docs/linkedin.md` §3). Decodes exactly once and never changes the id's case.

use super::text::trim;
use crate::problem::{Code, Problem};
use percent_encoding::percent_decode_str;
use std::fmt;

/// The name of the URL parameter and of the cookie.
const NAME: &str = "li_fat_id";

/// What a visit says about LinkedIn's click id. `Debug` does not print it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClickId {
    /// The id, to be given as `click_id`; `None` when the visitor brought none.
    pub id: Option<String>,
    /// What was noticed, at the path `click_id`.
    pub warnings: Vec<Problem>,
}

impl fmt::Debug for ClickId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ClickId { id, warnings } = self;
        f.debug_struct("ClickId")
            .field("present", &id.is_some())
            .field("warnings", warnings)
            .finish()
    }
}

/// The click id of a visit: from the URL, else from the `Cookie` header.
///
/// `url` may be a whole URL, a path with a query, or a query with or without its `?`.
pub fn click_id_from_url(url: &str, cookies: Option<&str>) -> ClickId {
    let mut found = ClickId::default();
    let values = form_urlencoded::parse(query(url).as_bytes());
    let values = values.filter(|(name, _)| name == NAME).map(|(_, value)| value);
    for value in values {
        let value = trim(&value);
        if value.is_empty() {
            continue;
        }
        if found.id.is_some() && found.warnings.is_empty() {
            found.warnings.push(Problem::new(Code::RepeatedParameter, "click_id"));
        }
        found.id = Some(value.to_owned());
    }
    if found.id.is_none() {
        found.id = cookies.and_then(from_cookies);
    }
    found
}

/// What stands between `?` and `#`; a text without `?` is a query itself, unless it is a URL.
fn query(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    match url.split_once('?') {
        Some((_, query)) => query,
        None if url.contains("://") || url.starts_with('/') => "",
        None => url,
    }
}

fn from_cookies(header: &str) -> Option<String> {
    header.split(';').find_map(|cookie| {
        let (name, value) = cookie.split_once('=')?;
        let value = percent_decode_str(value.trim().trim_matches('"')).decode_utf8_lossy();
        let value = trim(&value);
        (name.trim() == NAME && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_comes_before_the_cookie() {
        let cases = [
            (49, "?li_fat_id=abc", None, Some("abc")),
            (49, "li_fat_id=abc#top", None, Some("abc")),
            (49, "https://shop.example/p?a=1&li_fat_id=abc#li_fat_id=no", None, Some("abc")),
            (49, "/p?li_fat_id=abc", None, Some("abc")),
            (49, "https://shop.example/li_fat_id=abc", None, None),
            (50, "?li_fat_id=a%2Db", None, Some("a-b")),
            (50, "?li_fat_id=a%252Db", None, Some("a%2Db")),
            (50, "", Some("x=1; li_fat_id=a%2Db+c; y=2"), Some("a-b+c")),
            (50, "", Some("li_fat_id=\"aB\""), Some("aB")),
            (51, "?li_fat_id=abc=&x=1", None, Some("abc=")),
            (51, "", Some("li_fat_id=abc="), Some("abc=")),
            (52, "?li_fat_id=a&li_fat_id=", None, Some("a")),
            (53, "?li_fat_id=url", Some("li_fat_id=cookie"), Some("url")),
            (53, "?li_fat_id=", Some("li_fat_id=cookie"), Some("cookie")),
            (53, "?LI_FAT_ID=url", Some("xli_fat_id=a; li_fat_id="), None),
        ];
        for (row, url, cookies, expected) in cases {
            let found = click_id_from_url(url, cookies);
            assert_eq!(found.id.as_deref(), expected, "row {row}: {url}");
            assert_eq!(found.warnings, [], "row {row}");
        }
    }

    #[test]
    fn of_several_the_last_counts_with_one_warning() {
        let found = click_id_from_url("?li_fat_id=a&li_fat_id=b&li_fat_id=c&li_fat_id=", None);
        assert_eq!(found.id.as_deref(), Some("c"), "row 52");
        assert_eq!(found.warnings, [Problem::new(Code::RepeatedParameter, "click_id")]);
        assert!(!format!("{found:?}").contains("\"c\""));
    }
}
