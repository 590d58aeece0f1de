//! Does a value have the form a schema asks for? Answers with LinkedIn's 422 lines.
//! It must never look at meaning (age, rules, identifiers): that is `business.rs`.
//!
//! The texts and their order are those of Rest.li's `ValidateDataAgainstSchema`: every problem is
//! collected, a record's members come before the record's own missing fields
//! (`docs/linkedin.md` §2.3).

mod conversion_event;

pub(crate) use conversion_event::{CONVERSION_EVENT, RULE_PREFIX};

use crate::json::Json;
use matchback::ApiVersion;
use std::fmt::{self, Write};

/// The form of one value.
pub(crate) enum Shape {
    Text,
    Long,
    /// A URN with this prefix; `digits` if only a number may follow.
    Urn {
        prefix: &'static str,
        digits: bool,
    },
    Enum(&'static [Symbol]),
    List(&'static Shape),
    Record(&'static [Field]),
}

/// One member of a record.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) presence: Presence,
    pub(crate) versions: Versions,
    pub(crate) shape: Shape,
}

/// One symbol of an enumeration.
pub(crate) struct Symbol {
    pub(crate) name: &'static str,
    pub(crate) versions: Versions,
}

/// Must the member be there?
pub(crate) enum Presence {
    Optional,
    Required,
    /// Required unless this other member is there (and exists in the version).
    RequiredUnless(&'static str),
}

/// In which versions does a field or symbol exist?
#[derive(Clone, Copy)]
pub(crate) enum Versions {
    All,
    Since(ApiVersion),
    Before(ApiVersion),
}

impl Versions {
    fn include(self, version: ApiVersion) -> bool {
        match self {
            Versions::All => true,
            Versions::Since(first) => version >= first,
            Versions::Before(end) => version < end,
        }
    }
}

/// Appends one `ERROR :: path :: text` line for each problem of `value`; appends nothing if it is
/// well-formed.
pub(crate) fn check(shape: &Shape, value: &Json, version: ApiVersion, lines: &mut String) {
    Checker { version, lines }.value(shape, value, &Path { parent: None, step: Step::Root });
}

struct Checker<'l> {
    version: ApiVersion,
    lines: &'l mut String,
}

impl Checker<'_> {
    fn value(&mut self, shape: &Shape, value: &Json, path: &Path) {
        match shape {
            Shape::Text => {
                if !matches!(value, Json::Text(_)) {
                    self.error(path, format_args!("{value} cannot be coerced to String"));
                }
            }
            Shape::Long => {
                if !matches!(value, Json::Whole(_) | Json::Number(_)) {
                    self.error(path, format_args!("{value} cannot be coerced to Long"));
                }
            }
            Shape::Urn { prefix, digits } => self.urn(prefix, *digits, value, path),
            Shape::Enum(symbols) => self.symbol(symbols, value, path),
            Shape::List(item) => match value {
                Json::List(items) => {
                    for (index, value) in items.iter().enumerate() {
                        self.value(item, value, &path.join(Step::Index(index)));
                    }
                }
                _ => self.error(path, format_args!("array type is not backed by a DataList")),
            },
            Shape::Record(fields) => match value {
                Json::Record(members) => self.record(fields, members, value, path),
                _ => self.error(path, format_args!("record type is not backed by a DataMap")),
            },
        }
    }

    fn record(
        &mut self,
        fields: &[Field],
        members: &[(std::borrow::Cow<str>, Json)],
        record: &Json,
        path: &Path,
    ) {
        for (name, value) in members {
            let path = path.join(Step::Name(name));
            match self.find(fields, name) {
                Some(field) => self.value(&field.shape, value, &path),
                None => self.error(&path, format_args!("unrecognized field found but not allowed")),
            }
        }
        let version = self.version;
        for field in fields.iter().filter(|field| field.versions.include(version)) {
            let required = match field.presence {
                Presence::Optional => false,
                Presence::Required => true,
                Presence::RequiredUnless(other) => {
                    self.find(fields, other).is_none() || record.get(other).is_none()
                }
            };
            if required && record.get(field.name).is_none() {
                let text = "field is required but not found and has no default value";
                self.error(&path.join(Step::Name(field.name)), format_args!("{text}"));
            }
        }
    }

    fn find<'f>(&self, fields: &'f [Field], name: &str) -> Option<&'f Field> {
        fields.iter().find(|field| field.name == name && field.versions.include(self.version))
    }

    fn symbol(&mut self, symbols: &[Symbol], value: &Json, path: &Path) {
        let Json::Text(text) = value else {
            return self.error(path, format_args!("enum type is not backed by a String"));
        };
        let known = symbols
            .iter()
            .any(|symbol| symbol.name == text.as_ref() && symbol.versions.include(self.version));
        if !known {
            self.error(path, format_args!("\"{text}\" is not an enum symbol"));
        }
    }

    fn urn(&mut self, prefix: &str, digits: bool, value: &Json, path: &Path) {
        let Json::Text(text) = value else {
            return self.error(path, format_args!("{value} cannot be coerced to String"));
        };
        match text.strip_prefix(prefix) {
            None => self.error(path, format_args!("Invalid Urn format. Invalid prefix.")),
            Some(id) => {
                let numeric = id.bytes().all(|byte| byte.is_ascii_digit());
                if id.is_empty() || (digits && !numeric) {
                    self.error(path, format_args!("Invalid Urn format. Invalid id."));
                }
            }
        }
    }

    fn error(&mut self, path: &Path, text: fmt::Arguments) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.lines, "ERROR :: {path} :: {text}");
    }
}

/// Where in the value we are; a chain on the stack, so that a well-formed event costs nothing.
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

enum Step<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    fn join(&'p self, step: Step<'p>) -> Path<'p> {
        Path { parent: Some(self), step }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Name(name) => write!(f, "/{name}"),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}
