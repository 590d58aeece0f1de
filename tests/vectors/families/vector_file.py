"""How is a vector file written? Layout, digests and the shape of an element, nothing else.

Nothing in here may know a rule: what an input becomes is written down by hand in `make.py`.
"""

import calendar
import hashlib
import json

RULE = "789123"
URN = "urn:lla:llaPartnerConversion:"
NOW = 1_795_521_600_000  # 2026-11-24T12:00:00Z
NEWEST = "202609"
DAY = 86_400_000


def sha(text):
    """SHA-256 in hexadecimal of a text that is already canonical."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def utc(year, month, day, hour=0, minute=0, second=0, milli=0):
    """Epoch milliseconds of a UTC time."""
    return calendar.timegm((year, month, day, hour, minute, second)) * 1000 + milli


class Literal(str):
    """A JSON number that must stand in the input exactly as written here."""


def number(text):
    return Literal(text)


# -- what LinkedIn gets -------------------------------------------------------------------------


def identifier(kind, value):
    return {"idType": kind, "idValue": value}


def email(canonical):
    return identifier("SHA256_EMAIL", sha(canonical))


def click(value):
    return identifier("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", value)


def element(
    *ids, rule=RULE, at=NOW, event_id=None, value=None, info=None, external=None, lead=None
):
    """LinkedIn's JSON in the order in which it goes on the wire."""
    made = {"conversion": URN + rule, "conversionHappenedAt": at}
    if event_id is not None:
        made["eventId"] = event_id
    if value is not None:
        made["conversionValue"] = {"currencyCode": value[0], "amount": value[1]}
    made["user"] = {"userIds": list(ids)}
    if info is not None:
        made["user"]["userInfo"] = info
    if external is not None:
        made["user"]["externalIds"] = [external]
    if lead is not None:
        made["user"]["lead"] = lead
    return made


# -- what a case looks like ---------------------------------------------------------------------


def notes(pairs):
    return [{"code": code, "path": path} for code, path in pairs]


def sent(made, *warnings, awaits_consent=False):
    out = {"element": made, "warnings": notes(warnings)}
    if awaits_consent:
        out["awaits_consent"] = True
    return out


def refused(*problems, warnings=()):
    return {"problems": notes(problems), "warnings": notes(warnings)}


class Family:
    """One vector file: cases numbered in the order in which they are written."""

    def __init__(self, name, about):
        self.name = name
        self.about = about
        self.cases = []

    def case(self, note, given, out, *, now=NOW, version=NEWEST, policy=None):
        made = {
            "id": f"{self.name}-{len(self.cases) + 1:03}",
            "note": note,
            "now": now,
            "version": version,
        }
        if policy is not None:
            made["policy"] = policy
        made["in"] = given
        made["out"] = out
        self.cases.append(made)

    def text(self):
        cases = ",\n".join(_case_text(case) for case in self.cases)
        return f'{{"about": {json.dumps(self.about)},\n"cases": [\n{cases}\n]}}\n'


def _case_text(case):
    head = ", ".join(
        f"{json.dumps(key)}: {_compact(value, ascii_only=True)}"
        for key, value in case.items()
        if key not in ("in", "out")
    )
    # The input is escaped, so that invisible characters can be seen. The element is not: its text
    # is byte for byte what LinkedIn gets.
    given = _compact(case["in"], ascii_only=True)
    out = _compact(case["out"], ascii_only=False)
    return f' {{{head},\n  "in": {given},\n  "out": {out}}}'


def _compact(value, *, ascii_only):
    if isinstance(value, Literal):
        return str(value)
    if isinstance(value, dict):
        members = (
            f"{json.dumps(key)}:{_compact(member, ascii_only=ascii_only)}"
            for key, member in value.items()
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_compact(member, ascii_only=ascii_only) for member in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)
