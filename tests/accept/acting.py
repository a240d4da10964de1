"""Faults of acting, on real sockets: stale data, a lost reply, a balancer that forgets or dies, and the gates over random histories."""

from __future__ import annotations

import asyncio
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typing_extensions import override

from console.domain.actions import Action
from console.domain.safety import Consent
from console.domain.states import Step
from console.engine import Engine
from console.engine.recall import open_intents
from tests.accept.measuring import Case, Figures
from tests.decide import test_gates_properties as properties
from tests.faults.test_writes import NAMES, Balancer, console, until
from tests.support.calls import WATCHDOG_S
from tests.support.canary import CANARY
from tests.support.commands import detach
from tests.support.faultserver import Connection

ROUNDS = 20
HISTORIES = 10_000
POLL_S = 0.2
Story = Callable[[Engine, Balancer], Awaitable[None]]


@contextmanager
def _folder() -> Any:
    """A state folder of its own; the token is where the settings say."""
    with tempfile.TemporaryDirectory(prefix="dsr-accept-") as name:
        kept = {key: os.environ.get(key) for key in ("XDG_STATE_HOME", "DSR_TEST_TOKEN")}
        os.environ |= {"XDG_STATE_HOME": str(Path(name) / "state"), "DSR_TEST_TOKEN": CANARY}
        try:
            yield Path(name)
        finally:
            for key, value in kept.items():
                os.environ.pop(key, None)
                if value is not None:
                    os.environ[key] = value


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "actions.jsonl").read_text().splitlines()]


class Moody(Balancer):
    """Stops answering, dies at the next write, or comes back with another life."""

    silent = False
    dies = False

    @override
    async def answers(self, it: Connection, request: bytes) -> bool:
        if self.silent:
            if not request.startswith(b"GET "):
                self.writes.append(request)
            await it.gone()
            return False
        return await super().answers(it, request)

    @override
    def obey(self, line: str) -> dict[str, Any]:
        if self.dies:
            self.dies = False
            self.start_anew()
            raise ConnectionResetError("it died before it did anything")
        return super().obey(line)

    def start_anew(self) -> None:
        """Everything that it knew is gone."""
        self.generation, self.life = 1, f"b{int(self.life[1:]) + 1}"
        for entry in self.servers.servers.values():
            entry["state"], entry["detached"] = "attached", None


async def _sent(engine: Engine, server: str) -> tuple[Action, float]:
    """A click that is repeated where the picture was just too old for it, as on a busy machine; and when the one that left was made."""
    async with asyncio.timeout(WATCHDOG_S):
        while True:
            began = time.monotonic()
            action = await engine.act(detach(server, "why"))
            if action.step is not Step.REFUSED:
                return action, began
            seq = 0 if engine.newest is None else engine.newest.frame.seq
            await until(engine, lambda seq=seq: engine.newest is not None and engine.newest.frame.seq > seq)


async def _moody(folder: Path, story: Story, **options: Any) -> Balancer:
    """As `console`, with the moods."""
    return await console(folder, "lead", {}, story, kind=Moody, **options)


def stale(quick: bool) -> Figures:
    """F32: the collector gets nothing any more; clicks on the old picture."""
    refused: Counter[str] = Counter()
    words: set[str] = set()
    tries = 5 if quick else 50

    async def story(engine: Engine, balancer: Balancer) -> None:
        assert isinstance(balancer, Moody)
        balancer.silent = True
        await until(engine, lambda: engine.newest is not None and engine.newest.frame.balancer.misses >= 12)
        for number in range(tries):
            consent = (Consent(), Consent("hold"))[number % 2]
            action = await engine.act(detach(NAMES[number % len(NAMES)], "why", None, consent))
            refused[f"{action.step} by {action.rungs[-1].evidence.get('gate')}"] += 1
            words.add(action.rungs[-1].sentence.split(" s ago")[0].rstrip("0123456789."))

    with _folder() as folder:
        balancer = asyncio.run(_moody(folder, story))
    return {
        "pass": balancer.writes == [] and set(refused) == {f"{Step.REFUSED} by stale"},
        "limits": {"requests": 0},
        "requests": len(balancer.writes),
        "refused": dict(refused),
        "words": sorted(words),
    }


