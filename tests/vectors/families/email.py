"""cases 1-31: e-mail in clear."""

from .vector_file import RULE, URN, Family, click, element, email, refused, sent, sha

FAMILY = Family(
    "email", "E-mail addresses in clear: cleaned, lower-cased, hashed; or left out with a reason."
)
case = FAMILY.case


def given(address, **more):
    return {"rule": RULE, "happened_at": 1795521600000, "email": address, **more}


def nested(address):
    """The same as LinkedIn writes it."""
    return {
        "conversion": URN + RULE,
        "conversionHappenedAt": 1795521600000,
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": address}]},
    }


def goes(note, address, canonical, *warnings):
    case(note, given(address), sent(element(email(canonical)), *warnings))


def dropped(note, address, code):
    """With a click id the event goes on without the address."""
    case(
        note,
        given(address, click_id="df5gf5-gh6t7"),
        sent(element(click("df5gf5-gh6t7")), (code, "email")),
    )


def alone(note, address, code):
    case(note, given(address), refused(("NO_IDENTITY", "user"), warnings=[(code, "email")]))


# -- the digests that everybody agrees on, spelled out
PUBLISHED = {
    "testing@testing.com": "584c4423c421df49955759498a71495aba49b8780eb9387dff333b6f0982c777",
    "user@example.com": "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
    "test@example.com": "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
    "abc@gmail.com": "48ddb93f0b30c475423fe177832912c5bcdce3cc72872f8051627967ef278e08",
    "john.doe+li@gmail.com": "ebf7e0530b15de3d801371b1f27985258a3a96ff727cea39d578762e775aa103",
    "j\u00f6rg@example.com": "96949592d14b07f436cc55b814d947b0f00c805ee8c4c80fb8e1a1eff9a0fd12",
    "jane.doe+li@example.com": "ba93df548e1e6e02b6a4ad32b6872dceb12c0e5311b72e8567c52f618424676e",
}
for canonical, digest in PUBLISHED.items():
    assert sha(canonical) == digest, canonical

