"""From the engine's thread to the window: the newest View, 15 times a second at most. It never waits, and never queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.view import View

EVERY_MS: Final = 66
FIRST_MS: Final = 10
"""Until the first View has come: an operator waits for it."""
AGE_EVERY: Final = 4
"""Without news the ages on the screen still move: at every fourth look."""


class Bridge(QObject):
    """`arrived(View)` for a View not seen before: however many came meanwhile, only the newest. `waited()`: still the same one."""

    arrived = Signal(object)
    waited = Signal()

    def __init__(self, newest: Callable[[], View | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest = newest
        self._seen: View | None = None
        self._idle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FIRST_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begins to look."""
        self._timer.start()

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()

    def look(self) -> None:
        """One look; also called by tests."""
        view = self._newest()
        if view is not None and view is not self._seen:
            if self._seen is None:
                self._timer.setInterval(EVERY_MS)
            self._seen, self._idle = view, 0
            self.arrived.emit(view)
            return
        self._idle += 1
        if self._idle >= AGE_EVERY:
            self._idle = 0
            self.waited.emit()
