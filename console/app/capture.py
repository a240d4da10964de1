"""A picture of the real window at the right moment, for the README and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from console.domain.errors import SettingsError
from console.domain.view import View

THEME: Final = "{theme}"


class Capture(Struct, frozen=True):
    """`path` may hold `{theme}`: then both themes are taken. `when`: open alarms of servers by rule, at least so many."""

    path: Path
    after_s: float = 0.0
    """Seconds that the condition must have held."""
    when: Mapping[str, int] = field(default_factory=dict[str, int])
    size: tuple[int, int] = (1920, 1080)

    def holds(self, view: View) -> bool:
        """Whether the moment is there."""
        found = {
            rule: sum(alarm.rule == rule and alarm.server is not None for alarm in view.alarms) for rule in self.when
        }
        return all(found[rule] >= least for rule, least in self.when.items())

    def targets(self, current: str) -> tuple[tuple[str, Path], ...]:
        """Theme and file of each picture."""
        if THEME not in self.path.name:
            return ((current, self.path),)
        return tuple((theme, self.path.with_name(self.path.name.replace(THEME, theme))) for theme in ("dark", "light"))


def conditions(text: str) -> dict[str, int]:
    """`silent=3,gap=3` -> counts. Raises SettingsError."""
    found: dict[str, int] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        rule, _, least = part.partition("=")
        if not rule or not least.isdecimal():
            raise SettingsError(f"{part!r} is no condition", remedy="Write RULE=COUNT, as in silent=3,gap=3.")
        found[rule] = int(least)
    return found
