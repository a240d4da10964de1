"""The alarm book: what is open, since when, under which cause, and what is news. First stage of the alarm life-cycle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from console.detect import gap, saturation, silent
from console.detect.facts import Finding
from console.domain.alarms import Alarm, AlarmState
from console.domain.frame import Frame, Row
from console.domain.states import Attachment

Key = tuple[str, str | None, str | None]
"""(rule, server, incarnation)."""


@dataclass(frozen=True, slots=True)
class _Entry:
    alarm: Alarm
    told: bool
    """Whether it was published as raised; what is folded into a cause is not."""


class AlarmBook:
    """Compares what is open with what was. A priority only climbs while an alarm is open, and each climb is news.

    An alarm folded into a cause is no news of its own, neither when it comes nor when it goes; it becomes news when the
    cause goes first.
    """

    def __init__(self) -> None:
        self._open: dict[Key, _Entry] = {}

    def step(self, frame: Frame, findings: Iterable[Finding]) -> tuple[tuple[Alarm, ...], tuple[Alarm, ...]]:
        """Takes all findings of a Frame; returns what is open (worst, then oldest first) and what changed."""
        now: dict[Key, tuple[Finding, Row | None]] = {}
        for finding in findings:
            row = None if finding.slot is None else frame.rows.rows[finding.slot]
            key = (finding.rule, None, None) if row is None else (finding.rule, row.id, row.incarnation)
            now[key] = finding, row
        causes = {key[:2] for key in now}
        changes = self._clear(frame, now)
        fresh: list[Key] = []
        for key, (finding, row) in now.items():
            entry = self._open.get(key)
            under = _cause(key, causes)
            if entry is None:
                alarm = Alarm(
                    rule=finding.rule,
                    server=key[1],
                    priority=finding.priority,
                    state=AlarmState.RAISED,
                    since_wall_s=frame.wall_s,
                    since_mono_s=frame.mono_s,
                    because=finding.because,
                    incarnation=key[2],
                    pool=None if row is None else row.pool,
                    under=under,
                )
                fresh.append(key)
                self._open[key] = _Entry(alarm, told=under is None)
                continue
            climbed = finding.priority > entry.alarm.priority
            priority = max(finding.priority, entry.alarm.priority)
            alarm = replace(entry.alarm, priority=priority, because=finding.because, under=under)
            news = under is None and (climbed or not entry.told)
            self._open[key] = _Entry(alarm, entry.told or news)
            if news:
                changes.append(alarm)
        changes.extend(self._first_out(fresh))
        alarms = sorted((entry.alarm for entry in self._open.values()), key=_worst_first)
        return tuple(alarms), tuple(changes)

    def _clear(self, frame: Frame, now: dict[Key, tuple[Finding, Row | None]]) -> list[Alarm]:
        """Closes what is no longer found."""
        cleared: list[Alarm] = []
        for key in [key for key in self._open if key not in now]:
            entry = self._open.pop(key)
            if entry.told:
                because = {**entry.alarm.because, "cleared_by": _why(frame, key)}
                alarm = replace(entry.alarm, state=AlarmState.CLEARED, cleared_wall_s=frame.wall_s, because=because)
                cleared.append(alarm)
        return cleared

    def _first_out(self, fresh: list[Key]) -> list[Alarm]:
        """Stamps the first of the open ones, and returns those that are news, worst first."""
        if fresh and len(fresh) == len(self._open):
            first = min(fresh, key=lambda key: _worst_first(self._open[key].alarm))
            self._open[first] = replace(self._open[first], alarm=replace(self._open[first].alarm, first_out=True))
        return sorted((self._open[key].alarm for key in fresh if self._open[key].told), key=_worst_first)


def _worst_first(alarm: Alarm) -> tuple[int, float, bool, str, str]:
    return -alarm.priority, alarm.since_mono_s, alarm.server is not None, alarm.rule, alarm.server or ""


def _cause(key: Key, open_now: set[tuple[str, str | None]]) -> str | None:
    """The alarm that this one is folded into: silence of the fleet, or the gap behind a full server."""
    rule, server, _ = key
    if server is None:
        return None
    if rule == silent.RULE and (silent.RULE, None) in open_now:
        return f"{silent.RULE}:fleet"
    if rule == saturation.RULE and (gap.RULE, server) in open_now:
        return f"{gap.RULE}:{server}"
    return None


def _why(frame: Frame, key: Key) -> str:
    """In one word, why an alarm ended."""
    _, server, incarnation = key
    if server is None:
        return "recovered"
    row = frame.rows.get(server)
    if row is None or not frame.listed[row.slot]:
        return "left"
    if row.incarnation != incarnation:
        return "replaced"
    return "detached" if frame.attachment[row.slot] == Attachment.DETACHED else "recovered"
