//! What does one conversion of an export look like before anything goes wrong with it? Every person
//! is invented: domains, telephone numbers and addresses are those reserved for documentation.

use super::draw::Draw;
use sha2::{Digest, Sha256};

/// One row of the export. An empty text is an empty cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) order_id: String,
    pub(super) closed_at: String,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) title: String,
    pub(super) company: String,
    pub(super) country: String,
    pub(super) phone: String,
    pub(super) click_id: String,
    pub(super) ip: String,
    pub(super) amount: String,
    pub(super) currency: String,
    pub(super) consent: String,
    pub(super) rule: String,
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
            order_id: order_id(number),
            closed_at: draw.recently().to_string(),
            email: format!("{name}{}@{domain}", draw.below(10_000)),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            title: draw.one_of(&TITLES).to_owned(),
            company: draw.one_of(&COMPANIES).to_owned(),
            country: draw.one_of(&COUNTRIES).to_owned(),
            phone: format!("+1 202 555 01{:02}", draw.below(100)),
            consent: "granted".to_owned(),
            rule: draw.one_of(&RULES).to_owned(),
            ..Row::default()
        };
        if draw.chance(50) {
            row.click_id = click_id(draw);
        }
        if draw.chance(30) {
            row.ip = public_ip(draw);
        }
        if draw.chance(80) {
            row.amount = format!("{}.{:02}", 1 + draw.below(5_000), draw.below(100));
            row.currency = draw.one_of(&CURRENCIES).to_owned();
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
            identity.clear();
        }
    }

    /// Gives it an amount in a currency, whether it had one or not.
    pub(super) fn cost(&mut self, amount: &str, currency: &str) {
        amount.clone_into(&mut self.amount);
        currency.clone_into(&mut self.currency);
    }

    /// The SHA-256 of the address, in lower-case hexadecimal.
    pub(super) fn email_digest(&self) -> String {
        hex(&Sha256::digest(&self.email))
    }
}

/// The order id of a row.
pub(super) fn order_id(number: u64) -> String {
    format!("ORD-{}", 100_000 + number)
}

/// A click id in the shape of a UUID, as `li_fat_id` usually has.
pub(super) fn click_id(draw: &mut Draw) -> String {
    let high = draw.below(1 << 32);
    let low = draw.below(1 << 48);
    format!("{high:08x}-1c5e-4b7a-9d21-{low:012x}")
}

/// A visitor's address that belongs to nobody.
pub(super) fn public_ip(draw: &mut Draw) -> String {
    format!("{}.{}", draw.one_of(&NETWORKS), 1 + draw.below(254))
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
        let row = Row { email: "user@example.com".to_owned(), ..Row::default() };
        assert_eq!(
            row.email_digest(),
            "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
        );
    }
}
