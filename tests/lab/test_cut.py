"""Cutting sessions at a real balancer: who is offered it, what leaves, and what proves it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.domain.frame import Column
from console.domain.safety import Consent, Role
from console.domain.states import Sight, Step, Verb
from console.domain.tasks import spawn
from console.engine import Engine
from console.engine.assemble import SECTIONS, assemble
from console.lab import LabOptions
from console.lab.process import start_lab
from console.settings import load
from tests.support.calls import WATCHDOG_S
from tests.support.commands import cut, detach

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live_lab")]
FULL = LabOptions(
    pools=(("8k", 8),), rate=(12.0,), night=(12.0,), limit=4, capacity=9.0, session_s=300.0, report_interval_s=0.05, hosts=1,
    tokens=True,
)  # fmt: skip
"""Full at once, and nothing of it ends by itself while the test runs."""


async def until(engine: Engine, true: Any) -> None:
    changed = asyncio.Event()
    stop = engine.subscribe(lambda _: changed.set())
    while not true():
        changed.clear()
        await changed.wait()
    stop()


def test_a_lead_cuts_what_is_detached_and_nobody_else_is_offered_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    async def as_whom(lab: Any, token: str, story: Any) -> None:
        file = tmp_path / token
        file.write_text(lab.tokens()[token])
        file.chmod(0o600)
        balancer = {"url": lab.dsrm_url, "token_file": str(file)}
        overrides: dict[str, dict[str, Any]] = {
            "balancer": balancer,
            "console": {"journal_folder": str(tmp_path)},
            "poll": {"interval_s": 0.2},
        }
        overrides["gates"] = {"stale_polls": 10.0}  # a busy machine is not what is tried here
        engine = assemble(load(None, SECTIONS, overrides))
        running = spawn(engine.run(), "engine")
        try:
            async with asyncio.timeout(WATCHDOG_S):
                await until(engine, lambda: engine.newest is not None and engine.newest.sight is Sight.CLEAR)
                await until(engine, lambda: engine.newest is not None and engine.newest.standing.role is not None)
                await story(engine)
        finally:
            running.cancel()
            await asyncio.wait({running})

    def full(engine: Engine) -> bool:
        view = engine.newest
        return view is not None and all(view.frame.at(f"dsrs-00{number}", Column.TRUTH) == 4 for number in range(1, 9))

    async def takes_out(engine: Engine) -> None:
        await until(engine, lambda: full(engine))
        for server in ("dsrs-002", "dsrs-003"):
            action = await engine.act(detach(server, "hot", None, Consent("hot", "there is no room")))
            action = await engine.wait(action.intent.key, Step.CONFIRMED, WATCHDOG_S)
            assert action.reached(Step.CONFIRMED), action.rungs[-1].sentence

    async def operator(engine: Engine) -> None:
        assert engine.newest is not None and engine.newest.cuts == {}
        action = await engine.act(cut("dsrs-002", "hot", None, Consent(count=4)))
        assert action.step is Step.REFUSED and action.rungs[-1].evidence["gate"] == "role"

    async def lead(engine: Engine) -> None:
        assert engine.newest is not None and engine.newest.standing.role is Role.LEAD
        await until(engine, lambda: len(engine.newest.cuts if engine.newest else {}) == 2)
        assert set(engine.newest.cuts) == {"dsrs-002", "dsrs-003"}, "never of an attached one"
        held = (await engine.appraise(Verb.CUT, "dsrs-002")).held
        assert held is not None and held[0] > 0
        blind = await engine.act(cut("dsrs-002", "hot"))
        assert blind.step is Step.REFUSED and "name their number" in blind.rungs[-1].sentence
        wrong = await engine.act(cut("dsrs-002", "hot", None, Consent(count=held[1] + 1)))
        assert wrong.step is Step.REFUSED
        attached = await engine.act(cut("dsrs-001", "hot", None, Consent(count=4)))
        assert attached.rungs[-1].evidence["gate"] == "detached"
        action = await engine.act(cut("dsrs-002", "hot", None, Consent(count=held[0])))
        assert action.step is Step.ACCEPTED and action.rungs[-1].evidence["cut"] == held[0]
        ended = await engine.wait(action.intent.key, Step.DRAINED, WATCHDOG_S)
        assert [rung.step.value for rung in ended.rungs[2:]] == ["confirmed", "effective", "drained"]

    with start_lab(FULL) as lab:
        asyncio.run(as_whom(lab, "lead", takes_out))
        asyncio.run(as_whom(lab, "operator", operator))
        asyncio.run(as_whom(lab, "lead", lead))
        config = tmp_path / "settings.toml"
        config.write_text(
            f'[balancer]\nurl = "{lab.dsrm_url}"\ntoken_file = "{tmp_path / "lead"}"\n[poll]\ninterval_s = 0.2\n'
            f"[gates]\nstale_polls = 10.0\n"
            f'[console]\njournal_folder = "{tmp_path}"\n'
        )
        word = ["--config", str(config), "--reason", "hot", "--json"]
        capsys.readouterr()
        assert main(["cut", "dsrs-003", *word, "--count", "77"]) == 3
        assert main(["cut", "dsrs-003", *word, "--count", "4"]) == 0
        steps = [json.loads(line)["step"] for line in capsys.readouterr().out.splitlines()]
        assert steps[-6:-3] == ["refused", "requested", "accepted"] and steps[-3:] == [
            "confirmed",
            "effective",
            "drained",
        ]
    told = [json.loads(line) for line in (tmp_path / "actions.jsonl").read_text().splitlines()]
    cuts = [line for line in told if line["body"].get("verb") == "cut"]
    assert [line["kind"] for line in cuts] == ["refusal"] * 4 + ["intent", "refusal", "intent"]
    assert cuts[-1]["body"]["count"] == cuts[-1]["body"]["held"] == 4
    outcomes = [line["body"] for line in told if line["kind"] == "outcome" and "cut" in line["body"]]
    assert [outcome["cut"] for outcome in outcomes] == [4, 4]
