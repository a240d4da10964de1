"""The report of a recorded incident: windows, figures, evidence, both languages, and the operator's edits."""

from __future__ import annotations

import string

import pytest
from msgspec.structs import replace

from console.domain.texts import MAXIMUM_CLIENTS
from console.engine.reporting import facts_of
from console.report import draft, words
from console.report.document import SECTIONS, Edit, Form, as_text, edited, from_text
from console.report.pages import Pages
from tests.support.reported import JST, NOTE, OPERATOR, figures, recorded, told, unsupported

MUTED = {"dsrs-001", "dsrs-002", "dsrs-003"}


@pytest.fixture(scope="module")
def stretch(tmp_path_factory):
    path = tmp_path_factory.mktemp("reported") / "a.dsrrec"
    recorded(path)
    return told(path)


@pytest.fixture(scope="module")
def facts(stretch):
    return facts_of(stretch)


def test_the_windows_are_those_in_which_sessions_were_refused(stretch, facts):
    refusals = [
        tick.frame.wall_s
        for _, tick in stretch.ticks()
        if tick.frame.fleet_delta is not None and tick.frame.fleet_delta.sessions_total.get("refused", 0)
    ]
    (window,) = facts.windows
    assert refusals[0] - 3 <= window.start_wall_s <= refusals[0] and abs(window.end_wall_s - refusals[-1]) <= 3
    assert window.pools == ("-a-general/8k",) and 0.1 < window.share < 0.9


def test_the_figures_are_those_of_the_fleet(stretch, facts):
    last = [tick.frame for _, tick in stretch.ticks()][-1]
    first = next(tick.frame for _, tick in stretch.ticks())
    counted = {
        name: last.fleet.sessions_total[name] - first.fleet.sessions_total.get(name, 0)
        for name in ("started", "refused")
    }
    assert (facts.fleet.asked, facts.fleet.refused) == (counted["started"], counted["refused"])
    assert {one.text for one in facts.errors} == {MAXIMUM_CLIENTS}
    assert sum(one.count for one in facts.errors) == counted["refused"]
    assert {one.server for one in facts.harmful} == set(facts.overload.servers) == MUTED
    assert (facts.overload.n, facts.overload.pool_n, facts.overload.pool_k) == (32, 16, 3)
    assert facts.sla == 100.0 and facts.fleet.success < 0.9, "the incident is none by the vendor's definition"
    assert all(one.belief == 0 and one.truth == 12 and one.share > one.fair for one in facts.harmful)
    assert (
        facts.shadow is not None and min(one.refused for one in facts.shadow.others) < facts.shadow.refused_really / 10
    )


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_sentence_is_without_evidence_that_leads_into_the_recording(stretch, facts, language):
    document = draft(facts, language, JST)
    assert [section.key for section in document.sections] == list(SECTIONS)
    assert all(section.lines for section in document.sections)
    assert not list(unsupported(document, stretch))
    text = Pages(document, JST).markdown()
    for needed in ("18.8%", MAXIMUM_CLIENTS, "-a-general/8k", "dsrs-002", OPERATOR):
        assert needed in text.replace("\\", ""), needed
    assert NOTE in {line.text for line in document.section("details").lines}


def test_both_languages_tell_the_same_facts(facts):
    english, japanese = (draft(facts, language, JST) for language in words.LANGUAGES)
    assert english.evidence == japanese.evidence
    for one, other in zip(english.sections, japanese.sections, strict=True):
        assert [(line.evidence, line.form) for line in one.lines] == [
            (line.evidence, line.form) for line in other.lines
        ]
        if one.key != "occurrence":  # dates are written otherwise
            for a, b in zip(one.lines, other.lines, strict=True):
                assert figures(a.text) == figures(b.text), (a.text, b.text)


def test_drafting_again_gives_the_same_bytes(stretch, facts):
    again = facts_of(stretch)
    for language in words.LANGUAGES:
        one, other = Pages(draft(facts, language, JST), JST), Pages(draft(again, language, JST), JST)
        assert one.html() == other.html() and one.markdown() == other.markdown()


def test_what_is_not_known_is_under_investigation(facts):
    bare = replace(facts, fleet=None, pools=(), interfaces=(), errors=(), shadow=None, first_result_s=None, silences=())
    for language, said in (("en", "under investigation"), ("ja", "調査中")):
        text = Pages(draft(bare, language, JST), JST).markdown()
        assert text.count(said) >= 5, text
        assert "nan" not in text.lower().replace("finance", "")


def test_a_calm_recording_says_so(tmp_path):
    from tests.support.incident import VirtualFleet
    from tests.support.recorded import record

    record(tmp_path / "a.dsrrec", list(VirtualFleet(1, per_pool=4).run(30)))
    from console.record.recorder import Recording

    with Recording(tmp_path / "a.dsrrec") as recording:
        calm = recording.stretch()
        facts = facts_of(calm)
        assert facts.windows == () and facts.span is None
        for language in words.LANGUAGES:
            document = draft(facts, language, JST)
            assert not list(unsupported(document, calm))


