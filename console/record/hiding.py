"""A snapshot's members under pseudonyms: what the moment tells of servers, addresses and people, and the slice of the audit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from console.record.chain import parsed
from console.record.plain import plain
from console.record.redact import Pseudonyms, collect, names_in

if TYPE_CHECKING:
    from console.record.recorder import Stretch
    from console.record.snapshot import Snapshot

_AS_THEY_ARE: Final = ("recording/", "pictures/", "versions.json")
"""Made without names already, or holding none."""


def names_of(snapshot: Snapshot, stretch: Stretch | None) -> Pseudonyms:
    """From the recording, the moment, the settings and the audit."""
    view = snapshot.view
    servers, people, others = names_in(stretch)
    servers |= {row.id for row in view.frame.rows}
    for part in (view.alarms, view.cycles, view.ledger, view.notes, view.suspects, view.actions):
        collect([plain(one) for one in part], servers, people)
    collect(plain(snapshot.settings), servers, people)
    for line in snapshot.audit.splitlines():
        if (record := parsed(line)) is not None:
            collect(record, servers, people)
    if view.frame.balancer.id:
        others.setdefault(view.frame.balancer.id, "balancer-01")
    if snapshot.environment:
        others.setdefault(snapshot.environment, "fleet")
    return Pseudonyms(servers, people, others)


def hidden(members: Mapping[str, bytes], names: Pseudonyms) -> dict[str, bytes]:
    """The same members without names. The audit's chain no longer holds: its lines are others."""
    return {
        name: body if name.startswith(_AS_THEY_ARE) else _member(name, body, names) for name, body in members.items()
    }


def _member(name: str, body: bytes, names: Pseudonyms) -> bytes:
    if name.endswith(".json"):
        value: Any = names.plain(json.loads(body))
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True).encode() + b"\n"
    if name.endswith(".jsonl"):
        lines = [names.plain(parsed(line) or {}) for line in body.splitlines()]
        return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
    if name.endswith(".csv"):
        head, end, rest = body.partition(b"\n")
        told = names.of(head.decode()).encode()
        return told + end + (names.of(rest.decode()).encode() if name == "newest.csv" else rest)  # below: numbers only
    return body
