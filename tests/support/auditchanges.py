"""Ways to change an audit file that its verification must find, each with the first line that is wrong by then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

from console.record import Journal, signer
from console.record.audit import verify
from console.record.chain import sealed
from console.record.keys import verifier

KINDS = ("byte", "remove", "double", "swap", "cut", "insert", "forge", "space", "old")


def written(folder: Path, count: int) -> tuple[Path, bytes]:
    """A record of so many lines, written by two consoles one after the other; and the file as the first one left it."""
    path, state = folder / "actions.jsonl", folder / "state"
    old = b""
    for half in range(2):
        journal = Journal(path, signer=signer(state), state=state)
        for number in range(count // 2):
            kind = "intent" if number % 2 else "outcome"
            journal.append(kind, {"n": number, "half": half, "server": f"dsrs-{number:03d}", "why": "信"})
        journal.close()
        old = old or path.read_bytes()
    return path, old


def changed(lines: Sequence[bytes], old: bytes, kind: str, dice: Random) -> tuple[bytes, int]:
    """Other bytes, and the number of the first line that is not as it was written; beyond the end: something is missing there."""
    at = dice.randrange(len(lines))
    new, first = list(lines), at + 1
    match kind:
        case "byte":
            line = bytearray(lines[at])
            line[dice.randrange(len(line))] ^= dice.randrange(1, 256)
            new[at] = bytes(line)
        case "remove":
            del new[at]
        case "double":
            new.insert(at, lines[at])
            first = at + 2
        case "swap":
            other = dice.randrange(len(lines) - 1)
            other += other >= at
            new[at], new[other] = new[other], new[at]
            first = min(at, other) + 1
        case "cut":
            new[at:] = [lines[at][: dice.randrange(len(lines[at]))]]
        case "insert":
            new.insert(at, b"{}\n")
        case (
            "forge"
        ):  # with a hash of its own, as somebody would who knows the format: the next line does not follow any more
            record = json.loads(lines[at])
            del record["hash"]
            new[at] = sealed({**record, "wall_s": record["wall_s"] + 1.0})[0] + b"\n"
            first = at + 2
        case "old":  # an old file put back: good in itself, and too short
            return old, old.count(b"\n") + 1
        case _:
            new[at] = lines[at].replace(b",", b", ", 1)
    return b"".join(new), first


def mistaken(folder: Path, turns: int, seed: int, count: int = 24) -> tuple[list[str], dict[str, int]]:
    """Changes that were not found, or found at another line; and how many were made of each kind."""
    path, old = written(folder, count)
    whole, dice = path.read_bytes(), Random(seed)
    lines = whole.splitlines(keepends=True)
    public, state = verifier(folder / "state" / "audit.pub"), folder / "state"
    wrong: list[str] = []
    made = dict.fromkeys(KINDS, 0)
    for turn in range(turns):
        kind = KINDS[turn % len(KINDS)]
        made[kind] += 1
        data, first = changed(lines, old, kind, dice)
        path.write_bytes(data)
        finding = verify(path, public, state=state).finding
        if finding is None:
            wrong.append(f"{turn}: {kind} of line {first} was not found")
        elif finding.line is None:  # only the end is missing, or new: a head that is kept elsewhere tells
            if kind not in ("remove", "cut", "forge", "old") or first < data.count(b"\n") + 1:
                wrong.append(f"{turn}: {kind} names no line: {finding}")
        elif finding.line != first:
            wrong.append(f"{turn}: {kind} of line {first} was found in line {finding.line}")
    path.write_bytes(whole)
    if (finding := verify(path, public, state=state).finding) is not None:
        wrong.append(f"the unchanged file is said to be changed: {finding}")
    return wrong, made
