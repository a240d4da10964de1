"""The engine's flight recorder: what goes into it with each View, and the history that an engine begins with."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

from console.domain.clock import Clock, MachineClock
from console.domain.errors import ConsoleError
from console.domain.frame import Frame
from console.domain.lifecycle import Note
from console.domain.states import Sight
from console.domain.view import View
from console.record.plain import plain
from console.record.recorder import Entry, Event, Recorder, Tick, read_past, rounded
from console.store import Past, Store, StoreSettings

_log = logging.getLogger("dsr.engine")
_STATE_EVERY: Final = 600
"""Ticks between two kept states of the detectors: a replay warms up for ten minutes at most."""
_RECALL_S: Final = 5.0
"""Longest wait for the history: a disk that hangs must not hold up the watch."""


class BlackBox:
    """Belongs to one engine and its loop. Nothing here waits for the disk, but for `recall` at the start."""

    def __init__(self, recorder: Recorder, interval_s: float = 1.0, clock: Clock | None = None) -> None:
        self._recorder = recorder
        self._interval_s = interval_s
        self._clock = clock or MachineClock()
        self._past: Past | None = None
        self._seq = 0
        self._since_state = 0
        self._rungs: dict[str, int] = {}
        """By intent key: rungs recorded so far."""
        self._blind: tuple[str, float] | None = None
        self._keeps_state = True
        self._began_wall_s = self._clock.wall()
        self._notes: tuple[Note, ...] = ()
        self._carried: Sequence[Any] = ()

    @property
    def error(self) -> str | None:
        """Why it does not record; None: it does."""
        return self._recorder.error

    @property
    def lost(self) -> int:
        """Polls that were not recorded."""
        return self._recorder.dropped

    def rounded(self, frame: Frame) -> Frame:
        """The Frame as it will be recorded: it is judged so, and a replay judges the same."""
        return rounded(frame)

    async def recall(self, settings: StoreSettings) -> None:
        """Reads what the rings would hold, had the console gone on. Where that fails, history begins empty."""
        path, wall_s = self._recorder.path, self._clock.wall()
        if not path.is_file():
            return
        try:
            async with asyncio.timeout(_RECALL_S):
                self._past = await asyncio.to_thread(read_past, path, wall_s, self._interval_s, settings)
        except (ConsoleError, sqlite3.Error, OSError, TimeoutError, ValueError) as error:
            _log.info("history begins empty: %s", error or "the recording does not answer")

    def restore(self, store: Store, frame: Frame) -> None:
        """Hands the history over, once."""
        past, self._past = self._past, None
        if past is not None:
            store.restore(past, frame)

    def carry(self, left: Sequence[Any]) -> None:
        """What the rules take over with the next Frame from an earlier run: a replay needs it as well."""
        self._carried = left

    def take(self, view: View, freeze: Callable[[], bytes]) -> None:
        """Records a View: a new Frame with all that it changed, or only an action that climbed."""
        events = [*self._action_events(view), *self._note_events(view)]
        if view.frame.seq == self._seq:
            for event in events:
                self._recorder.note(event)
            return
        self._seq = view.frame.seq
        wall_s = view.frame.wall_s
        events = [*(Event("alarm", wall_s, {"alarm": plain(alarm)}) for alarm in view.changes), *events]
        events += self._blindness(view)
        if self._carried:
            events.append(Event("carried", wall_s, {"left": list(self._carried)}))
            self._carried = ()
        history = view.history
        tick = Tick(
            view.frame,
            view.gap,
            history.marks(history.last - 1, history.last)[:, 0],
            lag_s=view.health.loop_lag_s,
            journal_error=view.health.journal_error,
        )
        self._recorder.take(Entry(tick, tuple(events), self._state(freeze)))

    async def close(self) -> None:
        """Lets it write what waits, for as long as the engine's end allows."""
        await asyncio.to_thread(self._recorder.close)

    def _state(self, freeze: Callable[[], bytes]) -> bytes | None:
        self._since_state += 1
        if not self._keeps_state or not (self._recorder.wants_state or self._since_state >= _STATE_EVERY):
            return None
        self._since_state = 0
        self._recorder.wants_state = False
        try:
            return freeze()
        except ConsoleError as error:
            self._keeps_state = False
            _log.warning("replays will warm up instead of beginning exactly: %s", error)
            return None

    def _action_events(self, view: View) -> list[Event]:
        events: list[Event] = []
        for action in reversed(view.actions):
            known = self._rungs.get(action.intent.key, 0)
            for rung in action.rungs[known:]:
                body = {"intent": plain(action.intent), "rung": plain(rung), "over": action.over}
                events.append(Event("action", rung.wall_s, body))
            self._rungs[action.intent.key] = len(action.rungs)
        keys = {action.intent.key for action in view.actions}
        self._rungs = {key: count for key, count in self._rungs.items() if key in keys}
        return events

    def _note_events(self, view: View) -> list[Event]:
        """What was written since the View before; what an earlier run left is in its own recording."""
        if view.notes is self._notes:
            return []
        before, self._notes = frozenset(self._notes), view.notes
        return [
            Event("note", note.wall_s, {"note": plain(note)})
            for note in view.notes
            if note not in before and note.wall_s >= self._began_wall_s
        ]

    def _blindness(self, view: View) -> list[Event]:
        """An interval in which a source told nothing: one event as it begins, one with its length as it ends."""
        unseen, wall_s, before = _unseen(view), view.frame.wall_s, self._blind
        if (None if before is None else before[0]) == unseen:
            return []
        events: list[Event] = []
        if before is not None:
            seconds = round(wall_s - before[1], 3)
            events.append(Event("blind", wall_s, {"source": before[0], "since": before[1], "seconds": seconds}))
        self._blind = None if unseen is None else (unseen, wall_s)
        if unseen is not None:
            events.append(Event("blind", wall_s, {"source": unseen, "since": wall_s, "seconds": None}))
        return events


def _unseen(view: View) -> str | None:
    """What this very Frame could not see; the alarm `blind` comes later and holds longer."""
    figures = view.figures
    if view.frame.balancer.misses:
        return "balancer"
    if view.sight is Sight.STARTING:
        return "starting"
    return "servers" if figures.servers and 2 * figures.unreachable > figures.servers else None
