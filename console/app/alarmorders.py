"""What an operator says to alarms, on its way to the engine; one sentence says what became of it. None of it touches a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Final

from console.app.fleet import EngineHandle
from console.domain.errors import ConsoleError
from console.domain.lifecycle import Key
from console.domain.tasks import spawn
from console.present import acknowledged, noted, reason, shelved, unshelved
from widgets.viewdata import Phrase

PATIENCE_S: Final = 15.0
"""The engine answers within its own deadlines; after this long it is the engine that hangs."""


class AlarmOrders:
    """`said` takes the sentence, on the GUI thread."""

    def __init__(self, handle: EngineHandle, name: str, said: Callable[[Phrase], None]) -> None:
        self._handle = handle
        self._name = name or None
        self._said = said

    def acknowledge(self, keys: Sequence[Key], note: str = "") -> None:
        """These alarms; they are known from now on."""
        given = tuple(keys)
        work = self._handle.engine.acknowledge(given, note, self._name)
        self._send(work, lambda kept: acknowledged(given, kept=kept))

    def shelve(self, key: Key, why: str, seconds: float | None) -> None:
        """Sets it aside for a time."""
        work = self._handle.engine.shelve(key, why, seconds, self._name)
        self._send(work, lambda kept: shelved(key, seconds, kept=kept))

    def unshelve(self, key: Key) -> None:
        """Takes it back."""
        self._send(self._handle.engine.unshelve(key, self._name), lambda kept: unshelved(key, kept=kept))

    def note(self, key: Key | None, text: str, server: str | None) -> None:
        """Writes it down: on an alarm, else on a server, else on the situation."""
        work = self._handle.engine.note(key, text, self._name, server)
        self._send(work, lambda kept: noted(key, server, kept=kept))

    def _send(self, work: Any, done: Callable[[bool], Phrase]) -> None:
        try:
            future: Future[bool] = self._handle.submit(work)
        except RuntimeError as error:
            self._said(reason(f"Nothing was changed: {error}. Restart the console."))
        else:
            spawn(self._answer(future, done), "an order on alarms")

    async def _answer(self, future: Future[bool], done: Callable[[bool], Phrase]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                kept = await asyncio.shield(asyncio.wrap_future(future))
        except TimeoutError:
            self._said(reason("No word from the engine: look at the alarms, then try again."))
        except ConsoleError as error:
            self._said(reason(str(error)))
        except Exception as error:
            self._said(reason(f"The console failed ({type(error).__name__}): look at the alarms, then try again."))
            raise
        else:
            self._said(done(kept))
