"""The balancer's own log of changes, followed from reading to reading: who attached and detached what, also between two polls.

The table tells only what is detached now. What was detached and attached again in between counts for the gates all the same, and
whoever lost against it must be told whose it was.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec.structs import replace

from console.decode import decode_events
from console.domain.errors import BadAnswer, SourceError
from console.domain.readings import Change, FleetReading
from console.net import HttpAnswer

_log = logging.getLogger("dsr.sources")
KEPT: Final = 1000
"""Newest changes that a reading carries."""
_AT_ONCE: Final = 1000
"""Most that the contract gives in one answer."""
_MOST_ASKED: Final = 10
"""Answers that are taken for one reading; the rest comes with the next one."""
_LEAST_S: Final = 0.02
_NONE: Final = frozenset({400, 401, 403, 404, 405, 501})
"""A balancer that answers so keeps no log, or not for us."""

Ask = Callable[[str, float], Awaitable[HttpAnswer]]
"""GET of a path within so many seconds. Raises SourceError."""


class ChangeLog:
    """Of one balancer. Asks only where the generation is not the one that is known already."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._life: str | None = None
        self._after = 0
        self._reached: int | None = None
        """The generation up to which everything is known."""
        self._changes: tuple[Change, ...] = ()
        self._tells = True

    async def upto(self, reading: FleetReading, deadline_s: float) -> FleetReading:
        """The reading with what has changed until then. Raises nothing: a log that cannot be read hides no fleet."""
        if reading.incarnation != self._life:
            self._life, self._after, self._reached, self._changes, self._tells = reading.incarnation, 0, None, (), True
        if self._tells and self._reached != reading.generation:
            try:
                whole = await self._read_on(deadline_s)
            except BadAnswer as error:
                _log.warning("this balancer's log of changes cannot be used: %s", error)
                self._tells = False
            except SourceError as error:
                _log.info("the balancer's log of changes could not be read this time: %s", error)
            else:
                self._reached = reading.generation if whole else None
        known = self._reached == reading.generation if self._tells else None
        return replace(reading, changes=self._changes, changes_known=known)

    async def _read_on(self, deadline_s: float) -> bool:
        """Whether that was everything."""
        loop = asyncio.get_running_loop()
        end_s = loop.time() + deadline_s
        for _ in range(_MOST_ASKED):
            left_s = end_s - loop.time()
            if left_s < _LEAST_S:
                return False
            answer = await self._ask(f"/v1/events?after={self._after}&limit={_AT_ONCE}", left_s)
            if answer.status in _NONE:
                raise BadAnswer(f"it answers {answer.status}")
            if answer.status != 200:
                return False
            told, following = decode_events(answer.body)
            self._changes = (*self._changes, *(one for one in told if one.seq > self._after))[-KEPT:]
            if len(told) < _AT_ONCE or following <= self._after:
                self._after = max(self._after, following)
                return True
            self._after = following
        return False
