//! What is a conversion rule, and which rules will LinkedIn take?
//! It must never refuse to read a rule for something it does not know, nor fill in what the caller left open.

use super::open::open_enum;
use super::{AccountId, CampaignId, ConversionType, SetupCode, SetupError, parse_rule};
use crate::config::RuleId;
use crate::version::ApiVersion;
use serde_json::{Map, Value, json};

open_enum! {
    /// Which campaigns a conversion is credited to.
    AttributionType {
        LastTouchByCampaign "LAST_TOUCH_BY_CAMPAIGN" "each campaign",
        LastTouchByConversion "LAST_TOUCH_BY_CONVERSION" "the last campaign",
    }
}

open_enum! {
    /// Where a conversion's value comes from.
    ValueType {
        Dynamic "DYNAMIC" "each event's own",
        Fixed "FIXED" "the same for all",
        NoValue "NO_VALUE" "none",
    }
}

open_enum! {
    /// How a rule's conversions reach LinkedIn. Events are taken for the first only.
    ConversionMethod {
        ConversionsApi "CONVERSIONS_API" "Conversions API",
        InsightTagUrlMatchRules "INSIGHT_TAG_URL_MATCH_RULES" "Insight Tag, by page address",
        InsightTagJavascriptEvent "INSIGHT_TAG_JAVASCRIPT_EVENT" "Insight Tag, by event",
    }
}

/// An amount of money that each conversion of a rule is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedValue {
    /// ISO 4217, upper case.
    pub currency: String,
    /// Decimal text.
    pub amount: String,
}

/// A rule's value, as it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RuleValue {
    /// Each event brings its own; LinkedIn's default.
    #[default]
    Dynamic,
    /// The same for all.
    Fixed(FixedValue),
    /// None: conversions count, but are worth nothing.
    NoValue,
}

/// Which campaigns LinkedIn associates with a new rule on its own, once, when it is created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoAssociation {
    /// None; LinkedIn's default. Without a campaign there is no attribution.
    #[default]
    None,
    /// Up to 200 active, paused and draft campaigns.
    AllCampaigns,
    /// Those whose objective fits the rule's type.
    ObjectiveBased,
}

impl AutoAssociation {
    /// The value of the query parameter, if it is sent.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::AllCampaigns => Some("ALL_CAMPAIGNS"),
            Self::ObjectiveBased => Some("OBJECTIVE_BASED"),
        }
    }
}

/// Whose rules are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ownership {
    /// The account's own; what every version lists.
    #[default]
    Owned,
    /// Those that others share with it; from version 202605 on.
    Shared,
    /// Both; from version 202605 on.
    OwnedAndShared,
}

/// A conversion rule for the Conversions API that does not exist yet.
/// What is `None` is left to LinkedIn's defaults, which are named at each field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRule {
    /// The ad account; cannot be changed later.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// What it counts.
    pub kind: ConversionType,
    /// What a conversion is worth.
    pub value: RuleValue,
    /// Default: each campaign.
    pub attribution: Option<AttributionType>,
    /// Days after a click within which a conversion counts; default 30.
    pub post_click_days: Option<u16>,
    /// Days after a view within which a conversion counts; default 7.
    pub view_through_days: Option<u16>,
    /// Whether it takes events. A disabled rule refuses them as deleted.
    pub enabled: bool,
}

/// What is to change in a rule; `None` stays as it is. Changes do not affect past conversions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleChange {
    /// What people call it.
    pub name: Option<String>,
    /// What it counts.
    pub kind: Option<ConversionType>,
    /// What a conversion is worth.
    pub value: Option<RuleValue>,
    /// Which campaigns are credited.
    pub attribution: Option<AttributionType>,
    /// Days after a click within which a conversion counts.
    pub post_click_days: Option<u16>,
    /// Days after a view within which a conversion counts.
    pub view_through_days: Option<u16>,
    /// Whether it takes events.
    pub enabled: Option<bool>,
}

