"""The engine looks ahead beside the watch: for whom the operator looks at and for the suspects, and holds it against what came."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from console.domain.actions import Answer, Intent
from console.domain.foresight import Came, Preview
from console.domain.frame import Frame
from console.domain.safety import Consent
from console.domain.states import Verb
from console.domain.view import View
from console.engine import Engine, EngineSettings
from console.engine.foresight import ForesightSettings
from console.record import Journal
from console.sim import Fault, Load, Plan, PoolPlan, Simulation
from tests.support.commands import detach, planned

POOL = "-a-general/8k"


class Stage:
    """The simulated fleet is feed, balancer and clock of one engine; a Frame comes when the story asks for it."""

    def __init__(self, path: Path, *, foreseeing: bool = True) -> None:
        self.sim = Simulation(
            Plan((PoolPlan(POOL, 24, 1.0),), report_interval_s=0.25, session_s=12.0, leave_after_s=math.inf), seed=4
        )
        self.path = path / "journal.jsonl"
        self.queue: asyncio.Queue[Frame | None] = asyncio.Queue()
        self.now_s = 0.0
        self.engine = Engine(
            self,
            self,
            Journal(self.path),
            self,
            "noc-2",
            EngineSettings(foresight=ForesightSettings(rest=0.0)),
            foreseeing=foreseeing,
        )
        self.views: list[View] = []
        self.engine.subscribe(self.views.append)

    async def frames(self) -> AsyncIterator[Frame]:
        while (frame := await self.queue.get()) is not None:
            self.now_s = frame.mono_s
            yield frame

    async def send(self, intent: Intent, etag: str) -> Answer:
        return self.sim.ask(intent.verb, intent.server)

    async def close(self) -> None:
        """Nothing is held."""

    def monotonic(self) -> float:
        return self.now_s

    def wall(self) -> float:
        return 1.8e9 + self.now_s

    async def poll(self, times: int = 1) -> View:
        for _ in range(times):
            frame = self.sim.next()
            self.queue.put_nowait(frame)
            await self.until(lambda frame=frame: bool(self.views) and self.views[-1].frame is frame)
        return self.views[-1]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():  # noqa: ASYNC110  what is waited for is made on another thread
                await asyncio.sleep(0.001)

    async def incident(self) -> tuple[str, ...]:
        """Three fall silent while it is calm, then the load comes."""
        await self.poll(60)
        muted = tuple(self.sim.idle(3, POOL))
        self.sim.do(Fault("mute", muted))
        await self.poll(15)
        self.sim.do(Load(9.0))
        await self.poll(8)
        return muted

    async def foretold(self) -> None:
        """A round about the newest Frame has been made."""
        await self.until(self.idle)
        await self.poll()
        await self.until(self.idle)

    def idle(self) -> bool:
        """No forecast is under way."""
        return not any(task.get_name() == "foresight" for task in asyncio.all_tasks())

    def whole(self, server: str) -> Preview | None:
        found = self.views[-1].foresight.previews.get(server)
        return found if found is not None and found.done else None


def played(path: Path, story: Callable[[Stage], Awaitable[None]], **options: bool) -> Stage:
    async def run() -> Stage:
        stage = Stage(path, **options)
        running = asyncio.ensure_future(stage.engine.run())
        try:
            await story(stage)
            stage.queue.put_nowait(None)
            await running
        finally:
            running.cancel()
        return stage

    return asyncio.run(run())


def test_suspects_are_foretold_unasked_and_the_set_that_ends_it_is_the_silent_ones(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        muted = await stage.incident()
        await stage.foretold()
        for server in muted:
            preview = stage.whole(server)
            assert preview is not None and preview.with_it is not None and preview.as_is is not None
            assert preview.servers == (server,) and preview.pool == POOL
            assert preview.smallest is not None and preview.smallest.found
            assert set(preview.smallest.servers) == set(muted)
            assert preview.smallest.outlook is not None
            assert preview.smallest.outlook.refused_share < 0.02 < preview.as_is.refused_share
        assert stage.views[-1].foresight.shadow is not None
        room = next(gate for gate in stage.views[-1].appraisals[muted[0]].gates if gate.name == "capacity")
        assert str(room.grounds).startswith("By the what-if"), "the gates have it at hand"

    played(tmp_path, story)


def test_whom_the_operator_looks_at_is_foretold_between_two_frames(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.poll(30)
        server = stage.views[-1].frame.rows.rows[5]
        assert server is not None and not stage.views[-1].foresight.previews
        frame = stage.views[-1].frame
        await stage.engine.look_at(frozenset({server.id, "nobody"}))
        await stage.until(lambda: stage.whole(server.id) is not None)
        assert stage.views[-1].frame is frame and set(stage.views[-1].foresight.previews) == {server.id}
        await stage.engine.look_at(frozenset())
        view = await stage.poll()
        assert not view.foresight.previews

    played(tmp_path, story)


def test_what_cannot_be_foretold_says_why(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.poll(3)
        everybody = [row.id for row in stage.views[-1].frame.rows]
        for server in everybody[1:]:
            stage.sim.ask(Verb.DETACH, server)
        await stage.poll(2)
        await stage.engine.look_at(frozenset({everybody[0]}))
        await stage.until(lambda: bool(stage.views[-1].foresight.why_not))
        assert stage.views[-1].foresight.why_not == {everybody[0]: "That would leave no attached server in the pool."}
        assert not stage.views[-1].foresight.previews

    played(tmp_path, story)


def test_a_detach_is_held_against_its_preview_on_record_and_remembered_by_the_next_run(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        muted = await stage.incident()
        await stage.foretold()
        action = await stage.engine.act(detach(muted[0], "silent"))
        assert action.rungs[-1].step.value in {"accepted", "confirmed"}, action.rungs[-1].sentence
        view = await stage.poll(75)
        record = view.foresight.record
        assert record.scored >= 1 and math.isfinite(record.error) and record.over == record.scored

    stage = played(tmp_path, story)
    journal = Journal(stage.path)
    lines = [line["body"] for line in journal.recall() if line["kind"] == "foretold"]
    journal.close()
    assert len(lines) == 1 and lines[0]["came"] == Came.DETACHED.value
    assert lines[0]["error"] == pytest.approx(lines[0]["peak_came"] - lines[0]["peak_foretold"], abs=2e-4)
    assert lines[0]["mean_error"] is not None

    async def later(stage: Stage) -> None:
        view = await stage.poll(2)
        assert view.foresight.record.scored == 1
        assert view.foresight.record.error == pytest.approx(abs(lines[0]["error"]), abs=1e-6)

    played(tmp_path, later)


def test_a_plan_offers_the_smallest_set_and_is_held_against_what_was_foretold_of_it(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        muted = await stage.incident()
        await stage.foretold()
        view = await stage.poll()
        offered = next(one for one in view.proposals if one.verb is Verb.DETACH)
        assert offered.servers == tuple(sorted(muted))
        begun = await stage.engine.carry(planned(offered.servers, "silent", consent=Consent("x", "x")))
        assert not begun.over, begun.said
        view = await stage.poll(62)
        assert view.plan is not None and view.plan.done == len(muted), view.plan
        assert view.foresight.record.scored >= 1

    stage = played(tmp_path, story)
    journal = Journal(stage.path)
    lines = [line["body"] for line in journal.recall() if line["kind"] == "foretold"]
    journal.close()
    (line,) = (line for line in lines if len(line["servers"]) == 3)
    assert line["came"] == Came.DETACHED.value and abs(line["error"]) < 0.3 and line["refused_came"] < 0.05


def test_an_engine_that_was_not_told_to_look_ahead_does_not(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.incident()
        foresight = stage.views[-1].foresight
        assert not foresight.previews and foresight.shadow is None

    played(tmp_path, story, foreseeing=False)
