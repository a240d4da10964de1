"""Cyclic garbage is collected on the GUI thread only.

Python collects in whichever thread happens to allocate. A widget or timer that dies so in the engine's thread stays registered in
Qt's event loop, which later calls into freed memory: a crash without a Python line in it.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

EVERY_MS: Final = 500


class GuiGarbage(QObject):
    """From its making until `restore`; both on the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()  # modules and classes live for ever: the full collections need not walk them
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collects the oldest generation that is due by Python's own thresholds."""
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > threshold:
                gc.collect(generation)
                return

    def restore(self) -> None:
        """Collects once more here, and lets Python collect as before."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        if self._was_on:
            gc.enable()
