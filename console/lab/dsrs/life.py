"""The parts of a DSRS's life: who it is, what it is built for, what it has counted and said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from console.lab.dsrs.memory import Model
from console.lab.problem import reader

_NAME = Annotated[str, Meta(min_length=1, max_length=100)]


class Opening(msgspec.Struct, frozen=True):
    """Body of POST /v1/sessions. `updates_ms`: between interim results, 0 for none."""

    session: _NAME
    pool: _NAME
    format: _NAME
    updates_ms: Annotated[int, Meta(ge=0, le=60_000)] = 1000


OPENING: Final = reader(Opening)


class Identity(Struct, frozen=True):
    """Who it is, for one life."""

    id: str
    incarnation: str
    pool: str
    limit: int
    report_interval_s: float


class Build(Struct, frozen=True):
    """What it is built for. `capacity` is in seconds of audio per second."""

    capacity: float
    memory: Model


@dataclass(slots=True)
class Totals:
    """Counters of one life."""

    started: int = 0
    completed: int = 0
    refused: int = 0
    cut: int = 0

    def reset(self) -> None:
        """Back to 0, as after a restart that nobody was told of."""
        self.started = self.completed = self.refused = self.cut = 0


@dataclass(slots=True)
class Sent:
    """The newest report that left; `at_s` is monotonic, None before the first."""

    seq: int = 0
    at_s: float | None = None
    connections: int | None = None
    error: str | None = None
