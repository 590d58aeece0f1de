"""cases 115-134: when it happened."""

from .vector_file import DAY, NOW, RULE, URN, Family, element, email, number, refused, sent, utc

FAMILY = Family("time", "When it happened: units, zones, age, and times that lie ahead.")
case = FAMILY.case

MAIL = email("a@b.c")
SECOND = 1_000
HOUR = 3_600_000
TEN = utc(2026, 9, 1, 10)
assert TEN == 1_788_256_800_000


def given(happened_at):
    return {"rule": RULE, "happened_at": happened_at, "email": "a@b.c"}


def goes(note, happened_at, at, *warnings, **settings):
    case(note, given(happened_at), sent(element(MAIL, at=at), *warnings), **settings)


def stopped(note, happened_at, code, **settings):
    case(note, given(happened_at), refused((code, "happened_at")), **settings)


goes("cases 115: now", NOW, NOW)
goes("cases 115: an hour ago", NOW - HOUR, NOW - HOUR)
case(
    "cases 115: LinkedIn's own names",
    {
        "conversion": URN + RULE,
        "conversionHappenedAt": NOW - HOUR,
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": "a@b.c"}]},
    },
    sent(element(MAIL, at=NOW - HOUR)),
)
SUMMER = 1_755_000_100_000  # 100 seconds after the times of rows 116, 117 and 133
stopped("cases 116: seconds", 1_755_000_000, "LOOKS_LIKE_SECONDS", now=SUMMER)
stopped("cases 116: seconds as text", "1755000000", "LOOKS_LIKE_SECONDS", now=SUMMER)
stopped("cases 116: the smallest that look so", 1_000_000_000, "LOOKS_LIKE_SECONDS")
stopped("cases 116: the largest that look so", 9_999_999_999, "LOOKS_LIKE_SECONDS")
goes(
    "cases 116: seconds converted by the setting",
    1_755_000_000,
    1_755_000_000_000,
    ("SECONDS_CONVERTED", "happened_at"),
    now=SUMMER,
    policy={"seconds": "convert"},
)
case(
    "cases 116: converted seconds can be too old",
    given(1_000_000_000),
    refused(("TOO_OLD", "happened_at"), warnings=[("SECONDS_CONVERTED", "happened_at")]),
    policy={"seconds": "convert"},
)
stopped("cases 117: microseconds", 1_755_000_000_000_000, "LOOKS_LIKE_MICROSECONDS", now=SUMMER)
stopped("cases 117: nanoseconds", 1_755_000_000_000_000_000, "LOOKS_LIKE_NANOSECONDS", now=SUMMER)
stopped(
    "cases 117: microseconds as text", "1755000000000000", "LOOKS_LIKE_MICROSECONDS", now=SUMMER
)
stopped(
    "cases 117: nanoseconds as text", "1755000000000000000", "LOOKS_LIKE_NANOSECONDS", now=SUMMER
)
goes("cases 118: digits as text", "1698764171467", 1_698_764_171_467, now=1_698_764_171_467 + HOUR)
goes(
    "cases 118: digits as text with blanks",
    " 1698764171467 ",
    1_698_764_171_467,
    now=1_698_764_171_467 + HOUR,
)
stopped("cases 119: digits of 1971", "50000000000", "TOO_OLD")
goes("cases 120: UTC", "2026-09-01T10:00:00Z", TEN)
goes("cases 120: ahead of UTC", "2026-09-01T10:00:00+02:00", TEN - 2 * HOUR)
goes("cases 120: behind UTC, over midnight", "2026-09-01T22:30:00-05:00", utc(2026, 9, 2, 3, 30))
goes("cases 120: half an hour", "2026-09-01T10:00:00+05:30", utc(2026, 9, 1, 4, 30))
goes("cases 120: milliseconds", "2026-09-01T10:00:00.123Z", TEN + 123)
goes("cases 120: microseconds are cut", "2026-09-01T10:00:00.123999Z", TEN + 123)
goes("cases 120: a blank instead of the T", "2026-09-01 10:00:00+02:00", TEN - 2 * HOUR)
goes("cases 120: blanks around", " 2026-09-01T10:00:00Z ", TEN)
stopped("cases 121: no zone", "2026-09-01T10:00:00", "TIME_WITHOUT_ZONE")
stopped("cases 121: no zone, with a blank", "2026-09-01 10:00:00", "TIME_WITHOUT_ZONE")
goes(
    "cases 121: the configured zone in summer",
    "2026-09-01T10:00:00",
    TEN - 2 * HOUR,
    policy={"time_zone": "Europe/Berlin"},
)
goes(
    "cases 121: the configured zone in winter",
    "2026-11-23 10:00:00",
    utc(2026, 11, 23, 9),
    policy={"time_zone": "Europe/Berlin"},
)
goes(
    "cases 121: an offset in the text comes first",
    "2026-09-01T10:00:00Z",
    TEN,
    policy={"time_zone": "Europe/Berlin"},
)
goes("cases 122: a date", "2026-09-01", utc(2026, 9, 1))
stopped("cases 123: a human date", "Fri Sep 1 2026", "INVALID_TIME")
stopped("cases 123: day first", "01.09.2026", "INVALID_TIME")
stopped("cases 123: month first", "9/1/2026", "INVALID_TIME")
stopped("cases 123: a month that does not exist", "2026-13-01", "INVALID_TIME")
stopped("cases 123: a day that does not exist", "2026-09-31T10:00:00Z", "INVALID_TIME")
stopped("cases 124: garbage", "garbage", "INVALID_TIME")
stopped("cases 124: empty text is not now", "", "INVALID_TIME")
stopped("cases 124: digits and letters", "1795521600000x", "INVALID_TIME")
case("cases 125: missing", {"rule": RULE, "email": "a@b.c"}, sent(element(MAIL, at=NOW)))
goes("cases 125: null", None, NOW)
goes("cases 126: 90 days minus one second", NOW - 90 * DAY + SECOND, NOW - 90 * DAY + SECOND)
goes("cases 126: exactly 90 days", NOW - 90 * DAY, NOW - 90 * DAY)
stopped("cases 127: 90 days and a millisecond", NOW - 90 * DAY - 1, "TOO_OLD")
stopped("cases 128: 100 days", NOW - 100 * DAY, "TOO_OLD")
stopped("cases 128: 100 days as text", "2026-08-16T12:00:00Z", "TOO_OLD")
stopped("cases 128: last year's date", "2025-11-24", "TOO_OLD")
goes("cases 130: a millisecond ahead", NOW + 1, NOW + 1, ("FUTURE_HELD", "happened_at"))
goes("cases 130: an hour ahead", NOW + HOUR, NOW + HOUR, ("FUTURE_HELD", "happened_at"))
goes("cases 130: 24 hours ahead", NOW + DAY, NOW + DAY, ("FUTURE_HELD", "happened_at"))
stopped("cases 131: 24 hours and a millisecond ahead", NOW + DAY + 1, "FUTURE")
stopped("cases 131: next year", "2027-09-01T10:00:00Z", "FUTURE")
stopped("cases 132: zero", 0, "INVALID_TIME")
stopped("cases 132: negative", -1, "INVALID_TIME")
stopped("cases 132: negative seconds", -1_755_000_000, "INVALID_TIME")
stopped("cases 132: a small number", 123, "TOO_OLD")
stopped("cases 132: zero as text", "0", "INVALID_TIME")
goes("cases 133: float", number("1755000000000.5"), 1_755_000_000_000, now=SUMMER)
goes("cases 133: float as text", "1755000000000.5", 1_755_000_000_000, now=SUMMER)
goes("cases 133: float with zeros", number("1755000000000.0"), 1_755_000_000_000, now=SUMMER)
goes("cases 133: exponent", number("1.755e12"), 1_755_000_000_000, now=SUMMER)
goes(
    "cases 134: the hour that comes twice is told apart by its offset",
    "2026-10-25T02:30:00+02:00",
    utc(2026, 10, 25, 0, 30),
)
goes(
    "cases 134: and an hour later",
    "2026-10-25T02:30:00+01:00",
    utc(2026, 10, 25, 1, 30),
)
