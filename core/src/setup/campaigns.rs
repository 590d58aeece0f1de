//! Which calls link campaigns to conversion rules, and find the campaigns of an account
//! (`docs/linkedin.md` §5–6)? It must never report a link as made that LinkedIn did not confirm.

use super::open::open_enum;
use super::restli::Value as Restli;
use super::{
    AccountId, Call, CampaignId, CursorPage, Draft, Page, Reply, SetupError, page, parse_rule,
    rule_urn,
};
use crate::config::RuleId;
use http::Method;
use serde_json::{Map, Value, json};

const PATH: &str = "/rest/campaignConversions";
/// Most links that are put or deleted in one call. LinkedIn documents no limit; a hundred are
/// about 10 KB of query, which is tunnelled.
pub const MOST_AT_ONCE: usize = 100;

open_enum! {
    /// A campaign's status.
    CampaignStatus {
        Active "ACTIVE" "active",
        Paused "PAUSED" "paused",
        Draft "DRAFT" "draft",
        Archived "ARCHIVED" "archived",
        Completed "COMPLETED" "completed",
        Canceled "CANCELED" "cancelled",
        PendingDeletion "PENDING_DELETION" "being deleted",
        Removed "REMOVED" "removed",
    }
}

/// One campaign linked to one conversion rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Association {
    /// The campaign.
    pub campaign: CampaignId,
    /// The rule.
    pub rule: RuleId,
}

/// What became of one link of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Which one.
    pub association: Association,
    /// Whether LinkedIn confirmed it.
    pub result: Result<(), SetupError>,
}

/// A campaign, as far as choosing one by name needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Its number.
    pub id: CampaignId,
    /// What people call it.
    pub name: String,
    /// Its status, if LinkedIn gave one.
    pub status: Option<CampaignStatus>,
}

impl Association {
    /// The key, written for addresses with [`Restli::uri`] and for JSON with [`Restli::reduced`].
    pub fn key(self) -> Restli<'static> {
        Restli::record([
            ("campaign", Restli::text(self.campaign.urn())),
            ("conversion", Restli::text(rule_urn(self.rule))),
        ])
    }

    /// Reads a key back, whatever the order of its two parts.
    pub fn from_key(key: &str) -> Option<Self> {
        let key = Restli::parse(key).ok()?;
        Self::from_urns(key.entry("campaign")?, key.entry("conversion")?)
    }

    fn from_urns(campaign: &str, rule: &str) -> Option<Self> {
        Some(Association { campaign: campaign.parse().ok()?, rule: parse_rule(rule).ok()? })
    }

    fn read(entity: &Value) -> Option<Self> {
        Self::from_urns(entity.get("campaign")?.as_str()?, entity.get("conversion")?.as_str()?)
    }

    fn entity(self) -> Value {
        json!({ "campaign": self.campaign.urn(), "conversion": rule_urn(self.rule) })
    }

    fn path(self) -> String {
        format!("{PATH}/{}", self.key().uri())
    }
}

/// Links one campaign to one rule; linking twice is no error.
pub fn link(association: Association) -> Call<()> {
    Draft::new(Method::PUT, association.path()).body(association.entity()).reads(super::done)
}

/// Links many, in calls of at most [`MOST_AT_ONCE`], each link once and in ascending order.
pub fn link_many(associations: &[Association]) -> Vec<Call<Vec<Linked>>> {
    in_batches(associations, |chunk| {
        let entities: Map<String, Value> =
            chunk.iter().map(|link| (link.key().reduced(), link.entity())).collect();
        Draft::new(Method::PUT, PATH)
            .restli_method("BATCH_UPDATE")
            .body(json!({ "entities": entities }))
    })
}

/// Unlinks one campaign from one rule.
pub fn unlink(association: Association) -> Call<()> {
    Draft::new(Method::DELETE, association.path()).reads(super::done)
}

/// Unlinks many, in calls of at most [`MOST_AT_ONCE`].
pub fn unlink_many(associations: &[Association]) -> Vec<Call<Vec<Linked>>> {
    in_batches(associations, |_| Draft::new(Method::DELETE, PATH).restli_method("BATCH_DELETE"))
}

