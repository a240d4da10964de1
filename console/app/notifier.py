"""Desktop notifications: what the desktop offers, tried in turn. Where there is nothing, that is said once and nothing else happens.

On Linux the freedesktop service is asked through a small program (`notify-send`, else `gdbus`): QtDBus of PySide6 cannot send the
unsigned number that its interface wants. Elsewhere, and where both are missing, through the tray.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from console.app.helper import Helper, unseen

_NAME: Final = "DSR Console"
_SHOWN_MS: Final = 10_000
_PLAIN: Final = str.maketrans({"<": "‹", ">": "›", "&": "＆"})
"""Servers of notifications may read mark-up in the body: there is none."""


class Notifier(QObject):
    """`failed()`: it could not be shown."""

    failed = Signal()

    def __init__(
        self, icon: QIcon, find: Callable[[str], str] = QStandardPaths.findExecutable, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._find = find
        self._helper = Helper(self)
        self._helper.failed.connect(self._by_tray)
        self._tray: QSystemTrayIcon | None = None
        self._newest = ("", "", False)

    def show(self, title: str, body: str, *, urgent: bool) -> None:
        """Plain text, one line each."""
        self._newest = (title, body.translate(_PLAIN), urgent)
        if unseen():
            return
        if sys.platform == "linux":
            self._helper.run(commands(*self._newest, self._find))
        else:
            self._by_tray()

    def close(self) -> None:
        """No more of it."""
        self._helper.stop()
        if self._tray is not None:
            self._tray.hide()

    def _by_tray(self) -> None:
        title, body, urgent = self._newest
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            self.failed.emit()
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon, self)
            self._tray.show()
        kind = QSystemTrayIcon.MessageIcon.Critical if urgent else QSystemTrayIcon.MessageIcon.Warning
        self._tray.showMessage(title, body, kind, _SHOWN_MS)


def commands(title: str, body: str, urgent: bool, find: Callable[[str], str]) -> list[list[str]]:
    """What may show it here, best first."""
    found: list[list[str]] = []
    if send := find("notify-send"):
        level = "critical" if urgent else "normal"
        found.append(
            [send, f"--app-name={_NAME}", f"--urgency={level}", f"--expire-time={_SHOWN_MS}", "--", title, body]
        )
    if gdbus := find("gdbus"):
        place = "org.freedesktop.Notifications"
        said = ["--session", "--timeout=5", f"--dest={place}", f"--object-path=/{place.replace('.', '/')}"]
        hints = f"{{'urgency': <byte {2 if urgent else 1}>}}"
        given = [
            _variant(_NAME),
            "uint32 0",
            "''",
            _variant(title),
            _variant(body),
            "@as []",
            hints,
            f"int32 {_SHOWN_MS}",
        ]
        found.append([gdbus, "call", *said, f"--method={place}.Notify", *given])
    return found


def _variant(text: str) -> str:
    """A string as GVariant writes it."""
    kept = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{kept}'"
