"""The process of the front door: starts it and tells about it as the supervisor asks."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from console.domain.clock import Clock
from console.lab import ids
from console.lab.frontdoor.keys import Keys
from console.lab.frontdoor.limits import DoorLimits
from console.lab.frontdoor.server import Door
from console.lab.frontdoor.way import Way
from console.lab.http.client import HttpClient
from console.lab.problem import Problem

Json = dict[str, Any]
HOST: Final = "127.0.0.1"


class Keeper:
    """`serve` takes the supervisor's questions: start {balancer_port, token, app_keys, pools, limits, seed, port}, state."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._door: Door | None = None
        self._clients: list[HttpClient] = []

    async def serve(self, question: Json) -> Json:
        """One question of the supervisor."""
        match question["op"]:
            case "start":
                return {"port": await self._start(question)}
            case "state" if self._door is not None:
                return {"door": self._door.figures()}
            case op:
                raise Problem(400, "bad_request", f"The front door knows no {op!r}.")

    def close(self) -> None:
        """Ends everything."""
        if self._door is not None:
            self._door.stop()
        for client in self._clients:
            client.close()

    async def _start(self, settings: Json) -> int:
        limits = DoorLimits(**settings["limits"])
        rng = Random(f"{settings['seed']}:door")
        token: str | None = settings["token"]
        picks, ends = (HttpClient(HOST, settings["balancer_port"], token) for _ in range(2))
        self._clients = [picks, ends]
        way = Way(picks, ends, token, limits, frozenset(settings["pools"]))
        self._door = Door(way, Keys(settings["app_keys"]), limits, lambda: ids.session_id(self._clock.wall(), rng))
        try:
            return await self._door.start(HOST, settings["port"])
        except OSError as error:
            raise Problem(500, "no_port", f"port {settings['port']} cannot be had ({error.strerror}).") from error
