"""The alarm book: what is open, since when, under which cause, and what is news. First stage of the alarm life-cycle."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from console.detect.facts import Finding
from console.detect.registry import CAUSES, FLEET_CAUSES
from console.domain.alarms import Alarm, AlarmState
from console.domain.frame import Frame, Row
from console.domain.states import Attachment

Key = tuple[str, str | None, str | None]
"""`Alarm.key`: rule, server or subject, incarnation."""
_NO_SUBJECT = "fleet"


class _Entry(Struct, frozen=True):
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
            key = (finding.rule, finding.subject, None) if row is None else (finding.rule, row.id, row.incarnation)
            now[key] = finding, row
        causes = _Causes(now)
        changes = self._clear(frame, now)
        fresh: list[Key] = []
        for key, (finding, row) in now.items():
            entry = self._open.get(key)
            under = causes.of(finding, row)
            if entry is None:
                alarm = Alarm(
                    rule=finding.rule,
                    server=None if row is None else row.id,
                    priority=finding.priority,
                    state=AlarmState.RAISED,
                    since_wall_s=frame.wall_s,
                    since_mono_s=frame.mono_s,
                    because=finding.because,
                    incarnation=key[2],
                    pool=None if row is None else row.pool,
                    under=under,
                    subject=finding.subject,
                )
                fresh.append(key)
                self._open[key] = _Entry(alarm, told=under is None)
                continue
            old = entry.alarm
            climbed = finding.priority > old.priority
            news = under is None and (climbed or not entry.told)
            if finding.because is old.because and under == old.under and not climbed and not news:
                continue
            priority = max(finding.priority, old.priority)
            alarm = Alarm(
                old.rule, old.server, priority, old.state, old.since_wall_s, old.since_mono_s, finding.because,
                old.incarnation, old.pool, old.cleared_wall_s, old.first_out, under, old.subject,
            )  # fmt: skip
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
                because = {**entry.alarm.because, "cleared_by": _why(frame, entry.alarm)}
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
    return (
        -alarm.priority,
        alarm.since_mono_s,
        alarm.server is not None,
        alarm.rule,
        alarm.server or alarm.subject or "",
    )


class _Causes:
    """What is open now, and which of it explains which."""

    def __init__(self, now: dict[Key, tuple[Finding, Row | None]]) -> None:
        self._of_servers = {(key[0], key[1]) for key, (_, row) in now.items() if row is not None}
        self._of_fleet: dict[str, str] = {}
        """By rule: the name of its alarm that is of no server."""
        for finding, row in now.values():
            if row is None:
                self._of_fleet.setdefault(finding.rule, f"{finding.rule}:{finding.subject or _NO_SUBJECT}")

    def of(self, finding: Finding, row: Row | None) -> str | None:
        """The alarm that this one is folded into: the last link of its chain of causes, as nothing may hang under what is hidden."""
        if row is None:
            return next(
                (
                    self._of_fleet[c]
                    for c in FLEET_CAUSES.get(finding.rule, ())
                    if c in self._of_fleet and c != finding.rule
                ),
                None,
            )
        return self._root(finding.rule, row.id)

    def _root(self, rule: str, server: str) -> str | None:
        if rule not in CAUSES and rule not in FLEET_CAUSES:
            return None
        for cause in FLEET_CAUSES.get(rule, ()):
            if cause in self._of_fleet:
                return self._of_fleet[cause]
        for cause in CAUSES.get(rule, ()):
            if (cause, server) in self._of_servers:
                return self._root(cause, server) or f"{cause}:{server}"
        return None


def _why(frame: Frame, alarm: Alarm) -> str:
    """In one word, why an alarm ended."""
    if alarm.server is None:
        return "recovered"
    row = frame.rows.get(alarm.server)
    if row is None or not frame.listed[row.slot]:
        return "left"
    if row.incarnation != alarm.incarnation:
        return "replaced"
    return "detached" if frame.attachment[row.slot] == Attachment.DETACHED else "recovered"
