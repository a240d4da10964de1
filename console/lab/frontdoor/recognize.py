"""One request on the synchronous HTTP interface: the audio goes on to a recogniser as it comes, one answer goes back.

Errors travel inside a 200. Which code stands for which failure is partly our assumption: see texts.py. DSRM is told the `s`
error that the same cause gives on the WebSocket interface, so that both interfaces are counted by the same texts.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct

from console.domain.tasks import spawn
from console.lab.frontdoor import texts
from console.lab.frontdoor.form import SNIFFED_BYTES, Form
from console.lab.frontdoor.http1 import Head
from console.lab.frontdoor.keys import Keys
from console.lab.frontdoor.limits import DoorLimits
from console.lab.frontdoor.link import Over
from console.lab.frontdoor.multipart import BadForm
from console.lab.frontdoor.talk import DEFAULT_ENGINE
from console.lab.frontdoor.texts import Code
from console.lab.frontdoor.upload import Upload
from console.lab.frontdoor.way import Outcome, Refusal, Seat, Wanted, Way


class Recognized(Struct, frozen=True):
    """What a client is told: the session (None: it came to none), the code, and the recogniser's final results."""

    session: str | None
    code: Code
    results: list[bytes]


class Recognition:
    """One request. Cancelled where the client hangs up; the recogniser and DSRM hear of it then."""

    def __init__(self, way: Way, keys: Keys, limits: DoorLimits) -> None:
        self._way = way
        self._keys = keys
        self._limits = limits
        self._seat: Seat | None = None
        self._session: str | None = None
        self._results: list[bytes] = []
        self._over: asyncio.Future[tuple[Over, bytes]] = asyncio.get_running_loop().create_future()
        self._writable = asyncio.Event()
        self._writable.set()

    async def run(self, head: Head, upload: Upload) -> Recognized:
        """Reads the request to its end, or to where more of it would change nothing."""
        try:
            try:
                form = Form(head)
                async with asyncio.timeout(self._limits.upload_s):
                    code = await self._receive(form, upload)
            except BadForm:
                self._end("refused", texts.P_BAD_FORMAT)
                code = texts.FORMAT
            except TimeoutError:
                self._end("partial_server_timeout", texts.E_TIMEOUT_DURING)
                code = texts.CLIENT_TIMEOUT
            if code == texts.NONE and self._seat is not None:
                code = await self._await_result()
        except asyncio.CancelledError:
            self._end("partial_client_timeout")
            raise
        return Recognized(self._session, code, self._results)

    async def _receive(self, form: Form, upload: Upload) -> Code:
        """Passes the audio on. Raises BadForm, and TimeoutError where the client falls silent."""
        limits = self._limits
        code, size, start = texts.NONE, 0, b""
        while code == texts.NONE and (data := await upload.read(limits.no_communication_s)) is not None:
            audio = form.feed(data)
            size += len(audio)
            if size > limits.http_audio_bytes:
                code = texts.TOO_LARGE
                self._end("refused", code.message)
            elif self._seat is not None:
                code = await self._feed(audio)
            else:
                start += audio
                if len(start) >= SNIFFED_BYTES:
                    code = await self._begin(form, start)
        if code == texts.NONE and self._seat is None:
            code = await self._begin(form, start)
        if code != texts.NONE:
            await self._drain(upload)
        return code

    async def _drain(self, upload: Upload) -> None:
        """Reads a refused request on for a while: many clients look for an answer only when they have sent everything."""
        try:
            async with asyncio.timeout(self._limits.drain_s):
                while await upload.read(self._limits.drain_s) is not None:
                    pass
        except TimeoutError:
            return

    async def _begin(self, form: Form, start: bytes) -> Code:
        """Opens the session and feeds what has come; without any audio there is nothing to recognise, and no session."""
        if not self._keys.accept(form.key):
            return texts.AUTHORITY
        audio_format = form.audio_format(start)
        if audio_format is None:
            return texts.FORMAT
        pool = f"{form.engine or DEFAULT_ENGINE}/{audio_format.pool_rate}k"
        if pool not in self._way.pools:
            return texts.AUTHORITY  # no key of this lab may use an engine that it has not
        if not start:
            return texts.NONE
        wanted = Wanted("http", pool, audio_format.name)
        opening = spawn(self._way.open(wanted), "opening of a session")
        try:
            opened = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(self._give_back)
            raise
        if isinstance(opened, Refusal):
            return texts.CONNECT
        self._seat, self._session = opened, opened.session
        opened.link.listen(self)
        return await self._feed(start)

    def _give_back(self, opening: asyncio.Task[Seat | Refusal]) -> None:
        """A seat that was got for a client who is gone."""
        if not opening.cancelled() and isinstance(seat := opening.result(), Seat):
            self._way.end(seat, "http", "partial_client_timeout")

    async def _feed(self, audio: bytes) -> Code:
        assert self._seat is not None, "somebody feeds it only then"
        try:
            async with asyncio.timeout(self._limits.stalled_s):
                await self._writable.wait()
        except TimeoutError:
            self._end("partial_server_timeout", texts.SEND.message)
            return texts.SEND
        if self._over.done():
            return self._failed(texts.SEND)
        self._seat.link.feed(audio)
        return texts.NONE

    async def _await_result(self) -> Code:
        assert self._seat is not None, "there is one to await"
        self._seat.link.end()
        done, _ = await asyncio.wait([self._over], timeout=self._limits.result_s)
        if not done:
            self._end("partial_server_timeout", texts.RECEIVE.message)
            return texts.RECEIVE
        if self._over.result()[0] is Over.DONE:
            self._end("completed")
            return texts.NONE
        return self._failed(texts.RECEIVE)

    def _failed(self, code: Code) -> Code:
        """The recogniser gave up."""
        if self._over.result()[1] == texts.P_BAD_FORMAT.encode():
            self._end("refused", texts.P_BAD_FORMAT)
            return texts.FORMAT
        self._end("partial_server_death", texts.P_CANNOT_FEED)
        return code

    def _end(self, outcome: Outcome, error: str | None = None) -> None:
        if self._seat is not None:
            self._way.end(self._seat, "http", outcome, error)
            self._seat = None

    # The recogniser

    def on_text(self, text: bytes) -> None:
        """Final results are kept for the one answer; events mean nothing here."""
        if text.startswith(b"A "):
            self._results.append(text[2:])

    def on_over(self, over: Over, text: bytes) -> None:
        """It has said all, or failed."""
        self._over.set_result((over, text))
        self._writable.set()

    def on_full(self, full: bool) -> None:
        """The client is held back while the recogniser does not read."""
        (self._writable.clear if full else self._writable.set)()
