//! Does each source give the token, notice a change, and keep quiet about it?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use std::collections::HashMap;

fn code<T>(result: Result<T, SetupError>) -> Option<SetupCode> {
    result.err().map(|error| error.code)
}

#[test]
fn what_cannot_be_a_token_is_refused() {
    for text in ["", "  ", "Bearer AQX", "bearer", "a b", "a\nb", "tök", "a\u{0}"] {
        assert_eq!(code(check(text.to_owned())), Some(SetupCode::TokenMalformed), "{text:?}");
    }
    assert_eq!(check(" AQX_-.~+/= \n".to_owned()).unwrap().expose(), "AQX_-.~+/=");
    assert!(check("x".repeat(1_000)).is_ok());
    assert!(check("x".repeat(LONGEST_TOKEN + 1)).is_err());
}

#[test]
fn the_environment_has_an_order() {
    let named = |set: &[(&str, &str)]| {
        let set: HashMap<_, _> = set.iter().copied().collect();
        from_environment(|name| set.get(name).map(|&value| value.to_owned())).map(|(name, _)| name)
    };
    let general = ("LINKEDIN_ACCESS_TOKEN", "c");
    assert_eq!(named(&[general]).unwrap(), "LINKEDIN_ACCESS_TOKEN");
    let capi = ("LINKEDIN_CAPI_ACCESS_TOKEN", "b");
    assert_eq!(named(&[general, capi]).unwrap(), "LINKEDIN_CAPI_ACCESS_TOKEN");
    let own = ("MATCHBACK_ACCESS_TOKEN", "a");
    assert_eq!(named(&[general, capi, own]).unwrap(), "MATCHBACK_ACCESS_TOKEN");
    let file = ("MATCHBACK_ACCESS_TOKEN_FILE", "/run/secrets/token");
    assert_eq!(named(&[capi, file]).unwrap(), "MATCHBACK_ACCESS_TOKEN_FILE");
    assert_eq!(code(named(&[("MATCHBACK_ACCESS_TOKEN", " ")])), Some(SetupCode::TokenMissing));
    assert_eq!(code(named(&[("MATCHBACK_ACCESS_TOKEN", "a b")])), Some(SetupCode::TokenMalformed));
}

#[cfg(unix)]
#[test]
fn a_watched_file_is_read_again_when_it_is_replaced() {
    use crate::setup::TokenLife;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    let put = |text: &str| {
        let access = Secret::new(text.to_owned());
        let life = TokenLife::default();
        StoredToken { access, refresh: None, life, scopes: Vec::new() }.save(&path).unwrap();
    };
    let mut source = Watched::new(&path);
    assert!(source.poll().unwrap().is_none());
    assert_eq!(code(source.read()), Some(SetupCode::TokenMissing));
    put("first");
    assert_eq!(source.poll().unwrap().unwrap().expose(), "first");
    assert!(source.poll().unwrap().is_none());
    put("second-one");
    assert_eq!(source.poll().unwrap().unwrap().expose(), "second-one");
    std::fs::remove_file(&path).unwrap();
    assert!(source.poll().unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn a_command_prints_the_token_or_fails() {
    let shell = |script: &str| Printed::new("/bin/sh", &["-c".to_owned(), script.to_owned()]);
    assert_eq!(shell("echo AQX").read().unwrap().expose(), "AQX");
    assert_eq!(code(shell("echo AQX; exit 3").read()), Some(SetupCode::TokenCommandFailed));
    assert_eq!(code(shell("echo oops >&2").read()), Some(SetupCode::TokenMalformed));
    assert_eq!(code(Printed::new("/nonexistent", &[]).read()), Some(SetupCode::TokenCommandFailed));
    let slow = shell("exec sleep 600").within(Duration::from_millis(50)).read();
    assert_eq!(code(slow), Some(SetupCode::TokenCommandFailed));
}

#[test]
fn nothing_shows_a_token() {
    let sources = format!(
        "{:?} {:?}",
        Fixed::new("AQX".to_owned()).unwrap(),
        Printed::new("/bin/echo", &["AQX".to_owned()])
    );
    assert!(!sources.contains("AQX"));
}
