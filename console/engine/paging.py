"""`--on-alarm`: runs a command per alarm change with its JSON on stdin. Bounded in time and number; its failures are told."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from console.domain.tasks import spawn

_AT_ONCE: Final = 4
_MOST_WAITING: Final = 200


class Pager:
    """Starts `command` (no shell) for each alarm. `tell` receives one sentence per failure. Lives on the running loop."""

    def __init__(
        self,
        command: Sequence[str],
        tell: Callable[[str], None],
        *,
        environ: Mapping[str, str] | None = None,
        timeout_s: float = 30.0,
    ) -> None:
        self._command = tuple(command)
        self._tell = tell
        self._environ = None if environ is None else dict(environ)
        self._timeout_s = timeout_s
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._runs: set[asyncio.Task[None]] = set()

    def page(self, line: str) -> None:
        """Sends one alarm on its way."""
        if len(self._runs) >= _MOST_WAITING:
            self._tell(f"--on-alarm: {_MOST_WAITING} alarms wait already; this one was not sent: {line}")
            return
        run = spawn(self._run(line), "on-alarm")
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)

    async def close(self, grace_s: float = 2.0) -> None:
        """Lets running commands end within `grace_s`, then kills them."""
        if not self._runs:
            return
        _, late = await asyncio.wait(self._runs, timeout=grace_s)
        for run in late:
            run.cancel()
        if late:
            await asyncio.wait(late)

    async def _run(self, line: str) -> None:
        async with self._room:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=None,
                    env=self._environ,
                    start_new_session=os.name != "nt",
                )
            except OSError as error:
                self._tell(f"--on-alarm: {self._command[0]} could not be started: {error.strerror or error}.")
                return
            try:
                async with asyncio.timeout(self._timeout_s):
                    await process.communicate(line.encode() + b"\n")
            except TimeoutError:
                self._tell(f"--on-alarm: {self._command[0]} took more than {self._timeout_s:g} s and was killed.")
                return
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):  # it ended in this very moment
                        process.kill()
                    await process.wait()
            if process.returncode:
                self._tell(f"--on-alarm: {self._command[0]} ended with code {process.returncode}.")
