"""What a page is exported as: text in the clipboard, or a whole file that a worker writes while the window goes on."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from console.domain.tasks import spawn
from console.present import reason
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase


class PageSaver(QObject):
    """`said(Phrase)`: what became of it."""

    said = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: ThreadPoolExecutor | None = None

    def copy(self, text: str) -> None:
        """Into the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Copied.")))

    def save(self, path: Path, text: str) -> None:
        """Begins to write; the outcome is said."""
        self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="dsr-page")
        spawn(self._write(self._worker, path, text), "save a page")

    def close(self) -> None:
        """What is being written ends by itself."""
        if self._worker is not None:
            self._worker.shutdown(wait=False)

    async def _write(self, worker: ThreadPoolExecutor, path: Path, text: str) -> None:
        try:
            await asyncio.wrap_future(worker.submit(_save_whole, path, text))
        except OSError as error:
            self.said.emit(reason(f"{path} could not be written: {error.strerror or error}."))
        else:
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Saved: {path}"), path=str(path)))


def _save_whole(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
