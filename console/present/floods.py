"""A flood of alarms in one sentence: how many are new, and by which causes they hang together."""

from __future__ import annotations

from typing import Final

from console.domain.lifecycle import Flood, Group
from console.present import numbers
from console.present.words import joined, rule_word
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, phrase, verbatim

MOST_CAUSES: Final = 3
"""The worst; more are counted."""


def flood_line(flood: Flood) -> Phrase:
    """NOTHING while there is no flood."""
    if not flood.on:
        return NOTHING
    shown = flood.groups[:MOST_CAUSES]
    left = len(flood.groups) - len(shown) + flood.more_groups
    said = phrase(
        QT_TRANSLATE_NOOP("present", "Alarm flood, {count} new. By cause: {causes}"),
        count=numbers.count(float(flood.new)),
        causes=joined(tuple(_cause(group) for group in shown)),
    )
    if left <= 0:
        return said
    return phrase(
        QT_TRANSLATE_NOOP("present", "{said}; other causes: {count}"), said=said, count=numbers.count(float(left))
    )


def _cause(group: Group) -> Phrase:
    rule, subject, _ = group.first
    first = (
        phrase(QT_TRANSLATE_NOOP("present", "{rule} {target}"), rule=rule_word(rule), target=verbatim(subject or ""))
        if subject
        else rule_word(rule)
    )
    if group.count <= 1:
        return first
    return phrase(
        QT_TRANSLATE_NOOP("present", "{first} and {count} more"), first=first, count=numbers.count(group.count - 1.0)
    )
