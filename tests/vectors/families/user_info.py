"""cases 86-114: names, hashed names, title, company, country."""

from .vector_file import RULE, URN, Family, element, email, refused, sent, sha

FAMILY = Family("user_info", "Names in clear and hashed, title, company and country.")
case = FAMILY.case

NOW = 1795521600000
MAIL = email("a@b.c")
OLD = "202608"

PUBLISHED = {
    "mary": "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec",
    "obrien": "b4cb6cb33fe4b865868de825023a1e2790dc12ac01ecc8d7c5afe8254071c8ba",
    "jeanluc": "7fef38066db9900f992fa9926eea8cc648f44c2af50c4d511c415422196c8ef5",
    "maryann": "16b3f07f0ec2f9dd127b71dc2e6c791b7d93116a1c3bc99d057eaa7a8a077e73",
    "jos\u00e9": "d994e1d001886fe5b45b1267bd1fa2b752ac50742579bd3dad7b2a2aa0ed6866",
    "\u674e": "c16667ca7839a011a548628372ac24f56500a68088eac17e3e7ee6edf9c54125",
    "oconnor": "7a0fbfdf40cbeb97429bdb88f512cecd27f0d44b7e57986ab578423bb61936ac",
}
for canonical, digest in PUBLISHED.items():
    assert sha(canonical) == digest, canonical


def given(**fields):
    return {"rule": RULE, "happened_at": NOW, "email": "a@b.c", **fields}


def nested(info, *ids):
    return {
        "conversion": URN + RULE,
        "conversionHappenedAt": NOW,
        "user": {"userIds": list(ids), "userInfo": info},
    }


def info(first="Ada", last="Byron", **more):
    return {"firstName": first, "lastName": last, **more}


def goes(note, fields, user_info, *warnings, **settings):
    case(note, given(**fields), sent(element(MAIL, info=user_info), *warnings), **settings)


def dropped(note, fields, *warnings, **settings):
    """No userInfo at all; the e-mail keeps the event."""
    case(note, given(**fields), sent(element(MAIL), *warnings), **settings)


BLANK = {"first_name": "", "last_name": " "}
ADA = {"first_name": "Ada", "last_name": "Byron"}

# -- complete or not at all
dropped(
    "cases 86: first name without last name",
    {"first_name": "Ada"},
    ("INCOMPLETE_NAME", "last_name"),
)
dropped(
    "cases 86: last name without first name",
    {"last_name": "Byron"},
    ("INCOMPLETE_NAME", "first_name"),
)
case(
    "cases 86: incomplete in nested form",
    nested({"firstName": "Ada"}, {"idType": "SHA256_EMAIL", "idValue": "a@b.c"}),
    sent(element(MAIL), ("INCOMPLETE_NAME", "last_name")),
)
case(
    "cases 86: incomplete and the only identity",
    {"rule": RULE, "happened_at": NOW, "first_name": "Ada"},
    refused(("NO_IDENTITY", "user"), warnings=[("INCOMPLETE_NAME", "last_name")]),
)
case(
    "cases 87: names only",
    {"rule": RULE, "happened_at": NOW, **ADA},
    sent(element(info=info())),
)
case("cases 87: names only in nested form", nested(info()), sent(element(info=info())))
goes("cases 87: names with an e-mail", ADA, info())
goes("cases 87: blanks around", {"first_name": " Ada ", "last_name": "\tByron\n"}, info())
goes(
    "cases 87: case is kept in clear",
    {"first_name": "ADA", "last_name": "van Byron"},
    info("ADA", "van Byron"),
)
goes(
    "cases 87: punctuation is kept in clear",
    {"first_name": "Jean-Luc", "last_name": "O'Brien"},
    info("Jean-Luc", "O'Brien"),
)
goes(
    "cases 87: somebody is called Null",
    {"first_name": "Ada", "last_name": "Null"},
    info("Ada", "Null"),
)
dropped(
    "cases 88: empty first name",
    {"first_name": "", "last_name": "Byron"},
    ("INCOMPLETE_NAME", "first_name"),
)
dropped(
    "cases 88: empty last name",
    {"first_name": "Ada", "last_name": ""},
    ("INCOMPLETE_NAME", "last_name"),
)
dropped("cases 88: both empty", {"first_name": "", "last_name": ""})
dropped(
    "cases 89: blank first name",
    {"first_name": "   ", "last_name": "Byron"},
    ("INCOMPLETE_NAME", "first_name"),
)
dropped(
    "cases 89: blank last name",
    {"first_name": "Ada", "last_name": "\u00a0"},
    ("INCOMPLETE_NAME", "last_name"),
)
case(
    "cases 90: LinkedIn knows no city",
    nested(info(city="San Francisco")),
    sent(element(info=info()), ("UNKNOWN_FIELD", "user.userInfo.city")),
)
case(
    "cases 91: LinkedIn knows no address here",
    nested(info(sourceIp="203.0.113.9")),
    sent(element(info=info()), ("UNKNOWN_FIELD", "user.userInfo.sourceIp")),
)
case(
    "cases 91: nor a browser",
    nested(info(userAgent="Mozilla/5.0")),
    sent(element(info=info()), ("UNKNOWN_FIELD", "user.userInfo.userAgent")),
)


