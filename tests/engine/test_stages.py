"""A plan that attaches holds each server until just before its next report, and goes on when its load has settled."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from console.decide import GateSettings
from console.domain.actions import Answer, Intent
from console.domain.frame import Column, Frame
from console.domain.safety import Consent, Light, StepState
from console.domain.states import Verb
from console.domain.view import View
from console.engine import Engine, EngineSettings
from console.record import Journal
from console.sim import Plan, PoolPlan, Simulation
from tests.support.commands import planned

POOL = "-a-general/8k"
REPORT_S = 5.0


class Stage:
    """A simulated fleet is feed, balancer and clock: of 16 servers two are out, and reports come every 5 s."""

    def __init__(self, path: Path, own_s: float = REPORT_S) -> None:
        """`own_s`: at which interval those two report."""
        plan = Plan((PoolPlan(POOL, 16, 6.0),), report_interval_s=REPORT_S, session_s=12.0, leave_after_s=math.inf)
        self.sim = Simulation(plan, seed=2)
        self.queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        self.due = False
        """The pause is over, and the attach has not been sent yet: writing it down takes a moment."""
        self.attached: list[tuple[float, float]] = []
        """When each attach was sent, and how old the server's newest report was."""
        settings = EngineSettings(gates=GateSettings(pause_s=0.0, pause_most_s=0.0, undo_s=0.0))
        self.engine = Engine(self, self, Journal(path / "journal.jsonl"), self, "noc-2", settings)
        self.views: list[View] = []
        self.engine.subscribe(self.views.append)
        self.out = tuple(self.sim.truth().ids[index] for index in (3, 7))
        if own_s != REPORT_S:
            self.sim._fleet.pools[0].servers.period[[3, 7]] = own_s

    async def frames(self) -> AsyncIterator[Frame]:
        while (frame := await self.queue.get()) is not None:
            yield frame

    async def send(self, intent: Intent, etag: str) -> Answer:
        frame, self.due = self.sim.frame(), False
        self.attached.append((self.sim.now, float(frame[Column.REPORT_AGE][frame.rows.get(intent.server).slot])))
        return self.sim.ask(intent.verb, intent.server)

    async def close(self) -> None:
        """Nothing is held."""

    def monotonic(self) -> float:
        return self.sim.frame().mono_s if not self.views else self.views[-1].frame.mono_s

    def wall(self) -> float:
        return 1.8e9 + self.sim.now

    async def pause(self, seconds: float) -> None:
        self.sim.advance(seconds)
        self.due = True

    async def poll(self, times: int = 1) -> View:
        for _ in range(times):
            frame = self.sim.next()
            self.queue.put_nowait(frame)
            async with asyncio.timeout(30):
                while not self.views or self.views[-1].frame is not frame:  # noqa: ASYNC110  the loop's own next turn
                    await asyncio.sleep(0)
                for _ in range(20):
                    await asyncio.sleep(0)
                while self.due:  # noqa: ASYNC110  it is written down on another thread
                    await asyncio.sleep(0.001)
        return self.views[-1]


def played(path: Path, story: Any, monkeypatch: pytest.MonkeyPatch, own_s: float = REPORT_S) -> Stage:
    async def run() -> Stage:
        stage = Stage(path, own_s)
        monkeypatch.setattr("console.engine.conductor.pause", stage.pause)
        for server in stage.out:
            stage.sim.ask(Verb.DETACH, server)
        running = asyncio.ensure_future(stage.engine.run())
        await stage.poll(60)
        await story(stage)
        stage.queue.put_nowait(None)
        await running
        return stage

    return asyncio.run(run())


def test_each_is_held_until_just_before_its_report_and_the_next_waits_until_it_has_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(stage: Stage) -> None:
        view = stage.views[-1]
        alone = await stage.engine.appraise(Verb.ATTACH, stage.out[0])
        assert alone.light is Light.AMBER and alone.first is not None and alone.first.name == "herd"
        plan = await stage.engine.carry(planned(stage.out, "drained", None, Consent(), Verb.ATTACH))
        assert not plan.over, plan.said
        told: list[str] = []
        for _ in range(60):
            view = await stage.poll()
            assert view.plan is not None
            told.append(str(view.plan.said))
            if view.plan.over:
                break
        assert view.plan is not None and not view.plan.failed and view.plan.done == 2, told
        assert any("is held for" in words and "just before its next report" in words for words in told)
        assert any("its load has to settle" in words for words in told)

    stage = played(tmp_path, story, monkeypatch)
    (first_s, first_age), (second_s, second_age) = stage.attached
    for age in (first_age, second_age):
        assert age > REPORT_S / 2, "before the next report, and not after the last"
    assert second_s - first_s >= REPORT_S - first_age, "not before the first one's own report was read"


def test_it_can_be_stopped_while_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(stage: Stage) -> None:
        while True:
            await stage.poll()
            age = float(stage.views[-1].frame[Column.REPORT_AGE][3])
            if age < 0.9:
                break
        await stage.engine.carry(planned(stage.out[:1], "drained", None, Consent(), Verb.ATTACH))
        view = await stage.poll()
        assert view.plan is not None and "is held for" in str(view.plan.said)
        await stage.engine.stop_plan("noc-2")
        view = await stage.poll(8)
        assert view.plan is not None and view.plan.over and view.plan.steps[0].state is StepState.STOPPED

    stage = played(tmp_path, story, monkeypatch)
    assert stage.attached == []


def test_a_server_that_reports_at_a_pace_of_its_own_is_timed_by_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reports every 7 s, the others every 5: by the fleet's interval it would be attached 2 s too early."""

    async def story(stage: Stage) -> None:
        await stage.engine.carry(planned(stage.out[:1], "drained", None, Consent(), Verb.ATTACH))
        for _ in range(60):
            view = await stage.poll()
            if view.plan is not None and view.plan.over:
                break
        assert view.plan is not None and view.plan.done == 1, str(view.plan and view.plan.said)

    stage = played(tmp_path, story, monkeypatch, own_s=7.0)
    ((_, age),) = stage.attached
    assert 4.5 < age < 7.0, "what the others hold comes within 2 s: just before its own next report"
