"""A replay window: the same maps as were recorded, every way to move through time, and nothing that acts."""

from __future__ import annotations

import asyncio
import functools
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app import qtloop
from console.app.drops import Drops
from console.app.export import Origin
from console.app.replaydesk import ReplayDesk
from console.app.replaymain import CannotOpen, ReplayMain
from console.app.replays import Recorded, Replays
from console.app.replaywindow import ReplayWindow
from console.app.report import ReportWindow
from console.app.saving import Saving
from console.app.whatif import WhatIf
from console.engine.opening import opened
from console.engine.rerun import Rerun
from console.present import numbers
from console.present.columns import ColumnEncoder
from console.record.reader import OpenSnapshot
from tests.support.desk import HandClock, until
from tests.support.recorded import incident_frames, record
from widgets.actbutton import ActPush
from widgets.planes import Planes
from widgets.viewdata import MapKind

SKIP = 70


pytestmark = pytest.mark.xdist_group("app-replay")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "lab.dsrrec"
    return path, record(path, incident_frames(per_pool=8, calm=60, muted=30, ramp=80))


@pytest.fixture(scope="module")
def judged(recorded):
    path, views = recorded
    rerun = Rerun(opened(path, views[SKIP].frame.wall_s))
    rerun.run()
    return rerun


@pytest.fixture
def shown(qtbot, dark, judged):
    window, clock, workers = ReplayWindow(), HandClock(), ThreadPoolExecutor(1)
    desk = ReplayDesk(judged, window.screen_page, window.bar, clock, workers)
    desk.told.connect(window.set_what)
    desk.comparedTo.connect(window.compare.set_data)
    qtbot.addWidget(window)
    window.resize(1600, 900)
    window.show()
    desk.grow()
    desk.look()
    yield window, desk, clock
    workers.shutdown()


def checksum(planes: Planes, first: int) -> str:
    """Of every cell of every map from that tick on."""
    digest = hashlib.sha256()
    slots = np.arange(planes.slots, dtype=np.intp)
    for kind in MapKind:
        levels, states = planes._cut(kind, slots[:16], first, planes.last)
        digest.update(levels.tobytes() + states.tobytes())
    return digest.hexdigest()


def test_the_maps_are_the_recorded_ones_cell_by_cell(recorded, judged, shown):
    """What the live window's maps held, poll by poll, against what the replay's maps hold: the same bytes."""
    _, views = recorded
    window, _, _ = shown
    encoder, live = ColumnEncoder(), Planes()
    for view in views:
        block = encoder.take(view)
        assert block is not None
        live.append(block)
    planes = window.screen_page.maps.planes
    assert planes.last - judged.first_tick == live.last - SKIP == len(judged)
    assert checksum(planes, judged.first_tick) == checksum(live, SKIP)
    assert checksum(live, SKIP) != checksum(live, SKIP + 1)


def test_it_says_that_it_is_a_replay_and_nothing_in_it_acts(shown, judged):
    window, desk, _ = shown
    screen = window.screen_page
    assert window.windowTitle().startswith("REPLAY · virtual, 2025-01-20")
    assert "nothing can be sent" in window.frame.accessibleName()
    for index in range(0, len(judged), 33):
        desk.go(index)
        desk.look()
        assert desk.view is not None
        for suspect in desk.view.suspects[:2]:
            screen.serverChosen.emit(suspect.server)
        assert not [push.text() for push in screen.findChildren(ActPush) if push.isVisible()]
        assert not screen.header.standing.isVisible() and not screen.alarms.button.isVisible()
    assert desk.view.suspects, "the last moments have some, or this shows nothing"
    QTest.keyClick(screen, Qt.Key.Key_D)
    assert not screen.armed


def test_its_keys_are_nobody_elses(shown):
    window, _, _ = shown
    own = [one.key().toString() for one in window.findChildren(QShortcut) if one.parent() is window]
    theirs = [one.key().toString() for one in window.screen_page.findChildren(QShortcut) if one.isEnabled()]
    assert len(own) >= 9 and not set(own) & set(theirs)
    assert "/" in theirs and not {"A", "N", "S", "Y", "H"} & set(theirs), "nobody would answer them"


