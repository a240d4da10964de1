"""Asks which file, or which time of the recording, is to be replayed. Dialogs never block."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from console.app.fleet import Fleet
from console.app.window import MainWindow
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.present import reason
from widgets.backdialog import BackDialog
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase


class PastAsker(QObject):
    """`go_back(first, last)` hears of the chosen time."""

    def __init__(self, window: MainWindow, clock: Clock, go_back: Callable[[float | None, float | None], None]) -> None:
        super().__init__(window)
        self._window, self._clock, self._go_back = window, clock, go_back
        self._dialog: BackDialog | None = None

    def ask_file(self, take: Callable[[Path], None]) -> None:
        """A snapshot or a recording."""
        dialog = QFileDialog(self._window, self.tr("Open a snapshot or a recording"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Snapshots and recordings") + " (*.dsrsnap *.dsrrec)")

        def chosen(name: str) -> None:
            take(Path(name))

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_time(self, fleet: Fleet | None, workers: ThreadPoolExecutor) -> None:
        """When, and how long, of what the recorder holds."""
        if fleet is not None and fleet.span is not None:
            spawn(self._ask_time(fleet.span, workers), "ask for a time")

    async def _ask_time(self, span: Callable[[], tuple[float, float] | None], workers: ThreadPoolExecutor) -> None:
        try:
            found = await asyncio.wrap_future(workers.submit(span))
        except (ConsoleError, OSError) as error:
            self._window.say(reason(str(error)))
            return
        if found is None:
            self._window.say(phrase(QT_TRANSLATE_NOOP("present", "The recording is empty yet.")))
            return
        if self._dialog is not None:
            self._dialog.close()
        dialog = self._dialog = BackDialog(found, self._window)
        dialog.chosen.connect(self._go_back)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self, _: int) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
