"""The report window: drafts on a worker thread, shows, keeps revisions, exports. `open_report` is all that others need.

A snapshot's revisions are kept beside it; those of the recorder's file beside that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget
from typing_extensions import override

from console.app.printing import pdf
from console.domain.clock import Clock
from console.domain.errors import ConsoleError
from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.reporting import edits, facts_from
from console.present import reason
from console.record.reports import Saved, beside, read_revisions, write_revisions
from console.report import Document, Facts, draft
from console.report.document import as_text, edited
from console.report.pages import Pages
from widgets.reportpage import EvidenceRow, ReportData, ReportPage
from widgets.viewdata import QT_TRANSLATE_NOOP, phrase

_log = logging.getLogger("dsr.window")
_SIZE: Final = (1180, 760)
_BEFORE_S: Final = 900.0
_LEAST_S: Final = 3600.0
_MOST_S: Final = 86_400.0


class ReportWindow(QMainWindow):
    """One report of one file. `progressed`: polls read of how many, from the worker thread."""

    progressed = Signal(int, int)

    def __init__(
        self,
        source: Path,
        operator: str,
        clock: Clock,
        workers: ThreadPoolExecutor,
        language: str,
        follow: Callable[[float], None] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page = ReportPage()
        self.setCentralWidget(self.page)
        self.resize(*_SIZE)
        self._source = source
        self._operator = operator
        self._clock = clock
        self._workers = workers
        self._language = language
        self._follow = follow
        self._facts: Facts | None = None
        self._saved: tuple[Saved, ...] = ()
        self.page.saveRequested.connect(self._save)
        self.page.exportRequested.connect(self._export)
        self.page.languageRequested.connect(self._speak)
        if follow is not None:
            self.page.evidenceRequested.connect(follow)
        self.progressed.connect(self._progress)
        self.retranslate()

    async def read(self, first_wall_s: float | None, last_wall_s: float | None) -> None:
        """Drafts it; what hinders that is said."""
        self.page.say(phrase(QT_TRANSLATE_NOOP("present", "Reading the recording ...")))

        def work() -> tuple[Facts, tuple[Saved, ...]]:
            facts = facts_from(self._source, first_wall_s, last_wall_s, self.progressed.emit)
            return facts, read_revisions(beside(self._source))

        try:
            self._facts, self._saved = await asyncio.wrap_future(self._workers.submit(work))
        except (ConsoleError, OSError) as error:
            self.page.say(reason(str(error)))
            return
        self._show()
        self.page.say(
            phrase(QT_TRANSLATE_NOOP("present", "Drafted. Each sentence ends with the marks of its evidence."))
        )

    def document(self) -> Document | None:
        """As it stands, with the revisions."""
        if self._facts is None:
            return None
        return edited(draft(self._facts, self._language, self._zone()), edits(self._saved))

    def retranslate(self) -> None:
        """Sets the words again."""
        self.setWindowTitle(self.tr("Incident report: {name}").replace("{name}", self._source.name))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    # --- what the page asks for

    def _speak(self, language: str) -> None:
        self._language = language
        self._show()

    def _save(self, texts: dict[str, str], why: str) -> None:
        spawn(self._keep(texts, why), "save a report")

    async def _keep(self, texts: dict[str, str], why: str) -> None:
        """What another console has kept meanwhile is kept as well."""
        mine = Saved(self._clock.wall(), self._operator, self._language, texts, why)
        path = beside(self._source)

        def work() -> tuple[Saved, ...]:
            everything = (*read_revisions(path), mine)
            write_revisions(path, everything)
            return everything

        try:
            self._saved = await asyncio.wrap_future(self._workers.submit(work))
        except (ConsoleError, OSError) as error:
            self.page.say(reason(str(error)))
            return
        self._show()
        self.page.say(phrase(QT_TRANSLATE_NOOP("present", "Revision kept: {path}"), path=str(path)))

    def _export(self, form: str) -> None:
        dialog = QFileDialog(
            self, self.tr("Export the report"), str(self._source.with_suffix("")) + f".{self._language}.{form}"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(f"{self._source.stem}.{self._language}.{form}")

        def chosen(name: str) -> None:
            spawn(self.export(form, Path(name)), "export a report")

        dialog.fileSelected.connect(chosen)
        dialog.open()

    async def export(self, form: str, path: Path) -> None:
        """Writes it in one of the three forms; unsaved changes are not in it."""
        document = self.document()
        if document is None:
            return
        pages = Pages(document, self._zone())

        if form == "pdf":  # Qt lays text out on the GUI thread only
            body = pdf(pages.printed(), pages.figure(), title=document.title, language=document.language)
        else:
            body = (pages.html() if form == "html" else pages.markdown()).encode()

        try:
            await asyncio.wrap_future(self._workers.submit(path.write_bytes, body))
        except OSError as error:
            self.page.say(reason(str(error.strerror or error)))
            return
        self.page.say(phrase(QT_TRANSLATE_NOOP("present", "Report written: {path}"), path=str(path)))

    # --- showing

    def _show(self) -> None:
        document = self.document()
        if document is None:
            return
        pages = Pages(document, self._zone())
        self.page.set_data(
            ReportData(
                language=self._language,
                title=document.title,
                sections=tuple((one.key, one.title, as_text(one)) for one in document.sections),
                evidence=tuple(
                    EvidenceRow(
                        mark,
                        what,
                        when,
                        where,
                        document.evidence[mark].first_wall_s if mark in document.evidence else None,
                    )
                    for mark, what, when, where in pages.table()
                ),
                revisions=tuple(reversed(pages.revisions())),
                source=str(self._source),
                follows=self._follow is not None,
            )
        )

    def _progress(self, done: int, of: int) -> None:
        percent = 100 * done // max(of, 1)
        self.page.say(phrase(QT_TRANSLATE_NOOP("present", "Reading the recording: {percent} %"), percent=str(percent)))

    def _zone(self) -> tzinfo:
        wall_s = self._clock.wall() if self._facts is None else self._facts.last_wall_s
        return datetime.fromtimestamp(wall_s).astimezone().tzinfo or UTC


def open_report(
    source: Path,
    *,
    operator: str,
    clock: Clock,
    workers: ThreadPoolExecutor,
    language: str | None = None,
    first_wall_s: float | None = None,
    last_wall_s: float | None = None,
    follow: Callable[[float], None] | None = None,
    parent: QWidget | None = None,
) -> ReportWindow:
    """Opens the window on a snapshot or the recorder's file, at once; the draft follows. Needs the running loop.

    `language` None: the window's own. `follow`: goes to a wall time, as a replay can; then evidence leads there.
    """
    if language is None:
        language = "ja" if QLocale().language() is QLocale.Language.Japanese else "en"
    window = ReportWindow(source, operator, clock, workers, language, follow, parent)
    window.show()
    spawn(window.read(first_wall_s, last_wall_s), "draft a report")
    return window


def report_begin(view: View) -> float:
    """Where a report of now begins: a quarter of an hour before the oldest open alarm, at least an hour and at most a day ago."""
    now_s = view.frame.wall_s
    oldest = min((alarm.since_wall_s for alarm in view.alarms), default=now_s) - _BEFORE_S
    return min(max(oldest, now_s - _MOST_S), now_s - _LEAST_S)
