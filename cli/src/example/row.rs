//! What does one conversion of an export look like before anything goes wrong with it? Every person
//! is invented: domains, telephone numbers and addresses are those reserved for documentation.

use super::draw::Draw;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What stands in one cell; most texts are fixed.
pub(super) type Cell = Cow<'static, str>;

/// One row of the export. An empty text is an empty cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) order_id: Cell,
    pub(super) closed_at: Cell,
    pub(super) email: Cell,
    pub(super) first_name: Cell,
    pub(super) last_name: Cell,
    pub(super) title: Cell,
    pub(super) company: Cell,
    pub(super) country: Cell,
    pub(super) phone: Cell,
    pub(super) click_id: Cell,
    pub(super) ip: Cell,
    pub(super) amount: Cell,
    pub(super) currency: Cell,
    pub(super) consent: Cell,
    pub(super) rule: Cell,
}

const FIRST_NAMES: [&str; 16] = [
    "Ada",
    "Alan",
    "Barbara",
    "Carlos",
    "Edith",
    "Fatima",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Katherine",
    "Lars",
    "Maria",
    "Niklas",
    "Priya",
    "Tom",
];
const LAST_NAMES: [&str; 16] = [
    "Almeida",
    "Berg",
    "Byron",
    "Carter",
    "Dubois",
    "Fischer",
    "Garcia",
    "Hopper",
    "Jensen",
    "Khan",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Patel",
    "Rossi",
    "Turner",
];
const DOMAINS: [&str; 4] = ["example.com", "example.org", "example.net", "mail.example.com"];
const TITLES: [&str; 6] =
    ["Head of Marketing", "Engineer", "Buyer", "Managing Director", "CFO", "Data Analyst"];
const COMPANIES: [&str; 6] =
    ["Northwind", "Example AG", "Analytical Engines Ltd", "Fabrikam", "Contoso", "Acme SA"];
const COUNTRIES: [&str; 8] = ["DE", "FR", "GB", "US", "SE", "ES", "IN", "BR"];
const CURRENCIES: [&str; 4] = ["EUR", "USD", "GBP", "SEK"];
/// Rule numbers; the sandbox takes any.
const RULES: [&str; 3] = ["7001001", "7001002", "7001003"];
/// Networks for documentation (RFC 5737).
const NETWORKS: [&str; 3] = ["192.0.2", "198.51.100", "203.0.113"];

impl Row {
    /// A row that nothing is wrong with. `number` makes its order id unique within the file.
    pub(super) fn clean(number: u64, draw: &mut Draw) -> Row {
        let (first, last) = (draw.one_of(&FIRST_NAMES), draw.one_of(&LAST_NAMES));
        let domain = draw.one_of(&DOMAINS);
        let name = format!("{first}.{last}").to_ascii_lowercase();
        let mut row = Row {
            order_id: format!("ORD-{}", 100_000 + number).into(),
            closed_at: draw.recently().to_string().into(),
            email: format!("{name}{}@{domain}", draw.below(10_000)).into(),
            first_name: first.into(),
            last_name: last.into(),
            title: draw.one_of(&TITLES).into(),
            company: draw.one_of(&COMPANIES).into(),
            country: draw.one_of(&COUNTRIES).into(),
            phone: format!("+1 202 555 01{:02}", draw.below(100)).into(),
            consent: "granted".into(),
            rule: draw.one_of(&RULES).into(),
            ..Row::default()
        };
        if draw.chance(50) {
            row.click_id = click_id(draw);
        }
        if draw.chance(30) {
            row.ip = public_ip(draw);
        }
        if draw.chance(80) {
            row.amount = format!("{}.{:02}", 1 + draw.below(5_000), draw.below(100)).into();
            row.currency = draw.one_of(&CURRENCIES).into();
        }
        row
    }

    /// Takes away all that could identify the person.
    pub(super) fn forget_person(&mut self) {
        for identity in [
            &mut self.email,
            &mut self.first_name,
            &mut self.last_name,
            &mut self.click_id,
            &mut self.ip,
        ] {
            *identity = Cell::default();
        }
    }

    /// Gives it an amount in a currency, whether it had one or not.
    pub(super) fn cost(&mut self, amount: &'static str, currency: &'static str) {
        self.amount = amount.into();
        self.currency = currency.into();
    }

    /// The SHA-256 of the address, in lower-case hexadecimal.
    pub(super) fn email_digest(&self) -> String {
        hex(&Sha256::digest(self.email.as_bytes()))
    }
}

/// A click id in the shape of a UUID, as `li_fat_id` usually has.
pub(super) fn click_id(draw: &mut Draw) -> Cell {
    let high = draw.below(1 << 32);
    let low = draw.below(1 << 48);
    format!("{high:08x}-1c5e-4b7a-9d21-{low:012x}").into()
}

/// A visitor's address that belongs to nobody.
pub(super) fn public_ip(draw: &mut Draw) -> Cell {
    format!("{}.{}", draw.one_of(&NETWORKS), 1 + draw.below(254)).into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_address() {
        let row = Row { email: "user@example.com".into(), ..Row::default() };
        assert_eq!(
            row.email_digest(),
            "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
        );
    }
}
