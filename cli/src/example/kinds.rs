//! What can be wrong with a row of an export, and what becomes of it? One change to a clean row per
//! kind, with exactly one outcome under the default policy and version 202609.

use super::draw::Draw;
use super::row::{Cell, Row, click_id, public_ip};
use jiff::tz::Offset;
use matchback::Code;

/// A way in which rows differ from a clean one.
pub(super) struct Kind {
    /// For tests and for those who read the table.
    #[cfg_attr(not(test), expect(dead_code, reason = "names the kind; the tests find it by name"))]
    pub(super) name: &'static str,
    /// How many of all rows are of this kind, in relation to the other kinds' weights.
    pub(super) weight: u64,
    pub(super) outcome: Outcome,
    /// What distinguishes the row.
    pub(super) change: fn(&mut Row, &mut Draw),
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is sent, perhaps without a field or two.
    Sent,
    /// As `Sent`; later rows may repeat it.
    SentAndRepeated,
    /// The same once more, with the same event id: accepted, and not sent twice.
    Duplicate,
    /// The same once more without an event id: two conversions, both sent.
    Twin,
    /// It lies ahead: accepted, and due only when the process is long gone.
    Held,
    /// Refused, for this one reason.
    Refused(Code),
}

const fn sent(name: &'static str, weight: u64, change: fn(&mut Row, &mut Draw)) -> Kind {
    Kind { name, weight, outcome: Outcome::Sent, change }
}

const fn refused(
    code: Code,
    name: &'static str,
    weight: u64,
    change: fn(&mut Row, &mut Draw),
) -> Kind {
    Kind { name, weight, outcome: Outcome::Refused(code), change }
}

