//! What does a JSON key lead to? A field, one of LinkedIn's nested objects, or nothing we know.
//! Nothing here reads values.

use super::fields::{Field, showable};
use std::borrow::Cow;

/// Which of LinkedIn's objects a key stands in (`docs/linkedin.md` §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    User,
    UserInfo,
    Value,
}

impl Place {
    /// The path up to here, as LinkedIn's documentation spells it.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Place::Top => "",
            Place::User => "user.",
            Place::UserInfo => "user.userInfo.",
            Place::Value => "conversionValue.",
        }
    }
}

/// What a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Field(Field),
    Object(Place),
    /// `conversionValue` is an object at LinkedIn and a plain amount in flat files.
    ValueOrAmount,
    UserIds,
    /// Apple's advertising id: well known, and nothing LinkedIn could match.
    Idfa,
    Unknown,
}

/// The keys of one input with what they lead to. Rows of one file have the same keys in the same
/// order, so the next key is nearly always the one behind the last: one comparison, no hashing.
#[derive(Debug, Default)]
pub(super) struct Keys {
    seen: Vec<(Place, Box<str>, Target)>,
    next: usize,
    mapped: Vec<(String, Field)>,
}

/// How many keys are remembered; an input with more is read correctly and more slowly.
const REMEMBERED: usize = 256;

impl Keys {
    /// With names that the caller has given a meaning, which go before ours.
    pub(super) fn with_mapped(mapped: Vec<(String, Field)>) -> Self {
        Keys { mapped, ..Keys::default() }
    }

    /// A new row begins.
    pub(super) fn rewind(&mut self) {
        self.next = 0;
    }

    pub(super) fn target(&mut self, place: Place, key: &str) -> Target {
        let is_it = |seen: &(Place, Box<str>, Target)| seen.0 == place && *seen.1 == *key;
        let (known, rest) = self.seen.split_at(self.next.min(self.seen.len()));
        let at = match rest.iter().position(is_it) {
            Some(ahead) => Some(self.next + ahead),
            None => known.iter().position(is_it),
        };
        if let Some(at) = at {
            self.next = at + 1;
            return self.seen[at].2;
        }
        let target = self.look_up(place, key);
        if self.seen.len() < REMEMBERED && key.len() <= 128 {
            self.seen.push((place, key.into(), target));
            self.next = self.seen.len();
        }
        target
    }

    /// Each key met so far by its path, and the field it was taken for.
    pub(super) fn taken(&self) -> impl Iterator<Item = (Cow<'static, str>, Option<Field>)> + '_ {
        self.seen.iter().filter_map(|(place, key, target)| {
            let field = match target {
                Target::Field(field) => Some(*field),
                Target::ValueOrAmount => Some(Field::Amount),
                Target::Unknown | Target::Idfa => None,
                Target::Object(_) | Target::UserIds => return None,
            };
            Some((path(*place, key), field))
        })
    }

    fn look_up(&self, place: Place, key: &str) -> Target {
        let full = format!("{}{key}", place.prefix());
        if let Some((_, field)) = self.mapped.iter().find(|(name, _)| *name == full) {
            return Target::Field(*field);
        }
        match full.as_str() {
            "user" => Target::Object(Place::User),
            "userInfo" | "user.userInfo" => Target::Object(Place::UserInfo),
            "userIds" | "user.userIds" => Target::UserIds,
            "conversionValue" => Target::ValueOrAmount,
            full if full.eq_ignore_ascii_case("idfa") => Target::Idfa,
            full => Field::of(full).map_or(Target::Unknown, Target::Field),
        }
    }
}

/// A key's path in a form that may be shown.
pub(super) fn path(place: Place, key: &str) -> Cow<'static, str> {
    let path = format!("{}{key}", place.prefix());
    if showable(&path) == "?" || path.contains(' ') { Cow::Borrowed("?") } else { Cow::Owned(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_any_order() {
        let mut keys = Keys::default();
        for row in [["email", "amount", "city"], ["city", "email", "amount"]] {
            keys.rewind();
            for key in row {
                let expected = Field::of(key).map_or(Target::Unknown, Target::Field);
                assert_eq!(keys.target(Place::Top, key), expected, "{key}");
            }
        }
        assert_eq!(keys.seen.len(), 3);
    }

    #[test]
    fn the_same_key_means_different_things_in_different_places() {
        let mut keys = Keys::default();
        assert_eq!(keys.target(Place::Top, "amount"), Target::Field(Field::Amount));
        assert_eq!(keys.target(Place::Value, "amount"), Target::Field(Field::Amount));
        assert_eq!(keys.target(Place::UserInfo, "amount"), Target::Unknown);
        assert_eq!(keys.target(Place::Top, "user"), Target::Object(Place::User));
        assert_eq!(keys.target(Place::User, "user"), Target::Unknown);
    }

    #[test]
    fn a_mapped_name_goes_first() {
        let mut keys = Keys::with_mapped(vec![("title".into(), Field::CompanyName)]);
        assert_eq!(keys.target(Place::Top, "title"), Target::Field(Field::CompanyName));
        assert_eq!(keys.target(Place::UserInfo, "title"), Target::Field(Field::Title));
    }

    #[test]
    fn what_may_be_a_value_is_not_in_a_path() {
        assert_eq!(path(Place::UserInfo, "city"), "user.userInfo.city");
        for key in ["ada@example.com", "Ada Byron", "", &"a".repeat(65)] {
            assert_eq!(path(Place::Top, key), "?");
        }
    }
}
