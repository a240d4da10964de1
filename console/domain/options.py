"""How a room declares a setting, once: default, unit, bounds and a sentence, as a field of a frozen dataclass.

The settings room reads these declarations from the classes that it is handed; it knows no room by name.
Example: `interval_s: float = option(1.0, unit="s", low=0.1, high=60.0, sentence="How often everything is polled.")`
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_KEY = "option"


@dataclass(frozen=True, slots=True)  # not a Struct: the command line declares settings and loads nothing
class Option:
    """The declaration behind one field."""

    sentence: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    once: tuple[str, str] | None = None
    """Where it was true or false in older files: what these two mean now."""


def option(
    default: Any,
    *,
    sentence: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    once: tuple[str, str] | None = None,
) -> Any:
    """A dataclass field with its declaration. Numbers carry inclusive bounds; text may carry choices.

    `once`: a choice that was true or false in older files, and what these mean now."""
    return field(default=default, metadata={_KEY: Option(sentence, unit, low, high, choices, once)})


def declared(metadata: Any) -> Option | None:
    """The declaration in a field's metadata, or None."""
    return metadata.get(_KEY)
