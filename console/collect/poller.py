"""The turns of one server: when it is asked, and what becomes of the answer."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable

from console.collect.frames import FrameBuilder
from console.collect.order import Order, Stale, stale_status
from console.collect.schedule import fingerprint, next_turn, pause, phase
from console.collect.settings import PollSettings
from console.domain.clock import Clock
from console.domain.errors import BadAnswer, Busy, SourceError
from console.domain.ports import Source
from console.domain.readings import ServerEntry, StatusReading
from console.domain.tasks import spawn

_log = logging.getLogger("dsr.collect")


class Poller:
    """Asks one server once per interval at its own phase, one request at a time, until it is stopped.

    After failures it pauses for some turns, never for good. A server that is listed anew, at another address or as
    another incarnation, is asked at its next turn.
    """

    __slots__ = (
        "_builder",
        "_clock",
        "_last",
        "_mark",
        "_misses",
        "_not_before",
        "_order",
        "_phase",
        "_server",
        "_settings",
        "_source",
        "_start_s",
        "_task",
        "_timer",
        "_wake_up",
    )

    def __init__(
        self,
        server: ServerEntry,
        source: Source,
        builder: FrameBuilder,
        clock: Clock,
        settings: PollSettings,
        start_s: float,
        wake_up: Callable[[], None],
    ) -> None:
        """`wake_up` is called at each turn: who comes first after a suspend tells all others."""
        self._wake_up = wake_up
        self._server = server
        self._source = source
        self._builder = builder
        self._clock = clock
        self._settings = settings
        self._start_s = start_s
        self._mark = fingerprint(server.id)
        self._phase = phase(self._mark)
        self._misses = 0
        self._order = Order(stale_status)
        self._last = -1
        self._not_before = 0
        """Turn until which it asked to be left alone."""
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._plan(1)

    def learn(self, server: ServerEntry) -> None:
        """The balancer's newest words about it."""
        known, self._server = self._server, server
        moved = (known.status_url, known.address, known.incarnation) != (
            server.status_url,
            server.address,
            server.incarnation,
        )
        if moved and self._misses:
            self._misses = 0
            if self._timer is not None:
                self._timer.cancel()
                self._plan(1)

    def wake(self) -> None:
        """Pauses from before a suspend are over: its next turn is the next there is."""
        self._misses = 0
        if self._timer is not None:
            self._timer.cancel()
            self._plan(1)  # a server that asked for a pause keeps it

    def stop(self) -> asyncio.Task[None] | None:
        """Ends its turns. Returns the request that is under way, cancelled, if there is one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            self._task.cancel()
        return self._task

    def _plan(self, turns: int) -> None:
        """Sets the timer for the `turns`-th turn from now."""
        interval_s, now_s = self._settings.interval_s, self._clock.monotonic()
        turn = next_turn(self._start_s, interval_s, self._phase, now_s, self._last) + turns - 1
        turn = max(turn, self._not_before)
        due_s = self._start_s + (turn + self._phase) * interval_s
        self._timer = asyncio.get_running_loop().call_later(due_s - now_s, self._fire, turn)

    def _fire(self, turn: int) -> None:
        self._timer = None
        self._wake_up()
        self._last = turn
        self._task = spawn(self._poll(), self._server.id)

    async def _poll(self) -> None:
        server = self._server.id
        turns = 1
        try:
            reading = self._checked(await self._source.status(self._server))
        except SourceError as error:
            turns = self._failed(error)
        except Exception as error:  # noqa: BLE001  the border of a poller: it reports, with the traceback in the log, and goes on
            _log.exception("polling %s failed in a way that was not foreseen", server)
            turns = self._failed(
                BadAnswer(f"Reading it failed in the console itself: {type(error).__name__}; see the log.")
            )
        else:
            self._misses = 0
            self._builder.status_read(server, reading, self._clock.monotonic())
        self._task = None
        self._plan(turns)

    @property
    def dropped(self) -> int:
        """Answers that came late or twice, and were not used."""
        return self._order.dropped

    def _checked(self, reading: StatusReading) -> StatusReading:
        """The same. Raises BadAnswer for one that is late or repeated: it is counted, and tells nothing of now."""
        why = self._order.take(reading)
        if why is None:
            return reading
        if why is Stale.LATE:
            raise BadAnswer("Its answer is older than the one before; it was not used.")
        raise BadAnswer("Its answer is the one before once more; it was not used.")

    def _failed(self, error: SourceError) -> int:
        """Tells the builder; returns the turns until the next try."""
        self._misses += 1
        self._builder.status_failed(self._server.id, error)
        turns = pause(self._misses, self._mark, self._settings.backoff_polls)
        if isinstance(error, Busy) and error.retry_after_s is not None:
            pause_turns = math.ceil(error.retry_after_s / self._settings.interval_s) + 1
            self._not_before = self._last + pause_turns
            turns = max(turns, pause_turns)
        return turns