/// A conversion rule as LinkedIn has it. Rules of the Insight Tag are on the same list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionRule {
    /// Its number.
    pub id: RuleId,
    /// The ad account it belongs to.
    pub account: Option<AccountId>,
    /// What people call it.
    pub name: String,
    /// How its conversions reach LinkedIn.
    pub method: ConversionMethod,
    /// What it counts.
    pub kind: ConversionType,
    /// Whether it takes events.
    pub enabled: bool,
    /// Days after a click.
    pub post_click_days: Option<u16>,
    /// Days after a view.
    pub view_through_days: Option<u16>,
    /// Which campaigns are credited.
    pub attribution: Option<AttributionType>,
    /// Where the value comes from.
    pub value_type: Option<ValueType>,
    /// The value, if it is the same for all.
    pub fixed_value: Option<FixedValue>,
    /// The campaigns associated with it, where LinkedIn lists them.
    pub campaigns: Vec<CampaignId>,
    /// Whether another account shares it with this one.
    pub shared: bool,
    /// When it was created, epoch ms.
    pub created_ms: Option<i64>,
    /// When it was last changed, epoch ms.
    pub last_modified_ms: Option<i64>,
    /// When LinkedIn last received something for it, epoch ms. Whether events of the Conversions
    /// API move it has not been measured (`docs/linkedin.md` §12).
    pub last_callback_ms: Option<i64>,
    /// The same for first-party signals, epoch ms.
    pub latest_first_party_callback_ms: Option<i64>,
}

impl NewRule {
    /// The entity to create, or what LinkedIn would refuse.
    pub(super) fn entity(&self, version: ApiVersion) -> Result<Value, SetupError> {
        offered(&self.kind, version)?;
        let mut fields = Map::new();
        fields.insert("account".into(), json!(self.account.urn()));
        fields.insert("conversionMethod".into(), json!(ConversionMethod::ConversionsApi.word()));
        let all = RuleChange {
            name: Some(self.name.clone()),
            kind: Some(self.kind.clone()),
            value: Some(self.value.clone()),
            attribution: self.attribution.clone(),
            post_click_days: self.post_click_days,
            view_through_days: self.view_through_days,
            enabled: Some(self.enabled),
        };
        fields.append(&mut all.fields(&self.kind)?);
        Ok(Value::Object(fields))
    }
}

impl RuleChange {
    /// The patch that turns `current` into what is asked for.
    pub(super) fn patch(
        &self,
        current: &ConversionRule,
        version: ApiVersion,
    ) -> Result<Value, SetupError> {
        if let Some(kind) = &self.kind {
            offered(kind, version)?;
            // A window that stays as it is has to be one of the new type's too.
            let kept = |changed: Option<u16>, kept: Option<u16>| kept.filter(|_| changed.is_none());
            if let Some(days) = kept(self.post_click_days, current.post_click_days) {
                window(days, kind, "post_click_days")?;
            }
            if let Some(days) = kept(self.view_through_days, current.view_through_days) {
                window(days, kind, "view_through_days")?;
            }
        }
        let set = self.fields(self.kind.as_ref().unwrap_or(&current.kind))?;
        if set.is_empty() {
            return Err(SetupError::here(SetupCode::NothingToChange));
        }
        let mut patch = json!({ "$set": set });
        let loses_value = matches!(self.value, Some(RuleValue::Dynamic | RuleValue::NoValue));
        if loses_value && current.fixed_value.is_some() {
            patch["$delete"] = json!(["value"]);
        }
        Ok(json!({ "patch": patch }))
    }

    fn fields(&self, kind: &ConversionType) -> Result<Map<String, Value>, SetupError> {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if let Some(name) = &self.name {
            let name = name.trim();
            if name.is_empty() {
                return Err(SetupError::at(SetupCode::MissingName, "name"));
            }
            set("name", json!(name));
        }
        if let Some(kind) = &self.kind {
            set("type", json!(kind.word()));
        }
        if let Some(enabled) = self.enabled {
            set("enabled", json!(enabled));
        }
        if let Some(days) = self.post_click_days {
            set("postClickAttributionWindowSize", window(days, kind, "post_click_days")?);
        }
        if let Some(days) = self.view_through_days {
            set("viewThroughAttributionWindowSize", window(days, kind, "view_through_days")?);
        }
        if let Some(attribution) = &self.attribution {
            if matches!(attribution, AttributionType::Other(_)) {
                return Err(SetupError::at(SetupCode::NotOffered, "attribution"));
            }
            set("attributionType", json!(attribution.word()));
        }
        match &self.value {
            None => {}
            Some(RuleValue::Dynamic) => drop(set("valueType", json!(ValueType::Dynamic.word()))),
            Some(RuleValue::NoValue) => drop(set("valueType", json!(ValueType::NoValue.word()))),
            Some(RuleValue::Fixed(value)) => {
                set("valueType", json!(ValueType::Fixed.word()));
                set("value", money(value)?);
            }
        }
        Ok(fields)
    }
}

