"""How much CPU does an event cost in each language, next to the core in the same run?

Generates the events, lets all implementations take turns, and prints one Markdown table, but only
if all of them have made the same bytes.
"""

import argparse
import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import generate

HERE = Path(__file__).resolve().parent
CORE = "Rust: the core"


def implementations(rust_binary):
    """Name, command, and what is missing (None if it can run); the core comes first."""
    node, java = shutil.which("node"), shutil.which("java")
    has_orjson = importlib.util.find_spec("orjson") is not None
    has_one_shot = node and subprocess.run(
        [node, "-e", "process.exit(require('node:crypto').hash ? 0 : 1)"], check=False
    ).returncode == 0
    no_node = None if node else "Node"
    return [
        (CORE, [str(rust_binary.resolve())], None),
        ("Python: hashlib + json", [sys.executable, "compare.py", "json"], None),
        ("Python: hashlib + orjson", [sys.executable, "compare.py", "orjson"],
         None if has_orjson else "the package orjson"),
        ("Node: createHash + JSON.stringify", [node, "compare.mjs", "createHash"], no_node),
        ("Node: crypto.hash + JSON.stringify", [node, "compare.mjs", "hash"],
         no_node or (None if has_one_shot else "crypto.hash (Node 20.12 or 21.7)")),
        ("Java: MessageDigest + StringBuilder", [java, "Compare.java"],
         None if java else "a JDK"),
    ]


def measure(command, file, rounds):
    """One turn of one implementation: its JSON."""
    done = subprocess.run([*command, str(file), str(rounds)], cwd=HERE, check=False,
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} {command[1] if command[1:] else ''} ended with {done.returncode}")
    return json.loads(done.stdout)


def median_of(turns, key):
    """The median over the turns; None where the implementation has no such figure."""
    values = [turn[key] for turn in turns]
    return None if None in values else statistics.median(values)


def cells(ns, core_ns):
    if ns is None:
        return ["–", "–", "–"]
    ratio = "–" if core_ns is None else f"{ns / core_ns:.1f}x"
    return [f"{ns:,.0f}", f"{1e9 / ns:,.0f}", ratio]


def table(results):
    """`results`: the turns of each implementation by name, the core among them."""
    rows = [
        "| | from events: CPU ns/event | events/s/core | CPU, core = 1 "
        "| from JSON Lines: CPU ns/event | events/s/core | CPU, core = 1 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    keys = ("prepare_ns_per_event", "lines_ns_per_event")
    core = [median_of(results[CORE], key) for key in keys]
    for name, turns in results.items():
        row = [name]
        for key, core_ns in zip(keys, core):
            row += cells(median_of(turns, key), core_ns)
        rows.append("| " + " | ".join(row) + " |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the events are written")
    parser.add_argument("rust_binary", type=Path, help="the example prepare_lines of the core")
    parser.add_argument("--events", type=int, default=generate.EVENTS)
    parser.add_argument("--now", type=int, default=time.time_ns() // 1_000_000,
                        help="epoch milliseconds the events are relative to (default: now)")
    parser.add_argument("--turns", type=int, default=3, help="how often each implementation starts")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds in each turn")
    arguments = parser.parse_args()

    file = generate.generate(arguments.folder.resolve(), arguments.now, arguments.events)
    present, missing = [], []
    for name, command, lacks in implementations(arguments.rust_binary):
        if lacks:
            missing.append(f"Skipped: {name} (not installed: {lacks}).")
        else:
            present.append((name, command))

    results = {name: [] for name, _ in present}
    for turn in range(arguments.turns):
        for name, command in present:
            print(f"turn {turn + 1} of {arguments.turns}: {name}", file=sys.stderr)
            results[name].append(measure(command, file, arguments.rounds))

    expected = results[CORE][0]["digest_of_output"]
    differing = sorted({name for name, turns in results.items()
                        for turn in turns if turn["digest_of_output"] != expected})
    if differing:
        sys.exit(f"No ratios: not the same bytes as the core from {', '.join(differing)}.")

    print(table(results))
    print()
    print(f"{arguments.events:,} events, median of {arguments.turns} turns of {arguments.rounds} "
          f"rounds; all outputs have the SHA-256 `{expected[:16]}…`.")
    for line in missing:
        print(line)


if __name__ == "__main__":
    main()
