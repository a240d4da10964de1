"""Hand-over: the facts of a server, of the situation and of a shift as plain text, in both languages, with nothing left to guess."""

from __future__ import annotations

import re
from datetime import UTC

import pytest
from PySide6.QtWidgets import QApplication

from console.decide.flows import FlowKeeper
from console.decide.scene import scene
from console.decide.whatif import forecast
from console.detect import GapEstimator
from console.domain.lifecycle import Note
from console.domain.readings import Detachment
from console.present.alarms import lines as alarm_lines
from console.present.foretold import names, preview_lines
from console.present.glance import Glance
from console.present.handover import Blind, Lines, of_server, of_shift, of_situation
from tests.support.builders import POOL_8K, WALL, FrameMaker, Server, make_fleet
from tests.support.foretold import Incident, at_the_look
from tests.support.views import ViewMaker, incident
from widgets import words
from widgets.gallery import TRANSLATIONS


@pytest.fixture(scope="module")
def night():
    """The reference incident, its View, its alarm lines, and what would end it."""
    fleet, _, view, muted = incident(2)
    keeper, estimator = FlowKeeper(), GapEstimator()
    for frame in fleet.run(40):
        keeper.step(frame)
        estimate = estimator.step(frame)
    preview = forecast(scene(frame, estimate, keeper.flows(), POOL_8K, ages=keeper.ages(frame)), tuple(muted[:1]))
    shown = alarm_lines(Glance(view, view.frame.mono_s, view.frame.wall_s), UTC)
    return view, shown, muted, preview


@pytest.fixture(params=["en", "ja"])
def said(request, qapp: QApplication):
    """Fills lines in; no place stays unfilled, no number is a NaN, and Japanese is Japanese."""
    words.load(qapp, request.param, TRANSLATIONS)

    def text(lines: Lines) -> str:
        filled = "\n".join(words.text(line) for line in lines)
        assert "{" not in filled and not re.search(r"\bnan\b", filled)
        assert bool(re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", filled)) == (request.param == "ja")
        return filled

    yield text
    words.load(qapp, "en", TRANSLATIONS)


def test_one_server_says_who_what_since_when_and_what_would_happen(night, said) -> None:
    view, alarms, muted, preview = night
    text = said(of_server(view, muted[0], alarms, UTC, preview))
    assert muted[0] in text and POOL_8K in text and "/12" in text and "UTC" in text
    assert "0 %" in text, "the set that ends it"
    assert muted[1] in text, "who gets the load next"
    assert said(of_server(view, "stranger", alarms, UTC)).count("\n") == 0


def test_the_situation_counts_names_and_quotes_the_errors_as_they_are(night, said) -> None:
    view, alarms, muted, preview = night
    text = said(of_situation(view, alarms, UTC, preview))
    assert all(server in text for server in muted)
    assert "maximum allowed clients has reached" in text
    assert "64" in text


def test_a_shift_page_has_every_part_and_says_where_there_is_nothing(said) -> None:
    maker, frames = ViewMaker(ticks=60), FrameMaker()
    fleet = make_fleet(6, pools=[POOL_8K])
    calm = said(of_shift(maker.take(frames.make(fleet)), (), (), (), UTC)).splitlines()
    assert len(calm) == 3 + 2 * 4, "four parts, each says none"
    fleet[1] = Server("dsrs-002", attached=False)
    fleet[2] = Server("dsrs-003", attached=False)
    detached = {"dsrs-002": Detachment("hana", WALL, "belief 0, truth 12/12", "k", None, None)}
    view = maker.take(frames.make(fleet, detachments=detached))
    notes = (
        Note(WALL, "ken", "called the data centre\nthey look"),
        Note(WALL, "mio", "fan swapped", server="dsrs-004"),
    )
    blind = (Blind("dsrs-005", WALL, WALL + 7), Blind("balancer", WALL + 8, None))
    text = said(of_shift(view, (), notes, blind, UTC))
    for wanted in (
        "dsrs-002",
        "hana",
        "belief 0, truth 12/12",
        "dsrs-003",
        "ken",
        "dsrs-005",
        "called the data centre",
        "mio",
        "fan swapped",
    ):
        assert wanted in text, wanted
    assert "centre\nthey" not in text, "a note cannot forge a line"


def test_many_names_are_cut_and_counted() -> None:
    assert words.text(names(("a", "b"))) == "a, b"
    assert words.text(names(tuple("abcdefg"))) == "a, b, c, d, e and 2 more"


def test_every_state_of_a_preview_has_words(said) -> None:
    moment = at_the_look(Incident(seed=5, servers=16, rate=8.0, after_s=3.0, calm_s=60.0))
    from console.decide.whatif import Study

    study = Study(moment.scene, moment.muted[:1])
    counts = [len(preview_lines(study.preview))]
    while study.step():
        said(preview_lines(study.preview))
        counts.append(len(preview_lines(study.preview)))
    assert counts[0] == 1 and counts[-1] >= 5 and counts == sorted(counts)
