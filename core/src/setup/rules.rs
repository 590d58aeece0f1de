//! Which calls make, show, list and change conversion rules (`docs/linkedin.md` §4.2)?
//! LinkedIn has no way to delete one: disabling is as far as it goes, and nothing here pretends otherwise.

use super::restli::Value as Restli;
use super::rule::rule_id;
use super::{
    AccountId, AutoAssociation, Call, ConversionRule, Draft, NewRule, Ownership, Page, Reply,
    RuleChange, SetupCode, SetupError, page,
};
use crate::config::RuleId;
use crate::version::ApiVersion;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

const PATH: &str = "/rest/conversions";
/// Most rules that LinkedIn takes in one call.
pub const MOST_AT_ONCE: usize = 100;

/// Creates one rule; the answer is its number.
pub fn create(
    rule: &NewRule,
    associate: AutoAssociation,
    version: ApiVersion,
) -> Result<Call<RuleId>, SetupError> {
    let draft = Draft::new(Method::POST, PATH).body(rule.entity(version)?);
    let draft = match associate.word() {
        Some(word) => draft.query(&[("autoAssociationType", Restli::text(word))]),
        None => draft,
    };
    Ok(draft.reads(created_id))
}

/// Creates several rules, at most [`MOST_AT_ONCE`]; the answers are in the order of the rules.
/// No campaigns are associated.
pub fn create_many(
    rules: &[NewRule],
    version: ApiVersion,
) -> Result<Call<Vec<Result<RuleId, SetupError>>>, SetupError> {
    if rules.is_empty() || rules.len() > MOST_AT_ONCE {
        return Err(SetupError::here(SetupCode::TooMany));
    }
    let elements: Vec<Value> =
        rules.iter().map(|rule| rule.entity(version)).collect::<Result<_, _>>()?;
    let expected = elements.len();
    Ok(Draft::new(Method::POST, PATH)
        .restli_method("BATCH_CREATE")
        .body(json!({ "elements": elements }))
        .reads(move |reply| created_each(reply, expected)))
}

/// One rule, which may be of the Insight Tag.
pub fn get(account: AccountId, rule: RuleId) -> Call<ConversionRule> {
    Draft::new(Method::GET, format!("{PATH}/{rule}"))
        .query(&[("account", Restli::text(account.urn()))])
        .reads(|reply| ConversionRule::read(&reply.json()?).ok_or_else(|| reply.unreadable()))
}

/// One page of an account's rules, those of the Insight Tag included. With `start` 0 and `count` 1
/// it is also the cheapest harmless probe of token, role and version.
pub fn list(
    account: AccountId,
    ownership: Ownership,
    start: u32,
    count: u32,
    version: ApiVersion,
) -> Result<Call<Page<ConversionRule>>, SetupError> {
    let types: &[&str] = match ownership {
        Ownership::Owned => &[],
        Ownership::Shared => &["SHARED"],
        Ownership::OwnedAndShared => &["OWNED", "SHARED"],
    };
    let mut query = vec![
        ("q", Restli::text("account")),
        ("account", Restli::text(account.urn())),
        ("start", Restli::text(start.to_string())),
        ("count", Restli::text(count.to_string())),
    ];
    if !types.is_empty() {
        if version < ApiVersion::RULE_OWNERSHIP {
            return Err(SetupError::needs(ApiVersion::RULE_OWNERSHIP, "ownership"));
        }
        query.push(("conversionOwnershipTypes", Restli::texts(types.iter().copied())));
    }
    Ok(Draft::new(Method::GET, PATH)
        .query(&query)
        .reads(move |reply| page::read(reply, (start, count), ConversionRule::read)))
}

/// Changes a rule. `current` is needed because windows depend on the type.
pub fn update(
    account: AccountId,
    current: &ConversionRule,
    change: &RuleChange,
    version: ApiVersion,
) -> Result<Call<()>, SetupError> {
    Ok(patch(account, current.id, change.patch(current, version)?))
}

/// Switches a rule on or off. Off is LinkedIn's "deleted": its events are refused.
pub fn set_enabled(account: AccountId, rule: RuleId, enabled: bool) -> Call<()> {
    patch(account, rule, json!({ "patch": { "$set": { "enabled": enabled } } }))
}

fn patch(account: AccountId, rule: RuleId, body: Value) -> Call<()> {
    Draft::new(Method::POST, format!("{PATH}/{rule}"))
        .query(&[("account", Restli::text(account.urn()))])
        .restli_method("PARTIAL_UPDATE")
        .body(body)
        .reads(super::done)
}

/// The number is in the header, and again in the entity that LinkedIn sends along.
fn created_id(reply: &Reply<'_>) -> Result<RuleId, SetupError> {
    let in_header = reply.header("x-restli-id").and_then(|text| super::parse_rule(text).ok());
    in_header
        .or_else(|| rule_id(reply.json::<Value>().ok()?.get("id")?))
        .ok_or_else(|| reply.unreadable())
}

fn created_each(
    reply: &Reply<'_>,
    expected: usize,
) -> Result<Vec<Result<RuleId, SetupError>>, SetupError> {
    #[derive(Deserialize)]
    struct Wire {
        elements: Vec<Value>,
    }
    let Wire { elements } = reply.json()?;
    if elements.len() != expected {
        return Err(reply.unreadable());
    }
    let one = |element: &Value| {
        let status = element.get("status").and_then(Value::as_u64);
        match status.and_then(|status| u16::try_from(status).ok()) {
            Some(200..=299) => {
                element.get("id").and_then(rule_id).ok_or_else(|| reply.unreadable())
            }
            Some(status) => {
                let error = element.get("error").unwrap_or(&Value::Null);
                Err(SetupError::refused_element(status, reply.headers, error))
            }
            None => Err(reply.unreadable()),
        }
    };
    Ok(elements.iter().map(one).collect())
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
