"""The incident report to read and to edit: sections as plain text, the evidence of each sentence beside them, revisions below."""
# ruff: noqa: N815  signals are named as Qt names its own

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct
from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from widgets import words
from widgets.labels import PlainLabel
from widgets.theme import fixed_font
from widgets.viewdata import QT_TRANSLATE_NOOP, Phrase, phrase

FORMATS: Final = ("html", "md", "pdf")
_LANGUAGES: Final = (("en", "English"), ("ja", "日本語"))
_LONGEST: Final = 400
_LONGEST_SECTION: Final = 200_000


class EvidenceRow(Struct, frozen=True):
    """One piece of evidence."""

    mark: str
    what: str
    when: str
    where: str
    wall_s: float | None = None
    """Where a replay would go."""


class ReportData(Struct, frozen=True):
    """A report in one language, ready to show. Texts of sections end each sentence with its marks."""

    language: str
    title: str
    sections: tuple[tuple[str, str, str], ...]
    """Key, title, text."""
    evidence: tuple[EvidenceRow, ...] = ()
    revisions: tuple[str, ...] = ()
    """Newest first."""
    source: str = ""
    """What it is of."""
    follows: bool = False
    """Somebody goes where an evidence leads."""


@dataclass(slots=True)
class _State:
    """What was shown last, to tell what was changed."""

    texts: dict[str, str] = field(default_factory=dict[str, str])
    key: str = ""


