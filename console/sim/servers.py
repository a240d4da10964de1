"""The servers of one pool as columns: their truth, their reports, and what the balancer holds of them.

Reports are not events. While a server is healthy, its newest report is a function of time: `refresh` brings a whole pool up to
date in a few array operations, `settle` one server before its truth changes. So a healthy fleet costs nothing but its sessions.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np

from console.domain.frame import Bools, Floats
from console.policy import PAUSE_INTERVALS, Candidates
from console.policy.balancing import Indexes
from console.sim.columns import Columns

_NEVER: Final = math.inf
_KEPT: Final = (
    "phase", "limit", "reported", "in_flight", "used_at", "used_seq", "received_at", "received_seq", "since", "routed",
    "listed", "attached",
)  # fmt: skip
"""What a new life does not change: what the balancer holds of the one before stays until the first report of the new."""


@dataclass(slots=True)
class Odd:
    """What is wrong with the reports of one server; those are sent one by one."""

    stuck: bool = False
    repeated: bool = False
    lost: bool = False
    ignored: bool = False
    late_s: float = 0.0
    next_s: float = 0.0
    under_way: deque[tuple[float, float, float]] = field(default_factory=deque[tuple[float, float, float]])
    """Late ones: when they arrive, number, sessions."""

    @property
    def mended(self) -> bool:
        """Whether it reports like everybody else again."""
        return not (self.stuck or self.repeated or self.lost or self.ignored or self.late_s or self.under_way)


class Servers(Columns):
    """One pool: its columns, and how they follow time."""

    def __init__(self, name: str, limit: int, interval_s: float, jitter: float, poll_s: float, rng: Random) -> None:
        super().__init__()
        self.name = name
        self.ids: list[str] = []
        self.incarnations: list[str] = []
        self.lives: list[int] = []
        """How often each came to life; a session of a former life has no server any more."""
        self.turns = 0
        """How often a life began or ended: as long as this stays, so do all `lives`."""
        self.odd: dict[int, Odd] = {}
        self._joined: list[int] = []
        """The life that the balancer's row is of; 0: none yet."""
        self._waiting: set[int] = set()
        """Who has not sent its first report since it began, or went on."""
        self._unknown = np.empty(0)
        self._shortest_s = interval_s * (1 - jitter)
        self._refreshed_s = -_NEVER
        self._limit, self._interval_s, self._jitter, self._poll_s, self._rng = limit, interval_s, jitter, poll_s, rng
        self._candidates: Indexes | None = None
        self.whole = False
        """Whether every server that ever was here may be picked: then `members` is everybody."""

    def __len__(self) -> int:
        return len(self.ids)

    # Membership

    def add(self, servers: list[str], now: float, *, settled: bool = False) -> range:
        """New ids; they join the balancer's table with their first report, or at once (`settled`)."""
        before, count = len(self.ids), len(servers)
        self.ids += servers
        self.incarnations += [f"{server}.1" for server in servers]
        self.lives += [1] * count
        self._joined += [int(settled)] * count
        self.turns += 1
        self.grow(count)
        self._unknown = np.full(len(self.ids), math.nan)
        self.changed()
        which, drawn = slice(before, before + count), self._drawn(3, count)
        self.phase[which] = drawn[0] * self._poll_s
        self.limit[which] = self._limit
        self._start(which, drawn[1:], now)
        if settled:
            self._join(which, now)
            self.reported[which] = 0.0
        return range(before, before + count)

    def begin(self, index: int, now: float) -> None:
        """A new life: empty, healthy, its counters at 0; the balancer hears of it with its first report."""
        self.next_life(index)
        self.incarnations[index] = f"{self.ids[index]}.{self.lives[index]}"
        self.odd.pop(index, None)
        self.clear(index, _KEPT)
        self._start(slice(index, index + 1), self._drawn(2), now)

    def next_life(self, index: int) -> None:
        """The life that was is over."""
        self.lives[index] += 1
        self.turns += 1

    def join(self, index: int, now: float) -> None:
        """A row in the balancer's table: attached, with a base of its own."""
        self._join(slice(index, index + 1), now)

    def leave(self, index: int) -> None:
        """The row goes."""
        self.listed[index] = self.attached[index] = False
        self.reported[index] = self.used_at[index] = self.received_at[index] = math.nan
        self.changed()

    def restart(self, *, forgets: bool) -> None:
        """The balancer starts anew: what it routed counts from 0; `forgets`: it knows nobody until their next reports."""
        self.routed[:] = self.in_flight[:] = 0.0
        if not forgets:
            return
        for index in np.flatnonzero(self.listed).tolist():
            self.leave(index)
            self._joined[index] = 0
            if math.isfinite(self.next_due[index]):
                self.anchor[index], self.anchor_seq[index] = (
                    self.next_due[index],
                    self._seq(index, self.next_due[index]) - 1,
                )
                self._waiting.add(index)

    def changed(self) -> None:
        """Who may be picked is to be looked up anew."""
        self._candidates = None

    @property
    def members(self) -> Indexes:
        """Who may be picked: listed and attached."""
        if self._candidates is None:
            self._candidates = np.flatnonzero(self.listed & self.attached)
            self.whole = len(self._candidates) == len(self.ids)
        return self._candidates

    @property
    def plain(self) -> bool:
        """Whether all report as healthy ones do or not at all, answer at once or not at all, and nobody polls them."""
        if self._waiting or self.odd or not len(self.ids):
            return False
        return bool(self.next_poll.min() == _NEVER) and not self.frozen.any()

    # Reports

    def refresh(self, now: float) -> None:
        """Takes in all reports until now."""
        due = self.next_due <= now
        np.copyto(self.reported, self.truth, where=due)
        np.copyto(self.in_flight, 0.0, where=due)
        if now - self._refreshed_s < self._shortest_s:  # then nobody was due twice; this is the hot path
            np.add(self.next_due, self.period, out=self.next_due, where=due)
        else:
            steps = np.floor((now - self.next_due) / self.period) + 1.0
            np.add(self.next_due, steps * self.period, out=self.next_due, where=due)
        self._refreshed_s = now
        if self._waiting:
            self._first_reports(now)
        if self.odd:
            for index in list(self.odd):
                self._run_odd(index, now)
                self.mend(index, now)

    def settle(self, index: int, now: float) -> None:
        """The reports and polls of one server until now, before its truth changes."""
        due = self.next_due[index]
        if due <= now:
            if index in self._waiting:
                self._first_reports(now)
            self.reported[index] = self.truth[index]
            self.in_flight[index] = 0.0
            period = self.period[index]
            self.next_due[index] = due + (math.floor((now - due) / period) + 1) * period
        elif index in self.odd:
            self._run_odd(index, now)
        if self.next_poll[index] <= now:
            self._look(index, now)

    def stop(self, index: int, now: float) -> None:
        """Its reports end, or are sent one by one from now on; what came is kept."""
        self.settle(index, now)
        if math.isfinite(self.next_due[index]):
            last = self.next_due[index] - self.period[index]
            if last >= self.anchor[index]:
                seq = self._seq(index, last)
                self.sent_at[index] = last
                self.sent_seq[index] = seq
                self.sent_connections[index] = self.reported[index]
                if self.listed[index]:
                    self.used_at[index] = self.received_at[index] = last
                    self.used_seq[index] = self.received_seq[index] = seq
            self.next_due[index] = _NEVER
            self._waiting.discard(index)

    def adopt(self, age_s: Floats, seq: Floats, now: float) -> None:
        """The newest report of each came so long ago; it goes on from there, or stays silent where that is too long (NaN: never)."""
        self._waiting.clear()
        came = now - age_s
        self.used_at[:] = self.received_at[:] = self.sent_at[:] = came
        self.used_seq[:] = self.received_seq[:] = self.sent_seq[:] = seq
        self.sent_connections[:] = self.reported
        self.since[:] = -_NEVER
        heard = age_s <= PAUSE_INTERVALS * self._interval_s
        self.muted[:] = ~heard
        np.copyto(self.anchor, came, where=heard)
        np.copyto(self.anchor_seq, seq - 1, where=heard)
        self.next_due[:] = np.where(heard, came + self.period, _NEVER)

    def resume(self, index: int, now: float) -> None:
        """It reports like everybody else from its next turn on."""
        self._resume(slice(index, index + 1), self._drawn(1)[0], now)

    def mute(self, index: int, on: bool, now: float) -> None:
        """Its reports end, or come again."""
        if on == self.muted[index]:
            return
        self.muted[index] = on
        if on:
            self.stop(index, now)
        elif self.alive[index] and not self.frozen[index]:
            self._go_on(index, now)

    def freeze(self, index: int, on: bool, now: float) -> None:
        """It neither reports nor answers, or does so again."""
        if on == self.frozen[index]:
            return
        self.frozen[index] = on
        if on:
            self.stop(index, now)
        elif self.alive[index] and not self.muted[index]:
            self._go_on(index, now)

    def oddity(self, index: int, now: float) -> Odd:
        """To be changed by the caller, who then calls `mend`."""
        odd = self.odd.get(index)
        if odd is None:
            self.stop(index, now)
            odd = self.odd[index] = Odd(next_s=now + self._rng.random() * self.period[index])
        return odd

    def mend(self, index: int, now: float) -> None:
        """Back to healthy reports, if nothing is wrong with them any more."""
        odd = self.odd.get(index)
        if odd is not None and odd.mended:
            self._run_odd(index, now)
            del self.odd[index]
            if self.alive[index] and not (self.muted[index] or self.frozen[index]):
                self.resume(index, now)

    def known(self, now: float, interval_s: float, *, ages: bool) -> Candidates:
        """The members as the balancer knows them; `refresh` comes first. Without `ages` those are NaN: that is cheaper."""
        if ages:
            return self._columns(self.members, now, interval_s, whole=self.whole)
        which, unknown = self.members, self._unknown
        if self.whole:
            return Candidates(self.reported, unknown, self.in_flight, self.limit, None, interval_s)
        unknown = unknown[: len(which)]
        return Candidates(self.reported[which], unknown, self.in_flight[which], self.limit[which], None, interval_s)

    def rows(self, now: float, interval_s: float) -> tuple[Indexes, Candidates]:
        """All rows of the table, detached ones too."""
        listed = np.flatnonzero(self.listed)
        return listed, self._columns(listed, now, interval_s, whole=False)

    def used_ages(self, now: float) -> Floats:
        """Seconds since the newest report that the balancer uses; NaN: none."""
        newest = self.next_due - self.period
        # Without newcomers, whoever has a next report has had one: this is the hot path.
        regular = self._regular() if self._waiting else newest < _NEVER
        return now - np.where(regular, newest, self.used_at)

    def received_ages(self, now: float) -> Floats:
        """Seconds since the newest report that reached the balancer."""
        return np.where(self._regular(), now - self.next_due + self.period, now - self.received_at)

    def sequences(self, used: Floats) -> Floats:
        """The number of the newest report: of healthy ones by time, of others as kept in `used`."""
        healthy = self.anchor_seq + np.rint((self.next_due - self.anchor) / self.period)
        return np.where(self._regular(), healthy, used)

    def sent_ages(self, now: float) -> Floats:
        """Seconds since the server sent its newest report; inf: it never did."""
        return np.where(self._regular(), now - self.next_due + self.period, now - self.sent_at)

    def newest_sent(self) -> Floats:
        """Sessions in the newest report that each sent."""
        return np.where(self._regular(), self.reported, self.sent_connections)

    def look(self, now: float) -> None:
        """The status polls until now, of all."""
        asked = np.flatnonzero(self.next_poll <= now)
        if not len(asked):
            return
        last = self.next_poll[asked] + np.floor((now - self.next_poll[asked]) / self._poll_s) * self._poll_s
        self.next_poll[asked] = last + self._poll_s
        answers = (self.alive & ~self.frozen & ~self.wrong_id)[asked]
        asked = asked[answers]
        self.seen_at[asked] = last[answers]
        self.seen_truth[asked] = self.truth[asked]
        self.seen_started[asked] = self.started[asked]
        self.seen_refused[asked] = self.refused[asked]

    # Own

    def _drawn(self, rows: int, count: int = 1) -> Floats:
        """(rows, count) chances in [0, 1), one server after another."""
        chance = self._rng.random
        return np.array([chance() for _ in range(rows * count)]).reshape(count, rows).T

    def _start(self, which: slice, drawn: Floats, now: float) -> None:
        """A life begins on columns that are clear."""
        self.speed[which], self.alive[which] = 1.0, True
        self.born[which] = now
        low, high = 1 - self._jitter, 1 + self._jitter
        self.period[which] = self._interval_s * (low + (high - low) * drawn[0])
        self.sent_at[which] = -_NEVER
        self.seen_at[which] = -_NEVER
        self.next_poll[which] = now - (now - self.phase[which]) % self._poll_s + self._poll_s
        self._resume(which, drawn[1], now)
        strange = ~self.listed[which]
        for column in (self.reported, self.used_at, self.received_at):
            column[which][strange] = math.nan

    def _join(self, which: slice, now: float) -> None:
        self.listed[which] = self.attached[which] = True
        for column in (self.in_flight, self.routed, self.used_seq, self.received_seq):
            column[which] = 0.0
        self.used_at[which] = self.received_at[which] = self.since[which] = now
        self.changed()

    def _resume(self, which: slice, drawn: Floats, now: float) -> None:
        turn = now + drawn * self.period[which]
        away = turn - self.used_at[which] > PAUSE_INTERVALS * self._interval_s
        np.copyto(self.since[which], turn, where=away)
        self.next_due[which] = self.anchor[which] = turn
        self.anchor_seq[which] = self.sent_seq[which]
        self._waiting.update(range(which.start, which.stop))

    def _regular(self) -> Bools:
        """Who has sent a healthy report since its anchor, and goes on."""
        return np.isfinite(self.next_due) & (self.next_due > self.anchor)

    def _columns(self, which: Indexes, now: float, interval_s: float, *, whole: bool) -> Candidates:
        ages = self.used_ages(now)
        if whole:
            return Candidates(self.reported, ages, self.in_flight, self.limit, now - self.since, interval_s)
        return Candidates(
            self.reported[which],
            ages[which],
            self.in_flight[which],
            self.limit[which],
            now - self.since[which],
            interval_s,
        )

    def _first_reports(self, now: float) -> None:
        """Newcomers, and lives that the balancer has not heard of: their first report joins them."""
        for index in [index for index in self._waiting if self.anchor[index] <= now]:
            self._waiting.discard(index)
            self._arrived(index, self.anchor[index])

    def _arrived(self, index: int, at: float) -> None:
        """A report reached the balancer: it joins whom it does not know, or knows from a former life."""
        if not self.listed[index] or self._joined[index] != self.lives[index]:
            self._joined[index] = self.lives[index]
            self.join(index, at)

    def _go_on(self, index: int, now: float) -> None:
        if index in self.odd:
            self.odd[index].next_s = now + self._rng.random() * self.period[index]
        else:
            self.resume(index, now)

    def _seq(self, index: int, at: float) -> float:
        return self.anchor_seq[index] + round((at - self.anchor[index]) / self.period[index]) + 1

    def _run_odd(self, index: int, now: float) -> None:
        """Sends and delivers, one by one, until now."""
        odd = self.odd[index]
        quiet = self.muted[index] or self.frozen[index] or not self.alive[index]
        while odd.next_s <= now and not quiet:
            self.sent_at[index] = odd.next_s
            if not odd.repeated:
                self.sent_seq[index] += 1
                if not odd.stuck:
                    self.sent_connections[index] = self.truth[index]
            if not (odd.lost or odd.repeated):
                told = (odd.next_s + odd.late_s, self.sent_seq[index], self.sent_connections[index])
                odd.under_way.append(told)
            odd.next_s += self.period[index]
        while odd.under_way and odd.under_way[0][0] <= now:
            at, seq, sessions = odd.under_way.popleft()
            self._arrived(index, at)
            if seq <= self.received_seq[index]:
                continue
            self.received_at[index], self.received_seq[index] = at, seq
            if not odd.ignored:
                if at - self.used_at[index] > PAUSE_INTERVALS * self._interval_s:
                    self.since[index] = at
                self.used_at[index], self.used_seq[index] = at, seq
                self.reported[index], self.in_flight[index] = sessions, 0.0

    def _look(self, index: int, now: float) -> None:
        due = self.next_poll[index]
        last = due + math.floor((now - due) / self._poll_s) * self._poll_s
        self.next_poll[index] = last + self._poll_s
        if not self.alive[index] or self.frozen[index] or self.wrong_id[index]:
            return
        self.seen_at[index] = last
        self.seen_truth[index] = self.truth[index]
        self.seen_started[index] = self.started[index]
        self.seen_refused[index] = self.refused[index]
