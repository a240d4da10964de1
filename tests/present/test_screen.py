"""One picture of the incident, read as an operator would; and pictures of fleets that tell little."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pytest
from msgspec.structs import replace

from console.domain.actions import Action, Intent, Rung
from console.domain.frame import Column
from console.domain.safety import Manual, Said
from console.domain.states import Attachment, Reach, Sight, Step, Verb
from console.domain.texts import MAXIMUM_CLIENTS
from console.domain.view import Health, View
from console.present import Arrangement, Order, Presenter, guide
from tests.support.builders import FrameMaker, Server, make_fleet
from tests.support.views import ViewMaker, incident
from tests.support.words import english
from widgets.viewdata import GAP_ZERO, CellState, MapKind, ScreenData, Tone

CALM = Arrangement()


@pytest.fixture(scope="module")
def scene():
    return incident()


def picture(view: View, arrangement: Arrangement = CALM, *, later: float = 0.2, lab: bool = False) -> ScreenData:
    return Presenter("tokyo", lab=lab, zone=UTC).present(
        view, arrangement, view.received_mono_s + later, view.frame.wall_s + later
    )


def tile(data: ScreenData, key: str):
    return next(tile for tile in data.header.tiles if tile.key == key)


def test_the_header_names_the_three_and_what_clients_suffer(scene):
    _, _, view, _ = scene
    header = picture(view).header
    told = {tile.key: (tile.value, tile.tone) for tile in header.tiles}
    assert told["silent"] == ("3", Tone.ALARM)
    assert english(tile(picture(view), "silent").line) == "all in -a-general/8k (9.4 %)"
    assert english(tile(picture(view), "silent").word) == "silent, 4.7 %"
    assert told["attached"] == ("64", Tone.QUIET)
    assert told["n_eff"][1] is told["errors"][1] is told["refused"][1] is Tone.ALARM
    assert header.errors[0].text == MAXIMUM_CLIENTS
    assert header.errors[0].tone is Tone.ALARM
    assert [error.per_min for error in header.errors[1:]] == ["0", "0"]


def test_the_suspects_are_the_three_with_numbers_and_a_button_that_names_them(scene):
    _, _, view, muted = scene
    cards = picture(view, lab=True).suspects
    assert sorted(card.server for card in cards) == muted
    for card in cards:
        assert 2 <= len(card.reasons) <= 4
        assert all(any(char.isdigit() for char in english(reason)) for reason in card.reasons)
        assert english(card.button.text) == f"LAB: Detach {card.server}"
        assert card.button.enabled
    assert english(picture(view).suspects[0].button.text) == f"Detach {cards[0].server}"


def test_rows_stand_worst_first_and_the_healthy_by_name(scene):
    _, _, view, muted = scene
    rows = picture(view).rows.rows
    assert sorted(row.name for row in rows[:3]) == muted
    rest = [row.name for row in rows[3:]]
    assert rest == sorted(rest)
    assert {row.tone for row in rows[3:]} == {Tone.QUIET}


def test_three_rows_differ_most_from_the_ground_in_the_newest_columns(scene):
    _, _, view, muted = scene
    block = picture(view).columns
    assert block is not None
    slots = {view.frame.rows.get(server).slot for server in muted}
    for kind in (MapKind.TRUTH, MapKind.ROUTED, MapKind.GAP):
        level = block.levels[kind][:, -5:].astype(int)
        ink = np.abs(level - (GAP_ZERO if kind is MapKind.GAP else 0)).mean(axis=1)
        assert set(np.argsort(ink)[-3:].tolist()) == slots
    belief = block.states[MapKind.BELIEF]
    assert {int(slot) for slot in np.flatnonzero(belief[:, -1] == CellState.NO_DATA)} == slots


def test_columns_come_once_and_none_is_lost_when_the_window_slept():
    fleet, maker, view, _ = incident(ramp_polls=3)
    presenter = Presenter("x", zone=UTC)
    first = presenter.present(view, CALM, 0.0, 0.0).columns
    assert first is not None
    assert first.first + len(first.wall_s) == view.history.last
    assert presenter.present(view, CALM, 0.0, 0.0).columns is None
    later = maker.last(fleet.run(7))
    block = presenter.present(later, CALM, 0.0, 0.0).columns
    assert block is not None
    assert (block.first, len(block.wall_s)) == (view.history.last, 7)


def test_what_the_fleet_does_not_tell_reads_as_a_dash_and_draws_as_no_data():
    mute = [Server(f"s-{i}", truth=None, belief=None, limit=None, age=None, reach=Reach.TIMEOUT) for i in range(4)]
    frames, maker = FrameMaker(report_interval=None), ViewMaker()
    view = maker.last(frames.make(mute) for _ in range(5))
    data = picture(view, Arrangement(chosen="s-0"))
    for row in data.rows.rows:
        assert {row.truth_text, row.belief_text, row.gap_text, row.age_text} == {"-"}
        assert row.truth is row.belief is row.gap is row.report_age_s is None
    assert data.columns is not None
    for kind in (MapKind.TRUTH, MapKind.GAP, MapKind.BELIEF):
        assert (data.columns.states[kind] >= CellState.NO_DATA).all()
    assert tile(data, "sessions").value == "-"
    assert tile(data, "capacity").value == "-"
    assert data.detail is not None
    by_label = {english(fact.label): fact.value for fact in data.detail.facts}
    assert {by_label[name] for name in ("truth", "belief", "memory", "CPU", "last report")} == {"-"}


def test_a_missing_number_is_never_zero_on_any_of_its_ways():
    """Each column goes missing by itself, for one server among healthy ones; no text about that number may read 0."""
    shown = {
        Column.TRUTH: lambda row: row.truth_text,
        Column.BELIEVED: lambda row: row.belief_text,
        Column.REPORT_AGE: lambda row: row.age_text,
    }
    for column, text in shown.items():
        servers = make_fleet(6)
        servers[2].values = {column: float("nan")}
        if column is not Column.TRUTH:
            servers[2].age = servers[2].belief = None
            servers[2].truth = 3 if column is Column.REPORT_AGE else None
        frames, maker = FrameMaker(), ViewMaker()
        view = maker.last(frames.make(servers) for _ in range(3))
        row = next(row for row in picture(view).rows.rows if row.name == "dsrs-003")
        assert text(row) == "-", column


def test_the_banner_leads_to_the_site_s_command_until_it_is_in_sight():
    fleet, maker, _, muted = incident(ramp_polls=20)
    lost = maker.last(fleet.next(balancer=False) for _ in range(4))
    why = Said("The balancer does not answer: nothing can be detached through it.")

    def line(command, chosen=None):
        manual = {muted[0]: Manual(muted[0], command, why)}
        at = replace(lost, manual=manual)
        shown = picture(at, Arrangement(chosen=chosen))
        return english(shown.banners[0].line)

    assert line("ssh lb1 drain it").endswith(
        "By hand: Enter, or a click, on the server's card or row opens its detail with this site's command."
    )
    assert "By hand" not in line("ssh lb1 drain it", muted[0]), "it is in sight"
    assert "By hand" not in line(None), "this site has named none"
    assert "By hand" in line("ssh lb1 drain it", muted[1])


def test_a_failed_detach_says_on_its_card_where_the_site_s_command_stands():
    _, _, view, muted = incident(ramp_polls=20)
    first, second = muted[:2]
    rungs = (Rung(Step.REJECTED, 1.0, 1.0, {"status": 405}, "This balancer takes no detach at all."),)

    def action(server, key):
        intent = Intent(key, Verb.DETACH, server, "i", "p", "noc", "", view.frame.wall_s, view.received_mono_s)
        return Action(intent, rungs)

    why = Said("This balancer takes no detach at all.")
    at = replace(
        view,
        actions=(action(first, "a"), action(second, "b"), action(first, "c")),
        manual={first: Manual(first, "ssh lb1 drain it", why)},
    )

    def told(chosen):
        shown = picture(at, Arrangement(chosen=chosen))
        return ["By hand" in english(card.sentence) for card in shown.actions]

    assert told(None) == [True, False, False]
    assert told(first) == [False, False, False]


def test_blind_is_never_calm():
    fleet, maker, view, _ = incident(ramp_polls=20)
    lost = maker.last(fleet.next(balancer=False) for _ in range(4))
    assert lost.sight is Sight.BLIND
    data = picture(lost)
    assert data.rows.aged
    assert "BLIND" in english(data.banners[0].title)
    assert data.header.freshness_tone is Tone.ALARM
    for card in data.suspects:
        assert not card.button.enabled
        assert "locked" in english(card.button.why_not)
    # and a dead engine, whose last picture was fine
    dead = picture(view, later=30.0)
    assert dead.rows.aged
    assert "engine stands still" in english(dead.banners[0].line)
    assert not any(card.button.enabled for card in dead.suspects)


def test_truth_out_of_reach_is_one_banner_and_no_row_is_marked():
    servers = make_fleet(40, truth=None, belief=2, reach=Reach.NOT_ALLOWED)
    frames, maker = FrameMaker(), ViewMaker()
    view = maker.last(frames.make(servers) for _ in range(6))
    assert view.sight is Sight.TRUTH_NOT_REACHABLE
    data = picture(view)
    assert len(data.banners) == 1
    assert "Truth not reachable from here" in english(data.banners[0].title)
    assert "networks" in english(data.banners[0].line)
    assert {row.tone for row in data.rows.rows} == {Tone.QUIET}
    assert {row.truth_text for row in data.rows.rows} == {"-"}


def test_a_journal_that_cannot_be_written_locks_and_says_so(scene):
    view = replace(scene[2], health=Health(journal_error="No space left."))
    data = picture(view)
    assert "journal" in english(data.banners[0].title)
    assert not any(card.button.enabled for card in data.suspects)


def test_a_recorder_that_does_not_write_and_settings_that_are_broken_stay_on_the_screen(scene):
    _, _, view, _ = scene
    full = Health(recording=True, recorder_error="The recording cannot be written: no space left.", unrecorded=7)
    (banner,) = picture(replace(view, health=full)).banners
    assert "7 polls are lost" in english(banner.title) and "no space left" in english(banner.line)
    assert banner.tone is Tone.WARN, "watching goes on from memory"
    broken = Health(
        recording=True, settings_remark="a.toml:3: pols is no setting. Until that is mended, a.bak is in force."
    )
    (banner,) = picture(replace(view, health=broken)).banners
    assert "settings file" in english(banner.title) and "a.toml:3" in english(banner.line)
    forgetful = Health(
        recording=True,
        state_error="The alarm state /s/state.db could not be written: No space left on device. Alarms work on, and their"
        " acknowledgements are lost when the console ends; make room or mend the path.",
    )
    (banner,) = picture(replace(view, health=forgetful)).banners
    assert "not kept" in english(banner.title)
    assert english(banner.line.args["why"]) == "No space left on device", (
        "a sentence that the window knows in its own language"
    )
    assert not picture(replace(view, health=Health(recording=True))).banners


def test_only_abnormal_counts_what_it_hides(scene):
    _, _, view, muted = scene
    rows = picture(view, Arrangement(only_abnormal=True)).rows
    assert sorted(row.name for row in rows.rows) == muted
    assert (rows.hidden, rows.total) == (61, 64)
    assert [row.name for row in picture(view, Arrangement(text="s-012")).rows.rows] == ["dsrs-012"]
    by_pool = picture(view, Arrangement(order=Order.POOL)).rows.rows
    assert [row.pool for row in by_pool] == sorted(row.pool for row in by_pool)


def test_a_frozen_order_does_not_move_while_the_numbers_do():
    fleet, maker, view, muted = incident(ramp_polls=0 + 1)
    presenter = Presenter("x", zone=UTC)
    before = presenter.present(view, CALM, 0.0, 0.0).rows.rows
    hot = maker.last(fleet.run(40))
    frozen = presenter.present(hot, Arrangement(frozen=True), 0.0, 0.0).rows.rows
    assert [row.name for row in frozen] == [row.name for row in before]
    assert {row.name for row in frozen if row.tone is Tone.ALARM} == set(muted)
    thawed = presenter.present(hot, CALM, 0.0, 0.0).rows.rows
    assert sorted(row.name for row in thawed[:3]) == muted


def test_a_load_that_jitters_around_an_edge_moves_no_row():
    frames, maker, presenter = FrameMaker(), ViewMaker(), Presenter("x", zone=UTC)
    names = []
    for poll in range(12):
        servers = make_fleet(6, limit=100)
        servers[3].truth = servers[3].belief = 60 if poll % 2 else 59
        view = maker.take(frames.make(servers))
        names.append([row.name for row in presenter.present(view, CALM, 0.0, 0.0).rows.rows])
    assert names[1:] == [names[1]] * 11


def test_three_separate_states_in_the_detail(scene):
    _, _, view, muted = scene
    detail = picture(view, Arrangement(chosen=muted[0])).detail
    assert detail is not None
    assert [english(fact.label) for fact in detail.states] == [
        "Attached: may be picked",
        "Receives new sessions",
        "Holds sessions",
    ]
    assert len(detail.wall_s) == len(detail.truth) == len(detail.belief) == len(detail.routed)
    assert picture(view, Arrangement(chosen="gone")).detail is None


def test_the_read_out_names_all_values_of_a_cell_in_both_times(scene):
    _, _, view, muted = scene
    row = view.frame.rows.get(muted[0])
    presenter = Presenter("x", zone=UTC)
    said = english(presenter.readout(view, row.slot, view.history.last - 1))
    assert said.startswith(muted[0])
    assert all(
        word in said for word in ("truth 1", "belief 0", "gap +", "routed ", "report ", "UTC", "attached, silent")
    )
    assert english(presenter.readout(view, row.slot, view.history.last)) == ""
    assert english(presenter.readout(view, 10_000, view.history.last - 1)) == ""


def test_alarms_are_sentences_with_numbers_and_children_stand_in_their_cause(scene):
    lines = picture(scene[2]).alarms
    assert {english(line.rule) for line in lines} == {"silent", "gap", "herd", "errors"}
    assert all(any(char.isdigit() for char in english(line.sentence)) for line in lines)
    assert all(
        "also: " in (said := english(line.sentence)) and "saturation" in said
        for line in lines
        if english(line.rule) == "gap"
    )


def test_the_guide_follows_the_lab_and_ends_with_the_fleet(scene):
    _, _, view, muted = scene
    document = {"step": 4, "steps": 4, "name": "run", "next_in_s": None, "muted": muted}
    strip = guide(document, view)
    assert strip is not None
    assert (strip.step, strip.steps) == (4, 5)
    assert all(server in english(strip.line) for server in muted)
    # "full" is said of what is full; and of those who are left, not of those who are detached
    values = view.frame.values.copy()
    slots = [view.frame.rows.get(server).slot for server in muted]
    for truth, said in ((9.0, "Truth rises"), (12.0, "Truth says full")):
        values[Column.TRUTH, slots] = truth
        strip = guide(document, replace(view, frame=replace(view.frame, values=values.copy())))
        assert said in english(strip.line)
    attachment = view.frame.attachment.copy()
    attachment[slots[0]] = Attachment.DETACHED
    line = english(guide(document, replace(view, frame=replace(view.frame, attachment=attachment))).line)
    assert [server in line for server in muted] == [False, True, True]
    detached = replace(view.frame, attachment=np.zeros(64, dtype=np.int8))
    done = guide(document, replace(view, frame=detached))
    assert done is not None
    assert done.step == 5
    assert guide({"name": "run"}, view) is None