class ReportPage(QWidget):
    """Nothing here writes or exports; it asks for it."""

    saveRequested = Signal(dict, str)
    """Key -> text of the changed sections; why."""
    exportRequested = Signal(str)
    languageRequested = Signal(str)
    evidenceRequested = Signal(float)
    """Wall seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = ReportData("en", "", ())
        self._state = _State()
        self._title = PlainLabel("big", elide=True)
        self._source = PlainLabel("small", elide=True)
        self._said = PlainLabel("small", elide=True)
        self.language = QComboBox()
        for code, name in _LANGUAGES:
            self.language.addItem(name, code)
        self.sections = QListWidget()
        self.editor = QPlainTextEdit()
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.editor.setTabChangesFocus(True)
        self.table = QTableWidget(0, 4)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.setWordWrap(False)
        self.revisions = QListWidget()
        self.why = QLineEdit()
        self.why.setMaxLength(_LONGEST)
        self.save = QPushButton()
        self.exports = {name: QPushButton() for name in FORMATS}
        self._label_evidence, self._label_revisions = PlainLabel("small"), PlainLabel("small")
        self._build()
        self.language.activated.connect(self._language_chosen)
        self.sections.currentRowChanged.connect(self._section_chosen)
        self.editor.textChanged.connect(self._edited)
        self.editor.cursorPositionChanged.connect(self._mark_evidence)
        self.table.cellActivated.connect(self._follow)
        self.save.clicked.connect(self._save)
        for name, button in self.exports.items():
            button.clicked.connect(lambda _=False, name=name: self.exportRequested.emit(name))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self._save)
        self.retranslate()

    # --- what is shown

    @property
    def changed(self) -> Mapping[str, str]:
        """Texts that are not as they were shown, by key."""
        self._keep()
        return {key: self._state.texts[key] for key, _, text in self._data.sections if self._state.texts[key] != text}

    def set_data(self, data: ReportData) -> None:
        """A report; unsaved changes of the one before are gone: ask `changed` first."""
        key = self._state.key
        self._data = data
        self._state = _State({name: text for name, _, text in data.sections})
        self._title.set_text(data.title)
        self._source.set_text(data.source)
        with QSignalBlocker(self.language):
            self.language.setCurrentIndex(self.language.findData(data.language))
        keys = [name for name, _, _ in data.sections]
        with QSignalBlocker(self.sections):
            self.sections.clear()
            for _, title, _ in data.sections:
                self.sections.addItem(QListWidgetItem(title))
        self._fill_table()
        self.revisions.clear()
        self.revisions.addItems([words.plain(one) for one in data.revisions])
        self.sections.setCurrentRow(keys.index(key) if key in keys else 0)
        self._allow()

    def say(self, said: Phrase) -> None:
        """One line at the foot."""
        self._said.set_phrase(said)

    # --- what the operator does

    def _language_chosen(self) -> None:
        code = str(self.language.currentData())
        if code == self._data.language:
            return
        if self.changed:
            with QSignalBlocker(self.language):
                self.language.setCurrentIndex(self.language.findData(self._data.language))
            self.say(phrase(QT_TRANSLATE_NOOP("present", "Save the changes first: the languages are edited apart.")))
            return
        self.languageRequested.emit(code)

    def _section_chosen(self, row: int) -> None:
        if not 0 <= row < len(self._data.sections):
            return
        self._keep()
        self._state.key = self._data.sections[row][0]
        with QSignalBlocker(self.editor):
            self.editor.setPlainText(self._state.texts[self._state.key])
        self.editor.setAccessibleName(self._data.sections[row][1])
        self._mark_evidence()

    def _keep(self) -> None:
        if self._state.key in self._state.texts:
            self._state.texts[self._state.key] = self.editor.toPlainText()[:_LONGEST_SECTION]

    def _edited(self) -> None:
        self._allow()

    def _allow(self) -> None:
        self.save.setEnabled(bool(self.changed))

    def _save(self) -> None:
        changed = dict(self.changed)
        if changed:
            self.saveRequested.emit(changed, self.why.text().strip())
            self.why.clear()

    def _mark_evidence(self) -> None:
        """Selects the evidence of the sentence that the cursor stands in."""
        line = self.editor.textCursor().block().text()
        marks = [row.mark for row in self._data.evidence]
        inside = line.rpartition("[")[2].rpartition("]")[0] if line.rstrip().endswith("]") else ""
        first = inside.partition(",")[0].strip()
        if first in marks:
            self.table.selectRow(marks.index(first))
        else:
            self.table.clearSelection()

    def _follow(self, row: int, _: int) -> None:
        wall_s = self._data.evidence[row].wall_s if row < len(self._data.evidence) else None
        if wall_s is not None and self._data.follows:
            self.evidenceRequested.emit(wall_s)

    # --- looks

    def retranslate(self) -> None:
        """Sets the words again."""
        self.save.setText(self.tr("Save a revision"))
        self.why.setPlaceholderText(self.tr("What was changed, and why"))
        self.why.setAccessibleName(self.tr("What was changed, and why"))
        for name, button in self.exports.items():
            button.setText(
                self.tr("Export {format}").replace("{format}", {"html": "HTML", "md": "Markdown", "pdf": "PDF"}[name])
            )
        self.table.setHorizontalHeaderLabels([self.tr("Mark"), self.tr("What"), self.tr("When"), self.tr("Where")])
        self.language.setAccessibleName(self.tr("Language of the report"))
        self.sections.setAccessibleName(self.tr("Sections"))
        self.table.setAccessibleName(self.tr("Evidence"))
        self.revisions.setAccessibleName(self.tr("Revisions"))
        self._label_evidence.set_text(
            self.tr("Evidence: marks at the end of each sentence; Enter goes there in a replay")
        )
        self._label_revisions.set_text(self.tr("Revisions"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _fill_table(self) -> None:
        self.table.setRowCount(len(self._data.evidence))
        for place, row in enumerate(self._data.evidence):
            for column, text in enumerate((row.mark, row.what, row.when, row.where)):
                item = QTableWidgetItem(words.plain(text))
                self.table.setItem(place, column, item)
        head = self.table.horizontalHeader()
        metrics = QFontMetricsF(self.table.font())
        for column, sample in enumerate(("e000", "sessions -a-general/16k dsrs-000", "00:00:00 - 00:00:00 00")):
            self.table.setColumnWidth(column, round(metrics.horizontalAdvance(sample)) + 28)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)

    def _build(self) -> None:
        self.editor.setFont(fixed_font(13))
        for entries in (self.sections, self.revisions):
            entries.setWordWrap(True)
            entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            entries.setTextElideMode(Qt.TextElideMode.ElideNone)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self.language)
        for button in self.exports.values():
            head.addWidget(button)
        left = QWidget()
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(6)
        side.addWidget(self.sections, 2)
        side.addWidget(self._label_revisions)
        side.addWidget(self.revisions, 1)
        left.setFixedWidth(250)
        right = QSplitter(Qt.Orientation.Vertical)
        right.setChildrenCollapsible(False)
        below = QWidget()
        proof = QVBoxLayout(below)
        proof.setContentsMargins(0, 6, 0, 0)
        proof.setSpacing(4)
        proof.addWidget(self._label_evidence)
        proof.addWidget(self.table)
        right.addWidget(self.editor)
        right.addWidget(below)
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 2)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(left)
        middle.addWidget(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._source)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        column.addWidget(self._said)
