"""Which listed addresses may be called: a balancer's list is data, not an order to connect anywhere."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from console.domain.errors import NotAllowed, SettingsError
from console.domain.options import option

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PRIVATE: tuple[_Network, ...] = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))  # RFC 1918, RFC 4193
)


@dataclass(frozen=True, slots=True)
class AddressSettings:
    """Which of the addresses that a balancer lists the console may call, and what they are told."""

    networks: tuple[str, ...] = option(
        (), sentence="Networks allowed besides the private ones, like 203.0.113.0/24 or 2001:db8::/32."
    )
    lowest_port: int = option(1024, low=1, high=65535, sentence="Lowest port of a server's status address.")
    highest_port: int = option(65535, low=1, high=65535, sentence="Highest port of a server's status address.")
    ports: tuple[int, ...] = option((), sentence="Single ports allowed besides that range, like 80 or 443.")

    token_to_servers: bool = option(
        False,
        sentence="Send the balancer's token to the servers that it lists, too. Only where all of them are trusted with it.",
    )

    def __post_init__(self) -> None:
        self.parsed()
        if self.lowest_port > self.highest_port:
            raise SettingsError("it is above highest_port.", where="lowest_port", remedy="Swap the two.")
        if any(not 1 <= port <= 65535 for port in self.ports):
            raise SettingsError("a port is not between 1 and 65535.", where="ports", remedy="Correct it.")

    def parsed(self) -> tuple[_Network, ...]:
        """The networks. Raises SettingsError naming the one that is none."""
        found: list[_Network] = []
        for text in self.networks:
            try:
                found.append(ipaddress.ip_network(text.strip(), strict=False))
            except ValueError:
                raise SettingsError(
                    f"{text[:60]!r} is no network.",
                    where="networks",
                    remedy="Write it like 203.0.113.0/24 or 2001:db8::/32.",
                ) from None
        return tuple(found)


class AddressPolicy:
    """Judges resolved addresses. Loopback counts only where the balancer itself is on loopback: then all is one machine.

    Link-local (169.254.0.0/16, fe80::/10: clouds keep their secrets there), multicast, unspecified and broadcast
    addresses are never called, whatever the settings say.
    """

    def __init__(self, settings: AddressSettings) -> None:
        self._settings = settings
        self._networks = _PRIVATE + settings.parsed()

    def check(self, address: str, port: int, *, loopback: bool) -> None:
        """Raises NotAllowed with what to do. `loopback`: the balancer is on loopback."""
        settings = self._settings
        if not (settings.lowest_port <= port <= settings.highest_port or port in settings.ports):
            raise NotAllowed(
                f"Port {port} is outside the ports that may be called: allow it in the settings if it is right."
            )
        ip = _plain(address)
        if ip is None:
            raise NotAllowed(f"{address[:60]!r} is no address that can be called.")
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified or str(ip) == "255.255.255.255":
            raise NotAllowed(f"{ip} is a link-local, multicast or empty address: no server is called there.")
        if ip.is_loopback:
            if not loopback:
                raise NotAllowed(
                    f"{ip} would be this workstation itself: the balancer must list an address for outsiders."
                )
            return
        if not any(ip in network for network in self._networks):
            raise NotAllowed(f"{ip} is in no allowed network: name its network in the settings if it is right.")

    def allowed(self, addresses: tuple[str, ...], port: int, *, loopback: bool) -> tuple[str, ...]:
        """Those that may be called. Raises NotAllowed (of the first) where none may."""
        kept: list[str] = []
        refusal: NotAllowed | None = None
        for address in addresses:
            try:
                self.check(address, port, loopback=loopback)
            except NotAllowed as error:
                refusal = refusal or error
            else:
                kept.append(address)
        if not kept:
            raise refusal or NotAllowed("The balancer lists no address for it.")
        return tuple(kept)


def is_loopback(address: str) -> bool:
    """Whether it is this machine."""
    ip = _plain(address)
    return ip is not None and ip.is_loopback


def _plain(address: str) -> _Address | None:
    """The address itself: without a v6 wrapping of a v4 one; None for zones (fe80::1%eth0) and rubbish."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return None
        return ip.ipv4_mapped or ip
    return ip
