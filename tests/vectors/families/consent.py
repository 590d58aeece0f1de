"""cases 248-249: consent."""

from .vector_file import NOW, RULE, Family, element, email, refused, sent

FAMILY = Family("consent", "Consent: granted, denied, pending, and anything else.")
case = FAMILY.case

MAIL = email("a@b.c")
HOLD = {"pending_consent": "hold"}


def given(**fields):
    return {"rule": RULE, "happened_at": NOW, "email": "a@b.c", **fields}


for word in ("granted", "GRANTED", " Granted "):
    case("cases 248: granted", given(consent=word), sent(element(MAIL)))
for word in ("", "  ", None):
    case("cases 248: not said", given(consent=word), sent(element(MAIL)))
case("cases 248: denied", given(consent="denied"), refused(("CONSENT_DENIED", "consent")))
case(
    "cases 248: denied in upper case, blanks around",
    given(consent=" DENIED "),
    refused(("CONSENT_DENIED", "consent")),
)
case(
    "cases 248: denied, and nothing else is looked at",
    {"consent": "denied", "rule": "abc", "happened_at": "garbage", "email": "not an address"},
    refused(("CONSENT_DENIED", "consent")),
)
case(
    "cases 248: denied, whatever the setting for pending",
    given(consent="denied"),
    refused(("CONSENT_DENIED", "consent")),
    policy=HOLD,
)
case("cases 248: pending", given(consent="pending"), refused(("CONSENT_PENDING", "consent")))
case(
    "cases 248: pending, held by the setting",
    given(consent="Pending"),
    sent(element(MAIL), ("CONSENT_PENDING", "consent"), awaits_consent=True),
    policy=HOLD,
)
case(
    "cases 248: a word nobody knows",
    given(consent="maybe"),
    refused(("INVALID_CONSENT", "consent")),
)
case(
    "cases 248: yes is not one of the three",
    given(consent="yes"),
    refused(("INVALID_CONSENT", "consent")),
)
case(
    "cases 249: both granted",
    given(consent="granted", user_data_consent="granted"),
    sent(element(MAIL)),
)
case(
    "cases 249: granted for ads, denied for user data",
    given(consent="granted", user_data_consent="denied"),
    refused(("CONSENT_DENIED", "user_data_consent")),
)
case(
    "cases 249: denied for ads, granted for user data",
    given(consent="denied", user_data_consent="granted"),
    refused(("CONSENT_DENIED", "consent")),
)
case(
    "cases 249: only user data, denied",
    given(user_data_consent="Denied"),
    refused(("CONSENT_DENIED", "user_data_consent")),
)
case(
    "cases 249: only user data, pending",
    given(user_data_consent="pending"),
    refused(("CONSENT_PENDING", "user_data_consent")),
)
case(
    "cases 249: user data pending, held by the setting",
    given(consent="granted", user_data_consent="pending"),
    sent(element(MAIL), ("CONSENT_PENDING", "user_data_consent"), awaits_consent=True),
    policy=HOLD,
)
case(
    "cases 249: user data, a word nobody knows",
    given(user_data_consent="ja"),
    refused(("INVALID_CONSENT", "user_data_consent")),
)
