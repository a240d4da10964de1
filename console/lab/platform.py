"""What the lab asks of the operating system: file limits, and that no child outlives its starter."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shlex
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_MOST_FILES: Final = 65_536


def command() -> str:
    """How to call `dsr-console` in another terminal: by its name where the shell finds it, else by the path it runs from."""
    beside = Path(sys.executable).with_name("dsr-console")
    return "dsr-console" if shutil.which("dsr-console") or not beside.exists() else shlex.quote(str(beside))


def raise_file_limit() -> None:
    """Soft limit of open files up to min(hard, 65536): each session and each port is one."""
    if sys.platform == "win32":
        return
    import resource  # no such module on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def die_with_parent(parent: int) -> None:
    """Linux: SIGKILL when the starter dies. Elsewhere the end of the pipe from it has to do, as it does here too."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)


def on_stop_signals(stop: Callable[[], None]) -> None:
    """Calls `stop` on the running loop at SIGINT and SIGTERM. Does nothing outside of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()

    def stop_soon(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":
            signal.signal(number, stop_soon)
        else:
            loop.add_signal_handler(number, stop)


def read_stdin(feed: Callable[[bytes], None]) -> None:
    """Hands what comes on standard input to `feed` on the running loop; b"" is its end.

    A thread with bare os.read: pipes of Windows know no asyncio, and a lock of sys.stdin would outlive the interpreter.
    """
    loop = asyncio.get_running_loop()

    def pump() -> None:
        while True:
            try:
                data = os.read(0, 65_536)
            except OSError:
                data = b""
            try:
                loop.call_soon_threadsafe(feed, data)
            except RuntimeError:  # the loop has ended; nobody listens any more
                return
            if not data:
                return

    threading.Thread(target=pump, name="stdin", daemon=True).start()
