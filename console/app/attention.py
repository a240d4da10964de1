"""What the engine is told of the operator: whom they look at, and that they are there."""

from __future__ import annotations

import logging
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from console.app.fleet import EngineHandle
from console.domain.clock import Clock

_log = logging.getLogger("dsr.window")
REST_MS: Final = 120
"""A pointer that crosses the rows asks for nothing; one that rests does."""
USED_EVERY_S: Final = 5.0
_INPUT: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin}
)


class Attention(QObject):
    """Asks for the gates of whom the operator looks at, and keeps an armed console armed while a hand is on it."""

    def __init__(self, handle: EngineHandle, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._handle = handle
        self._clock = clock
        self._looked: frozenset[str] = frozenset()
        self._wanted: frozenset[str] = frozenset()
        self._listening = False
        self._told_s = -USED_EVERY_S
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)

    def look(self, chosen: str, hovered: str) -> None:
        """The chosen server at once, the one under the pointer once it rests there."""
        self._wanted = frozenset(server for server in (chosen, hovered) if server)
        if chosen and chosen not in self._looked:
            self._ask()
        elif self._wanted != self._looked:
            self._rest.start()

    def needed(self, arming: bool) -> None:
        """Where the console must be armed, each touch of keyboard and mouse counts, once in a while."""
        application = QApplication.instance()
        if arming != self._listening and application is not None:
            self._listening = arming
            if arming:
                application.installEventFilter(self)
            else:
                application.removeEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and self._clock.monotonic() - self._told_s >= USED_EVERY_S:
            self._told_s = self._clock.monotonic()
            self._submit(self._handle.engine.used())
        return False

    def _ask(self) -> None:
        self._rest.stop()
        if self._wanted != self._looked:
            self._looked = self._wanted
            self._submit(self._handle.engine.look_at(self._wanted))

    def _submit(self, work: Any) -> None:
        try:
            self._handle.submit(work)
        except RuntimeError as error:
            _log.info("the engine was not told: %s", error)
