"""Each DSRS in a process of its own, which a nursery forks: the supervisor's end of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import Any, Final

import msgspec

from console.lab.channel import ChildDied, Line, child_command
from console.lab.dsrs.memory import SCALE
from console.lab.housing import Died, Home, Server
from console.lab.problem import Problem

Json = dict[str, Any]
_ANSWER_S: Final = 5.0
_END_S: Final = 1.5
_FORKS_AT_ONCE: Final = 4
_BUFFER: Final = 212_992
"""Linux doubles it; a message takes under 1 KiB of it, so that one for each process finds room whatever the nursery is doing."""


class OwnProcess:
    """The process of one server. Killing and freezing are signals; a frozen one is asked nothing."""

    def __init__(self, server: str, pid: int, line: Line, room: NurseryRoom) -> None:
        self.server = server
        self.dead = asyncio.Event()
        self._pid = pid
        self._line = line
        self._room = room
        self._frozen = False
        self._last: Json = {}

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._pid

    @property
    def last(self) -> Json:
        """The newest truth that is known."""
        return self._last

    async def ask(self, op: str, **arguments: Any) -> Json:
        """One question. Raises Problem where it does not answer."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                return await self._line.ask(op, **arguments)
        except TimeoutError:
            raise Problem(504, "server_no_answer", f"The process of {self.server} does not answer.") from None
        except ChildDied:
            raise Problem(410, "dead", f"The process of {self.server} is dead.") from None

    async def fault(self, kind: str, servers: list[str], arguments: Json) -> Json:
        """Breaks or mends it."""
        thaws = kind == "freeze" and not arguments["on"]
        if self._frozen and not thaws and kind != "kill":
            raise Problem(409, "frozen", f"{self.server} is frozen; thaw it first.")
        if kind not in {"kill", "freeze"}:
            return await self.ask("fault", kind=kind, servers=servers, **arguments)
        truth = await self._truth()
        reported = truth.get("last_sent_connections")
        only = arguments.get("only_if_reported")
        if only is not None and reported != only:
            return {"t": arguments["now"], "servers": [], "reported": {}}
        if kind == "kill":
            self._room.send(self._pid, signal.SIGKILL)
            await self.dead.wait()
        else:
            self._frozen = arguments["on"]
            self._room.send(self._pid, signal.SIGSTOP if self._frozen else signal.SIGCONT)
        return {"t": arguments["now"], "servers": [self.server], "reported": {self.server: reported}}

    async def truth(self) -> list[Json]:
        """What is true of it; as long as it stands still, what was true when it was stopped."""
        return [await self._truth()]

    async def _truth(self) -> Json:
        if not self._frozen and not self.dead.is_set():
            try:
                self._last = (await self.ask("state"))["servers"][0]
            except Problem:
                return self._last  # somebody else has stopped or killed it
        if self._frozen:
            return {**self._last, "frozen": True, "faults": [*self._last["faults"], "freeze"]}
        return self._last

    def hang_up(self) -> None:
        """Tells it to end."""
        self._line.hang_up()


class NurseryRoom:
    """The supervisor's end of the nursery, and of every process that it has forked."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.name = "nursery"
        self._process = process
        self._control = control
        self._settings: Json = {}
        self._fleet: Died | None = None
        self._forked: dict[str, asyncio.Future[int]] = {}
        self._homes: dict[int, OwnProcess] = {}
        self._early: dict[int, Json] = {}
        self._at_once = asyncio.Semaphore(_FORKS_AT_ONCE)

    @classmethod
    async def open(cls) -> NurseryRoom:
        """Starts the nursery."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *child_command("nursery"), stdin=theirs.fileno(), stdout=asyncio.subprocess.DEVNULL
            )
        ours.setblocking(False)
        room = cls(process, ours)
        asyncio.get_running_loop().add_reader(ours.fileno(), room._read)
        return room

    @property
    def pid(self) -> int:
        """Of the nursery itself."""
        return self._process.pid

    async def start(self, settings: Json, fleet: Died) -> None:
        """What each server is told; who hears of deaths."""
        self._settings = settings
        self._fleet = fleet

    async def add(self, servers: list[Server]) -> dict[str, Home]:
        """Forks a process for each."""
        homes = await asyncio.gather(*(self._begin(server, pool) for server, pool in servers))
        return {home.server: home for home in homes}

    def send(self, pid: int, number: int) -> None:
        """A signal to one of its children."""
        self._order({"op": "signal", "pid": pid, "signal": number})

    async def wait(self) -> int:
        """The nursery's exit code, once it has one."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Tells every server to end, then the nursery, which kills whoever does not."""
        homes = list(self._homes.values())
        for home in homes:
            home.hang_up()
        waits = [asyncio.ensure_future(home.dead.wait()) for home in homes]  # noqa: TID251  awaited below
        if waits:
            _, late = await asyncio.wait(waits, timeout=_END_S)
            for wait in late:
                wait.cancel()
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _begin(self, server: str, pool: str) -> OwnProcess:
        async with self._at_once:
            home = await self._fork(server)
            settings = self._settings
            await home.ask("start", **{**settings, "seed": f"{settings['seed']}:{server}", "own_process": True})
            used = (await home.ask("add", servers=[{"id": server, "pool": pool}]))["used_bytes"]
        headroom = max(0, settings["memory_limit_bytes"] - used) // SCALE
        self._order({"op": "guard", "pid": home.pid, "headroom_bytes": headroom})
        await home.truth()
        return home

    async def _fork(self, server: str) -> OwnProcess:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._forked[server] = asyncio.get_running_loop().create_future()
            self._order({"op": "fork", "server": server}, theirs.fileno())
        pid = await self._forked[server]
        home = OwnProcess(server, pid, await Line.over(server, ours), self)
        self._homes[pid] = home
        if (news := self._early.pop(pid, None)) is not None:
            self._bury(home, news)
        return home

    def _order(self, order: Json, *fds: int) -> None:
        try:
            socket.send_fds(self._control, [msgspec.json.encode(order)], list(fds))
        except OSError as error:
            raise ChildDied(f"the nursery takes no orders ({os.strerror(error.errno or 0)})") from error

    def _read(self) -> None:
        try:
            data = self._control.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._abandon()
            return
        news: Json = msgspec.json.decode(data)
        if news["event"] == "forked":
            self._forked.pop(news["server"]).set_result(news["pid"])
        elif (home := self._homes.get(news["pid"])) is not None:
            self._bury(home, news)
        else:
            self._early[news["pid"]] = news

    def _bury(self, home: OwnProcess, news: Json) -> None:
        del self._homes[home.pid]
        home.dead.set()
        home.hang_up()
        if self._fleet is not None:
            held: int | None = news["held_bytes"]
            self._fleet.died(home.server, None if held is None else "memory", news["code"], held, home.last)

    def _abandon(self) -> None:
        """The nursery is gone, and with it everybody."""
        for future in self._forked.values():
            future.set_exception(ChildDied("the nursery is gone"))
        for home in self._homes.values():
            home.dead.set()
