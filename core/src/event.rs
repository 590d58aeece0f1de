//! What does a host hand over? The flat record of one conversion, exactly as the caller has it.
//! Nothing here judges or changes a value: that is the job of `normalize` and `prepare`.

use std::borrow::Cow;
use std::fmt;

/// Text that is borrowed where the host can lend it and owned where it cannot.
pub type Text<'a> = Cow<'a, str>;

/// One conversion as the host knows it: strings, one point in time, one amount.
///
/// Every field is optional here; [`prepare`](crate::prepare) says which are missing or wrong.
/// `Debug` shows which fields are present, never what is in them.
#[derive(Clone, Default, PartialEq)]
pub struct Event<'a> {
    /// The conversion rule: its number, its URN (`urn:lla:llaPartnerConversion:…`) or a name
    /// configured in `rules`.
    pub rule: Option<Text<'a>>,
    /// When the conversion happened. Missing means now, the moment of the call.
    pub happened_at: Option<Moment<'a>>,
    /// The advertiser's own id of this conversion, shared with the Insight Tag for
    /// de-duplication. Missing means that one is made when the event is accepted.
    pub event_id: Option<Text<'a>>,
    /// E-mail addresses, plain or already hashed with SHA-256.
    pub email: Texts<'a>,
    /// LinkedIn's click id, the `li_fat_id` of the landing page's URL or cookie.
    pub click_id: Option<Text<'a>>,
    /// Acxiom (`LiveRamp`) id.
    pub acxiom_id: Option<Text<'a>>,
    /// Oracle MOAT id; LinkedIn retired it with version 202609.
    pub oracle_moat_id: Option<Text<'a>>,
    /// The visitor's public IPv4 address in dotted form, sent as it is; or its SHA-256.
    pub ip_address: Option<Text<'a>>,
    /// The visitor's public IPv4 address to be sent hashed; plain or already hashed.
    pub hashed_ip_address: Option<Text<'a>>,
    /// Android advertising id (a UUID).
    pub google_aid: Option<Text<'a>>,
    /// The advertiser's own id of the person; LinkedIn uses one.
    pub external_id: Texts<'a>,
    /// Lead Gen Form response: its id or its URN.
    pub lead: Option<Text<'a>>,
    /// First name in clear.
    pub first_name: Option<Text<'a>>,
    /// Last name in clear.
    pub last_name: Option<Text<'a>>,
    /// First name to be sent hashed; plain or already hashed. Needs version 202609.
    pub hashed_first_name: Option<Text<'a>>,
    /// Last name to be sent hashed; plain or already hashed. Needs version 202609.
    pub hashed_last_name: Option<Text<'a>>,
    /// Company.
    pub company_name: Option<Text<'a>>,
    /// Job title.
    pub title: Option<Text<'a>>,
    /// Country: ISO 3166-1 alpha-2 or alpha-3 code, or its English name.
    pub country_code: Option<Text<'a>>,
    /// Value of the conversion; needs `currency`.
    pub amount: Option<Amount<'a>>,
    /// ISO 4217 currency of `amount`.
    pub currency: Option<Text<'a>>,
    /// May this event be used for advertising: `granted` (the default), `denied` or `pending`.
    pub consent: Option<Text<'a>>,
    /// May the person's identifiers be sent: `granted` (the default), `denied` or `pending`.
    pub user_data_consent: Option<Text<'a>>,
}

/// A point in time as the host has it.
#[derive(Clone, PartialEq)]
pub enum Moment<'a> {
    /// Milliseconds since 1970-01-01T00:00:00 UTC.
    Millis(i64),
    /// Digits (milliseconds), RFC 3339, or a date `yyyy-mm-dd` (taken as 00:00 UTC).
    Text(Text<'a>),
}

/// An amount as the host has it.
#[derive(Clone, PartialEq)]
pub enum Amount<'a> {
    /// Decimal text such as `19.90`; sent digit for digit.
    Decimal(Text<'a>),
    /// A binary float. It cannot hold most decimal amounts, so it is rounded to the currency's
    /// minor units, with a warning where that changes it.
    Float(f64),
}

