"""The window can translate every word of the product's scenarios."""

from __future__ import annotations

from console.lab.story import builtin, names
from console.present import guide
from console.present.stories import STORIES
from widgets.viewdata import Phrase


def test_the_words_to_translate_are_those_of_the_scenarios():
    told = {
        text
        for name in names()
        if name != "demo"  # its words name the servers; they stand in the strip's own room
        for phase in builtin(name).phases
        for text in (phase.title, phase.say, phase.do)
        if text
    }
    assert told == STORIES


def document(**more: object) -> dict[str, object]:
    told = {
        "step": 2,
        "steps": 9,
        "name": "first-peak",
        "scenario": "incident-2025-01-21",
        "clock": "09:12",
        "muted": [],
    }
    return told | more


def test_a_scenario_shows_its_clock_what_goes_on_and_what_to_do():
    phase = builtin("incident-2025-01-21").phase("first-peak")
    strip = guide(document(title=phase.title, say=phase.say, do=phase.do, next_in_s=12.4), None)
    assert strip is not None
    assert (strip.step, strip.steps) == (2, 9)
    assert (strip.title.source, strip.title.verbatim) == (phase.title, False)
    assert isinstance(what := strip.line.args["what"], Phrase) and what.source == phase.say
    assert isinstance(todo := strip.line.args["next"], Phrase) and todo.source == phase.do
    assert isinstance(clock := strip.remaining.args["clock"], Phrase) and clock.source == "09:12"


def test_the_words_of_somebody_elses_scenario_are_shown_as_they_are():
    strip = guide(document(title="{mine}", say="My own", do="", next_in_s=None), None)
    assert strip is not None
    assert strip.title.verbatim and strip.line.verbatim
    assert (strip.title.source, strip.line.source, strip.remaining.source) == ("{mine}", "My own", "09:12")
    assert guide(document(title=None, say=7), None) is not None, "a lab of another build breaks nothing"
