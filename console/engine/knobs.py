"""Every setting of every rule that a replay can be asked anew with, as it was recorded."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import Any

from msgspec import Struct

from console.domain.options import declared
from console.engine.assemble import SECTIONS
from console.engine.parts import EngineSettings

_ALARMS = "alarms."


class KnobValue(Struct, frozen=True):
    """`rule.key` as in the settings file, its value as text, and its unit."""

    key: str
    value: str
    unit: str = ""


def knobs(settings: EngineSettings) -> tuple[KnobValue, ...]:
    """Rule by rule, in the order of the settings file; what is no single number, word or switch is left out."""
    found: list[KnobValue] = []
    for field in fields(settings.detect):
        section = f"{_ALARMS}{field.name.replace('_', '-')}"
        name = section if section in SECTIONS else f"{_ALARMS}{field.name}"
        if name not in SECTIONS:
            continue
        values: Any = getattr(settings.detect, field.name)
        for one in fields(values):
            value, option = getattr(values, one.name), declared(one.metadata)
            if option is not None and (text := _text(value)) is not None:
                found.append(KnobValue(f"{name.removeprefix(_ALARMS)}.{one.name}", text, option.unit))
    return tuple(found)


def _text(value: object) -> str | None:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int | str) else None