# -- hashed names
def hashed(note, first, last, canonical_first, canonical_last):
    goes(
        note,
        {"hashed_first_name": first, "hashed_last_name": last},
        {"hashedFirstName": sha(canonical_first), "hashedLastName": sha(canonical_last)},
    )


hashed("cases 92, 93: LinkedIn's worked examples", "Mary", "O'Brien", "mary", "obrien")
case(
    "cases 92: nested form, given in clear",
    nested({"hashedFirstName": "Mary", "hashedLastName": "O'Brien"}),
    sent(element(info={"hashedFirstName": sha("mary"), "hashedLastName": sha("obrien")})),
)
hashed("cases 93: wire.md's vector", "Mary", "O'Connor", "mary", "oconnor")
hashed("cases 94: hyphens", "Jean-Luc", "Doe-Doe", "jeanluc", "doedoe")
hashed("cases 94: apostrophe and hyphen", "Mary", "Na'than-Boile", "mary", "nathanboile")
hashed("cases 95: blanks inside", "Mary Ann", "Van Der Berg", "maryann", "vanderberg")
hashed("cases 95: no-break space", "Mary\u00a0Ann", "Van\u2003Der Berg", "maryann", "vanderberg")
hashed("cases 96: titles are kept", "Dr. Smith", "John Jr.", "drsmith", "johnjr")
hashed("cases 97: digits are kept", "John2", "3rd John", "john2", "3rdjohn")
hashed("cases 98: at sign and dollar", "Mary@Domain", "John$Dollar", "marydomain", "johndollar")
hashed("cases 98: plus and pipe", "John+Plus", "A|B", "johnplus", "ab")
hashed("cases 98: the other symbols", "a=b^c~d", "e<f>g`h", "abcd", "efgh")
hashed("cases 98: currency and copyright signs", "\u20acva", "\u00a9arl", "va", "arl")
hashed("cases 99: accents", "Jos\u00e9", "Jo\u00e3o", "jos\u00e9", "jo\u00e3o")
hashed("cases 99: umlauts", "J\u00dcRGEN", "M\u00fcller", "j\u00fcrgen", "m\u00fcller")
hashed("cases 99: Korean and Chinese", "\uc815", "\u674e", "\uc815", "\u674e")
hashed(
    "cases 99: Cyrillic",
    "\u0418\u0432\u0430\u043d",
    "\u041f\u0435\u0442\u0440\u043e\u0432",
    "\u0438\u0432\u0430\u043d",
    "\u043f\u0435\u0442\u0440\u043e\u0432",
)
hashed("cases 100: decomposed letters", "Jose\u0301", "Mu\u0308ller", "jos\u00e9", "m\u00fcller")
goes(
    "cases 100: decomposed letters in clear",
    {"first_name": "Jose\u0301", "last_name": "Mu\u0308ller"},
    info("Jos\u00e9", "M\u00fcller"),
)
hashed("cases 101: typographic apostrophe", "Mary", "O\u2019Brien", "mary", "obrien")
hashed("cases 94: dashes of all kinds", "Jean\u2013Luc", "Doe\u2010Doe", "jeanluc", "doedoe")
hashed("cases 92: already hashed", sha("mary"), sha("obrien").upper(), "mary", "obrien")
hashed(
    "cases 92: already hashed, blanks around", f" {sha('mary')} ", sha("obrien"), "mary", "obrien"
)
goes(
    "cases 92: the setting hashes names given in clear",
    {"first_name": "Mary", "last_name": "O'Brien"},
    {"hashedFirstName": sha("mary"), "hashedLastName": sha("obrien")},
    policy={"names": "hashed"},
)
goes(
    "cases 92: hashed where the version can",
    {"first_name": "Mary", "last_name": "O'Brien"},
    {"hashedFirstName": sha("mary"), "hashedLastName": sha("obrien")},
    policy={"names": "hashed_or_plain"},
)
dropped(
    "cases 102: only punctuation",
    {"hashed_first_name": "-", "hashed_last_name": "-"},
    ("NO_LETTERS", "hashed_first_name"),
    ("NO_LETTERS", "hashed_last_name"),
)
dropped(
    "cases 102: only punctuation, in clear",
    {"first_name": "-", "last_name": "..."},
    ("NO_LETTERS", "first_name"),
    ("NO_LETTERS", "last_name"),
)
dropped(
    "cases 102: one part only punctuation",
    {"first_name": "-", "last_name": "Byron"},
    ("NO_LETTERS", "first_name"),
    ("INCOMPLETE_NAME", "first_name"),
)
dropped(
    "cases 103: digest in the field for clear names",
    {"first_name": sha("ada"), "last_name": "Byron"},
    ("DIGEST_IN_NAME", "first_name"),
    ("INCOMPLETE_NAME", "first_name"),
)
dropped(
    "cases 103: digests in both fields for clear names",
    {"first_name": sha("ada"), "last_name": sha("byron")},
    ("DIGEST_IN_NAME", "first_name"),
    ("DIGEST_IN_NAME", "last_name"),
)
goes(
    "cases 104: one part in clear, one hashed",
    {"first_name": "Mary", "hashed_last_name": "O'Brien"},
    {"firstName": "Mary", "hashedLastName": sha("obrien")},
)
goes(
    "cases 104: the other way round",
    {"hashed_first_name": "Mary", "last_name": "O'Brien"},
    {"hashedFirstName": sha("mary"), "lastName": "O'Brien"},
)
goes(
    "cases 104: both forms given, hashed wins",
    {**ADA, "hashed_first_name": "Ada", "hashed_last_name": "Byron"},
    {"hashedFirstName": sha("ada"), "hashedLastName": sha("byron")},
)
dropped(
    "cases 105: hashed names before 202609",
    {"hashed_first_name": "Mary", "hashed_last_name": "O'Brien"},
    ("NEEDS_VERSION", "hashed_first_name"),
    ("NEEDS_VERSION", "hashed_last_name"),
    version=OLD,
)
goes(
    "cases 105: both forms given before 202609, clear wins",
    {**ADA, "hashed_first_name": "Ada", "hashed_last_name": "Byron"},
    info(),
    version=OLD,
)
goes(
    "cases 105: fall back to clear where the caller allows it",
    ADA,
    info(),
    version=OLD,
    policy={"names": "hashed_or_plain"},
)
dropped(
    "cases 105: not in clear where the caller does not allow it",
    ADA,
    ("NEEDS_VERSION", "first_name"),
    ("NEEDS_VERSION", "last_name"),
    version=OLD,
    policy={"names": "hashed"},
)
case(
    "cases 105: hashed names before 202609 as the only identity",
    {"rule": RULE, "happened_at": NOW, "hashed_first_name": "Mary", "hashed_last_name": "O'Brien"},
    refused(
        ("NO_IDENTITY", "user"),
        warnings=[("NEEDS_VERSION", "hashed_first_name"), ("NEEDS_VERSION", "hashed_last_name")],
    ),
    version=OLD,
)

