"""What leaves the console as bytes: an engine as the product assembles it, against a balancer that counts every write."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from console.domain.safety import Consent
from console.domain.states import Sight, Step, Verb
from console.domain.tasks import spawn
from console.engine import Engine
from console.engine.assemble import SECTIONS, assemble
from console.record.audit import verify
from console.record.keys import verifier
from console.settings import load
from tests.support.calls import WATCHDOG_S
from tests.support.canary import CANARY
from tests.support.commands import detach, planned
from tests.support.faultserver import Connection
from tests.support.loopbackfleet import LoopbackFleet
from tests.support.payloads import Json, fleet, http

pytestmark = pytest.mark.asyncio
NAMES = tuple(f"dsrs-{number:03d}" for number in range(1, 7))
Answering = Callable[[Connection, bytes], Awaitable[bool]]


class Balancer:
    """A DSRM that obeys. `writes` holds every request that is not a GET."""

    def __init__(self, servers: LoopbackFleet, role: str, *, lose: bool = False, hang: bool = False) -> None:
        """`lose`: obeys and drops the connection; `hang`: obeys and never answers."""
        self.servers, self.role, self.lose, self.hang = servers, role, lose, hang
        self.generation, self.life = 7, "b1"
        self.writes: list[bytes] = []

    async def behave(self, it: Connection) -> None:
        while (request := await it.request()) is not None and await self.answers(it, request):
            pass

    async def answers(self, it: Connection, request: bytes) -> bool:
        """One request; whether the connection goes on."""
        line = request.split(b"\r\n", 1)[0].decode()
        if line.startswith("GET /v1/whoami "):
            await it.send(http({"name": "noc-2", "role": self.role}))
        elif line.startswith("GET ") and "/cut " in line:
            await it.send(http({}, "405 Method Not Allowed", "Allow: POST"))
        elif line.startswith("GET "):
            await it.send(http(self.table(), "200 OK", f'ETag: "{self.life}.{self.generation}"'))
        else:
            self.writes.append(request)
            answer = self.obey(line)
            if self.lose:
                return False
            if self.hang:
                await it.gone()
            await it.send(http(answer))
        return True

    def obey(self, line: str) -> Json:
        _, path, _ = line.split(" ")
        name, verb = path.split("/")[3:5]
        self.generation += 1
        entry = self.servers.servers[name]
        head, _, content = self.writes[-1].partition(b"\r\n\r\n")
        body, key = json.loads(content), head.lower().partition(b"idempotency-key: ")[2][:32].decode()
        entry["state"] = "detached" if verb == "detach" else "attached"
        entry["detached"] = None
        if verb == "detach":
            entry["detached"] = {"by": body["operator"], "at": 1737400029.0, "reason": body["reason"], "key": key}
        return {"server": entry, "generation": self.generation, "replayed": False}

    def table(self) -> Json:
        listed = list(self.servers.servers.values())
        for entry in listed:
            entry["routed_total"] += entry["state"] == "attached"
        return fleet(listed, balancer={"generation": self.generation, "incarnation": self.life})


async def console(
    folder: Path,
    role: str,
    safety: dict[str, Any],
    story: Callable[[Engine, Balancer], Awaitable[None]],
    out: tuple[str, ...] = (),
    kind: type[Balancer] = Balancer,
    **options: Any,
) -> Balancer:
    """Runs an engine from settings until the story ends."""
    servers = LoopbackFleet(*NAMES)
    balancer = kind(servers, role, **options)
    servers.dsrm.behaviour = balancer.behave
    async with servers:
        for status in servers.statuses.values():
            status["connections"] = 3
        for name in out:
            servers.servers[name]["state"] = "detached"
        overrides = {
            "balancer": {"url": servers.dsrm.url(), "token_env": "DSR_TEST_TOKEN"},
            "console": {"journal_folder": str(folder), "operator": "noc-2"},
            "poll": {"interval_s": 0.2},
            "safety": safety,
            "gates": {"stale_polls": 10.0},  # a busy machine: the age of the view is not what is tried here
        }
        await watched(overrides, lambda engine: story(engine, balancer))
    return balancer


async def watched(overrides: dict[str, dict[str, Any]], story: Callable[[Engine], Awaitable[None]]) -> None:
    """One engine from settings, from its first clear view until the story ends."""
    engine = assemble(load(None, SECTIONS, overrides))
    running = spawn(engine.run(), "engine")
    try:
        async with asyncio.timeout(WATCHDOG_S):
            await until(engine, lambda: _clear(engine))
            await story(engine)
    finally:
        running.cancel()
        await asyncio.wait({running})


async def until(engine: Engine, true: Callable[[], bool]) -> None:
    changed = asyncio.Event()
    engine.subscribe(lambda _: changed.set())
    while not true():
        changed.clear()
        await changed.wait()


def _clear(engine: Engine) -> bool:
    """All are seen and counted, and we know who we are."""
    view = engine.newest
    if view is None or view.sight is not Sight.CLEAR or view.standing.role is None:
        return False
    figures = view.figures
    return figures.fresh + figures.detached == len(NAMES) and figures.routed >= figures.attached


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DSR_TEST_TOKEN", CANARY)


@pytest.mark.parametrize(
    ("role", "arming"), [("lead", True), ("operator", True), ("viewer", False), ("service", False)]
)
async def test_an_unarmed_or_a_viewer_s_console_sends_no_write_at_all(tmp_path: Path, role: str, arming: bool) -> None:
    async def story(engine: Engine, balancer: Balancer) -> None:
        for consent in (Consent(), Consent("why", "why")):
            for server, verb in (("dsrs-001", Verb.DETACH), ("dsrs-006", Verb.ATTACH), ("dsrs-006", Verb.CUT)):
                action = await engine.act(detach(server, consent=replace(consent, count=3), verb=verb))
                assert action.step is Step.REFUSED and action.rungs[-1].evidence["gate"] in ("armed", "role")
            assert (await engine.carry(planned(("dsrs-001", "dsrs-002"), "why", None, consent))).failed
        if role in ("viewer", "service"):
            assert await engine.arm() is not None
            assert (await engine.act(detach("dsrs-001", "why"))).step is Step.REFUSED

    balancer = await console(tmp_path, role, {"arming": arming}, story, ("dsrs-006",))
    assert balancer.writes == []


async def test_an_armed_operator_sends_one_request_and_the_record_holds(tmp_path: Path) -> None:
    async def story(engine: Engine, balancer: Balancer) -> None:
        assert await engine.arm() is None
        action = await engine.act(detach("dsrs-001", "belief frozen at 0"))
        assert action.step is Step.ACCEPTED
        assert (await engine.wait(action.intent.key, Step.CONFIRMED, WATCHDOG_S)).reached(Step.CONFIRMED)

    balancer = await console(tmp_path, "operator", {"arming": True}, story)
    assert len(balancer.writes) == 1 and balancer.writes[0].startswith(b"POST /v1/servers/dsrs-001/detach ")
    path, state = tmp_path / "actions.jsonl", tmp_path / "state" / "dsr-console"
    result = verify(path, verifier(state / "audit.pub"), state=state)
    assert result.finding is None and result.checkpoints == 1
    kinds = [json.loads(line)["kind"] for line in path.read_text().splitlines()]
    assert kinds[:3] == ["armed", "intent", "outcome"] and kinds[-1] == "checkpoint"
    for file in (path, *state.rglob("*")):
        assert not file.is_file() or CANARY not in file.read_text(errors="replace")
    assert CANARY in os.environ["DSR_TEST_TOKEN"] and b"authorization: bearer " in balancer.writes[0].lower()


async def test_a_reply_lost_after_the_detach_is_read_back_and_sent_once(tmp_path: Path) -> None:
    async def story(engine: Engine, balancer: Balancer) -> None:
        action = await engine.act(detach("dsrs-002", "why"))
        assert action.step is Step.UNKNOWN
        settled = await engine.wait(action.intent.key, Step.CONFIRMED, WATCHDOG_S)
        assert settled.reached(Step.CONFIRMED) and not settled.reached(Step.FAILED)
        assert (await engine.appraise(Verb.ATTACH, "dsrs-002")).light.value == "green", "undoing a fresh detach"

    balancer = await console(tmp_path, "operator", {}, story, lose=True)
    assert len(balancer.writes) == 1


async def test_a_console_killed_between_intent_and_answer_leaves_no_orphan(tmp_path: Path) -> None:
    """kill -9 while the balancer has obeyed and not answered yet: the next console reads what became of it, and sends nothing."""
    path = tmp_path / "actions.jsonl"
    config = tmp_path / "settings.toml"
    command = "import sys; from console.cli import main; sys.exit(main(sys.argv[1:]))"

    async def story(engine: Engine, balancer: Balancer) -> None:
        config.write_text(
            f'[balancer]\nurl = "{balancer.servers.dsrm.url()}"\ntoken_env = "DSR_TEST_TOKEN"\n[poll]\ninterval_s = 0.2\n'
            "[gates]\nstale_polls = 10.0\n"
            f'[console]\njournal_folder = "{tmp_path}"\n'
        )
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-c", command, "detach", "dsrs-003", "--config", str(config), "--reason", "why",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await until(engine, lambda: len(balancer.writes) == 1)
        killed.kill()
        await killed.wait()
        last = json.loads(path.read_text().splitlines()[-1])
        assert last["kind"] == "intent", "no outcome was written"
        overrides = {
            "balancer": {"url": balancer.servers.dsrm.url()},
            "console": {"journal_folder": str(tmp_path)},
            "poll": {"interval_s": 0.2},
            "ladder": {"deadline_s": 0.5},
        }

        def closed() -> list[Json]:
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            return [line["body"] for line in lines if line["kind"] == "outcome"]

        async def again(second: Engine) -> None:
            await until(second, lambda: bool(closed()))

        await watched(overrides, again)
        (outcome,) = closed()
        assert outcome["key"] == last["body"]["key"]
        assert (outcome["code"], outcome["observed"], outcome["happened"]) == ("reconciled", "detached", True)

    balancer = await console(tmp_path, "operator", {}, story, hang=True)
    assert len(balancer.writes) == 1
    assert verify(path, None, state=tmp_path / "state" / "dsr-console").finding is None