def lost_reply(quick: bool) -> Figures:
    """F35: the balancer obeys and the answer never comes."""
    seconds: list[float] = []
    requests: list[int] = []
    unknown = 0
    for _ in range(2 if quick else ROUNDS):

        async def story(engine: Engine, balancer: Balancer) -> None:
            nonlocal unknown
            action, began = await _sent(engine, "dsrs-002")
            unknown += action.step is Step.UNKNOWN
            settled = await engine.wait(action.intent.key, Step.CONFIRMED, WATCHDOG_S)
            assert settled.reached(Step.CONFIRMED)
            seconds.append(time.monotonic() - began)

        with _folder() as folder:
            requests.append(len(asyncio.run(console(folder, "operator", {}, story, lose=True)).writes))
    return {
        "pass": max(seconds) <= 5.0 and set(requests) == {1} and unknown == len(requests),
        "limits": {"settled_s": 5.0, "requests": 1},
        "rounds": len(requests),
        "settled_most_s": round(max(seconds), 2),
        "requests_of_each": sorted(set(requests)),
        "told_as_unknown": unknown,
    }


def forgets(quick: bool) -> Figures:
    """F36: it starts anew and has forgotten the detach."""
    polls: list[int] = []
    requests: list[int] = []
    for _ in range(2 if quick else ROUNDS):

        async def story(engine: Engine, balancer: Balancer) -> None:
            assert isinstance(balancer, Moody)
            action, _ = await _sent(engine, "dsrs-003")
            await engine.wait(action.intent.key, Step.CONFIRMED, WATCHDOG_S)
            seen: set[int] = set()
            balancer.start_anew()

            def drifted() -> bool:
                view = engine.newest
                assert view is not None
                row = view.frame.rows.get("dsrs-003")
                assert row is not None
                if view.frame.attached[row.slot] and view.frame.balancer.incarnation == balancer.life:
                    seen.add(view.frame.seq)
                return any(alarm.rule == "drift" for alarm in view.alarms)

            await until(engine, drifted)
            polls.append(len(seen))
            first = engine.newest.frame.seq if engine.newest is not None else 0
            await until(engine, lambda: engine.newest is not None and engine.newest.frame.seq > first + 10)

        with _folder() as folder:
            requests.append(len(asyncio.run(_moody(folder, story)).writes))
    return {
        "pass": max(polls) <= 2 and set(requests) == {1},
        "limits": {"polls": 2, "requests": 1},
        "rounds": len(polls),
        "polls_until_the_alarm": dict(sorted(Counter(polls).items())),
        "requests_of_each": sorted(set(requests)),
    }


def dies(quick: bool) -> Figures:
    """F39: it dies between the request and the answer, before it has done anything or after."""
    open_left = tries = 0
    outcomes: Counter[str] = Counter()
    requests: list[int] = []
    for number in range(2 if quick else ROUNDS):
        done = bool(number % 2)

        async def story(engine: Engine, balancer: Balancer, done: bool = done) -> None:
            assert isinstance(balancer, Moody)
            balancer.dies = not done
            action, _ = await _sent(engine, "dsrs-004")
            settled = await engine.wait(action.intent.key, Step.CONFIRMED, WATCHDOG_S)
            outcomes[f"{'obeyed first' if done else 'died first'}: {settled.step}"] += 1

        with _folder() as folder:
            requests.append(len(asyncio.run(_moody(folder, story, lose=done)).writes))
            tries += 1
            open_left += len(open_intents(_lines(folder)))
    return {
        "pass": open_left == 0 and set(requests) == {1},
        "limits": {"open_intents": 0, "requests": 1},
        "rounds": tries,
        "open_intents": open_left,
        "settled": dict(sorted(outcomes.items())),
        "requests_of_each": sorted(set(requests)),
    }


def gates(quick: bool) -> Figures:
    """F38: random pools of 1 to 200 servers; what is let through is counted without the gates."""
    met: Counter[str] = Counter()
    breaches: list[str] = []
    histories = 500 if quick else HISTORIES
    for seed in range(histories):
        world = properties.World(random.Random(seed))
        for _ in range(properties.STEPS):
            try:
                met[world.step()] += 1
            except AssertionError as error:
                breaches.append(f"seed {seed}: {error}")
    return {
        "pass": not breaches and met["detach green"] > 0 and met["refused by capacity"] > 0,
        "limits": {"breaches": 0},
        "histories": histories,
        "steps_of_each": properties.STEPS,
        "breaches": len(breaches),
        "first_breaches": breaches[:5],
        "met": dict(sorted(met.items())),
    }


CASES = (
    Case("fault-f32", "a click on a stale picture sends nothing and says why", stale, 10),
    Case("fault-f35", "a lost reply is unknown, read back within 5 s, and never sent again", lost_reply, 40),
    Case("fault-f36", "a forgotten detach is an alarm within 2 polls, and is not repeated by itself", forgets, 90),
    Case("fault-f38", "10,000 random histories breach no gate", gates, 30),
    Case("fault-f39", "a balancer that dies in the middle leaves no open intent", dies, 60),
)
