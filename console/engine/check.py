"""`check`: settings are good, and does each endpoint answer? What does not is told with its reason."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from console.decode import decode_whoami
from console.domain.errors import SourceError
from console.domain.ports import Source
from console.domain.readings import ServerEntry
from console.engine.exits import Exit
from console.engine.lines import visible
from console.net import ControlClient

_WHOAMI_PATH: Final = "/v1/whoami"
_MAY_ACT: Final = ("operator", "lead")
_AT_ONCE: Final = 64
_NAMED: Final = 10
"""Failing servers that are told one by one."""


async def check_endpoints(source: Source, client: ControlClient) -> Exit:
    """Reads the balancer's table, our role and each server's status once, and writes what came. Closes both.

    UNREACHED where the balancer, or every one of its servers, does not answer: single servers may be down in a healthy fleet.
    """
    try:
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
