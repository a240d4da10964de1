"""Loading modules without looking for garbage meanwhile: what they make stays, and walking it again and again costs 0.1 s of start-up."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Generator


@contextlib.contextmanager
def loading() -> Generator[None]:
    """Collection rests within the block; afterwards it is as it was."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
