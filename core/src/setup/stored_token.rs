//! How is a token kept on disk? In one small JSON file that only its owner can read, replaced whole.
//! It must never exist with wider permissions, not for a moment, nor half written.

use super::token_source::check;
use super::{SetupCode, SetupError, TokenLife};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Named in each file, so that a file of another kind is refused.
const FORMAT: &str = "matchback-token/1";
/// Largest token file, in bytes. LinkedIn's tokens have up to some thousand characters.
const LARGEST: usize = 64 * 1024;

/// Tokens with what is known about them.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// The access token.
    pub access: Secret,
    /// The refresh token, if there is one.
    pub refresh: Option<Secret>,
    /// When they were made and when they end.
    pub life: TokenLife,
    /// What was granted; empty if not known.
    pub scopes: Vec<String>,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    minted_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expires_ms: Option<i64>,
    scopes: &'a [String],
}

#[derive(Deserialize)]
struct Stored {
    format: String,
    access_token: String,
    refresh_token: Option<String>,
    minted_ms: i64,
    expires_ms: Option<i64>,
    refresh_expires_ms: Option<i64>,
    #[serde(default)]
    scopes: Vec<String>,
}

impl StoredToken {
    /// The file's content.
    pub fn to_json(&self) -> Zeroizing<String> {
        let written = Written {
            format: FORMAT,
            access_token: self.access.expose(),
            refresh_token: self.refresh.as_ref().map(Secret::expose),
            minted_ms: self.life.minted_ms,
            expires_ms: self.life.expires_ms,
            refresh_expires_ms: self.life.refresh_expires_ms,
            scopes: &self.scopes,
        };
        // Texts and integers always serialise.
        Zeroizing::new(serde_json::to_string(&written).unwrap_or_default())
    }

    /// Reads a file's content: this format, or the bare access token that a secret store mounts.
    pub fn from_text(text: &str) -> Result<Self, SetupError> {
        if !text.trim_start().starts_with('{') {
            let life = TokenLife::default();
            let access = check(text.to_owned())?;
            return Ok(StoredToken { access, refresh: None, life, scopes: Vec::new() });
        }
        let unusable = SetupError::here(SetupCode::TokenFileUnusable);
        let stored: Stored = serde_json::from_str(text).map_err(|_| unusable.clone())?;
        if stored.format != FORMAT {
            return Err(unusable);
        }
        Ok(StoredToken {
            access: check(stored.access_token)?,
            refresh: stored.refresh_token.map(Secret::new),
            life: TokenLife {
                minted_ms: stored.minted_ms,
                expires_ms: stored.expires_ms,
                refresh_expires_ms: stored.refresh_expires_ms,
            },
            scopes: stored.scopes,
        })
    }

    /// Reads a file that nobody else may read.
    pub fn load(path: &Path) -> Result<Self, SetupError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SetupError::here(SetupCode::TokenMissing),
            _ => SetupError::here(SetupCode::TokenFileUnusable),
        })?;
        Self::from_text(&private_text(&file)?)
    }

    /// Replaces the file whole: whoever reads meanwhile sees the old one or the new one.
    pub fn save(&self, path: &Path) -> Result<(), SetupError> {
        write_private(path, self.to_json().as_bytes())
            .map_err(|_| SetupError::here(SetupCode::TokenFileUnusable))
    }
}

/// Reads an open file after checking that it is the owner's alone; checking the open file, not its
/// path, leaves no time in which it could be exchanged.
fn private_text(file: &File) -> Result<Zeroizing<String>, SetupError> {
    let unusable = |_| SetupError::here(SetupCode::TokenFileUnusable);
    let metadata = file.metadata().map_err(unusable)?;
    if !metadata.is_file() || metadata.len() > LARGEST as u64 {
        return Err(SetupError::here(SetupCode::TokenFileUnusable));
    }
    if is_exposed(&metadata) {
        return Err(SetupError::here(SetupCode::TokenFileExposed));
    }
    let mut text = Zeroizing::new(String::with_capacity(LARGEST));
    file.take(LARGEST as u64).read_to_string(&mut text).map_err(unusable)?;
    Ok(text)
}

#[cfg(unix)]
fn is_exposed(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_exposed(_: &fs::Metadata) -> bool {
    // Elsewhere the user's directory keeps others out, and there is no mode to look at.
    false
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    create_private_directory(directory)?;
    let draft = directory.join(format!(".matchback-token-{}.tmp", uuid::Uuid::now_v7()));
    let written = write_new(&draft, content).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The draft holds a token. If it cannot be removed either, the first error says why.
        let _ = fs::remove_file(&draft);
        return written;
    }
    // The rename itself has to survive a power cut.
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn create_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
#[path = "stored_token_tests.rs"]
mod tests;
