//! How are LinkedIn's enumerations kept open? Words that this engine does not know are carried, not refused.
//! It must never map an unknown word to a known one.

/// Declares an enumeration whose known variants have a word on LinkedIn's side and a display name,
/// and which carries any other word as it is.
macro_rules! open_enum {
    ($(#[$about:meta])* $name:ident { $($variant:ident $word:literal $display:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = $display] $variant,)*
            /// A word of LinkedIn's that is newer, or older, than this engine.
            Other(String),
        }

        impl $name {
            /// Every known one, in LinkedIn's order.
            pub const KNOWN: &'static [$name] = &[$($name::$variant,)*];

            /// LinkedIn's word.
            pub fn word(&self) -> &str {
                match self {
                    $($name::$variant => $word,)*
                    $name::Other(word) => word,
                }
            }

            /// What people call it; for an unknown one LinkedIn's word.
            pub fn display_name(&self) -> &str {
                match self {
                    $($name::$variant => $display,)*
                    $name::Other(word) => word,
                }
            }

            /// Reads LinkedIn's word; an unknown one is carried.
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => $name::$variant,)*
                    other => $name::Other(other.to_owned()),
                }
            }
        }
    };
}

pub(super) use open_enum;
