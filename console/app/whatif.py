"""Other settings on the recording of a replay window: asked in its panel, judged on a worker thread, told as lines."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.engine.counterfactual import parse_changes
from console.engine.judging import Judging
from console.engine.knobs import knobs
from console.engine.otherwise import ALGORITHMS, Otherwise
from console.engine.rerun import Rerun
from console.present import reason
from console.present.playing import algorithm_lines, what_if_lines
from console.present.words import rule_word
from widgets.phrases import NOTHING, Phrase
from widgets.replaydata import Knob, WhatIfData, WhatIfLine
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase
from widgets.whatif import WhatIfPanel

_LOOK_MS = 100


class WhatIf(QObject):
    """`pointed(wall seconds)`: the operator wants to see when one would have fired."""

    pointed = Signal(float)

    def __init__(self, rerun: Rerun, panel: WhatIfPanel, workers: ThreadPoolExecutor) -> None:
        super().__init__(panel)
        self._rerun, self._panel, self._workers = rerun, panel, workers
        self._running: Judging | Otherwise | None = None
        self._data = WhatIfData(
            knobs=tuple(
                Knob(knob.key, rule_word(knob.key.partition(".")[0]), knob.value, knob.unit)
                for knob in knobs(rerun.settings)
            ),
            algorithms=ALGORITHMS,
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        panel.asked.connect(self.ask)
        panel.algorithmAsked.connect(self.ask_algorithm)
        panel.cancelled.connect(self.stop)
        panel.pointed.connect(self.pointed)
        panel.set_data(self._data)

    @property
    def data(self) -> WhatIfData:
        """What the panel shows."""
        return self._data

    def ask(self, key: str, value: str) -> None:
        """`rule.key` with another value."""
        try:
            run = Judging(self._rerun.stretch, parse_changes([f"{key}={value}"]))
        except ConsoleError as error:
            self._show(replace(self._data, problem=reason(str(error)), lines=(), asked=NOTHING))
            return
        self._begin(run, phrase(QT_TRANSLATE_NOOP("present", "{setting} = {value}"), setting=key, value=value))

    def ask_algorithm(self, name: str) -> None:
        """What the balancer would have refused, had it picked like that."""
        self._begin(Otherwise(self._rerun.stretch, name), phrase(QT_TRANSLATE_NOOP("present", "{name}"), name=name))

    def stop(self) -> None:
        """Calls off what is being judged."""
        if self._running is not None:
            self._running.cancel()

    def _begin(self, run: Judging | Otherwise, asked: Phrase) -> None:
        if self._running is not None:
            return
        self._running = run
        self._timer.start()
        self._show(replace(self._data, busy=0.0, problem=NOTHING, lines=(), asked=asked))
        spawn(self._work(run), "what if")

    async def _work(self, run: Judging | Otherwise) -> None:
        problem: Phrase = NOTHING
        lines: tuple[WhatIfLine, ...] = ()
        try:
            await asyncio.wrap_future(self._workers.submit(run.run))
        except ConsoleError as error:
            problem = reason(str(error))
        else:
            if not run.done:
                problem = phrase(QT_TRANSLATE_NOOP("present", "Called off."))
            elif isinstance(run, Otherwise):
                lines = algorithm_lines(run.told())
                if not lines:
                    problem = phrase(QT_TRANSLATE_NOOP("present", "The balancer told too little to work it out."))
            else:
                told = run.told()
                lines = what_if_lines(told)
                if not lines:
                    problem = phrase(QT_TRANSLATE_NOOP("present", "No alarm fires, and none was recorded."))
        finally:
            self._running = None
            self._timer.stop()
        self._show(replace(self._data, busy=None, lines=lines, problem=problem))

    def _look(self) -> None:
        if (run := self._running) is not None:
            self._show(replace(self._data, busy=min(1.0, run.begun / run.total)))

    def _show(self, data: WhatIfData) -> None:
        self._data = data
        self._panel.set_data(data)
