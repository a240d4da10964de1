"""A window process with a real engine and a real `state.db`, whose operator presses real keys; made to be killed.

`python -m tests.support.alarmchild STATE act` acknowledges, shelves and notes with the keyboard, prints what its View then shows as one
line of JSON, and goes on until it is killed; `... STATE look` prints what the first View of a new process shows, and ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.desk import Desk
from console.app.fleet import Fleet
from console.app.qtloop import run
from console.app.window import MainWindow
from console.domain.frame import Frame
from console.domain.view import View
from console.engine import Engine
from console.engine.keeper import Keeper
from console.engine.thread import EngineThread
from console.record.state import StateFile
from tests.support.incident import FULL, VirtualFleet
from widgets.screen import OperatorScreen

LATER_S = 100.0
"""The second process begins so much later, on both clocks."""


class Feed:
    """The incident, as fast as the engine takes it; also the clock of everything in this process."""

    def __init__(self, polls: int, later_s: float) -> None:
        self._polls, self._later_s = polls, later_s
        self._mono_s, self._wall_s = 0.0, 0.0
        self.one_more = False
        """A last Frame, once all was said: a shelved cause sets its consequences free with it."""

    def monotonic(self) -> float:
        return self._mono_s

    def wall(self) -> float:
        return self._wall_s

    async def frames(self) -> AsyncIterator[Frame]:
        fleet = VirtualFleet(seed=1)
        for poll in range(self._polls + 1):
            while poll == self._polls and not self.one_more:  # noqa: ASYNC110  it is set on another thread
                await asyncio.sleep(0.01)
            if poll == 15:
                fleet.mute(*fleet.idle(3))
            if poll == 30:
                fleet.rate.update(FULL)
            frame = fleet.next()
            frame = replace(frame, mono_s=frame.mono_s + self._later_s, wall_s=frame.wall_s + self._later_s)
            self._mono_s, self._wall_s = frame.mono_s, frame.wall_s
            yield frame
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    async def close(self) -> None:
        pass


def told(view: View) -> dict[str, Any]:
    """What a restart must not change, by alarm."""
    return {
        "alarms": {
            "|".join(str(part) for part in cycle.key): [
                cycle.standing.value,
                None if cycle.acknowledgement is None else [cycle.acknowledgement.by, cycle.acknowledgement.text],
                None if cycle.shelf is None else [cycle.shelf.by, cycle.shelf.reason],
                [note.text for note in cycle.notes],
            ]
            for cycle in view.cycles
        },
        "notes": [[note.by, note.about, note.text] for note in view.notes],
    }


async def until(holds: Callable[[], object]) -> None:
    end_s = time.monotonic() + 60.0
    while not holds():
        if time.monotonic() > end_s:
            raise TimeoutError
        await asyncio.sleep(0.01)


async def act(screen: OperatorScreen, desk: Desk) -> None:
    """A, S, N and Shift+A, as an operator would."""
    said: list[object] = []
    desk.said.connect(said.append)

    def pick(rule: str) -> None:
        view = desk.view
        assert view is not None
        cycle = next(one for one in view.cycles if one.alarm.rule == rule and one.waits)
        screen.alarms.pick("\n".join(part or "" for part in cycle.key))

    async def press(key: Qt.Key, text: str | None, shift: bool = False) -> None:
        count = len(said)
        screen.window().activateWindow()  # without a screen it may lose the keyboard to nobody while the loop turns
        await until(screen.window().isActiveWindow)
        QTest.keyClick(screen, key, Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier)
        if text is not None:
            QTest.keyClicks(screen.alarms.entry.field, text)
            QTest.keyClick(screen.alarms.entry.field, Qt.Key.Key_Return)
        await until(lambda: len(said) > count)  # it is on disk when it is said
        desk.bridge.look()

    pick("gap")
    await press(Qt.Key.Key_A, "site called", shift=True)
    pick("gap")
    await press(Qt.Key.Key_S, "disk swap")
    pick("silent")
    await press(Qt.Key.Key_N, "no report since midnight")
    screen.alarms.release()
    await press(Qt.Key.Key_N, "shift change at 8")
    pick("silent")
    await press(Qt.Key.Key_A, None)


def main() -> int:
    state, acts = Path(sys.argv[1]), sys.argv[2] == "act"
    feed = Feed(70, 0.0) if acts else Feed(1, LATER_S)
    keeper = Keeper(lambda: StateFile(state), "tokyo")
    handle = EngineThread(lambda: Engine(feed, clock=feed, operator="noc-2", keeper=keeper))
    app = QApplication(sys.argv[:1])
    settings = QSettings(str(state.with_name("window.ini")), QSettings.Format.IniFormat)
    handle.start()
    window, screen = MainWindow(settings), OperatorScreen()
    desk = Desk(Fleet(lambda: handle, "tokyo", operator="noc-2"), handle, screen, feed, settings)
    window.show_screen(screen, "tokyo", lab=False)
    window.resize(1600, 900)
    window.show()

    async def scene() -> int:
        window.activateWindow()
        await until(window.isActiveWindow)
        screen.setFocus()
        await until(lambda: handle.newest is not None and handle.newest.frame.seq >= (70 if acts else 1))
        desk.bridge.look()
        if acts:
            await act(screen, desk)
            feed.one_more = True
            await until(lambda: handle.newest is not None and handle.newest.frame.seq > 70)
        else:
            await until(lambda: handle.newest is not None and handle.newest.cycles)
        assert handle.newest is not None
        print(json.dumps(told(handle.newest)), flush=True)
        while acts:  # until it is killed
            await asyncio.sleep(0.05)
            desk.bridge.look()
        return 0

    code = run(app, scene)
    handle.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
