"""The engine on Frames from a queue: what it publishes, what it survives, and what leaves it in which order."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest

from console.domain.actions import Answer
from console.domain.errors import JournalError, Unreachable
from console.domain.history import Track
from console.domain.states import Sight, Step
from console.domain.view import View, age, sight_now
from console.engine import Engine
from tests.support.builders import POOL_8K
from tests.support.commands import attach, detach
from tests.support.enginebench import Bench, live
from tests.support.incident import FULL


async def fault(bench: Bench) -> list[str]:
    """Night, three muted, the ramp."""
    await bench.poll(20)
    three = bench.fleet.idle(3)
    bench.fleet.mute(*three)
    await bench.poll(15)
    bench.fleet.rate.update(FULL)
    await bench.poll(15)
    return three


def test_the_whole_way_from_the_fault_to_the_proof(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        three = await fault(bench)
        view = bench.views[-1]
        assert view.sight is Sight.CLEAR and {suspect.server for suspect in view.suspects} == set(three)
        assert view.figures.refused_share_by_pool[POOL_8K] > 0.2
        for server in three:
            action = await bench.engine.act(detach(server, "belief frozen at 0"))
            assert action.step is Step.ACCEPTED and bench.engine.newest.actions[0] == action
            await bench.poll()
        await bench.poll(6)
        for action in bench.views[-1].actions:
            proof = next(rung for rung in action.rungs if rung.step is Step.EFFECTIVE)
            assert proof.evidence["expected"] >= 3 and action.reached(Step.CONFIRMED)
        await bench.poll(5)
        assert bench.views[-1].figures.refused_share_by_pool[POOL_8K] < 0.01
        bench.fleet.mute(*three, on=False)
        early = await bench.engine.act(attach(three[0], "too early"))
        assert early.rungs[-1].evidence["gate"] == "reporting"
        await bench.poll(30)
        action = await bench.engine.act(attach(three[0], "reports again"))
        waiting = asyncio.ensure_future(bench.engine.wait(action.intent.key, Step.EFFECTIVE, 30))
        await bench.poll(2)
        assert (await waiting).reached(Step.EFFECTIVE) and (await waiting).over

    bench = live(tmp_path, story)
    assert bench.engine.newest is not None and len(bench.sent) == 4 and len(bench.closed) == 2
    assert bench.journal_at_send[0] == ["intent"]  # on disk before it left
    mine = [line for line in bench.lines() if line["body"].get("key") == bench.sent[0][0].key]
    assert [line["kind"] for line in mine][:3] == ["intent", "outcome", "rung"]
    assert (
        mine[0]["body"]["operator"] == "noc-2"
        and {"name": "stale", "value": 0.0, "limit": 2.0, "verdict": "pass"} in mine[0]["body"]["gates"]
    )
    assert next(line["body"]["step"] for line in mine if line["kind"] == "rung") == "confirmed"
    frames = [view for view in bench.views if view.changes]
    assert all(frames[n].frame is not frames[n + 1].frame for n in range(len(frames) - 1))  # a change is told once
    assert [view.version for view in bench.views] == list(range(1, len(bench.views) + 1))


def test_a_window_that_stands_still_loses_no_sample(tmp_path: Path) -> None:
    """It blocks, the engine goes on; one look at the newest View then has everything that came meanwhile."""

    async def story(bench: Bench) -> None:
        truths = [await bench.poll()]
        stuck = truths[0]  # all that the window took before it stood still
        truths += [await bench.poll() for _ in range(300)]
        newest = bench.engine.newest
        assert newest is not None and newest.history.last - stuck.history.last == 300
        kept = newest.history.track(Track.TRUTH, stuck.history.last, newest.history.last)
        for tick, view in enumerate(truths[1:]):
            np.testing.assert_array_equal(kept[:, tick], view.frame.values[0].astype(np.float32))
        assert np.diff(newest.history.mono(0, 301)).tolist() == [1.0] * 300
        assert (
            stuck.history.last == 1 and np.isnan(stuck.history.track(Track.TRUTH, 1, 5)).all()
        )  # an old View stays as it was

    live(tmp_path, story)


def test_a_subscriber_that_fails_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(bench: Bench) -> None:
        def broken(_: View) -> None:
            raise ZeroDivisionError

        after: list[View] = []
        unsubscribe = bench.engine.subscribe(broken)
        bench.engine.subscribe(after.append)
        await bench.poll(3)
        unsubscribe()
        unsubscribe()
        await bench.poll(2)
        assert len(after) == 5

    with caplog.at_level(logging.ERROR):
        live(tmp_path, story)
    assert sum("a subscriber failed" in record.message for record in caplog.records) == 3


def test_a_feed_that_dies_is_started_again_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(3)
        for _ in range(2):
            bench.queue.put_nowait(RuntimeError("the collector broke"))
        await bench.until(lambda: bench.views[-1].health.restarts == 2)
        assert bench.views[-1].changes == () and bench.views[-1].frame is bench.views[2].frame
        view = await bench.poll(2)
        assert view.health.restarts == 2 and view.history.last == 5 and not view.alarms

    with caplog.at_level(logging.CRITICAL):
        live(tmp_path, story)


def test_whoever_looks_sees_that_the_engine_is_dead(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        view = await bench.poll()
        looks = []
        for later in (0.0, 1.5, 2.5, 4.0):
            bench.fleet.frames.mono = view.received_mono_s + later
            looks.append((age(view, bench), sight_now(view, bench)))
        assert looks == [(0.0, Sight.CLEAR), (1.5, Sight.CLEAR), (2.5, Sight.LATE), (4.0, Sight.BLIND)]

    live(tmp_path, story)


def test_no_line_on_disk_no_request_and_it_recovers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(2)
        bench.journal.full = True
        with pytest.raises(JournalError, match="No space left"):
            await bench.engine.act(detach("dsrs-001", "why"))
        assert bench.sent == []
        view = bench.views[-1]
        assert view.actions[0].step is Step.REFUSED and view.actions[0].rungs[-1].evidence["gate"] == "journal"
        assert "No space left" in (view.health.journal_error or "")
        await bench.poll(2)
        assert bench.views[-1].health.journal_error is not None
        bench.journal.full = False
        await bench.poll()
        await bench.until(lambda: any(line["kind"] == "resumed" for line in bench.lines()))
        while (await bench.poll()).health.journal_error is not None:
            pass  # the journal's thread clears it after the line is on disk; the watchdog of the bench ends a wait in vain
        assert (await bench.engine.act(detach("dsrs-001", "why"))).step is Step.ACCEPTED

    with caplog.at_level(logging.CRITICAL):
        live(tmp_path, story)


def test_a_refusal_sends_nothing_and_is_on_record(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        early = await bench.engine.act(detach("dsrs-001", "too early"))
        assert early.step is Step.REFUSED
        await bench.poll(2)
        await bench.poll(3, balancer=False)
        late = await bench.engine.act(detach("dsrs-001", "stale", "noc-9"))
        assert (
            late.step is Step.REFUSED
            and late.over
            and late.rungs[-1].evidence == {"gate": "stale", "value": 3.0, "limit": 2.0}
        )
        assert "was last read 3.0 s ago" in late.rungs[-1].sentence
        assert bench.views[-1].actions[0] == late

    bench = live(tmp_path, story)
    assert bench.sent == []
    assert [(line["kind"], line["body"]["operator"]) for line in bench.lines()] == [
        ("refusal", "noc-2"),
        ("refusal", "noc-9"),
    ]


def test_an_engine_without_a_hand_only_watches(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll()
        watching = Engine(bench, None, None, bench)
        assert (await watching.act(detach("dsrs-001", "why"))).rungs[-1].evidence["gate"] == "read_only"

    live(tmp_path, story)


@pytest.mark.parametrize("lost", [Answer(None), Unreachable("reset by peer")])
@pytest.mark.parametrize("happened", [True, False])
def test_a_lost_reply_is_read_back_and_never_sent_again(
    tmp_path: Path, lost: Answer | Exception, happened: bool
) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(2)
        bench.answers = [lost]
        if happened:
            bench.before_answer = lambda: bench.fleet.detach("dsrs-001")
        action = await bench.engine.act(detach("dsrs-001", "why"))
        assert action.step is Step.UNKNOWN
        busy = await bench.engine.act(detach("dsrs-002", "meanwhile"))
        assert busy.rungs[-1].evidence["gate"] == "in_flight"
        await bench.poll(8)
        settled = await bench.engine.wait(action.intent.key, Step.CONFIRMED, 5)
        assert settled.reached(Step.CONFIRMED if happened else Step.FAILED)

    assert len(live(tmp_path, story).sent) == 1


def test_a_changed_fleet_gets_one_retry_with_the_same_key_and_the_new_tag(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(2)

        def joined() -> None:
            bench.fleet.frames.generation = 7  # somebody joined: another generation, nobody else's state

        bench.before_answer = joined
        bench.answers = [Answer(412, "generation_changed")]
        asked = asyncio.ensure_future(bench.engine.act(detach("dsrs-001", "why")))
        await bench.until(lambda: len(bench.sent) == 1)
        await bench.poll()
        assert (await asked).step is Step.ACCEPTED

    bench = live(tmp_path, story)
    (first, tag), (second, new_tag) = bench.sent
    assert first == second and tag == '"bal-1.1"' and new_tag == '"bal-1.7"'
    assert [line["kind"] for line in bench.lines()] == ["intent", "retry", "outcome"]


def test_a_change_by_another_operator_goes_back_to_this_one(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(2)
        bench.before_answer = lambda: bench.fleet.detach("dsrs-005")
        bench.answers = [Answer(412, "generation_changed")]
        asked = asyncio.ensure_future(bench.engine.act(detach("dsrs-001", "why")))
        await bench.until(lambda: len(bench.sent) == 1)
        await bench.poll()
        action = await asked
        assert action.step is Step.REJECTED and "dsrs-005 was detached by simulation at " in action.rungs[-1].sentence

    assert len(live(tmp_path, story).sent) == 1


def test_waiting_for_what_does_not_come_ends_with_what_there_is(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(2)
        action = await bench.engine.act(detach("dsrs-001", "why"))
        assert (await bench.engine.wait(action.intent.key, Step.DRAINED, 0.0)).step is Step.ACCEPTED
        with pytest.raises(LookupError):
            await bench.engine.wait("nobody", Step.DRAINED, 0.0)

    live(tmp_path, story)
