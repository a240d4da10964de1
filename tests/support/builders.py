"""Frames from plain numbers, for everybody's tests: name what matters, the rest is a calm, healthy server.

frame = make_frame([Server("dsrs-001", truth=3), Server("dsrs-002", truth=12, belief=0, age=40.0)])
frames = FrameMaker(); one = frames.make([...]); two = frames.make([...])   # rows, rates and epochs follow as in a live feed
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from console.domain.frame import NAN, Balancer, Column, Frame, Row, RowTable
from console.domain.readings import Counters, Detachment
from console.domain.states import Attachment, Reach
from console.domain.texts import ERROR_TEXTS

POOL_8K = "-a-general/8k"
POOL_16K = "-a-general/16k"
MONO = 1_000.0
WALL = 1_737_400_000.0
"""21 January 2025, 04:06:40 in Tokyo."""


class Server(Struct):
    """One server as of one poll. None: not told."""

    id: str
    truth: float | None = 3
    belief: float | None = None
    """None: the same as `truth`."""
    routed_total: int = 0
    started_total: int | None = 0
    limit: float | None = 12
    age: float | None = 0.1
    """Report age; None: it never reported."""
    seq: int | None = None
    pool: str | None = POOL_8K
    incarnation: str | None = "inc-1"
    attached: bool | None = True
    listed: bool = True
    reach: Reach = Reach.OK
    truth_age: float = 0.0
    memory: tuple[float, float] | None = None
    """Used and limit in bytes."""
    values: Mapping[Column, float] = {}
    """Any other column."""


@dataclass
class FrameMaker:
    """Makes Frames in order as a collector would: slots stay, a new incarnation is a new epoch, deltas come from totals."""

    interval: float = 1.0
    report_interval: float | None = 0.25
    mono: float = MONO
    wall: float = WALL
    seq: int = 0
    generation: int = 1
    balancer_incarnation: str = "bal-1"
    algorithm: str = "least-reported"
    misses: int = 0
    _table: RowTable = field(default_factory=lambda: RowTable((), 0))
    _epochs: Iterable[int] = field(default_factory=itertools.count)
    _routed: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    _started: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    _truths: dict[str, float] = field(default_factory=dict)
    _base: dict[str, Counters] = field(default_factory=dict)
    _read_at: float = NAN
    _kept: Frame | None = None

    def make(
        self,
        servers: Sequence[Server],
        *,
        after: float | None = None,
        balancer: bool = True,
        errors: Mapping[str, int] | None = None,
        sessions: Mapping[str, int] | None = None,
        pools: Mapping[str, Counters] | None = None,
        detachments: Mapping[str, Detachment] | None = None,
    ) -> Frame:
        """The next Frame, `after` seconds later (the poll interval if not said). `errors`, `sessions`: totals since the balancer's start.

        `balancer` False: its poll failed; belief is missing, and who is listed and attached stays as it was.
        """
        step = self.interval if after is None else after
        self.mono, self.wall, self.seq = self.mono + step, self.wall + step, self.seq + 1
        self._follow(servers)
        capacity = self._table.capacity
        values = np.full((len(Column), capacity), NAN)
        listed = np.zeros(capacity, dtype=np.bool_)
        attachment = np.full(capacity, Attachment.UNKNOWN, dtype=np.int8)
        reach = np.full(capacity, Reach.NEVER, dtype=np.uint8)
        for server in servers:
            row = self._table.get(server.id)
            assert row is not None
            listed[row.slot], reach[row.slot] = server.listed, server.reach
            if server.attached is not None:
                attachment[row.slot] = Attachment.ATTACHED if server.attached else Attachment.DETACHED
            self._status(values[:, row.slot], server)
            if balancer:
                self._entry(values[:, row.slot], server)
        if not balancer and self._kept is not None:
            old = self._kept.rows.capacity
            listed[:old], attachment[:old] = self._kept.listed, self._kept.attachment
        self.misses = 0 if balancer else self.misses + 1
        if balancer:
            self._read_at = self.mono
        told = np.isfinite(self._read_at)
        fleet = Counters(dict(errors or dict.fromkeys(ERROR_TEXTS, 0)), dict(sessions or {"started": 0, "refused": 0}))
        scopes = {"": fleet, **(pools or {})}
        deltas = {
            name: delta
            for name, counters in scopes.items()
            if balancer and (delta := self._delta(name, counters)) is not None
        }
        for array in (values, listed, attachment, reach):
            array.flags.writeable = False
        self._kept = Frame(
            seq=self.seq,
            mono_s=self.mono,
            wall_s=self.wall,
            interval_s=self.interval,
            balancer=Balancer(
                reach=Reach.OK if balancer else Reach.TIMEOUT,
                age_s=self.mono - self._read_at if told else float("inf"),
                misses=self.misses,
                error=None if balancer else "no whole answer within 1 s",
                id="dsrm-1" if told else None,
                incarnation=self.balancer_incarnation if told else None,
                generation=self.generation if told else None,
                etag=f'"{self.balancer_incarnation}.{self.generation}"' if told else None,
                algorithm=self.algorithm if told else None,
                report_interval_s=self.report_interval if told else None,
                time=self.wall if told else None,
            ),
            rows=self._table,
            values=values,
            listed=listed,
            attachment=attachment,
            reach=reach,
            fleet=fleet,
            fleet_delta=deltas.pop("", None),
            pools=dict(pools or {}),
            pools_delta=deltas,
            detachments=dict(detachments or {}),
        )
        return self._kept

    def _follow(self, servers: Sequence[Server]) -> None:
        rows, changed = list(self._table.rows), False
        for server in servers:
            row = self._table.get(server.id)
            if row is None or row.incarnation != server.incarnation:
                slot = len(rows) if row is None else row.slot
                new = Row(
                    slot,
                    server.id,
                    server.incarnation,
                    server.pool,
                    next(iter(self._epochs)),
                    f"127.0.0.1:{21000 + slot}",
                )
                rows[slot : slot + 1] = [new]
                changed = True
        if changed:
            self._table = RowTable(tuple(rows), self._table.version + 1)

    def _status(self, column: np.ndarray, server: Server) -> None:
        if server.reach is Reach.OK and server.truth is not None:
            column[Column.TRUTH] = server.truth
            column[Column.TRUTH_AGE] = server.truth_age
            column[Column.MISSES] = 0
            self._truths[server.id] = server.truth
            if server.started_total is not None:
                column[Column.STARTED_TOTAL] = server.started_total
                column[Column.STARTED] = _since(self._started, server.id, server.incarnation, server.started_total)
        column[Column.LAST_TRUTH] = self._truths.get(server.id, NAN)
        if server.limit is not None:
            column[Column.LIMIT] = server.limit
        if server.memory is not None:
            column[Column.MEMORY_USED], column[Column.MEMORY_LIMIT] = server.memory
        for name, value in server.values.items():
            column[name] = value

    def _entry(self, column: np.ndarray, server: Server) -> None:
        belief = server.truth if server.belief is None else server.belief
        if belief is not None:
            column[Column.BELIEVED] = column[Column.REPORTED] = belief
        if server.age is not None:
            column[Column.REPORT_AGE] = column[Column.RECEIVED_AGE] = server.age
        if server.seq is not None:
            column[Column.REPORTED_SEQ] = column[Column.RECEIVED_SEQ] = server.seq
        column[Column.ROUTED_TOTAL] = server.routed_total
        column[Column.ROUTED] = _since(self._routed, server.id, server.incarnation, server.routed_total)
        if np.isnan(column[Column.WEIGHT]):
            column[Column.WEIGHT] = 1.0

    def _delta(self, name: str, now: Counters) -> Counters | None:
        before, self._base[name] = self._base.get(name), now
        if before is None:
            return None
        return Counters(
            {text: count - before.errors_total.get(text, 0) for text, count in now.errors_total.items()},
            {outcome: count - before.sessions_total.get(outcome, 0) for outcome, count in now.sessions_total.items()},
        )


def _since(base: dict[str, tuple[str | None, int]], server: str, incarnation: str | None, total: int) -> float:
    before = base.get(server)
    base[server] = incarnation, total
    return NAN if before is None or before[0] != incarnation or total < before[1] else float(total - before[1])


def make_frame(servers: Sequence[Server], **options: object) -> Frame:
    """One Frame on its own; `options` as of FrameMaker.make. Rates are missing, as on any new base."""
    return FrameMaker().make(servers, **options)  # type: ignore[arg-type]


def make_fleet(count: int, *, pools: Sequence[str] = (POOL_8K, POOL_16K), **options: object) -> list[Server]:
    """`count` healthy servers `dsrs-001`.., in equal shares of the pools, with the same `options` for each."""
    per_pool = -(-count // len(pools))
    return [Server(f"dsrs-{index + 1:03d}", pool=pools[index // per_pool], **options) for index in range(count)]  # type: ignore[arg-type]
