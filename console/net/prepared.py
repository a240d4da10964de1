"""Requests built once and sent every poll: their bytes never change, so nothing is formatted on the hot path."""

from __future__ import annotations

from dataclasses import dataclass, field

from console import __version__
from console.net.url import Url


@dataclass(frozen=True, slots=True)
class Prepared:
    """The bytes of one request, and where they go: `addresses` are IPs in the order to be tried, the host is for TLS."""

    url: Url
    addresses: tuple[str, ...]
    head: bytes = field(repr=False)
    """Request line, headers, and body where there is one: carries the token, hence no repr."""
    origin: tuple[str, str, int]
    """Scheme, host, port: whose connection is used."""
    carries_token: bool = False
    lane: int = 0
    """Requests of one lane share a connection, one after the other; a hung one holds up only its own lane."""
    may_repeat: bool = True
    """GET: may be sent once more when a kept-alive connection turns out to be closed."""


def prepare(
    url: Url,
    addresses: tuple[str, ...],
    *,
    authorization: str | None = None,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    lane: int = 0,
) -> Prepared:
    """Builds a request. Header values have been checked by those who made them (Endpoint, Url, httpx)."""
    lines = [
        f"{method} {url.target} HTTP/1.1",
        f"Host: {url.authority}",
        "Accept: application/json",
        "Accept-Encoding: identity",
        f"User-Agent: dsr-console/{__version__}",
    ]
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    lines += [f"{name}: {value}" for name, value in headers]
    if body or method not in ("GET", "HEAD"):
        lines.append(f"Content-Length: {len(body)}")
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header may not hold a line end")
    head = "\r\n".join((*lines, "", "")).encode("latin-1")
    return Prepared(url, addresses, head + body, url.origin, authorization is not None, lane, method == "GET")
