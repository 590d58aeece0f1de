//! What fields does a conversion event have, of which types, in which versions?
//! A table and nothing else (`docs/linkedin.md` §1.2–1.4); it must never hold code.

use super::{Field, Presence, Shape, Symbol, Versions};
use matchback::ApiVersion;

/// How a conversion rule is named on the wire: namespace `lla`, not `li`.
pub(crate) const RULE_PREFIX: &str = "urn:lla:llaPartnerConversion:";
/// How a lead-form answer is named on the wire.
const LEAD_PREFIX: &str = "urn:li:leadGenFormResponse:";

const HASHED: Versions = Versions::Since(ApiVersion::HASHED_NAMES);

/// One event: the body of a single call, an element of a batch.
pub(crate) const CONVERSION_EVENT: Shape = Shape::Record(&[
    required("conversion", Shape::Urn { prefix: RULE_PREFIX, digits: true }),
    required("conversionHappenedAt", Shape::Long),
    optional(
        "conversionValue",
        Shape::Record(&[required("currencyCode", Shape::Text), required("amount", Shape::Text)]),
    ),
    optional("eventId", Shape::Text),
    required("user", USER),
]);

const USER: Shape = Shape::Record(&[
    required(
        "userIds",
        Shape::List(&Shape::Record(&[
            required("idType", Shape::Enum(ID_TYPES)),
            required("idValue", Shape::Text),
        ])),
    ),
    optional("userInfo", USER_INFO),
    optional("externalIds", Shape::List(&Shape::Text)),
    optional("lead", Shape::Urn { prefix: LEAD_PREFIX, digits: false }),
]);

/// Both names are mandatory once `userInfo` is there; from 202609 either may be hashed. That the
/// newer schema answers a missing half with the older one's line is our reading of §1.4.
const USER_INFO: Shape = Shape::Record(&[
    name_part("firstName", "hashedFirstName"),
    name_part("lastName", "hashedLastName"),
    Field { versions: HASHED, ..optional("hashedFirstName", Shape::Text) },
    Field { versions: HASHED, ..optional("hashedLastName", Shape::Text) },
    optional("title", Shape::Text),
    optional("companyName", Shape::Text),
    optional("countryCode", Shape::Text),
]);

const ID_TYPES: &[Symbol] = &[
    symbol("SHA256_EMAIL"),
    symbol("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID"),
    symbol("ACXIOM_ID"),
    Symbol { name: "ORACLE_MOAT_ID", versions: Versions::Before(ApiVersion::HASHED_NAMES) },
    symbol("PLAINTEXT_IP_ADDRESS"),
    symbol("SHA256_IP_ADDRESS"),
    symbol("GOOGLE_AID"),
];

const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, presence: Presence::Required, versions: Versions::All, shape }
}

const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, presence: Presence::Optional, versions: Versions::All, shape }
}

const fn name_part(name: &'static str, hashed: &'static str) -> Field {
    let presence = Presence::RequiredUnless(hashed);
    Field { name, presence, versions: Versions::All, shape: Shape::Text }
}

const fn symbol(name: &'static str) -> Symbol {
    Symbol { name, versions: Versions::All }
}
