//! What does one JSON object say? Our flat names or LinkedIn's nested ones become an `Event` that
//! borrows from the text. Types are checked here; what a value is worth is `prepare`'s business.

use super::fields::Field;
use super::keys::{Keys, Place, Target, path};
use super::simple;
use super::{FIELD_BYTES, Found, NESTING, ROW};
use crate::event::{Amount, Event, Moment, Text};
use crate::problem::{Code, Problem, Refused};
use memchr::{memchr, memchr2_iter};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads one JSON object as an event, with warnings about fields that were left out. The names are
/// ours (`happened_at`, `email`, …) or LinkedIn's (`conversionHappenedAt`, `user.userIds`, …).
pub fn event_from_json(json: &[u8]) -> Result<(Event<'_>, Vec<Problem>), Refused> {
    let found = read(json, &mut Keys::default());
    if found.problems.is_empty() {
        Ok((found.event, found.warnings))
    } else {
        Err(Refused { problems: found.problems, warnings: found.warnings })
    }
}

/// One row. `keys` remembers the keys of the rows before.
pub(super) fn read<'a>(json: &'a [u8], keys: &mut Keys) -> Found<'a> {
    keys.rewind();
    let Ok(text) = std::str::from_utf8(json) else {
        return Found::bad_row(Code::InvalidUtf8);
    };
    let text = text.trim_ascii();
    if text.as_bytes().first() != Some(&b'{') {
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        return Found::bad_row(if is_json { Code::NotAnObject } else { Code::InvalidJson });
    }
    let mut reading = Reading { found: Found::default(), keys, given: 0, can_escape: false };
    if simple::members(text, |key, raw| reading.simple_member(key, raw)) {
        return reading.found;
    }
    reading.keys.rewind();
    let Reading { keys, .. } = reading;
    let mut reading = Reading { found: Found::default(), keys, given: 0, can_escape: true };
    if reading.object(Place::Top, text).is_err() {
        return Found::bad_row(Code::InvalidJson);
    }
    reading.found
}

struct Reading<'a, 'k> {
    found: Found<'a>,
    keys: &'k mut Keys,
    /// One bit for each field that has been given.
    given: u32,
    /// Whether strings can hold escapes; where the row has none, none is looked for.
    can_escape: bool,
}

