"""What clients suffered over time, and the moments that explain it. Made from counters and open alarms, so a missed View costs nothing."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from console.domain.alarms import Alarm
from console.domain.states import Priority, Step
from console.domain.view import View
from console.present import numbers
from console.present.sights import bands, note_marks
from console.present.words import STEPS, TONES, VERBS, rule_word
from widgets.viewdata import QT_TRANSLATE_NOOP, ErrorLine, TimelineData, TimeMark, Tone, phrase

SPAN_S: Final = 600.0
MOST_S: Final = 3600.0
"""What is kept, so that a longer span can be shown at once."""
TOGETHER_S: Final = 5.0
_MOST_MARKS: Final = 200
_MARKED: Final = (Step.CONFIRMED, Step.REJECTED, Step.FAILED)


class TimelineKeeper:
    """Fed with each View that the window takes; answers with the last `span_s` (an hour at most). It begins with what history knows."""

    def __init__(self) -> None:
        self.span_s = SPAN_S
        self._wall: deque[float] = deque()
        self._rate: deque[float] = deque()
        self._total: tuple[str | None, float, float] | None = None
        """Incarnation, monotonic time and counter of the newest good reading."""
        self._alarms: tuple[Alarm, ...] | None = None
        self._open: dict[str, Alarm] = {}
        self._marks: dict[tuple[str, float], TimeMark] = {}
        self._together: dict[tuple[str, float], tuple[int, Priority]] = {}
        """Of each moment with several alarms of one rule: how many, and the worst priority."""

    def feed(self, view: View) -> TimelineData:
        """Takes one View (never the same one twice)."""
        if self._wall or not self._remembered(view):
            self._count(view)
        self._mark(view)
        oldest = view.frame.wall_s - MOST_S
        while self._wall and self._wall[0] < oldest:
            self._wall.popleft()
            self._rate.popleft()
        self._marks = {key: mark for key, mark in list(self._marks.items())[-_MOST_MARKS:] if mark.wall_s >= oldest}
        return self.shown(view)

    def shown(self, view: View) -> TimelineData:
        """The same again, in the span in force."""
        begin = view.frame.wall_s - self.span_s
        wall_s = np.array(self._wall, dtype=np.float64)
        inside = wall_s >= begin
        marks = [*self._marks.values(), *note_marks(view)]
        return TimelineData(
            wall_s=wall_s[inside],
            refused_per_s=np.array(self._rate, dtype=np.float64)[inside],
            marks=tuple(sorted((mark for mark in marks if mark.wall_s >= begin), key=lambda mark: mark.wall_s)),
            errors=error_lines(view, self.span_s),
            bands=bands(view.ledger, begin, view.frame.wall_s),
        )

    def _remembered(self, view: View) -> bool:
        """Begins with what was seen before: rates from history, alarms that are over from the log. False: there is none."""
        history, wall_s = view.history, view.frame.wall_s
        first = max(history.first, history.last - round(MOST_S / view.frame.interval_s))
        rates = history.series("refused", first, history.last) / view.frame.interval_s
        for at, rate in zip(history.wall(first, history.last).tolist(), rates.tolist(), strict=True):
            if at <= wall_s:
                self._add(at, rate)
        still = {alarm.rule for alarm in view.alarms}
        for raising in view.raisings:
            if raising.rule not in still and wall_s - MOST_S <= raising.wall_s < wall_s:
                text, tone = rule_word(raising.rule), TONES[raising.priority]
                self._marks.setdefault((raising.rule, raising.wall_s), TimeMark(raising.wall_s, text, tone))
        if (total := refused_total(view)) is not None and view.frame.balancer.misses == 0:
            self._total = (view.frame.balancer.incarnation, view.frame.mono_s, total)
        return bool(self._wall) and self._wall[-1] == wall_s

    def _count(self, view: View) -> None:
        frame = view.frame
        total = refused_total(view)
        if total is None or frame.balancer.misses > 0:
            self._add(frame.wall_s, np.nan)
            return
        before, incarnation = self._total, frame.balancer.incarnation
        self._total = (incarnation, frame.mono_s, total)
        if before is None or before[0] != incarnation or total < before[2] or frame.mono_s <= before[1]:
            self._add(frame.wall_s, np.nan)
            return
        # Ticks between two Views (a stalled window) share their sessions evenly: none is lost, none counted twice.
        span = frame.mono_s - before[1]
        ticks = max(1, round(span / frame.interval_s))
        for back in range(ticks - 1, -1, -1):
            self._add(frame.wall_s - back * span / ticks, (total - before[2]) / span)

    def _add(self, wall_s: float, rate: float) -> None:
        if self._wall and wall_s <= self._wall[-1]:
            return
        self._wall.append(wall_s)
        self._rate.append(rate)

    def _mark(self, view: View) -> None:
        if view.alarms is not self._alarms:
            self._follow(view)
        for action in view.actions:
            for rung in action.rungs:
                if rung.step in _MARKED:
                    intent = action.intent
                    self._marks[f"{intent.key}-{rung.step.value}", rung.wall_s] = TimeMark(
                        rung.wall_s,
                        phrase(
                            QT_TRANSLATE_NOOP("present", "{verb} {server}: {step}"),
                            verb=VERBS[intent.verb],
                            server=intent.server,
                            step=STEPS[rung.step],
                        ),
                        Tone.NOTICE if rung.step is Step.CONFIRMED else Tone.WARN,
                    )

    def _follow(self, view: View) -> None:
        """What has come, and which rules have nothing more to say."""
        self._alarms = view.alarms
        now = {alarm.name: alarm for alarm in view.alarms}
        for name, alarm in now.items():
            if name not in self._open and alarm.under not in now:
                self._raised(alarm)
        for rule in {alarm.rule for name, alarm in self._open.items() if name not in now} - {
            alarm.rule for alarm in now.values()
        }:
            over = phrase(QT_TRANSLATE_NOOP("present", "{rule} over"), rule=rule_word(rule))
            self._marks[f"-{rule}", view.frame.wall_s] = TimeMark(view.frame.wall_s, over, Tone.QUIET)
        self._open = now
        self._together = {key: known for key, known in self._together.items() if key in self._marks}

    def _raised(self, alarm: Alarm) -> None:
        """Alarms of one rule within a few seconds are one moment: marks side by side on one pixel cannot be read."""
        moment = next(
            (
                at
                for rule, at in reversed(self._marks)
                if rule == alarm.rule and 0.0 <= alarm.since_wall_s - at <= TOGETHER_S
            ),
            alarm.since_wall_s,
        )
        key = alarm.rule, moment
        count, priority = self._together.get(key, (0, alarm.priority)) if key in self._marks else (0, alarm.priority)
        count, priority = count + 1, max(priority, alarm.priority)
        self._together[key] = count, priority
        rule, tone = rule_word(alarm.rule), TONES[priority]
        if count > 1:
            text = phrase(QT_TRANSLATE_NOOP("present", "{count} {rule}"), count=str(count), rule=rule)
        elif alarm.server is None:
            text = rule
        else:
            text = phrase(QT_TRANSLATE_NOOP("present", "{rule} {server}"), rule=rule, server=alarm.server)
        self._marks[alarm.rule, moment] = TimeMark(moment, text, tone)


_ERROR: Final = "error:"


def error_lines(view: View, span_s: float = SPAN_S) -> tuple[ErrorLine, ...]:
    """Each error text that came within the shown time, from history: a window that missed Views misses none of it."""
    history, interval_s = view.history, view.frame.interval_s
    first = max(history.first, history.last - max(1, round(span_s / interval_s)))
    wall = history.wall(first, history.last)
    found: list[tuple[float, ErrorLine]] = []
    for name in history.series_names:
        if not name.startswith(_ERROR):
            continue
        counts = history.series(name, first, history.last)
        total = float(np.nansum(counts))
        if total > 0:
            text = name.removeprefix(_ERROR)
            found.append((total, ErrorLine(text, wall, counts / interval_s, numbers.count(total))))
    return tuple(line for _, line in sorted(found, key=lambda one: (-one[0], one[1].text)))


def refused_total(view: View) -> float | None:
    """Refused sessions since the balancer's start: its own outcome counter, else the sum of its error texts; None: not told."""
    fleet = view.frame.fleet
    if (refused := fleet.sessions_total.get("refused")) is not None:
        return float(refused)
    return float(sum(fleet.errors_total.values())) if fleet.errors_total else None
