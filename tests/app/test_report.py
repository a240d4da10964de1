"""The report window on a real recording: drafted, edited, kept, exported in three forms, in two languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QLabel, QPlainTextEdit, QWidget

from console.app import qtloop
from console.app.report import ReportWindow, open_report
from console.record.reports import beside, read_revisions
from tests.support.desk import HandClock, until
from tests.support.reported import recorded


@pytest.fixture
def play(qapp, dark, tmp_path):
    """Opens a window on a recording and runs a scene on it."""

    def run(scene, **options) -> None:
        source = tmp_path / "a.dsrrec"
        recorded(source)

        async def main() -> int:
            with ThreadPoolExecutor(2) as workers:
                window = open_report(source, operator="noc-2", clock=HandClock(), workers=workers, **options)
                try:
                    await until(lambda: window.document() is not None, "the draft")
                    await scene(window, source)
                finally:
                    window.close()
            return 0

        qtloop.run(qapp, main)

    return run


def section(window: ReportWindow, key: str) -> None:
    keys = [name for name, _, _ in window.page._data.sections]
    window.page.sections.setCurrentRow(keys.index(key))


def test_a_section_is_edited_kept_and_there_again(play):
    async def scene(window: ReportWindow, source: Path) -> None:
        page = window.page
        section(window, "measures")
        before = page.editor.toPlainText()
        assert "[e" in before and not page.save.isEnabled()
        page.editor.setPlainText(before + "\nThe algorithm will be changed.")
        assert page.save.isEnabled()
        page.why.setText("cause found")
        QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
        await until(lambda: bool(read_revisions(beside(source))), "the file")
        await until(lambda: page.revisions.count() == 1, "the list")
        (kept,) = read_revisions(beside(source))
        assert (kept.by, kept.language, kept.what) == ("noc-2", "en", "cause found") and set(kept.texts) == {"measures"}
        section(window, "measures")
        assert page.editor.toPlainText().endswith("The algorithm will be changed. [r1]")
        document = window.document()
        assert document is not None and document.revisions[0].before["measures"] == before

    play(scene)


def test_changes_that_are_not_kept_hold_the_language(play):
    async def scene(window: ReportWindow, source: Path) -> None:
        page = window.page
        english = page.editor.toPlainText()
        page.editor.setPlainText(english + "\nmore")
        page.language.setCurrentIndex(1)
        page.language.activated.emit(1)
        assert page.language.currentData() == "en" and "more" in page.editor.toPlainText()
        page.editor.setPlainText(english)
        page.language.setCurrentIndex(1)
        page.language.activated.emit(1)
        assert page.language.currentData() == "ja" and "特に" in page.editor.toPlainText()

    play(scene)


def test_three_exports(play, tmp_path):
    async def scene(window: ReportWindow, source: Path) -> None:
        for form, begin in (("html", b"<!DOCTYPE html>"), ("md", b"# "), ("pdf", b"%PDF-")):
            await window.export(form, tmp_path / f"out.{form}")
            assert (tmp_path / f"out.{form}").read_bytes().startswith(begin)
        await window.export("md", tmp_path / "nowhere" / "a.md")
        assert "No such file" in window.page._said.phrase.source + str(window.page._said.phrase.args)

    play(scene, language="ja")


def test_the_sentence_under_the_cursor_shows_its_evidence_and_leads_there(play):
    gone: list[float] = []

    async def scene(window: ReportWindow, source: Path) -> None:
        page = window.page
        section(window, "details")
        place = page.editor.toPlainText().index("dsrs-001 (-a-general/8k) was not")
        cursor = page.editor.textCursor()
        cursor.setPosition(place)
        page.editor.setTextCursor(cursor)
        row = page.table.currentRow()
        assert page.table.item(row, 1).text() == "report_age dsrs-001"
        page.table.cellActivated.emit(row, 0)
        assert gone == [page._data.evidence[row].wall_s] and gone[0] > 1.7e9

    play(scene, follow=gone.append)


def test_what_cannot_be_read_is_said(qapp, dark, tmp_path):
    async def main() -> int:
        with ThreadPoolExecutor(1) as workers:
            window = open_report(tmp_path / "none.dsrsnap", operator="", clock=HandClock(), workers=workers)
            await until(lambda: "cannot be read" in str(window.page._said.phrase), "the reason")
            assert window.document() is None
            window.close()
        return 0

    qtloop.run(qapp, main)


def test_no_widget_takes_markup(play):
    async def scene(window: ReportWindow, source: Path) -> None:
        for widget in window.findChildren(QWidget):
            if isinstance(widget, QLabel):
                assert widget.textFormat() is Qt.TextFormat.PlainText
            if isinstance(widget, QPlainTextEdit | QAbstractItemView):
                assert "<" not in widget.toolTip()

    play(scene)
