"""The engine on a thread of its own, with a stock asyncio loop: for a window that must never wait for it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.loop import Engine

_log = logging.getLogger("dsr.engine")
_Result = TypeVar("_Result")
STOP_S = 3.0
START_S = 10.0


class EngineThread:
    """`factory` builds the engine inside the thread, with its loop running. `on_failure` hears, in that thread, of what killed it."""

    def __init__(
        self, factory: Callable[[], Engine], on_failure: Callable[[BaseException], None] | None = None
    ) -> None:
        self._factory = factory
        self._on_failure = on_failure
        self._thread = threading.Thread(target=self._run, name="dsr-engine", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._halt: asyncio.Event | None = None
        self._engine: Engine | None = None
        self.failure: BaseException | None = None
        """What the engine died of; None while it lives or after a proper stop."""

    @property
    def engine(self) -> Engine:
        """The engine, once started. Its coroutines go through `submit`."""
        if self._engine is None:
            raise RuntimeError("the engine is not started")
        return self._engine

    @property
    def newest(self) -> View | None:
        """The newest View; safe from any thread."""
        return None if self._engine is None else self._engine.newest

    @property
    def alive(self) -> bool:
        """Whether the thread runs. A live thread may still stand still: look at the View's age."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Returns once the engine is built. Raises what the factory raised."""
        self._thread.start()
        if not self._ready.wait(START_S):
            raise TimeoutError(f"the engine was not built within {START_S:g} s")
        if self._engine is None and self.failure is not None:
            self._thread.join(STOP_S)
            raise self.failure

    def submit(self, work: Coroutine[Any, Any, _Result]) -> Future[_Result]:
        """Runs a coroutine of the engine on its loop. Raises RuntimeError where it does not run."""
        if self._loop is None or self._loop.is_closed() or not self._thread.is_alive():
            work.close()
            raise RuntimeError("the engine does not run")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self, timeout_s: float = STOP_S) -> None:
        """Cancels and closes everything. Raises TimeoutError where the thread does not end in time."""
        loop, halt = self._loop, self._halt
        if loop is not None and halt is not None and self._thread.is_alive():
            try:
                loop.call_soon_threadsafe(halt.set)
            except RuntimeError:  # it closed its loop between the two lines: it is ending by itself
                _log.debug("the engine's loop had ended already")
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                raise TimeoutError(f"the engine's thread did not end within {timeout_s:g} s")

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._main())
        except BaseException as error:  # noqa: BLE001  handed to whoever started the thread
            self.failure = error
            _log.exception("the engine died")
            if self._on_failure is not None and self._engine is not None:
                self._on_failure(error)
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop, self._halt = asyncio.get_running_loop(), asyncio.Event()
        self._engine = self._factory()
        self._ready.set()
        running, halted = spawn(self._engine.run(), "engine"), spawn(self._halt.wait(), "halt")
        await asyncio.wait({running, halted}, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
        if running.done():
            running.result()
            return
        running.cancel()
        await asyncio.wait({running})
        if not running.cancelled():
            running.result()
