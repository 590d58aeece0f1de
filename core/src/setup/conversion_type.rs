//! Which types of conversion does LinkedIn know, and what may a rule of each type have?
//! It must never refuse to read a type it does not know: LinkedIn adds them without a new version.

use super::open::open_enum;
use crate::version::ApiVersion;

open_enum! {
    /// What a conversion rule counts (`docs/linkedin.md` §4.3).
    ConversionType {
        AddToCart "ADD_TO_CART" "Add to cart",
        Download "DOWNLOAD" "Download",
        Install "INSTALL" "Install",
        KeyPageView "KEY_PAGE_VIEW" "Key page view",
        Lead "LEAD" "Lead",
        Purchase "PURCHASE" "Purchase",
        SignUp "SIGN_UP" "Sign up",
        OtherConversion "OTHER" "Other",
        Save "SAVE" "Save",
        StartCheckout "START_CHECKOUT" "Start checkout",
        Schedule "SCHEDULE" "Schedule",
        ViewContent "VIEW_CONTENT" "View content",
        ViewVideo "VIEW_VIDEO" "View video",
        AddBillingInfo "ADD_BILLING_INFO" "Add billing info",
        BookAppointment "BOOK_APPOINTMENT" "Book appointment",
        RequestQuote "REQUEST_QUOTE" "Request quote",
        Search "SEARCH" "Search",
        Subscribe "SUBSCRIBE" "Subscribe",
        AdClick "AD_CLICK" "Ad click (3rd-party ad)",
        AdView "AD_VIEW" "Ad view",
        CompleteSignup "COMPLETE_SIGNUP" "Complete signup",
        SubmitApplication "SUBMIT_APPLICATION" "Submit application",
        PhoneCall "PHONE_CALL" "Phone call",
        Invite "INVITE" "Invite",
        Login "LOGIN" "Login",
        Share "SHARE" "Share",
        Donate "DONATE" "Donate",
        AddToList "ADD_TO_LIST" "Add to wishlist",
        StartTrial "START_TRIAL" "Start trial",
        OutboundClick "OUTBOUND_CLICK" "Outbound click",
        Contact "CONTACT" "Contact",
        QualifiedLead "QUALIFIED_LEAD" "Qualified lead",
        MarketingQualifiedLead "MARKETING_QUALIFIED_LEAD" "Marketing qualified lead",
        SalesQualifiedLead "SALES_QUALIFIED_LEAD" "Sales qualified lead",
    }
}

/// The attribution windows of every type, in days.
const WINDOWS: &[u16] = &[1, 7, 30, 90];
/// The attribution windows of the seven types with a long decision, in days.
const LONG_WINDOWS: &[u16] = &[1, 7, 30, 90, 180, 365];

impl ConversionType {
    /// The attribution windows a rule of this type may have, in days, shortest first
    /// (`docs/linkedin.md` §4.1).
    pub fn windows(&self) -> &'static [u16] {
        match self {
            Self::SubmitApplication
            | Self::Purchase
            | Self::AddToCart
            | Self::QualifiedLead
            | Self::Lead
            | Self::MarketingQualifiedLead
            | Self::SalesQualifiedLead => LONG_WINDOWS,
            _ => WINDOWS,
        }
    }

    /// The version from which on new rules may have this type; `None` if every version allows it.
    pub fn since(&self) -> Option<ApiVersion> {
        match self {
            Self::MarketingQualifiedLead | Self::SalesQualifiedLead => {
                Some(ApiVersion::QUALIFIED_LEADS)
            }
            _ => None,
        }
    }

    /// Whether LinkedIn counts every conversion of a person, not only the first in the window:
    /// a repeated delivery then counts twice (`docs/linkedin.md` §2.5).
    pub fn counts_every_event(&self) -> bool {
        matches!(self, Self::Purchase | Self::AddToCart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_34_types_and_each_reads_back() {
        assert_eq!(ConversionType::KNOWN.len(), 34);
        for kind in ConversionType::KNOWN {
            assert_eq!(&ConversionType::from_word(kind.word()), kind);
            assert!(!matches!(kind, ConversionType::Other(_)));
        }
    }

    #[test]
    fn an_unknown_type_is_carried() {
        let kind = ConversionType::from_word("TALENT_LEAD");
        assert_eq!(kind, ConversionType::Other("TALENT_LEAD".to_owned()));
        assert_eq!((kind.word(), kind.display_name()), ("TALENT_LEAD", "TALENT_LEAD"));
        assert_eq!(kind.windows(), WINDOWS);
    }

    #[test]
    fn seven_types_have_long_windows_and_two_need_a_version() {
        let count = |wanted: fn(&ConversionType) -> bool| {
            ConversionType::KNOWN.iter().filter(|kind| wanted(kind)).count()
        };
        assert_eq!(count(|kind| kind.windows().contains(&365)), 7);
        assert_eq!(count(|kind| kind.windows().contains(&180)), 7);
        assert_eq!(count(|kind| kind.since().is_some()), 2);
    }
}
