"""The window around the screen: frame, title, pages, status line, keys that act, and where it stood last time. Knows no engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget
from typing_extensions import override

from widgets.connect import ConnectPage
from widgets.frame import LabFrame
from widgets.labels import PlainLabel
from widgets.recordbar import RecordBar
from widgets.screen import OperatorScreen
from widgets.viewdata import NOTHING, Phrase

_GEOMETRY: Final = "window/geometry"
LEAST: Final = (1180, 680)
FIRST: Final = (1600, 940)
"""Size of the very first start, where the display has room for it."""


class MainWindow(QMainWindow):
    """Shows the connect page or one screen. `closing`: the operator closes it; what runs behind it must end now."""

    closing = Signal()

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._environment = ""
        self._lab = False
        self._armed = NOTHING
        """What was said about the armed button."""
        self._frame = LabFrame()
        self._pages = QStackedWidget()
        self.connect_page = ConnectPage()
        self.screen_page: OperatorScreen | None = None
        self._pages.addWidget(self.connect_page)
        self._frame.set_content(self._pages)
        self.setCentralWidget(self._frame)
        self._said = PlainLabel("small", elide=True)
        self._hint = PlainLabel("small")
        self.record = RecordBar()
        self.record.set_fleet(False, recorded=False)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self._said, 1)
        bar.addPermanentWidget(self._hint)
        bar.addPermanentWidget(self.record)
        bar.setContentsMargins(8, 0, 12, 0)
        self._key("D", self.aim)
        self._key("Ctrl+O", self.record.openRequested.emit)
        self._key("Ctrl+B", lambda: self.record.back.isVisible() and self.record.backRequested.emit())
        room = self.screen().availableSize()  # of a full HD screen at 200 % only 960 x 540 are left
        self.setMinimumSize(min(LEAST[0], room.width()), min(LEAST[1], room.height()))
        self._restore()
        self.retranslate()

    def show_connect(self, problem: Phrase = NOTHING, url: str | None = None) -> None:
        """The connect page, with what went wrong."""
        self._environment, self._lab = "", False
        self.record.set_fleet(False, recorded=False)
        self._frame.set_lab(False)
        self.connect_page.set_busy(NOTHING)
        self.connect_page.set_problem(problem)
        if url is not None:
            self.connect_page.set_url(url)
        self._pages.setCurrentWidget(self.connect_page)
        self.connect_page.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.retranslate()

    def show_screen(self, screen: OperatorScreen, environment: str, *, lab: bool) -> None:
        """A fleet's screen; an earlier one is let go."""
        if self.screen_page is not None:
            self._pages.removeWidget(self.screen_page)
            self.screen_page.deleteLater()
        self.screen_page = screen
        screen.disarmed.connect(self._disarmed)
        self._pages.addWidget(screen)
        self._pages.setCurrentWidget(screen)
        self._environment, self._lab = environment, lab
        self._frame.set_lab(lab)
        self.retranslate()

    def say(self, phrase: Phrase) -> None:
        """One line at the bottom, until the next one."""
        self._said.set_phrase(phrase)

    def show_progress(self, done: int, of: int) -> None:
        """How far a long work is; `done` = `of` hides it."""
        self.record.set_progress(done, of)

    def aim(self) -> None:
        """D: arms the named Detach button of the server that is meant, and says so. It presses nothing."""
        screen = self.screen_page
        if screen is not None and self._pages.currentWidget() is screen:
            said = screen.aim()
            self.say(said)
            self._armed = said if screen.armed else NOTHING

    def _disarmed(self) -> None:
        """The sentence that names a target goes with the keyboard: it must not stand there when Enter means something else."""
        if self._armed is not NOTHING and self._said.phrase is self._armed:
            self.say(NOTHING)
        self._armed = NOTHING

    def retranslate(self) -> None:
        """Sets the words again."""
        name = self.tr("DSR Console")
        title = f"{self._environment} · {name}" if self._environment else name
        self.setWindowTitle(self.tr("LAB: {title}").replace("{title}", title) if self._lab else title)
        self._hint.set_text(self.tr("F1 keys    D, then Enter: detach the chosen server"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue(_GEOMETRY, self.saveGeometry())
        self.closing.emit()
        super().closeEvent(event)

    def _restore(self) -> None:
        kept = self._settings.value(_GEOMETRY)
        if isinstance(kept, QByteArray) and self.restoreGeometry(kept):
            return
        room = self.screen().availableSize()
        self.resize(min(FIRST[0], room.width()), min(FIRST[1], room.height()))

    def _key(self, keys: str, does: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(does)
