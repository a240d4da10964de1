"""What goes in and comes out of the lab's HTTP server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Protocol

from msgspec import Struct

from console.lab.problem import Problem

JSON: Final = "application/json"


@dataclass(slots=True)
class Request:
    """One request, read to its end. Header names are lower-case; of a repeated header the first counts."""

    method: str = ""
    path: str = ""
    headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    body: bytes = b""
    keep_alive: bool = True
    upgrade: bool = False

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


class Reply(Struct, frozen=True):
    """One answer."""

    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    headers: tuple[str, ...] = ()
    """Further lines, as in `ETag: "x"`."""

    def encode(self, keep_alive: bool) -> bytes:
        """Head and body."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        if self.status != 204:
            lines += [f"Content-Type: {self.content_type}", f"Content-Length: {len(self.body)}"]
        if not keep_alive:
            lines.append("Connection: close")
        return "\r\n".join([*lines, *self.headers, "\r\n"]).encode("latin-1") + self.body


class Upgraded(Protocol):
    """What a connection becomes after 101."""

    def start(self, transport: asyncio.Transport) -> None:
        """The 101 has been sent."""
        ...

    def receive(self, data: bytes) -> None:
        """Bytes came."""
        ...

    def lost(self) -> None:
        """The connection is gone."""
        ...


class Switch(Struct, frozen=True):
    """Answer to an upgrade: 101, then the connection belongs to `to`."""

    protocol: str
    to: Upgraded
    fragile: bool = False
    """From the first byte of the 101 on, whatever ends the connection without a word resets it; also the death of the process."""


Outcome = Reply | Switch
Handler = Callable[[Request], Outcome | Awaitable[Outcome]]


def problem_reply(problem: Problem) -> Reply:
    """An error in the contract's form."""
    return Reply(problem.body(), problem.status)
