"""cases 44-85: click id, IP address, advertising id, Acxiom, MOAT, external id, lead."""

from .vector_file import RULE, URN, Family, click, element, email, identifier, refused, sent, sha

FAMILY = Family("identifiers", "Every identifier that is not an e-mail, alone and together.")
case = FAMILY.case

NOW = 1795521600000
IP_DIGEST = "d861b7e91033ebc1c1e8e7af3929010158b3241b54ca87ef73e79c32f26400ec"
assert sha("203.0.113.9") == IP_DIGEST
AID = "38400000-8cf0-11bd-b23e-10b96e40000d"


def given(**fields):
    return {"rule": RULE, "happened_at": NOW, **fields}


def nested(*ids, **user):
    pairs = [{"idType": kind, "idValue": value} for kind, value in ids]
    return {
        "conversion": URN + RULE,
        "conversionHappenedAt": NOW,
        "user": {"userIds": pairs, **user},
    }


def ip(address):
    return identifier("PLAINTEXT_IP_ADDRESS", address)


def hashed_ip(digest):
    return identifier("SHA256_IP_ADDRESS", digest)


def goes(note, fields, *ids, warnings=(), **more):
    case(note, given(**fields), sent(element(*ids, **more), *warnings))


def dropped(note, field, value, code, **settings):
    """With an e-mail the event goes on without the field."""
    case(
        note,
        given(email="a@b.c", **{field: value}),
        sent(element(email("a@b.c")), (code, field)),
        **settings,
    )


def alone(note, field, value, code, **settings):
    case(
        note,
        given(**{field: value}),
        refused(("NO_IDENTITY", "user"), warnings=[(code, field)]),
        **settings,
    )


# -- click id
CLICK = "df5gf5-gh6t7-ph4j7h-fgf6n1"
UUID_TYPE = "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID"
goes("cases 44: as LinkedIn's pages show it", {"click_id": CLICK}, click(CLICK))
case("cases 44: nested form", nested((UUID_TYPE, CLICK)), sent(element(click(CLICK))))
goes("cases 44: LinkedIn's parameter as the name of the field", {"li_fat_id": CLICK}, click(CLICK))
goes("cases 44: case is kept", {"click_id": "AbC-dEf"}, click("AbC-dEf"))
dropped("cases 45: empty text", "click_id", "", "EMPTY")
alone("cases 45: empty text as the only identity", "click_id", "", "EMPTY")
dropped("cases 45: blanks", "click_id", "  ", "EMPTY")
case(
    "cases 45: empty text in nested form",
    nested((UUID_TYPE, "")),
    refused(("NO_IDENTITY", "user"), warnings=[("EMPTY", "click_id")]),
)
goes("cases 46: blanks around", {"click_id": " abc "}, click("abc"))
dropped("cases 47: an e-mail", "click_id", "test@rudderlabs.com", "PERSONAL_DATA")
alone(
    "cases 47: an e-mail as the only identity", "click_id", "test@rudderlabs.com", "PERSONAL_DATA"
)
goes("cases 48: value and order", {"click_id": ["abc", 1]}, click("abc"))
goes("cases 50: an event's field is not decoded", {"click_id": "a%2Db"}, click("a%2Db"))
goes("cases 51: ends with an equals sign", {"click_id": "abc="}, click("abc="))
goes("cases 51: equals sign inside", {"click_id": "a=b=c"}, click("a=b=c"))
goes("cases 54: invented", {"click_id": "this-was-made-up"}, click("this-was-made-up"))
dropped("cases 17: placeholder", "click_id", "undefined", "PLACEHOLDER")
dropped("cases 17: placeholder in upper case", "click_id", "NULL", "PLACEHOLDER")
case("cases 16: null", given(click_id=None, email="a@b.c"), sent(element(email("a@b.c"))))
goes("text caps: 1,024 bytes", {"click_id": "x" * 1024}, click("x" * 1024))
dropped("text caps: 1,025 bytes", "click_id", "x" * 1025, "TOO_LONG")

