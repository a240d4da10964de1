"""Nothing dies unheard: exceptions of slots, threads and Qt's own messages go to the log, and leave a crash file."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from types import TracebackType
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from console.settings.crash import CrashFiles

_log = logging.getLogger("dsr.window")
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_QUIET: Final = ("This plugin does not support",)
"""Said by the offscreen platform at every window."""


_crashes: list[CrashFiles] = []
"""Where crash files go; none: nowhere."""


def install(crashes: CrashFiles | None = None) -> None:
    """For the life of the process. An exception in a slot is logged and leaves a file, and the window goes on."""
    _crashes[:] = [] if crashes is None else [crashes]
    if crashes is not None:
        crashes.watch()
    if sys.stderr is not None and not faulthandler.is_enabled():  # a windowed program may have no stderr
        faulthandler.enable()
    sys.excepthook = _unheard
    threading.excepthook = _thread_died
    qInstallMessageHandler(_qt_said)


def uninstall() -> None:
    """Before Qt is torn down: a message of its last moments must not call into a closing interpreter."""
    qInstallMessageHandler(None)
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    for crashes in _crashes:
        crashes.unwatch()
    _crashes.clear()


def _leave(what: str, error: BaseException | None = None) -> None:
    for crashes in _crashes:
        if (file := crashes.leave(what, error)) is not None:
            _log.error("a crash file was left: %s", file)


def _unheard(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("not caught: %r", error, exc_info=(kind, error, trace))
    _leave("An exception was not caught.", error)


def _thread_died(died: threading.ExceptHookArgs) -> None:
    name = died.thread.name if died.thread is not None else "?"
    _log.critical("thread %s died: %r", name, died.exc_value, exc_info=died.exc_value)
    _leave(f"Thread {name} died.", died.exc_value)


def _qt_said(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    level = logging.DEBUG if text.startswith(_QUIET) else _LEVELS[kind]
    _log.log(level, "Qt: %s", text)
    if kind is QtMsgType.QtFatalMsg:
        _leave(f"Qt gave up: {text}")
