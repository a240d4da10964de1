"""What an operator may say to an alarm: names, notes and reasons of bounded length, and the bounds of shelving."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from console.domain.lifecycle import LifecycleRefused
from console.domain.options import option

MOST_NAME = 100
"""Characters; as the balancer takes of an operator's name."""
MOST_TEXT = 500
"""Characters; as the balancer takes of a reason."""


@dataclass(frozen=True, slots=True)
class ShelfSettings:
    """How long and how many alarms may be set aside."""

    shelf_s: float = option(
        3600.0, unit="s", low=60.0, high=28_800.0, sentence="An alarm is shelved for this long where no time is given."
    )
    shelf_most_s: float = option(
        28_800.0,
        unit="s",
        low=60.0,
        high=28_800.0,
        sentence="Longest that an alarm may be shelved: one shift of 8 hours.",
    )
    shelved_most: int = option(30, low=1, high=1000, sentence="Most alarms that may be shelved at once.")


def check_shelf(settings: ShelfSettings, seconds: float | None, shelved: int) -> float:
    """The seconds that a shelf may run; `shelved`: how many others there are. Raises LifecycleRefused."""
    wanted_s = min(settings.shelf_s, settings.shelf_most_s) if seconds is None else seconds
    if not 1.0 <= wanted_s <= settings.shelf_most_s:
        most = f"{settings.shelf_most_s / 60:g} minutes"
        raise LifecycleRefused(f"An alarm can be shelved for 1 second to {most}; choose a time within these.")
    if shelved >= settings.shelved_most:
        raise LifecycleRefused(f"{shelved} alarms are shelved already, and no more may be; take one back first.")
    return wanted_s


def person(name: str) -> str:
    """A name on one line. Raises LifecycleRefused where it is empty: nobody is no operator."""
    clean = _one_line(name)[:MOST_NAME]
    if not clean:
        raise LifecycleRefused("Nobody was named as the operator; nothing changed.")
    return clean


def place(server: str | None) -> str | None:
    """A server's id as a note carries it; None: the situation."""
    return None if server is None else _one_line(server)[:MOST_TEXT] or None


def sentence(text: str, what: str, *, needed: bool) -> str:
    """A text of people on one line. Raises LifecycleRefused where it is too long, or empty though needed."""
    clean = _one_line(text)
    if needed and not clean:
        raise LifecycleRefused(f"{what} is needed, in a few words; nothing changed.")
    if len(clean) > MOST_TEXT:
        raise LifecycleRefused(f"{what} may have {MOST_TEXT} characters, and this has {len(clean)}; shorten it.")
    return clean


def _one_line(text: str) -> str:
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    # Lone surrogates cannot be written to any file.
    return " ".join(kept.encode("utf-8", "replace").decode("utf-8").split())
