"""Polls a balancer and all its servers, for ever, and gives out one Frame per interval."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from console.collect.frames import FrameBuilder
from console.collect.order import Order, Stale, stale
from console.collect.poller import Poller
from console.collect.rows import HISTORY_TICKS
from console.collect.schedule import current_turn
from console.collect.settings import PollSettings
from console.domain.clock import Clock, suspended_s
from console.domain.errors import BadAnswer, Busy, DeadlinePassed, Denied, SourceError
from console.domain.frame import Frame
from console.domain.ports import Source
from console.domain.readings import FleetReading
from console.domain.tasks import spawn
from console.domain.view import Dropped

_log = logging.getLogger("dsr.collect")
_SLEPT_S = 2.0
"""A boot clock that gains more than this on the monotonic one between two ticks: the machine was suspended."""
_LONGEST_DENIED_S = 30.0  # a wrong token is not hammered with: at most one try in 30 s


class Collector:
    """A FrameFeed of a live fleet.

    At each tick the balancer is asked; its answer, its error or the deadline makes the Frame, with the newest readings
    of the servers. Each server is polled once per interval at a phase of its own, one request at a time; one that
    fails is tried less often, yet for ever. Ticks that a stalled machine missed are left out. It closes its source.
    """

    def __init__(
        self,
        source: Source,
        clock: Clock,
        settings: PollSettings | None = None,
        *,
        history_ticks: int = HISTORY_TICKS,
    ) -> None:
        self._source = source
        self._clock = clock
        self._settings = settings or PollSettings()
        self._builder = FrameBuilder(self._settings.interval_s, history_ticks)
        self._pollers: dict[str, Poller] = {}
        self._start_s: float | None = None
        self._read = False
        self._tick: asyncio.Task[Frame] | None = None
        self._ask_from_s = -1.0
        """The balancer is left alone until then (401, or its own Retry-After)."""
        self._denials = 0
        self._failure: SourceError | None = None
        self._closed = False
        self._suspended_s = suspended_s(clock)
        self._order = Order(stale)
        self._gone_dropped = 0

    async def frames(self) -> AsyncIterator[Frame]:
        """Frames for ever, until `close`. One reader at a time; one that died may be followed by the next."""
        if self._read:
            raise RuntimeError("the Frames of a collector have one reader at a time")
        self._read = True
        if self._start_s is None:
            self._start_s = self._clock.monotonic()
        try:
            turn = -1
            while not self._closed:
                turn = current_turn(self._start_s, self._settings.interval_s, self._clock.monotonic(), turn)
                due_s = self._start_s + turn * self._settings.interval_s
                self._tick = spawn(self._next(due_s), "poll of the balancer")
                try:
                    frame = await self._tick
                except asyncio.CancelledError:
                    self._tick.cancel()
                    if self._closed and not _being_cancelled():
                        return
                    raise
                yield frame
        finally:
            self._read = False

    @property
    def dropped(self) -> Dropped:
        """Answers that came late or twice, and were not used."""
        servers = {name: poller.dropped for name, poller in self._pollers.items() if poller.dropped}
        return Dropped(self._order.dropped, servers, self._gone_dropped)

    async def close(self) -> None:
        """Ends polling and the source's connections; `frames` then stops."""
        self._closed = True
        self._gone_dropped += sum(poller.dropped for poller in self._pollers.values())
        tasks: list[asyncio.Task[Any] | None] = [poller.stop() for poller in self._pollers.values()]
        self._pollers.clear()
        if self._tick is not None:
            self._tick.cancel()
            tasks.append(self._tick)
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
        await self._source.close()

    async def _next(self, due_s: float) -> Frame:
        """Waits for the tick, asks the balancer, and builds the Frame of whatever came."""
        await asyncio.sleep(max(0.0, due_s - self._clock.monotonic()))
        self._wake_up()
        before_s = self._clock.wall()
        failure = self._failure
        if failure is None or self._clock.monotonic() >= self._ask_from_s:
            try:
                reading = self._checked(await self._ask())
            except SourceError as error:
                failure = error
                self._leave_alone(error)
            else:
                failure = None
                self._denials = 0
                wall_s = self._clock.wall()
                self._builder.fleet_read(reading, self._clock.monotonic(), (before_s + wall_s) / 2)
                self._follow(reading)
        self._failure = failure
        if failure is not None:
            self._builder.fleet_failed(failure)
        return self._builder.frame(self._clock.monotonic(), self._clock.wall())

    async def _ask(self) -> FleetReading:
        limit_s = self._settings.limit_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._source.fleet()
        except SourceError:
            raise
        except TimeoutError:
            raise DeadlinePassed(f"The balancer gave no whole answer within {limit_s:g} s.") from None
        except Exception as error:
            _log.exception("reading the balancer failed in a way that was not foreseen")
            raise BadAnswer(f"Reading the balancer failed in the console itself: {type(error).__name__}.") from error

    def _checked(self, reading: FleetReading) -> FleetReading:
        """The same. Raises BadAnswer for one that is late or repeated: it is counted, and tells nothing of now."""
        why = self._order.take(reading)
        if why is None:
            return reading
        if why is Stale.LATE:
            raise BadAnswer("The balancer's answer is older than the one before; it was not used.")
        raise BadAnswer("The balancer's answer is the one before once more; it was not used.")

    def _wake_up(self) -> None:
        """After a suspend nothing that was read is of now, and no connection lives. Each server is asked once, at its turn."""
        slept_s = suspended_s(self._clock)
        if slept_s - self._suspended_s > _SLEPT_S:
            self._suspended_s = slept_s
            _log.warning("the machine was suspended; everything is read anew")
            self._source.renew()
            self._builder.slept()
            for poller in self._pollers.values():
                poller.wake()

    def _leave_alone(self, error: SourceError) -> None:
        """How long the balancer is not asked again. Everything but 401, 403 and Retry-After: until the next tick."""
        wait_s = 0.0
        if isinstance(error, Denied):
            self._denials += 1
            wait_s = min(2.0**self._denials * self._settings.interval_s, _LONGEST_DENIED_S)
        else:
            self._denials = 0
            if isinstance(error, Busy):
                wait_s = error.retry_after_s or 0.0
        self._ask_from_s = self._clock.monotonic() + wait_s

    def _follow(self, reading: FleetReading) -> None:
        """Begins with servers that joined, lets go of those that left."""
        pollers = self._pollers
        for server in reading.servers:
            poller = pollers.get(server.id)
            if poller is None:
                start_s = self._start_s if self._start_s is not None else 0.0
                pollers[server.id] = Poller(
                    server, self._source, self._builder, self._clock, self._settings, start_s, self._wake_up
                )
            else:
                poller.learn(server)
        if len(pollers) > len(reading.servers):
            for name in pollers.keys() - {server.id for server in reading.servers}:
                gone = pollers.pop(name)
                self._gone_dropped += gone.dropped
                gone.stop()


def _being_cancelled() -> bool:
    """Whether it is the reader itself that somebody cancels, and not only the tick that it waits for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
