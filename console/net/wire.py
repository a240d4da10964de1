"""One connection: one request, one answer, under caps. Whatever breaks the rules ends the connection, never the program."""

from __future__ import annotations

import asyncio
import select
import sys
from collections.abc import Callable
from typing import Final, NamedTuple, cast

import httptools
from typing_extensions import override

from console.domain.errors import BadAnswer, SourceError, Untrusted
from console.net.distrust import left_wordless
from console.net.failures import redirected, unreachable
from console.net.handshake import Handshake

HEAD_CAP: Final = 16 * 1024
"""Bytes of status line and headers."""
STATUS_CAP: Final = 256 * 1024
"""Bytes of the body of one server's status."""
FLEET_CAP: Final = 64 * 1024 * 1024
"""Bytes of the body of a balancer's fleet: 10,000 servers are about 7 MB."""


class HttpAnswer(NamedTuple):
    """A whole answer. Header names are lower case, in the order they came."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> str | None:
        """The first header of that (lower case) name."""
        for known, value in self.headers:
            if known == name:
                return value.decode("latin-1")
        return None


class WentStale(Exception):
    """A reused connection ended before a byte of the answer came: the idle-close race. Carries the error to show."""

    def __init__(self, error: SourceError) -> None:
        super().__init__(str(error))
        self.error = error


class Wire(asyncio.Protocol):
    """The protocol of one connection. `lost` is told once, when its socket is gone."""

    __slots__ = (
        "_body",
        "_body_cap",
        "_complete",
        "_extra",
        "_fault",
        "_head_done",
        "_headers",
        "_heard",
        "_keep",
        "_lost",
        "_parser",
        "_poller",
        "_seen",
        "_status",
        "_transport",
        "_waiter",
        "address",
        "place",
        "used",
    )

    def __init__(self, place: str, address: str, lost: Callable[[Wire], None]) -> None:
        self.place = place
        self.address = address
        self.used = 0
        """Answers that it brought."""
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._poller: select.poll | None = None
        self._waiter: asyncio.Future[HttpAnswer] | None = None
        self._heard: asyncio.Future[None] | None = None
        self._reset(0)

    def _reset(self, body_cap: int) -> None:
        self._body_cap = body_cap
        self._seen = 0
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._head_done = self._complete = self._extra = False
        self._keep = True
        self._fault: SourceError | None = None

    # What the pool calls

    @property
    def open(self) -> bool:
        """Whether it still has a socket that was not told to close."""
        return self._transport is not None and not self._transport.is_closing()

    def usable(self) -> bool:
        """Open, and nothing to read. Bytes (or an end) that nobody asked for mean: take a fresh connection instead."""
        return self.open and (self._poller is None or not self._poller.poll(0))

    async def taken(self, most_s: float) -> None:
        """With TLS 1.3: waits until the server has taken our side of the handshake (it sends a ticket), at most so long.

        Before TLS 1.3 that is part of the handshake itself. Raises what became of the connection (Unreachable, Untrusted).
        """
        tls = None if self._transport is None else self._transport.get_extra_info("ssl_object")
        if not isinstance(tls, Handshake) or tls.version() != "TLSv1.3":
            return
        heard = self._heard = asyncio.get_running_loop().create_future()
        tls.taken = lambda: None if heard.done() else heard.set_result(None)
        if not (tls.session is not None and tls.session.has_ticket):
            await asyncio.wait((heard,), timeout=most_s)
        self._heard, tls.taken = None, None
        if heard.done():
            heard.result()
        elif not self.open:
            raise left_wordless(self.place)

    def ask(self, head: bytes, body_cap: int, waiter: asyncio.Future[HttpAnswer]) -> None:
        """Writes one request; its answer or its error goes to `waiter`. Only when no other is under way."""
        transport = self._transport
        if transport is None or self._waiter is not None:
            raise RuntimeError("a connection carries one request at a time")
        self._reset(body_cap)
        self._waiter = waiter
        transport.write(head)

    def abort(self) -> None:
        """Drops the connection at once; whoever waits is the caller's business."""
        self._waiter = None
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpResponseParser(self)
        if sys.platform != "win32" and (sock := transport.get_extra_info("socket")) is not None:
            self._poller = select.poll()
            self._poller.register(sock.fileno(), select.POLLIN)

    @override
    def data_received(self, data: bytes) -> None:
        if self._waiter is None or self._parser is None:
            self.abort()  # bytes that nobody asked for
            return
        try:
            self._feed(data, self._parser)
        except httptools.HttpParserCallbackError as error:
            self._fault = self._fault or self._bad(f"cannot be read ({error.__context__})")
        except httptools.HttpParserError:
            # After a whole answer: rubbish behind it, which spoils the connection but not the answer.
            self._extra = True
            if not self._complete:
                self._fault = self._fault or self._bad("breaks the rules of HTTP")
        except httptools.HttpParserUpgrade:
            self._fault = self._fault or self._bad("switches to another protocol")
        if self._fault is not None:
            self.end(self._fault)
        elif self._complete:
            self._deliver()

    def _feed(self, data: bytes, parser: httptools.HttpResponseParser) -> None:
        """Never hands the parser more than HEAD_CAP bytes of head, nor more than the cap of body with its framing."""
        self._seen += len(data)
        if not self._head_done and self._seen > HEAD_CAP:
            room = HEAD_CAP - (self._seen - len(data))
            parser.feed_data(data[:room])
            if not self._head_done:
                self._fault = self._bad(f"has headers of more than {HEAD_CAP} bytes")
                return
            data = data[room:]
        if self._seen > HEAD_CAP + self._body_cap:
            self._fault = self._too_large()
            return
        parser.feed_data(data)

    @override
    def eof_received(self) -> None:
        if self._waiter is None:
            return
        if self._seen:
            self.end(self._bad("ends before it is complete"))
        else:
            self.end(unreachable(self.place, EOFError()))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._heard is not None and not self._heard.done():
            error = None if exc is None else unreachable(self.place, exc)
            self._heard.set_exception(error if isinstance(error, Untrusted) else left_wordless(self.place))
        if self._waiter is not None:
            if exc is None and self._seen:
                self.end(self._bad("ends before it is complete"))
            else:
                self.end(unreachable(self.place, exc or EOFError()))
        self._transport = self._parser = self._poller = None
        self._lost(self)

    # What the parser calls

    def on_message_begin(self) -> None:
        """A second answer behind the first spoils the connection."""
        self._extra = self._complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collects headers; trailers are dropped."""
        if not self._head_done:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Refuses, before any body, what may not be read."""
        if self._complete or self._parser is None:
            return
        self._head_done = True
        self._status = status = self._parser.get_status_code()
        self._keep = self._parser.should_keep_alive()
        if 300 <= status < 400:
            self._fault = redirected(self.place, status)
        elif status < 200:
            self._fault = self._bad(f"has the status {status}, which nobody asked for")
        elif (fault := self._framing(status)) is None:
            return
        elif status >= 400:
            # The status alone says what there is to say: it counts, its body stays unread.
            self._complete, self._keep = True, False
        else:
            self._fault = fault

    def on_body(self, body: bytes) -> None:
        """Collects the body up to its cap."""
        if self._fault is None and not self._complete:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        self._complete = self._head_done

    # Own

    def _framing(self, status: int) -> SourceError | None:
        lengths = [value for name, value in self._headers if name == b"content-length"]
        transfers = [value for name, value in self._headers if name == b"transfer-encoding"]
        codings = [value for name, value in self._headers if name == b"content-encoding"]
        if lengths and transfers:
            return self._bad("gives its length in two ways")
        if len(lengths) > 1 or len(transfers) > 1 or (transfers and transfers[0].strip().lower() != b"chunked"):
            return self._bad("is framed in a way that is not accepted")
        if any(coding.strip().lower() not in (b"", b"identity") for coding in codings):
            return self._bad("is compressed although that was not asked for")
        if not lengths and not transfers and status not in (204, 205):
            return self._bad("tells no length")
        if lengths and int(lengths[0]) > self._body_cap:
            return self._too_large()
        return None

    def _bad(self, what: str) -> BadAnswer:
        return BadAnswer(f"The answer of {self.place} {what}.")

    def _too_large(self) -> BadAnswer:
        return self._bad(f"is larger than the {self._body_cap} bytes that are accepted")

    def _deliver(self) -> None:
        waiter, self._waiter = self._waiter, None
        self.used += 1
        if waiter is not None and not waiter.done():
            body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
            waiter.set_result(HttpAnswer(self._status, self._headers, body))
        self._body, self._headers = [], []
        if (self._extra or not self._keep) and self._transport is not None:
            self._transport.abort()

    def end(self, error: SourceError) -> None:
        """Gives the error to whoever waits and drops the connection."""
        waiter, self._waiter = self._waiter, None
        self._body, self._headers = [], []
        if waiter is not None and not waiter.done():
            waiter.set_exception(WentStale(error) if self.used and not self._seen else error)
        if self._transport is not None:
            self._transport.abort()
