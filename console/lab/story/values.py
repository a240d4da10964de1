"""Reads single values out of a TOML document; what is wrong is collected with its line and a remedy, and a default stands in."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar, cast

from console.domain.errors import SettingsError
from console.settings.document import Document, Keys

_CLOCK: Final = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$")
_KINDS: Final = {str: "text in quotes", bool: "true or false", float: "a number"}
Kind = TypeVar("Kind", str, bool, float)


class Values:
    """One document, and the problems found in it so far."""

    def __init__(self, document: Document, where: str) -> None:
        self._document = document
        self._where = where
        self.problems: list[SettingsError] = []

    def wrong(self, keys: Keys, message: str, remedy: str) -> None:
        """Notes a problem at the line of `keys`."""
        self.problems.append(SettingsError(message, where=self._where, line=self._document.line(keys), remedy=remedy))

    def known(self, keys: Keys, table: Mapping[str, Any], names: Iterable[str]) -> None:
        """Every key of the table must be one of `names`."""
        names = list(names)
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1)
                remedy = f"Did you mean {near[0]}?" if near else f"Remove it; known are {', '.join(names)}."
                self.wrong((*keys, key), f"{_path((*keys, key))} is not known.", remedy)

    def get(self, keys: Keys, table: Mapping[str, Any], key: str, kind: type[Kind], default: Kind) -> Kind:
        """A value of that type; `default` where it is absent or wrong."""
        if key not in table:
            return default
        value = table[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind):
            self.wrong((*keys, key), f"{_path((*keys, key))} is not {_KINDS[kind]}.", f"Write {_KINDS[kind]}.")
            return default
        return value

    def table(self, keys: Keys, table: Mapping[str, Any], key: str) -> dict[str, Any]:
        """An inner table; empty where it is absent or wrong."""
        return cast("dict[str, Any]", self._nested(keys, table, key, dict, "a table"))

    def items(self, keys: Keys, table: Mapping[str, Any], key: str) -> list[object]:
        """A list; empty where it is absent or wrong."""
        return cast("list[object]", self._nested(keys, table, key, list, "a list"))

    def _nested(self, keys: Keys, table: Mapping[str, Any], key: str, kind: type, what: str) -> object:
        value = table.get(key)
        if key in table and not isinstance(value, kind):
            self.wrong((*keys, key), f"{_path((*keys, key))} is not {what}.", f"Write {what}.")
        return value if isinstance(value, kind) else kind()

    def need(self, keys: Keys, table: Mapping[str, Any], key: str, what: str) -> str:
        """A text that must be there and not be empty."""
        text = self.get(keys, table, key, str, "")
        if key not in table or (isinstance(table[key], str) and not text.strip()):
            self.wrong((*keys, key), f"{_path((*keys, key))} is missing.", f'Write {key} = "{what}".')
        return text.strip()

    def number(self, keys: Keys, table: Mapping[str, Any], key: str, default: float, low: float, high: float) -> float:
        """A number between two bounds, both included."""
        value = self.get(keys, table, key, float, float(default))
        if not (math.isfinite(value) and low <= value <= high):
            self.wrong(
                (*keys, key), f"{_path((*keys, key))} is {value:g}.", f"Give a number between {low:g} and {high:g}."
            )
            return default
        return value

    def count(self, keys: Keys, table: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
        """A whole number between two bounds, both included."""
        value = self.number(keys, table, key, float(default), low, high)
        if value != int(value):
            self.wrong((*keys, key), f"{_path((*keys, key))} is {value:g}.", "Give a whole number.")
            return default
        return int(value)

    def choice(self, keys: Keys, table: Mapping[str, Any], key: str, default: str, choices: Iterable[str]) -> str:
        """One of some words."""
        value = self.get(keys, table, key, str, default)
        choices = list(choices)
        if value not in choices:
            near = difflib.get_close_matches(value, choices, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(choices)}."
            self.wrong((*keys, key), f"{_path((*keys, key))} is {value!r}.", hint)
            return default
        return value

    def numbers(
        self, keys: Keys, table: Mapping[str, Any], key: str, names: Iterable[str], low: float, high: float
    ) -> dict[str, float]:
        """A table of numbers by known names."""
        inner = self.table(keys, table, key)
        path = (*keys, key)
        self.known(path, inner, names)
        return {name: self.number(path, inner, name, low, low, high) for name in inner}

    def tables(self, keys: Keys, table: Mapping[str, Any], key: str) -> list[tuple[Keys, Mapping[str, Any]]]:
        """The items of an array of tables, each with its path."""
        found: list[tuple[Keys, Mapping[str, Any]]] = []
        for place, item in enumerate(self.items(keys, table, key)):
            path = (*keys, key, str(place))
            if isinstance(item, dict):
                found.append((path, cast("dict[str, Any]", item)))
            else:
                self.wrong(path, f"{_path((*keys, key))} holds something else than tables.", f"Write [[{key}]].")
        return found

    def time(self, keys: Keys, table: Mapping[str, Any], key: str, start_s: float | None) -> float | None:
        """A time: `09:12` or `09:12:30` on the clock, or seconds since the start as a number. None where it is absent or wrong.

        `start_s`: what the clock says at the start; None: this is the start itself, so only a clock time will do.
        """
        value = table.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and start_s is not None and 0 <= value < 1e6:
            return float(value)
        found = _CLOCK.match(value) if isinstance(value, str) else None
        if found is None:
            wanted = 'a clock time such as "09:12"' + (
                "" if start_s is None else ", or seconds since the start such as 20"
            )
            state = "missing" if value is None else "no time"
            self.wrong((*keys, key), f"{_path((*keys, key))} is {state}.", f"Write {wanted}.")
            return None
        clock_s = int(found[1]) * 3600.0 + int(found[2]) * 60.0 + int(found[3] or 0)
        return clock_s if start_s is None else (clock_s - start_s) % 86_400


def _path(keys: Keys) -> str:
    """`phase[2].load.8k`, counted from 1 as a person does."""
    text = ""
    for key in keys:
        text += f"[{int(key) + 1}]" if key.isdigit() else f".{key}" if text else key
    return text