goes("cases 1: LinkedIn's own example", "testing@testing.com", "testing@testing.com")
case(
    "cases 1: the same in LinkedIn's nested form",
    nested("testing@testing.com"),
    sent(element(email("testing@testing.com"))),
)
goes("cases 0: published vector", "abc@gmail.com", "abc@gmail.com")
goes("cases 2: upper case", "WHYAREYOUYELLING@EMAIL.com", "whyareyouyelling@email.com")
goes("cases 3: blanks around, mixed case", "  User@Example.COM  ", "user@example.com")
case(
    "cases 3: blanks and case in nested form",
    nested("  User@Example.COM  "),
    sent(element(email("user@example.com"))),
)
goes("cases 3: wire.md's vector", "  Jane.Doe+LI@Example.COM ", "jane.doe+li@example.com")
goes("cases 4: tab and newline", "\tTEST@EXAMPLE.COM\n", "test@example.com")
goes("cases 4: carriage return of a Windows export", "test@example.com\r\n", "test@example.com")
goes("cases 5: blank before the @", "test @example.com", "test@example.com")
goes("cases 5: blank in the domain", "test@exam ple.com", "test@example.com")
goes("cases 5: several blanks inside", "t e s t @ example . com", "test@example.com")
goes("cases 6: no-break space", "\u00a0user@example.com\u00a0", "user@example.com")
goes("cases 6: em space inside", "user\u2003@example.com", "user@example.com")
goes("cases 6: byte order mark", "\ufeffuser@example.com", "user@example.com")
goes("cases 6: zero width space", "us\u200ber@example.com", "user@example.com")
goes("cases 6: zero width non-joiner", "user@\u200cexample.com", "user@example.com")
goes("cases 6: zero width joiner", "user@exa\u200dmple.com", "user@example.com")
goes("cases 6: word joiner", "user@example.com\u2060", "user@example.com")
goes("cases 6: ideographic space", "\u3000user@example.com", "user@example.com")
goes("cases 6: thin and narrow spaces", "user\u2009@\u202fexample.com", "user@example.com")
goes("cases 6: line and paragraph separator", "user@example.com\u2028\u2029", "user@example.com")
goes(
    "cases 6: next line, vertical tab, form feed",
    "\u0085user\u000b@example.com\u000c",
    "user@example.com",
)
goes("cases 6: Ogham space mark", "user\u1680@example.com", "user@example.com")
goes("cases 7: dots and plus are kept", "john.doe+li@gmail.com", "john.doe+li@gmail.com")
goes(
    "cases 7: dots and plus are kept after lower-casing",
    "John.Doe+LI@Gmail.com",
    "john.doe+li@gmail.com",
)
goes("cases 8: tag and two-part suffix", "user.name+tag@domain.co.uk", "user.name+tag@domain.co.uk")
goes("cases 9: letter with accent", "t\u00e9st@gmail.com", "t\u00e9st@gmail.com")
goes("cases 9: letter with accent, decomposed", "te\u0301st@gmail.com", "t\u00e9st@gmail.com")
goes("cases 9: not Latin", "\u674e@example.com", "\u674e@example.com")
goes("cases 10: umlaut in upper case", "J\u00d6RG@EXAMPLE.COM", "j\u00f6rg@example.com")
goes(
    "cases 10: umlaut in upper case, decomposed", "JO\u0308RG@EXAMPLE.COM", "j\u00f6rg@example.com"
)
goes(
    "cases 10: Cyrillic",
    "\u0418\u0412\u0410\u041d@example.com",
    "\u0438\u0432\u0430\u043d@example.com",
)
goes(
    "cases 10: Greek with final sigma",
    "\u039f\u0394\u039f\u03a3@example.com",
    "\u03bf\u03b4\u03bf\u03c2@example.com",
)
goes("cases 10: Kelvin sign is a K", "\u212aim@example.com", "kim@example.com")
goes("cases 10: capital sharp s", "STRA\u1e9eE@example.com", "stra\u00dfe@example.com")
goes("cases 11: dotless risk in a Turkish locale", "I@X.TR", "i@x.tr")
goes("cases 12: dotted capital I by Unicode's default", "\u0130pek@x.tr", "i\u0307pek@x.tr")
goes(
    "cases 13: international domain as given",
    "user@b\u00fccher.example",
    "user@b\u00fccher.example",
)
goes("cases 13: punycode as given", "user@xn--bcher-kva.example", "user@xn--bcher-kva.example")
dropped("cases 14: empty text", "", "EMPTY")
alone("cases 14: empty text as the only identity", "", "EMPTY")
case(
    "cases 14: empty text in nested form",
    nested(""),
    refused(("NO_IDENTITY", "user"), warnings=[("EMPTY", "email")]),
)
dropped("cases 15: blanks only", "   ", "EMPTY")
alone("cases 15: blanks only, before the identity check", "   ", "EMPTY")
dropped("cases 15: nothing but invisible characters", "\u00a0\u200b\ufeff", "EMPTY")
case(
    "cases 16: null",
    given(None, click_id="df5gf5-gh6t7"),
    sent(element(click("df5gf5-gh6t7"))),
)
case(
    "cases 16: missing",
    {"rule": RULE, "happened_at": 1795521600000, "click_id": "df5gf5-gh6t7"},
    sent(element(click("df5gf5-gh6t7"))),
)
case("cases 16: null as the only identity", given(None), refused(("NO_IDENTITY", "user")))
dropped("cases 17: null as text", "null", "PLACEHOLDER")
dropped("cases 17: undefined", "undefined", "PLACEHOLDER")
dropped("cases 17: none", "none", "PLACEHOLDER")
dropped("cases 17: N/A", "N/A", "PLACEHOLDER")
dropped("cases 17: dash", "-", "PLACEHOLDER")
dropped("cases 17: NULL with blanks", "  NULL ", "PLACEHOLDER")
dropped("cases 17: None", "None", "PLACEHOLDER")
dropped("cases 17: nil", "nil", "PLACEHOLDER")
dropped("cases 17: nan of a data frame", "NaN", "PLACEHOLDER")
dropped("cases 17: unknown", "Unknown", "PLACEHOLDER")
dropped("cases 17: two dashes", "--", "PLACEHOLDER")
dropped("cases 17: na", "na", "PLACEHOLDER")
alone("cases 17: placeholder as the only identity", "null", "PLACEHOLDER")
dropped("cases 18: one letter", "a", "INVALID_EMAIL")
dropped("cases 18: a word", "abc", "INVALID_EMAIL")
dropped("cases 18: no @", "invalid-email", "INVALID_EMAIL")
alone("cases 18: no @ as the only identity", "invalid-email", "INVALID_EMAIL")
dropped("cases 18: a telephone number", "+49 30 1234567", "INVALID_EMAIL")
dropped("cases 19: domain without a dot", "a@b", "INVALID_EMAIL")
dropped("cases 20: no local part", "@b.c", "INVALID_EMAIL")
dropped("cases 20: no @ and no local part", ".c", "INVALID_EMAIL")
dropped("cases 20: only @", "@", "INVALID_EMAIL")
dropped("cases 20: only the domain", "@example.com", "INVALID_EMAIL")
dropped("cases 20: only the local part", "test@", "INVALID_EMAIL")
goes("cases 21: shortest form", "a@b.c", "a@b.c")
goes("cases 21: short domain", "foo@bar.co", "foo@bar.co")
goes("cases 22: apostrophe", "fo'o@bar.com", "fo'o@bar.com")
goes("cases 22: backtick", "fo`o@bar.com", "fo`o@bar.com")
dropped("cases 22: quoted local part", '"a b"@c.d', "INVALID_EMAIL")
dropped("cases 22: escaped @", "a\\@b@c.d", "INVALID_EMAIL")
dropped("cases 23: two dots in the local part", "test..test@example.com", "INVALID_EMAIL")
dropped("cases 23: leading dot", ".test@example.com", "INVALID_EMAIL")
dropped("cases 23: dot before the @", "test.@example.com", "INVALID_EMAIL")
dropped("cases 23: two dots in the domain", "test@example..com", "INVALID_EMAIL")
dropped("cases 23: dot after the @", "test@.example.com", "INVALID_EMAIL")
dropped("cases 23: two @", "test@@example.com", "INVALID_EMAIL")
dropped("cases 23: two @ apart", "test@example@example.com", "INVALID_EMAIL")
goes(
    "cases 23: trailing dot",
    "test@example.com.",
    "test@example.com",
    ("TRAILING_PUNCTUATION", "email"),
)
goes(
    "cases 23: trailing comma",
    "test@example.com,",
    "test@example.com",
    ("TRAILING_PUNCTUATION", "email"),
)
goes(
    "cases 23: trailing semicolon and a blank",
    "test@example.com; ",
    "test@example.com",
    ("TRAILING_PUNCTUATION", "email"),
)
goes("cases 24: symbols in the local part", "#$%&*=?^{}~@example.com", "#$%&*=?^{}~@example.com")
goes("cases 24: pipe in the local part", "a|b@example.com", "a|b@example.com")
goes("cases 25: mailto", "mailto:user@example.com", "user@example.com", ("MAILTO_SCHEME", "email"))
goes(
    "cases 25: mailto in upper case, as schemes may be",
    "MAILTO:User@Example.com",
    "user@example.com",
    ("MAILTO_SCHEME", "email"),
)
dropped("cases 26: display name", "User <user@example.com>", "DISPLAY_NAME")
dropped("cases 26: display name in quotes", '"Doe, Jane" <jane@example.com>', "DISPLAY_NAME")
goes("cases 27: 320 characters", "a" * 308 + "@example.com", "a" * 308 + "@example.com")
goes(
    "cases 27: 320 characters, more bytes",
    "\u00e9" * 308 + "@example.com",
    "\u00e9" * 308 + "@example.com",
)
dropped("cases 27: 321 characters", "a" * 309 + "@example.com", "TOO_LONG")
dropped("cases 28: a number", 123, "WRONG_TYPE")
dropped("cases 28: a boolean", True, "WRONG_TYPE")
dropped("cases 28: an object", {"address": "user@example.com"}, "WRONG_TYPE")
case(
    "cases 29: several, the first is sent",
    given(["a@x.com", "b@x.com"]),
    sent(element(email("a@x.com")), ("EXTRA_EMAIL", "email[1]")),
)
case(
    "cases 29: several in nested form",
    {
        "conversion": URN + RULE,
        "conversionHappenedAt": 1795521600000,
        "user": {
            "userIds": [
                {"idType": "SHA256_EMAIL", "idValue": "a@x.com"},
                {"idType": "SHA256_EMAIL", "idValue": "b@x.com"},
            ]
        },
    },
    sent(element(email("a@x.com")), ("EXTRA_EMAIL", "email[1]")),
)
case(
    "cases 29: the first valid one is sent",
    given(["invalid-email", "b@x.com"]),
    sent(element(email("b@x.com")), ("INVALID_EMAIL", "email")),
)
case(
    "cases 29: the second is not valid",
    given(["a@x.com", "null"]),
    sent(element(email("a@x.com")), ("PLACEHOLDER", "email[1]")),
)
case(
    "cases 29: none is valid",
    given(["a@b", ""]),
    refused(("NO_IDENTITY", "user"), warnings=[("INVALID_EMAIL", "email"), ("EMPTY", "email[1]")]),
)
case("cases 29: a list of one", given(["a@x.com"]), sent(element(email("a@x.com"))))
case("cases 16: an empty list", given([]), refused(("NO_IDENTITY", "user")))
case(
    "cases 30: twice in different case",
    given(["A@x.com", "a@X.com"]),
    sent(element(email("a@x.com"))),
)
case(
    "cases 30: in clear and as its digest",
    given(["a@x.com", sha("a@x.com")]),
    sent(element(email("a@x.com"))),
)
case(
    "cases 30: twice, then another",
    given(["a@x.com", " A@x.com", "b@x.com"]),
    sent(element(email("a@x.com")), ("EXTRA_EMAIL", "email[2]")),
)
dropped("cases 31: percent-encoded", "user%40example.com", "INVALID_EMAIL")
case(
    "cases 30: the second address twice",
    given(["a@x.com", "b@x.com", "B@x.com"]),
    sent(element(email("a@x.com")), ("EXTRA_EMAIL", "email[1]")),
)
