//! How does Rest.li 2.0 write lists, records and keys into addresses and JSON keys, and read them back?
//! It must never leave a structural character in a text unescaped, nor escape the structure itself.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Deepest nesting that [`Value::parse`] follows; LinkedIn's own keys nest twice.
const DEPTH: usize = 16;

/// A Rest.li value before it is encoded. Numbers and booleans are texts: Rest.li writes them alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A text, escaped when written; an empty one is written `''`.
    Text(Cow<'a, str>),
    /// `List(a,b)`.
    List(Vec<Value<'a>>),
    /// `(key:value,key:value)`, in this order.
    Record(Vec<(Cow<'a, str>, Value<'a>)>),
}

/// The text is not in Rest.li's 2.0 notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a Rest.li 2.0 value")]
pub struct NotRestli;

/// Which characters of a text are escaped.
#[derive(Clone, Copy)]
enum Escape {
    /// Everything but RFC 3986's unreserved characters: for paths, queries and form bodies.
    Uri,
    /// Only `, ( ) ' :` and the percent sign: for keys inside JSON, where an address's rules do not apply.
    Reduced,
}

impl<'a> Value<'a> {
    /// A text, or anything that Rest.li writes like one.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Value::Text(text.into())
    }

    /// A list of texts.
    pub fn texts<T: Into<Cow<'a, str>>>(texts: impl IntoIterator<Item = T>) -> Self {
        Value::List(texts.into_iter().map(Value::text).collect())
    }

    /// A record with the given keys.
    pub fn record<const N: usize>(entries: [(&'a str, Value<'a>); N]) -> Self {
        Value::Record(entries.into_iter().map(|(key, value)| (Cow::Borrowed(key), value)).collect())
    }

    /// As it stands in a path or a query. The result must not be encoded again.
    pub fn uri(&self) -> String {
        self.written(Escape::Uri)
    }

    /// As it stands as a key inside a JSON body.
    pub fn reduced(&self) -> String {
        self.written(Escape::Reduced)
    }

    /// Reads either form back.
    pub fn parse(text: &str) -> Result<Value<'static>, NotRestli> {
        let mut reader = Reader { rest: text };
        let value = reader.value(DEPTH)?;
        if reader.rest.is_empty() { Ok(value) } else { Err(NotRestli) }
    }

    /// The text of a record's entry, if this is a record that has one.
    pub fn entry(&self, wanted: &str) -> Option<&str> {
        let Value::Record(entries) = self else { return None };
        entries.iter().find_map(|(key, value)| match value {
            Value::Text(text) if key == wanted => Some(text.as_ref()),
            _ => None,
        })
    }

    fn written(&self, escape: Escape) -> String {
        let mut out = String::new();
        self.write(&mut out, escape);
        out
    }

    fn write(&self, out: &mut String, escape: Escape) {
        match self {
            Value::Text(text) => write_text(out, text, escape),
            Value::List(items) => {
                out.push_str("List(");
                for (position, item) in items.iter().enumerate() {
                    separate(out, position);
                    item.write(out, escape);
                }
                out.push(')');
            }
            Value::Record(entries) => {
                out.push('(');
                for (position, (key, value)) in entries.iter().enumerate() {
                    separate(out, position);
                    write_text(out, key, escape);
                    out.push(':');
                    value.write(out, escape);
                }
                out.push(')');
            }
        }
    }
}

/// A query string: names and values encoded, `&` and `=` raw.
pub fn query(parameters: &[(&str, Value<'_>)]) -> String {
    let mut out = String::new();
    for (name, value) in parameters {
        if !out.is_empty() {
            out.push('&');
        }
        write_text(&mut out, name, Escape::Uri);
        out.push('=');
        value.write(&mut out, Escape::Uri);
    }
    out
}

/// A text with everything escaped but `A-Z a-z 0-9 - . _ ~`. Unlike [`Value::uri`] an empty text
/// stays empty: this is the form for OAuth bodies and cookies, not for Rest.li.
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text, Escape::Uri);
    out
}

/// Undoes one layer of percent-encoding; a percent sign that starts no escape is kept. `None` if
/// the result is not UTF-8.
pub fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut position = 0;
    while position < bytes.len() {
        if let Some(byte) = escaped_byte(&bytes[position..]) {
            out.push(byte);
            position += 3;
        } else {
            out.push(bytes[position]);
            position += 1;
        }
    }
    String::from_utf8(out).ok()
}

fn separate(out: &mut String, position: usize) {
    if position > 0 {
        out.push(',');
    }
}

fn write_text(out: &mut String, text: &str, escape: Escape) {
    if text.is_empty() {
        out.push_str("''");
    } else {
        escape_into(out, text, escape);
    }
}

fn escape_into(out: &mut String, text: &str, escape: Escape) {
    for character in text.chars() {
        let raw = match escape {
            Escape::Uri => {
                character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '~')
            }
            Escape::Reduced => !matches!(character, ',' | '(' | ')' | '\'' | ':' | '%'),
        };
        if raw {
            out.push(character);
        } else {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? << 4 | digit(*low)?)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value<'static>, NotRestli> {
        let depth = depth.checked_sub(1).ok_or(NotRestli)?;
        if self.takes("List(") {
            let mut items = Vec::new();
            while !self.closes(items.is_empty())? {
                items.push(self.value(depth)?);
            }
            Ok(Value::List(items))
        } else if self.takes("(") {
            let mut entries = Vec::new();
            while !self.closes(entries.is_empty())? {
                let key = self.text()?;
                if !self.takes(":") {
                    return Err(NotRestli);
                }
                entries.push((key, self.value(depth)?));
            }
            Ok(Value::Record(entries))
        } else {
            self.text().map(Value::Text)
        }
    }

    /// Whether the list or record ends here; if not, steps over the comma before the next element.
    fn closes(&mut self, first: bool) -> Result<bool, NotRestli> {
        if self.takes(")") {
            Ok(true)
        } else if first || self.takes(",") {
            Ok(false)
        } else {
            Err(NotRestli)
        }
    }

    fn text(&mut self) -> Result<Cow<'static, str>, NotRestli> {
        if self.takes("''") {
            return Ok(Cow::Borrowed(""));
        }
        let end = self.rest.find([',', '(', ')', '\'', ':']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        if text.is_empty() {
            return Err(NotRestli);
        }
        self.rest = rest;
        percent_decoded(text).map(Cow::Owned).ok_or(NotRestli)
    }

    fn takes(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
#[path = "restli_tests.rs"]
mod tests;
