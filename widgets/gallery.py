"""Every widget in every state, without a network: `python -m widgets.gallery` shows them, `--png DIR` writes pictures of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from widgets import samplealarms, sampleforetold, samplepages, samplerecord, samplereport, samples, theme, words
from widgets import samplesafety as safety
from widgets.alarmdata import SoundData, SoundState
from widgets.comparedata import CompareData
from widgets.connect import ConnectPage
from widgets.frame import LabFrame
from widgets.pagedata import PageData
from widgets.reportpage import ReportPage
from widgets.samplereplay import replay
from widgets.screen import OperatorScreen
from widgets.viewdata import ActButton, GateState, RowsData, phrase

TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"
SIZES = ((1920, 1080), (1366, 768))


def whole(state: str = "incident", *, lab: bool = True) -> LabFrame:
    """A window's whole content in a state."""
    screen = OperatorScreen()
    screen.set_legends(samples.legends())
    screen.set_data(samples.screen(state, lab=lab))
    frame = LabFrame()
    frame.set_content(screen)
    frame.set_lab(lab)
    return frame


def screen_of(frame: QWidget) -> OperatorScreen:
    """The screen inside a frame of `whole`."""
    found = frame.findChild(OperatorScreen)
    if not isinstance(found, OperatorScreen):
        raise TypeError("this frame holds no screen")
    return found


def _belief() -> QWidget:
    frame = whole()
    screen_of(frame).maps.set_belief_shown(True)
    return frame


def _table() -> QWidget:
    frame = whole()
    screen_of(frame).set_table_shown(True)
    return frame


def _help() -> QWidget:
    frame = whole("healthy", lab=False)
    screen_of(frame).help.show()
    return frame


def _many() -> QWidget:
    frame = whole("healthy", lab=False)
    screen = screen_of(frame)
    run = samples.fleet(1000, 900, silent=(6, 422, 840))
    screen.set_data(samples.screen("incident", run=run, lab=False))
    return frame


def _filtered() -> QWidget:
    frame = whole("healthy", lab=False)
    screen = screen_of(frame)
    screen.maps.set_rows(RowsData((), 64, 64))
    screen.filter.set_counts(64, 64)
    return frame


def _report() -> QWidget:
    page = ReportPage()
    page.set_data(samplereport.report())
    page.say(phrase("Drafted. Each sentence ends with the marks of its evidence."))
    return page


def _connect() -> QWidget:
    page = ConnectPage()
    page.set_url("https://dsrm-1.example:8443")
    page.set_problem(
        phrase("Nothing answers at {url}. Check the address, or start the lab.", url="https://dsrm-1.example:8443")
    )
    return page


def _starting_lab() -> QWidget:
    page = ConnectPage()
    page.set_busy(phrase("Starting the lab ..."))
    return page


def _cursor() -> QWidget:
    frame = whole()
    maps = screen_of(frame).maps
    maps.point_at(2, maps.planes.last - 40)
    said = (
        "{server}  {time} ({utc}): truth {truth} (server), belief {belief} (balancer), gap {gap}, routed {routed}, "
        "report {age} old, {state}"
    )
    maps.set_readout(
        phrase(
            said,
            server="dsrs-041",
            time="14:02:47 JST",
            utc="05:02:47Z",
            truth="12/12",
            belief="0",
            gap="+12",
            routed="2",
            age="310 s",
            state=phrase("attached, silent"),
        )
    )
    return frame


def _asked() -> QWidget:
    """Amber: the panel is open, a reason typed."""
    return _panel(safety.amber("dsrs-007"), GateState.HOLD)


def _glass() -> QWidget:
    """Red: a lead is about to break the glass."""
    return _panel(safety.red("dsrs-007"), GateState.REFUSE)


def _panel(button: ActButton, state: GateState) -> QWidget:
    frame = whole()
    screen = screen_of(frame)
    screen.set_data(safety.with_button(replace(samples.screen("incident"), columns=None), button, state))
    screen.suspects.serverChosen.emit("dsrs-007")
    screen.detail.ask("dsrs-007")
    screen.detail.consent.reason.setText("handover to the day shift, agreed by phone")
    return frame


def _refused() -> QWidget:
    """Red: why not, the way out, and a console that is armed."""
    frame = whole()
    data = replace(samples.screen("incident"), columns=None)
    data = safety.armed(safety.with_button(data, safety.red("dsrs-007"), GateState.REFUSE))
    screen = screen_of(frame)
    screen.set_data(data)
    screen.suspects.serverChosen.emit("dsrs-007")
    return frame


def _by_hand() -> QWidget:
    """The balancer's own way is dead: the site's command, and a review time to choose."""
    frame = whole()
    data = replace(samples.screen("incident"), columns=None)
    if data.detail is not None:
        manual = safety.by_hand("dsrs-007")
        data = replace(data, detail=replace(data.detail, server="dsrs-007", manual=manual, review_s=7200.0))
    screen = screen_of(frame)
    screen.set_data(data)
    screen.suspects.serverChosen.emit("dsrs-007")
    return frame


def _cut() -> QWidget:
    """A lead is about to cut what a detached server still holds."""
    frame = whole("detached")
    screen = screen_of(frame)
    data = samples.screen("detached")
    lines = (safety.out("dsrs-019", late=True, undo=True), replace(safety.out("dsrs-007"), cut=safety.cut("dsrs-007")))
    if data.detail is not None:
        data = replace(data, detail=replace(data.detail, server="dsrs-007", cut=safety.cut("dsrs-007")))
    screen.set_data(replace(data, columns=None, detached=lines))
    screen.detail.ask("dsrs-007", "cut")
    screen.detail.consent.count.setText("9")
    screen.detail.consent.reason.setText("its sessions hang, the clients were told")
    return frame


