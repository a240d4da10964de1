"""F1: the keys, over everything; any key or click closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from widgets import theme
from widgets.canvas import Canvas

LINE_PX = 26


class HelpOverlay(Canvas):
    """Covers its parent while shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._back_to: QWidget | None = None
        self._under = parent
        parent.installEventFilter(self)
        self.hide()
        self.retranslate()

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Each key and what it does."""
        return (
            ("F1", self.tr("this list")),
            ("F6   Shift+F6", self.tr("next and previous part of the window")),
            ("↑ ↓ ← →", self.tr("crosshair through all maps, reads the cell below them")),
            ("PgUp  PgDn", self.tr("rows, a page at a time")),
            ("Enter", self.tr("detail of the row, card or alarm")),
            ("Esc", self.tr("back: popup, armed button, filter, crosshair, alarm, detail; never acts")),
            ("+  −", self.tr("zoom in time (also Ctrl with the wheel)")),
            ("Home  End", self.tr("oldest column; back to live")),
            ("/", self.tr("find a server or a pool")),
            ("A", self.tr("acknowledge the chosen alarm, or all that wait when none is chosen")),
            ("Shift+A", self.tr("the same with a note")),
            ("N", self.tr("note on the chosen alarm, the open server or the situation")),
            ("S", self.tr("shelve the chosen alarm for a time, or take it off the shelf")),
            ("M", self.tr("mute the sounds for a time; acknowledges nothing")),
            ("K   L", self.tr("alarm figures; times without sight")),
            ("Y   Shift+Y", self.tr("copy the facts of the chosen server; of the situation")),
            ("H", self.tr("hand-over: the page for the change of shift")),
            ("C", self.tr("compare the chosen server with the one under the crosshair, or with itself earlier")),
            ("E", self.tr("evidence: what other algorithms would have done")),
            ("O", self.tr("only what is abnormal")),
            ("B", self.tr("belief as a fourth map")),
            ("T", self.tr("table instead of maps")),
            ("Ctrl+S", self.tr("snapshot of everything as one file")),
            ("Ctrl+R", self.tr("incident report, drafted from the recording")),
            ("F9", self.tr("dark or light")),
            ("D  Enter", self.tr("to the Detach button of the server under the crosshair, and press it")),
            ("Tab, Space", self.tr("to any button, and press it: no single key ever acts on a server")),
        )

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Keys"))
        self.setAccessibleDescription("; ".join(f"{key}: {what}" for key, what in self.keys()))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self.setGeometry(self._under.rect())
        return super().eventFilter(watched, event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._back_to = self.window().focusWidget()
        self.setGeometry(self._under.rect())
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        if self._back_to is not None:
            self._back_to.setFocus(Qt.FocusReason.PopupFocusReason)
            self._back_to = None
        super().hideEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.hide()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        veil = QColor(theme.colour("ground"))
        veil.setAlpha(190)
        painter.fillRect(self.rect(), veil)
        lines = self.keys()
        width, height = min(680, self.width() - 40), len(lines) * LINE_PX + 72
        box = QRect((self.width() - width) // 2, max(12, (self.height() - height) // 2), width, height)
        painter.fillRect(box, theme.colour("raised"))
        painter.setPen(theme.colour("edge"))
        painter.drawRect(box)
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.ui_font(15, bold=True))
        painter.drawText(
            QRect(box.x() + 28, box.y() + 14, width, 28), int(Qt.AlignmentFlag.AlignVCenter), self.tr("Keys")
        )
        for index, (key, what) in enumerate(lines):
            y = box.y() + 52 + index * LINE_PX
            painter.setPen(theme.colour("text"))
            painter.setFont(theme.fixed_font(13))
            painter.drawText(QRect(box.x() + 28, y, 130, LINE_PX), int(Qt.AlignmentFlag.AlignVCenter), key)
            painter.setPen(theme.colour("text2"))
            painter.setFont(theme.ui_font(13))
            painter.drawText(QRect(box.x() + 168, y, width - 190, LINE_PX), int(Qt.AlignmentFlag.AlignVCenter), what)
