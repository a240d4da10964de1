"""Nothing dies unheard: exceptions of slots, threads and Qt's own messages go to the log; a crash leaves its stack."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from types import TracebackType
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

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


def install() -> None:
    """For the life of the process. An exception in a slot is logged, and the window goes on."""
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


def _unheard(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.critical("not caught: %r", error, exc_info=(kind, error, trace))


def _thread_died(died: threading.ExceptHookArgs) -> None:
    name = died.thread.name if died.thread is not None else "?"
    _log.critical("thread %s died: %r", name, died.exc_value, exc_info=died.exc_value)


def _qt_said(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    level = logging.DEBUG if text.startswith(_QUIET) else _LEVELS[kind]
    _log.log(level, "Qt: %s", text)
