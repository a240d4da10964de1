"""The process of DSRM: the table behind uvicorn, and its housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Generator
from random import Random
from typing import Any, Final

import msgspec
import uvicorn

from console.domain.clock import Clock
from console.domain.tasks import spawn
from console.lab.dsrm.access import Access
from console.lab.dsrm.actions import Actions
from console.lab.dsrm.app import Operations, build
from console.lab.dsrm.table import Instant, Server, Table
from console.lab.http.client import HttpClient, NoAnswer
from console.lab.problem import Problem
from console.policy import LeastReported

Json = dict[str, Any]
HOST: Final = "127.0.0.1"
_KNOCK_S: Final = 1.0
_CHORES_S: Final = 0.5


class _Uvicorn(uvicorn.Server):
    """Leaves the signals to us: the supervisor says when to end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class Balancer:
    """DSRM as a process. `serve` takes the supervisor's questions."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._token: str | None = None
        self._leave_after_s = 60.0
        self._table: Table | None = None
        self._server: _Uvicorn | None = None
        self._tasks: list[asyncio.Task[Any]] = []

    async def serve(self, question: Json) -> Json:
        """One question of the supervisor."""
        if question["op"] != "start":
            raise Problem(400, "bad_request", f"DSRM knows no {question['op']!r}.")
        return {"port": await self._start(question)}

    async def close(self) -> None:
        """Ends everything."""
        if self._server is not None:
            self._server.should_exit = True
        for task in self._tasks[1:]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _now(self) -> Instant:
        return Instant(self._clock.monotonic(), self._clock.wall())

    async def _start(self, settings: Json) -> int:
        tokens: dict[str, str] | None = settings["tokens"]
        self._token = None if tokens is None else tokens["service"]
        self._leave_after_s = settings["leave_after_s"]
        # Ids begin with the time, so one seed does not give two runs the same ones.
        rng = Random(f"{settings['seed']}:dsrm")
        self._table = table = Table(LeastReported(), settings["report_interval_s"], rng, self._now())
        actions = Actions(table, settings["actions_per_minute"])
        app = build(Operations(table, actions, self._now, self._cut), Access(tokens))
        try:
            listener = socket.create_server((HOST, settings["port"]), backlog=2048)
        except OSError as error:
            raise Problem(500, "no_port", f"port {settings['port']} cannot be had ({error.strerror}).") from error
        self._server = server = _Uvicorn(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
            )
        )
        self._tasks = [
            spawn(server.serve(sockets=[listener]), "uvicorn"),
            spawn(self._chores(table), "chores of DSRM"),
        ]
        return int(listener.getsockname()[1])

    async def _chores(self, table: Table) -> None:
        """Strikes out the dead (long silent, and their port is closed), forgets sessions that nobody ended."""
        while True:
            await asyncio.sleep(_CHORES_S)
            overdue = table.overdue(self._now(), self._leave_after_s)
            refused = await asyncio.gather(*(_refuses(row.report.address) for row in overdue))
            for row, gone in zip(overdue, refused, strict=True):
                if gone:
                    table.leave(row, self._now())
            table.forget_sessions(self._now())

    async def _cut(self, row: Server) -> int:
        """Asks the server itself. One whose port is closed has no sessions left."""
        host, port = _address(row.report.address)
        client = HttpClient(host, port, self._token)
        try:
            answer = await client.request("POST", "/v1/cut")
        except NoAnswer as error:
            if await _refuses(row.report.address):
                return 0
            raise Problem(504, "server_no_answer", f"The server did not confirm the cut: {error}.") from error
        finally:
            client.close()
        if answer.status != 200:
            raise Problem(502, "server_error", f"The server answered {answer.status} to the cut.")
        return int(msgspec.json.decode(answer.body)["cut"])


async def _refuses(address: str) -> bool:
    """Whether nobody listens there. No answer at all is no refusal."""
    try:
        async with asyncio.timeout(_KNOCK_S):
            _, writer = await asyncio.open_connection(*_address(address))
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError):
        return False
    writer.close()
    return False


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)
