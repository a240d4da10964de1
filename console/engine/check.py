"""`check`: settings are good, and does each endpoint answer? What does not is told with its reason."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from typing import Final

from console.decode import decode_whoami
from console.domain.clock import Clock, MachineClock
from console.domain.errors import SourceError
from console.domain.ports import Source
from console.domain.readings import ServerEntry
from console.engine.exits import Exit
from console.engine.lines import visible
from console.net import ControlClient, Endpoint, look
from console.sources.addresses import is_loopback

_WHOAMI_PATH: Final = "/v1/whoami"
_MAY_ACT: Final = ("operator", "lead")
_AT_ONCE: Final = 64
_SOON_S: Final = 30 * 86400.0
"""A certificate that ends within so many seconds is told."""
_NAMED: Final = 10
"""Failing servers that are told one by one."""


async def check_endpoints(source: Source, client: ControlClient, clock: Clock | None = None) -> Exit:
    """Reads the balancer's certificate and table, our role, and each server's status once, and writes what came. Closes both.

    UNREACHED where the balancer, or every one of its servers, does not answer: single servers may be down in a healthy fleet.
    """
    try:
        await _trust(client.endpoint, clock or MachineClock())
        try:
            reading = await source.fleet()
        except SourceError as error:
            _say("FAILED", f"balancer {client.endpoint.url}: {error}")
            return Exit.UNREACHED
        _say(
            "ok",
            f"balancer {client.endpoint.url}: {reading.balancer_id}, {len(reading.servers)} servers, generation {reading.generation}",
        )
        await _role(client)
        room = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            polls = [group.create_task(_status(source, server, room)) for server in reading.servers]
        failures = {
            server.id: why for server, poll in zip(reading.servers, polls, strict=True) if (why := poll.result())
        }
    finally:
        await source.close()
        await client.close()
    answered = len(reading.servers) - len(failures)
    _say("ok" if not failures else "FAILED", f"servers: {answered} of {len(reading.servers)} answer this workstation")
    for server in list(failures)[:_NAMED]:
        _say("", f"{server}: {failures[server]}")
    if len(failures) > _NAMED:
        _say("", f"and {len(failures) - _NAMED} more")
    return Exit.UNREACHED if reading.servers and not answered else Exit.OK


async def _trust(endpoint: Endpoint, clock: Clock) -> None:
    """What the balancer's TLS shows, and what we would show it."""
    carries = endpoint.authorization() is not None
    if endpoint.parts.scheme != "https":
        if carries and not is_loopback(endpoint.parts.host):
            _say("-", "TLS: none, so everybody on the way can read the token")
        return
    try:
        shown = await look(endpoint)
    except SourceError as error:
        _say("FAILED", f"TLS: {error}")
        return
    now_s = clock.wall()
    _say(
        _soon(shown.until, now_s),
        f"TLS: {shown.version}, its certificate is good until {shown.until:%Y-%m-%d %H:%M} UTC",
    )
    if endpoint.trust.pins:
        verdict, word = ("ok", "is a pinned one") if shown.pinned else ("FAILED", "is none of the pinned ones")
        _say(verdict, f"TLS: its key {word}")
    else:
        _say("-", "TLS: no key is pinned (balancer.pins)")
    for whose, key in zip(("its own", *("an authority's" for _ in shown.keys)), shown.keys, strict=False):
        _say("", f"{key}  {whose}")
    if shown.ours_until is not None:
        _say(
            _soon(shown.ours_until, now_s),
            f"TLS: our client certificate is good until {shown.ours_until:%Y-%m-%d %H:%M} UTC",
        )


def _soon(until: datetime, now_s: float) -> str:
    """`-` where somebody should renew it before long."""
    left_s = until.timestamp() - now_s
    return "FAILED" if left_s <= 0 else "ok" if left_s > _SOON_S else "-"


async def _role(client: ControlClient) -> None:
    """What our token may do there. A balancer need not tell."""
    try:
        answer = await client.get(_WHOAMI_PATH)
        if answer.status != 200:
            _say("-", f"role: the balancer does not tell (status {answer.status})")
            return
        me = decode_whoami(answer.body)
    except SourceError as error:
        _say("-", f"role: the balancer does not tell ({error})")
        return
    may = "detach and attach" if me.role in _MAY_ACT else "only watch"
    _say("ok", f"role: {me.role}{f' ({me.name})' if me.name else ''} may {may}")


async def _status(source: Source, server: ServerEntry, room: asyncio.Semaphore) -> str:
    """Why it could not be read; empty: it answered."""
    async with room:
        try:
            await source.status(server)
        except SourceError as error:
            return str(error)
    return ""


def _say(verdict: str, text: str) -> None:
    sys.stdout.write(f"{verdict:7}{visible(text)}\n")
