"""The servers of one pool as columns in two arrays, one of numbers and one of flags."""

from __future__ import annotations

from typing import Final

import numpy as np

from console.domain.frame import Bools, Floats

_NUMBERS: Final = (
    "truth", "limit", "reported", "in_flight", "period", "next_due", "anchor", "anchor_seq", "used_at", "used_seq", "received_at",
    "received_seq", "sent_at", "sent_seq", "sent_connections", "since", "routed", "started", "completed", "refused", "next_poll",
    "phase", "seen_truth", "seen_started", "seen_refused", "seen_at", "backlog", "leaked", "leak", "speed", "born",
    "skew",
)  # fmt: skip
_FLAGS: Final = ("alive", "listed", "attached", "frozen", "refusing", "wrong_id", "muted")


class Columns:
    """All float64 (counts too) or bool, one value per server that ever was in the pool; they only grow."""

    truth: Floats
    limit: Floats
    reported: Floats
    """What the balancer uses; NaN: it holds no report."""
    in_flight: Floats
    period: Floats
    next_due: Floats
    """When the next healthy report comes; inf: there is none (dead, muted, or `odd`)."""
    anchor: Floats
    anchor_seq: Floats
    """A healthy report's number is counted from here."""
    used_at: Floats
    used_seq: Floats
    received_at: Floats
    received_seq: Floats
    sent_at: Floats
    sent_seq: Floats
    """Of the newest report before `anchor`; for servers without a healthy one, of the newest."""
    sent_connections: Floats
    since: Floats
    """When it joined, or reported again after a pause."""
    routed: Floats
    started: Floats
    completed: Floats
    refused: Floats
    """By the server itself."""
    next_poll: Floats
    phase: Floats
    seen_truth: Floats
    seen_started: Floats
    seen_refused: Floats
    seen_at: Floats
    """As of its newest status poll."""
    backlog: Floats
    """Seconds of audio that wait."""
    leaked: Floats
    leak: Floats
    """Bytes, and bytes per second."""
    speed: Floats
    """1: as planned."""
    born: Floats
    skew: Floats
    """Seconds that its wall clock is ahead."""
    alive: Bools
    listed: Bools
    attached: Bools
    frozen: Bools
    refusing: Bools
    wrong_id: Bools
    muted: Bools

    def __init__(self) -> None:
        self._numbers = np.empty((len(_NUMBERS), 0))
        self._flags = np.empty((len(_FLAGS), 0), dtype=np.bool_)
        self._bind()

    def grow(self, count: int) -> None:
        """So many more servers, all zeros."""
        self._numbers = np.hstack([self._numbers, np.zeros((len(_NUMBERS), count))])
        self._flags = np.hstack([self._flags, np.zeros((len(_FLAGS), count), dtype=np.bool_)])
        self._bind()

    def clear(self, index: int, kept: tuple[str, ...]) -> None:
        """Zeros for one server, but for the columns that are named."""
        self._numbers[[row for row, name in enumerate(_NUMBERS) if name not in kept], index] = 0.0
        self._flags[[row for row, name in enumerate(_FLAGS) if name not in kept], index] = False

    def _bind(self) -> None:
        for row, name in enumerate(_NUMBERS):
            setattr(self, name, self._numbers[row])
        for row, name in enumerate(_FLAGS):
            setattr(self, name, self._flags[row])
