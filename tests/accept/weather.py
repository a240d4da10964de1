"""F12, F18, F19 and F17 with figures: 200 and 500 servers on loopback, a poll a second, while names, the way and its end go wrong."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import numpy as np

from console.domain.frame import Column, Frame
from console.domain.states import Reach
from console.net import raise_open_files
from console.net.names import Names
from tests.accept.measuring import Case, Figures
from tests.faults.test_weather import Eyes, LossySource, all_read, watched_virtually
from tests.support.faultserver import hanging
from tests.support.loopbackfleet import LoopbackFleet, Watch

SIZES: Final = (200, 500)
NAMES: Final = tuple(f"dsrs-{number:03d}" for number in range(max(SIZES)))
_DARK_SHARE: Final = 0.2


async def _ages(watch: Watch, polls: int, mine: tuple[str, ...]) -> list[float]:
    """How old the truth of these servers is in each of the next Frames, seconds."""
    found: list[float] = []
    for _ in range(polls):
        frame = await watch.next()
        found += [
            frame.at(name, Column.TRUTH_AGE) if frame.reach[_slot(frame, name)] == Reach.OK else 60.0 for name in mine
        ]
    return found


def _slot(frame: Frame, name: str) -> int:
    row = frame.rows.get(name)
    assert row is not None, "it is listed"
    return row.slot


async def _f12(servers: int, quick: bool) -> Figures:
    """The resolver of a fifth of the names hangs for 10 s: how old the truth of the others, and of these, becomes."""
    hangs, dead = threading.Event(), threading.Event()

    def lookup(_host: str) -> tuple[str, ...]:
        if dead.is_set():
            hangs.wait(10.0)
            raise OSError("no such name")
        return ("127.0.0.1",)

    named = round(_DARK_SHARE * servers)
    dark, others = NAMES[:named], NAMES[named:servers]
    names = Names(lookup, refresh_s=0.0)
    try:
        async with LoopbackFleet(*dark, *others) as fleet:
            for name in dark:
                listed = fleet.servers[name]
                listed["status_url"] = listed["status_url"].replace("127.0.0.1", f"{name}.test")
            async with fleet.watched(1.0, names=names) as watch:
                await watch.all_good()
                polls = 3 if quick else 10
                before = await _ages(watch, polls, others)
                dead.set()
                after = await _ages(watch, polls, others)
                affected = await _ages(watch, 2, dark)
    finally:
        hangs.set()
    late, usual = float(np.quantile(after, 0.99)), float(np.quantile(before, 0.99))
    return {
        "pass": late <= 1.05 * max(usual, 1.0) and max(affected) < 60.0,
        "limits": {"others_age_p99_s": "5 % more than before, or than an interval", "affected_unread": 0},
        "names_that_hang": named,
        "others_age_p99_before_s": round(usual, 3),
        "others_age_p99_s": round(late, 3),
        "affected_age_most_s": round(max(affected), 3),
    }


async def _f18(servers: int, quick: bool) -> Figures:
    """Everybody hangs at once for 20 s, and answers again: alarms, how soon, and what the way back costs."""
    async with LoopbackFleet(*NAMES[:servers]) as fleet, fleet.watched(1.0) as watch:
        eyes = Eyes()
        await watch.all_good()
        for _ in range(5):
            eyes.see(await watch.next())
        ends = [fleet.dsrm, *fleet.ports.values()]
        healthy = {server: server.behaviour for server in ends}
        began_s = time.monotonic()
        for server in ends:
            server.become(hanging())
        while "blind:fleet" not in eyes.raised:
            eyes.see(await watch.next())
        told_s = time.monotonic() - began_s
        while time.monotonic() - began_s < (8.0 if quick else 20.0):
            eyes.see(await watch.next())
        before = sum(server.connections for server in ends)
        rates: list[int] = []
        for server in ends:
            server.become(healthy[server])
        began_s = time.monotonic()

        async def count() -> None:
            last = before
            while True:
                await asyncio.sleep(1.0)
                now = sum(server.connections for server in ends)
                rates.append(now - last)
                last = now

        counting = asyncio.ensure_future(count())
        while not all_read(frame := await watch.next()):
            eyes.see(frame)
        fresh_s = time.monotonic() - began_s
        await asyncio.sleep(1.1)
        counting.cancel()
        for _ in range(5):
            eyes.see(await watch.next())
    return {
        "pass": eyes.raised == ["blind:fleet"] and told_s <= 5.0 and max(rates) <= 200 and fresh_s <= 15.0,
        "limits": {"alarms": 1, "told_s": 5.0, "connects_per_s": 200, "all_fresh_s": 15.0},
        "alarms": eyes.raised,
        "told_s": round(told_s, 2),
        "connects_per_s": max(rates),
        "all_fresh_s": round(fresh_s, 2),
    }


def _f17(quick: bool) -> Figures:
    """A fifth of all packets lost and 500 ms of jitter, in virtual time, over seeds: who is taken for down (three polls in a row)."""
    runs = [watched_virtually(LossySource(*NAMES[:20], seed=seed), 300) for seed in range(3 if quick else 40)]
    counts = [[sum(one) for one in zip(*eyes.counts, strict=True)] for eyes in runs]
    late, down, seen = (sum(one[part] for one in counts) for part in range(3))
    return {
        "pass": down <= 0.01 * seen,
        "limits": {"down_share": 0.01},
        "seeds": len(runs),
        "late_share": round(late / seen, 4),
        "down_share": round(down / seen, 5),
        "alarms": sorted(name for eyes in runs for name in eyes.raised),
    }


def _live(body: Callable[[int, bool], Coroutine[Any, Any, Figures]]) -> Callable[[bool], Figures]:
    """At each size, under the same limits."""

    def all_sizes(quick: bool) -> Figures:
        raise_open_files()
        found = [asyncio.run(body(servers, quick)) for servers in SIZES]
        passed, limits = ([one.pop(name) for one in found] for name in ("pass", "limits"))
        by_size = {f"{servers} servers": one for servers, one in zip(SIZES, found, strict=True)}
        return {"pass": all(passed), "limits": limits[0], **by_size}

    return all_sizes


CASES = (
    Case(
        "fault-f12",
        "a resolver that hangs for a fifth of 200 and of 500 servers makes nobody's truth older",
        _live(_f12),
        90,
    ),
    Case("fault-f17", "20 % loss and 500 ms of jitter: at most 1 % are taken for down", _f17, 90),
    Case(
        "fault-f18",
        "200 and 500 servers and the balancer gone: one alarm in 5 s; back: 200 connections a second at most, all read in 15 s",
        _live(_f18),
        150,
    ),
)