# -- IP address in clear
goes("cases 55: public IPv4", {"ip_address": "203.0.113.9"}, ip("203.0.113.9"))
case(
    "cases 55: nested form",
    nested(("PLAINTEXT_IP_ADDRESS", "203.0.113.9")),
    sent(element(ip("203.0.113.9"))),
)
goes("cases 55: blanks around", {"ip_address": " 203.0.113.9 "}, ip("203.0.113.9"))
dropped("cases 56: numbers above 255", "ip_address", "999.999.999.999", "INVALID_IP")
dropped("cases 56: 256", "ip_address", "203.0.113.256", "INVALID_IP")
alone("cases 56: as the only identity", "ip_address", "999.999.999.999", "INVALID_IP")
dropped("cases 57: IPv6", "ip_address", "2001:db8::1", "IPV6")
dropped("cases 57: IPv6 in full", "ip_address", "2001:0db8:0000:0000:0000:0000:0000:0001", "IPV6")
dropped("cases 57: IPv6 loopback", "ip_address", "::1", "IPV6")
goes("cases 58: mapped IPv4", {"ip_address": "::ffff:203.0.113.9"}, ip("203.0.113.9"))
goes("cases 58: mapped IPv4 in upper case", {"ip_address": "::FFFF:203.0.113.9"}, ip("203.0.113.9"))
dropped("cases 58: mapped private address", "ip_address", "::ffff:10.0.0.1", "PRIVATE_IP")
dropped("cases 59: with a port", "ip_address", "203.0.113.9:443", "INVALID_IP")
dropped("cases 59: a whole header", "ip_address", "1.2.3.4, 5.6.7.8", "INVALID_IP")
dropped("cases 60: leading zeros", "ip_address", "203.0.113.009", "INVALID_IP")
dropped("cases 60: hexadecimal", "ip_address", "0x7f.1", "INVALID_IP")
dropped("cases 60: one number", "ip_address", "2130706433", "INVALID_IP")
dropped("cases 60: three parts", "ip_address", "203.0.113", "INVALID_IP")
dropped("cases 60: five parts", "ip_address", "203.0.113.9.1", "INVALID_IP")
dropped("cases 60: a word", "ip_address", "localhost", "INVALID_IP")
for address in (
    "10.0.0.1",
    "127.0.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.254",
    "100.127.255.254",
):
    dropped("cases 61: private network", "ip_address", address, "PRIVATE_IP")
for address in (
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "11.0.0.1",
    "192.169.1.1",
):
    goes("cases 61: just outside a private network", {"ip_address": address}, ip(address))
dropped("cases 62: no address", "ip_address", "0.0.0.0", "RESERVED_IP")
dropped("cases 62: broadcast", "ip_address", "255.255.255.255", "RESERVED_IP")
dropped("cases 62: multicast", "ip_address", "224.0.0.1", "RESERVED_IP")
dropped("cases 62: end of multicast", "ip_address", "239.255.255.250", "RESERVED_IP")
dropped("cases 62: reserved for later", "ip_address", "240.0.0.1", "RESERVED_IP")
goes("cases 62: just below multicast", {"ip_address": "223.255.255.254"}, ip("223.255.255.254"))
alone("cases 61: private address as the only identity", "ip_address", "10.0.0.1", "PRIVATE_IP")
dropped("cases 14: empty address", "ip_address", "", "EMPTY")

# -- IP address hashed
case(
    "cases 63: hashed from the dotted form",
    given(email="a@b.c", hashed_ip_address=" 203.0.113.9 "),
    sent(element(email("a@b.c"), hashed_ip(IP_DIGEST))),
)
case(
    "cases 63: mapped IPv4 is hashed in its dotted form",
    given(email="a@b.c", hashed_ip_address="::ffff:203.0.113.9"),
    sent(element(email("a@b.c"), hashed_ip(IP_DIGEST))),
)
case(
    "cases 63: clear address where a digest belongs",
    nested(("SHA256_EMAIL", "a@b.c"), ("SHA256_IP_ADDRESS", "203.0.113.9")),
    sent(element(email("a@b.c"), hashed_ip(IP_DIGEST))),
)
dropped(
    "cases 63: a private address is not hashed either",
    "hashed_ip_address",
    "192.168.1.1",
    "PRIVATE_IP",
)
dropped("cases 63: IPv6 is not hashed", "hashed_ip_address", "2001:db8::1", "IPV6")
case(
    "cases 64: upper case",
    given(email="a@b.c", hashed_ip_address=IP_DIGEST.upper()),
    sent(element(email("a@b.c"), hashed_ip(IP_DIGEST))),
)
case(
    "cases 64: digest in the field for clear addresses",
    given(email="a@b.c", ip_address=IP_DIGEST),
    sent(element(email("a@b.c"), hashed_ip(IP_DIGEST))),
)
dropped("cases 64: 63 digits", "hashed_ip_address", IP_DIGEST[:63], "BAD_DIGEST_LENGTH")
dropped("cases 64: digest of the empty text", "hashed_ip_address", sha(""), "KNOWN_EMPTY_HASH")
dropped("cases 64: all zeros", "hashed_ip_address", "0" * 64, "ZERO_DIGEST")
case(
    "cases 65: hashed address as the only identity",
    given(hashed_ip_address="203.0.113.9"),
    sent(element(hashed_ip(IP_DIGEST)), ("UNMEASURED", "hashed_ip_address")),
)
case(
    "cases 65: the same in nested form",
    nested(("SHA256_IP_ADDRESS", IP_DIGEST)),
    sent(element(hashed_ip(IP_DIGEST)), ("UNMEASURED", "hashed_ip_address")),
)
goes(
    "cases 75: the same address in clear and hashed",
    {"ip_address": "203.0.113.9", "hashed_ip_address": "203.0.113.9"},
    ip("203.0.113.9"),
    hashed_ip(IP_DIGEST),
)
goes(
    "cases 75: the same digest in both fields is sent once",
    {"email": "a@b.c", "ip_address": IP_DIGEST, "hashed_ip_address": "203.0.113.9"},
    email("a@b.c"),
    hashed_ip(IP_DIGEST),
)

