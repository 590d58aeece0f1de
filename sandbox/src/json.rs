//! What does a JSON text hold, without copying it?
//! It must never judge the content: that is the schema's work.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A JSON value that borrows its texts from the request body where they hold no escapes.
#[derive(Debug)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Whole(i64),
    /// Anything a 64-bit integer cannot hold, as the number it stands for.
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// Members in the order they were written.
    Record(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    /// The member `name` of a record; `None` for anything else.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Json::Record(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text, if this is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// The members of a list; empty for anything else.
    pub(crate) fn items(&self) -> &[Self] {
        if let Json::List(items) = self { items } else { &[] }
    }

    /// The number without its fraction, as Java's `Number.longValue` gives it.
    pub(crate) fn long(&self) -> Option<i64> {
        match self {
            Json::Whole(number) => Some(*number),
            #[expect(clippy::cast_possible_truncation, reason = "longValue saturates as `as` does")]
            Json::Number(number) => Some(*number as i64),
            _ => None,
        }
    }
}

/// Writes a value the way the error texts echo it.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Whole(number) => write!(f, "{number}"),
            Json::Number(number) => write!(f, "{number}"),
            Json::Text(text) => f.write_str(text),
            Json::List(_) => f.write_str("[...]"),
            Json::Record(_) => f.write_str("{...}"),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Whole(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "beyond 64 bits only the magnitude matters")]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Json::Number(value as f64), Json::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut record: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(6);
        while let Some(Key(key)) = record.next_key()? {
            members.push((key, record.next_value()?));
        }
        Ok(Json::Record(members))
    }
}

/// A member's name; `Cow` alone would always copy.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    #[test]
    fn plain_texts_are_borrowed_and_escaped_ones_are_not() {
        let json: Json =
            serde_json::from_str(r#"{"a":"x","b":"\u00e9","c":[1,1.5,null]}"#).unwrap();
        assert!(matches!(json.get("a"), Some(Json::Text(Cow::Borrowed("x")))));
        assert!(matches!(json.get("b"), Some(Json::Text(Cow::Owned(_)))));
        let c = json.get("c").unwrap();
        let longs: Vec<_> = c.items().iter().map(Json::long).collect();
        assert_eq!(longs, [Some(1), Some(1), None]);
    }
}
