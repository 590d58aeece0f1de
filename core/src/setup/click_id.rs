//! Which cookie keeps LinkedIn's click id for a host that stores it itself (`docs/linkedin.md` §3)?
//! It must never let a click id, which anybody can put into an address, add attributes or headers.

use super::restli::percent_encoded;

/// The cookie's name, and the address parameter's.
pub const NAME: &str = "li_fat_id";
/// LinkedIn's own cookie lives 30 days from the latest click on an ad.
pub const MAX_AGE_SECONDS: u32 = 30 * 86_400;
/// Longest click id that is kept, in bytes; the same as for an event's `click_id`.
const LONGEST: usize = 1_024;

/// The cookie to set. Not `HttpOnly`: the Insight Tag has to be able to replace it after the next click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// The value, already encoded; it is decoded once when it is read.
    pub value: String,
    /// The domain, if the cookie is for more than the answering host.
    pub domain: Option<String>,
    /// Life in seconds, counted anew with each click.
    pub max_age_seconds: u32,
    /// For every page.
    pub path: &'static str,
    /// Sent along when somebody comes from another site by a link, which is what an ad is.
    pub same_site: &'static str,
    /// Over TLS only.
    pub secure: bool,
}

/// The cookie for a click id as it was found in the address, decoded. `None` if it is blank, longer
/// than any click id, or has control characters in it; such a thing is not kept.
/// `domain` comes from the host's settings, never from a request.
pub fn cookie(click_id: &str, domain: Option<&str>) -> Option<Cookie> {
    let click_id = click_id.trim();
    if click_id.is_empty() || click_id.len() > LONGEST || click_id.contains(char::is_control) {
        return None;
    }
    let is_domain = |text: &&str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    };
    Some(Cookie {
        value: percent_encoded(click_id),
        domain: domain.filter(is_domain).map(str::to_owned),
        max_age_seconds: MAX_AGE_SECONDS,
        path: "/",
        same_site: "Lax",
        secure: true,
    })
}

impl Cookie {
    /// The value of a `Set-Cookie` header.
    pub fn header(&self) -> String {
        let Cookie { value, domain, max_age_seconds, path, same_site, secure } = self;
        let domain = domain.as_ref().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let secure = if *secure { "; Secure" } else { "" };
        format!(
            "{NAME}={value}; Max-Age={max_age_seconds}; Path={path}{domain}; SameSite={same_site}{secure}"
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::super::restli::percent_decoded;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_header_has_linkedins_life() {
        assert_eq!(
            cookie(" df5gf5-gh6t7 ", None).unwrap().header(),
            "li_fat_id=df5gf5-gh6t7; Max-Age=2592000; Path=/; SameSite=Lax; Secure"
        );
        assert_eq!(
            cookie("a=b", Some("example.com")).unwrap().header(),
            "li_fat_id=a%3Db; Max-Age=2592000; Path=/; Domain=example.com; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn what_is_no_click_id_is_not_kept() {
        let long = "x".repeat(LONGEST + 1);
        for text in ["", "  ", "a\r\nSet-Cookie: b=c", "a\0b", &long] {
            assert_eq!(cookie(text, None), None);
        }
        assert_eq!(cookie("a", Some("x.com; Secure")).unwrap().domain, None);
    }

    proptest! {
        #[test]
        fn any_click_id_stays_inside_its_value(id in "[^\\p{Cc}]{1,40}") {
            if let Some(cookie) = cookie(&id, None) {
                prop_assert!(cookie.header().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
                prop_assert_eq!(cookie.header().matches(';').count(), 4);
                prop_assert_eq!(percent_decoded(&cookie.value).unwrap(), id.trim());
            }
        }
    }
}
