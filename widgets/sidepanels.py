"""The operator's screen with panels beside it that share the room: the maps keep theirs, and what was opened longest ago folds first."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from widgets.screen import OperatorScreen

SIDE_PX: Final = 330
SPACING_PX: Final = 4
SCREEN_PX: Final = 1132
"""So much the screen keeps where a second panel wants to stand beside the first."""
DETAIL_PX: Final = 1226
"""So much where its detail is open: each map then has about 130 pixels."""


class SidePanels(QWidget):
    """`changed()`: a panel was opened or folded. The detail of the chosen server counts as a panel; the newest one always stays."""

    changed = Signal()

    def __init__(self, screen: OperatorScreen, panels: tuple[QWidget, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screen, self._panels = screen, panels
        self._order: list[QWidget] = []
        """What is open, the newest last."""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING_PX)
        row.addWidget(screen, 1)
        for panel in panels:
            panel.setFixedWidth(SIDE_PX)
            panel.hide()
            row.addWidget(panel)
        screen.serverChosen.connect(lambda: self._opened(screen.detail))

    def set_shown(self, panel: QWidget, on: bool) -> None:
        """Opens one of the panels, or folds it."""
        panel.setVisible(on)
        if on:
            self._opened(panel)
        self.changed.emit()

    def _opened(self, panel: QWidget) -> None:
        self._order = [one for one in self._order if one is not panel] + [panel]
        self._fit()

    def _fit(self) -> None:
        if not self.isVisible():
            return  # it has no true size yet
        open_now = [one for one in self._order if self._is_open(one)]
        while len(open_now) > 1 and self.width() < self._needed(open_now):
            oldest = open_now.pop(0)
            if oldest is self._screen.detail:
                self._screen.fold_detail()
            else:
                self.set_shown(oldest, False)

    def _is_open(self, panel: QWidget) -> bool:
        return self._screen.detail_open if panel is self._screen.detail else not panel.isHidden()

    def _needed(self, parts: list[QWidget]) -> int:
        sides = [one for one in parts if one is not self._screen.detail]
        return (SCREEN_PX if len(sides) == len(parts) else DETAIL_PX) + len(sides) * (SIDE_PX + SPACING_PX)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