/// A value by its outermost form, still as text.
enum Value<'a> {
    Null,
    Text(Text<'a>),
    Number(&'a str),
    Bool(&'a str),
    List(&'a str),
    Object(&'a str),
    /// A string with an escape that stands for no character.
    Broken,
}

impl<'a> Value<'a> {
    /// `raw` is one JSON value, already found well-formed.
    #[inline]
    fn of(raw: &'a str, can_escape: bool) -> Self {
        match raw.as_bytes().first() {
            Some(b'"') => {
                let inner = raw.get(1..raw.len() - 1).unwrap_or_default();
                if !can_escape || memchr(b'\\', inner.as_bytes()).is_none() {
                    Value::Text(Cow::Borrowed(inner))
                } else {
                    serde_json::from_str(raw).map_or(Value::Broken, |s| Value::Text(Cow::Owned(s)))
                }
            }
            Some(b'[') => Value::List(raw),
            Some(b'{') => Value::Object(raw),
            Some(b'n') => Value::Null,
            Some(b't' | b'f') => Value::Bool(raw),
            _ => Value::Number(raw),
        }
    }
}

impl<'a> Reading<'a, '_> {
    fn object(&mut self, place: Place, raw: &'a str) -> serde_json::Result<()> {
        let mut json = serde_json::Deserializer::from_str(raw);
        json.deserialize_map(Members { reading: self, place })?;
        json.end()
    }

    fn simple_member(&mut self, key: &str, raw: &'a str) {
        match self.target(Place::Top, key) {
            Target::Field(field) => self.field(field, field.name().into(), raw),
            // A value without levels cannot fail.
            target => self.member(Place::Top, target, raw).unwrap_or_default(),
        }
    }

    fn target(&mut self, place: Place, key: &str) -> Target {
        let target = self.keys.target(place, key);
        if target == Target::Unknown {
            self.warn(Code::UnknownField, path(place, key));
        }
        target
    }

    fn member(&mut self, place: Place, target: Target, raw: &'a str) -> serde_json::Result<()> {
        if place == Place::Top && raw.starts_with(['[', '{']) && nesting(raw) >= NESTING {
            self.problem(Code::TooDeep, ROW);
            return Ok(());
        }
        match target {
            Target::Field(field) => self.field(field, field.name().into(), raw),
            Target::ValueOrAmount if raw.starts_with('{') => return self.object(Place::Value, raw),
            Target::ValueOrAmount => self.field(Field::Amount, "amount".into(), raw),
            Target::Object(place) if raw.starts_with('{') => return self.object(place, raw),
            Target::UserIds if raw.starts_with('[') => return self.user_ids(raw),
            Target::Object(_) | Target::UserIds if raw == "null" => {}
            Target::Object(inner) => {
                self.warn(Code::WrongType, inner.prefix().trim_end_matches('.'));
            }
            Target::UserIds => self.warn(Code::WrongType, "user.userIds"),
            Target::Idfa if raw != "null" => self.warn(Code::UnsupportedId, "idfa"),
            Target::Idfa | Target::Unknown => {}
        }
        Ok(())
    }

    /// A field's value. Where missing would mean something (now, granted, no rule) a wrong type is
    /// passed on as text, so that `prepare` refuses it instead of taking it as missing.
    fn field(&mut self, field: Field, path: Cow<'static, str>, raw: &'a str) {
        if raw.len() > FIELD_BYTES + 2 {
            return self.problem(Code::FieldTooLarge, path);
        }
        let value = Value::of(raw, self.can_escape);
        if matches!(value, Value::Null) {
            return;
        }
        let bit = 1 << field as u32;
        if self.given & bit != 0 && !field.takes_several() {
            return self.problem(Code::DuplicateField, path);
        }
        self.given |= bit;
        let event = &mut self.found.event;
        match (field, value) {
            (_, Value::Broken) => self.problem(Code::InvalidJson, path),
            (_, Value::Text(text)) => field.put(event, text),
            (Field::HappenedAt, Value::Number(raw)) => event.happened_at = Some(moment(raw)),
            (Field::Amount, Value::Number(raw)) => event.amount = Some(amount(raw)),
            (
                Field::Rule | Field::EventId | Field::ExternalId | Field::Lead,
                Value::Number(raw),
            )
            | (
                Field::Rule
                | Field::HappenedAt
                | Field::Amount
                | Field::Currency
                | Field::Consent
                | Field::UserDataConsent,
                Value::Number(raw) | Value::Bool(raw) | Value::List(raw) | Value::Object(raw),
            ) => field.put(event, raw.into()),
            (Field::Email | Field::ExternalId, Value::List(raw)) => self.several(field, &path, raw),
            (Field::ClickId, Value::List(raw)) => match elements(raw).first() {
                Some(first) if first.get().starts_with('[') => self.warn(Code::WrongType, path),
                Some(first) => {
                    self.given &= !bit;
                    self.field(field, path, first.get());
                }
                None => {}
            },
            (_, _) => self.warn(Code::WrongType, path),
        }
    }

    fn several(&mut self, field: Field, path: &str, raw: &'a str) {
        for (index, element) in elements(raw).into_iter().enumerate() {
            let path = if index == 0 { path.to_owned() } else { format!("{path}[{index}]") };
            match element.get() {
                list if list.starts_with('[') => self.warn(Code::WrongType, path),
                value => self.field(field, path.into(), value),
            }
        }
    }

    /// LinkedIn's `userIds`: objects of `idType` and `idValue`, in either order.
    fn user_ids(&mut self, raw: &'a str) -> serde_json::Result<()> {
        for (index, element) in elements(raw).into_iter().enumerate() {
            let path = || format!("user.userIds[{index}]");
            if !element.get().starts_with('{') {
                self.warn(Code::WrongType, path());
                continue;
            }
            let mut entry = UserId::default();
            let mut json = serde_json::Deserializer::from_str(element.get());
            json.deserialize_map(&mut entry)?;
            if entry.has_more {
                self.warn(Code::UnknownField, path());
            }
            let symbol = match entry.id_type.map(|raw| Value::of(raw, true)) {
                Some(Value::Text(symbol)) => symbol,
                _ => Cow::Borrowed(""),
            };
            match (Field::of_id_type(symbol.trim()), entry.id_value) {
                (Some(field), Some(value)) => self.user_id(field, path, value),
                (Some(_), None) => {}
                (None, _) if symbol.trim() == "IDFA" => self.warn(Code::UnsupportedId, path()),
                (None, _) => self.problem(Code::UnknownIdType, path() + ".idType"),
            }
        }
        Ok(())
    }

    fn user_id(&mut self, field: Field, path: impl Fn() -> String, value: &'a str) {
        let is_second = self.given & 1 << field as u32 != 0 && !field.takes_several();
        if value.starts_with('[') {
            self.warn(Code::WrongType, path());
        } else if is_second {
            // LinkedIn takes several entries of one kind; the flat event holds the first.
            self.warn(Code::DuplicateField, path());
        } else {
            self.field(field, field.name().into(), value);
        }
    }

    fn warn(&mut self, code: Code, path: impl Into<Cow<'static, str>>) {
        self.found.warnings.push(Problem { code, path: path.into() });
    }

    fn problem(&mut self, code: Code, path: impl Into<Cow<'static, str>>) {
        self.found.problems.push(Problem { code, path: path.into() });
    }
}

/// Integers keep every digit; what has a fraction or an exponent is cut to whole milliseconds.
fn moment(raw: &str) -> Moment<'_> {
    if let Ok(millis) = raw.parse() {
        return Moment::Millis(millis);
    }
    match raw.parse::<f64>() {
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        Ok(float) if raw.contains(['e', 'E']) && float.abs() < 9e18 => Moment::Millis(float as i64),
        _ => Moment::Text(Cow::Borrowed(raw)),
    }
}

fn amount(raw: &str) -> Amount<'_> {
    match raw.parse() {
        Ok(float) if raw.contains(['.', 'e', 'E']) => Amount::Float(float),
        _ => Amount::Decimal(Cow::Borrowed(raw)),
    }
}

fn elements(raw: &str) -> Vec<&RawValue> {
    serde_json::from_str(raw).unwrap_or_default()
}

/// How many levels of objects and lists stand in each other, or a little more: an upper bound
/// where that is harmless.
fn nesting(raw: &str) -> usize {
    let openers = memchr2_iter(b'[', b'{', raw.as_bytes()).take(NESTING).count();
    if openers < NESTING {
        return openers;
    }
    let (mut depth, mut deepest, mut in_string) = (0_usize, 0, false);
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Visits the members of one object, each value as raw text.
struct Members<'r, 'a, 'k> {
    reading: &'r mut Reading<'a, 'k>,
    place: Place,
}

impl<'a> Visitor<'a> for Members<'_, 'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        let Members { reading, place } = self;
        while let Some(target) = map.next_key_seed(Key { reading, place })? {
            let raw: &'a RawValue = map.next_value()?;
            reading.member(place, target, raw.get()).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

/// Looks a key up without copying it.
struct Key<'r, 'a, 'k> {
    reading: &'r mut Reading<'a, 'k>,
    place: Place,
}

impl<'a> DeserializeSeed<'a> for Key<'_, 'a, '_> {
    type Value = Target;

    fn deserialize<D: Deserializer<'a>>(self, key: D) -> Result<Target, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_, '_> {
    type Value = Target;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Target, E> {
        Ok(self.reading.target(self.place, key))
    }
}

#[derive(Default)]
struct UserId<'a> {
    id_type: Option<&'a str>,
    id_value: Option<&'a str>,
    has_more: bool,
}

impl<'a> Visitor<'a> for &mut UserId<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry of userIds")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<&'a RawValue>()? {
            let value: &'a RawValue = map.next_value()?;
            match key.get() {
                "\"idType\"" => self.id_type = Some(value.get()),
                "\"idValue\"" => self.id_value = Some(value.get()),
                _ => self.has_more = true,
            }
        }
        Ok(())
    }
}
