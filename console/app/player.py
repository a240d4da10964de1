"""Plays a tone through whatever the desktop has: a player of the system, else a beep. It never waits and never raises."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QApplication

from console.app.helper import Helper, unseen

SOUNDS: Final = Path(__file__).resolve().parents[2] / "resources" / "sounds"
TONES: Final = ("high", "medium", "low", "sight")
"""Files in `SOUNDS`, by priority, and the console's own loss of sight."""
_PLAYERS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
    "darwin": (("afplay",),),
}
"""In the order in which they are tried."""


class Player(QObject):
    """`heard_changed()`: `heard` has changed. A device that comes back is used with the next tone."""

    heard_changed = Signal()

    def __init__(
        self,
        players: Sequence[Sequence[str]] | None = None,
        beep: Callable[[], None] = QApplication.beep,
        parent: QObject | None = None,
    ) -> None:
        """`players`: commands that take a file; None: those of this platform."""
        super().__init__(parent)
        self._mute = players is None and unseen()
        self._players = [list(one) for one in (found_players() if players is None else players)]
        self._own = players is None
        self._beep = beep
        self._helper = Helper(self)
        self._helper.worked.connect(lambda: self._hear(True))
        self._helper.failed.connect(self._failed)
        self.heard = True
        """Whether the newest tone was played; True before the first one."""

    def play(self, tone: str) -> None:
        """Plays it; a tone under way ends."""
        if self._mute:
            return
        path = str(SOUNDS / f"{tone}.wav")
        if self._own and _windows(path):
            self._hear(True)
            return
        self._helper.run([[*player, path] for player in self._players])

    def close(self) -> None:
        """Silence."""
        self._helper.stop()

    def _failed(self) -> None:
        self._beep()
        self._hear(False)

    def _hear(self, heard: bool) -> None:
        if heard != self.heard:
            self.heard = heard
            self.heard_changed.emit()


def found_players(find: Callable[[str], str] = QStandardPaths.findExecutable) -> list[list[str]]:
    """The players of this platform that are installed, as commands."""
    return [[path, *more] for name, *more in _PLAYERS.get(sys.platform, ()) if (path := find(name))]


def _windows(path: str) -> bool:
    """The system's own player: it returns at once."""
    if sys.platform != "win32":
        return False
    import winsound

    try:
        winsound.PlaySound(path, winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
    except RuntimeError:
        return False
    return True