dropped(
    "cases 105: hashed names before 202609 beside blank ones in clear",
    {**BLANK, "hashed_first_name": "Mary", "hashed_last_name": "O'Brien"},
    ("NEEDS_VERSION", "hashed_first_name"),
    ("NEEDS_VERSION", "hashed_last_name"),
    version=OLD,
)
goes(
    "cases 104: blank names in clear beside hashed ones",
    {**BLANK, "hashed_first_name": "Mary", "hashed_last_name": "O'Brien"},
    {"hashedFirstName": sha("mary"), "hashedLastName": sha("obrien")},
)
# cases 0 lists these digests under "never send", whoever hashes.
for word in ("null", "Undefined", "n-u-l-l"):
    dropped(
        "cases 0, 39: a name whose digest must never be sent",
        {"hashed_first_name": "Mary", "hashed_last_name": word},
        ("INCOMPLETE_NAME", "last_name"),
        ("PLACEHOLDER", "hashed_last_name"),
    )
dropped(
    "cases 0, 39: the same in clear, hashed by the setting",
    {"first_name": "undefined", "last_name": "Byron"},
    ("PLACEHOLDER", "first_name"),
    ("INCOMPLETE_NAME", "first_name"),
    policy={"names": "hashed"},
)
dropped(
    "cases 39: the digest of null as a name",
    {"hashed_first_name": sha("null"), "hashed_last_name": sha("obrien")},
    ("INCOMPLETE_NAME", "first_name"),
    ("KNOWN_EMPTY_HASH", "hashed_first_name"),
)


# -- country
def country(note, text, code, *warnings):
    goes(note, {**ADA, "country_code": text}, info(countryCode=code), *warnings)


