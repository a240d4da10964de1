"""Waiting for an outcome instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], what: str, within_s: float = 30.0) -> T:
    """The first true answer of `look`. The watchdog is generous: it says that something never came, not that it came late."""
    end = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.02)
    return found
