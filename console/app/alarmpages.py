"""The alarms' pages on the screen: opened by a key, kept new while open, copied or saved as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.app.pagesaver import PageSaver
from console.detect import performance as figures
from console.detect import sightlog
from console.domain.clock import Clock
from console.domain.view import View
from console.present.pages import FIRST_PERIOD, figures_page, judged, sight_page
from widgets.screen import OperatorScreen

_FILES: Final = {"figures": "alarm-figures", "sight": "times-without-sight"}


class AlarmPages(QObject):
    """`said(Phrase)`: one line for the bottom of the window. `view`: answers with the View that the screen shows."""

    said = Signal(object)

    def __init__(
        self,
        screen: OperatorScreen,
        clock: Clock,
        folder: Path,
        environment: str,
        view: Callable[[], View | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page, self._clock, self._view = screen.page, clock, view
        self._folder, self._environment = folder, environment
        self._name, self._period = "", FIRST_PERIOD
        self._saver = PageSaver(self)
        self._saver.said.connect(self.said)
        screen.alarms.foot.pageRequested.connect(self._toggle)
        screen.page.closed.connect(self._closed)
        screen.page.choiceChanged.connect(self._choose)
        screen.page.exportRequested.connect(self._export)

    def refresh(self) -> None:
        """Draws the open page again; nothing while none is open."""
        view = self._view()
        if view is None or not self._name:
            return
        page = sight_page(view, None)
        if self._name == "figures":
            page = figures_page(view, self._period, self._clock.wall(), None)
        self._page.set_data(page)

    def close(self) -> None:
        """What is being written ends by itself."""
        self._saver.close()

    def _toggle(self, name: str) -> None:
        if self._view() is None or (self._name == name and self._page.close_page()):
            return
        self._name = name
        self.refresh()
        self._page.open_page()

    def _closed(self) -> None:
        self._name = ""

    def _choose(self, period: int) -> None:
        self._period = period
        self.refresh()

    def _export(self, kind: str) -> None:
        view = self._view()
        if view is None or not self._name:
            return
        text = self._text(view, kind)
        if kind == "copy":
            self._saver.copy(text)
            return
        at = datetime.fromtimestamp(self._clock.wall(), UTC)
        place = "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in self._environment)
        path = self._folder / f"{at:%Y%m%d-%H%M%S}-{place[:40] or 'fleet'}-{_FILES[self._name]}.{kind}"
        self._saver.save(path, text)

    def _text(self, view: View, kind: str) -> str:
        if self._name == "sight":
            match kind:
                case "csv":
                    return sightlog.as_table(view.ledger)
                case "json":
                    return json.dumps(sightlog.as_plain(view.ledger), ensure_ascii=False, indent=1) + "\n"
                case _:
                    return sightlog.as_lines(view.ledger)
        found = judged(view, self._period, self._clock.wall())
        match kind:
            case "csv":
                return figures.as_table(found)
            case "json":
                return json.dumps(figures.as_plain(found), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
            case _:
                return figures.as_lines(found)
