"""The system's keyring, through the library of that name: asked on a thread of its own and for two seconds at most.

On a machine without a desktop there is none; a locked one may wait for a dialog that nobody sees; a broken one hangs. None of that
may hold up the console, and none of it ever leads to a token in a plain file.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from console.domain.errors import ConsoleError

SERVICE: Final = "dsr-console"
READ_S: Final = 2.0
WRITE_S: Final = 60.0
"""Whoever stores a token sits before the screen, and may have to unlock the keyring first."""

_Result = TypeVar("_Result")
_log = logging.getLogger("dsr.settings")
_asking = threading.Semaphore(1)
"""Held by a question that is not answered yet; a keyring that hangs costs one thread, not one per try."""


class KeyringUnusable(ConsoleError):
    """Absent, locked, or without an answer: one sentence, and what to do."""


def fetch(origin: str, limit_s: float = READ_S) -> str | None:
    """The token kept for a balancer (`https://dsrm.example:8443`); None: none is kept. Raises KeyringUnusable."""
    return _asked(lambda: _library().get_password(SERVICE, origin), limit_s)


def store(origin: str, token: str, limit_s: float = WRITE_S) -> str:
    """Keeps a token; returns the name of the keyring. Raises KeyringUnusable: then it is kept nowhere."""

    def work() -> str:
        _library().set_password(SERVICE, origin, token)
        if _library().get_password(SERVICE, origin) != token:
            raise KeyringUnusable("The keyring took the token and does not give it back: nothing is kept.")
        return _name()

    return _asked(work, limit_s)


def forget(origin: str, limit_s: float = WRITE_S) -> bool:
    """Removes a token; False: there was none. Raises KeyringUnusable."""

    def work() -> bool:
        if _library().get_password(SERVICE, origin) is None:
            return False
        _library().delete_password(SERVICE, origin)
        return True

    return _asked(work, limit_s)


def _asked(work: Callable[[], _Result], limit_s: float) -> _Result:
    """What `work` returns or raises, on a daemon thread: one that hangs does not hold up the program's end."""
    if not _asking.acquire(timeout=limit_s):
        raise KeyringUnusable(_silent(limit_s))
    found: list[_Result] = []
    problems: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001  backends raise what their system raises; it is told below
            problems.append(error)
        finally:
            _asking.release()
            done.set()

    threading.Thread(target=run, name="dsr-keyring", daemon=True).start()
    if not done.wait(limit_s):
        raise KeyringUnusable(_silent(limit_s))
    if problems:
        raise _words(problems[0])
    return found[0]


def _library() -> Any:
    """Loaded where it is needed, which may fail or hang by itself: looking for its backends takes a quarter of a second."""
    return importlib.import_module("keyring")


def _name() -> str:
    backend = _library().get_keyring()
    return f"{type(backend).__module__.rpartition('.')[2]} {type(backend).__name__}"


def _silent(limit_s: float) -> str:
    return f"The keyring did not answer within {limit_s:g} s: unlock it, or name another source of the token."


def _words(error: BaseException) -> KeyringUnusable:
    """By the name of the error: the library itself may be what is missing."""
    if isinstance(error, KeyringUnusable):
        return error
    match type(error).__name__:
        case "NoKeyringError" | "ModuleNotFoundError" | "ImportError":
            text = "There is no keyring on this machine: name another source of the token."
        case "KeyringLocked" | "InitError":
            text = "The keyring is locked: unlock it, or name another source of the token."
        case name:
            # The error's own words are not told: nobody knows what a backend writes into them.
            text = f"The keyring failed ({name}): mend it, or name another source of the token."
    _log.info("the keyring: %s", type(error).__name__)
    return KeyringUnusable(text)
