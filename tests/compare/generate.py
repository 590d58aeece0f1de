"""Which events do all implementations get? Writes the full events of the comparison as JSON Lines.

The same count, seed and `now` give the same bytes. No two events share a person or an event id.
"""

import argparse
import json
import random
import time
import unicodedata
import uuid
from pathlib import Path

EVENTS = 200_000
SEED = 20_240_817
FILE_NAME = "events.jsonl"

DAY_MS = 24 * 60 * 60 * 1000
# Well inside LinkedIn's window of 90 days, so that a file lives for some days.
OLDEST_DAYS = 80

RULES = ("7001001", "7001002", "18446744")
FIRST_NAMES = (
    "Ada Grace Alan Edsger Barbara Donald Frances John Margaret Dennis Radia Kenneth Katherine "
    "Brian Jean Niklaus Adele Bjarne Hedy Guido"
).split()
LAST_NAMES = (
    "Byron Hopper Turing Dijkstra Liskov Knuth Allen Backus Hamilton Ritchie Perlman Thompson "
    "Johnson Kernighan Bartik Wirth Goldberg Stroustrup Lamarr Rossum"
).split()
NON_ASCII_FIRST_NAMES = ("Zoë", "José", "Søren", "Łukasz", "Jürgen", "Данило", "美咲")
NON_ASCII_LAST_NAMES = ("Müller", "García", "Østergård", "Nowák", "Çelik", "Шевченко", "佐藤")
COMPANIES = (
    "Analytical Engines Ltd", "Nordwind GmbH", "Harbour & Sons", "Blue Fjord AS",
    "Compagnie du Sud", "Acme Holdings Inc.", "Vista Data Systems", "Kestrel Logistics",
)
TITLES = (
    "Head of Engineering", "Marketing Manager", "Chief Financial Officer", "Data Analyst",
    "Senior Buyer", "Account Executive", "VP Sales, EMEA", "Product Owner",
)
DOMAINS = (
    "example.com", "mail.example.org", "analytical-engines.example", "nordwind.example",
    "corp.example.net", "blue-fjord.example",
)
COUNTRIES = ("US", "GB", "DE", "FR", "NL", "DK", "SE", "ES", "IT", "JP", "BR", "IN")
CURRENCIES = ("USD", "EUR", "GBP", "SEK", "DKK", "BRL", "INR", "CHF")
SPACES = (" ", "  ", "\t", " \t")


def name(random_, common, rare):
    """About 3 % of the names have a letter beyond ASCII, all of them in NFC."""
    chosen = random_.choice(rare if random_.random() < 0.03 else common)
    return unicodedata.normalize("NFC", chosen)


def mixed_case(random_, text):
    return "".join(c.upper() if random_.random() < 0.5 else c for c in text)


def email(random_, number, first, last):
    """As forms deliver it: stray white space in 40 %, upper case in 30 %, mixed domains in 50 %."""
    local = f"{first}.{last}.{number}".lower()
    if not local.isascii():
        local = f"person.{number}"
    domain = random_.choice(DOMAINS)
    if random_.random() < 0.5:
        domain = mixed_case(random_, domain)
    address = f"{local}@{domain}"
    if random_.random() < 0.3:
        address = address.upper()
    if random_.random() < 0.4:
        space = random_.choice(SPACES)
        where = random_.randrange(10)
        if where < 4:
            address = space + address
        elif where < 8:
            address = address + space
        elif where < 9:
            address = space + address + space
        else:
            address = address.replace("@", " @", 1)
    return address


def company(random_):
    chosen = random_.choice(COMPANIES)
    return f'{chosen} "{random_.choice(LAST_NAMES)}"' if random_.random() < 0.01 else chosen


def event(random_, number, now_ms):
    first = name(random_, FIRST_NAMES, NON_ASCII_FIRST_NAMES)
    last = name(random_, LAST_NAMES, NON_ASCII_LAST_NAMES)
    return {
        "rule": random_.choice(RULES),
        "happened_at": now_ms - random_.randrange(DAY_MS // 24, OLDEST_DAYS * DAY_MS),
        "event_id": f"order-{number:07d}-{random_.getrandbits(48):012x}",
        "email": email(random_, number, first, last),
        "click_id": str(uuid.UUID(int=random_.getrandbits(128), version=4)),
        "first_name": first,
        "last_name": last,
        "company_name": company(random_),
        "title": random_.choice(TITLES),
        "country_code": random_.choice(COUNTRIES),
        "amount": f"{random_.randrange(1, 2_000)}.{random_.randrange(100):02d}",
        "currency": random_.choice(CURRENCIES),
    }


def generate(folder, now_ms, events=EVENTS, seed=SEED):
    """Writes the events into `folder` and returns the file's path."""
    random_ = random.Random(seed)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(events):
            line = event(random_, number, now_ms)
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--now", type=int, default=time.time_ns() // 1_000_000,
                        help="epoch milliseconds the times are relative to (default: now)")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    print(generate(arguments.folder, arguments.now, arguments.events, arguments.seed))


if __name__ == "__main__":
    main()
