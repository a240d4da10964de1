"""`detach` and `attach`: each outcome has its exit code, and the steps are told as they are reached."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from msgspec import structs

from console.decide import SafetySettings
from console.domain.actions import Answer
from console.domain.command import Command
from console.domain.safety import Consent
from console.domain.states import Step, Verb
from console.engine.command import CommandOptions, command
from console.engine.exits import Exit
from console.engine.loop import Engine
from console.engine.parts import EngineSettings
from tests.support.fleetfeed import ListJournal, TinyFleet

DETACH = CommandOptions(Command(Verb.DETACH, "dsrs-002", "why", "me"), json=True)


def but(
    *, wait_s: float = 30.0, arm: bool = False, plan: bool = False, again: bool = False, **changed: Any
) -> CommandOptions:
    """`DETACH`, but for this."""
    return CommandOptions(
        structs.replace(DETACH.command, **changed), wait_s=wait_s, json=True, arm=arm, plan=plan, again=again
    )


plans: list[dict[str, Any]] = []
"""Lines of the newest outcome that tell where its plan stands."""


def outcome(
    fleet: TinyFleet,
    options: CommandOptions,
    capsys: pytest.CaptureFixture[str],
    journal: ListJournal | None = None,
    **settings: Any,
) -> tuple[Exit, list[str], list[str]]:
    remarks: list[str] = []

    async def work() -> Exit:
        engine = Engine(fleet, fleet, journal or ListJournal(), fleet, settings=EngineSettings(**settings))
        return await command(engine, options, remarks.append)

    code = asyncio.run(work())
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    lines = [line for line in told if line["type"] != "plan"]
    plans[:] = [line for line in told if line["type"] == "plan"]
    assert all(
        (line["type"], line["schema"], line["server"], line["verb"])
        == ("action", 1, line["server"] if options.plan else options.command.server, options.command.verb.value)
        for line in lines
    )
    return code, [line["step"] for line in lines], remarks


def test_detach_ends_with_effective(capsys: pytest.CaptureFixture[str]):
    fleet = TinyFleet()
    code, steps, remarks = outcome(fleet, DETACH, capsys)
    assert code is Exit.OK
    assert steps[:3] == ["requested", "accepted", "confirmed"]
    assert steps[-1] == "effective"
    assert remarks == []
    assert [(intent.operator, intent.reason) for intent in fleet.asked] == [("me", "why")]


def test_attach_ends_with_fresh_reports(capsys: pytest.CaptureFixture[str]):
    fleet = TinyFleet(detached={"dsrs-002"})
    code, steps, _ = outcome(fleet, but(verb=Verb.ATTACH), capsys)
    assert code is Exit.OK
    assert steps == ["requested", "accepted", "confirmed", "effective"]


@pytest.mark.parametrize(
    ("fleet", "server", "gate"),
    [(TinyFleet(), "dsrs-999", "unknown_server"), (TinyFleet(names=("dsrs-002",)), "dsrs-002", "last_server")],
)
def test_the_console_s_own_no_is_3_and_nothing_is_sent(
    fleet: TinyFleet, server: str, gate: str, capsys: pytest.CaptureFixture[str]
):
    code, steps, _ = outcome(fleet, but(server=server), capsys)
    assert (code, steps) == (Exit.REFUSED, ["refused"])
    assert fleet.asked == []
    assert gate


def test_the_balancer_s_no_is_4(capsys: pytest.CaptureFixture[str]):
    answer = Answer(429, "too_many_actions", "Wait.", retry_after_s=5.0)
    code, steps, _ = outcome(TinyFleet(answer=answer), DETACH, capsys)
    assert (code, steps) == (Exit.REJECTED, ["requested", "rejected"])


def test_a_lost_reply_is_read_back_never_sent_again(capsys: pytest.CaptureFixture[str]):
    fleet = TinyFleet(answer=Answer(None))
    code, steps, _ = outcome(fleet, DETACH, capsys)
    assert (code, steps) == (Exit.UNCERTAIN, ["requested", "unknown", "failed"])
    assert len(fleet.asked) == 1


def test_a_lie_is_5(capsys: pytest.CaptureFixture[str]):
    code, steps, remarks = outcome(TinyFleet(deaf=True), DETACH, capsys)
    assert (code, steps) == (Exit.UNCERTAIN, ["requested", "accepted", "failed"])
    assert "look at the fleet before you act again" in remarks[0]


def test_too_little_time_is_5_and_says_how_far_it_came(capsys: pytest.CaptureFixture[str]):
    fleet = TinyFleet(answer=Answer(202, generation=2))
    code, steps, remarks = outcome(fleet, but(wait_s=1e-6), capsys)
    assert code is Exit.UNCERTAIN
    assert steps[:2] == ["requested", "accepted"]
    assert Step.EFFECTIVE.value not in steps
    assert "was sent" in remarks[0]


def test_where_arming_is_asked_for_only_an_armed_command_sends(capsys: pytest.CaptureFixture[str]):
    safety = SafetySettings(arming="always")
    fleet = TinyFleet()
    code, steps, _ = outcome(fleet, DETACH, capsys, safety=safety)
    assert (code, steps, fleet.asked) == (Exit.REFUSED, ["refused"], [])
    code, steps, _ = outcome(fleet, but(arm=True), capsys, safety=safety)
    assert (code, steps[-1]) == (Exit.OK, "effective")
    viewer = SafetySettings(arming="always", role="viewer")
    code, steps, remarks = outcome(TinyFleet(), but(arm=True), capsys, safety=viewer)
    assert (code, steps) == (Exit.REFUSED, [])
    assert "only watches" in remarks[0]


def test_below_the_floor_a_typed_reason_of_a_lead_is_needed(capsys: pytest.CaptureFixture[str]):
    fleet = TinyFleet(names=("dsrs-001", "dsrs-002", "dsrs-003"))
    code, _, _ = outcome(fleet, but(consent=Consent(hold_reason="hm")), capsys)
    assert (code, fleet.asked) == (Exit.REFUSED, [])
    broken = but(consent=Consent(break_glass="it burns"))
    code, _, _ = outcome(fleet, broken, capsys, safety=SafetySettings(role="operator"))
    assert (code, fleet.asked) == (Exit.REFUSED, [])
    code, steps, _ = outcome(fleet, broken, capsys)
    assert (code, steps[-1], fleet.asked[0].break_glass) == (Exit.OK, "effective", "it burns")


def test_a_plan_is_carried_out_to_its_end_or_says_where_it_stands(capsys: pytest.CaptureFixture[str]):
    names = tuple(f"dsrs-{number:03d}" for number in range(1, 25))
    plan = but(server="dsrs-003", more=("dsrs-001",), plan=True)
    fleet = TinyFleet(names=names)
    code, steps, remarks = outcome(fleet, plan, capsys)
    assert (code, steps.count("effective")) == (Exit.OK, 2)
    assert [intent.server for intent in fleet.asked] == ["dsrs-003", "dsrs-001"]
    assert remarks == ["all 2 steps are done and effective."]
    came = [(line["done"], [step["state"] for step in line["steps"]], line["over"], line["failed"]) for line in plans]
    assert came == [
        (0, ["waiting", "waiting"], False, False),
        (0, ["running", "waiting"], False, False),
        (1, ["done", "waiting"], False, False),
        (1, ["done", "running"], False, False),
        (2, ["done", "done"], True, False),
    ]
    assert [line["t"] for line in plans] == sorted(line["t"] for line in plans)
    assert {(line["plan"], line["verb"], line["schema"]) for line in plans} == {(plans[0]["plan"], "detach", 1)}
    code, steps, remarks = outcome(TinyFleet(names=names, answer=Answer(409, "last_server", "No.")), plan, capsys)
    assert (code, steps) == (Exit.REJECTED, ["requested", "rejected"])
    assert "ended after 0 of 2 steps" in remarks[0]
    assert (plans[-1]["sentence"], plans[-1]["failed"]) == (remarks[0], True)
    assert [step["state"] for step in plans[-1]["steps"]] == ["stopped", "stopped"]
    code, steps, remarks = outcome(TinyFleet(), plan, capsys)
    assert (code, steps) == (Exit.REFUSED, [])
    assert "refused" in remarks[0]
    assert [(line["sentence"], line["over"]) for line in plans] == [(remarks[0], True)]


def test_attach_waits_for_what_only_time_is_missing_for(capsys: pytest.CaptureFixture[str]):
    fleet = TinyFleet(detached={"dsrs-002"})
    code, steps, remarks = outcome(fleet, but(verb=Verb.ATTACH), capsys)
    assert (code, steps[-1]) == (Exit.OK, "effective")
    assert "10 s are wanted" in remarks[0]
    fleet = TinyFleet(detached={"dsrs-002"})
    code, steps, remarks = outcome(fleet, but(verb=Verb.ATTACH, wait_s=5.0), capsys)
    assert (code, steps, remarks) == (Exit.REFUSED, ["refused"], [])


def test_where_the_balancer_does_not_detach_the_site_s_own_command_is_told_and_on_record(
    capsys: pytest.CaptureFixture[str],
):
    journal, safety = ListJournal(), SafetySettings(manual_command="lb drain {server}")
    code, _, remarks = outcome(TinyFleet(deaf=True), DETACH, capsys, journal, safety=safety)
    assert code is Exit.UNCERTAIN
    assert any("to be run by hand: lb drain dsrs-002" in remark for remark in remarks)
    assert any("detach dsrs-002 --by-hand done | failed" in remark for remark in remarks)
    shown = journal.of("manual_shown")
    assert [(one["server"], one["command"], one["operator"]) for one in shown] == [
        ("dsrs-002", "lb drain dsrs-002", "me")
    ]
    _, _, remarks = outcome(TinyFleet(deaf=True), DETACH, capsys, journal)
    assert any("set safety.manual_command" in remark for remark in remarks)
    _, _, remarks = outcome(TinyFleet(), DETACH, capsys, journal, safety=safety)
    assert not any("by hand" in remark for remark in remarks), "it works"
    assert len(journal.of("manual_shown")) == 1


@pytest.mark.parametrize(("asked", "kept"), [(1800.0, 1800.0), (None, 7200.0), (1e9, 172_800.0)])
def test_the_review_time_is_the_one_that_was_chosen_and_never_beyond_48_hours(
    asked: float | None, kept: float, capsys: pytest.CaptureFixture[str]
):
    fleet = TinyFleet()
    outcome(fleet, but(consent=Consent(review_s=asked)), capsys)
    intent = fleet.asked[0]
    assert intent.review_at == pytest.approx(intent.asked_wall_s + kept, abs=0.01)


class Remembering(ListJournal):
    """Of an earlier run, which detached dsrs-002."""

    def recall(self) -> list[dict[str, Any]]:
        told = {"key": "k-1", "verb": "detach", "server": "dsrs-002", "operator": "noc-1", "incarnation": None}
        wall_s = TinyFleet().wall() - 60.0
        return [
            {"kind": "intent", "wall_s": wall_s, "body": told},
            {"kind": "outcome", "wall_s": wall_s + 1.0, "body": {"key": "k-1", "status": 200}},
        ]


def test_a_forgotten_detach_is_asked_for_again_by_one_word(capsys: pytest.CaptureFixture[str]):
    again = but(reason="", again=True)
    fleet = TinyFleet()
    code, steps, _ = outcome(fleet, again, capsys, Remembering())
    assert (code, steps[-1]) == (Exit.OK, "effective")
    assert [intent.reason for intent in fleet.asked] == [
        "re-applied: detached before by noc-1, and forgotten by the balancer"
    ]
    fleet = TinyFleet()
    outcome(fleet, but(reason="it came back", again=True), capsys, Remembering())
    assert [intent.reason for intent in fleet.asked] == ["it came back"]


def test_what_was_never_detached_from_here_is_not_asked_for_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("console.engine.command.READY_S", 0.2)
    for options, journal in (
        (but(reason="", again=True), ListJournal()),
        (but(server="dsrs-003", reason="", again=True), Remembering()),
    ):
        fleet = TinyFleet()
        code, steps, remarks = outcome(fleet, options, capsys, journal)
        assert (code, steps, fleet.asked) == (Exit.REFUSED, [], [])
        assert "is not a server that was detached from here" in remarks[0]
