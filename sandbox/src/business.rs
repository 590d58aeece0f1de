//! Would LinkedIn take these well-formed events? The 400 and 403 layer behind the schema.
//! It must never look at form, and never store anything.

use crate::answer::Answer;
use crate::clock::DAY_MS;
use crate::json::Json;
use crate::schema::RULE_PREFIX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// LinkedIn takes events of the last 90 days (`docs/linkedin.md` §1.2).
const MAX_AGE_MS: i64 = 90 * DAY_MS;

/// Which of the two known wordings the 400 answers use (`docs/linkedin.md` §2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// As measured: one problem at a time, `…, indices [0, 3] (0-indexed).`
    #[default]
    Measured,
    /// As documented: `Validation failed because [{field=…, batchIndex=0, type=…, message=…}]`.
    Documented,
}

/// The conversion rules of the pretended ad account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// The rules this token can see; `None` (`null`): every numeric rule. An event for any other
    /// rule gets LinkedIn's misleading 403 `No ad accounts found`.
    pub known: Option<BTreeSet<u64>>,
    /// Rules that exist and are disabled, which LinkedIn calls deleted.
    pub disabled: BTreeSet<u64>,
    /// Rules whose method is the Insight Tag, not the Conversions API.
    pub insight_tag: BTreeSet<u64>,
}

impl Rules {
    fn knows(&self, rule: Option<u64>) -> bool {
        rule.is_some_and(|rule| {
            self.known.as_ref().is_none_or(|known| known.contains(&rule))
                || self.disabled.contains(&rule)
                || self.insight_tag.contains(&rule)
        })
    }
}

/// An event that has passed the schema, as far as anybody here needs to understand it.
pub(crate) struct Element<'j> {
    pub(crate) json: &'j Json<'j>,
    /// `None` for a number that no rule can have.
    pub(crate) rule: Option<u64>,
    pub(crate) happened_at: i64,
    pub(crate) event_id: &'j str,
}

impl<'j> Element<'j> {
    /// Reads what is there; what the schema would refuse reads as empty.
    pub(crate) fn of(json: &'j Json<'j>) -> Self {
        let urn = json.get("conversion").and_then(Json::text).unwrap_or_default();
        Element {
            json,
            rule: urn.strip_prefix(RULE_PREFIX).and_then(|id| id.parse().ok()),
            happened_at: json.get("conversionHappenedAt").and_then(Json::long).unwrap_or_default(),
            event_id: json.get("eventId").and_then(Json::text).unwrap_or_default(),
        }
    }

    /// The `(idType, idValue)` pairs.
    pub(crate) fn user_ids(&self) -> impl Iterator<Item = (&'j str, &'j str)> {
        let user_ids = self.user("userIds").map(Json::items).unwrap_or_default();
        user_ids
            .iter()
            .filter_map(|id| Some((id.get("idType")?.text()?, id.get("idValue")?.text()?)))
    }

    /// A member of `user`.
    pub(crate) fn user(&self, name: &str) -> Option<&'j Json<'j>> {
        self.json.get("user")?.get(name)
    }

    /// The plain texts of `user.externalIds`.
    pub(crate) fn external_ids(&self) -> impl Iterator<Item = &'j str> {
        let ids = self.user("externalIds").map(Json::items).unwrap_or_default();
        ids.iter().filter_map(Json::text)
    }

    /// `docs/linkedin.md` §1.5: one identifier with a value, a whole name, an external id, or a
    /// lead.
    fn is_identified(&self) -> bool {
        self.user_ids().any(|(_, value)| !value.is_empty())
            || self.user("userInfo").is_some_and(has_whole_name)
            || self.external_ids().any(|id| !id.is_empty())
            || self.user("lead").is_some()
    }
}

/// Both parts, each plain or hashed. An empty text counts as missing, as it does in `idValue`.
fn has_whole_name(info: &Json) -> bool {
    let any = |names: [&str; 2]| {
        names.iter().any(|name| info.get(name).and_then(Json::text).is_some_and(|t| !t.is_empty()))
    };
    any(["firstName", "hashedFirstName"]) && any(["lastName", "hashedLastName"])
}

/// What can be wrong with a well-formed event, in the order LinkedIn is taken to look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    UnknownRule,
    NotConversionsApi,
    DisabledRule,
    Time,
    Identification,
}

