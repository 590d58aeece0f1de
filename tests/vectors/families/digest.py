"""cases 32-43: e-mail that is already hashed."""

import base64
import hashlib

from .vector_file import RULE, URN, Family, click, element, email, identifier, refused, sent, sha

FAMILY = Family("digest", "E-mail addresses that are already hashed, and what only looks like it.")
case = FAMILY.case

USER = sha("user@example.com")


def given(address, **more):
    return {"rule": RULE, "happened_at": 1795521600000, "email": address, **more}


def nested(address):
    return {
        "conversion": URN + RULE,
        "conversionHappenedAt": 1795521600000,
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": address}]},
    }


def goes(note, address, digest=USER):
    case(note, given(address), sent(element(identifier("SHA256_EMAIL", digest))))


def dropped(note, address, code):
    case(
        note,
        given(address, click_id="df5gf5-gh6t7"),
        sent(element(click("df5gf5-gh6t7")), (code, "email")),
    )


goes("cases 32: 64 lower-case digits", USER)
case("cases 32: nested form", nested(USER), sent(element(email("user@example.com"))))
goes("cases 32: a digest nobody knows", "0123456789abcdef" * 4, "0123456789abcdef" * 4)
goes("cases 33: upper case", USER.upper())
goes("cases 33: mixed case", USER[:32].upper() + USER[32:])
case(
    "cases 33: upper case in nested form",
    nested(USER.upper()),
    sent(element(email("user@example.com"))),
)
goes("cases 34: blanks around", f" {USER} ")
goes("cases 34: newline after", f"{USER}\n")
dropped("cases 35: 63 digits", USER[:63], "BAD_DIGEST_LENGTH")
dropped("cases 35: 65 digits", USER + "0", "BAD_DIGEST_LENGTH")
dropped("cases 36: 64 letters and digits, not hexadecimal", "g" + USER[1:], "NOT_A_DIGEST")
dropped("cases 36: 64 letters", "xyz0" * 16, "NOT_A_DIGEST")
dropped("cases 37: MD5", hashlib.md5(b"user@example.com").hexdigest(), "WRONG_DIGEST")
dropped(
    "cases 37: MD5 in upper case",
    hashlib.md5(b"user@example.com").hexdigest().upper(),
    "WRONG_DIGEST",
)
dropped("cases 37: SHA-1", hashlib.sha1(b"user@example.com").hexdigest(), "WRONG_DIGEST")
dropped(
    "cases 38: base64",
    base64.b64encode(hashlib.sha256(b"user@example.com").digest()).decode(),
    "WRONG_ENCODING",
)
dropped("cases 39: digest of the empty text", sha(""), "KNOWN_EMPTY_HASH")
dropped("cases 39: digest of null", sha("null"), "KNOWN_EMPTY_HASH")
dropped("cases 39: digest of undefined", sha("undefined"), "KNOWN_EMPTY_HASH")
dropped("cases 39: digest of the empty text in upper case", sha("").upper(), "KNOWN_EMPTY_HASH")
case(
    "cases 39: as the only identity",
    given(sha("")),
    refused(("NO_IDENTITY", "user"), warnings=[("KNOWN_EMPTY_HASH", "email")]),
)
dropped("cases 40: all zeros", "0" * 64, "ZERO_DIGEST")
goes(
    "cases 41: digest of a raw address cannot be told from a good one",
    "ff32222e338613841fd0dfc54393687ab49c8221595d66d3fc48fabc6d0208ff",
    "ff32222e338613841fd0dfc54393687ab49c8221595d66d3fc48fabc6d0208ff",
)
assert (
    sha("  User@Example.COM  ")
    == "ff32222e338613841fd0dfc54393687ab49c8221595d66d3fc48fabc6d0208ff"
)
case(
    "cases 42: clear address where a digest belongs",
    nested("user@example.com"),
    sent(element(email("user@example.com"))),
)
case(
    "cases 42: 64 characters with an @",
    given("a" * 52 + "@example.com"),
    sent(element(email("a" * 52 + "@example.com"))),
)
case(
    "cases 42: hexadecimal local part",
    given("deadbeef@cafe.fed"),
    sent(element(email("deadbeef@cafe.fed"))),
)
goes("cases 43: sha256: prefix", f"sha256:{USER}")
goes("cases 43: sha256: prefix, digest in upper case", f"sha256:{USER.upper()}")
dropped(
    "cases 43: crypt form",
    "$5$rounds=5000$salt$KqJWpanXZHKq2BOB43TSaYhEWsQ1Lr5QNyPCDH/Tp.6",
    "INVALID_EMAIL",
)
case(
    "cases 30: the same digest twice",
    given([USER, USER.upper()]),
    sent(element(email("user@example.com"))),
)