def test_it_steps_jumps_scrubs_and_plays(shown, judged):
    window, desk, clock = shown
    bar = window.bar
    assert desk.index == 0
    bar.after.click()
    desk.look()
    assert desk.index == 1
    bar.alarm_after.click()
    desk.look()
    first = desk.index
    assert first == judged.raised_near(1, 1) and "recomputed" not in window.windowTitle()
    bar.scrub.scrubbed.emit(judged.wall(90))
    desk.look()
    assert desk.index == 90
    bar.alarm_before.click()
    desk.look()
    assert desk.index == judged.raised_near(90, -1)
    desk.go(0)
    desk.look()
    bar.speedChosen.emit(60)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert desk.playing and window.bar.play.text() == "Pause"
    clock.mono += 0.5
    desk.look()
    assert desk.index == 30, "half a second at sixty times the pace, one poll a second"
    clock.mono += 100.0
    desk.look()
    assert desk.index == len(judged) - 1 and not desk.playing
    maps = window.screen_page.maps
    desk.go(50)
    desk.look()
    assert maps.view.end == judged.first_tick + 51, "the maps end at the moment that is shown"
    window.screen_page.timeline.pointed.emit(judged.wall(20))
    desk.look()
    assert desk.index == 20


def test_two_moments_side_by_side(shown, judged):
    window, desk, _ = shown
    desk.go(5)
    desk.look()
    QTest.keyClick(window, Qt.Key.Key_R)
    desk.go(len(judged) - 1)
    desk.look()
    window.bar.compare.click()
    texts = window.compare.texts()
    assert texts[0] == f"{numbers.seconds(judged.wall(len(judged) - 1) - judged.wall(5))} after the marked moment"
    now = judged.view(len(judged) - 1)
    assert any(line.startswith("sessions ") and f"{now.figures.sessions:.0f}" in line for line in texts)
    assert any(line.startswith("dsrs-") for line in texts)
    desk.swap()
    desk.look()
    assert desk.index == 5
    window.bar.mark.click()
    desk.mark()
    assert window.compare.isVisible()


def test_panels_share_the_room_so_that_the_maps_stay_readable(qapp, shown, judged):
    window, desk, _ = shown
    desk.mark()
    desk.go(len(judged) - 1)
    desk.look()
    screen = window.screen_page

    def settle(width):
        window.resize(width, 768)
        qapp.processEvents()

    def open_ones():
        return screen.detail_open, window.bar.compare.isChecked(), window.bar.what_if.isChecked()

    def choose():
        screen.suspects.serverChosen.emit(desk.view.suspects[0].server)
        qapp.processEvents()
        return screen.maps.layout_now().maps[0].w

    settle(1366)
    assert choose() > 110 and open_ones() == (True, False, False)
    window.bar.compare.click()
    assert open_ones() == (False, True, False), "the detail gave way"
    window.bar.what_if.click()
    assert open_ones() == (False, False, True) and not window.compare.isVisible()
    assert choose() > 110 and open_ones() == (True, False, False)
    settle(1920)
    window.bar.compare.click()
    window.bar.what_if.click()
    assert open_ones() == (True, True, True) and choose() > 110
    settle(1366)
    assert open_ones() == (True, False, False), "the newest one stays"


def test_other_settings_are_asked_in_the_window(qapp, shown, judged):
    window, _, _ = shown

    async def scene() -> int:
        workers = ThreadPoolExecutor(1)
        what_if = WhatIf(judged, window.what_if, workers)
        window.show_what_if(True)
        window.what_if.choose("gap.polls", "6")
        window.what_if.ask.click()
        assert what_if.data.busy is not None and not window.what_if.ask.isEnabled()
        await until(lambda: what_if.data.busy is None, "the answer")
        assert any("would have fired at" in text or "as recorded" in text for text in window.what_if.texts())
        what_if.ask("gap.polls", "many")
        assert "gap.polls" in window.what_if.texts()[-1] or what_if.data.problem.source
        what_if.ask_algorithm("exclude-stale")
        await until(lambda: what_if.data.busy is None, "the algorithm")
        answer = " ".join(window.what_if.texts())
        assert "With exclude-stale" in answer and "would not have fired" in answer and "Not judged" in answer
        workers.shutdown()
        return 0

    assert qtloop.run(qapp, scene) == 0


def test_a_snapshot_of_a_range_re_opens_as_it_was(qapp, dark, recorded, judged, tmp_path):
    path, views = recorded

    async def scene() -> int:
        main = ReplayMain(HandClock(), tmp_path)

        async def hand() -> None:
            await until(lambda: main.replays.desks and main.replays.desks[0].rerun.done, "it is judged")
            desk, window = main.replays.desks[0], main.replays.windows[0]
            desk.grow()
            desk.look()
            first, last = judged.wall(20), judged.wall(90)
            window.screen_page.timeline.set_range((first, last))
            assert window.screen_page.timeline.range.export.isVisible()
            window.screen_page.timeline.range.export.click()
            await until(lambda: list(tmp_path.glob("*.dsrsnap")), "the snapshot")
            main.end()

        beside = asyncio.ensure_future(hand())
        code = await main.live(lambda: opened(path, views[SKIP].frame.wall_s), None)
        await beside
        return code

    assert qtloop.run(qapp, scene) == 0
    written = next(tmp_path.glob("*.dsrsnap"))
    with OpenSnapshot(written) as found:
        assert found.verify().sealed and "pictures/window.png" in found.names
        assert {"pictures/map-truth.png", "pictures/map-routed.png", "pictures/map-gap.png"} <= set(found.names)
    again = Rerun(opened(written))
    again.run()
    assert again.exact and again.told()["identical"] and len(again) == 71
    assert repr(again.view(70).alarms) == repr(judged.view(90).alarms)


