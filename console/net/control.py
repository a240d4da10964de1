"""The few calls to the balancer that are not polls: detach, attach, who am I, events. An httpx client over FleetTransport, on a leash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx

from console.decode import Whoami, decode_events, decode_whoami
from console.domain.errors import Busy
from console.domain.readings import Change
from console.net.endpoint import Endpoint
from console.net.failures import failure_of
from console.net.fleet import FleetTransport
from console.net.names import Names
from console.net.trust import tls_context
from console.net.wire import HttpAnswer

_BODY_CAP: Final = 4 * 1024 * 1024  # bytes; 1,000 events are about 300 kB

logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO line shows whole URLs, user names and queries included


class ControlClient:
    """Requests to one endpoint and nobody else, each within `deadline_s` in all. Follows nothing, repeats nothing.

    Raises DeadlinePassed, Unreachable and BadAnswer; any of them after a POST means: the outcome is unknown. A pause that the
    balancer asked readers for is kept, and a token that it refused is not sent again.
    """

    def __init__(self, endpoint: Endpoint, *, deadline_s: float = 5.0) -> None:
        self.endpoint = endpoint
        self._deadline_s = deadline_s
        if endpoint.parts.scheme == "https":
            tls_context(endpoint.trust)  # what cannot be used is found out now
        self._client = httpx.AsyncClient(
            transport=FleetTransport(
                tls=lambda _: tls_context(endpoint.trust),
                restraint=endpoint.restraint,
                max_connections=8,
                idle_limit_s=30.0,
            ),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # the transport keeps one deadline for the whole exchange
        )
        self._names = Names()
        self._lanes: set[int] = set()

    async def get(self, path: str) -> HttpAnswer:
        """GET `path` (with its query) under the endpoint's base."""
        place = self.endpoint.parts
        self.endpoint.restraint.check_wait(place.origin, place.authority, asyncio.get_running_loop().time())
        return await self._send("GET", path, {}, b"")

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """POST a JSON body."""
        return await self._send("POST", path, {**headers, "Content-Type": "application/json"}, body)

    async def whoami(self) -> Whoami:
        """Whose token this is, and what it may do. Raises SourceError."""
        return decode_whoami((await self._read_good("/v1/whoami")).body)

    async def events(self, after: int, limit: int = 100) -> tuple[tuple[Change, ...], int]:
        """Changes of the fleet after that number, oldest first, and the number to ask after next. Raises SourceError."""
        return decode_events((await self._read_good(f"/v1/events?after={after}&limit={limit}")).body)

    async def close(self) -> None:
        """Ends all connections."""
        self._names.close()
        await self._client.aclose()

    async def _read_good(self, path: str) -> HttpAnswer:
        answer = await self.get(path)
        place = self.endpoint.parts
        withheld = self.endpoint.credential.withheld(place.origin)
        failure = failure_of(
            answer.status, place.authority, answer.header(b"retry-after"), answer.header(b"date"), withheld=withheld
        )
        if isinstance(failure, Busy):
            now_s = asyncio.get_running_loop().time()
            self.endpoint.restraint.asked_to_wait(place.origin, failure.retry_after_s, now_s)
        if failure is not None:
            raise failure
        return answer

    async def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        endpoint, url = self.endpoint, self.endpoint.at(path)
        loop = asyncio.get_running_loop()
        end_s = loop.time() + self._deadline_s
        addresses = (url.host,) if url.numeric else await self._names.resolve(url.host, self._deadline_s)
        authorization = endpoint.authorization()
        with self._lane() as lane:
            response = await self._client.request(
                method,
                str(url),
                headers={**headers, **({} if authorization is None else {"Authorization": authorization})},
                content=body,
                extensions={
                    "addresses": addresses,
                    "deadline_s": end_s - loop.time(),
                    "body_cap": _BODY_CAP,
                    "lane": lane,
                },
            )
        if response.status_code == 401:
            endpoint.credential.refused(url.origin, url.authority, authorization)
        answered = [(name.lower(), value) for name, value in response.headers.raw]
        return HttpAnswer(response.status_code, answered, endpoint.credential.clean(response.content))

    @contextmanager
    def _lane(self) -> Generator[int]:
        """A connection that nobody else uses meanwhile: a call that hangs must not hold up a detach."""
        lane = next(number for number in range(len(self._lanes) + 1) if number not in self._lanes)
        self._lanes.add(lane)
        try:
            yield lane
        finally:
            self._lanes.discard(lane)
