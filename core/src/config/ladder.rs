//! Where does each setting's value come from? Arguments before environment before file before
//! defaults. `resolve` is pure; `load` is the one place that reads the environment and the disk.

use super::settings::{SETTINGS, Setting, setting};
use super::{Config, ConfigError};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What the steps of the ladder hold.
#[derive(Default)]
pub struct Sources {
    /// Settings by name, from the command line or the host's own code.
    pub arguments: BTreeMap<String, String>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// What the files hold that variables such as `MATCHBACK_TOKEN_FILE` name, by variable.
    pub secret_files: BTreeMap<String, String>,
    /// The settings file: its path and its text.
    pub file: Option<(PathBuf, String)>,
}

/// The step of the ladder that a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody has set it.
    Default,
    /// The settings file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The command line or the host's code.
    Argument,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Environment(name) => write!(f, "environment variable {name}"),
            Origin::Argument => f.write_str("argument"),
        }
    }
}

/// The settings in force, and where each comes from.
#[derive(Debug)]
pub struct Resolved {
    /// The configuration.
    pub config: Config,
    origins: BTreeMap<&'static str, Origin>,
}

impl Resolved {
    /// Where a setting's value comes from.
    pub fn origin(&self, name: &str) -> &Origin {
        self.origins.get(name).unwrap_or(&Origin::Default)
    }

    /// Every setting with its value (`None` where nothing is set, secrets masked) and origin.
    pub fn settings(&self) -> impl Iterator<Item = (&'static Setting, Option<String>, &Origin)> {
        SETTINGS
            .iter()
            .map(|setting| (setting, setting.show(&self.config), self.origin(setting.name)))
    }
}

/// Climbs the ladder for every setting.
pub fn resolve(sources: &Sources) -> Result<Resolved, ConfigError> {
    let mut resolved = Resolved { config: Config::default(), origins: BTreeMap::new() };
    let in_file = match &sources.file {
        Some((path, text)) => parse(path, text)?,
        None => BTreeMap::new(),
    };
    for name in sources.arguments.keys() {
        setting(name)?;
    }
    for setting in SETTINGS {
        let argument = sources.arguments.get(setting.name).map(|text| (text, Origin::Argument));
        let environment = || in_environment(setting, sources);
        let file = || {
            let (path, _) = sources.file.as_ref()?;
            Some((in_file.get(setting.name)?, Origin::File(path.clone())))
        };
        if let Some((text, origin)) = argument.or_else(environment).or_else(file) {
            setting.put(&mut resolved.config, text).map_err(|error| said_where(error, &origin))?;
            resolved.origins.insert(setting.name, origin);
        }
    }
    Ok(resolved)
}

/// Reads the environment, the settings file and secret files, and resolves them. `file` is the
/// settings file; `None` searches: `MATCHBACK_CONFIG`, then `matchback.toml` in this folder and
/// those above it, then in the user's configuration folder.
pub fn load(
    arguments: BTreeMap<String, String>,
    file: Option<&Path>,
) -> Result<Resolved, ConfigError> {
    // Variables that are not text cannot be ours: all our values are.
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let mut secret_files = BTreeMap::new();
    for variable in SETTINGS.iter().filter(|s| s.is_secret()).flat_map(Setting::environment) {
        let variable = format!("{variable}_FILE");
        if let Some(path) = environment.get(&variable).filter(|path| !path.is_empty()) {
            let path = Path::new(path);
            check_only_owner_reads(&variable, path)?;
            secret_files.insert(variable.clone(), read(&variable, path)?);
        }
    }
    let named = file.map(Path::to_path_buf).or_else(|| {
        environment.get("MATCHBACK_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
    });
    let file = match named.or_else(|| search(&environment)) {
        Some(path) => {
            let text = read("config", &path)?;
            Some((path, text))
        }
        None => None,
    };
    let resolved = resolve(&Sources { arguments, environment, secret_files, file })?;
    if let Origin::File(path) = resolved.origin("token") {
        check_only_owner_reads("token", path)?;
    }
    Ok(resolved)
}

fn in_environment<'a>(setting: &Setting, sources: &'a Sources) -> Option<(&'a String, Origin)> {
    for name in setting.environment() {
        let given = |map: &'a BTreeMap<String, String>, name: &str| {
            map.get(name).filter(|text| !text.trim().is_empty())
        };
        if let Some(text) = given(&sources.environment, &name) {
            return Some((text, Origin::Environment(name)));
        }
        let file = format!("{name}_FILE");
        if let Some(text) = given(&sources.secret_files, &file).filter(|_| setting.is_secret()) {
            return Some((text, Origin::Environment(file)));
        }
    }
    None
}