def test_a_past_range_of_a_live_window_carries_its_maps_or_pseudonyms(qapp, dark, recorded, tmp_path):
    path, views = recorded
    first, last = views[SKIP].frame.wall_s, views[SKIP + 60].frame.wall_s

    async def scene() -> int:
        workers = ThreadPoolExecutor(2)
        saving = Saving(workers)
        for redact in (False, True):
            saving.save_past(Origin("tokyo", tmp_path / str(redact)), lambda: opened(path, first, last), redact=redact)
            await until(lambda: not saving.busy, "it is written")
        workers.shutdown()
        return 0

    assert qtloop.run(qapp, scene) == 0
    for redact, pictures in ((False, {"pictures/maps.png", "pictures/map-truth.png"}), (True, set())):
        written = next((tmp_path / str(redact)).glob("*.dsrsnap"))
        with OpenSnapshot(written) as found:
            assert found.verify().sealed
            assert {name for name in found.names if name.startswith("pictures/")} >= pictures
            assert ("redacted" in found.manifest) is redact is ("fleet" in written.name)
            for name in pictures:
                image = QImage.fromData(found.read(name))
                assert image.width() > 200 and image.height() > 100 and len(set(bytes(image.constBits())[::97])) > 8


def test_a_replay_of_the_lab_says_so(qapp, dark, recorded, tmp_path):
    path, _ = recorded

    async def scene(where: str) -> int:
        main = ReplayMain(HandClock(), tmp_path)

        async def hand() -> None:
            await until(lambda: main.replays.windows, "the window")
            (window,) = main.replays.windows
            said.append((window.windowTitle(), window.frame.accessibleName()))
            main.end()

        beside = asyncio.ensure_future(hand())
        code = await main.live(lambda: replace(opened(path), environment=where), None)
        await beside
        return code

    said: list[tuple[str, str]] = []
    for where in ("tokyo", "lab"):
        assert qtloop.run(qapp, functools.partial(scene, where)) == 0
    assert ["LAB" in title and "LAB" in frame for title, frame in said] == [False, True]
    assert all(title.startswith("REPLAY") for title, _ in said)


def test_a_hostile_file_is_one_sentence(qapp, dark, tmp_path):
    bad = tmp_path / "a.dsrsnap"
    bad.write_bytes(b"PK\x05\x06" + bytes(18))

    async def scene() -> int:
        main = ReplayMain(HandClock(), tmp_path)
        with pytest.raises(CannotOpen) as caught:
            await main.live(lambda: opened(bad), None)
        assert str(caught.value) and "\n" not in str(caught.value) and not main.replays.windows
        return 0

    assert qtloop.run(qapp, scene) == 0


def test_a_dropped_file_is_opened_and_anything_else_is_not(qtbot, dark, tmp_path):
    window, taken = ReplayWindow(), list[Path]()
    qtbot.addWidget(window)
    Drops(window, taken.append)
    for name in ("a.dsrsnap", "a.txt"):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        about = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        entered = QDragEnterEvent(QPoint(5, 5), *about)
        QApplication.sendEvent(window, entered)
        assert entered.isAccepted() == name.endswith(".dsrsnap")
        QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *about))
    assert taken == [tmp_path / "a.dsrsnap"]


def test_a_report_of_a_replay_leads_back_into_it(qapp, dark, recorded):
    path, views = recorded

    async def main() -> int:
        with ThreadPoolExecutor(2) as workers:
            replays = Replays(workers, HandClock(), path.parent)
            source = Recorded(path, "noc-2")
            window = await replays.load(lambda: opened(path, views[SKIP].frame.wall_s), source)
            assert window is not None
            (desk,) = replays.desks
            window.reportRequested.emit()
            (report,) = window.findChildren(ReportWindow)
            await until(lambda: report.document() is not None, "the draft")
            await until(lambda: desk.rerun.done, "the judging")
            report.page.evidenceRequested.emit(desk.rerun.wall(50))
            desk.look()
            assert desk.index == 50
            replays.close_all()
        return 0

    qtloop.run(qapp, main)
