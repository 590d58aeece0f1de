//! Are links put, deleted and read as LinkedIn writes them, one result for each that was asked for?
#![allow(clippy::unwrap_used, reason = "a failed test should panic here")]

use super::*;
use crate::setup::SetupCode;
use http::HeaderMap;
use proptest::prelude::*;

fn association(campaign: u64, rule: u128) -> Association {
    Association { campaign: CampaignId::new(campaign).unwrap(), rule: RuleId::new(rule).unwrap() }
}

fn answer(call: &Call<Vec<Linked>>, body: &Value) -> Vec<Linked> {
    call.answer(200, &HeaderMap::new(), body.to_string().as_bytes()).unwrap()
}

#[test]
fn every_link_has_its_own_result_and_silence_is_not_success() {
    let links: Vec<_> = (1..=4).map(|campaign| association(campaign, 9)).collect();
    let calls = link_many(&links);
    assert_eq!(calls.len(), 1);
    let key = |link: &Association| link.key().reduced();
    let body = json!({
        "results": { key(&links[0]): {"status": 204}, key(&links[3]): {"status": 500, "error": {"message": "x"}} },
        "errors": { key(&links[1]): {"status": 403, "code": "ACCESS_DENIED"} },
    });
    let linked = answer(&calls[0], &body);
    let codes: Vec<_> = linked.iter().map(|one| one.result.clone().err().map(|e| e.code)).collect();
    assert_eq!(
        codes,
        [
            None,
            Some(SetupCode::MissingScope),
            Some(SetupCode::UnreadableAnswer),
            Some(SetupCode::Unavailable)
        ]
    );
}

#[test]
fn a_result_without_status_is_not_success() {
    let calls = link_many(&[association(1, 2)]);
    let body = json!({ "results": { association(1, 2).key().uri(): {} } });
    assert!(answer(&calls[0], &body)[0].result.is_err());
}

#[test]
fn keys_are_understood_in_either_order() {
    let key = "(conversion:urn%3Alla%3AllaPartnerConversion%3A2,campaign:urn%3Ali%3AsponsoredCampaign%3A1)";
    assert_eq!(Association::from_key(key), Some(association(1, 2)));
    for wrong in
        ["", "(campaign:1)", "(campaign:urn%3Ali%3AsponsoredAccount%3A1,conversion:2)", "x"]
    {
        assert_eq!(Association::from_key(wrong), None, "{wrong}");
    }
}

#[test]
fn many_links_are_cut_and_doubles_sent_once() {
    let mut links: Vec<_> = (1..=250).map(|campaign| association(campaign, 9)).collect();
    links.push(association(1, 9));
    let calls = link_many(&links);
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.target() == PATH), "all of them are tunnelled");
    assert!(link_many(&[]).is_empty());
}

#[test]
fn links_of_campaigns_are_listed() {
    let call = of_campaigns(&[CampaignId::new(1).unwrap(), CampaignId::new(2).unwrap()], 0, 10);
    assert_eq!(
        call.target(),
        "/rest/campaignConversions?q=campaigns&campaigns=List(urn%3Ali%3AsponsoredCampaign%3A1,urn%3Ali%3AsponsoredCampaign%3A2)&start=0&count=10"
    );
    let body = br#"{"elements":[{"campaign":"urn:li:sponsoredCampaign:1","conversion":"urn:lla:llaPartnerConversion:9","associatedAt":1}]}"#;
    let page = call.answer(200, &HeaderMap::new(), body).unwrap();
    assert_eq!(page.elements, [association(1, 9)]);
}

#[test]
fn campaigns_are_searched_with_raw_structure() {
    let account = AccountId::new(5).unwrap();
    let call = of_account(account, &[CampaignStatus::Active, CampaignStatus::Draft], 100, None);
    assert_eq!(
        call.target(),
        "/rest/adAccounts/5/adCampaigns?q=search&search=(status:(values:List(ACTIVE,DRAFT)))&pageSize=100&fields=id,name,status"
    );
    let body = br#"{"elements":[{"id":1,"name":"Spring","status":"ACTIVE"},{"id":"urn:li:sponsoredCampaign:2"}],"metadata":{}}"#;
    let page = call.answer(200, &HeaderMap::new(), body).unwrap();
    assert_eq!(page.elements[0].name, "Spring");
    assert_eq!(page.elements[1].id.number(), 2);
    assert_eq!(page.next, None);
}

proptest! {
    #[test]
    fn every_key_reads_back(campaign in 1..=u64::MAX, rule in 1..=u128::from(u64::MAX)) {
        let link = association(campaign, rule);
        prop_assert_eq!(Association::from_key(&link.key().uri()), Some(link));
        prop_assert_eq!(Association::from_key(&link.key().reduced()), Some(link));
    }
}
