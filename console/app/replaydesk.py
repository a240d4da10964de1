"""One recording on one screen: where it stands, what is played, which moments are compared. All on the GUI thread; judging is not."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from console.app.picks import Picks
from console.app.quiet import without_buttons, without_orders, without_reasons
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.rerun import Rerun
from console.present import Presenter, reason
from console.present.columns import ColumnEncoder, encode
from console.present.past import past_bands, past_line, past_marks
from console.present.playing import compared, judging, place, recorded, verdict, what
from widgets.planes import COLUMNS, Planes
from widgets.replaybar import ReplayBar
from widgets.replaydata import CompareData, PlayData
from widgets.screen import OperatorScreen
from widgets.viewdata import NOTHING, Phrase, RowsData, TimelineData, Tone

_log = logging.getLogger("dsr.window")
_TICK_MS: Final = 33
_GROW_MS: Final = 250
_NEAR: Final = 120
"""So many moments on, rows and suspects keep their calm; after a longer way, or back, they are arranged anew."""


class ReplayDesk(QObject):
    """`said(Phrase)`; `told(Phrase)`: what is replayed; `comparedTo(CompareData | None)`; `judged()`: all of it can be looked at."""

    said = Signal(object)
    told = Signal(object)
    comparedTo = Signal(object)  # noqa: N815  named as Qt names its own
    judged = Signal()

    def __init__(
        self, rerun: Rerun, screen: OperatorScreen, bar: ReplayBar, clock: Clock, workers: ThreadPoolExecutor
    ) -> None:
        super().__init__(screen)
        self.rerun = rerun
        self.environment = rerun.stretch.environment
        self._screen, self._bar, self._clock, self._workers = screen, bar, clock, workers
        self._presenter = self._anew()
        self._picks = Picks(screen)
        self._encoder = ColumnEncoder()
        self._columns = 0
        """Ticks from here on are not on the maps yet."""
        self._facts = tuple(
            (event.kind, event.wall_s, event.body)
            for event in rerun.stretch.events
            if event.tick >= rerun.stretch.first_tick
        )
        self._line: TimelineData | None = None
        self._index = -1
        self._wanted: int | None = 0
        self._marked: int | None = None
        self._playing, self._speed, self._at_s, self._beat_s = False, 1, 0.0, 0.0
        self._verdict: tuple[Phrase, Tone] = (NOTHING, Tone.QUIET)
        self.view: View | None = None
        self.judging = False
        """Whether the rules still run over it."""
        without_orders(screen)
        screen.maps.planes = Planes(max(COLUMNS, rerun.total + 1))
        self._wire()
        self._timer, self._growing = QTimer(self), QTimer(self)
        for timer, every_ms, does in ((self._timer, _TICK_MS, self.look), (self._growing, _GROW_MS, self.grow)):
            timer.setInterval(every_ms)
            timer.timeout.connect(does)

    def start(self) -> None:
        """Begins to judge and to show."""
        self._timer.start()
        self._growing.start()
        self.judging = True
        spawn(self._judge(), "judge a recording")

    def stop(self) -> None:
        """Ends both."""
        self._timer.stop()
        self._growing.stop()
        self.rerun.cancel()

    # --- where it stands

    @property
    def index(self) -> int:
        """The moment that is shown; -1: none yet."""
        return self._index

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._playing

    def go(self, index: int) -> None:
        """To a moment, at the next look; what is not judged yet is as far as it goes."""
        self._wanted = max(0, index)
        self._at_s = self.rerun.wall(min(self._wanted, len(self.rerun) - 1)) if len(self.rerun) else 0.0

    def go_to(self, wall_s: float) -> None:
        """To a time."""
        if len(self.rerun):
            self.go(self.rerun.at(wall_s))

    def step(self, moments: int) -> None:
        """So many moments on, or back; it then stands still."""
        self._play(False)
        now = self._index if self._wanted is None else self._wanted
        self.go(min(len(self.rerun) - 1, max(0, now + moments)))

    def to_alarm(self, step: int) -> None:
        """To the next alarm, or the one before."""
        now = self._index if self._wanted is None else self._wanted
        found = self.rerun.raised_near(now, step)
        if found is not None:
            self._play(False)
            self.go(found)

    def toggle(self) -> None:
        """Plays, or stands still; at the end it begins anew."""
        if not self._playing and self.rerun.done and self._index >= len(self.rerun) - 1:
            self.go(0)
        self._play(not self._playing)

    def set_speed(self, times: int) -> None:
        """So many recorded seconds a second."""
        self._speed = times
        self._tell()

    def mark(self) -> None:
        """This moment is the one that others are compared with; at the marked one itself: none is any more."""
        self._marked = None if self._marked == self._index else self._index
        self._tell()
        self._compare()

    def swap(self) -> None:
        """Between the marked moment and this one."""
        if self._marked is not None and self._index >= 0:
            self._marked, there = self._index, self._marked
            self._play(False)
            self.go(there)

    def comparison(self) -> CompareData | None:
        """The marked moment and this one; None: none is marked."""
        if self._marked is None or self.view is None:
            return None
        return compared(self.rerun.view(self._marked), self.view)

    def all_rows(self) -> RowsData:
        """Every row of this moment, whatever the filter hides: for a record."""
        view = self.view
        if view is None:
            return RowsData(())
        return self._anew().all_rows(view, self._picks.arrangement, view.received_mono_s, view.frame.wall_s)

    # --- at each look

    def look(self) -> None:
        """Moves on, and shows what is wanted; also called by tests."""
        count = len(self.rerun)
        if not count:
            return
        now_s = self._clock.monotonic()
        if self._playing:
            self._at_s += (now_s - self._beat_s) * self._speed
            index = self.rerun.at(self._at_s)
            if index != self._index:
                self._wanted = index
            if self.rerun.done and index >= count - 1:
                self._play(False)
            self._at_s = min(self._at_s, self.rerun.wall(count - 1))
        self._beat_s = now_s
        if self._wanted is not None:
            index, self._wanted = min(self._wanted, count - 1), None
            if index != self._index:
                self._show(index)

    def grow(self) -> None:
        """Takes what was judged meanwhile onto the maps and the timeline; also called by tests."""
        newest = self.rerun.newest()
        if newest is None:
            return
        first = max(self._columns, self.rerun.first_tick)
        if newest.history.last > first:
            self._screen.maps.append(encode(newest, first, newest.history.last, self._encoder.routed_full(newest)))
            self._columns = newest.history.last
            self._screen.set_legends(self._presenter.legends(newest))
            line = past_line(newest.history, self.rerun.first_tick, newest.frame.interval_s)
            self._line = replace(
                line,
                marks=past_marks(tuple(self.rerun.found.changes), self._facts),
                bands=past_bands(self._facts, float(line.wall_s[-1])),
            )
            self._follow()
            self._tell()
        elif self.rerun.done:
            self._growing.stop()

    # --- inside

    def _anew(self) -> Presenter:
        return Presenter(self.rerun.stretch.environment, past=True)

    async def _judge(self) -> None:
        try:
            await asyncio.wrap_future(self._workers.submit(self.rerun.run))
        except ConsoleError as error:
            self._verdict = (reason(str(error)), Tone.WARN)
            self.said.emit(reason(str(error)))
        else:
            if self.rerun.done:
                self._verdict = verdict(self.rerun.told())
        self.judging = False
        self.grow()
        self._tell()
        self.judged.emit()

    def _show(self, index: int) -> None:
        if not 0 <= index - self._index <= _NEAR:
            self._presenter = self._anew()
        try:
            self.view = self.rerun.view(index)
        except ConsoleError as error:
            self.said.emit(reason(str(error)))
            return
        self._index = index
        self.refresh()
        self._picks.begin(self.view.suspects[0].server if self.view.suspects else "")
        self._compare()

    def refresh(self) -> None:
        """Draws the moment again: something beside it has changed."""
        view = self.view
        if view is None:
            return
        data = self._presenter.present(view, self._picks.arrangement, view.received_mono_s, view.frame.wall_s)
        header = replace(
            data.header, environment=self.environment, freshness=recorded(view.frame.wall_s), freshness_tone=Tone.QUIET,
            arming=None, role=NOTHING, glass=NOTHING,
        )  # fmt: skip
        data = replace(data, header=header, timeline=self._timeline() or data.timeline)
        self._screen.set_data(without_reasons(data))
        without_buttons(self._screen)
        self._follow()
        self._read_out()
        self._tell()

    def _timeline(self) -> TimelineData | None:
        if self._line is None or len(self._line.wall_s) < 2:
            return None
        return replace(
            self._line,
            head_s=None if self.view is None else self.view.frame.wall_s,
            other_s=None if self._marked is None else self.rerun.wall(self._marked),
        )

    def _follow(self) -> None:
        """The maps end at the moment that is shown; what comes later is one drag away."""
        if self._index >= 0:
            self._screen.maps.show_to(self.rerun.first_tick + self._index)

    def _tell(self) -> None:
        count = len(self.rerun)
        if not count or self._index < 0:
            return
        stretch, line = self.rerun.stretch, self._timeline()
        first, last = self.rerun.wall(0), self.rerun.wall(count - 1)
        end = last if self.rerun.done else max(last, stretch.pieces[-1].last_wall_s if stretch.pieces else last)
        total = max(count, self.rerun.total - (self.rerun.begun - count)) if not self.rerun.done else count
        word, tone = self._verdict
        if word is NOTHING:
            word = judging(min(1.0, self.rerun.begun / self.rerun.total))
        self.told.emit(what(self.environment, first, end))
        self._bar.set_data(
            PlayData(
                first_s=first,
                last_s=end,
                judged_s=last,
                head_s=self.rerun.wall(self._index),
                place=place(self.rerun.wall(self._index), self._index, total),
                playing=self._playing,
                speed=self._speed,
                marks=() if line is None else line.marks,
                bands=() if line is None else line.bands,
                other_s=None if self._marked is None else self.rerun.wall(self._marked),
                verdict=word,
                verdict_tone=tone,
                more_before=self.rerun.raised_near(self._index, -1) is not None,
                more_after=self.rerun.raised_near(self._index, 1) is not None,
            )
        )
        if line is not None:
            self._screen.timeline.set_data(line)

    def _compare(self) -> None:
        self.comparedTo.emit(self.comparison())

    def _play(self, on: bool) -> None:
        self._playing, self._beat_s = on, self._clock.monotonic()
        self._tell()

    def _wire(self) -> None:
        screen, bar = self._screen, self._bar
        self._picks.changed.connect(self.refresh)
        self._picks.pointed.connect(self._read_out)
        screen.timeline.pointed.connect(self.go_to)
        bar.moved.connect(self.go_to)
        bar.stepped.connect(self.step)
        bar.alarmRequested.connect(self.to_alarm)
        bar.playToggled.connect(self.toggle)
        bar.speedChosen.connect(self.set_speed)
        bar.markRequested.connect(self.mark)
        bar.swapRequested.connect(self.swap)

    def _read_out(self) -> None:
        said: Phrase = NOTHING
        newest = self.rerun.newest()
        if self.view is not None and newest is not None and self._picks.cell[0] >= 0:
            said = self._presenter.readout(replace(self.view, history=newest.history), *self._picks.cell)
        self._screen.set_readout(said)
