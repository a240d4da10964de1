"""The window from nothing to nothing: application, theme, words, hooks, signals, loop; torn down in an order that Qt survives."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QSettings, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import resources
from console import __version__
from console.app import hooks, qtloop
from console.app.capture import Capture
from console.app.fleet import Connect, Fleet
from console.app.shell import Shell
from console.app.signals import SignalWatch
from console.domain.clock import Clock, MachineClock
from console.record.sealing import Signs
from console.settings.crash import CrashFiles
from widgets import theme, words

_RESOURCES: Final = Path(resources.__file__).parent
_TURN_S: Final = 0.001
"""How long another thread computes before the window gets its turn. A picture takes dozens of turns, as Qt gives one up at each call:
with Python's usual 5 ms a worker that computes would make it wait a tenth of a second."""


def run_window(
    fleet: Fleet | None,
    *,
    connect: Connect,
    start_lab: Callable[[threading.Event], Fleet],
    begin_with_lab: bool = False,
    language: str | None = None,
    theme_name: str | None = None,
    capture: Capture | None = None,
    for_s: float | None = None,
    settings: QSettings | None = None,
    clock: Clock | None = None,
    crashes: CrashFiles | None = None,
    snapshots: Path | None = None,
    signer: Callable[[], Signs | None] | None = None,
) -> int:
    """Opens the window and returns its exit code. `fleet` None: the connect page, whose answers come from `connect` and `start_lab`.

    Both block on a worker thread and give up soon after their event is set. `begin_with_lab`: as if the lab had been asked for there.

    `snapshots`, `signer`: where snapshots of a replay go, and what signs them.

    `language` and `theme_name` None: those of last time, else the system's language and dark.
    `crashes`: where a crash leaves its file. Call it once in a process, on the main thread.
    """
    app, kept = prepare(settings, language, theme_name, crashes)
    shell = Shell(app, kept, clock or MachineClock(), connect, start_lab, capture, snapshots, signer)
    watch = SignalWatch(shell.end)
    try:
        return qtloop.run(app, lambda: shell.live(fleet, for_s, begin_with_lab=begin_with_lab))
    finally:
        watch.restore()
        kept.sync()
        _tear_down(shell)


def prepare(
    settings: QSettings | None, language: str | None, theme_name: str | None, crashes: CrashFiles | None = None
) -> tuple[QApplication, QSettings]:
    """Application, theme, words and what the window remembers. `crashes`: where a crash leaves its file."""
    hooks.install(crashes)
    sys.setswitchinterval(_TURN_S)
    app = _application()
    kept = settings or QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "dsr-console", "window")
    theme.apply(app, _theme(theme_name, kept.value("window/theme")))
    words.load(app, language or _language(), _RESOURCES / "translations")
    return app, kept


def close_windows() -> None:
    """All of them, and what they have put off."""
    for widget in QApplication.topLevelWidgets():
        if shiboken6.isValid(widget):
            widget.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    hooks.uninstall()


def _application() -> QApplication:
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    app = QApplication(["dsr-console"])
    app.setApplicationName("dsr-console")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("dsr-console")
    app.setWindowIcon(QIcon(str(_RESOURCES / "icons" / "dsr-console.svg")))
    return app


def _tear_down(shell: Shell) -> None:
    """Widgets die before the application, and both before the interpreter: left to chance this order ends in a crash at exit."""
    window = shell.window
    window.hide()
    for widget in QApplication.topLevelWidgets():
        if shiboken6.isValid(widget):
            widget.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    shiboken6.delete(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    hooks.uninstall()


def _theme(wanted: str | None, kept: object) -> str:
    if wanted is not None:
        return wanted
    return kept if isinstance(kept, str) and kept in {"dark", "light"} else "dark"


def _language() -> str:
    return "ja" if QLocale.system().language() is QLocale.Language.Japanese else "en"