/// The settings file's values as the text that every step of the ladder has.
fn parse(path: &Path, text: &str) -> Result<BTreeMap<&'static str, String>, ConfigError> {
    let origin = Origin::File(path.to_path_buf());
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        // The parser's own message can quote a value.
        let hint = format!("look at line {line}; texts need quotes: emails = \"all\"");
        said_where(error_of("config", "the file is not valid TOML", hint), &origin)
    })?;
    let mut values = BTreeMap::new();
    for (name, value) in &table {
        let setting = setting(name).map_err(|error| said_where(error, &origin))?;
        let text = text_of(value).ok_or_else(|| {
            let hint = "write a text, a number, true or false, a list, or NAME = NUMBER in a table";
            said_where(error_of(setting.name, "the value has the wrong form", hint), &origin)
        })?;
        values.insert(setting.name, text);
    }
    Ok(values)
}

fn text_of(value: &toml::Value) -> Option<String> {
    let one = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        _ => None,
    };
    // A line break behind each item keeps commas in names apart from commas between items.
    match value {
        toml::Value::Array(values) => values.iter().map(|value| Some(one(value)? + "\n")).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(name, value)| Some(format!("{name}={}\n", one(value)?))).collect()
        }
        value => one(value),
    }
}

fn search(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    const NAME: &str = "matchback.toml";
    let here = std::env::current_dir().ok()?;
    let upwards = here.ancestors().map(|folder| folder.join(NAME));
    let folder =
        |name: &str| environment.get(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let user = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| Some(folder("HOME")?.join(".config")))
        .map(|folder| folder.join("matchback").join(NAME));
    upwards.chain(user).find(|path| path.is_file())
}

fn read(setting: &str, path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| {
        let reason = format!("{} cannot be read: {}", path.display(), error.kind());
        error_of(setting, reason, "check the path and who may read it")
    })
}

/// A token that others on the machine can read is not a secret.
fn check_only_owner_reads(setting: &str, path: &Path) -> Result<(), ConfigError> {
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(path) {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            let path = path.display();
            let reason = format!("{path} holds a token and others may read it");
            return Err(error_of(
                setting,
                reason,
                format!("chmod 600 {path}; for a mounted secret set its mode to 0400"),
            ));
        }
    }
    Ok(())
}

fn error_of(setting: &str, reason: impl Into<String>, hint: impl Into<String>) -> ConfigError {
    ConfigError { setting: setting.to_owned(), reason: reason.into(), hint: hint.into() }
}

