//! Which field does a name mean? One table for JSON keys, CSV headers, `--map` and `--set`.
//! Names are compared without case and punctuation; what a value is worth is not decided here.

use crate::event::{Amount, Event, Moment, Text, Texts};
use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! fields {
    ($($variant:ident $member:ident [$($alias:literal)*];)*) => {
        /// A field of [`Event`], by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = concat!("`", stringify!($member), "`")] $variant,)*
        }

        impl Field {
            /// Every field, in the order of [`Event`].
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The one name it has everywhere: `email`, `happened_at`, …
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => stringify!($member),)* }
            }

            const fn aliases(self) -> &'static [&'static str] {
                match self { $(Field::$variant => &[$($alias),*],)* }
            }

            /// Puts text into the field; where it takes several texts, behind those it has.
            #[inline]
            pub(crate) fn put<'a>(self, event: &mut Event<'a>, text: Text<'a>) {
                match self { $(Field::$variant => event.$member.put(text),)* }
            }

            /// Whether the event has it.
            pub(crate) fn is_given(self, event: &Event<'_>) -> bool {
                match self { $(Field::$variant => event.$member.is_given(),)* }
            }

            /// Shows every value of the field as text, in order.
            pub(crate) fn visit(self, event: &Event<'_>, see: &mut dyn FnMut(&str)) {
                match self { $(Field::$variant => event.$member.visit(see),)* }
            }
        }
    };
}

// Only names that can mean nothing else stand here: `customer id` is not `external_id`, because
// the advertiser, not a header, decides that it leaves the house.
fields! {
    Rule rule ["conversion" "conversion rule" "conversion rule id" "conversion id" "rule id" "conversion urn"];
    HappenedAt happened_at ["conversionHappenedAt" "conversion time" "conversion date" "timestamp" "event time" "event date" "event timestamp" "occurred at" "order date" "purchase date" "close date" "closed at" "date" "datetime" "time"];
    EventId event_id ["order id" "order number" "order no" "transaction id"];
    Email email ["emails" "e-mail address" "mail" "user email" "customer email" "contact email" "hashed email" "email hash" "email sha256" "SHA256_EMAIL" "e-mail-adresse"];
    ClickId click_id ["li_fat_id" "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID" "linkedin click id"];
    AcxiomId acxiom_id [];
    OracleMoatId oracle_moat_id ["moat id"];
    IpAddress ip_address ["PLAINTEXT_IP_ADDRESS" "ip" "ipv4" "client ip"];
    HashedIpAddress hashed_ip_address ["SHA256_IP_ADDRESS" "hashed ip" "ip hash"];
    GoogleAid google_aid ["gaid" "aaid" "android advertising id"];
    ExternalId external_id ["externalIds" "user.externalIds"];
    Lead lead ["user.lead" "lead gen form response" "lead gen form response id"];
    FirstName first_name ["user.userInfo.firstName" "userInfo.firstName" "given name" "forename" "vorname"];
    LastName last_name ["user.userInfo.lastName" "userInfo.lastName" "family name" "surname" "nachname"];
    HashedFirstName hashed_first_name ["user.userInfo.hashedFirstName" "userInfo.hashedFirstName" "first name hash" "first name sha256"];
    HashedLastName hashed_last_name ["user.userInfo.hashedLastName" "userInfo.hashedLastName" "last name hash" "last name sha256"];
    CompanyName company_name ["user.userInfo.companyName" "userInfo.companyName" "company" "organisation" "organization" "account name" "firma"];
    Title title ["user.userInfo.title" "userInfo.title" "job title" "position"];
    CountryCode country_code ["user.userInfo.countryCode" "userInfo.countryCode" "country" "country/region" "land"];
    Amount amount ["conversionValue.amount" "conversion value" "value" "order value" "order amount" "order total" "revenue" "deal amount" "deal value"];
    Currency currency ["conversionValue.currencyCode" "currency code" "currency iso code" "order currency"];
    Consent consent ["ad consent" "advertising consent"];
    UserDataConsent user_data_consent [];
}

impl Field {
    /// The field that a name from outside means: ours, LinkedIn's own (`conversionHappenedAt`,
    /// `user.userInfo.firstName`, `SHA256_EMAIL`, …) or a common header of CRM exports.
    pub fn of(name: &str) -> Option<Field> {
        static NAMES: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
            spellings().map(|(spelling, field)| (plain(spelling), field)).collect()
        });
        NAMES.get(&plain(name)).copied()
    }

    /// Whether an event can have several values of it.
    pub const fn takes_several(self) -> bool {
        matches!(self, Field::Email | Field::ExternalId)
    }

    /// The field of one of LinkedIn's `idType` symbols (`docs/linkedin.md` §1.3).
    pub(crate) fn of_id_type(symbol: &str) -> Option<Field> {
        match symbol {
            "SHA256_EMAIL" => Some(Field::Email),
            "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID" => Some(Field::ClickId),
            "ACXIOM_ID" => Some(Field::AcxiomId),
            "ORACLE_MOAT_ID" => Some(Field::OracleMoatId),
            "PLAINTEXT_IP_ADDRESS" => Some(Field::IpAddress),
            "SHA256_IP_ADDRESS" => Some(Field::HashedIpAddress),
            "GOOGLE_AID" => Some(Field::GoogleAid),
            _ => None,
        }
    }
}

