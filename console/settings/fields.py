"""The declarations of a settings class, as a list: what the loader checks and the default file documents."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

from msgspec import Struct

from console.domain.options import Option, declared

_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


class Field(Struct, frozen=True):
    """One setting: `kind` is bool, int, float or str; `many` is a list of them; `optional` may stay unset."""

    name: str
    kind: type
    many: bool
    optional: bool
    default: Any
    option: Option

    @property
    def type_words(self) -> str:
        """The type in words: `a number`, `a list: text, ...`."""
        return f"a list: {_WORDS[self.kind]}, ..." if self.many else _WORDS[self.kind]

    @property
    def bounds_words(self) -> str:
        """The bounds or choices with their unit, `0.1 to 60 s`; empty where there are none."""
        low, high, unit = self.option.low, self.option.high, self.option.unit
        tail = f" {unit}" if unit else ""
        if self.option.choices:
            return " | ".join(self.option.choices)
        if low is not None and high is not None:
            return f"{low:g} to {high:g}{tail}"
        if low is not None:
            return f"{low:g}{tail} or more"
        if high is not None:
            return f"{high:g}{tail} or less"
        return ""


def fields_of(section: type) -> dict[str, Field]:
    """The declared fields of a settings dataclass, in order. A TypeError means that the declaration itself is wrong."""
    hints = typing.get_type_hints(section)
    found: dict[str, Field] = {}
    for field in dataclasses.fields(section):
        option = declared(field.metadata)
        if option is None:
            continue
        kind, many, optional = _kind(hints[field.name], f"{section.__name__}.{field.name}")
        found[field.name] = Field(field.name, kind, many, optional, field.default, option)
    return found


def _kind(hint: Any, name: str) -> tuple[type, bool, bool]:
    optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        optional = len(inner) < len(typing.get_args(hint))
        hint = inner[0] if len(inner) == 1 else None
    many = typing.get_origin(hint) is tuple
    if many:
        hint, rest = typing.get_args(hint) if len(typing.get_args(hint)) == 2 else (None, None)
        hint = hint if rest is Ellipsis else None
    if hint not in _WORDS:
        raise TypeError(f"{name}: a setting is bool, int, float, str, a tuple[X, ...] of them, or X | None")
    return hint, many, optional
