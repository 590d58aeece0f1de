//! What can be wrong with an event, and how is it said? With a stable code and the field's path.
//! A problem never carries the value, so it can be logged, stored and shown as it is.

use std::borrow::Cow;
use std::fmt;

/// One thing that is wrong with one field of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub code: Code,
    /// The field, by its name in [`Event`](crate::Event): `email`, `amount`, …
    pub path: Cow<'static, str>,
}

impl Problem {
    /// A problem of a named field.
    pub const fn new(code: Code, path: &'static str) -> Self {
        Problem { code, path: Cow::Borrowed(path) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.code.meaning(), self.code)
    }
}

/// Why an event was refused, together with what was noticed besides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event cannot be sent: {}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Refused {
    /// What makes it impossible to send; never empty.
    pub problems: Vec<Problem>,
    /// Fields that would have been left out or changed.
    pub warnings: Vec<Problem>,
}

macro_rules! codes {
    ($($variant:ident $word:literal $meaning:literal, $hint:literal;)*) => {
        /// A stable word for each thing that can be wrong. New ones may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code of a stable word.
            pub fn from_word(word: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.word() == word)
            }

            /// The stable word, for example `NO_IDENTITY`.
            pub const fn word(self) -> &'static str {
                match self { $(Code::$variant => $word,)* }
            }

            /// What it means, in one sentence without the value.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }

            /// What to do about it.
            pub const fn hint(self) -> &'static str {
                match self { $(Code::$variant => $hint,)* }
            }
        }
    };
}