def _plan() -> QWidget:
    """A plan at its second step, and what is out: one of them past its review, one without another way back."""
    frame = whole("detached")
    data = samples.screen("detached")
    lines = (safety.out("dsrs-019", late=True, undo=True), safety.out("dsrs-007"))
    screen_of(frame).set_data(
        replace(data, columns=None, actions=(safety.plan_card(), *data.actions[:1]), detached=lines)
    )
    return frame


def _alarms() -> QWidget:
    """Every standing, a flood, and what to do about the chosen alarm."""
    frame = whole()
    lines = samplealarms.every_standing(("dsrs-007", "dsrs-023", "dsrs-041"))
    screen = screen_of(frame)
    beside = samplealarms.extra(lines[0].key, flood=True)
    screen.set_data(replace(samples.screen("incident"), columns=None, alarms=lines, beside_alarms=beside))
    screen.alarms.pick(lines[0].key)
    return frame


def _foreseen() -> QWidget:
    """Who is full next, what a detach alone does, and what would end it."""
    frame = whole()
    screen_of(frame).set_data(sampleforetold.foreseen(samples.screen("incident")))
    return frame


def _shelving() -> QWidget:
    """The reason for shelving is being written; the sounds are muted."""
    frame = _alarms()
    alarms = screen_of(frame).alarms
    alarms.foot.set_sound(SoundData(SoundState.MUTED, "9:41"))
    alarms.shelve()
    alarms.entry.field.setText("disk swap, done by 15:00")
    return frame


def _figures() -> QWidget:
    frame = whole()
    screen_of(frame).page.set_data(samplepages.figures())
    screen_of(frame).page.open_page()
    return frame


def _sight() -> QWidget:
    frame = whole("blind")
    screen_of(frame).page.set_data(samplepages.sight())
    screen_of(frame).page.open_page()
    return frame


def _page(data: PageData, chart: CompareData | None = None) -> QWidget:
    frame = whole()
    page = screen_of(frame).page
    page.chart.set_data(chart)
    page.set_data(data)
    page.open_page()
    return frame


SCENES: dict[str, Callable[[], QWidget]] = {
    "incident": lambda: whole("incident"),
    "healthy": lambda: whole("healthy", lab=False),
    "detached": lambda: whole("detached"),
    "blind": lambda: whole("blind"),
    "starting": lambda: whole("starting", lab=False),
    "belief": _belief,
    "cursor": _cursor,
    "table": _table,
    "many": _many,
    "filtered": _filtered,
    "connect": _connect,
    "report": _report,
    "connecting": _starting_lab,
    "help": _help,
    "asked": _asked,
    "glass": _glass,
    "refused": _refused,
    "plan": _plan,
    "by-hand": _by_hand,
    "cut": _cut,
    "alarms": _alarms,
    "replay": lambda: replay(judging=True),
    "replay-panels": lambda: replay(panels=True),
    "replay-lab": samplerecord.replay_of_a_lab,
    "recorder": samplerecord.troubled,
    "foreseen": _foreseen,
    "shelving": _shelving,
    "figures": _figures,
    "sight": _sight,
    "shift": lambda: _page(samplepages.shift()),
    "shadow": lambda: _page(samplepages.shadow()),
    "compare": lambda: _page(*samplepages.compared()),
}
"""Name of a picture and how it is made."""


def pictures(app: QApplication, folder: Path, only: str | None = None) -> Iterator[Path]:
    """Writes each scene in both themes, the small size and Japanese for the main one; yields each file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in SCENES.items():
        if only is not None and name != only:
            continue
        for look in ("dark", "light"):
            for width, height in SIZES:
                for language in ("en", "ja"):
                    if language == "ja" and (width, look) != (SIZES[0][0], "dark"):
                        continue
                    theme.apply(app, look)
                    words.load(app, language, TRANSLATIONS)
                    yield _grab(app, make(), folder / f"{name}-{look}-{width}-{language}.png", width, height)
    words.load(app, "en", TRANSLATIONS)


def _grab(app: QApplication, widget: QWidget, file: Path, width: int, height: int) -> Path:
    widget.resize(width, height)
    widget.show()
    for _ in range(3):
        app.processEvents()
    widget.grab().save(str(file))
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return file


def _show(app: QApplication) -> int:
    tabs = QTabWidget()
    tabs.setWindowTitle("DSR Console: gallery")
    for name, make in SCENES.items():
        tabs.addTab(make(), name)
    tabs.resize(1600, 960)
    tabs.show()
    code = app.exec()
    tabs.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return code


def main(arguments: list[str] | None = None) -> int:
    """Shows the gallery or writes its pictures."""
    parser = argparse.ArgumentParser(prog="python -m widgets.gallery", description=__doc__)
    parser.add_argument("--png", type=Path, metavar="DIR", help="write pictures instead of showing a window")
    parser.add_argument("--only", choices=tuple(SCENES), help="one picture only")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--language", choices=("en", "ja"), default="en")
    chosen = parser.parse_args(arguments)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("a Qt application without widgets is running")
    theme.apply(app, chosen.theme)
    words.load(app, chosen.language, TRANSLATIONS)
    if chosen.png is None:
        return _show(app)
    for file in pictures(app, chosen.png, chosen.only):
        sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
