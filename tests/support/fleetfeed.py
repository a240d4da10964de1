"""FrameFeeds without a network: Frames from a list, or from a small fleet that obeys detach and attach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.domain.actions import Answer, Intent
from console.domain.frame import Frame
from console.domain.states import Verb
from console.domain.view import View
from console.engine.loop import Engine
from tests.support.builders import FrameMaker, Server


class ListFeed:
    """Given Frames, then the end."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames

    async def frames(self) -> AsyncIterator[Frame]:
        for frame in self._frames:
            yield frame

    async def close(self) -> None:
        """Nothing is held."""


def views_of(engine: Engine) -> list[View]:
    """Everything that an engine publishes until its feed ends."""
    views: list[View] = []
    engine.subscribe(views.append)
    asyncio.run(engine.run())
    return views


@dataclass
class TinyFleet:
    """Feed, balancer and clock in one: a Frame per turn of the loop, a second apart. Each attached server gets a session per poll."""

    names: tuple[str, ...] = ("dsrs-001", "dsrs-002", "dsrs-003", "dsrs-004")
    answer: Answer | None = None
    """What it answers instead of obeying."""
    deaf: bool = False
    """It answers 200 and changes nothing."""
    detached: set[str] = field(default_factory=set)
    routed: dict[str, int] = field(default_factory=dict)
    asked: list[Intent] = field(default_factory=list)
    maker: FrameMaker = field(default_factory=FrameMaker)

    async def frames(self) -> AsyncIterator[Frame]:
        while True:
            for name in self.names:
                self.routed[name] = self.routed.get(name, 0) + (name not in self.detached)
            yield self.maker.make(
                [
                    Server(name, routed_total=self.routed[name], attached=name not in self.detached)
                    for name in self.names
                ]
            )
            await asyncio.sleep(0)

    async def send(self, intent: Intent, etag: str) -> Answer:
        self.asked.append(intent)
        if self.answer is not None:
            return self.answer
        if not self.deaf:
            (self.detached.add if intent.verb is Verb.DETACH else self.detached.discard)(intent.server)
            self.maker.generation += 1
        return Answer(200, generation=self.maker.generation)

    async def close(self) -> None:
        """Nothing is held."""

    def monotonic(self) -> float:
        return self.maker.mono

    def wall(self) -> float:
        return self.maker.wall


@dataclass
class ListJournal:
    """A journal in memory."""

    kinds: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def append(self, kind: str, body: object) -> None:
        self.kinds.append(kind)
        self.bodies.append(body)

    def of(self, kind: str) -> list[Any]:
        """The bodies of one kind."""
        return [body for its, body in zip(self.kinds, self.bodies, strict=True) if its == kind]
