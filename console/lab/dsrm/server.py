"""The process of DSRM: the table behind uvicorn, and its housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Generator
from random import Random
from typing import TYPE_CHECKING, Any, Final

import msgspec
import uvicorn

from console.domain.clock import Clock
from console.domain.errors import SettingsError
from console.domain.tasks import spawn
from console.lab.dsrm.access import Access
from console.lab.dsrm.actions import Actions
from console.lab.dsrm.app import Operations, build
from console.lab.dsrm.mischief import Mischief
from console.lab.dsrm.table import Instant, Server, Table
from console.lab.http.client import HttpClient, NoAnswer
from console.lab.problem import Problem, invalid
from console.policy import NAMES, by_name

if TYPE_CHECKING:
    from starlette.applications import Starlette

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
        self._mischief: Mischief | None = None
        self._app: Starlette | None = None
        self._port = 0
        self._placeholder: socket.socket | None = None
        """Holds the port, without listening, while DSRM is down."""
        self._server: _Uvicorn | None = None
        self._serving: asyncio.Task[None] | None = None
        self._chore: asyncio.Task[None] | None = None

    async def serve(self, question: Json) -> Json:
        """One question of the supervisor."""
        if question["op"] == "start":
            return {"port": await self._start(question)}
        if self._table is None or self._mischief is None:
            raise Problem(400, "bad_request", "The supervisor says start first.")
        match question["op"]:
            case "fault":
                changed = self._mischief.strike(question)
                await (self._close_door() if self._mischief.down else self._open_door())
                return {"t": self._clock.wall(), **changed, **self._mischief.state()}
            case "algorithm":
                return self._change_algorithm(self._table, question["name"], question["parameters"])
            case "state":
                return self._mischief.state()
            case op:
                raise Problem(400, "bad_request", f"DSRM knows no {op!r}.")

    async def close(self) -> None:
        """Ends everything."""
        if self._chore is not None:
            self._chore.cancel()
            await asyncio.gather(self._chore, return_exceptions=True)
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await asyncio.gather(self._serving, return_exceptions=True)
        if self._placeholder is not None:
            self._placeholder.close()

    def _now(self) -> Instant:
        return Instant(self._clock.monotonic(), self._clock.wall())

    async def _start(self, settings: Json) -> int:
        tokens: dict[str, str] | None = settings["tokens"]
        self._token = None if tokens is None else tokens["service"]
        self._leave_after_s = settings["leave_after_s"]
        # Ids begin with the time, so one seed does not give two runs the same ones.
        rng = Random(f"{settings['seed']}:dsrm")
        self._table = table = Table(by_name(NAMES[0]), settings["report_interval_s"], rng, self._now())
        actions = Actions(table, settings["actions_per_minute"])
        later = asyncio.get_running_loop().call_later
        self._mischief = mischief = Mischief(table, actions, self._now, later)
        self._app = build(Operations(table, actions, self._now, self._cut, mischief), Access(tokens))
        self._port = settings["port"]
        await self._open_door()
        self._chore = spawn(self._chores(table), "chores of DSRM")
        return self._port

    def _change_algorithm(self, table: Table, name: str, parameters: Json) -> Json:
        try:
            balancing = by_name(name, parameters)
        except SettingsError as error:
            raise invalid("name" if name not in NAMES else "parameters", str(error)) from error
        if balancing != table.balancing:
            table.use(balancing, self._now(), "lab")
        return {
            "t": self._clock.wall(),
            "name": balancing.name,
            "parameters": dict(balancing.parameters),
            "generation": table.generation,
        }

    async def _open_door(self) -> None:
        """Listens, on the port that it has had before."""
        if self._server is not None or self._app is None:
            return
        try:
            listener = socket.create_server((HOST, self._port), backlog=2048)
        except OSError as error:
            raise Problem(500, "no_port", f"port {self._port} cannot be had ({error.strerror}).") from error
        self._port = int(listener.getsockname()[1])
        if self._placeholder is not None:
            self._placeholder.close()
            self._placeholder = None
        self._server = server = _Uvicorn(
            uvicorn.Config(
                self._app,
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
        self._serving = spawn(server.serve(sockets=[listener]), "uvicorn")

    async def _close_door(self) -> None:
        """From now on connections are refused; those that are open are cut. The port stays ours."""
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = self._server.force_exit = True
        for connection in list(self._server.server_state.connections):
            if (transport := getattr(connection, "transport", None)) is not None:
                transport.abort()
        await self._serving
        self._server = self._serving = None
        self._placeholder = socket.socket()
        self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._placeholder.bind((HOST, self._port))

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
