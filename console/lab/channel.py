"""How the supervisor talks with its processes: one JSON object a line, questions one way, answers and news the other.

The end of the questions tells a process that the supervisor is gone. Secrets travel here, never on a command line.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from console.domain.tasks import spawn
from console.lab import platform
from console.lab.problem import Problem

Json = dict[str, Any]
Serve = Callable[[Json], Awaitable[Json]]
Hear = Callable[[Json], None]
_LINE_LIMIT: Final = 16 * 1024 * 1024
_END_S: Final = 1.5


class ChildDied(Exception):
    """A process of the lab ended although nobody told it to."""


class Line:
    """The supervisor's end of one conversation. `hear` gets the news that comes unasked."""

    def __init__(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Hear | None = None
    ) -> None:
        self.name = name
        self.hear = hear
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Json]] = {}
        self._listening = spawn(self._listen(), f"answers of {name}")

    @classmethod
    async def over(cls, name: str, sock: socket.socket) -> Line:
        """A conversation over a stream socket."""
        return cls(name, *await asyncio.open_unix_connection(sock=sock, limit=_LINE_LIMIT))

    async def ask(self, op: str, **arguments: Any) -> Json:
        """One question. Raises Problem where the other side does, ChildDied where there is no other side any more."""
        if self._listening.done():
            raise ChildDied(f"{self.name} is gone")
        number = next(self._numbers)
        future = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        try:
            self._writer.write(msgspec.json.encode({"n": number, "op": op, **arguments}) + b"\n")
            return await future
        finally:
            self._asked.pop(number, None)

    def hang_up(self) -> None:
        """No more questions, which tells the other side to end."""
        self._writer.close()

    async def ended(self) -> None:
        """Returns when the other side has hung up."""
        await asyncio.wait([self._listening])

    async def _listen(self) -> None:
        try:
            while line := await self._reader.readline():
                self._take(msgspec.json.decode(line))
        except OSError:
            pass  # a reset is an end like any other
        finally:
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(ChildDied(f"{self.name} is gone"))

    def _take(self, answer: Json) -> None:
        if "n" not in answer:
            if self.hear is not None:
                self.hear(answer)
            return
        future = self._asked.get(answer["n"])
        if future is None or future.done():
            return
        if (problem := answer.get("problem")) is not None:
            future.set_exception(Problem(**problem))
        else:
            future.set_result(answer)


class Child(Line):
    """The supervisor's end: one process of its own."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stdin is not None
        super().__init__(name, process.stdout, process.stdin)
        self._process = process

    @classmethod
    async def start(cls, name: str, role: str) -> Child:
        """Starts this interpreter once more, as `role`."""
        process = await asyncio.create_subprocess_exec(
            *child_command(role),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
        )
        return cls(name, process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Its exit code, once it has one."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Ends its stdin, which tells it to end; kills it where it does not."""
        self.hang_up()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self.ended()


def child_command(role: str) -> list[str]:
    """The command line of a process of the lab. Nothing secret, and nothing else, is on it."""
    return [sys.executable, "-m", "console.lab.child", role, str(os.getpid())]


class Questions:
    """The child's end: serves each line of stdin, in order, until stdin ends."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._rest = b""
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def run(self) -> None:
        """Answers until the supervisor hangs up."""
        platform.read_stdin(self._feed)
        while (line := await self._lines.get()) is not None:
            question: Json = msgspec.json.decode(line)
            try:
                answer = await self._serve(question)
            except Problem as problem:
                keys = ("status", "code", "message", "details")
                answer = {"problem": {key: getattr(problem, key) for key in keys}}
            if not tell({**answer, "n": question["n"]}):
                return

    def _feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._lines.put_nowait(line)
        if not data:
            self._lines.put_nowait(None)


def tell(answer: Json) -> bool:
    """Writes one line to the supervisor; False where nobody reads it any more. News has no `n`."""
    data = memoryview(msgspec.json.encode(answer) + b"\n")
    try:
        while data:
            data = data[os.write(1, data) :]
    except ConnectionError:
        return False
    return True
