"""The one error tree. Throw early, catch late; every message is one sentence that says what is wrong and what to do.

ConsoleError
├── SettingsError            a settings file, a flag, a scenario: where and the remedy
├── SourceError              a reading could not be had; carries the `Reach` that the row will show
│   ├── Unreachable          refused, reset, no route, no name
│   │   └── Untrusted        TLS: one of the two ends does not accept the other's certificate
│   ├── DeadlinePassed       no whole answer within the deadline
│   ├── BadAnswer            truncated, too large, not the contract, compressed, redirected
│   ├── Denied               401 or 403
│   ├── Busy                 429 or 503, with `retry_after_s`
│   ├── WrongServer          the answer's id is not the one asked for
│   ├── NotAllowed           the address may not be called from here
│   └── NoAddress            the balancer lists no address to be called
├── ActionRefused            the console's own gates said no
└── JournalError             the journal could not be written: nothing may be sent
"""

from __future__ import annotations

from console.domain.states import Reach


class ConsoleError(Exception):
    """Base of everything this product raises on purpose."""


class SettingsError(ConsoleError):
    """A settings file, a flag or a scenario is wrong. `line` is 1-based where known."""

    def __init__(self, message: str, *, where: str | None = None, line: int | None = None, remedy: str = "") -> None:
        place = ":".join(str(part) for part in (where, line) if part is not None)
        super().__init__(": ".join(part for part in (place, message) if part) + (f" {remedy}" if remedy else ""))
        self.where = where
        self.line = line
        self.remedy = remedy


class SourceError(ConsoleError):
    """A reading could not be had."""

    reach: Reach = Reach.UNREACHABLE


class Unreachable(SourceError):
    """No connection: refused, reset, no route, no such name."""


class Untrusted(Unreachable):
    """TLS: one end does not accept what the other shows. No request was sent, and trying again at once helps nobody."""


class DeadlinePassed(SourceError):
    """No whole answer within the total deadline."""

    reach = Reach.TIMEOUT


class BadAnswer(SourceError):
    """The answer breaks HTTP, a size cap or the contract."""

    reach = Reach.INVALID


class Denied(SourceError):
    """401 or 403."""

    reach = Reach.DENIED


class Busy(SourceError):
    """429 or 503: come back later."""

    reach = Reach.BUSY

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class WrongServer(SourceError):
    """Another server answers at this address."""

    reach = Reach.WRONG_SERVER


class NotAllowed(SourceError):
    """The listed address may not be called from this workstation."""

    reach = Reach.NOT_ALLOWED


class NoAddress(SourceError):
    """The balancer lists no status address for the server."""

    reach = Reach.NO_ADDRESS


class ActionRefused(ConsoleError):
    """A gate of the console refused; `gate` is its machine word."""

    def __init__(self, gate: str, message: str) -> None:
        super().__init__(message)
        self.gate = gate


class JournalError(ConsoleError):
    """The journal could not be written, so nothing may be sent."""