/// One page of the links of the given campaigns.
pub fn of_campaigns(campaigns: &[CampaignId], start: u32, count: u32) -> Call<Page<Association>> {
    Draft::new(Method::GET, PATH)
        .query(&[
            ("q", Restli::text("campaigns")),
            ("campaigns", Restli::texts(campaigns.iter().map(|campaign| campaign.urn()))),
            ("start", Restli::text(start.to_string())),
            ("count", Restli::text(count.to_string())),
        ])
        .reads(move |reply| page::read(reply, (start, count), Association::read))
}

/// One page of an account's campaigns with one of the given statuses; none given means all.
/// `cursor` is the page before's `next`.
pub fn of_account(
    account: AccountId,
    statuses: &[CampaignStatus],
    page_size: u32,
    cursor: Option<&str>,
) -> Call<CursorPage<Campaign>> {
    let mut query = vec![("q", Restli::text("search"))];
    if !statuses.is_empty() {
        let words = Restli::texts(statuses.iter().map(CampaignStatus::word));
        query.push(("search", Restli::record([("status", Restli::record([("values", words)]))])));
    }
    query.push(("pageSize", Restli::text(page_size.to_string())));
    if let Some(cursor) = cursor {
        query.push(("pageToken", Restli::text(cursor)));
    }
    let mut draft =
        Draft::new(Method::GET, format!("/rest/adAccounts/{account}/adCampaigns")).query(&query);
    // A projection is a plain list of names whose commas stay as they are.
    draft.query.push_str("&fields=id,name,status");
    draft.reads(|reply| page::read_cursor(reply, Campaign::read))
}

impl Campaign {
    fn read(entity: &Value) -> Option<Self> {
        let id = match entity.get("id")? {
            Value::Number(number) => CampaignId::new(number.as_u64()?)?,
            Value::String(text) => text.parse().ok()?,
            _ => return None,
        };
        let text = |name: &str| entity.get(name).and_then(Value::as_str);
        Some(Campaign {
            id,
            name: text("name").unwrap_or_default().to_owned(),
            status: text("status").map(CampaignStatus::from_word),
        })
    }
}

fn in_batches(
    associations: &[Association],
    draft: impl Fn(&[Association]) -> Draft,
) -> Vec<Call<Vec<Linked>>> {
    // LinkedIn's answer is a map: a link given twice has one entry in it.
    let mut wanted = associations.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let call = |chunk: &[Association]| {
        let keys = Restli::List(chunk.iter().map(|association| association.key()).collect());
        let asked = chunk.to_vec();
        draft(chunk).query(&[("ids", keys)]).reads(move |reply| each(reply, &asked))
    };
    wanted.chunks(MOST_AT_ONCE).map(call).collect()
}

/// One result for each link that was asked for; silence is not success.
fn each(reply: &Reply<'_>, asked: &[Association]) -> Result<Vec<Linked>, SetupError> {
    let body: Value = reply.json()?;
    let entries = |name: &str| -> Vec<(Association, &Value)> {
        let map = body.get(name).and_then(Value::as_object).into_iter().flatten();
        map.filter_map(|(key, value)| Some((Association::from_key(key)?, value))).collect()
    };
    let (results, errors) = (entries("results"), entries("errors"));
    let find = |list: &[(Association, &Value)], wanted: Association| {
        list.iter().find(|(key, _)| *key == wanted).map(|(_, value)| (*value).clone())
    };
    let outcome = |association: Association| {
        if let Some(error) = find(&errors, association) {
            return Err(refused(reply, &error));
        }
        let result = find(&results, association).ok_or_else(|| reply.unreadable())?;
        match status(&result) {
            Some(200..=299) => Ok(()),
            Some(_) => Err(refused(reply, &result)),
            None => Err(reply.unreadable()),
        }
    };
    let linked = |&association| Linked { association, result: outcome(association) };
    Ok(asked.iter().map(linked).collect())
}

fn refused(reply: &Reply<'_>, value: &Value) -> SetupError {
    let status = status(value).unwrap_or(reply.status);
    SetupError::refused_element(status, reply.headers, value.get("error").unwrap_or(value))
}

fn status(value: &Value) -> Option<u16> {
    value.get("status")?.as_u64()?.try_into().ok()
}

#[cfg(test)]
#[path = "campaigns_tests.rs"]
mod tests;
