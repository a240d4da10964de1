"""URLs that may come from a hostile list: parsed by a narrow rule of our own, everything else is refused."""

from __future__ import annotations

import ipaddress
import re

from msgspec import Struct
from typing_extensions import override

_LONGEST = 512  # characters; a status URL of a real site is below 100
_SHAPE = re.compile(
    r"(?P<scheme>https?)://"
    r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})))"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>/[!-~]*)?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Url(Struct, frozen=True):
    """An http or https URL in its parts. `host` is without brackets, `target` is path and query, never empty."""

    scheme: str
    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, text: str) -> Url:
        """Refuses (ValueError, one sentence) other schemes, user names, fragments, blanks, non-ASCII and over-long text."""
        match = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None or "#" in text:
            raise ValueError("It is not a plain http:// or https:// address of host, port and path.")
        scheme = match["scheme"].lower()
        port = int(match["port"]) if match["port"] else _DEFAULT_PORTS[scheme]
        if not 1 <= port <= 65535:
            raise ValueError(f"Port {port} is not between 1 and 65535.")
        host = (match["six"] or match["host"]).lower()
        if match["six"]:
            host = str(ipaddress.IPv6Address(host))
        elif re.fullmatch(r"[0-9.]+", host):
            host = str(
                ipaddress.IPv4Address(host)
            )  # refuses 127.1 and 0177.0.0.1, which resolvers read in their own way
        return cls(scheme, host, port, match["target"] or "/")

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a secret is bound to."""
        return self.scheme, self.host, self.port

    @property
    def loopback(self) -> bool:
        """Whether it is this very machine, by its own word: a name other than localhost may be anywhere."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def numeric(self) -> bool:
        """Whether the host is an IP address, which needs no resolver."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return True

    @override
    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"
