#!/usr/bin/env python3
"""Writes the vector files: what the engine must do with each input, in every language.

The expectations in `families/` are written by hand from the rules. Only digests are computed,
with hashlib. Nothing is ever generated from the engine: the vectors are its judge.

    python3 tests/vectors/make.py           writes the files
    python3 tests/vectors/make.py --check   fails if a file is not what it would write
"""

import json
import pathlib
import re
import sys

from families import (
    consent,
    digest,
    email,
    event_id_and_rule,
    identifiers,
    share_and_policy,
    time,
    user_info,
    value,
    whole_events,
)

FOLDER = pathlib.Path(__file__).resolve().parent
FAMILIES = [
    email.FAMILY,
    digest.FAMILY,
    identifiers.FAMILY,
    user_info.FAMILY,
    time.FAMILY,
    value.FAMILY,
    event_id_and_rule.FAMILY,
    consent.FAMILY,
    share_and_policy.FAMILY,
    whole_events.FAMILY,
]

# Rows of the rules on events that no event can show, and why.
NOT_AN_EVENT = {
    11: "the locale of a JVM; the address itself is a case",
    49: "a helper's: click_id_from_url",
    52: "a helper's: click_id_from_url",
    53: "a helper's: click_id_from_url",
    129: "delivery's: the age is checked again before each attempt",
    135: "delivery's: the clock of LinkedIn's answer",
    152: "the caller's multiplication",
    153: "the caller's product list",
    154: "the caller's product list",
    158: "the caller's parser",
    165: "the outbox's: it remembers event ids",
    166: "delivery's: the same id at each attempt",
    167: "a helper's: the Insight Tag's snippet",
    176: "delivery's: LinkedIn's answer",
    177: "delivery's: LinkedIn's answer",
    178: "the setup checker's",
}


def rows_without_a_case():
    """Rows 1-178 are those on events; 248 and 249 are those on consent."""
    noted = " ".join(case["note"] for family in FAMILIES for case in family.cases)
    covered = {
        int(row)
        for rows in re.findall(r"cases ((?:\d+(?:, )?)+):", noted)
        for row in rows.split(", ")
    }
    wanted = {*range(1, 179), 248, 249} - NOT_AN_EVENT.keys()
    return sorted(wanted - covered)


def files():
    made = {f"{family.name}.json": family.text() for family in FAMILIES}
    counts = {f"{family.name}.json": len(family.cases) for family in FAMILIES}
    index = {"files": counts, "total": sum(counts.values())}
    made["index.json"] = json.dumps(index, indent=1) + "\n"
    return made


def main():
    if missing := rows_without_a_case():
        print("rows without a case:", missing, file=sys.stderr)
        return 1
    made = files()
    if "--check" in sys.argv[1:]:
        stale = [name for name, text in made.items() if current(name) != text]
        for name in stale:
            print(f"{name} is not what make.py writes", file=sys.stderr)
        return 1 if stale else 0
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(json.loads(made["index.json"])["total"], "cases")
    return 0


def current(name):
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