codes! {
    // -- any field
    Empty "EMPTY" "the field is given but holds nothing", "leave the field out when there is no value";
    Placeholder "PLACEHOLDER" "the field holds a word that stands for nothing, such as null or N/A", "export missing values as empty";
    WrongType "WRONG_TYPE" "the value has the wrong type", "see the field's type in the reference";
    DuplicateField "DUPLICATE_FIELD" "the field is given twice", "give it once";
    UnknownField "UNKNOWN_FIELD" "LinkedIn has no such field, and neither has this engine", "check the spelling, or leave it out";
    ControlCharacters "CONTROL_CHARACTERS" "control characters were removed", "clean the text at its source";
    Truncated "TRUNCATED" "the text was cut to its greatest length", "shorten it at its source";
    TooLong "TOO_LONG" "the text is longer than the field can be", "check that the right column is mapped";
    NotShared "NOT_SHARED" "the setting `share` does not list this field, so it was left out", "add it to `share` to send it";
    PersonalData "PERSONAL_DATA" "an e-mail address in clear stands in a field for ids", "map the e-mail column to `email`";

    // -- the whole event
    NoIdentity "NO_IDENTITY" "nothing is left that could identify the person", "give an e-mail, a click id, an id, both names, an external id or a lead";
    EventTooLarge "EVENT_TOO_LARGE" "the event is larger than 64 KiB", "shorten its texts";
    ConsentDenied "CONSENT_DENIED" "consent was denied", "nothing: it was neither stored nor sent";
    ConsentPending "CONSENT_PENDING" "consent has not been given yet", "say granted or denied once it is known";
    InvalidConsent "INVALID_CONSENT" "consent is none of granted, denied, pending", "use one of the three words";

    // -- rule and event id
    MissingRule "MISSING_RULE" "no conversion rule is given", "set `rule`, for a whole file with --set rule=ID";
    InvalidRule "INVALID_RULE" "this is not a conversion rule", "use the rule's number or urn:lla:llaPartnerConversion:NUMBER";
    UnknownRule "UNKNOWN_RULE" "no rule of this name is configured", "add it under [rules] or use the rule's number";
    EventIdLong "EVENT_ID_LONG" "the event id is longer than 64 characters", "use at most 64: LinkedIn names no limit, others cut there";
    EventIdTooLong "EVENT_ID_TOO_LONG" "the event id is longer than 4,096 characters", "use at most 64 characters";
    EventIdPersonalData "EVENT_ID_PERSONAL_DATA" "the event id contains an e-mail address", "use an order number or another id that names nobody";

    // -- e-mail and digests
    InvalidEmail "INVALID_EMAIL" "this is not an e-mail address", "check that the right column is mapped";
    DisplayName "DISPLAY_NAME" "the address comes with a display name", "give the bare address";
    MailtoScheme "MAILTO_SCHEME" "a leading mailto: was removed", "export the bare address";
    TrailingPunctuation "TRAILING_PUNCTUATION" "a trailing dot, comma or semicolon was removed", "clean the export";
    ExtraEmail "EXTRA_EMAIL" "only the first valid e-mail is sent", "set emails = \"all\" to send every one";
    BadDigestLength "BAD_DIGEST_LENGTH" "a SHA-256 in hexadecimal has exactly 64 digits", "hash again, or give the plain value";
    NotADigest "NOT_A_DIGEST" "64 characters, but not all hexadecimal", "give the plain value or its SHA-256 in hexadecimal";
    WrongDigest "WRONG_DIGEST" "this looks like MD5 or SHA-1", "LinkedIn takes SHA-256 only; give the plain value";
    WrongEncoding "WRONG_ENCODING" "this looks like a digest in base64", "write the SHA-256 in hexadecimal";
    KnownEmptyHash "KNOWN_EMPTY_HASH" "this is the digest of nothing, null or undefined", "leave the field out when there is no value";
    ZeroDigest "ZERO_DIGEST" "this digest is all zeros", "it comes from an example; give the real value";

    // -- other identifiers
    InvalidIp "INVALID_IP" "this is not an IPv4 address in dotted form", "give the visitor's address, for example 203.0.113.9";
    Ipv6 "IPV6" "LinkedIn matches IPv4 addresses only", "leave it out for visitors on IPv6";
    PrivateIp "PRIVATE_IP" "this address belongs to a private network", "take the visitor's address from the proxy's header";
    ReservedIp "RESERVED_IP" "this address belongs to no visitor", "take the visitor's address from the proxy's header";
    RepeatedParameter "REPEATED_PARAMETER" "the URL holds `li_fat_id` more than once; the last one counts", "look for a redirect that adds it again";
    Unmeasured "UNMEASURED" "it is not known whether LinkedIn matches by this identifier alone", "send another identifier with it";
    InvalidGoogleAid "INVALID_GOOGLE_AID" "this is not an Android advertising id", "give the UUID that Android reports";
    AdTrackingRefused "AD_TRACKING_REFUSED" "the person has switched ad tracking off on the device", "nothing: the id was left out";
    UnsupportedId "UNSUPPORTED_ID" "LinkedIn takes no identifier of this kind", "leave it out";
    UnknownIdType "UNKNOWN_ID_TYPE" "LinkedIn has no identifier type of this name", "use one of the types in the reference";
    RetiredId "RETIRED_ID" "LinkedIn has retired ORACLE_MOAT_ID", "send another identifier";
    ExtraExternalId "EXTRA_EXTERNAL_ID" "only the first external id is sent", "LinkedIn uses one";
    ExternalIdAlone "EXTERNAL_ID_ALONE" "an external id alone matches only after it once came with a standard identifier", "send an e-mail or click id with it the first time";
    InvalidLead "INVALID_LEAD" "this is not a lead gen form response", "use its id or urn:li:leadGenFormResponse:ID";

    // -- names and country
    IncompleteName "INCOMPLETE_NAME" "a first and a last name are needed together, so the names, title, company and country were left out", "give both names or neither";
    NoLetters "NO_LETTERS" "nothing is left of the name once punctuation is removed", "leave the field out when there is no name";
    DigestInName "DIGEST_IN_NAME" "a digest stands in a field for names in clear", "use hashed_first_name or hashed_last_name";
    NeedsVersion "NEEDS_VERSION" "hashed names need LinkedIn version 202609 or later", "raise linkedin_version";
    UnknownCountry "UNKNOWN_COUNTRY" "this is not a country", "use the two letters of ISO 3166-1";
    CountryMapped "COUNTRY_MAPPED" "UK is not an ISO code; GB is sent", "use GB";

    // -- time
    InvalidTime "INVALID_TIME" "this is not a point in time", "give milliseconds since 1970 or a date with a time zone, as 2026-09-01T10:00:00Z";
    TimeWithoutZone "TIME_WITHOUT_ZONE" "the time has no time zone", "add Z or an offset, or set time_zone";
    LooksLikeSeconds "LOOKS_LIKE_SECONDS" "this looks like seconds; LinkedIn takes milliseconds", "multiply by 1,000, or set seconds = \"convert\"";
    LooksLikeMicroseconds "LOOKS_LIKE_MICROSECONDS" "this looks like microseconds; LinkedIn takes milliseconds", "divide by 1,000";
    LooksLikeNanoseconds "LOOKS_LIKE_NANOSECONDS" "this looks like nanoseconds; LinkedIn takes milliseconds", "divide by 1,000,000";
    SecondsConverted "SECONDS_CONVERTED" "seconds were converted to milliseconds", "give milliseconds";
    TooOld "TOO_OLD" "the conversion is more than 90 days old", "LinkedIn refuses it; send conversions within a day";
    Future "FUTURE" "the conversion lies more than 24 hours ahead", "check the clock and the time zone";
    FutureHeld "FUTURE_HELD" "the conversion lies ahead; it is held until LinkedIn's clock has passed it", "check the clock if this is unexpected";

    // -- amount and currency
    AmountWithoutCurrency "AMOUNT_WITHOUT_CURRENCY" "an amount needs a currency", "give both";
    CurrencyWithoutAmount "CURRENCY_WITHOUT_AMOUNT" "a currency needs an amount", "give both or neither";
    InvalidAmount "INVALID_AMOUNT" "this is not a decimal amount", "write 1234.56 without currency sign or thousands separator";
    NegativeAmount "NEGATIVE_AMOUNT" "LinkedIn cannot take an amount below zero", "refunds cannot be sent";
    AmountTooLarge "AMOUNT_TOO_LARGE" "the amount has more than 18 digits before the point", "check the value";
    FloatAmount "FLOAT_AMOUNT" "a binary float was rounded to the currency's minor units", "give the amount as decimal text";
    AmountRounded "AMOUNT_ROUNDED" "the amount was rounded to the currency's minor units", "round it yourself, the way your books do";
    UnknownCurrency "UNKNOWN_CURRENCY" "this is not an ISO 4217 currency code", "use three letters such as EUR";

    // -- rows of a file
    InvalidJson "INVALID_JSON" "the row is not valid JSON", "check the export";
    NotAnObject "NOT_AN_OBJECT" "the row is not a JSON object", "write one object per conversion";
    InvalidUtf8 "INVALID_UTF8" "the row is not UTF-8", "export as UTF-8";
    InvalidCsv "INVALID_CSV" "the row is not valid CSV", "check its quotes";
    RowTooLarge "ROW_TOO_LARGE" "the row is larger than 1 MiB", "check for a missing closing quote before it";
    FieldTooLarge "FIELD_TOO_LARGE" "a field is larger than 64 KiB", "check for a missing closing quote before it";
    TooDeep "TOO_DEEP" "the row nests deeper than 16 levels", "send flat events";
    WrongColumnCount "WRONG_COLUMN_COUNT" "the row has another number of cells than the header", "check for an unquoted delimiter";

    // -- delivery
    ExpiredInQueue "EXPIRED_IN_QUEUE" "the conversion passed 90 days while it waited", "look at what held the queue";
    RejectedByLinkedIn "REJECTED_BY_LINKEDIN" "LinkedIn refused this event", "see the pointer that LinkedIn named";
    SchemaMismatch "SCHEMA_MISMATCH" "LinkedIn's schema refused a field", "check linkedin_version, then report it to us";
    RuleNotUsable "RULE_NOT_USABLE" "LinkedIn does not take events for this rule", "check that it exists, is enabled, was made for the Conversions API and belongs to an account the token may use";
    NotDue "NOT_DUE" "the conversion lies ahead and this outbox does not outlive the process", "send it again after that time";
    Shutdown "SHUTDOWN" "the process ended before LinkedIn answered", "send it again";
    QueueFull "QUEUE_FULL" "the outbox is full", "wait until it drains, or raise its limit";
    Closed "CLOSED" "the client has been closed", "send before closing";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn words_are_unique_and_screaming() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        let screaming = |word: &str| {
            word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        assert!(words.iter().all(|word| screaming(word)));
    }

    #[test]
    fn a_problem_reads_as_a_sentence() {
        let problem = Problem::new(Code::PrivateIp, "ip_address");
        assert_eq!(
            problem.to_string(),
            "ip_address: this address belongs to a private network (PRIVATE_IP)"
        );
    }
}
