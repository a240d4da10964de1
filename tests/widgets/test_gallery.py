import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from widgets import samples, theme
from widgets.gallery import screen_of, whole
from widgets.screen import OperatorScreen
from widgets.viewdata import Banner, Tone, phrase

ROOT = Path(__file__).resolve().parents[2]


def test_the_gallery_writes_its_pictures_and_ends_cleanly(tmp_path):
    """In a process of its own: the exit code tells of crashes at teardown, which a test inside cannot see."""
    made = subprocess.run(
        [sys.executable, "-m", "widgets.gallery", "--png", str(tmp_path), "--only", "incident"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert "Traceback" not in made.stderr
    files = sorted(tmp_path.glob("*.png"))
    assert len(files) == 5
    picture = QImage(str(next(file for file in files if "dark-1920-en" in file.name)))
    assert (picture.width(), picture.height()) == (1920, 1080)


@pytest.mark.usefixtures("dark")
def test_the_first_picture_does_not_wait_for_the_curves():
    code = "import sys, widgets.screen, widgets.connect, widgets.frame; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False).returncode == 0


@pytest.mark.usefixtures("dark")
def test_a_lab_is_unmistakable_and_a_fleet_is_not_framed(qtbot):
    lab, real = whole("healthy", lab=True), whole("healthy", lab=False)
    corner = {}
    for name, frame in (("lab", lab), ("real", real)):
        qtbot.addWidget(frame)
        frame.resize(1200, 700)
        frame.show()
        image = frame.grab().toImage()
        corner[name] = {
            image.pixelColor(x, y).name()
            for x, y in ((1, 1), (1, 400), (image.width() - 2, 400), (600, image.height() - 2))
        }
    assert corner["lab"] == {theme.colour("lab").name()}
    assert corner["real"] == {theme.colour("ground").name()}
    assert "real fleet" in lab.accessibleName()


@pytest.mark.usefixtures("dark")
def test_the_alive_mark_moves_with_data_and_with_nothing_else(qtbot, qapp):
    frame = whole("healthy")
    qtbot.addWidget(frame)
    frame.show()
    alive = screen_of(frame).header.alive
    before, picture = alive.place, alive.grab().toImage()
    qtbot.wait(50)
    assert alive.grab().toImage() == picture
    alive.set_beat(before + 1, Tone.QUIET)
    assert alive.place == (before + 1) % 8
    assert alive.grab().toImage() != picture


@pytest.mark.usefixtures("dark")
def test_blind_is_told_by_banner_and_an_aged_picture_and_locks_the_buttons(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1600, 900)
    frame.show()
    screen = screen_of(frame)
    live = screen.maps.grab().toImage()
    assert screen.banners.isHidden()
    screen.set_data(samples.screen("blind"))
    assert not screen.banners.isHidden()
    assert not any(card.button.isEnabled() for card in screen.suspects.cards())
    aged = screen.maps.grab().toImage()
    lay = screen.maps.layout_now()
    box = [(x, y) for x in range(lay.maps[0].x, lay.maps[0].end, 5) for y in range(lay.body, lay.body + 30, 3)]

    def chroma(image):
        return max(
            max(c.red(), c.green(), c.blue()) - min(c.red(), c.green(), c.blue())
            for c in (image.pixelColor(*at) for at in box)
        )

    assert chroma(live) > 100
    assert chroma(aged) < 40


@pytest.mark.usefixtures("dark")
def test_f6_goes_round_all_parts_and_every_part_shows_where_the_keyboard_is(qtbot):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1700, 1000)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    screen = screen_of(frame)
    parts = screen.panes()
    assert len(parts) == 5
    seen = []
    for _ in parts:
        screen.focus_next_pane()
        seen.append(screen.window().focusWidget())
    assert len({id(widget) for widget in seen}) == len(parts)
    screen.focus_next_pane()
    assert screen.window().focusWidget() is seen[0]


@pytest.mark.usefixtures("dark")
def test_keys_of_the_screen(qtbot):
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1700, 1000)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    screen = screen_of(frame)
    screen.setFocus()
    QTest.keyClick(screen, Qt.Key.Key_B)
    assert screen.maps.belief_shown
    with qtbot.waitSignal(screen.filterChanged) as changed:
        QTest.keyClick(screen, Qt.Key.Key_O)
    assert changed.args == ["", True]
    QTest.keyClick(screen, Qt.Key.Key_T)
    assert screen.table_shown
    assert screen.table.rows.rowCount() == 64
    QTest.keyClick(screen, Qt.Key.Key_Slash)
    QTest.keyClicks(screen.filter.field, "bat")
    assert screen.filter.field.text() == "bat"
    assert screen.maps.belief_shown, "a letter typed into the field is a letter"
    QTest.keyClick(screen.filter.field, Qt.Key.Key_Escape)
    assert screen.filter.field.text() == ""
    with qtbot.waitSignal(screen.snapshotRequested):
        QTest.keyClick(screen, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(screen, Qt.Key.Key_F1)
    assert screen.help.isVisible()
    QTest.keyClick(screen.help, Qt.Key.Key_Escape)
    assert not screen.help.isVisible()


@pytest.mark.usefixtures("dark")
def test_an_empty_screen_takes_data_piece_by_piece(qtbot, caplog):
    screen = OperatorScreen()
    qtbot.addWidget(screen)
    screen.show()
    screen.grab()
    screen.banners.set_data((Banner(phrase("a"), phrase("b"), Tone.WARN),) * 6)
    screen.banners.set_data(())
    for state in samples.STATES:
        screen.set_data(samples.screen(state))
        screen.grab()
    assert caplog.records == []
