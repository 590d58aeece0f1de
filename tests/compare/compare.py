"""What would a user write in Python? `hashlib` and `json`, or the same with `orjson`.

Protocol: `compare.py json|orjson FILE ROUNDS`; see README.md.
"""

import gc
import hashlib
import io
import json
import re
import statistics
import sys
import time
from pathlib import Path

BATCH = 5_000
DAY_MS = 24 * 60 * 60 * 1000
AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]+)?")
CURRENCIES = frozenset((Path(__file__).parent / "currencies.txt").read_text().split())


# --- what the user writes -------------------------------------------------------------------------

def is_valid(event, digest, now_ms):
    """Time in the window, currency known, amount decimal text, somebody identified."""
    return (
        now_ms - 90 * DAY_MS <= event["happened_at"] <= now_ms + DAY_MS
        and event["currency"] in CURRENCIES
        and AMOUNT.fullmatch(event["amount"]) is not None
        and bool(digest or event["click_id"] or (event["first_name"] and event["last_name"]))
    )


def element(event, now_ms):
    """LinkedIn's form of one event, or None if it cannot be sent."""
    email = "".join(event["email"].split()).lower()
    digest = hashlib.sha256(email.encode()).hexdigest() if email else None
    if not is_valid(event, digest, now_ms):
        return None
    user_ids = []
    if digest:
        user_ids.append({"idType": "SHA256_EMAIL", "idValue": digest})
    if event["click_id"]:
        user_ids.append(
            {"idType": "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "idValue": event["click_id"]}
        )
    return {
        "conversion": "urn:lla:llaPartnerConversion:" + event["rule"],
        "conversionHappenedAt": event["happened_at"],
        "eventId": event["event_id"],
        "conversionValue": {"currencyCode": event["currency"], "amount": event["amount"]},
        "user": {
            "userIds": user_ids,
            "userInfo": {
                "firstName": event["first_name"],
                "lastName": event["last_name"],
                "title": event["title"],
                "companyName": event["company_name"],
                "countryCode": event["country_code"],
            },
        },
    }


def bodies(events, dumps, now_ms):
    """The body of a BATCH_CREATE for each 5,000 events."""
    batch = []
    for event in events:
        made = element(event, now_ms)
        if made is not None:
            batch.append(made)
        if len(batch) == BATCH:
            yield dumps({"elements": batch})
            batch = []
    if batch:
        yield dumps({"elements": batch})


def json_dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_lines(data):
    """As a loop over `open(path, encoding="utf-8")`."""
    return map(json.loads, io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


# --- how it is measured ---------------------------------------------------------------------------

def digest_of(made):
    digest = hashlib.sha256()
    for body in made:
        digest.update(body)
    return digest.hexdigest()


def cpu_ns_per_event(make_bodies, events):
    """Process CPU time of one round; each body is dropped as soon as it is made."""
    start = time.process_time_ns()
    for _ in make_bodies():
        pass
    return (time.process_time_ns() - start) / events


def main():
    library, file, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if library == "orjson":
        import orjson

        dumps = orjson.dumps

        def lines(data):
            return map(orjson.loads, io.BytesIO(data))
    else:
        dumps, lines = json_dumps, json_lines

    data = Path(file).read_bytes()
    # A program's own dicts have interned keys; those of json.loads are new strings in each line,
    # which makes every look-up slower.
    events = [{sys.intern(key): value for key, value in event.items()} for event in lines(data)]
    now_ms = time.time_ns() // 1_000_000

    def prepare():
        return bodies(events, dumps, now_ms)

    def prepare_lines():
        return bodies(lines(data), dumps, now_ms)

    digest = digest_of(prepare())
    if digest != digest_of(prepare_lines()):
        sys.exit("the bodies made from lines differ from those made from events")

    prepare_ns, lines_ns = [], []
    # Last of all, or full collections walk the events and slow the very thing that is measured.
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        prepare_ns.append(cpu_ns_per_event(prepare, len(events)))
        lines_ns.append(cpu_ns_per_event(prepare_lines, len(events)))
    print(json.dumps({
        "prepare_ns_per_event": statistics.median(prepare_ns),
        "lines_ns_per_event": statistics.median(lines_ns),
        "digest_of_output": digest,
    }))


if __name__ == "__main__":
    main()
