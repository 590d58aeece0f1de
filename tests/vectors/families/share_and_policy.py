"""cases 245 and design 4: what the caller lets out, and in which form."""

from .vector_file import NOW, RULE, Family, click, element, email, identifier, refused, sent, sha

FAMILY = Family("share_and_policy", "Settings that change what is sent.")
case = FAMILY.case

MAIL = email("a@b.c")


def given(**fields):
    return {"rule": RULE, "happened_at": NOW, **fields}


FULL = given(
    email="a@b.c",
    click_id="abc",
    acxiom_id="X1",
    ip_address="203.0.113.9",
    google_aid="38400000-8cf0-11bd-b23e-10b96e40000d",
    external_id="crm-88",
    lead="12345",
)
case(
    "design 4: only e-mail is shared",
    FULL,
    sent(
        element(MAIL),
        ("NOT_SHARED", "click_id"),
        ("NOT_SHARED", "acxiom_id"),
        ("NOT_SHARED", "ip_address"),
        ("NOT_SHARED", "google_aid"),
        ("NOT_SHARED", "external_id"),
        ("NOT_SHARED", "lead"),
    ),
    policy={"share": ["email"]},
)
case(
    "design 4: everything but e-mail and lead is shared",
    FULL,
    sent(
        element(
            click("abc"),
            identifier("ACXIOM_ID", "X1"),
            identifier("PLAINTEXT_IP_ADDRESS", "203.0.113.9"),
            identifier("GOOGLE_AID", "38400000-8cf0-11bd-b23e-10b96e40000d"),
            external="crm-88",
        ),
        ("NOT_SHARED", "email"),
        ("NOT_SHARED", "lead"),
    ),
    policy={"share": ["click_id", "acxiom_id", "ip_address", "google_aid", "external_id"]},
)
case(
    "design 4: all is the default",
    FULL,
    sent(
        element(
            MAIL,
            click("abc"),
            identifier("ACXIOM_ID", "X1"),
            identifier("PLAINTEXT_IP_ADDRESS", "203.0.113.9"),
            identifier("GOOGLE_AID", "38400000-8cf0-11bd-b23e-10b96e40000d"),
            external="crm-88",
            lead="urn:li:leadGenFormResponse:12345",
        )
    ),
)
case(
    "design 4: nothing that is shared identifies",
    given(email="a@b.c"),
    refused(("NO_IDENTITY", "user"), warnings=[("NOT_SHARED", "email")]),
    policy={"share": ["click_id"]},
)
case(
    "design 4: a digest is not shared either",
    given(email=sha("a@b.c"), click_id="abc"),
    sent(element(click("abc")), ("NOT_SHARED", "email")),
    policy={"share": ["click_id"]},
)
case(
    "design 4: the address goes hashed only",
    given(email="a@b.c", ip_address="203.0.113.9", hashed_ip_address="203.0.113.9"),
    sent(
        element(MAIL, identifier("SHA256_IP_ADDRESS", sha("203.0.113.9"))),
        ("NOT_SHARED", "ip_address"),
    ),
    policy={"share": ["email", "hashed_ip_address"]},
)
case(
    "design 4: title and company stay, names go",
    given(
        email="a@b.c",
        first_name="Ada",
        last_name="Byron",
        title="CTO",
        company_name="Acme",
        country_code="GB",
    ),
    sent(
        element(MAIL, info={"firstName": "Ada", "lastName": "Byron", "countryCode": "GB"}),
        ("NOT_SHARED", "company_name"),
        ("NOT_SHARED", "title"),
    ),
    policy={"share": ["email", "first_name", "last_name", "country_code"]},
)
case(
    "design 4: amount and currency are not about the person",
    given(email="a@b.c", amount="5", currency="EUR", event_id="order-1"),
    sent(element(MAIL, value=("EUR", "5"), event_id="order-1")),
    policy={"share": ["email"]},
)
case(
    "cases 29: all e-mails by the setting",
    given(email=["a@x.com", "b@x.com"]),
    sent(element(email("a@x.com"), email("b@x.com"))),
    policy={"emails": "all"},
)
case(
    "cases 29, 30: all e-mails, each once, the invalid ones left out",
    given(email=["A@x.com", "a@b", "b@x.com", "a@X.com"]),
    sent(element(email("a@x.com"), email("b@x.com")), ("INVALID_EMAIL", "email[1]")),
    policy={"emails": "all"},
)
case(
    "cases 197: 650 e-mails make an element of more than 64 KiB",
    given(email=[f"u{number}@x.com" for number in range(650)]),
    refused(("EVENT_TOO_LARGE", "event")),
    policy={"emails": "all"},
)
case(
    "cases 29: first is the default, spelt out",
    given(email=["a@x.com", "b@x.com"]),
    sent(element(email("a@x.com")), ("EXTRA_EMAIL", "email[1]")),
    policy={"emails": "first"},
)
case(
    "cases 92: plain names are the default, spelt out",
    given(email="a@b.c", first_name="Ada", last_name="Byron"),
    sent(element(MAIL, info={"firstName": "Ada", "lastName": "Byron"})),
    policy={"names": "plain"},
)
