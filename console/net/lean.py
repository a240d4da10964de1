"""Import this before httpx: where its command line's packages happen to be installed, httpx would load all of them (60 ms of start-up).

httpx looks for them by importing `httpx._main` and does without it where that fails; nobody here needs it.
"""

from __future__ import annotations

import sys

if "httpx" not in sys.modules:
    sys.modules["httpx._main"] = None  # pyright: ignore[reportArgumentType]  documented: None makes the import fail