def test_every_sentence_has_both_languages_with_the_same_places():
    for key in words.keys():  # noqa: SIM118  a module's function
        places = [
            {name for _, name, _, _ in string.Formatter().parse(words.template(language, key)) if name}
            for language in words.LANGUAGES
        ]
        assert places[0] == places[1], key
        assert all(words.template(language, key).strip() for language in words.LANGUAGES)


def test_a_section_as_text_and_back_is_the_same(facts):
    for language in words.LANGUAGES:
        for section in draft(facts, language, JST).sections:
            known = frozenset(name for line in section.lines for name in line.evidence)
            assert from_text(section, as_text(section), known, "r1") == section


def test_an_edit_keeps_what_was_before_and_stands_on_its_writer(facts):
    document = draft(facts, "en", JST)
    before = as_text(document.section("measures"))
    text = before + "\nThe algorithm will be changed.\n・and tested [e1]\nfoisted [e999]"
    changed = edited(document, [Edit(1e9, OPERATOR, "ja", {"measures": "other"}), Edit(1.7375e9, OPERATOR, "en", {
        "measures": text, "nonsense": "x"}, "cause found")])  # fmt: skip
    lines = changed.section("measures").lines
    assert (lines[-3].evidence, lines[-2].evidence, lines[-1].evidence) == (("r1",), ("e1",), ("r1",))
    assert lines[-2].form is Form.BULLET
    (revision,) = changed.revisions
    assert revision.before == {"measures": before} and revision.by == OPERATOR
    page = Pages(changed, JST).html()
    assert "Updated on 2025-01-22" in page and "article" not in page and "The section before the above change" in page
    assert as_text(document.section("details")) == as_text(changed.section("details"))


def test_a_detach_that_the_balancer_tells_as_well_is_told_once(stretch):
    from console.domain.readings import Detachment
    from console.report import Inquiry, Survey

    own = next(event for event in stretch.events if event.kind == "action")
    survey = Survey()
    ticks = list(stretch.ticks())
    asked_s = own.body["intent"]["asked_wall_s"]
    table = {"dsrs-002": Detachment("sato", asked_s + 1, "x"), "dsrs-009": Detachment("other", asked_s + 2, "y")}
    for number, tick in ticks:
        told_ = table if number == ticks[-1][0] else {}
        survey.take(number, replace(tick.frame, detachments=told_), tick.marks)
    for event in stretch.events:
        survey.event(event.tick, event.wall_s, event.kind, event.body)
    survey.close()
    inquiry = Inquiry(survey)
    for number, tick in ticks:
        inquiry.take(number, tick.frame)
    deeds = inquiry.facts("", "").deeds
    assert [(deed.server, deed.operator) for deed in deeds] == [("dsrs-002", OPERATOR), ("dsrs-009", "other")]
    assert all(deed.happened for deed in deeds)
    assert [rung[1] for rung in deeds[0].rungs] == sorted(rung[1] for rung in deeds[0].rungs)


def test_where_nobody_was_unable_for_long_enough_those_who_came_nearest_are_named(stretch, monkeypatch):
    monkeypatch.setattr("console.report.tally.HALF", 1.1)
    facts = facts_of(stretch)
    assert not facts.overload.servers and {server for server, _ in facts.overload.nearest} == MUTED
    shares = [share for _, share in facts.overload.nearest]
    assert shares == sorted(shares, reverse=True) and shares[-1] > 0 and shares[0] <= 1
    for language, server in (("en", "nearest to it came dsrs-00"), ("ja", "それに最も近かったのは dsrs-00")):
        document = draft(facts, language, JST)
        assert not list(unsupported(document, stretch))
        assert server in as_text(document.section("details")), "and not only that there was none"
    nobody = replace(facts.overload, nearest=(), evidence=())
    assert "nearest" not in as_text(draft(replace(facts, overload=nobody), "en", JST).section("details"))


def test_an_incident_that_was_prevented_is_told_with_its_silence(facts):
    calm = replace(
        facts,
        windows=(),
        overload=None,
        silences=tuple(replace(one, full_wall_s=None, share=float("nan"), detached=True) for one in facts.silences),
        pools=tuple(replace(one, refused=0) for one in facts.pools),
        fleet=replace(facts.fleet, refused=0),
        shadow=replace(facts.shadow, refused_really=0.0),
    )
    document = draft(calm, "en", JST)
    assert "not reporting" in document.title and calm.span is not None
    text = Pages(document, JST).markdown()
    assert "was not reporting" in text and "lasting measure" not in text
