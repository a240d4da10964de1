"""A native DSRM and its DSRS as a Source: reads, checks who answers, and calls only whom it may."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from console.decode import decode_fleet, decode_status
from console.domain.errors import NoAddress, NotAllowed, WrongServer
from console.domain.readings import FleetReading, ServerEntry, StatusReading
from console.net import FLEET_CAP, STATUS_CAP, Endpoint, FleetTransport, Names, Prepared, Url, prepare, tls_context
from console.net.failures import failure_of
from console.sources.addresses import AddressPolicy, AddressSettings, is_loopback

_FLEET_PATH = "/v1/fleet"
_STATUS_PATH = "/v1/status"


@dataclass(frozen=True, slots=True)
class _Target:
    """A request for one server's status, and what it was made from."""

    listed: str
    resolved: tuple[str, ...]
    numeric: bool
    """It is an address already: nothing to resolve, ever."""
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
        # One context for all: servers may speak TLS where the balancer does not.
        tls = partial(tls_context, endpoint.ca_file)
        if endpoint.ca_file is not None:
            tls()  # a CA file that cannot be read is found out now, not at the first poll
        self._transport = transport or FleetTransport(tls=tls)
        self._names = names or Names()
        self._url = endpoint.at(_FLEET_PATH)
        self._fleet: Prepared | None = None
        self._targets: dict[str, _Target] = {}
        self._loopback = False

    async def fleet(self) -> FleetReading:
        """The balancer's table, within the deadline."""
        request = self._fleet
        if request is None or not self._url.numeric:
            addresses = await self._resolve(self._url)
            self._loopback = all(map(is_loopback, addresses))
            if request is None or request.addresses != addresses:
                request = prepare(self._url, addresses, authorization=self._endpoint.authorization())
                self._fleet = request
        answer = await self._transport.get(request, self._deadline_s, FLEET_CAP)
        if failure := failure_of(answer.status, self._url.authority, answer.header(b"retry-after")):
            raise failure
        reading = decode_fleet(answer.body, answer.header(b"etag"))
        if len(self._targets) > 2 * len(reading.servers):
            listed = {server.id for server in reading.servers}
            self._targets = {id_: target for id_, target in self._targets.items() if id_ in listed}
        return reading

    async def status(self, server: ServerEntry) -> StatusReading:
        """What one server says of itself, within the deadline."""
        target = self._targets.get(server.id)
        listed = server.status_url or server.address
        if target is None or target.listed != listed or not target.numeric:
            target = await self._aim(server.id, target, server.status_url, server.address)
        answer = await self._transport.get(target.request, self._deadline_s, STATUS_CAP)
        if answer.status != 200 and (
            failure := failure_of(answer.status, target.request.url.authority, answer.header(b"retry-after"))
        ):
            raise failure
        reading = decode_status(answer.body)
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
        if before is not None and before.listed == listed and before.resolved == resolved:
            return before
        allowed = self._policy.allowed(resolved, url.port, loopback=self._loopback)
        own = self._token_to_servers or url.origin == self._endpoint.parts.origin
        request = prepare(url, allowed, authorization=self._endpoint.authorization() if own else None)
        target = self._targets[server] = _Target(listed, resolved, url.numeric, request)
        return target