impl ConversionRule {
    /// Whether LinkedIn takes events for it.
    pub fn takes_events(&self) -> bool {
        self.enabled && self.method == ConversionMethod::ConversionsApi
    }

    /// Reads LinkedIn's entity; only the number has to be there.
    pub(super) fn read(entity: &Value) -> Option<Self> {
        let text = |name: &str| entity.get(name).and_then(Value::as_str);
        let integer = |name: &str| entity.get(name).and_then(Value::as_i64);
        let days = |name: &str| integer(name).and_then(|days| u16::try_from(days).ok());
        Some(ConversionRule {
            id: rule_id(entity.get("id")?)?,
            account: text("account").and_then(|urn| urn.parse().ok()),
            name: text("name").unwrap_or_default().to_owned(),
            method: ConversionMethod::from_word(text("conversionMethod").unwrap_or_default()),
            kind: ConversionType::from_word(text("type").unwrap_or_default()),
            enabled: entity.get("enabled").and_then(Value::as_bool).unwrap_or(true),
            post_click_days: days("postClickAttributionWindowSize"),
            view_through_days: days("viewThroughAttributionWindowSize"),
            attribution: text("attributionType").map(AttributionType::from_word),
            value_type: text("valueType").map(ValueType::from_word),
            fixed_value: entity.get("value").and_then(read_money),
            campaigns: campaigns(entity),
            shared: text("ownershipType") == Some("SHARED"),
            created_ms: integer("created"),
            last_modified_ms: integer("lastModified"),
            last_callback_ms: integer("lastCallbackAt"),
            latest_first_party_callback_ms: integer("latestFirstPartyCallbackAt"),
        })
    }
}

/// Reads a rule's number, which LinkedIn writes as a number, a text or a URN.
pub(super) fn rule_id(value: &Value) -> Option<RuleId> {
    match value {
        Value::Number(number) => number.as_u64().and_then(|number| RuleId::new(number.into())),
        Value::String(text) => parse_rule(text).ok(),
        _ => None,
    }
}

fn offered(kind: &ConversionType, version: ApiVersion) -> Result<(), SetupError> {
    match kind.since() {
        _ if matches!(kind, ConversionType::Other(_)) => {
            Err(SetupError::at(SetupCode::NotOffered, "type"))
        }
        Some(since) if version < since => Err(SetupError::needs(since, "type")),
        _ => Ok(()),
    }
}

fn window(days: u16, kind: &ConversionType, field: &'static str) -> Result<Value, SetupError> {
    if kind.windows().contains(&days) {
        Ok(json!(days))
    } else {
        Err(SetupError::at(SetupCode::WindowNotAllowed, field))
    }
}

fn money(value: &FixedValue) -> Result<Value, SetupError> {
    let currency = value.currency.trim().to_ascii_uppercase();
    let amount = value.amount.trim();
    if iso_currency::Currency::from_code(&currency).is_some() && is_amount(amount) {
        Ok(json!({ "currencyCode": currency, "amount": amount }))
    } else {
        Err(SetupError::at(SetupCode::InvalidValue, "value"))
    }
}

fn is_amount(text: &str) -> bool {
    let digits = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole, 18) && digits(fraction, 4),
        None => digits(text, 18),
    }
}

fn read_money(value: &Value) -> Option<FixedValue> {
    let currency = value.get("currencyCode")?.as_str()?.to_owned();
    let amount = match value.get("amount")? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(FixedValue { currency, amount })
}

/// LinkedIn lists campaigns as URNs, and again as objects that name one.
fn campaigns(entity: &Value) -> Vec<CampaignId> {
    let lists = ["campaigns", "associatedCampaigns"].map(|name| entity.get(name)?.as_array());
    let mut found: Vec<CampaignId> = lists
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|item| item.as_str().or_else(|| item.get("campaign")?.as_str())?.parse().ok())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
