"""The ports: what a room needs of the world, as Protocols. The same for a live fleet, a recording and a simulation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol, runtime_checkable

from console.domain.actions import Answer, Intent
from console.domain.frame import Frame
from console.domain.readings import FleetReading, ServerEntry, StatusReading
from console.domain.safety import Role
from console.domain.view import Dropped

Json = Mapping[str, object]


class Source(Protocol):
    """One kind of balancer and its servers. Every failure is a `SourceError`."""

    async def fleet(self) -> FleetReading:
        """The balancer's table, within the source's deadline."""
        ...

    async def status(self, server: ServerEntry) -> StatusReading:
        """What one server says of itself, within the source's deadline."""
        ...

    def renew(self) -> None:
        """Drops connections that nobody uses just now: after a sleep their other ends are gone."""
        ...

    async def close(self) -> None:
        """Ends all connections."""
        ...


class FrameFeed(Protocol):
    """Where Frames come from: collect (live), replay, sim."""

    def frames(self) -> AsyncIterator[Frame]:
        """Frames in order, for ever (live) or to the recording's end."""
        ...

    async def close(self) -> None:
        """Ends the feed; `frames` then stops."""
        ...


@runtime_checkable
class Dropping(Protocol):
    """A feed that tells how many answers it did not use, as they came late or twice."""

    @property
    def dropped(self) -> Dropped:
        """Since it began."""
        ...


class Actuator(Protocol):
    """Carries one request to the balancer. Never retries; a lost reply is `Answer(status=None)`."""

    async def send(self, intent: Intent, etag: str) -> Answer:
        """Detach, attach or cut, with If-Match `etag` and the intent's key."""
        ...

    async def close(self) -> None:
        """Ends all connections."""
        ...


@runtime_checkable
class Cutter(Protocol):
    """An Actuator whose balancer may be able to cut sessions."""

    async def cuts(self, server: str) -> bool | None:
        """Whether it can, found out without writing anything; None: it does not say. Raises SourceError."""
        ...


class Identity(Protocol):
    """Asks the balancer who this console is there."""

    async def granted(self) -> tuple[Role | None, str | None]:
        """Role and name; None: it does not tell. Raises SourceError; `Denied` is an answer too: nothing may be done."""
        ...


class Journal(Protocol):
    """Append-only record of intents and outcomes."""

    def append(self, kind: str, body: Json) -> None:
        """Writes and fsyncs one line. Raises JournalError; then nothing may be sent."""
        ...
