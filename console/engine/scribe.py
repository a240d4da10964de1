"""One thread that writes the journal in order, so that a disk that hangs never holds up a poll."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, runtime_checkable

from console.domain.errors import JournalError
from console.domain.ports import Journal, Json

_log = logging.getLogger("dsr.engine")


@runtime_checkable
class _Closes(Protocol):
    def close(self) -> None: ...


@runtime_checkable
class _Recalls(Protocol):
    def recall(self) -> list[dict[str, Any]]: ...


class _Head(Protocol):
    seq: int
    hash: str


class Scribe:
    """Wraps a Journal. `error` is the newest failure until a line has been written again; `None` as journal: writes nothing."""

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dsr-journal") if journal is not None else None
        self._pending: set[Future[None]] = set()
        self.error: str | None = None

    @property
    def writes(self) -> bool:
        """Whether there is a journal at all."""
        return self._journal is not None

    async def write(self, kind: str, body: Json) -> None:
        """Returns when the line is on disk. Raises JournalError."""
        await asyncio.shield(asyncio.wrap_future(self._submit(kind, body)))

    def note(self, kind: str, body: Json) -> None:
        """The same without waiting; a failure shows in `error` and in the log."""
        if self._thread is None:
            return
        future = self._submit(kind, body)
        self._pending.add(future)
        future.add_done_callback(self._noted)

    async def recall(self) -> list[dict[str, Any]]:
        """The newest records of this and earlier runs, oldest first; none where the journal cannot be read back. Raises JournalError."""
        if self._thread is None or not isinstance(self._journal, _Recalls):
            return []
        return await asyncio.wrap_future(self._thread.submit(self._journal.recall))

    @property
    def head(self) -> tuple[int, str] | None:
        """Number and hash of the newest line; None where the journal keeps no chain."""
        head: _Head | None = getattr(self._journal, "head", None)
        return None if head is None else (head.seq, head.hash)

    def probe(self) -> None:
        """Tries again after a failure, unless a try is under way."""
        if self.error is not None and not self._pending:
            self.note("resumed", {"after": self.error})

    async def close(self) -> None:
        """Waits for what was noted, then closes the journal where it can be closed."""
        if self._thread is not None:
            await asyncio.to_thread(self._thread.shutdown)
        if isinstance(self._journal, _Closes):
            self._journal.close()

    def _submit(self, kind: str, body: Json) -> Future[None]:
        if self._thread is None:
            raise JournalError("There is no journal to write to.")
        return self._thread.submit(self._append, kind, body)

    def _append(self, kind: str, body: Json) -> None:
        assert self._journal is not None  # there is a thread only with a journal
        try:
            self._journal.append(kind, body)
        except JournalError as error:
            if self.error is None:  # the tries that follow fail for the same reason
                _log.error("%s", error)
            self.error = str(error)
            raise
        self.error = None

    def _noted(self, future: Future[None]) -> None:
        self._pending.discard(future)
        if (error := future.exception()) is not None and not isinstance(error, JournalError):
            _log.error("a line for the journal was lost: %r", error)
