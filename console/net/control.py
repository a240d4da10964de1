"""The few calls to the balancer that are not polls: detach, attach, who am I, events. A plain httpx client, on a leash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

import httpx

from console import __version__
from console.decode import Whoami, clean_text, decode_events, decode_whoami
from console.domain.errors import BadAnswer, DeadlinePassed, SourceError, Unreachable
from console.domain.readings import Change
from console.net.endpoint import Endpoint, tls_context
from console.net.failures import failure_of, redirected, unreachable
from console.net.wire import HEAD_CAP, HttpAnswer

_BODY_CAP: Final = 4 * 1024 * 1024  # bytes; 1,000 events are about 300 kB

logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO line shows whole URLs, user names and queries included


class ControlClient:
    """Requests to one endpoint and nobody else, each within `deadline_s` in all. Follows nothing, repeats nothing.

    Raises DeadlinePassed, Unreachable and BadAnswer; any of them after a POST means: the outcome is unknown.
    """

    def __init__(self, endpoint: Endpoint, *, deadline_s: float = 5.0) -> None:
        self.endpoint = endpoint
        self._deadline_s = deadline_s
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"dsr-console/{__version__}",
        }
        if (authorization := endpoint.authorization()) is not None:
            headers["Authorization"] = authorization
        self._client = httpx.AsyncClient(
            headers=headers,
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # httpx knows no total deadline; ours is around the whole request
            verify=tls_context(endpoint.ca_file) if endpoint.parts.scheme == "https" else False,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=2, keepalive_expiry=30.0),
        )

    async def get(self, path: str) -> HttpAnswer:
        """GET `path` (with its query) under the endpoint's base."""
        return await self._send("GET", path, {}, None)

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
        await self._client.aclose()

    async def _read_good(self, path: str) -> HttpAnswer:
        answer = await self.get(path)
        if failure := failure_of(answer.status, self.endpoint.parts.authority, answer.header(b"retry-after")):
            raise failure
        return answer

    async def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> HttpAnswer:
        url = self.endpoint.at(path)
        place = url.authority
        try:
            async with (
                asyncio.timeout(self._deadline_s),
                self._client.stream(method, str(url), headers=dict(headers), content=body) as response,
            ):
                return await _read(response, place)
        except TimeoutError:
            raise DeadlinePassed(f"{place} gave no whole answer within {self._deadline_s:g} s.") from None
        except (httpx.RemoteProtocolError, httpx.DecodingError, httpx.InvalidURL) as error:
            raise BadAnswer(
                f"The answer of {place} breaks the rules of HTTP ({clean_text(str(error), 200)})."
            ) from None
        except httpx.TransportError as error:
            raise _reason(place, error) from None


async def _read(response: httpx.Response, place: str) -> HttpAnswer:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise redirected(place, response.status_code)
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise BadAnswer(f"The answer of {place} is compressed although that was not asked for.")
    headers = [(name.lower(), value) for name, value in response.headers.raw]
    if sum(len(name) + len(value) + 4 for name, value in headers) > HEAD_CAP:
        raise BadAnswer(f"The answer of {place} has headers of more than {HEAD_CAP} bytes.")
    parts: list[bytes] = []
    room = _BODY_CAP
    async for part in response.aiter_raw():
        room -= len(part)
        if room < 0:
            raise BadAnswer(f"The answer of {place} is larger than the {_BODY_CAP} bytes that are accepted.")
        parts.append(part)
    return HttpAnswer(response.status_code, headers, b"".join(parts))


def _reason(place: str, error: BaseException) -> SourceError:
    """httpx wraps what happened several times over: the innermost OSError says it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return unreachable(place, cause)
        cause = cause.__cause__ or cause.__context__
    return Unreachable(f"{place} could not be reached ({type(error).__name__}): check network and firewall.")
