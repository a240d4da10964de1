"""What became of one client's session, as the client saw it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Outcome = Literal["completed", "partial_client_timeout", "partial_server_timeout", "partial_server_death", "refused"]
OnEvent = Callable[[str], None]
"""Gets each message of the server as it comes, `s` and `e` included; over HTTP the one result."""


class Spoken(Struct, frozen=True):
    """The outcome, the service's verbatim text where it gave one, and what was recognised until then."""

    outcome: Outcome
    error: str | None = None
    """As on the wire, first letter included: `s can't connect to recognizer server`; over HTTP code and message."""
    first_result_s: float | None = None
    """From the first audio to the first U or A; None: there was none."""
    results: tuple[str, ...] = ()
    """The JSON of each final result."""
    talked_s: float = 0.0
    """From the connect to the end."""
