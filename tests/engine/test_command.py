"""`detach` and `attach`: each outcome has its exit code, and the steps are told as they are reached."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from console.domain.actions import Answer
from console.domain.states import Step, Verb
from console.engine.command import CommandOptions, command
from console.engine.exits import Exit
from console.engine.loop import Engine
from tests.support.fleetfeed import ListJournal, TinyFleet

DETACH = CommandOptions(Verb.DETACH, "dsrs-002", "why", "me", json=True)


def outcome(
    fleet: TinyFleet, options: CommandOptions, capsys: pytest.CaptureFixture[str]
) -> tuple[Exit, list[str], list[str]]:
    remarks: list[str] = []

    async def work() -> Exit:
        return await command(Engine(fleet, fleet, ListJournal(), fleet), options, remarks.append)

    code = asyncio.run(work())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(
        (line["type"], line["schema"], line["server"], line["verb"])
        == ("action", 1, options.server, options.verb.value)
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
    code, steps, _ = outcome(fleet, replace(DETACH, verb=Verb.ATTACH), capsys)
    assert code is Exit.OK
    assert steps == ["requested", "accepted", "confirmed", "effective"]


@pytest.mark.parametrize(
    ("fleet", "server", "gate"),
    [(TinyFleet(), "dsrs-999", "unknown_server"), (TinyFleet(names=("dsrs-002",)), "dsrs-002", "last_server")],
)
def test_the_console_s_own_no_is_3_and_nothing_is_sent(
    fleet: TinyFleet, server: str, gate: str, capsys: pytest.CaptureFixture[str]
):
    code, steps, _ = outcome(fleet, replace(DETACH, server=server), capsys)
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
    code, steps, remarks = outcome(fleet, replace(DETACH, wait_s=1e-6), capsys)
    assert code is Exit.UNCERTAIN
    assert steps[:2] == ["requested", "accepted"]
    assert Step.EFFECTIVE.value not in steps
    assert "was sent" in remarks[0]
