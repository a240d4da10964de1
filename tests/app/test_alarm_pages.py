"""The pages of the alarms: figures against their bands, times without sight, and both as files that say the same."""

from __future__ import annotations

import csv
import json

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from console.app import qtloop
from console.app.desk import Desk
from console.app.fleet import Fleet
from console.app.window import MainWindow
from console.detect.sightlog import as_lines, as_table
from console.domain.lifecycle import Blindness, Raising, Unseen
from console.domain.states import Priority
from console.domain.view import Dropped, View
from console.present.pages import figures_page, sight_page
from tests.support.desk import FakeHandle, HandClock, until
from tests.support.views import incident
from tests.support.words import english
from widgets.pagetable import PageTableView
from widgets.screen import OperatorScreen
from widgets.viewdata import Tone


def told(view: View) -> View:
    """With a log of alarms, a blind minute and one that lasts."""
    wall_s, mono_s = view.frame.wall_s, view.frame.mono_s
    log = tuple(Raising(wall_s - 1000.0 + n, f"gap:s{n % 3}", "gap", Priority.HIGH) for n in range(24))
    dark = Blindness(Unseen.SERVER, "=cmd()", wall_s - 90.0, mono_s - 90.0, "timeout", wall_s - 83.0, mono_s - 83.0)
    lasts = Blindness(Unseen.BALANCER, None, wall_s - 5.0, mono_s - 5.0, "unreachable")
    return replace(view, raisings=log, ledger=(dark, lasts), chattering=("gap:s1",))


def words_of(table: PageTableView) -> list[list[str]]:
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_figures_say_what_their_bands_say():
    view = told(incident(ramp_polls=1)[2])
    page = figures_page(view, 0, view.frame.wall_s, None)
    rows = {english(row.cells[0]): row for row in page.tables[0].rows}
    chatter = rows["chattering alarms"]
    assert [english(cell) for cell in chatter.cells[1:]] == ["1", "0", "0", "too much", "ISA-18.2"]
    assert chatter.tone is Tone.WARN
    assert english(rows["alarms in the worst 10 minutes"].cells[1]) == "24"
    assert english(rows["priority high: 24 alarms"].cells[1]) == "100 %"
    assert [english(cell) for cell in page.tables[1].rows[0].cells] == ["gap s0", "8", "33 %"]
    empty = figures_page(replace(view, raisings=()), 0, view.frame.wall_s, None)
    assert english(empty.tables[0].rows[6].cells[1]) == "-", "a share of nothing is not zero"
    assert empty.tables[1].rows == () and english(empty.tables[1].empty) == "No alarm in this time."


def test_times_without_sight_name_source_length_and_cause_and_what_lasts():
    view = told(incident(ramp_polls=1)[2])
    page = sight_page(view, None)
    rows = [[english(cell) for cell in row.cells] for row in page.tables[0].rows]
    assert [row[0] for row in rows] == ["the balancer", "=cmd()"], "the newest first"
    assert rows[0][2:] == ["now", "5.0 s", "no connection"] and page.tables[0].rows[0].tone is Tone.UNKNOWN
    assert rows[1][3:] == ["7.0 s", "no answer in time"]
    assert english(page.summary).startswith("2 intervals")
    lines = list(csv.DictReader(as_table(view.ledger).splitlines()))
    assert (lines[0]["server"], lines[0]["seconds"], lines[1]["to"], lines[1]["seconds"]) == (
        "'=cmd()",
        "7.000",
        "",
        "",
    )
    assert as_lines(view.ledger).count("\n") == 2
    assert sight_page(replace(view, ledger=()), None).tables[0].rows == ()


def test_answers_that_were_not_used_are_counted_by_whose_they_were():
    view = incident(ramp_polls=1)[2]
    assert sight_page(view, None).tables[1].rows == () and english(sight_page(view, None).tables[1].empty)
    dropped = Dropped(balancer=3, servers={"s1": 2, "s2": 70}, gone=5)
    assert dropped.total == 80
    table = sight_page(replace(view, health=replace(view.health, dropped=dropped)), None).tables[1]
    shown = [tuple(english(cell) for cell in row.cells) for row in table.rows]
    assert shown == [("the balancer", "3"), ("s2", "70"), ("s1", "2"), ("servers that have left", "5")]


def test_a_key_opens_a_page_esc_closes_it_and_it_is_copied_and_saved(qapp, dark, tmp_path):
    _, maker, view, _ = incident(ramp_polls=2)
    handle, clock = FakeHandle(told(view)), HandClock()
    clock.at(view)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window, screen = MainWindow(settings), OperatorScreen()
    given = Fleet(engine=lambda: handle, environment="tokyo/1", operator="noc-2", snapshots=tmp_path / "new")
    desk = Desk(given, handle, screen, clock, settings)
    said: list[str] = []
    desk.said.connect(lambda phrase: said.append(english(phrase)))
    window.show_screen(screen, "tokyo", lab=False)
    window.resize(1366, 768)
    window.show()

    async def awake() -> None:
        """A window without a screen may lose the keyboard to nobody while the loop turns."""
        window.activateWindow()
        await until(window.isActiveWindow, "the window has the keyboard")

    async def scene() -> int:
        await awake()
        desk.bridge.look()
        screen.setFocus()
        page = screen.page
        QTest.keyClick(screen, Qt.Key.Key_K)
        assert page.isVisible() and page.tables[0].hasFocus()
        assert words_of(page.tables[0])[0][0] == "alarms in 10 minutes, on average"
        page.choiceChanged.emit(0)
        assert page.choice.currentText() == "last hour"
        page.buttons["copy"].click()
        assert "chattering" in QGuiApplication.clipboard().text()
        for kind in ("csv", "json"):
            page.buttons[kind].click()
            await until(lambda kind=kind: said and said[-1].endswith(f".{kind}"), "it is saved")
        await awake()
        QTest.keyClick(page.tables[0], Qt.Key.Key_Escape)
        assert not page.isVisible() and screen.hasFocus()
        QTest.keyClick(screen, Qt.Key.Key_L)
        assert words_of(page.tables[0])[0][0] == "the balancer"
        handle.newest = replace(told(maker.take(view.frame)), ledger=())
        desk.bridge.look()
        assert words_of(page.tables[0]) == [], "an open page follows"
        page.buttons["json"].click()
        await until(lambda: "times-without-sight.json" in said[-1], "it is saved")
        QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
        assert not page.isVisible()
        return 0

    try:
        assert qtloop.run(qapp, scene) == 0
    finally:
        desk.close()
        window.close()
        window.deleteLater()
    files = {path.name.partition("tokyo-1-")[2]: path for path in (tmp_path / "new").iterdir()}
    assert set(files) == {"alarm-figures.csv", "alarm-figures.json", "times-without-sight.json"}
    assert json.loads(files["alarm-figures.json"].read_text())["raised"] == 24
    assert files["alarm-figures.csv"].read_bytes().startswith(b"figure,value,unit")
    assert json.loads(files["times-without-sight.json"].read_text()) == []
