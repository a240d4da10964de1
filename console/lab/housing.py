"""Where the DSRS live. Here: many in one process. `isolation` gives each a process of its own."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from console.lab.channel import Child

Json = dict[str, Any]
Server = tuple[str, str]
"""Id and pool."""


class Home(Protocol):
    """A process that holds servers."""

    @property
    def pid(self) -> int:
        """Of the process."""
        ...

    async def fault(self, kind: str, servers: list[str], arguments: Json) -> Json:
        """Breaks or mends servers that live here."""
        ...

    async def truth(self) -> list[Json]:
        """What is true of its servers."""
        ...


class Died(Protocol):
    """Who has to know of a death."""

    def died(
        self, server: str, cause: str | None, code: int | None, held_bytes: int | None, truth: Json | None
    ) -> None:
        """A server is dead. Cause None: whoever asked for it knows. `held_bytes`: real memory when it was killed for it."""
        ...


class Housing(Protocol):
    """How servers come to their homes."""

    async def start(self, settings: Json, fleet: Died) -> None:
        """What each server is told; who hears of deaths."""
        ...

    async def add(self, servers: list[Server]) -> dict[str, Home]:
        """Starts servers and waits until the balancer knows them; where each lives now."""
        ...


class Shared:
    """A process full of servers."""

    def __init__(self, child: Child, fleet: Died) -> None:
        self.child = child
        child.hear = self._hear
        self._fleet = fleet

    @property
    def pid(self) -> int:
        """Of the process."""
        return self.child.pid

    async def fault(self, kind: str, servers: list[str], arguments: Json) -> Json:
        """Breaks or mends servers that live here."""
        before = {truth["id"]: truth for truth in await self.truth()} if kind == "kill" else {}
        answer = await self.child.ask("fault", kind=kind, servers=servers, **arguments)
        if kind == "kill":
            for server in answer["servers"]:
                self._fleet.died(server, None, None, None, before[server])
        return answer

    async def truth(self) -> list[Json]:
        """What is true of its servers."""
        return (await self.child.ask("state"))["servers"]

    def _hear(self, news: Json) -> None:
        self._fleet.died(news["server"], news["cause"], None, None, news["truth"])


class Hosts:
    """Servers spread over a few processes. One that reaches its memory cap is reset and closed as if it had been killed."""

    def __init__(self, children: list[Child]) -> None:
        self._children = children
        self._homes: list[Shared] = []
        self._housed: dict[str, Shared] = {}

    async def start(self, settings: Json, fleet: Died) -> None:
        """What each server is told; who hears of deaths."""
        self._homes = [Shared(child, fleet) for child in self._children]
        await asyncio.gather(
            *(
                child.ask("start", **{**settings, "seed": f"{settings['seed']}:{n}", "own_process": False})
                for n, child in enumerate(self._children)
            )
        )

    async def add(self, servers: list[Server]) -> dict[str, Home]:
        """Each on the host that has the fewest; one that lived before comes back to where it was."""
        for server, _ in servers:
            held = list(self._housed.values())
            self._housed.setdefault(server, min(self._homes, key=held.count))
        await asyncio.gather(
            *(
                home.child.ask("add", servers=[{"id": s, "pool": p} for s, p in servers if self._housed[s] is home])
                for home in self._homes
            )
        )
        return {server: self._housed[server] for server, _ in servers}
