"""A TOML file as values and the line of each key. Every failure is a SettingsError that names its line."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from console.domain.errors import SettingsError

FORMAT: Final = 1
"""Version of the file format, the key `schema` at its top."""

MOST_BYTES: Final = 1 << 20

Keys = tuple[str, ...]

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Document(Struct, frozen=True):
    """What a file says, and where: `lines` has each table and key by its path, 1-based.

    An item of an array of tables (`[[phase]]`) has its place in the path, as in `("phase", "0", "name")`.
    """

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    lines: Mapping[Keys, int] = field(default_factory=dict[Keys, int])

    def line(self, keys: Keys) -> int:
        """The line of a key, else of the table around it, else 1."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)


def parse(data: bytes, where: str) -> Document:
    """Reads TOML 1.0 in UTF-8, at most 1 MiB. Raises SettingsError with the line; never echoes what stands there."""
    if len(data) > MOST_BYTES:
        raise SettingsError(
            f"the file has {len(data)} bytes, more than {MOST_BYTES}.",
            where=where,
            line=1,
            remedy="Is this the right file?",
        )
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            "this is not UTF-8 text.", where=where, line=line, remedy="Save the file as UTF-8."
        ) from None
    try:
        return Document(tomllib.loads(text), _lines(text))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
        what = _AT_LINE.sub("", str(error)).removesuffix(" (at end of document)")
        message = f"this is not TOML: {what[:1].lower()}{what[1:]}."
        raise SettingsError(
            message, where=where, line=line, remedy=f"Correct or remove the line.{_way_back(where)}"
        ) from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or thousands of brackets: the parser says neither what nor where.
        raise SettingsError(
            "a value is far too long or too deeply nested.", where=where, line=_hopeless_line(text), remedy="Remove it."
        ) from None


def _way_back(where: str) -> str:
    kept = Path(f"{where}.bak")
    return f" The version before the last change made here is {kept}." if kept.exists() else ""


def _hopeless_line(text: str) -> int:
    """The first line with which the text cannot be parsed for lack of room, not for its grammar."""
    lines = text.split("\n")

    def hopeless(count: int) -> bool:
        try:
            tomllib.loads("\n".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            return False
        except (ValueError, RecursionError):
            return True
        return False

    return min(bisect_left(range(len(lines) + 1), True, key=hopeless), len(lines))


def _lines(text: str) -> dict[Keys, int]:
    """The line of each table header and each key of a text that is known to be good TOML."""
    found: dict[Keys, int] = {}
    items: dict[Keys, int] = {}
    table: Keys = ()
    at, line = 0, 1
    while at < len(text):
        char = text[at]
        if char == "\n":
            line += 1
        if char in "\n\t ":
            at += 1
        elif char == "#":
            at = _end_of_line(text, at)
        elif char == "[":
            many = text.startswith("[[", at)
            keys, at = _keys(text, at + 1 + many)
            table = _item(keys, items, begins=many)
            found.setdefault(keys, line)
            found.setdefault(table, line)
            at = _end_of_line(text, at)
        else:
            keys, at = _keys(text, at)
            for depth in range(1, len(keys) + 1):
                found.setdefault(table + keys[:depth], line)
            end = _end_of_value(text, at + 1)
            line += text.count("\n", at, end)
            at = end
    return found


def _item(keys: Keys, items: dict[Keys, int], *, begins: bool) -> Keys:
    """A table's path with the place of each array item in it. `items`: how many each array has so far; `begins`: one more."""
    path: Keys = ()
    for depth, key in enumerate(keys, 1):
        path = (*path, key)
        if begins and depth == len(keys):
            items[path] = items.get(path, 0) + 1
        if path in items:
            path = (*path, str(items[path] - 1))
    return path


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _keys(text: str, at: int) -> tuple[Keys, int]:
    """A dotted key from `at`, and the place of the `=` or `]` after it."""
    keys: list[str] = []
    while True:
        while text[at] in " \t.":
            at += 1
        if text[at] in "=]":
            return tuple(keys), at
        if text[at] in "\"'":
            end = _end_of_string(text, at)
            keys.append(next(iter(tomllib.loads(f"{text[at:end]} = 0"))))
            at = end
        else:
            bare = _BARE.match(text, at)
            assert bare is not None, "tomllib has read this text, so a key stands here"
            keys.append(bare[0])
            at = bare.end()


def _end_of_string(text: str, at: int) -> int:
    """The place after the string that opens at `at`, of any of TOML's four kinds."""
    quote = text[at]
    fence = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(fence)
    while not text.startswith(fence, at):
        at += 2 if quote == '"' and text[at] == "\\" else 1
    at += len(fence)
    while len(fence) == 3 and text.startswith(quote, at):  # up to two quotes may stand right before the fence
        at += 1
    return at


def _end_of_value(text: str, at: int) -> int:
    """The end of the line on which a value ends: arrays, inline tables and strings may run over several."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            at = _end_of_string(text, at)
            continue
        if char == "#":
            at = _end_of_line(text, at)
            continue
        if char == "\n" and depth == 0:
            return at
        depth += (char in "[{") - (char in "]}")
        at += 1
    return at
