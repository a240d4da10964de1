"""The whole window of a replay as one timeline: refused sessions, alarms as they are found now, recorded actions, notes and blindness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from console.domain.alarms import Alarm, AlarmState
from console.domain.history import History
from console.domain.lifecycle import Note
from console.domain.states import Step, Verb
from console.present import numbers
from console.present.sights import NO_BALANCER, NO_SERVERS, note_mark
from console.present.timeline import TOGETHER_S
from console.present.words import STEPS, TONES, VERBS, rule_word
from widgets.viewdata import QT_TRANSLATE_NOOP, ErrorLine, Phrase, TimeBand, TimelineData, TimeMark, Tone, phrase

Fact = tuple[str, float, Mapping[str, Any]]
"""Kind, wall seconds and body of a recorded event."""

_MOST: Final = 300
_ERROR: Final = "error:"
_MARKED: Final = (Step.CONFIRMED, Step.REJECTED, Step.FAILED)


def past_line(history: History, first: int, interval_s: float) -> TimelineData:
    """The line and its error texts over the ticks from `first` on."""
    wall_s = history.wall(first, history.last)
    lines: list[tuple[float, ErrorLine]] = []
    for name in history.series_names:
        if name.startswith(_ERROR):
            counts = history.series(name, first, history.last)
            if (total := float(np.nansum(counts))) > 0:
                text = name.removeprefix(_ERROR)
                lines.append((total, ErrorLine(text, wall_s, counts / interval_s, numbers.count(total))))
    return TimelineData(
        wall_s=wall_s,
        refused_per_s=history.series("refused", first, history.last) / interval_s,
        errors=tuple(line for _, line in sorted(lines, key=lambda one: (-one[0], one[1].text))),
    )


def past_marks(changes: Iterable[tuple[float, Alarm]], facts: Sequence[Fact]) -> tuple[TimeMark, ...]:
    """Alarms by rule and moment, then what was done and written; oldest first."""
    marks = [*_alarms(changes), *_facts(facts)]
    return tuple(sorted(marks, key=lambda mark: mark.wall_s)[-_MOST:])


def past_bands(facts: Sequence[Fact], last_s: float) -> tuple[TimeBand, ...]:
    """Intervals in which the console saw nothing, as it recorded them."""
    found: list[TimeBand] = []
    open_since: tuple[float, str] | None = None
    for kind, wall_s, body in facts:
        if kind != "blind":
            continue
        source = str(body.get("source"))
        if body.get("seconds") is None:
            open_since = (wall_s, source)
        else:
            begin = body.get("since")
            found.append(TimeBand(float(begin) if isinstance(begin, int | float) else wall_s, wall_s, _blind(source)))
            open_since = None
    if open_since is not None:
        found.append(TimeBand(open_since[0], last_s, _blind(open_since[1])))
    return tuple(found)


def _alarms(changes: Iterable[tuple[float, Alarm]]) -> list[TimeMark]:
    groups: list[tuple[str, float, list[Alarm]]] = []
    newest: dict[str, int] = {}
    for wall_s, alarm in changes:
        if alarm.state is not AlarmState.RAISED or alarm.under is not None:
            continue
        at = newest.get(alarm.rule)
        if at is not None and wall_s - groups[at][1] <= TOGETHER_S:
            groups[at][2].append(alarm)
        else:
            newest[alarm.rule] = len(groups)
            groups.append((alarm.rule, wall_s, [alarm]))
    marks: list[TimeMark] = []
    for rule, wall_s, alarms in groups:
        word, tone = rule_word(rule), TONES[max(alarm.priority for alarm in alarms)]
        server = alarms[0].server
        if len(alarms) > 1:
            word = phrase(QT_TRANSLATE_NOOP("present", "{count} {rule}"), count=str(len(alarms)), rule=word)
        elif server is not None:
            word = phrase(QT_TRANSLATE_NOOP("present", "{rule} {server}"), rule=word, server=server)
        marks.append(TimeMark(wall_s, word, tone))
    return marks


def _facts(facts: Sequence[Fact]) -> list[TimeMark]:
    """What cannot be read is left out: a recording may come from anybody."""
    marks: list[TimeMark] = []
    for kind, wall_s, body in facts:
        try:
            if kind == "action" and (step := Step(body["rung"]["step"])) in _MARKED:
                verb = VERBS[Verb(body["intent"]["verb"])]
                said = phrase(
                    QT_TRANSLATE_NOOP("present", "{verb} {server}: {step}"),
                    verb=verb,
                    server=str(body["intent"]["server"]),
                    step=STEPS[step],
                )
                marks.append(TimeMark(wall_s, said, Tone.NOTICE if step is Step.CONFIRMED else Tone.WARN))
            elif kind == "note":
                told = body["note"]
                marks.append(note_mark(Note(wall_s, str(told["by"])[:100], str(told["text"])[:500])))
        except (KeyError, TypeError, ValueError):
            continue
    return marks


def _blind(source: str) -> Phrase:
    return NO_SERVERS if source == "servers" else NO_BALANCER
