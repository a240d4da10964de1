"""What others have told us to leave be. One per endpoint, shared by all its clients, so that none of them tries what another was told."""

from __future__ import annotations

from typing import Final

from console.domain.errors import Busy, Untrusted

Origin = tuple[str, str, int]
TRUST_PAUSE_S: Final = 30.0
"""After a failure of trust nobody is called again for so long: certificates are mended by people."""
_MOST: Final = 20_000


class Restraint:
    """Times are seconds of one monotonic clock, the loop's."""

    def __init__(self) -> None:
        self._shut: dict[Origin, tuple[float, Untrusted]] = {}
        self._quiet: dict[Origin, float] = {}

    def distrusted(self, origin: Origin, error: Untrusted, now_s: float) -> None:
        """One of the two ends did not accept the other."""
        if len(self._shut) >= _MOST:
            self._shut.clear()
        self._shut[origin] = now_s + TRUST_PAUSE_S, error

    def check_trust(self, origin: Origin, now_s: float) -> None:
        """Raises what the last try met, as long as no new one may be made."""
        if (shut := self._shut.get(origin)) is None:
            return
        until_s, error = shut
        if now_s < until_s:
            raise Untrusted(str(error))
        del self._shut[origin]

    def asked_to_wait(self, origin: Origin, wait_s: float | None, now_s: float) -> None:
        """A Retry-After of that many seconds."""
        if wait_s:
            self._quiet[origin] = max(now_s + wait_s, self._quiet.get(origin, 0.0))

    def check_wait(self, origin: Origin, place: str, now_s: float) -> None:
        """Raises Busy while that time is not over."""
        left_s = self._quiet.get(origin, 0.0) - now_s
        if left_s > 0:
            raise Busy(f"{place} asked for a pause, {left_s:.0f} s of it are left.", left_s)
