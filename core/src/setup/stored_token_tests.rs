//! Does a stored token read back, and is an exposed file refused?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;

fn token() -> StoredToken {
    StoredToken {
        access: Secret::new("AQX-access".into()),
        refresh: Some(Secret::new("AQX-refresh".into())),
        life: TokenLife { minted_ms: 1, expires_ms: Some(2), refresh_expires_ms: Some(3) },
        scopes: vec!["r_ads".into()],
    }
}

#[test]
fn what_was_stored_reads_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/er/token.json");
    token().save(&path).unwrap();
    token().save(&path).unwrap();
    let read = StoredToken::load(&path).unwrap();
    assert_eq!(read.access.expose(), "AQX-access");
    assert_eq!(read.refresh.unwrap().expose(), "AQX-refresh");
    assert_eq!((read.life, read.scopes), (token().life, token().scopes));
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "no draft is left behind");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it_whatever_the_file_was_before() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new/token.json");
    token().save(&path).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for exposed in [0o640, 0o604, 0o644, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(exposed)).unwrap();
        assert_eq!(StoredToken::load(&path).unwrap_err().code, SetupCode::TokenFileExposed);
    }
    token().save(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_bare_token_is_read_and_nonsense_is_not() {
    assert_eq!(StoredToken::from_text(" AQX \n").unwrap().access.expose(), "AQX");
    let wrong = [
        ("", SetupCode::TokenMalformed),
        ("Bearer AQX", SetupCode::TokenMalformed),
        ("{}", SetupCode::TokenFileUnusable),
        (
            "{\"format\":\"other/1\",\"access_token\":\"a\",\"minted_ms\":1}",
            SetupCode::TokenFileUnusable,
        ),
        (
            "{\"format\":\"matchback-token/1\",\"access_token\":\"\",\"minted_ms\":1}",
            SetupCode::TokenMalformed,
        ),
    ];
    for (text, code) in wrong {
        assert_eq!(StoredToken::from_text(text).unwrap_err().code, code);
    }
    let missing = StoredToken::load(Path::new("/nonexistent/token")).unwrap_err();
    assert_eq!(missing.code, SetupCode::TokenMissing);
}

#[test]
fn nothing_shows_the_tokens() {
    assert!(!format!("{:?}", token()).contains("AQX"));
}
