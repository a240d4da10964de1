"""What the flight recorder and its files say on the screen, for the gallery: banners, the bar in each of its states, a lab's replay."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets import samples
from widgets.recordbar import RecordBar
from widgets.replayframe import ReplayFrame
from widgets.samplereplay import replay
from widgets.screen import OperatorScreen
from widgets.viewdata import QT_TRANSLATE_NOOP, Banner, Phrase, Tone, phrase


def replay_of_a_lab() -> ReplayFrame:
    """The word LAB beside REPLAY; what is saved from it carries pseudonyms."""
    return replay(panels=True, lab=True, foot=_right(_bar(live=False, names=True)))


def troubled() -> QWidget:
    """The recorder does not write, for one of two reasons; below: each state of the bar."""
    screen = OperatorScreen()
    screen.set_legends(samples.legends())
    screen.set_data(replace(samples.screen("incident", lab=False), banners=_banners()))
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 4, 4)
    column.setSpacing(4)
    column.addWidget(screen, 1)
    for bar in (_bar(), _bar(names=True), _bar(done=412), _bar(recorded=False), _bar(live=False)):
        column.addLayout(_right(bar))
    return content


def _right(bar: RecordBar) -> QHBoxLayout:
    """Where a window has it."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(bar)
    return row


def _bar(*, live: bool = True, recorded: bool = True, names: bool = False, done: int = 1000) -> RecordBar:
    bar = RecordBar(live=live)
    bar.set_fleet(True, recorded=recorded)
    bar.names.setChecked(names)
    bar.set_progress(done, 1000)
    return bar


def _banners() -> tuple[Banner, ...]:
    path = "/var/lib/dsr-console/recorder/tokyo-4f1c.dsrrec"
    told: tuple[tuple[Phrase, Phrase], ...] = (
        (
            phrase(
                QT_TRANSLATE_NOOP("present", "The recorder does not write: {count} polls are lost so far"), count="37"
            ),
            phrase(
                QT_TRANSLATE_NOOP(
                    "present",
                    "The recording {path} cannot be written: {what}. Memory goes on; make room or mend the path.",
                ),
                path=path,
                what="No space left on device",
            ),
        ),
        (
            phrase(QT_TRANSLATE_NOOP("present", "The recorder does not write")),
            phrase(
                QT_TRANSLATE_NOOP("present", "Another console records into {path} already; this one does not record."),
                path=path,
            ),
        ),
    )
    return tuple(Banner(title, line, Tone.WARN) for title, line in told)
