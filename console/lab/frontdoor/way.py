"""The way in: DSRM names a DSRS, the door connects to that one and no other, and tells DSRM how it ended.

Each of the three `s` errors has its own cause here. There is no fail-over: a second try would hide the incident from clients.
Which cause gives which text is our assumption; the texts themselves are the service's.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from console.domain.tasks import spawn
from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.frontdoor.limits import DoorLimits
from console.lab.frontdoor.link import Link, upgrade_request
from console.lab.http.client import HttpClient, NoAnswer

Interface = Literal["websocket", "http"]
Outcome = Literal["completed", "partial_client_timeout", "partial_server_timeout", "partial_server_death", "refused"]
_SWITCHED: Final = 101
_FULL: Final = 503
_TELLINGS: Final = 2
"""The balancer counts an end once, however often it is told."""
_TELL_TIMEOUT_S: Final = 5.0


class Wanted(Struct, frozen=True):
    """What a client's session needs."""

    interface: Interface
    pool: str
    audio_format: str


class Refusal(Struct, frozen=True):
    """No session: the verbatim `s` error."""

    text: str


@dataclass(slots=True)
class Seat:
    """A session at a DSRS. DSRM is told of its end once."""

    link: Link
    session: str
    ended: bool = False


@dataclass(slots=True)
class Way:
    """From the door to a recogniser. `token`: the service token, where the lab demands one."""

    balancer: HttpClient
    reports: HttpClient
    """To the balancer as well: ends must not wait behind picks, nor be lost with one that gets no answer."""
    token: str | None
    limits: DoorLimits
    pools: frozenset[str]
    """Those that the fleet has; no other is asked for."""
    outcomes: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """By interface and outcome, since the start."""
    seated: int = 0
    """Sessions at a recogniser now."""
    unreported: int = 0
    """Ends of which a balancer that was away never heard."""

    async def open(self, wanted: Wanted) -> Seat | Refusal:
        """Asks DSRM, then goes to the server that it names. Whoever gets a Seat has its link to listen to."""
        try:
            answer = await self.balancer.request(
                "POST",
                "/v1/pick",
                msgspec.json.encode({"pool": wanted.pool, "interface": wanted.interface}),
                self.limits.pick_timeout_s,
            )
        except NoAnswer:
            return self._refused(wanted, CANNOT_CONNECT, None)
        if answer.status != 200:
            return self._refused(wanted, MAXIMUM_CLIENTS if answer.status == _FULL else CANNOT_CONNECT, None)
        picked: dict[str, Any] = msgspec.json.decode(answer.body)
        opened = await self._knock(wanted, picked["address"], picked["session"])
        if isinstance(opened, str):
            return self._refused(wanted, opened, picked["session"])
        self.seated += 1
        return Seat(opened, picked["session"])

    async def _knock(self, wanted: Wanted, address: str, session: str) -> Link | str:
        """The open link, or the text that says why there is none."""
        loop = asyncio.get_running_loop()
        request = upgrade_request(address, session, wanted.pool, wanted.audio_format, self.token)
        link = Link(request, self.limits.held_bytes)
        host, _, port = address.rpartition(":")
        give_up_s = loop.time() + self.limits.open_timeout_s
        try:
            async with asyncio.timeout_at(give_up_s):
                await loop.create_connection(lambda: link, host, int(port))
        except OSError:  # a time-out is one too
            return CANNOT_CONNECT_TO_SERVER
        done, _ = await asyncio.wait([link.opened], timeout=max(0.0, give_up_s - loop.time()))
        status = link.opened.result() if done else None
        if status == _SWITCHED:
            return link
        link.close()
        return MAXIMUM_CLIENTS if status == _FULL else CANNOT_CONNECT

    def _refused(self, wanted: Wanted, text: str, session: str | None) -> Refusal:
        self._count(wanted.interface, "refused")
        if session is not None:
            self._tell(session, "refused", text)
        return Refusal(text)

    def end(self, seat: Seat, interface: Interface, outcome: Outcome, error: str | None = None) -> None:
        """Hangs up, counts, and tells DSRM; only the first end counts."""
        if seat.ended:
            return
        seat.ended = True
        self.seated -= 1
        seat.link.close()
        self._count(interface, outcome)
        self._tell(seat.session, outcome, error)

    def _count(self, interface: Interface, outcome: Outcome) -> None:
        outcomes = self.outcomes.setdefault(interface, {})
        outcomes[outcome] = outcomes.get(outcome, 0) + 1

    def _tell(self, session: str, outcome: Outcome, error: str | None) -> None:
        spawn(self._report(session, outcome, error), f"end of {session}")

    async def _report(self, session: str, outcome: Outcome, error: str | None) -> None:
        body = msgspec.json.encode({"outcome": outcome, "error": error})
        for _ in range(_TELLINGS):
            try:
                await self.reports.request("POST", f"/v1/sessions/{session}/end", body, _TELL_TIMEOUT_S)
            except NoAnswer:
                continue
            return
        self.unreported += 1
