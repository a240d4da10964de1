"""Keys that hand facts on: into the clipboard, onto a page, into a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.factroom import as_csv
from tests.app.test_desk import Stage, play  # noqa: F401  the fixture
from tests.support.desk import until
from widgets import words
from widgets.pagedata import PageData, PageRow, PageTable
from widgets.viewdata import NOTHING, Phrase, verbatim


async def ready(stage: Stage) -> list[str]:
    """The picture is there and has the keyboard; what the bottom line says is collected."""
    said: list[str] = []

    def hear(phrase: Phrase) -> None:
        said.append(words.text(phrase))

    stage.desk.said.connect(hear)
    stage.look(1)
    stage.window.activateWindow()
    await until(stage.window.isActiveWindow, "the window is in front")
    stage.screen.setFocus()
    return said


def press(stage: Stage, name: Qt.Key, more: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or stage.screen, name, more)


def test_one_key_copies_the_chosen_server_and_another_the_situation(play) -> None:  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        said = await ready(stage)
        stage.desk.choose(stage.muted[0])
        press(stage, Qt.Key.Key_Y)
        text = QGuiApplication.clipboard().text()
        assert stage.muted[0] in text.splitlines()[0] and "attached" in text
        assert said[-1] == f"Copied: {stage.muted[0]}."
        press(stage, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
        text = QGuiApplication.clipboard().text()
        assert "servers attached" in text.splitlines()[0] and all(server in text for server in stage.muted)
        stage.desk.choose("")
        QGuiApplication.clipboard().setText("as before")
        press(stage, Qt.Key.Key_Y)
        assert QGuiApplication.clipboard().text() == "as before" and "No server is chosen" in said[-1]

    play(scene)


@pytest.mark.parametrize("name", [Qt.Key.Key_H, Qt.Key.Key_E, Qt.Key.Key_C])
def test_a_key_opens_its_page_and_the_same_key_or_esc_closes_it(play, name: Qt.Key) -> None:  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        await ready(stage)
        page = stage.screen.facts
        press(stage, name)
        assert page.isVisible()
        press(stage, name)
        assert not page.isVisible()
        press(stage, name)
        press(stage, Qt.Key.Key_Escape)
        assert not page.isVisible()

    play(scene)


def test_compare_takes_the_chosen_one_and_another_choice_is_drawn(play) -> None:  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        await ready(stage)
        stage.desk.choose("dsrs-064")
        press(stage, Qt.Key.Key_C)
        page = stage.screen.facts
        assert page.chart.isVisible() and page.chart.tracks == 6
        page.choice.activated.emit(page.choice.findText("dsrs-010"))
        model = page.tables[0].model()
        assert [model.headerData(at, Qt.Orientation.Horizontal) for at in (1, 2)] == ["dsrs-064 now", "dsrs-010 now"]
        stage.look(1)
        assert page.choice.currentText() == "dsrs-010", "it stays through a new picture"
        press(stage, Qt.Key.Key_Escape)
        press(stage, Qt.Key.Key_H)
        assert page.isVisible() and not page.chart.isVisible()

    play(scene)


def test_the_shift_page_is_copied_and_saved_whole(play, tmp_path: Path) -> None:  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        said = await ready(stage)
        stage.desk._facts._folder = tmp_path
        press(stage, Qt.Key.Key_H)
        stage.screen.facts.buttons["copy"].click()
        copied = QGuiApplication.clipboard().text()
        assert copied.startswith("Hand-over") and "Open alarms:" in copied
        stage.screen.facts.buttons["txt"].click()
        await until(lambda: any(one.startswith("Saved") for one in said), "it is saved")
        texts.append(copied)

    texts: list[str] = []
    play(scene)
    (file,) = tmp_path.glob("*-hand-over.txt")
    assert file.read_text(encoding="utf-8") == texts[0] + "\n"


def test_no_name_becomes_a_formula_in_a_saved_page_and_signed_numbers_stay_numbers() -> None:
    cells = tuple(verbatim(text) for text in ("=HYPERLINK(1)", "@a", "-x", "+12", "-3.5", "dsrs-001"))
    page = PageData(NOTHING, NOTHING, (PageTable(NOTHING, (), (PageRow(cells),)),))
    assert as_csv(page) == "'=HYPERLINK(1),'@a,'-x,+12,-3.5,dsrs-001\r\n"
