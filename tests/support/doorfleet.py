"""A front door on a fleet that does as it is told: a balancer that notes every outcome, and recognisers with a behaviour each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import struct
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from console.lab.dsrs import framing
from console.lab.frontdoor.keys import Keys
from console.lab.frontdoor.limits import DoorLimits
from console.lab.frontdoor.server import Door
from console.lab.frontdoor.way import Way
from console.lab.http.client import HttpClient
from console.lab.http.messages import Outcome, Reply, Request, Switch
from console.lab.http.server import HttpServer
from console.lab.problem import Problem

HOST = "127.0.0.1"
PATIENT = {"no_communication_s": 60, "head_s": 60, "open_timeout_s": 30, "pick_timeout_s": 30, "result_s": 60}
"""A slow machine must not look like a silent client; each test shortens only what it is about."""
POOLS = ("-a-general/8k", "-a-general/16k")


def tone(seconds: float, rate_hz: int = 8000) -> bytes:
    """Half a second of a tone, half a second of silence, over and over; 16-bit, least significant byte first."""
    return b"".join(
        struct.pack("<h", int(8000 * math.sin(2764 * n / rate_hz)) if n // (rate_hz // 2) % 2 == 0 else 0)
        for n in range(int(seconds * rate_hz))
    )


def wav(samples: bytes, rate_hz: int = 8000) -> bytes:
    """With its RIFF header."""
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate_hz,
                       rate_hz * 2, 2, 16, b"data", len(samples))  # fmt: skip
    return head + samples


@dataclass(eq=False)
class Recogniser:
    """One session at the fleet: says what its fleet's `script` says, at the client's end A and the end frame."""

    fleet: Fleet
    opening: dict[str, Any]
    audio: bytearray = field(default_factory=bytearray)
    transport: asyncio.Transport | None = None
    gone: bool = False
    _reader: framing.FrameReader = field(default_factory=framing.FrameReader)

    def start(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.say("S 100")

    def receive(self, data: bytes) -> None:
        for kind, payload in self._reader.feed(data):
            if kind == framing.AUDIO:
                if not self.audio:
                    self.say("C", 'U {"results":[{"tokens":[{"written":"ア"}],"text":"ア"}],"text":"ア"}')
                self.audio += payload
            elif self.fleet.finishes:
                self.say("E 900", f"A {RESULT}")
                self.frame(framing.END)

    def lost(self) -> None:
        self.gone = True

    def say(self, *events: str) -> None:
        for event in events:
            self.frame(framing.TEXT, event.encode())

    def frame(self, kind: bytes, payload: bytes = b"") -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(framing.encode(kind, payload))

    def fail(self, text: str) -> None:
        self.frame(framing.ERROR, text.encode())

    def reset(self) -> None:
        assert self.transport is not None
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SOL_SOCKET, SO_LINGER
        self.transport.abort()


RESULT = json.dumps(
    {
        "results": [
            {
                "tokens": [{"written": "アド", "confidence": 0.9, "starttime": 100, "endtime": 900, "spoken": "あど"}],
                "confidence": 0.9,
                "starttime": 100,
                "endtime": 900,
                "tags": [],
                "rulename": "",
                "text": "アド",
            }
        ],
        "utteranceid": "u-1",
        "text": "アド",
        "code": "",
        "message": "",
    },
    ensure_ascii=False,
    separators=(",", ":"),
)


@dataclass
class Fleet:
    """One balancer and one recogniser's port. Change the fields to change what happens next."""

    address: str = ""
    """Where sessions are sent; the recogniser's own, unless a test wants another."""
    own_address: str = ""
    none_left: bool = False
    full: bool = False
    finishes: bool = True
    sessions: list[Recogniser] = field(default_factory=list)
    picks: list[dict[str, Any]] = field(default_factory=list)
    ends: list[dict[str, Any]] = field(default_factory=list)
    balancer: HttpServer = field(init=False)
    recogniser: HttpServer = field(init=False)

    def __post_init__(self) -> None:
        self.balancer = HttpServer(self._balance)
        self.recogniser = HttpServer(self._open)

    def outcomes(self) -> Counter[tuple[str, str, str | None]]:
        """(interface, outcome, error) of each end that the balancer was told."""
        return Counter((end["interface"], end["outcome"], end["error"]) for end in self.ends)

    def _balance(self, request: Request) -> Outcome:
        if request.path == "/v1/pick":
            pick = json.loads(request.body)
            if self.none_left:
                raise Problem(503, "no_available_server", "none left")
            self.picks.append(pick)
            session = f"session-{len(self.picks)}"
            return Reply(json.dumps({"server": "x", "address": self.address, "session": session}).encode())
        number = int(request.path.split("/")[3].removeprefix("session-"))
        self.ends.append({**json.loads(request.body), "interface": self.picks[number - 1]["interface"]})
        return Reply(status=204)

    def _open(self, request: Request) -> Outcome:
        if self.full:
            raise Problem(503, "full", "full")
        session = Recogniser(self, json.loads(request.body))
        self.sessions.append(session)
        return Switch(framing.PROTOCOL, session)


@dataclass
class OpenDoor:
    """A door with its fleet."""

    door: Door
    fleet: Fleet
    port: int

    @property
    def ws(self) -> str:
        return f"ws://{HOST}:{self.port}/v1/"

    @property
    def http(self) -> str:
        return f"http://{HOST}:{self.port}/v1/recognize"


@contextlib.asynccontextmanager
async def open_door(**limits: float) -> AsyncIterator[OpenDoor]:
    """Door, balancer and recogniser on ports of the system's choice; all gone at the end."""
    fleet = Fleet()
    balancer_port = await fleet.balancer.start(HOST)
    fleet.own_address = fleet.address = f"{HOST}:{await fleet.recogniser.start(HOST)}"
    clients = [HttpClient(HOST, balancer_port) for _ in range(2)]
    chosen = DoorLimits(**{**PATIENT, **limits})  # type: ignore[arg-type]
    door = Door(Way(*clients, None, chosen, frozenset(POOLS)), Keys(["lab"]), chosen, lambda: "no-session")
    port = await door.start(HOST)
    try:
        yield OpenDoor(door, fleet, port)
    finally:
        door.stop()
        for client in clients:
            client.close()
        fleet.balancer.stop(reset=True)
        fleet.recogniser.stop(reset=True)
        await settled()


async def settled() -> None:
    """Lets callbacks of closed transports run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def until(true: Any, what: str, within_s: float = 30.0) -> None:
    """Waits for an outcome on the loop."""
    end = asyncio.get_running_loop().time() + within_s
    while not true():
        assert asyncio.get_running_loop().time() < end, f"never came: {what}"
        await asyncio.sleep(0.005)
