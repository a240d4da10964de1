"""A recorded incident with everything that a report tells of: refusals, silences, a detach, a note, a blind interval."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta, timezone
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from console.record.recorder import Recording, Stretch
from console.record.recorder.stretch import Happened
from console.report.document import Document
from tests.support.recorded import incident_frames, record

JST = timezone(timedelta(hours=9), "JST")
OPERATOR, NOTE = "sato.hanako", "called 10.20.30.40:9000, dsrs-002 looks idle to it"


@cache
def _body() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.dsrrec"
        record(path, incident_frames(per_pool=16, calm=30, muted=40, ramp=90))
        return path.read_bytes()


def recorded(path: Path) -> None:
    """Calm polls, three servers fall silent, the ramp; recorded once in a process."""
    path.write_bytes(_body())


def told(path: Path) -> Stretch:
    """The stretch with what people did: events as the engine records them. Its blocks are read before the file is closed."""
    with Recording(path) as recording:
        stretch = recording.stretch()
        bodies = [piece.load() for piece in stretch.pieces]
        pieces = tuple(
            replace(piece, load=lambda body=body: body) for piece, body in zip(stretch.pieces, bodies, strict=True)
        )
    tick = stretch.pieces[-1].last
    at = stretch.last_wall_s
    intent = {
        "key": "k1", "verb": "detach", "server": "dsrs-002", "incarnation": None, "pool": "-a-general/8k", "operator": OPERATOR,
        "reason": "belief frozen at 0", "asked_wall_s": at - 20, "asked_mono_s": 1.0,
    }  # fmt: skip
    rungs = [("requested", at - 20), ("accepted", at - 19.8), ("confirmed", at - 19), ("effective", at - 10)]
    events = [
        Happened(tick, wall, "action", {"intent": intent, "over": False, "rung": {
            "step": step, "wall_s": wall, "mono_s": 0.0, "evidence": {}, "sentence": ""}})
        for step, wall in rungs
    ]  # fmt: skip
    events.append(Happened(tick, at - 5, "note", {"text": NOTE, "by": OPERATOR}))
    events.append(Happened(tick, at - 30, "blind", {"source": "balancer", "since": at - 37, "seconds": 7.0}))
    return replace(stretch, pieces=pieces, events=(*stretch.events, *events))


def unsupported(document: Document, stretch: Stretch) -> Iterator[str]:
    """Every sentence whose evidence does not lead to a poll or an event of the stretch."""
    polls = {number for number, _ in stretch.ticks()}
    events = {(event.tick, event.kind) for event in stretch.events}
    for section in document.sections:
        for line in section.lines:
            if not line.evidence:
                yield f"{section.key}: {line.text}: nothing"
            for name in line.evidence:
                one = document.evidence.get(name)
                if one is None:
                    yield f"{section.key}: {line.text}: {name} is no evidence"
                    continue
                there = (one.first, one.what.split(" ")[0]) in events if one.event else {one.first, one.last} <= polls
                if not there:
                    yield f"{section.key}: {line.text}: {one}"


def figures(text: str) -> list[str]:
    """The numbers of a text, in order of size: both languages of a sentence have the same ones."""
    return sorted(re.findall(r"\d+(?:[.:]\d+)*", text))