# -- Android advertising id
goes("cases 66: lower case", {"google_aid": AID}, identifier("GOOGLE_AID", AID))
goes(
    "cases 66: upper case and blanks",
    {"google_aid": f" {AID.upper()} "},
    identifier("GOOGLE_AID", AID),
)
case(
    "cases 66: nested form",
    nested(("GOOGLE_AID", AID.upper())),
    sent(element(identifier("GOOGLE_AID", AID))),
)
dropped(
    "cases 67: opted out",
    "google_aid",
    "00000000-0000-0000-0000-000000000000",
    "AD_TRACKING_REFUSED",
)
alone(
    "cases 67: opted out, the only identity",
    "google_aid",
    "00000000-0000-0000-0000-000000000000",
    "AD_TRACKING_REFUSED",
)
dropped("cases 66: not a UUID", "google_aid", "not-a-uuid", "INVALID_GOOGLE_AID")
dropped("cases 66: one digit short", "google_aid", AID[:-1], "INVALID_GOOGLE_AID")
case(
    "cases 68: iOS's id has no place",
    nested(("SHA256_EMAIL", "a@b.c"), ("IDFA", "6D92078A-8246-4BA4-AE5B-76104861E7DC")),
    sent(element(email("a@b.c")), ("UNSUPPORTED_ID", "user.userIds[1]")),
)

# -- Acxiom, and types that nobody knows
goes("cases 69: Acxiom", {"acxiom_id": "X1y2Z3"}, identifier("ACXIOM_ID", "X1y2Z3"))
case(
    "cases 69: nested form",
    nested(("ACXIOM_ID", " X1y2Z3 ")),
    sent(element(identifier("ACXIOM_ID", "X1y2Z3"))),
)
dropped("cases 47: an e-mail as Acxiom id", "acxiom_id", "a@b.c", "PERSONAL_DATA")
dropped("cases 17: placeholder as Acxiom id", "acxiom_id", "n/a", "PLACEHOLDER")
case(
    "cases 70: unknown type",
    nested(("SHA256_EMAIL", "a@b.c"), ("PLAINTEXT_IP_ADDRESS_X", "203.0.113.9")),
    refused(("UNKNOWN_ID_TYPE", "user.userIds[1].idType")),
)
case(
    "cases 69: a peer's misspelling of Acxiom is an unknown type",
    nested(("SHA256_EMAIL", "a@b.c"), ("AXCIOM_ID", "X1")),
    refused(("UNKNOWN_ID_TYPE", "user.userIds[1].idType")),
)
case(
    "cases 71: there is no type for telephone numbers",
    nested(("SHA256_EMAIL", "a@b.c"), ("SHA256_PHONE", sha("+4930123456"))),
    refused(("UNKNOWN_ID_TYPE", "user.userIds[1].idType")),
)

# -- Oracle MOAT
MOAT = identifier("ORACLE_MOAT_ID", "moat-1")
case(
    "cases 72: before 202609",
    given(oracle_moat_id="moat-1"),
    sent(element(MOAT), ("RETIRED_ID", "oracle_moat_id")),
    version="202608",
)
case(
    "cases 72: before 202609, nested form",
    nested(("ORACLE_MOAT_ID", "moat-1")),
    sent(element(MOAT), ("RETIRED_ID", "oracle_moat_id")),
    version="202601",
)
dropped("cases 72: from 202609", "oracle_moat_id", "moat-1", "RETIRED_ID")
alone("cases 72: from 202609 as the only identity", "oracle_moat_id", "moat-1", "RETIRED_ID")
case(
    "cases 72: from 202609 with the setting",
    given(oracle_moat_id="moat-1"),
    sent(element(MOAT), ("RETIRED_ID", "oracle_moat_id")),
    policy={"legacy_ids": "send"},
)