/// The kinds. Most rows of a real export are in order.
pub(super) static KINDS: &[Kind] = &[
    Kind { name: "clean", weight: 400, outcome: Outcome::SentAndRepeated, change: |_, _| {} },
    Kind {
        name: "clean without event id",
        weight: 40,
        outcome: Outcome::SentAndRepeated,
        change: |row, _| row.order_id = "".into(),
    },
    Kind { name: "event id repeated", weight: 20, outcome: Outcome::Duplicate, change: |_, _| {} },
    Kind { name: "twin without event id", weight: 8, outcome: Outcome::Twin, change: |_, _| {} },
    // -- e-mail
    sent("e-mail in mixed case with blanks", 60, |row, _| {
        let address = row.email.replace('e', "E").replace('@', " @");
        row.email = format!("  {address} ").into();
    }),
    sent("e-mail with no-break space", 20, |row, _| {
        row.email = format!("\u{a0}{}\u{a0}", row.email).into();
    }),
    sent("e-mail hashed", 40, |row, _| row.email = row.email_digest().into()),
    sent("e-mail hashed, upper case", 15, |row, _| {
        row.email = row.email_digest().to_ascii_uppercase().into();
    }),
    sent("e-mail with plus tag", 10, |row, _| row.email = row.email.replace('@', "+crm@").into()),
    sent("e-mail ends in semicolon", 5, |row, _| row.email.to_mut().push(';')),
    sent("e-mail is n/a, click id", 10, |row, draw| {
        row.email = draw.one_of(&["n/a", "-", "NULL", "unknown"]).into();
        row.click_id = click_id(draw);
    }),
    sent("e-mail invalid, click id", 15, |row, draw| {
        row.forget_person();
        row.email = invalid_email(draw);
        row.click_id = click_id(draw);
    }),
    sent("e-mail is as long as an MD5, click id", 5, |row, draw| {
        row.email = row.email_digest()[..32].to_owned().into();
        row.click_id = click_id(draw);
    }),
    sent("e-mail is the hash of nothing, names", 5, |row, _| row.email = HASH_OF_NOTHING.into()),
    refused(Code::NoIdentity, "only an invalid e-mail", 15, |row, draw| {
        row.forget_person();
        row.email = invalid_email(draw);
    }),
    refused(Code::NoIdentity, "only the hash of nothing", 8, |row, _| {
        row.forget_person();
        row.email = HASH_OF_NOTHING.into();
    }),
    refused(Code::NoIdentity, "only a first name and a country", 6, |row, _| {
        let first_name = std::mem::take(&mut row.first_name);
        row.forget_person();
        row.first_name = first_name;
    }),
    // -- other identifiers
    sent("only a click id", 20, |row, draw| {
        row.forget_person();
        row.click_id = click_id(draw);
    }),
    sent("only an IP address", 5, |row, draw| {
        row.forget_person();
        row.ip = public_ip(draw);
    }),
    sent("IP address is private", 15, |row, draw| {
        row.ip = draw.one_of(&["10.0.0.1", "192.168.1.20", "127.0.0.1"]).into();
    }),
    sent("IP address is IPv6", 5, |row, _| row.ip = "2001:db8::1".into()),
    // -- names, company and country
    sent("e-mail and first name only", 20, |row, _| row.last_name = "".into()),
    sent("names only", 15, |row, draw| {
        row.forget_person();
        let (first, last) = draw.one_of(&NAMES);
        row.first_name = first.into();
        row.last_name = last.into();
    }),
    sent("company with comma and quotes", 10, |row, _| {
        row.company = "Smith, Jones & \"Partners\", Inc.".into();
    }),
    sent("company over two lines", 5, |row, _| {
        row.company = "Example Holding\nNordics".into();
    }),
    sent("country by name", 15, |row, draw| {
        row.country = draw.one_of(&["Germany", "France", "Brazil", "Austria"]).into();
    }),
    sent("country UK", 5, |row, _| row.country = "UK".into()),
    sent("country of three letters", 10, |row, _| row.country = "USA".into()),
    sent("country in lower case", 10, |row, _| row.country = " us".into()),
    sent("country unknown", 5, |row, _| row.country = "Elsewhere".into()),
    // -- amount
    sent("amount begins with the point", 5, |row, _| row.cost(".5", "EUR")),
    sent("amount with thousands separator", 10, |row, _| row.cost("1,234.56", "USD")),
    sent("amount with comma", 5, |row, _| row.cost("19,90", "EUR")),
    sent("amount with currency sign", 5, |row, _| row.cost("€19.90", "EUR")),
    sent("amount with too many decimals", 5, |row, _| row.cost("19.9049", "EUR")),
    sent("amount in yen with decimals", 5, |row, _| row.cost("1000.50", "JPY")),
    sent("amount without currency", 5, |row, _| row.cost("19.90", "")),
    sent("currency without amount", 5, |row, _| row.cost("", "EUR")),
    sent("currency in lower case", 5, |row, _| row.cost("19.90", "eur ")),
    sent("currency by sign", 5, |row, _| row.cost("19.90", "US$")),
    sent("amount below zero", 5, |row, _| row.cost("-10.00", "EUR")),
    // -- time
    sent("time with offset", 30, |row, draw| {
        let offset = Offset::constant(draw.one_of(&[-8, -5, 1, 2, 9]));
        row.closed_at = draw.recently().display_with_offset(offset).to_string().into();
    }),
    sent("time in milliseconds", 30, |row, draw| {
        row.closed_at = draw.recently().as_millisecond().to_string().into();
    }),
    sent("date only", 20, |row, draw| {
        row.closed_at = Offset::UTC.to_datetime(draw.recently()).date().to_string().into();
    }),
    refused(Code::LooksLikeSeconds, "time in seconds", 10, |row, draw| {
        row.closed_at = draw.recently().as_second().to_string().into();
    }),
    refused(Code::TimeWithoutZone, "time without zone", 12, |row, draw| {
        let time = Offset::UTC.to_datetime(draw.recently()).to_string();
        row.closed_at = if draw.chance(50) { time.replace('T', " ") } else { time }.into();
    }),
    refused(Code::TooOld, "100 days old", 15, |row, draw| {
        row.closed_at = draw.hours_from_now(-100 * 24).to_string().into();
    }),
    refused(Code::Future, "in three days", 6, |row, draw| {
        row.closed_at = draw.hours_from_now(3 * 24).to_string().into();
    }),
    refused(Code::InvalidTime, "no time at all", 6, |row, draw| {
        row.closed_at = draw.one_of(&["garbage", "Fri Sep 1 2026", "01.09.2026"]).into();
    }),
    Kind {
        name: "in six hours",
        weight: 5,
        outcome: Outcome::Held,
        change: |row, draw| row.closed_at = draw.hours_from_now(6).to_string().into(),
    },
    // -- event id, rule, consent
    refused(Code::EventIdPersonalData, "event id with an e-mail", 5, |row, _| {
        row.order_id = format!("{} {}", row.order_id, row.email).into();
    }),
    sent("rule as URN", 15, |row, _| {
        row.rule = format!("urn:lla:llaPartnerConversion:{}", row.rule).into();
    }),
    refused(Code::MissingRule, "rule missing", 6, |row, _| row.rule = "".into()),
    refused(Code::InvalidRule, "rule of another kind", 6, |row, draw| {
        let prefix = draw.one_of(&["urn:li:conversion:", "urn:lla:llaParterConversion:"]);
        row.rule = format!("{prefix}{}", row.rule).into();
    }),
    sent("consent not asked", 20, |row, _| row.consent = "".into()),
    refused(Code::ConsentDenied, "consent denied", 12, |row, draw| {
        row.consent = draw.one_of(&["denied", "Denied"]).into();
    }),
    refused(Code::ConsentPending, "consent pending", 5, |row, _| {
        row.consent = "pending".into();
    }),
    refused(Code::InvalidConsent, "consent in other words", 5, |row, _| {
        row.consent = "yes".into();
    }),
];

const HASH_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Names with letters beyond ASCII, and with signs between them.
const NAMES: [(&str, &str); 8] = [
    ("Åsa", "Öberg"),
    ("Jürgen", "Groß"),
    ("Søren", "Kjær"),
    ("José", "Muñoz"),
    ("Jean-Luc", "O’Brien"),
    ("李", "娜"),
    ("정", "민수"),
    ("さくら", "田中"),
];

fn invalid_email(draw: &mut Draw) -> Cell {
    draw.one_of(&["invalid-email", "@example.com", "ada@", "ada@@example.com", "a@b"]).into()
}
