"""One click, and safe: what leaves the engine, what does not, and what is on record of both."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from console.decide import GateSettings, SafetySettings
from console.domain.actions import Answer
from console.domain.errors import Denied, JournalError, Unreachable
from console.domain.safety import Consent, Light, Role, StepState, Verdict
from console.domain.states import Step, Verb
from console.record import Journal
from tests.support.builders import POOL_8K
from tests.support.commands import attach, detach, planned
from tests.support.enginebench import Bench, live
from tests.support.incident import FULL, VirtualFleet

ARMING = SafetySettings(arming="always")


class Whoami:
    """A balancer's answers to who we are, first one first; the last one stays."""

    def __init__(self, *answers: Role | Exception | None) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def granted(self) -> tuple[Role | None, str | None]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer, "noc-2"


def gate_of(action: Any) -> object:
    return action.rungs[-1].evidence["gate"]


def test_an_unarmed_console_sends_nothing_and_disarms_itself(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(3)
        for verb in (Verb.DETACH, Verb.ATTACH):
            action = await bench.engine.act(detach("dsrs-001", consent=Consent("why", "why"), verb=verb))
            assert action.step is Step.REFUSED and gate_of(action) == "armed"
        plan = await bench.engine.carry(planned(("dsrs-001", "dsrs-002"), "why", None, Consent("why", "why")))
        assert plan.over and plan.failed and bench.sent == []
        assert await bench.engine.arm() is None
        assert bench.views[-1].standing.armed and bench.views[-1].standing.idle_left_s == 900.0
        assert (await bench.engine.act(detach("dsrs-001", "why"))).step is Step.ACCEPTED
        await bench.poll(2)
        bench.fleet.advance(899.0)
        bench.fleet.frames.mono += 899.0
        await bench.poll()
        assert not bench.views[-1].standing.armed
        assert gate_of(await bench.engine.act(detach("dsrs-003", "why"))) == "armed"
        await bench.engine.arm()
        await bench.engine.disarm()
        assert gate_of(await bench.engine.act(detach("dsrs-003", "why"))) == "armed"

    bench = live(tmp_path, story, safety=ARMING)
    assert [intent.server for intent, _ in bench.sent] == ["dsrs-001"]
    kinds = [line["kind"] for line in bench.lines()]
    assert kinds.count("refusal") == 4 and kinds.count("armed") == 2 and "plan_refused" in kinds


@pytest.mark.parametrize("word", ["viewer", "operator", "lead"])
@pytest.mark.parametrize("granted", [Role.VIEWER, Role.OPERATOR, Role.LEAD, Denied("403"), None])
def test_the_weaker_role_decides_what_leaves(tmp_path: Path, word: str, granted: Role | Exception | None) -> None:
    whoami = Whoami(Unreachable("not yet"), granted)
    role = Role.VIEWER if isinstance(granted, Exception) else granted

    async def story(bench: Bench) -> None:
        await bench.poll(3)
        early = await bench.engine.act(detach("dsrs-001", "before it has answered"))
        assert gate_of(early) == "role"
        await bench.until(lambda: whoami.asked == 2)
        await bench.poll()
        effective = min(Role[word.upper()], role or Role.LEAD)
        assert bench.views[-1].standing.role is effective
        action = await bench.engine.act(detach("dsrs-001", "why"))
        assert action.step is (Step.REFUSED if effective is Role.VIEWER else Step.ACCEPTED)
        await bench.poll(2)
        for server in ("dsrs-002", "dsrs-003"):
            await bench.engine.act(detach(server, "why"))
            await bench.poll(2)
        fourth = await bench.engine.act(detach("dsrs-004", "why", None, Consent("hm", "it burns")))
        assert fourth.step is (Step.ACCEPTED if effective is Role.LEAD else Step.REFUSED)
        if effective is Role.OPERATOR:
            assert "the lead's" in fourth.rungs[-1].sentence

    bench = live(tmp_path, story, identity=whoami, safety=SafetySettings(role=word))
    last = bench.sent[-1][0] if bench.sent else None
    if last is not None and last.server == "dsrs-004":
        assert last.break_glass == "it burns" and last.reason.startswith("BREAK-GLASS (it burns): ")
        line = next(line for line in bench.lines() if line["kind"] == "intent" and line["body"]["server"] == "dsrs-004")
        refusing = [gate["name"] for gate in line["body"]["gates"] if gate["verdict"] == "refuse"]
        assert line["body"]["break_glass"] == "it burns" and refusing == ["cool_down"]


def test_amber_waits_for_a_reason_which_is_kept(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(3)
        for server in ("dsrs-001", "dsrs-002", "dsrs-003"):
            await bench.engine.act(detach(server, "why"))
            await bench.poll(2)
        amber = await bench.engine.appraise(Verb.DETACH, "dsrs-004")
        assert amber.light is Light.AMBER and amber.first is not None and amber.first.name == "percent"
        refused = await bench.engine.act(detach("dsrs-004", "why"))
        assert "needs a reason" in refused.rungs[-1].sentence
        assert (await bench.engine.act(detach("dsrs-004", "why", None, Consent("it burns")))).step is Step.ACCEPTED

        await bench.poll(2)
        typed = Consent(break_glass="where no glass is in the way it is a reason like any other")
        assert (await bench.engine.act(detach("dsrs-005", "why", None, typed))).step is Step.ACCEPTED

    bench = live(tmp_path, story, gates=GateSettings(detaches=100), safety=SafetySettings(role="operator"))
    assert bench.sent[-2][0].hold_reason == "it burns" and len(bench.sent) == 5
    assert bench.sent[-1][0].break_glass is None and bench.sent[-1][0].reason == "why"
    assert bench.sent[0][0].review_at == pytest.approx(bench.sent[0][0].asked_wall_s + 7200.0)


def test_the_gates_are_asked_again_before_the_request(tmp_path: Path) -> None:
    """While the intent goes to disk the fleet goes on: what was green at the click may be red before anything leaves."""

    async def story(bench: Bench) -> None:
        await bench.poll(3)
        write = bench.journal.append

        def slow(kind: str, body: Any) -> None:
            write(kind, body)
            if kind == "intent":
                bench.fleet.frames.mono += 10.0

        bench.journal.append = slow  # type: ignore[method-assign]
        action = await bench.engine.act(detach("dsrs-001", "why"))
        assert action.step is Step.REFUSED and gate_of(action) == "stale"

    bench = live(tmp_path, story)
    assert bench.sent == []
    assert [(line["kind"], line["body"].get("code")) for line in bench.lines()] == [
        ("intent", None),
        ("outcome", "refused"),
    ]


def test_the_balancer_s_retry_after_is_obeyed(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(3)
        bench.answers = [Answer(429, "too_many_actions", "Wait.", retry_after_s=20.0)]
        assert (await bench.engine.act(detach("dsrs-001", "why"))).step is Step.REJECTED
        await bench.poll(5)
        again = await bench.engine.act(detach("dsrs-001", "why", None, Consent("x", "x")))
        assert gate_of(again) == "busy" and len(bench.sent) == 1
        await bench.poll(16)
        assert (await bench.engine.act(detach("dsrs-001", "why"))).step is Step.ACCEPTED

    live(tmp_path, story)


def test_a_server_replaced_under_the_pointer_is_left_alone(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(3)
        action = await bench.engine.act(detach("dsrs-001", "why", None, None, "inc-0"))
        assert gate_of(action) == "concurrency" and "replaced since you looked" in action.rungs[-1].sentence
        assert bench.sent == []

    live(tmp_path, story)


def test_a_plan_takes_the_three_one_after_the_other_as_one_action(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(20)
        three = bench.fleet.idle(3)
        bench.fleet.mute(*three)
        await bench.poll(15)
        bench.fleet.rate.update(FULL)
        await bench.poll(15)
        (offered,) = bench.views[-1].proposals
        assert (offered.verb, offered.servers) == (Verb.DETACH, tuple(sorted(three)))
        assert offered.appraisal.light is Light.GREEN
        begun = await bench.engine.carry(planned(tuple(three), "belief frozen at 0"))
        assert bench.views[-1].proposals == ()
        assert not begun.over
        other = await bench.engine.act(detach("dsrs-030", "meanwhile"))
        assert gate_of(other) == "in_flight"
        for _ in range(2000):  # a watchdog: a slow disk lets many polls pass within one step
            view = await bench.poll()
            plan = view.plan
            assert plan is not None and plan.id == begun.id
            if len(bench.sent) > 1:
                before = next(action for action in view.actions if action.intent.server == three[len(bench.sent) - 2])
                assert before.reached(Step.EFFECTIVE), "the next comes after the effect"
            if plan.over:
                break
        assert plan.over and not plan.failed and [step.state for step in plan.steps] == [StepState.DONE] * 3
        assert [intent.server for intent, _ in bench.sent] == three
        appraisal = await bench.engine.appraise(Verb.DETACH, "dsrs-032")
        cool = next(gate for gate in appraisal.gates if gate.name == "cool_down")
        assert cool.value == 1 and cool.verdict is Verdict.PASS
        await bench.poll(60)

    bench = live(tmp_path, story)
    assert {intent.plan for intent, _ in bench.sent} == {bench.engine.newest.plan.id}  # type: ignore[union-attr]
    ended = next(line["body"] for line in bench.lines() if line["kind"] == "plan_ended")
    assert ended["failed"] is False
    after = [line["body"] for line in bench.lines() if line["kind"] == "aftermath"]
    assert len(after) == 3 and all(
        0 <= body["peak_share"] <= 1 and body["predicted"]["horizon_s"] == 60.0 for body in after
    )


@pytest.mark.parametrize("how", ["rejected", "stopped", "stranger", "disarmed"])
def test_a_plan_ends_where_something_goes_wrong(tmp_path: Path, how: str) -> None:
    async def story(bench: Bench) -> None:
        bench.fleet.rate.update(FULL)
        await bench.poll(15)
        await bench.engine.arm()
        if how == "rejected":
            bench.answers = [Answer(409, "incarnation_changed", "It was replaced.")]
        plan = await bench.engine.carry(planned(("dsrs-001", "dsrs-002", "dsrs-003"), "why"))
        await bench.until(lambda: len(bench.sent) == 1)
        if how == "stopped":
            await bench.engine.stop_plan("noc-9")
        elif how == "disarmed":
            await bench.engine.disarm()
        elif how == "stranger":
            bench.fleet.detach("dsrs-020")
        for _ in range(40):
            await bench.poll()
        now = bench.engine.newest.plan  # type: ignore[union-attr]
        assert now is not None and now.id == plan.id and now.over and now.failed
        words = {
            "rejected": "replaced",
            "stopped": "stopped by noc-9",
            "stranger": "dsrs-020",
            "disarmed": "stopped by",
        }
        assert words[how] in str(now.said) and "of 3 steps" in str(now.said)
        assert bench.sent[-1][0].server == "dsrs-001"

    assert len(live(tmp_path, story, safety=ARMING).sent) == 1


def test_a_plan_that_goes_too_far_as_a_whole_is_not_begun(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(5)
        plan = await bench.engine.carry(planned(tuple(f"dsrs-{n:03d}" for n in range(1, 6)), "why"))
        assert plan.over and plan.failed and "would be detached" in str(plan.said) and bench.sent == []
        with pytest.raises(ValueError, match="at most"):
            await bench.engine.carry(planned(tuple(f"dsrs-{n:03d}" for n in range(1, 20)), "why"))
        bench.journal.full = True
        with pytest.raises(JournalError):
            await bench.engine.carry(planned(("dsrs-001",), "why"))
        bench.journal.full = False
        await bench.poll(3)
        assert (await bench.engine.act(detach("dsrs-001", "why"))).step is Step.ACCEPTED, "nothing is left in flight"

    assert len(live(tmp_path, story).sent) == 1


def test_a_view_carries_the_gates_of_what_can_be_clicked(tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.poll(20)
        three = bench.fleet.idle(3)
        bench.fleet.mute(*three)
        await bench.poll(15)
        bench.fleet.rate.update(FULL)
        view = await bench.poll(15)
        assert set(view.appraisals) == set(three)
        assert all(one.light is Light.GREEN and one.verb is Verb.DETACH for one in view.appraisals.values())
        await bench.engine.look_at(frozenset({"dsrs-040", "nobody"}))
        await bench.engine.act(detach(three[0], "why"))
        view = await bench.poll()
        assert set(view.appraisals) == {*three, "dsrs-040"}
        assert view.appraisals[three[0]].verb is Verb.ATTACH and view.appraisals[three[0]].light is Light.RED
        assert view.health.audit_seq is not None and len(view.health.audit_head or "") == 64

    live(tmp_path, story)


@pytest.mark.parametrize("state", ["detached", "attached", "gone"])
def test_an_intent_left_open_is_closed_by_what_the_fleet_shows(tmp_path: Path, state: str) -> None:
    """The console died between the line on disk and the answer: nothing is sent again, and no intent stays an orphan."""
    path, fleet = tmp_path / "journal.jsonl", VirtualFleet(1)
    dead = Journal(path)
    body = {"key": "k" * 32, "verb": "detach", "server": "dsrs-001" if state != "gone" else "dsrs-999", "incarnation": "dsrs-001.1",
            "pool": POOL_8K, "operator": "me", "reason": "why", "reported_fresh": True}  # fmt: skip
    dead.append("intent", body)
    dead.append("intent", {**body, "key": "done", "server": "dsrs-002"})
    dead.append("outcome", {"key": "done", "status": 200})
    dead.close()
    if state == "detached":
        fleet.detach("dsrs-001")

    async def story(bench: Bench) -> None:
        await bench.poll(4)
        await bench.until(lambda: [line["kind"] for line in bench.lines()].count("outcome") == 2)
        await bench.poll(3)

    bench = live(tmp_path, story, fleet)
    outcomes = [line["body"] for line in bench.lines() if line["kind"] == "outcome"]
    assert bench.sent == [] and len(outcomes) == 2
    assert (
        outcomes[-1]["key"] == "k" * 32 and outcomes[-1]["code"] == "reconciled" and outcomes[-1]["observed"] == state
    )
    assert outcomes[-1]["happened"] is {"detached": True, "attached": False, "gone": None}[state]


def test_what_an_earlier_run_did_counts_for_the_next_one(tmp_path: Path) -> None:
    """The commands live for one action each: budget, undo and offences come from the record."""

    def once(story: Any) -> None:
        live(tmp_path, story, fleet)

    fleet = VirtualFleet(1, wall=time.time())  # the journal's own clock stamps the lines

    def asked(server: str, step: Step) -> Any:
        async def story(bench: Bench) -> None:
            await bench.poll(3)
            assert (await bench.engine.act(detach(server, "why"))).step is step
            await bench.poll(2)

        return story

    for server in ("dsrs-001", "dsrs-002", "dsrs-003"):
        once(asked(server, Step.ACCEPTED))
    once(asked("dsrs-004", Step.REFUSED))

    async def undo(bench: Bench) -> None:
        bench.fleet.mute("dsrs-003")
        await bench.poll(5)
        assert (await bench.engine.act(attach("dsrs-003", "a mistake"))).step is Step.ACCEPTED

    once(undo)


@pytest.mark.parametrize("seed", range(2, 8))
def test_no_gate_stands_in_the_way_of_the_right_detach(tmp_path: Path, seed: int) -> None:
    """3 of 64, in the middle of their herd, at any moment of it: each is green, one after the other."""

    async def story(bench: Bench) -> None:
        await bench.poll(20)
        three = bench.fleet.idle(3)
        bench.fleet.mute(*three)
        await bench.poll(15)
        bench.fleet.rate.update(FULL)
        await bench.poll(5)
        for _ in range(10 + seed * 3):
            view = await bench.poll()
            shown = {server: one for server, one in view.appraisals.items() if server in three}
            assert all(one.light is Light.GREEN for one in shown.values()), {s: one.first for s, one in shown.items()}
        assert set(shown) == set(three)
        for server in three:
            assert (await bench.engine.act(detach(server, "belief frozen at 0"))).step is Step.ACCEPTED
            await bench.poll(2)

    assert len(live(tmp_path, story, VirtualFleet(seed)).sent) == 3


def test_a_detach_that_the_balancer_forgets_is_told_by_the_next_console_too(tmp_path: Path) -> None:
    async def takes_out(bench: Bench) -> None:
        await bench.poll(3)
        await bench.engine.act(detach("dsrs-001", "hot"))
        await bench.poll(3)

    fleet = VirtualFleet(1)
    live(tmp_path, takes_out, fleet)
    fleet.detach("dsrs-001", on=False)  # the balancer came up without it while nobody looked

    async def looks(bench: Bench) -> None:
        view = await bench.poll(4)
        (alarm,) = [alarm for alarm in view.alarms if alarm.rule == "drift"]
        assert (alarm.server, alarm.because["wanted"], alarm.because["by"]) == ("dsrs-001", "detached", "noc-2")
        again = view.appraisals["dsrs-001"]
        assert again.verb is Verb.DETACH and again.light is Light.GREEN, "one click asks again, under the same gates"
        await bench.engine.act(detach("dsrs-001", "re-applied"))
        view = await bench.poll(15)
        assert not [alarm for alarm in view.alarms if alarm.rule == "drift"]

    bench = live(tmp_path, looks, fleet)
    assert [intent.reason for intent, _ in bench.sent] == ["re-applied"]