# -- what identifies
ADA = {"firstName": "Ada", "lastName": "Byron"}
case(
    "cases 73: userIds missing, names given",
    {"conversion": URN + RULE, "conversionHappenedAt": NOW, "user": {"userInfo": ADA}},
    sent(element(info=ADA)),
)
case("cases 74: an empty list and nothing else", nested(), refused(("NO_IDENTITY", "user")))
case("cases 74: no user at all", given(), refused(("NO_IDENTITY", "user")))
case(
    "cases 74: user without members",
    {"conversion": URN + RULE, "user": {}},
    refused(("NO_IDENTITY", "user")),
)
goes(
    "cases 75: address and click id",
    {"ip_address": "203.0.113.9", "click_id": "abc"},
    click("abc"),
    ip("203.0.113.9"),
)
case(
    "cases 75: in LinkedIn's form, in another order",
    nested(("PLAINTEXT_IP_ADDRESS", "203.0.113.9"), (UUID_TYPE, "abc")),
    sent(element(click("abc"), ip("203.0.113.9"))),
)
case(
    "cases 75: every identifier there is",
    given(
        google_aid=AID,
        hashed_ip_address="198.51.100.7",
        ip_address="203.0.113.9",
        oracle_moat_id="moat-1",
        acxiom_id="X1",
        click_id="abc",
        email="a@b.c",
    ),
    sent(
        element(
            email("a@b.c"),
            click("abc"),
            identifier("ACXIOM_ID", "X1"),
            MOAT,
            ip("203.0.113.9"),
            hashed_ip(sha("198.51.100.7")),
            identifier("GOOGLE_AID", AID),
        ),
        ("RETIRED_ID", "oracle_moat_id"),
    ),
    version="202608",
)

# -- external id
EXTERNAL = {"email": "a@b.c"}
case(
    "cases 76: a text is a list of one",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds="abc"),
    sent(element(email("a@b.c"), external="abc")),
)
case(
    "cases 76: a list of one",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds=["abc"]),
    sent(element(email("a@b.c"), external="abc")),
)
goes(
    "cases 76: flat name",
    {"email": "a@b.c", "external_id": " crm-88 "},
    email("a@b.c"),
    external="crm-88",
)
case(
    "cases 77: two, the first is sent",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds=["a", "b"]),
    sent(element(email("a@b.c"), external="a"), ("EXTRA_EXTERNAL_ID", "external_id[1]")),
)
case(
    "cases 77: the same twice",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds=["a", " a "]),
    sent(element(email("a@b.c"), external="a")),
)
case(
    "cases 77: the first valid one is sent",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds=["", "b"]),
    sent(element(email("a@b.c"), external="b"), ("EMPTY", "external_id")),
)
case(
    "cases 78: an empty text",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds=[""]),
    sent(element(email("a@b.c")), ("EMPTY", "external_id")),
)
case(
    "cases 78: an empty text as the only identity",
    nested(externalIds=[""]),
    refused(("NO_IDENTITY", "user"), warnings=[("EMPTY", "external_id")]),
)
case(
    "cases 78: an empty list",
    nested(("SHA256_EMAIL", "a@b.c"), externalIds=[]),
    sent(element(email("a@b.c"))),
)
goes(
    "cases 79: alone",
    {"external_id": "crm-88"},
    external="crm-88",
    warnings=[("EXTERNAL_ID_ALONE", "external_id")],
)
dropped("cases 80: an e-mail in clear", "external_id", "ada@example.com", "PERSONAL_DATA")
alone(
    "cases 80: an e-mail in clear as the only identity",
    "external_id",
    "ada@example.com",
    "PERSONAL_DATA",
)
dropped("cases 17: placeholder as external id", "external_id", "null", "PLACEHOLDER")
goes("cases 76: a number", {"email": "a@b.c", "external_id": 4711}, email("a@b.c"), external="4711")

# -- lead
LEAD = "urn:li:leadGenFormResponse:"
goes("cases 81: number", {"lead": "12345"}, lead=LEAD + "12345")
case("cases 82: URN", nested(lead=LEAD + "abc-1"), sent(element(lead=LEAD + "abc-1")))
goes("cases 82: blanks around the URN", {"lead": f" {LEAD}abc-1 "}, lead=LEAD + "abc-1")
dropped("cases 83: empty text", "lead", "", "EMPTY")
alone("cases 83: empty text as the only identity", "lead", "", "EMPTY")
dropped("cases 84: another kind of URN", "lead", "urn:li:leadGenForm:12345", "INVALID_LEAD")
dropped("cases 84: URN without an id", "lead", LEAD, "INVALID_LEAD")
alone("cases 84: wrong prefix as the only identity", "lead", "urn:li:person:12345", "INVALID_LEAD")
dropped("cases 17: placeholder as lead", "lead", "None", "PLACEHOLDER")
case("cases 85: only a lead, flat", given(lead=LEAD + "12345"), sent(element(lead=LEAD + "12345")))
goes(
    "cases 85: lead and e-mail",
    {"lead": "12345", "email": "a@b.c"},
    email("a@b.c"),
    lead=LEAD + "12345",
)
