"""The first reading of a recording: series, silences, deaths, deeds. What needs the windows is read in a second one (`tally`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import NAN, Column, Floats, Frame
from console.domain.history import Mark
from console.domain.readings import Counters
from console.domain.states import Reach
from console.report.changes import segments
from console.report.evidence import Evidence
from console.report.facts import Deed, ErrorText, Happening, Outcome, Window
from console.report.morgue import Morgue
from console.report.places import Places

OPENS: Final = 0.05
"""Refused share of a pool from which on its clients suffer: below, requests mostly get through at the first try."""
JOIN_S: Final = 60.0
"""Windows that stand closer are one."""
_SEEN: Final = "seen"
"""The rung of a detach that only the balancer's table tells of."""
_SAME_S: Final = 30.0
"""A balancer that tells no keys tells our own detaches as well; clocks agree so far."""
_LEAST_SESSIONS: Final = 50
_MOST_EVENTS: Final = 10_000
_LOST: Final = ("partial_client_timeout", "partial_server_timeout", "partial_server_death")


@dataclass(slots=True)
class Quiet:
    """A silence as it is being read."""

    place: int
    first: int
    start_wall_s: float
    belief: float
    first_wall_s: float
    truth: float = NAN
    truth_at: tuple[int, float] | None = None
    limit: float = NAN
    routed: float = 0.0
    full: tuple[int, float] | None = None
    detached: bool = False
    end: tuple[int, float] | None = None


@dataclass(slots=True)
class _Sum:
    """One error text in one pool."""

    count: int = 0
    first: tuple[int, float] = (0, 0.0)
    last: tuple[int, float] = (0, 0.0)


@dataclass(slots=True)
class _Told:
    """Intent and rungs of one key."""

    intent: Mapping[str, Any]
    rungs: list[tuple[str, float, Mapping[str, Any], str]] = field(default_factory=list[Any])
    evidence: list[Evidence] = field(default_factory=list[Evidence])


