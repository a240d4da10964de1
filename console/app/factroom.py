"""Facts for elsewhere: a server or the situation into the clipboard by one key; pages for the change of shift, for evidence, to compare."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from console.app.pagesaver import PageSaver
from console.domain.cells import cell as harmless
from console.domain.clock import Clock
from console.domain.view import View
from console.present import Presenter
from console.present.factpages import Other, compare_page, others, shadow_page, shift_lines, shift_page
from console.present.foreseen import leading
from console.present.foreseen import of_situation as without_server
from console.present.handover import Lines, of_server, of_situation
from widgets import words
from widgets.pagedata import PageData
from widgets.screen import OperatorScreen
from widgets.viewdata import QT_TRANSLATE_NOOP, AlarmLine, phrase

NAMES = {"shift": "hand-over", "shadow": "other-algorithms", "compare": "compared"}
"""Of the files."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class FactRoom(QObject):
    """`said(Phrase)`: one line for the bottom of the window. `view`: the View that the screen shows; `chosen`: whose detail is open."""

    said = Signal(object)

    def __init__(
        self,
        screen: OperatorScreen,
        presenter: Presenter,
        clock: Clock,
        folder: Path,
        view: Callable[[], View | None],
        chosen: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._screen, self._page, self._presenter = screen, screen.facts, presenter
        self._clock, self._folder, self._view, self._chosen = clock, folder, view, chosen
        self._name, self._server = "", ""
        self._other: Other | None = None
        self._choices: tuple[Other, ...] = ()
        self._data: PageData | None = None
        self._saver = PageSaver(self)
        self._saver.said.connect(self.said)
        screen.factsRequested.connect(self._asked)
        self._page.closed.connect(self._closed)
        self._page.choiceChanged.connect(self._choose)
        self._page.exportRequested.connect(self._export)

    def refresh(self) -> None:
        """Draws the open page again; nothing while none is open."""
        view = self._view()
        if view is None or not self._name:
            return
        if self._name == "compare":
            found = compare_page(view, self._server, self._other)
            if found is None:
                return
            self._choices = others(view, self._server)
            self._data, chart = found
            self._page.chart.set_data(chart)
        else:
            self._page.chart.set_data(None)
            shift = self._name == "shift"
            self._data = shift_page(view, self._alarms(view), None) if shift else shadow_page(view, None)
        self._page.set_data(self._data)

    def close(self) -> None:
        """What is being written ends by itself."""
        self._saver.close()

    def _asked(self, what: str) -> None:
        view = self._view()
        if view is None:
            return
        if what == "copy-server":
            self._copy_server(view)
        elif what == "copy-situation":
            preview = without_server(leading(self._presenter.glance(view, *self._now())))
            self._copy(of_situation(view, self._alarms(view), None, preview))
            self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Copied: the situation.")))
        else:
            self._toggle(view, what)

    def _copy_server(self, view: View) -> None:
        server = self._chosen()
        if not server:
            self.said.emit(
                phrase(QT_TRANSLATE_NOOP("present", "No server is chosen: choose a row, then copy its facts."))
            )
            return
        self._copy(of_server(view, server, self._alarms(view), None, view.foresight.previews.get(server)))
        self.said.emit(phrase(QT_TRANSLATE_NOOP("present", "Copied: {server}."), server=server))

    def _toggle(self, view: View, name: str) -> None:
        if self._name == name and self._page.close_page():
            return
        if name == "compare":
            self._server = self._chosen() or next((one.server for one in view.suspects), "")
            pointed = self._screen.pointed_server
            self._other = Other(pointed) if pointed and pointed != self._server else None
            if compare_page(view, self._server, self._other) is None:
                self.said.emit(
                    phrase(QT_TRANSLATE_NOOP("present", "Choose a server first: it is compared with another."))
                )
                return
        self._name = name
        self.refresh()
        self._page.open_page()

    def _closed(self) -> None:
        self._name = ""

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._choices):
            self._other = self._choices[index]
            self.refresh()

    def _alarms(self, view: View) -> tuple[AlarmLine, ...]:
        return self._presenter.open_alarms(view, *self._now())

    def _now(self) -> tuple[float, float]:
        return self._clock.monotonic(), self._clock.wall()

    def _copy(self, lines: Lines) -> None:
        QGuiApplication.clipboard().setText(_joined(lines))

    def _export(self, kind: str) -> None:
        view, data = self._view(), self._data
        if view is None or data is None or not self._name:
            return
        shift = self._name == "shift"
        text = _joined(shift_lines(view, self._alarms(view), None)) if shift else as_text(data)
        if kind == "copy":
            self._saver.copy(text)
            return
        path = (
            self._folder / f"{datetime.fromtimestamp(self._clock.wall(), UTC):%Y%m%d-%H%M%S}-{NAMES[self._name]}.{kind}"
        )
        self._saver.save(path, as_csv(data) if kind == "csv" else text + "\n")


def as_text(data: PageData) -> str:
    """A page as lines, its cells apart by tabs, in the language of the window."""
    lines = [words.text(data.title), words.text(data.summary)]
    for row in _cells(data):
        lines.append("\t".join(row).rstrip())
    return "\n".join(line for line in lines if line)


def as_csv(data: PageData) -> str:
    """The tables of a page; no name from the network becomes a formula in a spreadsheet, and signed numbers stay numbers."""
    out = io.StringIO()
    csv.writer(out).writerows(
        [[text if _NUMBER.fullmatch(text) else harmless(text) for text in row] for row in _cells(data)]
    )
    return out.getvalue()


def _cells(data: PageData) -> list[list[str]]:
    found: list[list[str]] = []
    for one in data.tables:
        if words.has(one.name):
            found.append([words.text(one.name)])
        if any(words.has(head) for head in one.head):
            found.append([words.text(head) for head in one.head])
        found += [[words.text(cell) for cell in row.cells] for row in one.rows]
    return found


def _joined(lines: Lines) -> str:
    return "\n".join(words.text(line) for line in lines)
