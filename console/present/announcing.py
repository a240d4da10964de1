"""The words of a desktop notification and of a spoken announcement. Pure: which and when is for `detect.announce`."""

from __future__ import annotations

from console.detect.announce import Announcement
from console.domain.lifecycle import Cycle
from console.domain.view import View
from console.present import numbers
from console.present.alarms import sentence
from console.present.floods import flood_line
from console.present.words import PRIORITIES, rule_word
from widgets.viewdata import NOTHING, QT_TRANSLATE_NOOP, Phrase, phrase


def title(environment: str, *, lab: bool) -> Phrase:
    """Of a notification: whose alarms these are."""
    if lab:
        return phrase(QT_TRANSLATE_NOOP("present", "LAB: {environment}"), environment=environment)
    return phrase(QT_TRANSLATE_NOOP("present", "Alarm in {environment}"), environment=environment)


def shown(view: View, what: Announcement) -> Phrase:
    """The body of the notification; NOTHING where none is due."""
    return _body(view, what, what.show, what.name)


def spoken(view: View, what: Announcement) -> Phrase:
    """The announcement; NOTHING where none is due."""
    return _body(view, what, what.say, what.say_name)


def _body(view: View, what: Announcement, count: int, name: str | None) -> Phrase:
    if what.lost:
        return phrase(QT_TRANSLATE_NOOP("present", "The console has stopped seeing the fleet: nothing on it is live."))
    if not count:
        return NOTHING
    if what.flood:
        return flood_line(view.flood)
    cycle = next((cycle for cycle in view.cycles if cycle.alarm.name == name), None)
    if cycle is None:
        return phrase(QT_TRANSLATE_NOOP("present", "New alarms: {count}"), count=numbers.count(float(count)))
    said = _alarm(cycle)
    if count == 1:
        return said
    return phrase(
        QT_TRANSLATE_NOOP("present", "{alarm}; and {count} more new ones"),
        alarm=said,
        count=numbers.count(count - 1.0),
    )


def _alarm(cycle: Cycle) -> Phrase:
    alarm = cycle.alarm
    return phrase(
        QT_TRANSLATE_NOOP("present", "{priority}: {rule} {target}: {sentence}"),
        priority=PRIORITIES[cycle.priority],
        rule=rule_word(alarm.rule),
        target=alarm.server or "",
        sentence=sentence(alarm),
    )