fn said_where(mut error: ConfigError, origin: &Origin) -> ConfigError {
    error.reason = format!("{} (in {origin})", error.reason);
    error
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn file(text: &str) -> (PathBuf, String) {
        (PathBuf::from("matchback.toml"), text.to_owned())
    }

    fn refused(text: &str) -> String {
        resolve(&Sources { file: Some(file(text)), ..Sources::default() }).unwrap_err().to_string()
    }

    #[test]
    fn each_step_goes_before_the_next() {
        let mut sources = Sources {
            arguments: map(&[("batch_events", "1")]),
            environment: map(&[("MATCHBACK_BATCH_EVENTS", "2")]),
            file: Some(file("batch_events = 3")),
            ..Sources::default()
        };
        let mut seen = Vec::new();
        for _ in 0..4 {
            let resolved = resolve(&sources).unwrap();
            let origin = resolved.origin("batch_events").to_string();
            seen.push(format!("{} {origin}", resolved.config.batch_events));
            if sources.arguments.pop_first().is_none() && sources.environment.pop_first().is_none()
            {
                sources.file = None;
            }
        }
        assert_eq!(
            seen,
            [
                "1 argument",
                "2 environment variable MATCHBACK_BATCH_EVENTS",
                "3 matchback.toml",
                "5000 default"
            ]
        );
    }

    #[test]
    fn the_token_is_found_under_other_names_and_in_files() {
        let mut environment = map(&[
            ("MATCHBACK_ACCESS_TOKEN", ""),
            ("LINKEDIN_CAPI_ACCESS_TOKEN", "capi"),
            ("LINKEDIN_ACCESS_TOKEN", "posting"),
            ("LINKEDIN_API_VERSION", "202608"),
            ("LINKEDIN_AD_ACCOUNT_ID", "5"),
        ]);
        let mut sources = Sources { environment: environment.clone(), ..Sources::default() };
        let token = |sources: &Sources| {
            let resolved = resolve(sources).unwrap();
            let token = resolved.config.token.as_ref().map(|token| token.expose().to_owned());
            (token.unwrap(), resolved.origin("token").clone())
        };
        let from = |name: &str| Origin::Environment(name.to_owned());
        assert_eq!(token(&sources), ("capi".into(), from("LINKEDIN_CAPI_ACCESS_TOKEN")));

        sources.secret_files = map(&[("MATCHBACK_TOKEN_FILE", "mounted\n")]);
        assert_eq!(token(&sources), ("mounted".into(), from("MATCHBACK_TOKEN_FILE")));

        environment.insert("MATCHBACK_TOKEN".into(), "own".into());
        sources.environment = environment;
        assert_eq!(token(&sources), ("own".into(), from("MATCHBACK_TOKEN")));

        let config = resolve(&sources).unwrap().config;
        assert_eq!(config.policy.version.number(), 202_608);
        assert_eq!(config.ad_account.as_deref(), Some("5"));
    }

    #[test]
    fn a_file_can_hold_lists_and_tables() {
        let text = "share = [\"email\", \"click_id\"]\nstrict = true\n\
                    [rules]\n\"purchase, online\" = 7001001\nlead = \"urn:lla:llaPartnerConversion:5\"";
        let resolved = resolve(&Sources { file: Some(file(text)), ..Sources::default() }).unwrap();
        let policy = &resolved.config.policy;
        assert!(policy.share.allows("email") && !policy.share.allows("title"));
        assert_eq!(policy.rules["purchase, online"].number(), 7_001_001);
        assert_eq!(policy.rules["lead"].number(), 5);
        assert!(resolved.config.strict);
    }

    #[test]
    fn errors_name_the_place_and_not_the_value() {
        for (text, expected) in [
            (
                "emials = \"all\"",
                "emials: there is no such setting (in matchback.toml)\n  hint: did you mean `emails`?",
            ),
            (
                "emails = \"secret\"",
                "emails: this is none of its values (in matchback.toml)\n  hint: write one of: first, all",
            ),
            ("emails = 1.5", "emails: the value has the wrong form (in matchback.toml)"),
            (
                "# one\ntoken = secret",
                "config: the file is not valid TOML (in matchback.toml)\n  hint: look at line 2",
            ),
        ] {
            let said = refused(text);
            assert!(said.starts_with(expected), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
        let arguments = map(&[("batch_size", "5")]);
        assert!(resolve(&Sources { arguments, ..Sources::default() }).is_err());
    }

    #[test]
    fn the_token_is_never_shown() {
        let sources = Sources { arguments: map(&[("token", "AQXsecret")]), ..Sources::default() };
        let resolved = resolve(&sources).unwrap();
        let shown: Vec<_> = resolved.settings().map(|(_, value, _)| value).collect();
        assert_eq!(shown.first().unwrap().as_deref(), Some("(set, not shown)"));
        assert!(!format!("{resolved:?} {shown:?}").contains("AQX"));
    }

    #[cfg(unix)]
    #[test]
    fn a_settings_file_with_a_token_must_be_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("matchback.toml");
        std::fs::write(&path, "token = \"AQXsecret\"").unwrap();
        let mut outcomes = Vec::new();
        for mode in [0o644, 0o600] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            outcomes.push(load(BTreeMap::new(), Some(&path)).map_err(|error| error.to_string()));
        }
        let refused = outcomes[0].as_ref().unwrap_err();
        assert!(refused.contains("chmod 600") && !refused.contains("AQX"), "{refused}");
        assert!(outcomes[1].is_ok());
        assert!(load(BTreeMap::new(), Some(&folder.path().join("none.toml"))).is_err());
    }
}