/// None, one or several texts, without an allocation for the first two.
#[derive(Clone, Default, PartialEq)]
pub enum Texts<'a> {
    /// Not given.
    #[default]
    None,
    /// One.
    One(Text<'a>),
    /// Several, in the caller's order.
    Many(Vec<Text<'a>>),
}

impl<'a> Texts<'a> {
    /// The texts as a slice.
    pub fn as_slice(&self) -> &[Text<'a>] {
        match self {
            Texts::None => &[],
            Texts::One(text) => std::slice::from_ref(text),
            Texts::Many(texts) => texts,
        }
    }

    /// Adds one at the end.
    pub fn push(&mut self, text: Text<'a>) {
        *self = match std::mem::take(self) {
            Texts::None => Texts::One(text),
            Texts::One(first) => Texts::Many(vec![first, text]),
            Texts::Many(mut texts) => {
                texts.push(text);
                Texts::Many(texts)
            }
        };
    }
}

impl<'a> From<&'a str> for Texts<'a> {
    fn from(text: &'a str) -> Self {
        Texts::One(Cow::Borrowed(text))
    }
}

impl From<String> for Texts<'_> {
    fn from(text: String) -> Self {
        Texts::One(Cow::Owned(text))
    }
}

impl From<i64> for Moment<'_> {
    fn from(millis: i64) -> Self {
        Moment::Millis(millis)
    }
}

impl<'a> From<&'a str> for Moment<'a> {
    fn from(text: &'a str) -> Self {
        Moment::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a str> for Amount<'a> {
    fn from(text: &'a str) -> Self {
        Amount::Decimal(Cow::Borrowed(text))
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Exhaustive on purpose: a new field must decide here that it stays hidden.
        let Event {
            rule,
            happened_at,
            event_id,
            email,
            click_id,
            acxiom_id,
            oracle_moat_id,
            ip_address,
            hashed_ip_address,
            google_aid,
            external_id,
            lead,
            first_name,
            last_name,
            hashed_first_name,
            hashed_last_name,
            company_name,
            title,
            country_code,
            amount,
            currency,
            consent,
            user_data_consent,
        } = self;
        let present = [
            ("rule", rule.is_some()),
            ("happened_at", happened_at.is_some()),
            ("event_id", event_id.is_some()),
            ("email", !email.as_slice().is_empty()),
            ("click_id", click_id.is_some()),
            ("acxiom_id", acxiom_id.is_some()),
            ("oracle_moat_id", oracle_moat_id.is_some()),
            ("ip_address", ip_address.is_some()),
            ("hashed_ip_address", hashed_ip_address.is_some()),
            ("google_aid", google_aid.is_some()),
            ("external_id", !external_id.as_slice().is_empty()),
            ("lead", lead.is_some()),
            ("first_name", first_name.is_some()),
            ("last_name", last_name.is_some()),
            ("hashed_first_name", hashed_first_name.is_some()),
            ("hashed_last_name", hashed_last_name.is_some()),
            ("company_name", company_name.is_some()),
            ("title", title.is_some()),
            ("country_code", country_code.is_some()),
            ("amount", amount.is_some()),
            ("currency", currency.is_some()),
            ("consent", consent.is_some()),
            ("user_data_consent", user_data_consent.is_some()),
        ];
        f.write_str("Event with ")?;
        f.debug_list()
            .entries(present.iter().filter(|(_, given)| *given).map(|(name, _)| name))
            .finish()
    }
}

impl fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moment(…)")
    }
}

impl fmt::Debug for Amount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Amount(…)")
    }
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.as_slice().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_names_the_fields_and_hides_the_values() {
        let event = Event { email: "ada@example.com".into(), ..Event::default() };
        assert_eq!(format!("{event:?}"), r#"Event with ["email"]"#);
        assert_eq!(format!("{:?}", event.email), "Texts(1)");
    }

    #[test]
    fn texts_grow_in_order() {
        let mut texts = Texts::from("a");
        texts.push("b".into());
        texts.push("c".into());
        assert_eq!(texts.as_slice(), ["a", "b", "c"]);
    }
}
