"""An engine on a virtual fleet that is feed, balancer and clock in one; a Frame comes when a test asks for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.domain.actions import Answer, Intent
from console.domain.errors import JournalError
from console.domain.frame import Frame
from console.domain.ports import Json
from console.domain.states import Verb
from console.domain.view import View
from console.engine import Engine, EngineSettings
from console.record import Journal
from console.record.chain import Head
from tests.support.incident import VirtualFleet


class Disk:
    """A journal on a disk that may be full."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        self.full = False

    @property
    def head(self) -> Head:
        return self._journal.head

    def recall(self) -> list[dict[str, Any]]:
        return self._journal.recall()

    def append(self, kind: str, body: Json) -> None:
        if self.full:
            raise JournalError("No space left on device.")
        self._journal.append(kind, body)

    def close(self) -> None:
        self._journal.close()


class Bench:
    """A virtual fleet that is feed, balancer and clock of one engine; a Frame comes when a test asks for it."""

    def __init__(self, path: Path, fleet: VirtualFleet | None = None, *, identity: Any = None, **settings: Any) -> None:
        """`settings`: of the engine, beside a restart without a pause."""
        self.fleet = fleet or VirtualFleet(1)
        self.answers: list[Answer | Exception] = []
        """What the balancer answers instead of obeying, first one first."""
        self.sent: list[tuple[Intent, str]] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.journal_at_send: list[list[str]] = []
        self.closed: list[str] = []
        self.path = path / "journal.jsonl"
        self.journal = Disk(self.path)
        self.queue: asyncio.Queue[Frame | Exception | None] = asyncio.Queue()
        parts = replace(EngineSettings(restart_s=0.0, restart_most_s=0.0), **settings)
        self.engine = Engine(self, self, self.journal, self, "noc-2", parts, identity=identity)
        self.views: list[View] = []
        self.engine.subscribe(self.views.append)

    async def frames(self) -> AsyncIterator[Frame]:
        while (item := await self.queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item

    async def send(self, intent: Intent, etag: str) -> Answer:
        self.sent.append((intent, etag))
        self.journal_at_send.append([line["kind"] for line in self.lines()])
        self.before_answer()
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self.fleet.detach(intent.server, on=intent.verb is Verb.DETACH)
        return Answer(200, generation=self.fleet.frames.generation)

    async def close(self) -> None:
        self.closed.append("one of feed and actuator")

    def monotonic(self) -> float:
        return self.fleet.frames.mono

    def wall(self) -> float:
        return self.fleet.frames.wall

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    async def poll(self, times: int = 1, **options: bool) -> View:
        for _ in range(times):
            frame = self.fleet.next(**options)
            self.queue.put_nowait(frame)
            await self.until(lambda frame=frame: bool(self.views) and self.views[-1].frame is frame)
        return self.views[-1]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():  # noqa: ASYNC110  what is waited for is the loop's own next turn
                await asyncio.sleep(0)


def live(
    path: Path, story: Callable[[Bench], Awaitable[None]], fleet: VirtualFleet | None = None, **options: Any
) -> Bench:
    """Runs the engine while `story` goes on; the feed then ends, and so must the engine."""

    async def run() -> Bench:
        bench = Bench(path, fleet, **options)
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(bench.engine.run())
            await story(bench)
            bench.queue.put_nowait(None)
        return bench

    return asyncio.run(run())
