"""The engine's alarm desk: orders show at once and outlive a SIGKILL; a disk that hangs or fails holds nothing up."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.domain.frame import Frame
from console.domain.lifecycle import LifecycleRefused, Memory, Standing, Unseen
from console.domain.view import View
from console.engine import Engine
from console.engine.keeper import Keeper
from console.record import Journal
from console.record.state import StateError, StateFile
from tests.support.builders import FrameMaker, Server
from tests.support.incident import FULL, VirtualFleet
from tests.support.views import ViewMaker


class Bench:
    """A feed whose Frames come when a test asks for them, and the clock that goes with it."""

    def __init__(
        self, keeper: Keeper | None = None, frames: FrameMaker | None = None, journal: Journal | None = None
    ) -> None:
        self.maker = frames or FrameMaker()
        self.queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        self.engine = Engine(self, journal=journal, clock=self, operator="noc-2", keeper=keeper)
        self.views: list[View] = []
        self.engine.subscribe(self.views.append)

    async def frames(self) -> AsyncIterator[Frame]:
        while (frame := await self.queue.get()) is not None:
            yield frame

    async def close(self) -> None:
        pass

    def monotonic(self) -> float:
        return self.maker.mono

    def wall(self) -> float:
        return self.maker.wall

    async def take(self, frame: Frame) -> View:
        before = len(self.views)
        await self.queue.put(frame)
        return await self.until(lambda view: len(self.views) > before and view.frame is frame)

    async def until(self, holds: Callable[[View], bool]) -> View:
        async with asyncio.timeout(60.0):
            while self.engine.newest is None or not holds(self.engine.newest):  # noqa: ASYNC110  it shows in the View only
                await asyncio.sleep(0.001)
        return self.engine.newest

    async def silent(self, polls: int = 1) -> View:
        """One of four servers has not reported for 40 s."""
        servers = [Server(f"s{n}") for n in range(3)] + [Server("s3", truth=9, belief=1, age=40.0)]
        for _ in range(polls):
            view = await self.take(self.maker.make(servers))
        return view


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    task = asyncio.get_running_loop().create_task(bench.engine.run())
    try:
        yield bench
    finally:
        await bench.queue.put(None)
        async with asyncio.timeout(60.0):
            await task


def standing(view: View, name: str) -> Standing | None:
    return next((cycle.standing for cycle in view.cycles if cycle.alarm.name == name), None)


@pytest.mark.asyncio
async def test_orders_show_at_once_and_outlive_the_engine(tmp_path: Path) -> None:
    def keeper() -> Keeper:
        return Keeper(lambda: StateFile(tmp_path / "state.db"), "fleet-1")

    maker = FrameMaker()
    async with running(Bench(keeper(), maker)) as bench:
        view = await bench.silent(3)
        assert standing(view, "silent:s3") is Standing.UNACKNOWLEDGED
        key = next(cycle.key for cycle in view.cycles if cycle.alarm.name == "silent:s3")
        assert await bench.engine.acknowledge([key], "calling the site")
        assert bench.engine.newest is not None and bench.engine.newest.frame is view.frame
        assert standing(bench.engine.newest, "silent:s3") is Standing.ACKNOWLEDGED
        assert await bench.engine.note(None, "shift change at 8")
        assert await bench.engine.note(None, "fan is loud\x1b[2J", server="s2\n")
        assert await bench.engine.note(key, "site says power")
        gap = next(cycle.key for cycle in bench.engine.newest.cycles if cycle.alarm.name == "gap:s3")
        assert await bench.engine.shelve(gap, "known", 600.0)
        with pytest.raises(LifecycleRefused, match="acknowledged already"):
            await bench.engine.acknowledge([key])
        before = bench.engine.newest
    async with running(Bench(keeper(), maker)) as again:
        view = await again.take(maker.make([Server("s0")], after=3.0))
        assert [(cycle.key, cycle.standing) for cycle in view.cycles] == [
            (cycle.key, cycle.standing) for cycle in before.cycles
        ]
        silent = next(cycle for cycle in view.cycles if cycle.alarm.name == "silent:s3")
        assert silent.acknowledgement is not None
        assert (silent.acknowledgement.by, silent.acknowledgement.text) == ("noc-2", "calling the site")
        assert [(note.about, note.server, note.text) for note in view.notes] == [
            ("silent:s3", "s3", "calling the site"),
            ("", None, "shift change at 8"),
            ("s2", "s2", "fan is loud [2J"),
            ("silent:s3", "s3", "site says power"),
        ]
        assert [note.wall_s - note.mono_s for note in view.notes] == pytest.approx([maker.wall - maker.mono] * 4)
        assert [one.name for one in view.raisings] == [one.name for one in before.raisings] != []
        assert view.happenings == () and view.health.state_error is None
        view = await again.silent(3)
        assert standing(view, "silent:s3") is Standing.ACKNOWLEDGED, "confirmed by its rule: the same alarm"
        assert not any(happening.audible for happening in view.happenings)
        assert await again.engine.unshelve(gap)
        assert standing(again.engine.newest or view, "gap:s3") is Standing.UNACKNOWLEDGED


WORK = """
import asyncio, sys
from pathlib import Path
from console.engine.keeper import Keeper
from console.record import Journal
from console.record.state import StateFile
from tests.engine.test_alarmdesk import Bench, running
async def main():
    async with running(Bench(Keeper(lambda: StateFile(Path(sys.argv[1])), "f"))) as bench:
        view = await bench.silent(3)
        for number in range(100000):
            assert await bench.engine.acknowledge(None, f"round {number}")
            await bench.engine.note(view.cycles[0].key, f"note {number}")
            print(number, flush=True)
asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_an_acknowledgement_that_was_confirmed_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with subprocess.Popen(
        [sys.executable, "-c", WORK, str(path)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if (last := int(line)) >= 3:
                os.kill(child.pid, signal.SIGKILL)
                break
        else:
            pytest.fail("it ended by itself")
        last = max([last, *(int(line) for line in child.stdout if line.endswith(b"\n"))])
    file = StateFile(path)
    kept = file.load("f")
    file.close()
    noted = [note.text for cycle in kept.cycles for note in cycle.notes]
    assert f"note {last}" in noted
    assert all(cycle.acknowledgement is not None or not cycle.told for cycle in kept.cycles)


DELAYS = """
import asyncio, json, sys
from pathlib import Path
from console.engine.keeper import Keeper
from console.record.state import StateFile
from tests.engine.test_alarmdesk import Bench, running
from tests.support.builders import Server
async def main():
    keeper = Keeper(lambda: StateFile(Path(sys.argv[1])), "f")
    async with running(Bench(keeper)) as bench:
        servers = [Server(f"s{n}") for n in range(3)]
        await bench.take(bench.maker.make([*servers, Server("s3", age=40.0)]))
        for _ in range(7):
            view = await bench.take(bench.maker.make([*servers, Server("s3")]))
        assert await keeper.flushed()
        print(json.dumps([view.frame.wall_s, sorted(alarm.name for alarm in view.alarms)]), flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.asyncio
async def test_what_a_rule_waits_for_outlives_a_kill_by_the_second(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DELAYS, str(path), cwd=Path(__file__).parents[2], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    wall_s, alarms = json.loads(await child.stdout.readline())
    child.kill()
    await child.wait()
    assert alarms == ["silent:s3"]
    file = StateFile(path)
    (left,) = (part for part in file.load("f").running if not part["long"])
    file.close()
    assert left["wall_s"] == wall_s
    (server,) = left["rules"]["SilentRule"]["state"]["0"].values()
    assert server[2] == 6.0, "seconds of calm, of the 10 that it takes"
    async with running(
        Bench(Keeper(lambda: StateFile(path), "f"), FrameMaker(mono=5.0, wall=wall_s + 3600.0))
    ) as bench:
        servers = [Server("s3"), *(Server(f"s{n}") for n in range(3))]
        found = [(await bench.take(bench.maker.make(servers))).alarms for _ in range(5)]
        assert [len(one) for one in found] == [1, 1, 1, 1, 0], (
            "four seconds were left; the hour without a console is none"
        )


class Disk:
    """A state file whose disk hangs or fails until it is told otherwise."""

    def __init__(self) -> None:
        self.works = threading.Event()
        self.fails = False
        self.remark: str | None = None
        self.saved: dict = {}
        self.memory = Memory()

    def load(self, fleet: str) -> Memory:
        self.works.wait(60.0)
        return self.memory

    def save(self, fleet, cycles, raisings, notes, running=None) -> None:
        self.works.wait(60.0)
        if self.fails:
            raise StateError("The disk is full; make room.")
        self.saved.update(cycles)

    def close(self) -> None:
        pass


@pytest.mark.asyncio
async def test_a_disk_that_hangs_holds_no_poll_and_what_it_kept_comes_late() -> None:
    disk = Disk()
    async with running(Bench(Keeper(lambda: disk, "f"))) as before:
        disk.works.set()
        view = await before.silent(3)
        await before.engine.acknowledge(None, "mine")
        disk.memory = before.engine._desk.lifecycle.memory()
    disk.works.clear()
    disk.saved.clear()
    async with running(Bench(Keeper(lambda: disk, "f"), before.maker)) as bench:
        view = await bench.silent(3)
        assert view.health.state_error is not None and "has not answered yet" in view.health.state_error
        assert standing(view, "silent:s3") is Standing.UNACKNOWLEDGED and not disk.saved
        await bench.engine.note(None, "x")
        disk.works.set()
        view = await bench.until(lambda view: standing(view, "silent:s3") is Standing.ACKNOWLEDGED)
        await bench.engine.note(None, "y")
        await bench.silent()
        assert (await bench.silent()).health.state_error is None
    assert disk.saved


@pytest.mark.asyncio
async def test_a_disk_that_fails_is_told_and_tried_again() -> None:
    disk = Disk()
    disk.works.set()
    async with running(Bench(Keeper(lambda: disk, "f"))) as bench:
        disk.fails = True
        view = await bench.silent(3)
        assert not await bench.engine.acknowledge(None), "it is acknowledged, and not on disk"
        view = await bench.silent()
        assert standing(view, "silent:s3") is Standing.ACKNOWLEDGED
        assert view.health.state_error == "The disk is full; make room."
        disk.fails = False
        async with asyncio.timeout(60.0):
            while (await bench.silent()).health.state_error is not None:  # noqa: ASYNC110  the thread tells nobody
                await asyncio.sleep(0.01)
    assert {key[0] for key in disk.saved} >= {"silent", "gap"}


@pytest.mark.asyncio
async def test_with_nobody_to_acknowledge_alarms_and_changes_are_what_the_rules_say() -> None:
    fleets, maker = [VirtualFleet(seed=1) for _ in range(2)], ViewMaker()
    async with running(Bench(frames=fleets[0].frames)) as bench:
        muted: list[str] = []
        for number in range(60):
            if number == 15:
                muted, _ = (fleet.idle(3) for fleet in fleets)
                for fleet in fleets:
                    fleet.mute(*muted)
                    fleet.rate.update(FULL)
            view, plain = await bench.take(fleets[0].next()), maker.take(fleets[1].next())
            for told, alone in ((view.alarms, plain.alarms), (view.changes, plain.changes)):
                # The rule `sick` judges the engine's own pace, which no virtual run has.
                assert [one for one in told if one.rule != "sick"] == list(alone)
        open_now = {alarm.key for alarm in view.alarms}
        assert {cycle.key for cycle in view.cycles if cycle.active} == open_now
        assert {cycle.alarm.server for cycle in view.cycles if cycle.alarm.rule == "silent"} >= set(muted)
        assert not await bench.engine.acknowledge(None), "acknowledged, and there is nothing to keep it in"


@pytest.mark.asyncio
async def test_the_view_carries_the_ledger() -> None:
    async with running(Bench()) as bench:
        servers = [Server("s0")]
        await bench.take(bench.maker.make(servers))
        await bench.take(bench.maker.make(servers, balancer=False))
        view = await bench.take(bench.maker.make(servers, balancer=False))
        (interval,) = view.ledger
        assert (interval.source, interval.end_wall_s) == (Unseen.BALANCER, None)
        view = await bench.take(bench.maker.make(servers))
        assert view.ledger[0].end_mono_s == view.frame.mono_s


@pytest.mark.asyncio
async def test_what_operators_say_to_alarms_is_in_the_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    async with running(Bench(journal=journal)) as bench:
        view = await bench.silent(3)
        await bench.engine.acknowledge(None, "on it", "noc-7")
        await bench.engine.note(view.cycles[0].key, "a word")
    lines = [json.loads(line) for line in journal.path.read_text().splitlines()]
    said = [line["body"] for line in lines if line["kind"] == "alarm"]
    assert [(body["order"], body["by"], body["text"]) for body in said] == [
        ("acknowledged", "noc-7", "on it"),
        ("noted", "noc-2", "a word"),
    ]
    assert said[0]["count"] == len(said[0]["alarms"]) == sum(cycle.waits for cycle in view.cycles)