class Survey:
    """Takes every poll of the window in order, and every event; then answers."""

    def __init__(self) -> None:
        self.places = Places()
        self.numbers: list[int] = []
        self.walls: list[float] = []
        self.listed: list[int] = []
        self.silences: list[Quiet] = []
        self.morgue = Morgue()
        self._held = 0.0
        """Sessions x seconds, over all polls."""
        self._pools: dict[str, list[tuple[float, float]]] = {}
        self._errors: dict[tuple[str, str], _Sum] = {}
        self._totals: dict[tuple[str, str], dict[str, int]] = {}
        """By (`pool` or `interface` or `fleet`, name): sessions by outcome over the recording."""
        self._before: dict[tuple[str, str], Mapping[str, int]] = {}
        self._open: dict[int, Quiet] = {}
        self._deeds: dict[str, _Told] = {}
        self._alarms: list[Happening] = []
        self._notes: list[Happening] = []
        self._blind: list[Happening] = []

    # --- polls

    def take(self, number: int, frame: Frame, marks: NDArray[np.uint8]) -> None:
        """One poll; `number`: its own in the recording."""
        slots, places = self.places.of(frame)
        self.numbers.append(number)
        self.walls.append(frame.wall_s)
        self.listed.append(int(frame.listed.sum()))
        self._held += float(np.nansum(frame[Column.TRUTH])) * frame.interval_s
        self._count(number, frame)
        self._silence(number, frame, marks, slots, places)
        self.morgue.take(number, frame, slots, places)
        for server, detachment in frame.detachments.items():
            key = detachment.key or f"{server}@{detachment.at}"
            if key in self._deeds or detachment.at is None or detachment.at < self.walls[0]:
                continue
            told = {
                "verb": "detach",
                "server": server,
                "operator": detachment.by or "",
                "reason": detachment.reason or "",
            }
            one = _Told({**told, "asked_wall_s": detachment.at})
            one.rungs.append((_SEEN, frame.wall_s, {}, ""))
            one.evidence.append(self._evidence("detachment", number, number, server))
            self._deeds[key] = one

    def _count(self, number: int, frame: Frame) -> None:
        at = (number, frame.wall_s)
        seen = set(self._pools)
        for pool, delta in frame.pools_delta.items():
            seen.discard(pool)
            series = self._pools.setdefault(pool, [(NAN, NAN)] * (len(self.walls) - 1))
            asked, refused = _sessions(delta)
            series.append((refused, max(asked, refused)))
            for text, count in delta.errors_total.items():
                if count > 0:
                    one = self._errors.setdefault((text, pool), _Sum(first=at))
                    one.count += count
                    one.last = at
        for pool in seen:
            self._pools[pool].append((NAN, NAN))
        scopes: dict[tuple[str, str], Counters] = {("fleet", ""): frame.fleet}
        scopes |= {("pool", name): counters for name, counters in frame.pools.items()}
        scopes |= {("interface", name): counters for name, counters in frame.interfaces.items()}
        for key, counters in scopes.items():
            before, now = self._before.get(key), counters.sessions_total
            if before is not None:
                sums = self._totals.setdefault(key, {})
                anew = any(now.get(name, 0) < count for name, count in before.items())
                for name, count in now.items():
                    sums[name] = sums.get(name, 0) + (count if anew else count - before.get(name, 0))
            if now:
                self._before[key] = now

    def _silence(
        self,
        number: int,
        frame: Frame,
        marks: NDArray[np.uint8],
        slots: NDArray[np.intp],
        places: NDArray[np.intp],
    ) -> None:
        mark = marks[slots]
        told = (mark & (Mark.NO_BELIEF | Mark.ABSENT)) == 0
        silent = (mark & Mark.SILENT) != 0
        ages = frame[Column.REPORT_AGE][slots]
        attached, detached = frame.attached[slots], frame.detached[slots]
        begun = told & silent & attached & ~np.isnan(ages)
        for at in np.flatnonzero(begun).tolist():
            place = int(places[at])
            if place not in self._open:
                belief = float(frame[Column.BELIEVED][slots[at]])
                self._open[place] = Quiet(place, number, frame.wall_s - float(ages[at]), belief, frame.wall_s)
        if not self._open:
            return
        where = {int(place): at for at, place in enumerate(places.tolist())}
        for place, quiet in list(self._open.items()):
            at = where.get(place)
            if at is not None and not told[at] and frame.reach[slots[at]] == Reach.NEVER:
                continue
            if at is not None and detached[at] and not quiet.detached:
                quiet.detached = True
            gone = at is None or not frame.listed[slots[at]]
            if gone or (told[at] and not silent[at]):
                quiet.end = (number, frame.wall_s)
                self.silences.append(self._open.pop(place))
                continue
            self._during(quiet, number, frame, int(slots[at]))

    @staticmethod
    def _during(quiet: Quiet, number: int, frame: Frame, slot: int) -> None:
        truth, limit = float(frame[Column.TRUTH][slot]), float(frame[Column.LIMIT][slot])
        routed = float(frame[Column.ROUTED][slot])
        quiet.routed += 0.0 if np.isnan(routed) else routed
        quiet.limit = quiet.limit if np.isnan(limit) else limit
        if not np.isnan(truth) and not truth <= quiet.truth:
            quiet.truth, quiet.truth_at = truth, (number, frame.wall_s)
        if quiet.full is None and truth >= limit:
            quiet.full = (number, frame.wall_s)

    # --- events

    def event(self, tick: int, wall_s: float, kind: str, body: Mapping[str, Any]) -> None:
        """One event of the recording; what cannot be read is left out: a recording may come from anybody."""
        try:
            self._event(tick, wall_s, kind, body)
        except (KeyError, TypeError, ValueError, AttributeError):
            return

    def _event(self, tick: int, wall_s: float, kind: str, body: Mapping[str, Any]) -> None:
        if kind == "alarm":
            alarm = body["alarm"]
            if alarm["state"] == "raised" and len(self._alarms) < _MOST_EVENTS:
                server = alarm.get("server")
                evidence = Evidence(f"alarm {alarm['rule']}", tick, tick, wall_s, wall_s, server, event=True)
                self._alarms.append(Happening("alarm", wall_s, str(alarm["rule"]), evidence, server))
        elif kind == "action":
            intent, rung = body["intent"], body["rung"]
            one = self._deeds.setdefault(str(intent["key"]), _Told(intent))
            numbers = {str(name): value for name, value in dict(rung.get("evidence") or {}).items()}
            one.rungs.append((str(rung["step"]), float(rung["wall_s"]), numbers, str(rung.get("sentence") or "")))
            what = f"action {rung['step']}"
            one.evidence.append(Evidence(what, tick, tick, wall_s, wall_s, str(intent["server"]), event=True))
        elif kind == "note" and len(self._notes) < _MOST_EVENTS:
            text, by = str(body.get("text") or ""), str(body.get("by") or body.get("operator") or "")
            if text:
                evidence = Evidence("note", tick, tick, wall_s, wall_s, None, event=True)
                self._notes.append(Happening("note", wall_s, text, evidence, by=by))
        elif kind == "blind" and body.get("seconds") is not None and len(self._blind) < _MOST_EVENTS:
            evidence = Evidence("blind", tick, tick, float(body["since"]), wall_s, None, event=True)
            self._blind.append(
                Happening("blind", float(body["since"]), str(body["source"]), evidence, seconds=float(body["seconds"]))
            )

    # --- answers

    def close(self) -> None:
        """After the last poll: what is still silent stays so."""
        self.silences += self._open.values()
        self._open = {}
        self.silences.sort(key=lambda quiet: (quiet.start_wall_s, self.places.ids[quiet.place]))

    def windows(self) -> tuple[Window, ...]:
        """Merged over the pools; each pool's change points are its own."""
        bad: list[tuple[int, int]] = []
        suffering: dict[str, NDArray[np.float64]] = {}
        for pool, series in sorted(self._pools.items()):
            table = np.array(series)
            found = [
                (part.begin, part.end) for part in segments(table[:, 0], table[:, 1]) if part.of and part.share >= OPENS
            ]
            if found:
                suffering[pool] = table
                bad += found
        merged: list[tuple[int, int]] = []
        for begin, end in sorted(bad):
            if merged and self.walls[begin] - self.walls[merged[-1][1] - 1] < JOIN_S:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((begin, end))
        return tuple(self._window(begin, end, suffering) for begin, end in merged)

    def _window(self, begin: int, end: int, suffering: Mapping[str, NDArray[np.float64]]) -> Window:
        mine = [pool for pool, table in suffering.items() if np.nansum(table[begin:end, 0]) > 0]
        refused = sum(float(np.nansum(suffering[pool][begin:end, 0])) for pool in mine)
        asked = sum(float(np.nansum(suffering[pool][begin:end, 1])) for pool in mine)
        start = self.walls[begin - 1] if begin else self.walls[0]
        # What a poll counts happened between it and the one before.
        evidence = self._evidence(f"refused {', '.join(mine)}", self.numbers[begin], self.numbers[end - 1])
        lasts = end == len(self.walls) and end - begin > 1
        return Window(
            self.numbers[begin], self.numbers[end - 1], start, self.walls[end - 1], refused, asked, lasts, tuple(mine),
            evidence,
        )  # fmt: skip

    def errors(self) -> tuple[ErrorText, ...]:
        """Most frequent first within each text, texts by their total."""
        totals: dict[str, int] = {}
        for (text, _), one in self._errors.items():
            totals[text] = totals.get(text, 0) + one.count
        ordered = sorted(
            self._errors.items(), key=lambda item: (-totals[item[0][0]], item[0][0], -item[1].count, item[0][1])
        )
        return tuple(
            ErrorText(
                text, pool, one.count,
                Evidence(f"errors {pool}", one.first[0], one.last[0], one.first[1], one.last[1]),
            )
            for (text, pool), one in ordered
        )  # fmt: skip

    def outcomes(self, scope: str) -> tuple[Outcome, ...]:
        """Sessions of the `fleet`, of each `pool`, of each `interface`."""
        whole = self.whole
        return tuple(
            Outcome(
                name, sums.get("started", 0), sums.get("refused", 0), {word: sums.get(word, 0) for word in _LOST},
                Evidence(f"sessions {name}".strip(), whole.first, whole.last, whole.first_wall_s, whole.last_wall_s),
            )
            for (kind, name), sums in sorted(self._totals.items())
            if kind == scope and sums.get("started", 0)
        )  # fmt: skip

    @property
    def whole(self) -> Evidence:
        """All polls."""
        return self._evidence("polls", self.numbers[0], self.numbers[-1])

    @property
    def alarms(self) -> tuple[Happening, ...]:
        """Those raised, oldest first."""
        return tuple(self._alarms)

    @property
    def notes(self) -> tuple[Happening, ...]:
        """The operators', oldest first."""
        return tuple(self._notes)

    @property
    def blind(self) -> tuple[Happening, ...]:
        """Closed intervals, oldest first; the time before the first answer is none."""
        return tuple(one for one in self._blind if one.words != "starting")

    def deeds(self) -> tuple[Deed, ...]:
        """Oldest first."""
        found = [
            Deed(
                str(one.intent.get("verb", "")),
                str(one.intent.get("server", "")),
                str(one.intent.get("operator", "")),
                str(one.intent.get("reason", "")),
                float(one.intent.get("asked_wall_s") or 0.0),
                tuple(sorted(one.rungs, key=lambda rung: rung[1])),
                one.intent.get("break_glass"),
                tuple(one.evidence),
            )
            for one in self._deeds.values()
        ]
        mine = [deed for deed in found if deed.rungs[0][0] != _SEEN]
        found = [
            deed
            for deed in found
            if deed.rungs[0][0] != _SEEN
            or not any(
                other.server == deed.server
                and other.verb == deed.verb
                and abs(other.asked_wall_s - deed.asked_wall_s) < _SAME_S
                for other in mine
            )
        ]
        return tuple(sorted(found, key=lambda deed: (deed.asked_wall_s, deed.server)))

    @property
    def session_s(self) -> float:
        """Mean length of a session by Little's law: sessions held over sessions accepted; NaN below fifty."""
        fleet = self._totals.get(("fleet", ""), {})
        accepted = fleet.get("started", 0) - fleet.get("refused", 0)
        return self._held / accepted if accepted >= _LEAST_SESSIONS and self._held else NAN

    def pool_series(self) -> Mapping[str, Floats]:
        """By pool: (refused, asked) per poll."""
        return {pool: np.array(series) for pool, series in self._pools.items()}

    def wall_of(self, number: int) -> float:
        """Of a poll."""
        return self.walls[int(np.searchsorted(self.numbers, number))]

    def _evidence(self, what: str, first: int, last: int, server: str | None = None) -> Evidence:
        return Evidence(what, first, last, self.wall_of(first), self.wall_of(last), server)


def _sessions(delta: Counters) -> tuple[float, float]:
    """Asked for and refused; NaN where the balancer does not count."""
    sums = delta.sessions_total
    return float(sums.get("started", NAN)), float(sums.get("refused", 0))
