"""Guidance with the alarm's own numbers in it. What is not known shows as a dash; a number's name says its unit."""

from __future__ import annotations

import string
from typing import Final

from console.domain.alarms import Alarm
from console.domain.guidance import LANGUAGES, Guidance, RuleGuidance
from console.present import numbers
from console.present.numbers import DASH
from widgets.alarmdata import Advice, AdvicePage

_FORMATTER: Final = string.Formatter()


def filled(page: Guidance, alarm: Alarm) -> Guidance:
    """The page with every `{name}` replaced."""
    return Guidance(
        fill(page.what, alarm),
        fill(page.why, alarm),
        tuple(fill(step, alarm) for step in page.do),
        fill(page.where, alarm),
    )


def advice(key: str, alarm: Alarm, rule: RuleGuidance) -> Advice:
    """The pages of its rule with the alarm's numbers, in every language, for the line with this key."""
    pages: dict[str, AdvicePage] = {}
    for language in LANGUAGES:
        page = filled(rule.page(language, of_server=alarm.server is not None), alarm)
        pages[language] = AdvicePage(page.what, page.why, page.do, page.where)
    return Advice(key, pages)


def fill(text: str, alarm: Alarm) -> str:
    """One sentence. Names: `server`, `pool`, `subject`, and the numbers of the alarm's `because`."""
    parts: list[str] = []
    for literal, name, _, _ in _FORMATTER.parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(_value(name, alarm))
    return "".join(parts)


def names_in(text: str) -> set[str]:
    """The names that a sentence uses."""
    return {name for _, name, _, _ in _FORMATTER.parse(text) if name is not None}


def _value(name: str, alarm: Alarm) -> str:
    match name:
        case "server":
            return alarm.server or DASH
        case "subject":
            return alarm.subject or DASH
        case "pool":
            return alarm.pool or alarm.subject or DASH
        case _:
            value = alarm.because.get(name)
    if value is None:
        return DASH
    if isinstance(value, str | bool):
        return str(value)
    if name.endswith("_s"):
        return numbers.seconds(abs(float(value)))
    if "share" in name:
        return numbers.share(float(value), 1)
    return numbers.count(float(value)) if float(value).is_integer() else numbers.decimal(float(value))