def no_country(note, text):
    goes(note, {**ADA, "country_code": text}, info(), ("UNKNOWN_COUNTRY", "country_code"))


country("cases 106: lower case", "us", "US")
country("cases 106: blanks around", " US ", "US")
case(
    "cases 106: nested form",
    nested(info(countryCode="de")),
    sent(element(info=info(countryCode="DE"))),
)
country("cases 107: three letters", "USA", "US")
country("cases 107: three letters in lower case", "deu", "DE")
country("cases 107: three letters that begin otherwise", "CHE", "CH")
country("cases 107: Austria is not Australia", "AUT", "AT")
country("cases 108: English name", "Brazil", "BR")
country("cases 109: Germany is not GE", "Germany", "DE")
country("cases 109: Austria is not AU", "Austria", "AT")
country("cases 109: Switzerland is not SW", "Switzerland", "CH")
country("cases 109: any case, blanks around", "  SWITZERLAND ", "CH")
country("cases 108: two words", "United States", "US")
country("cases 108: United Kingdom", "United Kingdom", "GB")
no_country("cases 108: no country", "Narnia")
country("cases 110: UK", "UK", "GB", ("COUNTRY_MAPPED", "country_code"))
country("cases 110: uk in lower case", "uk", "GB", ("COUNTRY_MAPPED", "country_code"))
no_country("cases 110: EU", "EU")
no_country("cases 110: XX", "XX")
no_country("cases 110: ZZ", "ZZ")
no_country("cases 110: a number", "276276")
country("cases 110: NA is Namibia, not a placeholder", "NA", "NA")
dropped("cases 111: country alone", {"country_code": "US"}, ("INCOMPLETE_NAME", "first_name"))
case(
    "cases 111: country alone and no identity",
    {"rule": RULE, "happened_at": NOW, "country_code": "US"},
    refused(("NO_IDENTITY", "user"), warnings=[("INCOMPLETE_NAME", "first_name")]),
)
dropped(
    "cases 111: title and company alone",
    {"title": "CTO", "company_name": "Acme"},
    ("INCOMPLETE_NAME", "first_name"),
)

# -- title and company
goes("cases 112: empty title and company", {**ADA, "title": "", "company_name": "  "}, info())
goes(
    "cases 112: both given",
    {**ADA, "title": " Head of Sales ", "company_name": "Acme & Sons"},
    info(title="Head of Sales", companyName="Acme & Sons"),
)
goes(
    "cases 112: quotes, backslash and umlaut",
    {**ADA, "company_name": 'Acme "Nord" \\ S\u00f6hne'},
    info(companyName='Acme "Nord" \\ S\u00f6hne'),
)
goes("cases 112: no placeholder rule for free text", {**ADA, "title": "None"}, info(title="None"))
goes("cases 113: 256 characters", {**ADA, "title": "x" * 256}, info(title="x" * 256))
goes(
    "cases 113: 257 characters",
    {**ADA, "title": "x" * 257},
    info(title="x" * 256),
    ("TRUNCATED", "title"),
)
goes(
    "cases 113: 256 code points of four bytes",
    {**ADA, "title": "\U0001f600" * 256},
    info(title="\U0001f600" * 256),
)
goes(
    "cases 113: 300 code points of two bytes",
    {**ADA, "company_name": "\u00e9" * 300},
    info(companyName="\u00e9" * 256),
    ("TRUNCATED", "company_name"),
)
goes(
    "cases 113: control characters",
    {**ADA, "title": "Chief\u0000Executive\u0007", "company_name": "Ac\u001bme"},
    info(title="ChiefExecutive", companyName="Acme"),
    ("CONTROL_CHARACTERS", "company_name"),
    ("CONTROL_CHARACTERS", "title"),
)
goes(
    "cases 113: control character in a name",
    {"first_name": "A\u0000da", "last_name": "Byron"},
    info(),
    ("CONTROL_CHARACTERS", "first_name"),
)
goes(
    "cases 113: a long name",
    {"first_name": "Ada", "last_name": "B" * 300},
    info("Ada", "B" * 256),
    ("TRUNCATED", "last_name"),
)
case(
    "cases 114: null members are never written",
    nested(info(title=None, companyName=None, countryCode=None)),
    sent(element(info=info())),
)
case(
    "cases 114: null names",
    nested({"firstName": None, "lastName": None}, {"idType": "SHA256_EMAIL", "idValue": "a@b.c"}),
    sent(element(MAIL)),
)
goes(
    "wire 1.4: every member in order",
    {
        "country_code": "GB",
        "company_name": "Acme",
        "title": "CTO",
        "last_name": "Byron",
        "first_name": "Ada",
    },
    info(title="CTO", companyName="Acme", countryCode="GB"),
)
