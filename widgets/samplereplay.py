"""A replay as its window shows it, with both panels, for the gallery."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from widgets import samples
from widgets.actbutton import ActPush
from widgets.comparepanel import ComparePanel
from widgets.replaybar import ReplayBar
from widgets.replaydata import CompareData, CompareLine, Knob, PlayData, WhatIfData, WhatIfLine
from widgets.replayframe import ReplayFrame
from widgets.screen import OperatorScreen
from widgets.sidepanels import SidePanels
from widgets.viewdata import NOTHING, TimeBand, TimeMark, Tone, phrase, verbatim
from widgets.whatif import WhatIfPanel


def replay(
    *, panels: bool = False, judging: bool = False, lab: bool = False, foot: QLayout | None = None
) -> ReplayFrame:
    """Half way through; `panels`: two moments compared, and a question answered; `judging`: the rules still run.

    `lab`: it happened in one. `foot`: what the window has below.
    """
    screen, bar = OperatorScreen(), ReplayBar()
    screen.set_legends(samples.legends())
    data = samples.screen("incident", lab=False)
    line = data.timeline
    first, last = float(line.wall_s[0]), float(line.wall_s[-1])
    head = first + 0.6 * (last - first)
    bands = (TimeBand(first + 0.1 * (last - first), first + 0.14 * (last - first), phrase("the balancer was silent")),)
    other = first + 0.3 * (last - first)
    screen.set_data(replace(data, timeline=replace(line, bands=bands, head_s=head, other_s=other)))
    screen.timeline.range.set_spans_shown(False)
    for push in screen.findChildren(ActPush):
        push.hide()
    for part in (screen.alarms.button, screen.alarms.foot, screen.filter.live):
        part.hide()
    bar.set_data(
        PlayData(
            first_s=first,
            last_s=last,
            judged_s=first + 0.75 * (last - first) if judging else last,
            head_s=head,
            place=verbatim("2025-01-21 09:12:27 JST, 540 / 900"),
            playing=judging,
            speed=10,
            marks=(TimeMark(first + 0.4 * (last - first), phrase("silent"), Tone.ALARM),),
            bands=bands,
            other_s=other,
            verdict=verbatim("75 %") if judging else phrase("every alarm recomputed as it was recorded"),
            more_before=True,
            more_after=judging,
        )
    )
    content = QWidget()
    asked = (_compared(), _asked()) if panels else ()
    body = SidePanels(screen, asked)
    for panel in asked:
        body.set_shown(panel, True)
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 4, 4)
    column.setSpacing(4)
    column.addWidget(body, 1)
    column.addWidget(bar)
    if foot is not None:
        column.addLayout(foot)
    frame = ReplayFrame(content)
    frame.set_lab(lab)
    frame.set_what(verbatim("tokyo, 2025-01-21 09:03:00 - 09:18:00 JST"))
    return frame


def _compared() -> ComparePanel:
    panel = ComparePanel()
    panel.set_data(
        CompareData(
            then="09:04:07",
            now="09:12:27",
            between=verbatim("8 min 20 s"),
            figures=(
                CompareLine(phrase("silent"), "0", "3", "+3", Tone.WARN),
                CompareLine(phrase("sessions"), "58", "131", "+73"),
            ),
            servers=(CompareLine(verbatim("dsrs-007"), "0", "12", "+12"),),
        )
    )
    return panel


def _asked() -> WhatIfPanel:
    panel = WhatIfPanel()
    panel.set_data(
        WhatIfData(
            knobs=(Knob("gap.polls", phrase("gap"), "3"), Knob("silence.least_s", verbatim("silence"), "1", "s")),
            algorithms=("least-reported", "exclude-stale"),
            asked=verbatim("gap.polls = 1"),
            lines=(
                WhatIfLine(verbatim("gap dsrs-007 09:04:05, 2 s"), Tone.NOTICE, 1.0),
                WhatIfLine(verbatim("herd 09:04:09"), Tone.QUIET, 2.0),
            ),
            problem=NOTHING,
        )
    )
    return panel
