"""A native DSRM and its DSRS as a Source: reads, checks who answers, and calls only whom it may."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from console.decode import decode_fleet, decode_status
from console.domain.errors import Busy, NoAddress, NotAllowed, SourceError, WrongServer
from console.domain.readings import FleetReading, ServerEntry, StatusReading
from console.net import (
    FLEET_CAP,
    STATUS_CAP,
    Endpoint,
    FleetTransport,
    HttpAnswer,
    Names,
    Prepared,
    Trust,
    Url,
    prepare,
    tls_context,
)
from console.net.failures import failure_of
from console.sources.addresses import AddressPolicy, AddressSettings, is_loopback
from console.sources.changes import ChangeLog

_FLEET_PATH = "/v1/fleet"
_STATUS_PATH = "/v1/status"
_FOR_BOTH = 0.9
"""Of the deadline, for the table and the log: a log that hangs must not cost the table."""


@dataclass(frozen=True, slots=True)
class _Target:
    """A request for one server's status, and what it was made from."""

    listed: str
    resolved: tuple[str, ...]
    numeric: bool
    """It is an address already: nothing to resolve, ever."""
    authorization: str | None = field(repr=False)
    request: Prepared


class DsrSource:
    """Reads one DSRM and the DSRS that it lists. Every failure is a SourceError.

    The token goes to the balancer's origin only, unless `addresses.token_to_servers`. A listed address is called only if
    `addresses` allows it after resolution, and what was allowed is what is connected to.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        deadline_s: float = 1.0,
        addresses: AddressSettings | None = None,
        transport: FleetTransport | None = None,
        names: Names | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._deadline_s = deadline_s
        addresses = addresses or AddressSettings()
        self._policy = AddressPolicy(addresses)
        self._token_to_servers = addresses.token_to_servers
        # Servers may speak TLS where the balancer does not. Files that cannot be used are found out now, not at the first poll.
        pinned, plain = endpoint.trust, endpoint.trust.unpinned()
        for trust in {pinned, plain} - {Trust()}:
            tls_context(trust)
        self._transport = transport or FleetTransport(
            tls=lambda request: tls_context(pinned if self._may_carry(request.url) else plain),
            restraint=endpoint.restraint,
        )
        self._names = names or Names()
        self._url = endpoint.at(_FLEET_PATH)
        self._fleet: Prepared | None = None
        self._addresses: tuple[str, ...] = ()
        self._authorization: str | None = None
        """What the request above was made from."""
        self._targets: dict[str, _Target] = {}
        self._loopback = False
        self._log = ChangeLog(self._of_balancer)

    async def fleet(self) -> FleetReading:
        """The balancer's table and its log of changes, within the deadline."""
        endpoint, url = self._endpoint, self._url
        loop = asyncio.get_running_loop()
        end_s = loop.time() + self._deadline_s * _FOR_BOTH
        endpoint.restraint.check_wait(url.origin, url.authority, loop.time())
        addresses, authorization = self._addresses, endpoint.authorization()
        if not addresses or not url.numeric:
            addresses = await self._resolve(url)
            self._loopback = all(map(is_loopback, addresses))
        if self._fleet is None or addresses != self._addresses or authorization != self._authorization:
            self._fleet = prepare(url, addresses, authorization=authorization)
            self._addresses, self._authorization = addresses, authorization
        answer = await self._transport.get(self._fleet, self._deadline_s, FLEET_CAP)
        if failure := self._failure(answer, url, authorization):
            if isinstance(failure, Busy):
                endpoint.restraint.asked_to_wait(url.origin, failure.retry_after_s, loop.time())
            raise failure
        reading = decode_fleet(endpoint.credential.clean(answer.body), answer.header(b"etag"))
        if len(self._targets) > 2 * len(reading.servers):
            listed = {server.id for server in reading.servers}
            self._targets = {id_: target for id_, target in self._targets.items() if id_ in listed}
        return await self._log.upto(reading, end_s - loop.time())

    async def status(self, server: ServerEntry) -> StatusReading:
        """What one server says of itself, within the deadline."""
        target = self._targets.get(server.id)
        listed = server.status_url or server.address
        if target is None or target.listed != listed or not target.numeric or self._token_to_servers:
            target = await self._aim(server.id, target, server.status_url, server.address)
        answer = await self._transport.get(target.request, self._deadline_s, STATUS_CAP)
        if answer.status != 200:
            failure = self._failure(answer, target.request.url, target.authorization)
            if failure is not None:
                raise failure
        body = answer.body if target.authorization is None else self._endpoint.credential.clean(answer.body)
        reading = decode_status(body)
        if reading.id != server.id:
            place = target.request.url.authority
            raise WrongServer(f"{reading.id} answers at {place}, the address listed for {server.id}.")
        return reading

    def renew(self) -> None:
        """Drops connections that nobody uses just now."""
        self._transport.drop_idle()

    async def close(self) -> None:
        """Ends all connections."""
        self._names.close()
        await self._transport.aclose()

    async def _of_balancer(self, path: str, deadline_s: float) -> HttpAnswer:
        """What else is read of the balancer, where its table was read before: with the same token, cleaned the same way."""
        url, authorization = self._endpoint.at(path), self._authorization
        request = prepare(url, self._addresses, authorization=authorization)
        answer = await self._transport.get(request, deadline_s, FLEET_CAP)
        self._failure(answer, url, authorization)
        return HttpAnswer(answer.status, answer.headers, self._endpoint.credential.clean(answer.body))

    def _may_carry(self, url: Url) -> bool:
        """Whether the token may go there at all."""
        return self._token_to_servers or url.origin == self._endpoint.parts.origin

    def _failure(self, answer: HttpAnswer, url: Url, authorization: str | None) -> SourceError | None:
        """The error of an answer; a token that was refused is not sent there again."""
        credential = self._endpoint.credential
        withheld = authorization is None and credential.withheld(url.origin)
        if answer.status == 401 and (authorization is not None or withheld):
            credential.refused(url.origin, url.authority, authorization)
        retry_after, date = answer.header(b"retry-after"), answer.header(b"date")
        return failure_of(answer.status, url.authority, retry_after, date, withheld=withheld)

    async def _resolve(self, url: Url) -> tuple[str, ...]:
        return (url.host,) if url.numeric else await self._names.resolve(url.host, self._deadline_s)

    async def _aim(self, server: str, before: _Target | None, status_url: str | None, address: str | None) -> _Target:
        """The request for a listed address. Raises NoAddress, NotAllowed, and what resolving raises."""
        listed = status_url or address
        if not listed:
            raise NoAddress(f"The balancer lists no status address for {server}: its truth cannot be read.")
        try:
            url = Url.parse(status_url or f"http://{address}{_STATUS_PATH}")
        except ValueError as error:
            raise NotAllowed(f"The address listed for {server} cannot be called: {error}") from None
        resolved = await self._resolve(url)
        authorization = self._endpoint.credential.authorization(url.origin) if self._may_carry(url) else None
        if before is not None and (before.listed, before.resolved, before.authorization) == (
            listed,
            resolved,
            authorization,
        ):
            return before
        allowed = self._policy.allowed(resolved, url.port, loopback=self._loopback)
        request = prepare(url, allowed, authorization=authorization)
        target = self._targets[server] = _Target(listed, resolved, url.numeric, authorization, request)
        return target
