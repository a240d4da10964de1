"""What the commands without a window share: signals, the engine's end, remarks on stderr."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Generator


def tell(sentence: str) -> None:
    """One remark for the person at the terminal."""
    sys.stderr.write(f"dsr-console: {sentence}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def stop_signals(stop: Callable[[], None]) -> Generator[None]:
    """Calls `stop` on the running loop at SIGINT and SIGTERM. Where the platform lacks it, Ctrl+C raises as usual."""
    loop = asyncio.get_running_loop()
    taken: list[signal.Signals] = []
    with contextlib.suppress(NotImplementedError):  # Windows
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)


async def end(running: asyncio.Task[None]) -> None:
    """Cancels the engine and waits for it; an exception that it died of is raised here."""
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
