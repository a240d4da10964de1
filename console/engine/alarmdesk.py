"""The engine's alarm desk: life-cycle, flood, ledger and what keeps them, stepped with each Frame and told what operators say."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from console.detect import Detectors, DetectSettings
from console.detect.detectors import LONGEST_STEP
from console.detect.flood import FloodMeter
from console.detect.ledger import Ledger
from console.detect.lifecycle import Lifecycle
from console.domain.alarms import Alarm
from console.domain.clock import Clock
from console.domain.frame import Frame
from console.domain.lifecycle import Blindness, Flood, Happening, Key, Memory
from console.domain.states import Reach
from console.engine.keeper import Keeper
from console.engine.scribe import Scribe

NAMED: Final = 50
"""Alarms that one line of the journal names; it counts all."""
RECENT: Final = 256
"""Happenings that a View carries."""
DELAYS_S: Final = 0.9
"""Least time between two states of the running delays that are kept: a poll of a second keeps each of them."""
WINDOWS_S: Final = 60.0
_log = logging.getLogger("dsr.engine")


class AlarmDesk:
    """Everything on the engine's loop. `changed` is called after each order, `go_on` with what the rules of an earlier run left."""

    def __init__(
        self,
        settings: DetectSettings,
        keeper: Keeper,
        scribe: Scribe,
        clock: Clock,
        changed: Callable[[], None],
        go_on: Callable[[Sequence[Any]], None],
    ) -> None:
        self.lifecycle = Lifecycle(settings.lifecycle)
        self.meter = FloodMeter(settings.flood)
        self.keeper = keeper
        self._ledger = Ledger(settings.ledger)
        self._scribe = scribe
        self._clock = clock
        self._changed = changed
        self._go_on = go_on
        self._before_s = float("-inf")
        self._left: Any = None
        """Running delays as they were last given to be kept."""
        self._left_s = self._left_long_s = float("-inf")
        self._remarks: tuple[str, ...] = ()
        self._recent: deque[Happening] = deque(maxlen=RECENT)
        self.happenings: tuple[Happening, ...] = ()
        """The newest, oldest first."""
        self.flood = Flood()
        self.ledger: tuple[Blindness, ...] = ()

    async def start(self) -> None:
        """Takes over what an earlier run left; a disk that does not answer delays nothing by more than a second."""
        await self.keeper.start(self._restore)

    def step(self, frame: Frame, alarms: tuple[Alarm, ...]) -> None:
        """Takes one Frame and its open alarms."""
        # After a gap in time the rules begin to look again: what they do not find yet is not over.
        sees = frame.balancer.reach == Reach.OK and frame.mono_s - self._before_s <= LONGEST_STEP * frame.interval_s
        self._before_s = frame.mono_s
        happened = self.lifecycle.step(alarms, frame.wall_s, frame.mono_s, sees)
        self.ledger = self._ledger.step(frame)
        self._take(happened, frame.wall_s, frame.mono_s)

    @property
    def remark(self) -> str | None:
        """What of an earlier run is lost, and why."""
        told = (() if self.keeper.remark is None else (self.keeper.remark,)) + self._remarks
        return " ".join(told) or None

    def keep(self, frame: Frame, detectors: Detectors, *, last: bool = False) -> None:
        """What the rules are waiting for, as of this Frame: each second while it changes; their long windows each minute."""
        if remarks := detectors.take_remarks():
            self._remarks = remarks
            for remark in remarks:
                _log.warning("%s", remark)
        if not self.keeper.keeps:
            return
        parts: dict[str, Any] = {}
        if (last or frame.mono_s - self._left_s >= DELAYS_S) and (left := detectors.keep(frame)) is not None:
            self._left_s = frame.mono_s
            if self._left is None or left["rules"] != self._left["rules"]:
                parts["delays"] = self._left = left
        if (last or frame.mono_s - self._left_long_s >= WINDOWS_S) and (
            windows := detectors.keep(frame, long=True)
        ) is not None:
            self._left_long_s, parts["windows"] = frame.mono_s, windows
        if parts:
            self.keeper.put({}, running=parts)

    async def acknowledge(self, keys: Sequence[Key] | None, by: str, note: str) -> bool:
        """See `Engine.acknowledge`."""
        return await self._said(self._now().acknowledge(keys, by, note), notes=bool(note))

    async def shelve(self, key: Key, by: str, reason: str, seconds: float | None) -> bool:
        """See `Engine.shelve`."""
        return await self._said(self._now().shelve(key, by, reason, seconds))

    async def unshelve(self, key: Key, by: str) -> bool:
        """See `Engine.unshelve`."""
        return await self._said(self._now().unshelve(key, by))

    async def note(self, key: Key | None, by: str, text: str, server: str | None = None) -> bool:
        """See `Engine.note`."""
        happened = self._now().note(key, by, text, server)
        if not happened:
            self._scribe.note("note", {"by": by, "text": text, "server": server})
        return await self._said(happened, notes=True)

    def _now(self) -> Lifecycle:
        self.lifecycle.set_time(self._clock.wall(), self._clock.monotonic())
        return self.lifecycle

    def _restore(self, memory: Memory) -> None:
        self.lifecycle.restore(memory, self._clock.wall(), self._clock.monotonic())
        self.meter.restore(memory.raisings)
        if memory.running:
            self._go_on(memory.running)
        self._changed()

    async def _said(self, happened: tuple[Happening, ...], *, notes: bool = False) -> bool:
        """Shows it at once, notes it in the journal, and returns whether it is in the state on disk."""
        if not (happened or notes):
            return True  # nobody waited
        if happened:
            one = happened[0]
            self._scribe.note(
                "alarm",
                {
                    "order": one.turn.value,
                    "by": one.by,
                    "text": one.text,
                    "alarms": [one.name for one in happened[:NAMED]],
                    "count": len(happened),
                },
            )
        self._take(happened, self._clock.wall(), self._clock.monotonic(), notes=notes)
        self._changed()
        return await self.keeper.flushed()

    def _take(self, happened: tuple[Happening, ...], wall_s: float, mono_s: float, *, notes: bool = False) -> None:
        if happened:
            self._recent.extend(happened)
            self.happenings = tuple(self._recent)
        self.flood = self.meter.step(happened, self.lifecycle.cycles, wall_s, mono_s)
        changed, raisings = self.lifecycle.take_changed(), self.meter.take_fresh()
        if changed or raisings or notes:
            said = self.lifecycle.notes if notes else None
            self.keeper.put(changed, raisings, said, urgent=bool(happened) or notes)
