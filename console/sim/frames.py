"""A simulated fleet as Frames, as a collector would make them: who asks, and when, is all the same to what comes after."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from console.domain.frame import NAN, Balancer, Bools, Column, Floats, Frame, Row, RowTable
from console.domain.readings import Counters, Detachment
from console.domain.states import Attachment, Reach
from console.policy.balancing import Indexes
from console.sim.fleet import Fleet, Pool
from console.sim.tally import Tally

FLEET_DEADLINE_S: Final = 1.0
"""A balancer that takes longer than this has not answered the poll."""


class FrameMaker:
    """Makes Frames in order: slots stay, a new life is a new epoch, rates come from totals and are missing on a new base."""

    def __init__(self, fleet: Fleet, mono_s: float, wall_s: float) -> None:
        self._fleet = fleet
        self._mono_s, self._wall_s = mono_s, wall_s
        self._seq = 0
        self._misses = 0
        self._read_s = NAN
        self._table = RowTable((), 0)
        self._slots: list[Indexes] = [np.empty(0, dtype=np.intp) for _ in fleet.pools]
        self._lives: list[list[int]] = [[] for _ in fleet.pools]
        self._epochs = itertools.count()
        self._bases: dict[str, tuple[int, Counters]] = {}
        self._balancer_life = 0
        capacity = 0
        self._listed = np.zeros(capacity, dtype=np.bool_)
        self._attachment = np.zeros(capacity, dtype=np.int8)
        self._kept = np.full((3, capacity), NAN)
        """Per slot: routed, started as of the Frame before (NaN: a new base), polls missed in a row."""

    def make(self, now: float, detachments: Mapping[str, Detachment]) -> Frame:
        """The Frame of this moment."""
        fleet, balancer = self._fleet, self._fleet.balancer
        self._seq += 1
        self._follow()
        told = not balancer.down and balancer.slow_s < FLEET_DEADLINE_S
        self._misses = 0 if told else self._misses + 1
        if told:
            self._read_s = now
            if balancer.lives != self._balancer_life:
                self._balancer_life = balancer.lives
                self._kept[0] = NAN
        values = np.full((len(Column), self._table.capacity), NAN)
        reach = np.full(self._table.capacity, Reach.NEVER, dtype=np.uint8)
        for number, pool in enumerate(fleet.pools):
            pool.servers.refresh(now)
            pool.servers.look(now)
            slots = self._slots[number]
            self._status(values, reach, number, slots, now)
            if told:
                self._entries(values, pool, slots, now)
        counters = {pool.name: pool.tally.since(pool.base).counters() for pool in fleet.pools}
        total = Tally()
        for pool in fleet.pools:
            total = total.plus(pool.tally.since(pool.base))
        deltas = (
            {name: self._delta(name, scope) for name, scope in {"": total.counters(), **counters}.items()}
            if told
            else {}
        )
        listed, attachment = self._listed.copy(), self._attachment.copy()
        for array in (values, listed, attachment, reach):
            array.flags.writeable = False
        return Frame(
            seq=self._seq,
            mono_s=self._mono_s + now,
            wall_s=self._wall_s + now,
            interval_s=fleet.plan.poll_s,
            balancer=self._balancer(now, told),
            rows=self._table,
            values=values,
            listed=listed,
            attachment=attachment,
            reach=reach,
            fleet=total.counters(),
            fleet_delta=deltas.pop("", None),
            pools=counters,
            pools_delta={name: delta for name, delta in deltas.items() if delta is not None},
            interfaces={"direct": total.counters()},
            detachments=dict(detachments),
            notes=self._notes(reach),
        )

    def _follow(self) -> None:
        """Newcomers get slots at the end, new lives new epochs."""
        rows: list[Row | None] = list(self._table.rows)
        changed = False
        for number, pool in enumerate(self._fleet.pools):
            servers, known = pool.servers, self._lives[number]
            if known == servers.lives:
                continue
            slots = self._slots[number].tolist()
            for index, life in enumerate(servers.lives):
                if index < len(known) and (known[index] == life or not servers.alive[index]):
                    continue
                slot = slots[index] if index < len(slots) else len(rows)
                if slot == len(rows):
                    slots.append(slot)
                    rows.append(None)
                    known.append(life)
                else:
                    self._kept[:2, slot] = NAN
                known[index] = life
                address = f"127.0.0.1:{21_000 + slot}"
                name = servers.ids[index]
                rows[slot] = Row(slot, name, servers.incarnations[index], pool.name, next(self._epochs), address)
                changed = True
            self._slots[number] = np.array(slots, dtype=np.intp)
        if changed:
            self._table = RowTable(tuple(rows), self._table.version + 1)
            more = len(rows) - len(self._listed)
            self._listed = np.pad(self._listed, (0, more))
            self._attachment = np.pad(self._attachment, (0, more), constant_values=int(Attachment.UNKNOWN))
            fresh = np.array([[NAN], [NAN], [0.0]])
            self._kept = np.hstack([self._kept, np.repeat(fresh, more, axis=1)])

    def _status(
        self, values: Floats, reach: np.ndarray[tuple[int], np.dtype[np.uint8]], number: int, slots: Indexes, now: float
    ) -> None:
        """What the servers say of themselves."""
        servers, resources = self._fleet.pools[number].servers, self._fleet.plan.resources
        asked = np.isfinite(servers.seen_at)
        good: Bools = servers.alive & ~servers.frozen & ~servers.wrong_id & asked
        reach[slots] = np.select(
            [~servers.alive, servers.frozen, servers.wrong_id, asked],
            [Reach.UNREACHABLE, Reach.TIMEOUT, Reach.WRONG_SERVER, Reach.OK],
            Reach.NEVER,
        )

        def said(column: Column, numbers: Floats) -> None:
            values[column, slots] = np.where(good, numbers, NAN)

        said(Column.TRUTH, servers.seen_truth)
        said(Column.STARTED_TOTAL, servers.seen_started)
        said(Column.REFUSED_TOTAL, servers.seen_refused)
        started = servers.seen_started - self._kept[1, slots]
        said(Column.STARTED, np.where(started >= 0, started, NAN))
        self._kept[1, slots] = np.where(good, servers.seen_started, self._kept[1, slots])
        said(Column.UPTIME, servers.seen_at - servers.born)
        said(Column.SKEW, servers.skew)
        values[Column.TRUTH_AGE, slots] = np.where(asked, now - servers.seen_at, NAN)
        values[Column.LAST_TRUTH, slots] = np.where(asked, servers.seen_truth, NAN)
        values[Column.LIMIT, slots] = servers.limit
        ages = servers.sent_ages(now)
        sent = np.isfinite(ages)
        said(Column.SENT_AGE, np.where(sent, ages, NAN))
        said(Column.SENT_SEQ, np.where(sent, servers.sequences(servers.sent_seq), NAN))
        said(Column.SENT_CONNECTIONS, np.where(sent, servers.newest_sent(), NAN))
        self._kept[2, slots] = np.where(good, 0.0, self._kept[2, slots] + 1.0)
        values[Column.MISSES, slots] = self._kept[2, slots]
        if resources is not None:
            said(Column.MEMORY_USED, self._fleet.memory(number))
            said(Column.MEMORY_LIMIT, np.full(len(slots), resources.memory_limit))
            said(Column.CPU, np.minimum(1.0, servers.truth / (resources.capacity * servers.speed)))
            said(Column.LAG, servers.backlog / (resources.capacity * servers.speed))

    def _entries(self, values: Floats, pool: Pool, slots: Indexes, now: float) -> None:
        """What the balancer says of them."""
        servers, plan = pool.servers, self._fleet.plan
        which, rows = servers.rows(now, plan.report_interval_s)
        here = slots[which]
        values[Column.BELIEVED, here] = self._fleet.balancer.balancing.believed(rows)
        values[Column.REPORTED, here] = rows.reported
        values[Column.REPORT_AGE, here] = rows.report_age_s
        values[Column.IN_FLIGHT, here] = rows.in_flight
        values[Column.RECEIVED_AGE, here] = servers.received_ages(now)[which]
        values[Column.REPORTED_SEQ, here] = servers.sequences(servers.used_seq)[which]
        values[Column.RECEIVED_SEQ, here] = servers.sequences(servers.received_seq)[which]
        values[Column.ROUTED_TOTAL, here] = servers.routed[which]
        routed = servers.routed[which] - self._kept[0, here]
        values[Column.ROUTED, here] = np.where(routed >= 0, routed, NAN)
        values[Column.WEIGHT, here] = 1.0
        self._kept[0, slots] = np.where(servers.listed, servers.routed, NAN)
        self._listed[slots] = servers.listed
        attached = np.where(servers.attached, Attachment.ATTACHED, Attachment.DETACHED)
        self._attachment[slots] = np.where(servers.listed, attached, Attachment.UNKNOWN)
        for server, shown in self._fleet.balancer.shown.items():
            row = self._table.get(server)
            if row is not None:
                self._attachment[row.slot] = Attachment.ATTACHED if shown else Attachment.DETACHED

    def _balancer(self, now: float, told: bool) -> Balancer:
        state = self._fleet.balancer
        reach, error = (Reach.OK, None) if told else (Reach.TIMEOUT, "No whole answer within 1 s.")
        if math.isnan(self._read_s):
            return Balancer(reach, math.inf, self._misses, error)
        incarnation = f"bal-{self._balancer_life}"
        return Balancer(
            reach=reach,
            age_s=now - self._read_s,
            misses=self._misses,
            error=error,
            id="dsrm-1",
            incarnation=incarnation,
            generation=state.generation,
            etag=f'"{incarnation}.{state.generation}"',
            algorithm=state.balancing.name,
            algorithm_parameters=dict(state.balancing.parameters),
            report_interval_s=self._fleet.plan.report_interval_s,
            time=self._wall_s + self._read_s,
            skew_s=0.0,
        )

    def _delta(self, scope: str, counters: Counters) -> Counters | None:
        life, before = self._bases.get(scope, (0, counters))
        self._bases[scope] = self._balancer_life, counters
        if life != self._balancer_life:
            return None
        return Counters(
            {text: count - before.errors_total[text] for text, count in counters.errors_total.items()},
            {outcome: count - before.sessions_total[outcome] for outcome, count in counters.sessions_total.items()},
        )

    def _notes(self, reach: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> dict[str, str]:
        words = {
            int(Reach.UNREACHABLE): "Nobody listens at its address.",
            int(Reach.TIMEOUT): "No whole answer within 1 s.",
            int(Reach.WRONG_SERVER): "Another server answers at its address.",
        }
        bad = np.flatnonzero(reach > Reach.OK).tolist()
        rows = self._table.rows
        return {row.id: words[int(reach[slot])] for slot in bad if (row := rows[slot]) is not None}
