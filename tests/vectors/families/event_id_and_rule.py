"""cases 159-175: the advertiser's event id and the conversion rule."""

from .vector_file import NOW, RULE, URN, Family, element, email, refused, sent

FAMILY = Family("event_id_and_rule", "The advertiser's event id and LinkedIn's conversion rule.")
case = FAMILY.case

MAIL = email("a@b.c")
RULES = {"rules": {"purchase": "789123", "sign up": "456"}}


def with_id(event_id):
    return {"rule": RULE, "happened_at": NOW, "event_id": event_id, "email": "a@b.c"}


def with_rule(rule):
    return {"rule": rule, "happened_at": NOW, "email": "a@b.c"}


def goes(note, event_id, sent_id, *warnings):
    case(note, with_id(event_id), sent(element(MAIL, event_id=sent_id), *warnings))


def rule_goes(note, rule, sent_rule, **settings):
    case(note, with_rule(rule), sent(element(MAIL, rule=sent_rule)), **settings)


def rule_stopped(note, rule, code="INVALID_RULE", **settings):
    case(note, with_rule(rule), refused((code, "rule")), **settings)


# -- event id
goes("cases 159: empty text", "", None)
goes("cases 159: blanks", "   ", None)
goes("cases 160: null", None, None)
case(
    "cases 160: missing", {"rule": RULE, "happened_at": NOW, "email": "a@b.c"}, sent(element(MAIL))
)
goes("cases 160: an order number", "order-55-1", "order-55-1")
goes("cases 160: blanks around", " order-55-1\n", "order-55-1")
goes("cases 160: case and punctuation are kept", "Order/55:1_A", "Order/55:1_A")
goes("cases 160: quotes and umlauts are escaped and kept", 'B\u00fcro "1"', 'B\u00fcro "1"')
goes("cases 161: number", 123, "123")
goes("cases 162: 64 characters", "x" * 64, "x" * 64)
goes("cases 162: 64 characters of two bytes", "\u00e9" * 64, "\u00e9" * 64)
goes("cases 162: 65 characters", "x" * 65, "x" * 65, ("EVENT_ID_LONG", "event_id"))
goes("cases 162: 4,096 characters", "x" * 4096, "x" * 4096, ("EVENT_ID_LONG", "event_id"))
case("cases 162: 4,097 characters", with_id("x" * 4097), refused(("EVENT_ID_TOO_LONG", "event_id")))
case(
    "cases 163: an e-mail",
    with_id("ada@example.com"),
    refused(("EVENT_ID_PERSONAL_DATA", "event_id")),
)
case(
    "cases 163: an e-mail inside",
    with_id("order-1-ada@example.com-2026"),
    refused(("EVENT_ID_PERSONAL_DATA", "event_id")),
)
case(
    "cases 164: LinkedIn's name",
    {
        "conversion": URN + RULE,
        "conversionHappenedAt": NOW,
        "eventId": "ord-55-1",
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": "a@b.c"}]},
    },
    sent(element(MAIL, event_id="ord-55-1")),
)

goes("cases 17: placeholder as event id", "null", None, ("PLACEHOLDER", "event_id"))
goes("cases 17: undefined, as a template leaves it", "undefined", None, ("PLACEHOLDER", "event_id"))

# -- rule
rule_goes("cases 168: number as text", "789123", "789123")
rule_goes("cases 169: URN", URN + "789123", "789123")
rule_goes("cases 169: blanks around the URN", f" {URN}789123 ", "789123")
case(
    "cases 169: LinkedIn's name",
    {
        "conversion": URN + "7001001",
        "conversionHappenedAt": NOW,
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": "a@b.c"}]},
    },
    sent(element(MAIL, rule="7001001")),
)
rule_stopped("cases 170: another entity", "urn:lla:llaConversionRule:1")
rule_stopped("cases 171: Lynda's", "urn:li:lyndaConversion:1")
rule_stopped("cases 171: the li namespace", "urn:li:conversion:1")
rule_stopped("cases 171: the li namespace, otherwise right", "urn:li:llaPartnerConversion:789123")
rule_stopped("cases 172: a letter is missing", "urn:lla:llaParterConversion:1")
rule_stopped("cases 172: upper case", "URN:LLA:LLAPARTNERCONVERSION:789123")
rule_stopped("cases 173: an account", "urn:li:sponsoredAccount:1")
rule_stopped("cases 169: URN without a number", URN)
rule_stopped("cases 169: URN with a word", URN + "purchase")
rule_stopped("cases 169: URN of zero", URN + "0")
rule_goes("cases 174: blanks around", " 123 ", "123")
rule_stopped("cases 174: a word", "abc")
rule_stopped("cases 174: empty text", "", "MISSING_RULE")
rule_stopped("cases 174: blanks", "  ", "MISSING_RULE")
rule_stopped("cases 174: null", None, "MISSING_RULE")
case(
    "cases 174: missing", {"happened_at": NOW, "email": "a@b.c"}, refused(("MISSING_RULE", "rule"))
)
rule_stopped("cases 174: zero", "0")
rule_stopped("cases 174: negative", "-5")
rule_stopped("cases 174: a fraction", "12.5")
rule_stopped("cases 174: digits that are not ASCII", "\u0661\u0662")
rule_goes("cases 174: 20 digits", "1" * 20, "1" * 20)
rule_stopped("cases 174: 21 digits", "1" * 21)
rule_goes("cases 175: above 2^53", "9007199254740993", "9007199254740993")
rule_goes("cases 168: a configured name", "purchase", "789123", policy=RULES)
rule_goes("cases 168: a configured name with a blank", " sign up ", "456", policy=RULES)
rule_goes("cases 168: a number where names are configured", "42", "42", policy=RULES)
rule_stopped("cases 168: a name that is not configured", "refund", "UNKNOWN_RULE", policy=RULES)
rule_stopped(
    "cases 168: a configured name in another case", "Purchase", "UNKNOWN_RULE", policy=RULES
)
rule_stopped(
    "cases 172: a misspelt URN where names are configured",
    "urn:lla:llaParterConversion:1",
    policy=RULES,
)