fn spellings() -> impl Iterator<Item = (&'static str, Field)> {
    let named = Field::ALL.iter().map(|field| (field.name(), *field));
    named.chain(
        Field::ALL
            .iter()
            .flat_map(|field| field.aliases().iter().map(move |alias| (*alias, *field))),
    )
}

/// A name without case, blanks and punctuation.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name from the input in a form that may be shown: a header line can be missing, and then what
/// stands in its place are values.
pub(crate) fn showable(name: &str) -> &str {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"_.[]- ".contains(&byte);
    if !name.is_empty() && name.len() <= 64 && name.bytes().all(harmless) { name } else { "?" }
}

/// What the members of [`Event`] have in common for those who fill or read it by field.
trait Slot<'a> {
    fn put(&mut self, text: Text<'a>);
    fn is_given(&self) -> bool;
    fn visit(&self, see: &mut dyn FnMut(&str));
}

impl<'a> Slot<'a> for Option<Text<'a>> {
    fn put(&mut self, text: Text<'a>) {
        *self = Some(text);
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }

    fn visit(&self, see: &mut dyn FnMut(&str)) {
        if let Some(text) = self {
            see(text);
        }
    }
}

impl<'a> Slot<'a> for Texts<'a> {
    fn put(&mut self, text: Text<'a>) {
        self.push(text);
    }

    fn is_given(&self) -> bool {
        !self.as_slice().is_empty()
    }

    fn visit(&self, see: &mut dyn FnMut(&str)) {
        for text in self.as_slice() {
            see(text);
        }
    }
}

impl<'a> Slot<'a> for Option<Moment<'a>> {
    fn put(&mut self, text: Text<'a>) {
        *self = Some(Moment::Text(text));
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }

    fn visit(&self, see: &mut dyn FnMut(&str)) {
        match self {
            Some(Moment::Millis(millis)) => see(&millis.to_string()),
            Some(Moment::Text(text)) => see(text),
            None => {}
        }
    }
}

impl<'a> Slot<'a> for Option<Amount<'a>> {
    fn put(&mut self, text: Text<'a>) {
        *self = Some(Amount::Decimal(text));
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }

    fn visit(&self, see: &mut dyn FnMut(&str)) {
        match self {
            Some(Amount::Decimal(text)) => see(text),
            Some(Amount::Float(float)) => see(&float.to_string()),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_means_one_field() {
        let mut seen = HashMap::new();
        for (spelling, field) in spellings() {
            let other = seen.insert(plain(spelling), field);
            assert_eq!(other, None, "{spelling} means {field:?} and {other:?}");
        }
    }

    #[test]
    fn names_are_found_in_any_dress() {
        for (name, field) in [
            ("email", Field::Email),
            ("E-Mail", Field::Email),
            (" EMAIL ADDRESS ", Field::Email),
            ("sha256_email", Field::Email),
            ("Order Value", Field::Amount),
            ("Currency", Field::Currency),
            ("Country", Field::CountryCode),
            ("conversion", Field::Rule),
            ("conversionHappenedAt", Field::HappenedAt),
            ("eventId", Field::EventId),
            ("conversionValue.currencyCode", Field::Currency),
            ("conversionValue.amount", Field::Amount),
            ("user.userInfo.firstName", Field::FirstName),
            ("userInfo.firstName", Field::FirstName),
            ("firstName", Field::FirstName),
            ("hashedFirstName", Field::HashedFirstName),
            ("user.externalIds", Field::ExternalId),
            ("externalIds", Field::ExternalId),
            ("user.lead", Field::Lead),
            ("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", Field::ClickId),
            ("li_fat_id", Field::ClickId),
        ] {
            assert_eq!(Field::of(name), Some(field), "{name}");
        }
        for name in ["", "city", "Customer ID", "phone", "user.userInfo.city", "SHA256_PHONE"] {
            assert_eq!(Field::of(name), None, "{name}");
        }
    }

    #[test]
    fn every_field_can_be_put_and_seen() {
        for field in Field::ALL {
            let mut event = Event::default();
            assert!(!field.is_given(&event));
            field.put(&mut event, "x".into());
            assert!(field.is_given(&event));
            let mut seen = Vec::new();
            field.visit(&event, &mut |text| seen.push(text.to_owned()));
            assert_eq!(seen, ["x"]);
            let others = Field::ALL.iter().filter(|other| *other != field);
            assert!(others.into_iter().all(|other| !other.is_given(&event)));
        }
    }

    #[test]
    fn what_may_be_a_value_is_not_shown() {
        assert_eq!(showable("Order Value"), "Order Value");
        for name in ["", "ada@example.com", "Zo\u{eb}", "a\nb", &"a".repeat(65)] {
            assert_eq!(showable(name), "?");
        }
    }
}
