"""Evidence: what in the recording a sentence stands on, under a short name that leads there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

INDEX: Final = "recording/index.json"
BLOCKS: Final = "recording/blocks-*.bin"


class Evidence(Struct, frozen=True):
    """Polls [first, last] of the recording (their numbers there), or one event of it, and which numbers to look at."""

    what: str
    """`refused`, `truth`, `report_age`, `alarm silent`, `action`, .. with the pool or text behind a space."""
    first: int
    last: int
    first_wall_s: float
    last_wall_s: float
    server: str | None = None
    event: bool = False

    @property
    def member(self) -> str:
        """Where in a snapshot."""
        return INDEX if self.event else BLOCKS


class Shelf:
    """Gives names `e1`, `e2`, .. in the order in which evidence is first cited; the same evidence has one name."""

    def __init__(self) -> None:
        self._names: dict[Evidence, str] = {}

    def cite(self, evidence: Iterable[Evidence | None]) -> tuple[str, ...]:
        """Names of what is there."""
        cited: list[str] = []
        for one in evidence:
            if one is None:
                continue
            name = self._names.setdefault(one, f"e{len(self._names) + 1}")
            if name not in cited:
                cited.append(name)
        return tuple(cited)

    @property
    def named(self) -> dict[str, Evidence]:
        """By name."""
        return {name: one for one, name in self._names.items()}
