#!/usr/bin/env python3
"""Writes the vector files: what the engine must do with each input, in every language.

The expectations in `families/` are written by hand from the rules. Only digests are computed,
with hashlib. Nothing is ever generated from the engine: the vectors are its judge.

    python3 tests/vectors/make.py           writes the files
    python3 tests/vectors/make.py --check   fails if a file is not what it would write
"""

import json
import pathlib
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


def files():
    made = {f"{family.name}.json": family.text() for family in FAMILIES}
    counts = {f"{family.name}.json": len(family.cases) for family in FAMILIES}
    index = {"files": counts, "total": sum(counts.values())}
    made["index.json"] = json.dumps(index, indent=1) + "\n"
    return made


def main():
    made = files()
    for name, text in made.items():
        json.loads(text)
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
