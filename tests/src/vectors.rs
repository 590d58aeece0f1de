//! What is in `tests/vectors/`? Inputs with the exact answer, shared by every language.
//! Nothing here may compute an answer.

use matchback::config::ladder::{Sources, resolve};
use matchback::config::{ConfigError, Policy};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the vectors live.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// One input with its answer.
#[derive(Deserialize)]
pub struct Case {
    /// File and number, for example `email-003`.
    pub id: String,
    /// The row of the rules that it belongs to, and what is special about it.
    pub note: String,
    /// The moment at which it is prepared, epoch milliseconds.
    pub now: i64,
    /// The version of LinkedIn's API.
    pub version: String,
    /// Settings that differ from the default, as `matchback.toml` holds them.
    #[serde(default)]
    pub policy: BTreeMap<String, Value>,
    /// One event as a host would write it; the text as it stands in the file.
    #[serde(rename = "in")]
    pub given: Box<RawValue>,
    /// What must come out.
    pub out: Answer,
}

/// What must come out: an element or problems, never both.
#[derive(Deserialize)]
pub struct Answer {
    /// LinkedIn's JSON, byte for byte.
    pub element: Option<Box<RawValue>>,
    /// Why the event is refused.
    pub problems: Option<Vec<Note>>,
    /// What was left out or changed.
    pub warnings: Vec<Note>,
    /// The event waits for consent.
    #[serde(default)]
    pub awaits_consent: bool,
}

/// A problem as the vectors write it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Note {
    /// The stable word.
    pub code: String,
    /// The field.
    pub path: String,
}

impl From<&matchback::Problem> for Note {
    fn from(problem: &matchback::Problem) -> Self {
        Note { code: problem.code.word().to_owned(), path: problem.path.clone().into_owned() }
    }
}

impl Case {
    /// The settings that differ from the default, by name, each as the text that the command line
    /// and the environment take; the version among them.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let mut settings: BTreeMap<String, String> =
            self.policy.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        settings.insert("linkedin_version".to_owned(), self.version.clone());
        settings
    }

    /// The same as the core takes them.
    pub fn policy(&self) -> Result<Policy, ConfigError> {
        let sources = Sources { arguments: self.settings(), ..Sources::default() };
        Ok(resolve(&sources)?.config.policy)
    }
}

/// Lists and tables are written with commas.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            let pairs = members.iter().map(|(name, value)| format!("{name}={}", text(value)));
            pairs.collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

/// `index.json`: how many cases there must be.
#[derive(Deserialize)]
pub struct Index {
    /// Cases by file.
    pub files: BTreeMap<String, usize>,
    /// Cases in all files.
    pub total: usize,
}

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

/// The index.
pub fn index() -> std::io::Result<Index> {
    let text = std::fs::read_to_string(folder().join("index.json"))?;
    Ok(serde_json::from_str(&text)?)
}

/// The cases of one file.
pub fn cases(file: &str) -> std::io::Result<Vec<Case>> {
    let text = std::fs::read_to_string(folder().join(file))?;
    let file: File = serde_json::from_str(&text)?;
    Ok(file.cases)
}
