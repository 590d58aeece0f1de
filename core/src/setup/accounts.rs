//! Which ad accounts may the token use, and in which role (`docs/linkedin.md` §6)?
//! It must never call a role sufficient that LinkedIn's documentation does not name.

use super::open::open_enum;
use super::restli::Value as Restli;
use super::{AccountId, Call, CursorPage, Draft, Page, page};
use http::Method;
use serde_json::Value;

open_enum! {
    /// A member's role on an ad account.
    Role {
        AccountBillingAdmin "ACCOUNT_BILLING_ADMIN" "billing admin",
        AccountManager "ACCOUNT_MANAGER" "account manager",
        CampaignManager "CAMPAIGN_MANAGER" "campaign manager",
        CreativeManager "CREATIVE_MANAGER" "creative manager",
        Viewer "VIEWER" "viewer",
    }
}

impl Role {
    /// Whether members in this role may send conversions and manage rules. An unknown role may not
    /// be promised anything.
    pub fn may_send(&self) -> bool {
        matches!(
            self,
            Role::AccountBillingAdmin
                | Role::AccountManager
                | Role::CampaignManager
                | Role::CreativeManager
        )
    }
}

/// The role of the member behind the token on one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRole {
    /// The account.
    pub account: AccountId,
    /// The role.
    pub role: Role,
}

/// An ad account, as far as choosing one by name needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// ISO 4217, if LinkedIn gave one.
    pub currency: Option<String>,
    /// LinkedIn's word, for example `ACTIVE`.
    pub status: Option<String>,
    /// Whether it is a test account, on which nothing says that conversions work.
    pub test: bool,
}

/// One page of the roles of the member behind the token.
pub fn roles(start: u32, count: u32) -> Call<Page<AccountRole>> {
    let mut draft = Draft::new(Method::GET, "/rest/adAccountUsers").query(&[
        ("q", Restli::text("authenticatedUser")),
        ("start", Restli::text(start.to_string())),
        ("count", Restli::text(count.to_string())),
    ]);
    // A projection is a plain list of names whose commas stay as they are.
    draft.query.push_str("&fields=role,account,user");
    draft.reads(move |reply| page::read(reply, (start, count), AccountRole::read))
}

/// One page of the accounts that the token can see; `cursor` is the page before's `next`.
pub fn search(page_size: u32, cursor: Option<&str>) -> Call<CursorPage<Account>> {
    let mut query =
        vec![("q", Restli::text("search")), ("pageSize", Restli::text(page_size.to_string()))];
    if let Some(cursor) = cursor {
        query.push(("pageToken", Restli::text(cursor)));
    }
    Draft::new(Method::GET, "/rest/adAccounts")
        .query(&query)
        .reads(|reply| page::read_cursor(reply, Account::read))
}

impl AccountRole {
    fn read(entity: &Value) -> Option<Self> {
        Some(AccountRole {
            account: entity.get("account")?.as_str()?.parse().ok()?,
            role: Role::from_word(entity.get("role")?.as_str()?),
        })
    }
}

impl Account {
    fn read(entity: &Value) -> Option<Self> {
        let id = match entity.get("id")? {
            Value::Number(number) => AccountId::new(number.as_u64()?)?,
            Value::String(text) => text.parse().ok()?,
            _ => return None,
        };
        let text = |name: &str| entity.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Account {
            id,
            name: text("name").unwrap_or_default(),
            currency: text("currency"),
            status: text("status"),
            test: entity.get("test").and_then(Value::as_bool).unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;
    use http::HeaderMap;

    #[test]
    fn roles_are_read_and_an_unknown_one_is_promised_nothing() {
        let call = roles(0, 50);
        assert_eq!(
            call.target(),
            "/rest/adAccountUsers?q=authenticatedUser&start=0&count=50&fields=role,account,user"
        );
        let body = br#"{"elements":[
            {"account":"urn:li:sponsoredAccount:1","role":"CAMPAIGN_MANAGER","user":"urn:li:person:x"},
            {"account":"urn:li:sponsoredAccount:2","role":"VIEWER"},
            {"account":"urn:li:sponsoredAccount:3","role":"NEW_ROLE"}],"paging":{"count":2147483647}}"#;
        let page = call.answer(200, &HeaderMap::new(), body).unwrap();
        let may: Vec<bool> = page.elements.iter().map(|element| element.role.may_send()).collect();
        assert_eq!(may, [true, false, false]);
        assert_eq!(page.next, None);
    }

    #[test]
    fn accounts_are_read_by_cursor() {
        let call = search(10, Some("a=b"));
        assert_eq!(call.target(), "/rest/adAccounts?q=search&pageSize=10&pageToken=a%3Db");
        let body = br#"{"elements":[{"id":5,"name":"Shop","currency":"EUR","status":"ACTIVE","test":false}],
            "metadata":{"nextPageToken":"c"}}"#;
        let page = call.answer(200, &HeaderMap::new(), body).unwrap();
        assert_eq!(page.elements[0].id, AccountId::new(5).unwrap());
        assert_eq!(page.next.as_deref(), Some("c"));
    }
}
