"""Frames of a large, busy fleet, fast to make: every number is told, moves as a real one does, and is noisy where one is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from console.domain.frame import Column, Frame
from console.domain.readings import Counters
from tests.support.builders import FrameMaker, make_fleet


def busy_frames(servers: int, polls: int, seed: int = 1, *, report_s: float = 5.0) -> Iterator[Frame]:
    """One Frame a second of `servers` servers with sessions of some minutes, reports every `report_s`, memory and CPU that wander."""
    chance, maker = np.random.default_rng(seed), FrameMaker()
    first = maker.make(make_fleet(servers, limit=12))
    slots = slice(0, servers)
    truth = chance.integers(0, 12, servers).astype(float)
    routed_total, seq = (
        chance.integers(0, 10**6, servers).astype(float),
        chance.integers(0, 10**5, servers).astype(float),
    )
    reported, reported_at = truth.copy(), chance.uniform(0, report_s, servers)
    phase, due = chance.uniform(0, 1, servers), chance.uniform(0, report_s, servers)
    memory = chance.uniform(2e9, 6e9, servers)
    cpu, uptime = chance.uniform(0.1, 0.9, servers), chance.uniform(0, 10**6, servers)
    p50, length = chance.uniform(20, 200, servers), chance.uniform(60, 240, servers)
    errors = 0
    for poll in range(polls):
        now = float(poll)
        came = (chance.uniform(size=servers) < 0.02 * (12 - truth) / 6).astype(float)
        truth = np.clip(truth + came - (chance.uniform(size=servers) < truth / 180.0), 0, 12)
        routed_total += came
        reports = due <= now
        reported = np.where(reports, truth, reported)
        reported_at = np.where(reports, due, reported_at)
        seq, due = seq + reports, np.where(reports, due + report_s * chance.uniform(0.98, 1.02, servers), due)
        memory += chance.normal(0, 2e6, servers)
        cpu = np.clip(cpu + chance.normal(0, 0.01, servers), 0, 1)
        p50, length = p50 + 1 - came * 10, length + chance.normal(0, 0.02, servers)
        errors += int(chance.integers(0, 3))
        values = first.values.copy()
        told = {
            Column.TRUTH: truth,
            Column.TRUTH_AGE: phase + chance.uniform(0, 0.004, servers),
            Column.LAST_TRUTH: truth,
            Column.BELIEVED: reported,
            Column.REPORTED: reported,
            Column.REPORT_AGE: now - reported_at + 0.01,
            Column.REPORTED_SEQ: seq,
            Column.RECEIVED_AGE: now - reported_at,
            Column.RECEIVED_SEQ: seq,
            Column.IN_FLIGHT: np.minimum(came, 3),
            Column.ROUTED_TOTAL: routed_total,
            Column.ROUTED: came,
            Column.STARTED_TOTAL: routed_total,
            Column.STARTED: came,
            Column.REFUSED_TOTAL: np.floor(routed_total / 1000),
            Column.LIMIT: np.full(servers, 12.0),
            Column.WEIGHT: np.ones(servers),
            Column.MEMORY_USED: memory,
            Column.MEMORY_LIMIT: np.full(servers, 8e9),
            Column.MEMORY_PRESSURE: np.zeros(servers),
            Column.CPU: cpu,
            Column.LAG: np.maximum(0, chance.normal(0, 0.02, servers)),
            Column.SENT_SEQ: seq,
            Column.SENT_AGE: np.maximum(0, now - phase - reported_at),
            Column.SENT_CONNECTIONS: reported,
            Column.SESSION_AGE_P50: p50,
            Column.SESSION_AGE_P90: p50 * 2,
            Column.SESSION_AGE_MAX: p50 * 3,
            Column.SESSION_LENGTH_P50: length,
            Column.SESSION_LENGTH_P90: length * 2,
            Column.UPTIME: uptime + now - phase,
            Column.MISSES: np.zeros(servers),
        }
        for column, numbers in told.items():
            values[column, slots] = numbers
        values.flags.writeable = False
        started = int(came.sum())
        yield replace(
            first,
            seq=poll + 1,
            mono_s=first.mono_s + now + float(chance.normal(0, 0.001)),
            wall_s=first.wall_s + now,
            values=values,
            balancer=replace(
                first.balancer, time=first.wall_s + now - 0.003, skew_s=-0.003, age_s=float(chance.uniform(0, 0.01))
            ),
            fleet=Counters(
                {"s can't connect to recognizer server": errors},
                {"started": int(routed_total.sum()), "refused": errors},
            ),
            fleet_delta=Counters({"s can't connect to recognizer server": 1}, {"started": started, "refused": 1}),
        )
