"""Whole events: everything at once, all problems at once, and what is not known."""

from .vector_file import (
    DAY,
    NOW,
    RULE,
    URN,
    Family,
    click,
    element,
    email,
    identifier,
    number,
    refused,
    sent,
    sha,
    utc,
)

FAMILY = Family(
    "whole_events", "Whole events, as a shop, a CRM and LinkedIn's own pages write them."
)
case = FAMILY.case

case(
    "wire 1.6: LinkedIn's single form",
    {
        "conversion": URN + "7001001",
        "conversionHappenedAt": 1_795_480_000_000,
        "eventId": "ord-55-1",
        "conversionValue": {"currencyCode": "EUR", "amount": "149.90"},
        "user": {
            "userIds": [{"idType": "SHA256_EMAIL", "idValue": sha("test@example.com")}],
            "userInfo": {"firstName": "Ada", "lastName": "Byron", "countryCode": "GB"},
            "externalIds": ["crm-88"],
        },
    },
    sent(
        element(
            email("test@example.com"),
            rule="7001001",
            at=1_795_480_000_000,
            event_id="ord-55-1",
            value=("EUR", "149.90"),
            info={"firstName": "Ada", "lastName": "Byron", "countryCode": "GB"},
            external="crm-88",
        )
    ),
)
case(
    "design 3: a shop's order",
    {
        "rule": "purchase",
        "happened_at": "2026-11-24T09:30:00+01:00",
        "event_id": "order-4711",
        "email": " Ada.Byron@Example.com ",
        "click_id": "df5gf5-gh6t7-ph4j7h-fgf6n1",
        "amount": "149.90",
        "currency": "eur",
    },
    sent(
        element(
            email("ada.byron@example.com"),
            click("df5gf5-gh6t7-ph4j7h-fgf6n1"),
            at=utc(2026, 11, 24, 8, 30),
            event_id="order-4711",
            value=("EUR", "149.90"),
        )
    ),
    policy={"rules": {"purchase": RULE}},
)
case(
    "wire 1.2: every field",
    {
        "currency": "CHF",
        "amount": number("1500"),
        "country_code": "Switzerland",
        "title": "Leiterin Einkauf",
        "company_name": "M\u00fcller & S\u00f6hne \u201eNord\u201c",
        "last_name": "M\u00fcller",
        "first_name": "Zo\u00eb",
        "lead": "12345",
        "external_id": "crm-88",
        "google_aid": "38400000-8CF0-11BD-B23E-10B96E40000D",
        "ip_address": "203.0.113.9",
        "acxiom_id": "X1",
        "click_id": "abc",
        "email": "ZO\u00cb@example.com",
        "event_id": "o-1",
        "happened_at": NOW - DAY,
        "rule": RULE,
        "consent": "granted",
        "user_data_consent": "granted",
    },
    sent(
        element(
            email("zo\u00eb@example.com"),
            click("abc"),
            identifier("ACXIOM_ID", "X1"),
            identifier("PLAINTEXT_IP_ADDRESS", "203.0.113.9"),
            identifier("GOOGLE_AID", "38400000-8cf0-11bd-b23e-10b96e40000d"),
            at=NOW - DAY,
            event_id="o-1",
            value=("CHF", "1500"),
            info={
                "firstName": "Zo\u00eb",
                "lastName": "M\u00fcller",
                "title": "Leiterin Einkauf",
                "companyName": "M\u00fcller & S\u00f6hne \u201eNord\u201c",
                "countryCode": "CH",
            },
            external="crm-88",
            lead="urn:li:leadGenFormResponse:12345",
        )
    ),
)
case(
    "wire 1.4: hashed names beside everything else",
    {
        "rule": RULE,
        "happened_at": NOW,
        "hashed_first_name": "Mary",
        "hashed_last_name": "O'Brien",
        "title": "CTO",
        "country_code": "IE",
    },
    sent(
        element(
            info={
                "hashedFirstName": sha("mary"),
                "hashedLastName": sha("obrien"),
                "title": "CTO",
                "countryCode": "IE",
            }
        )
    ),
)
case(
    "standing rule 1: an empty object",
    {},
    refused(("MISSING_RULE", "rule"), ("NO_IDENTITY", "user")),
)
case(
    "design 3: all problems, not the first",
    {"rule": "abc", "happened_at": "garbage", "event_id": "ada@example.com", "email": "nobody"},
    refused(
        ("INVALID_RULE", "rule"),
        ("INVALID_TIME", "happened_at"),
        ("EVENT_ID_PERSONAL_DATA", "event_id"),
        ("NO_IDENTITY", "user"),
        warnings=[("INVALID_EMAIL", "email")],
    ),
)
case(
    "standing rule 1: many bad fields, one good identity",
    {
        "rule": RULE,
        "happened_at": NOW,
        "email": "nobody",
        "click_id": "abc",
        "ip_address": "10.0.0.1",
        "google_aid": "x",
        "first_name": "Ada",
        "country_code": "Narnia",
        "amount": "19,90",
        "currency": "EUR",
    },
    sent(
        element(click("abc")),
        ("INVALID_EMAIL", "email"),
        ("PRIVATE_IP", "ip_address"),
        ("INVALID_GOOGLE_AID", "google_aid"),
        ("INCOMPLETE_NAME", "last_name"),
        ("UNKNOWN_COUNTRY", "country_code"),
        ("INVALID_AMOUNT", "amount"),
    ),
)
case(
    "standing rule 5: nulls and empty texts are never written",
    {
        "rule": RULE,
        "happened_at": NOW,
        "event_id": None,
        "email": "a@b.c",
        "click_id": None,
        "ip_address": None,
        "external_id": None,
        "lead": None,
        "first_name": None,
        "last_name": "",
        "title": None,
        "company_name": "",
        "country_code": None,
        "amount": None,
        "currency": None,
        "consent": None,
    },
    sent(element(email("a@b.c"))),
)
case(
    "wire 1.2: a field that LinkedIn does not know",
    {"rule": RULE, "happened_at": NOW, "email": "a@b.c", "user_agent": "Mozilla/5.0"},
    sent(element(email("a@b.c")), ("UNKNOWN_FIELD", "user_agent")),
)
case(
    "wire 1.2: an unknown field whose name could be a value is not named",
    {"rule": RULE, "happened_at": NOW, "email": "a@b.c", "ada@example.com": 1},
    sent(element(email("a@b.c")), ("UNKNOWN_FIELD", "?")),
)
case(
    "standing rule 4: text that JSON must escape",
    {"rule": RULE, "happened_at": NOW, "event_id": 'a"b\\c/d', "email": "a@b.c"},
    sent(element(email("a@b.c"), event_id='a"b\\c/d')),
)
case(
    "wire 1.4: a lead with title but no name",
    {"rule": RULE, "happened_at": NOW, "lead": "12345", "title": "CTO"},
    sent(element(lead="urn:li:leadGenFormResponse:12345"), ("INCOMPLETE_NAME", "first_name")),
)
case(
    "cases 128: too old and without identity",
    {"rule": RULE, "happened_at": NOW - 100 * DAY},
    refused(("TOO_OLD", "happened_at"), ("NO_IDENTITY", "user")),
)
