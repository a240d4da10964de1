"""Values of the vocabulary -> what JSON can hold. Missing numbers become null, never 0; enums their words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum, IntEnum
from typing import Any, cast

import numpy as np
from msgspec import Struct

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None


def plain(value: object) -> Plain:
    """`value` in dicts, lists, texts, numbers and null. Raises TypeError for what has no such form."""
    match value:
        case None | bool() | str():
            return value
        case IntEnum():
            return value.name.lower()
        case Enum():
            return plain(cast("object", value.value))
        case int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case np.generic() | np.ndarray():
            return plain(cast("object", cast("Any", value).tolist()))
        case Mapping():
            return {str(key): plain(item) for key, item in cast("Mapping[object, object]", value).items()}
        case list() | tuple():
            return [plain(item) for item in cast("list[object]", value)]
        case Struct():
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no plain form")
