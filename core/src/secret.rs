//! How is a token kept from being printed? By a type that has no way to print it.
//! It must never gain `Debug` with content, `Display`, `Serialize` or `PartialEq`.

use std::fmt;
use zeroize::Zeroizing;

/// A token, wiped from memory when dropped. Reading it is spelled [`Secret::expose`], so that
/// every place that does can be found.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text.
    pub fn new(text: String) -> Self {
        Secret(Zeroizing::new(text))
    }

    /// The text itself; for the `Authorization` header only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("AQX-token".into())), "Secret(…)");
    }
}