const ORDER: [Problem; 5] = [
    Problem::UnknownRule,
    Problem::NotConversionsApi,
    Problem::DisabledRule,
    Problem::Time,
    Problem::Identification,
];

const TIME: &str = "Conversion time should be within 90 days and not exceed current time";
const IDENTIFICATION: &str = "Invalid user identification information provided. The request must \
    contain one of these fields: SHA256_EMAIL or LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID or \
    ACXIOM_ID or PLAINTEXT_IP_ADDRESS or GOOGLE_AID or firstName and lastName or externalIds or \
    lead";

/// `None` if every event may be stored, else the refusal of the whole call.
pub(crate) fn refuse(
    elements: &[Element],
    rules: &Rules,
    now_ms: i64,
    dialect: Dialect,
) -> Option<Answer> {
    let found: Vec<(usize, Problem)> = elements
        .iter()
        .enumerate()
        .flat_map(|(index, element)| {
            ORDER
                .into_iter()
                .filter(move |problem| has(element, *problem, rules, now_ms))
                .map(move |problem| (index, problem))
        })
        .collect();
    let first = ORDER.into_iter().find(|problem| found.iter().any(|(_, has)| has == problem))?;
    let indices: Vec<usize> =
        found.iter().filter(|(_, problem)| *problem == first).map(|(index, _)| *index).collect();
    Some(match (first, dialect) {
        (Problem::UnknownRule, _) => Answer::refusal(403, "No ad accounts found"),
        (Problem::NotConversionsApi, _) => Answer::refusal(
            400,
            &format!(
                "Incorrect conversions information provided. Conversion's method should be \
                 CONVERSIONS_API, indices {indices:?} (0-indexed)"
            ),
        ),
        (Problem::DisabledRule, _) => Answer::refusal(
            400,
            "Invalid Conversion information provided, this event(s) is associated to a conversion \
             that's marked as deleted. Conversion enabled should be true",
        ),
        (Problem::Time, Dialect::Measured) => measured(TIME, &indices),
        (Problem::Identification, Dialect::Measured) => measured(IDENTIFICATION, &indices),
        (Problem::Time | Problem::Identification, Dialect::Documented) => documented(
            found.iter().map(|(index, problem)| (*index, *problem == Problem::Identification)),
        ),
    })
}

/// The measured wording, which ends in the indices.
pub(crate) fn measured(text: &str, indices: &[usize]) -> Answer {
    Answer::refusal(400, &format!("{text}, indices {indices:?} (0-indexed)."))
}

/// The time refusal in the wording `dialect`, for faults that name events.
pub(crate) fn refuse_time(indices: &[usize], dialect: Dialect) -> Answer {
    match dialect {
        Dialect::Measured => measured(TIME, indices),
        Dialect::Documented => documented(indices.iter().map(|index| (*index, false))),
    }
}

/// The documented wording: one record an event and problem, `(index, is it the identification)`.
fn documented(problems: impl Iterator<Item = (usize, bool)>) -> Answer {
    let records: Vec<String> = problems
        .map(|(index, identification)| {
            let (field, kind, message) = if identification {
                (
                    "Invalid User Identification",
                    "INVALID_USER_IDENTIFICATION_FIELD_VALUE",
                    IDENTIFICATION,
                )
            } else {
                ("Invalid Conversion time", "INVALID_CONVERSION_TIME_FIELD_VALUE", TIME)
            };
            format!("{{field={field}, batchIndex={index}, type={kind}, message={message}}}")
        })
        .collect();
    Answer::refusal(400, &format!("Validation failed because [{}]", records.join(", ")))
}

fn has(element: &Element, problem: Problem, rules: &Rules, now_ms: i64) -> bool {
    let listed = |list: &BTreeSet<u64>| element.rule.is_some_and(|rule| list.contains(&rule));
    match problem {
        Problem::UnknownRule => !rules.knows(element.rule),
        Problem::NotConversionsApi => listed(&rules.insight_tag),
        Problem::DisabledRule => listed(&rules.disabled),
        Problem::Time => element.happened_at > now_ms || element.happened_at < now_ms - MAX_AGE_MS,
        Problem::Identification => !element.is_identified(),
    }
}
