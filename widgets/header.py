"""The top line: which fleet, how fresh, and its figures. Read in five seconds: grey is well, colour is not."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from widgets import theme, words
from widgets.canvas import Canvas
from widgets.errorrow import ErrorRow
from widgets.labels import PlainLabel, panel
from widgets.shapes import ToneMark
from widgets.standingbar import StandingBar
from widgets.viewdata import NOTHING, HeaderData, Tile, Tone

COMPACT_PX: Final = 1500
"""Below it seven figures have no room for a word beside the value and a line."""


class AliveMark(Canvas):
    """Eight dots in a ring; the lit one moves on with each arrival of data, and with nothing else: if it stands, nothing comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beat = 0
        self._tone = Tone.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_beat(self, beat: int, tone: Tone) -> None:
        """Moves to `beat`, coloured by how fresh the data are."""
        if (beat, tone) != (self._beat, self._tone):
            self._beat, self._tone = beat, tone
            self.update()

    @property
    def place(self) -> int:
        """Which of the eight dots is lit."""
        return self._beat % 8

    @override
    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Moves with each arrival of data"))
        self.setToolTip(words.tip(self.tr("Moves with each arrival of data. If it stands still, nothing arrives.")))

    @override
    def sizeHint(self) -> QSize:
        return QSize(22, 22)

    @override
    def paint(self, painter: QPainter, event: QPaintEvent) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = theme.colour("text") if self._tone is Tone.QUIET else theme.tone_colour(self._tone)
        for dot in range(8):
            behind = (self._beat - dot) % 8
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(lit if behind == 0 else theme.colour("text3" if behind == 1 else "edge"))
            x, y = ((0, -8), (6, -6), (8, 0), (6, 6), (0, 8), (-6, 6), (-8, 0), (-6, -6))[dot]
            radius = 3.0 if behind == 0 else 1.5
            painter.drawEllipse(QPointF(11 + x, 11 + y), radius, radius)
        if self._tone is Tone.ALARM:
            painter.setPen(QPen(lit, 2))
            painter.drawLine(QPointF(8, 8), QPointF(14, 14))
            painter.drawLine(QPointF(8, 14), QPointF(14, 8))


class TileView(QWidget):
    """One figure: mark and value with its word, and a line below that explains it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile: Tile | None = None
        self._compact = False
        self._mark = ToneMark()
        self._value = PlainLabel("big")
        self._word = PlainLabel("small", elide=True)
        self._line = PlainLabel("small", elide=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._mark)
        top.addWidget(self._value, alignment=Qt.AlignmentFlag.AlignBaseline)
        top.addWidget(self._word, 1, alignment=Qt.AlignmentFlag.AlignBaseline)
        grid.addLayout(top, 0, 0)
        grid.addWidget(self._line, 1, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._tile is not None:
            shown, self._tile = self._tile, None
            self.set_data(shown)
        super().changeEvent(event)

    def set_compact(self, compact: bool) -> None:
        """On a narrow screen the word stands below the value instead of beside it; the explaining line is in the tool tip."""
        if compact != self._compact:
            self._compact = compact
            if self._tile is not None:
                self._place(self._tile)

    def _place(self, tile: Tile) -> None:
        self._word.setVisible(not self._compact)
        self._word.set_phrase(tile.word)
        self._line.set_phrase(tile.word if self._compact else tile.line)

    def set_data(self, tile: Tile) -> None:
        """Takes the figure."""
        if tile == self._tile:
            return
        self._tile = tile
        loud = tile.tone is not Tone.QUIET
        self._mark.setVisible(loud)
        self._mark.set_tone(tile.tone)
        self._value.set_text(tile.value)
        self._value.set_tone(tile.tone)
        self._place(tile)
        self.setToolTip(words.tip(words.text(tile.tip) if words.has(tile.tip) else words.text(tile.line)))
        self.setAccessibleName(f"{tile.value} {words.text(tile.word)}")
        self.setAccessibleDescription(words.text(tile.line))


class Header(QFrame):
    """Environment and balancer at the left, figures in the middle, clock and freshness at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "panel")
        self._environment = PlainLabel("title", elide=True)
        self._balancer = PlainLabel("small", elide=True)
        self._clock = PlainLabel("clock")
        self._fresh = PlainLabel("small", elide=True)
        self._alive = AliveMark()
        self._tiles: list[TileView] = []
        self._tile_row = QHBoxLayout()
        self._tile_row.setSpacing(10)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addWidget(self._environment)
        who.addWidget(self._balancer)
        when = QVBoxLayout()
        when.setSpacing(0)
        when.addWidget(self._clock, alignment=Qt.AlignmentFlag.AlignRight)
        when.addWidget(self._fresh)
        self._fresh.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._errors = ErrorRow()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 4)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(10)
        column.addLayout(row)
        self.standing = StandingBar()
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self._errors, 1)
        below.addWidget(self.standing, alignment=Qt.AlignmentFlag.AlignRight)
        column.addLayout(below)
        for label in (self._environment, self._balancer):
            label.setMaximumWidth(170)
        self._fresh.setMaximumWidth(200)
        row.addLayout(who)
        row.addWidget(_rule())
        row.addLayout(self._tile_row, 1)
        row.addWidget(_rule())
        row.addWidget(self._alive)
        row.addLayout(when)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_data(self, data: HeaderData) -> None:
        """Takes the newest figures."""
        self._environment.set_text(data.environment)
        self._balancer.set_text(data.balancer)
        self._clock.set_text(data.clock)
        self._fresh.set_phrase(data.freshness)
        self._fresh.set_tone(data.freshness_tone)
        self._alive.set_beat(data.beat, data.freshness_tone)
        self._errors.set_data(data.errors)
        self.standing.set_data(data)
        while len(self._tiles) < len(data.tiles):
            if self._tiles:
                self._tile_row.addWidget(_rule())
            self._tiles.append(TileView())
            self._tiles[-1].set_compact(self.width() < COMPACT_PX)
            self._tile_row.addWidget(self._tiles[-1], 1)
        blank = Tile("", "", NOTHING)
        for index, view in enumerate(self._tiles):
            used = index < len(data.tiles)
            view.setVisible(used)
            view.set_data(data.tiles[index] if used else blank)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        for view in self._tiles:
            view.set_compact(self.width() < COMPACT_PX)
        super().resizeEvent(event)

    @property
    def alive(self) -> AliveMark:
        """The mark that moves with data."""
        return self._alive

    def tile_texts(self) -> tuple[str, ...]:
        """What the figures say, for tests and for speech."""
        return tuple(view.accessibleName() for view in self._tiles if not view.isHidden())


def _rule() -> QFrame:
    line = panel("rule")
    line.setFixedWidth(1)
    return line
