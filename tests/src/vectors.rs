//! What is in `tests/vectors/`? Inputs with the exact answer, shared by every language.
//! Nothing here may compute an answer.

use matchback::{ApiVersion, Policy, RuleId, config};
use serde::Deserialize;
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
    /// Settings that differ from the default.
    #[serde(default)]
    pub policy: Settings,
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

/// Settings by their names in `matchback.toml`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Names of rules.
    pub rules: BTreeMap<String, String>,
    /// The fields that may be sent.
    pub share: Option<Vec<String>>,
    /// `plain`, `hashed` or `hashed_or_plain`.
    pub names: Option<String>,
    /// `first` or `all`.
    pub emails: Option<String>,
    /// `drop` or `send`.
    pub legacy_ids: Option<String>,
    /// `reject` or `convert`.
    pub seconds: Option<String>,
    /// `reject` or `hold`.
    pub pending_consent: Option<String>,
    /// An IANA zone.
    pub time_zone: Option<String>,
}

impl Case {
    /// The settings as the core takes them; `None` if the vector names one that does not exist.
    pub fn policy(&self) -> Option<Policy> {
        let settings = &self.policy;
        let mut policy =
            Policy { version: self.version.parse::<ApiVersion>().ok()?, ..Policy::default() };
        for (name, number) in &settings.rules {
            policy.rules.insert(name.clone(), RuleId::new(number.parse().ok()?)?);
        }
        if let Some(fields) = &settings.share {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            policy.share = config::Share::only(&fields).ok()?;
        }
        policy.names = match settings.names.as_deref() {
            None | Some("plain") => config::Names::Plain,
            Some("hashed") => config::Names::Hashed,
            Some("hashed_or_plain") => config::Names::HashedOrPlain,
            Some(_) => return None,
        };
        policy.emails = match settings.emails.as_deref() {
            None | Some("first") => config::Emails::First,
            Some("all") => config::Emails::All,
            Some(_) => return None,
        };
        policy.legacy_ids = match settings.legacy_ids.as_deref() {
            None | Some("drop") => config::LegacyIds::Drop,
            Some("send") => config::LegacyIds::Send,
            Some(_) => return None,
        };
        policy.seconds = match settings.seconds.as_deref() {
            None | Some("reject") => config::Seconds::Reject,
            Some("convert") => config::Seconds::Convert,
            Some(_) => return None,
        };
        policy.pending_consent = match settings.pending_consent.as_deref() {
            None | Some("reject") => config::PendingConsent::Reject,
            Some("hold") => config::PendingConsent::Hold,
            Some(_) => return None,
        };
        if let Some(zone) = &settings.time_zone {
            policy.time_zone = Some(jiff::tz::TimeZone::get(zone).ok()?);
        }
        Some(policy)
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
