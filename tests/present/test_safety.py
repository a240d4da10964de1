"""Green, amber and red as the window says them; plans, what is out, who sits here; the environment's name in all of it."""

from __future__ import annotations

from datetime import UTC

import pytest
from msgspec.structs import replace

from console.domain.actions import Action, Intent, Rung
from console.domain.readings import Detachment
from console.domain.safety import Appraisal, Gate, PlanStanding, PlanStep, Role, Said, Standing, StepState, Verdict
from console.domain.states import Attachment, Sight, Step, Verb
from console.domain.view import Health, View
from console.present import Arrangement, Presenter
from console.present.gates import marks
from tests.support.views import incident
from tests.support.words import english
from widgets.viewdata import ActButton, GateState, RungState, ScreenData, Tone

_, MAKER, VIEW, MUTED = incident()
SERVER = MUTED[0]
NOW, WALL = VIEW.received_mono_s, VIEW.frame.wall_s


def out(count: int, view: View = VIEW) -> View:
    """So many healthy servers of the suspects' pool are detached."""
    attachment = view.frame.attachment.copy()
    pool = view.frame.rows.get(SERVER).pool
    others = [row for row in view.frame.rows if row.pool == pool and row.id not in MUTED]
    for row in others[:count]:
        attachment[row.slot] = Attachment.DETACHED
    return replace(view, frame=replace(view.frame, attachment=attachment))


def picture(view: View, *, now: float = NOW, wall: float = WALL, lab: bool = False) -> ScreenData:
    return Presenter("tokyo", lab=lab, zone=UTC).present(MAKER.appraised(view), Arrangement(chosen=SERVER), now, wall)


def button(data: ScreenData) -> ActButton:
    assert data.detail is not None
    return data.detail.button


def test_all_green_asks_for_nothing_and_shows_every_gate_with_its_number():
    data = picture(VIEW)
    assert button(data).enabled
    assert button(data).ask is None
    assert data.detail is not None
    assert {gate.state for gate in data.detail.gates} == {GateState.PASS}
    figures = {english(gate.word): english(gate.figure) for gate in data.detail.gates}
    assert figures["detached after"] == "3 % ≤ 10 %"
    assert figures["left attached"].endswith("≥ 3")
    assert figures["not the last"] == "31 ≥ 1"
    assert figures["balancer free"] == ""
    assert next(card for card in data.suspects if card.server == SERVER).gates == data.detail.gates
    assert data.header.role.source == ""
    assert data.header.arming is None


@pytest.mark.parametrize(
    ("gate", "shown"),
    [
        (Gate("herd", 5.39, 1.0, Verdict.HOLD), "5.39, at most 1 allowed"),
        (Gate("herd", 0.4, 1.0, Verdict.PASS), "0.4 ≤ 1"),
        (Gate("percent", 0.41, 0.1, Verdict.REFUSE, unit="share"), "41 %, at most 10 % allowed"),
        (Gate("percent", 0.104, 0.1, Verdict.HOLD, unit="share"), "10.4 %, at most 10.0 % allowed"),
        (Gate("percent", 0.3333, 0.1, Verdict.PASS, unit="share"), "33 %"),
        (Gate("stale", 2.04, 2.0, Verdict.REFUSE, unit="s"), "2.04 s, at most 2.00 s allowed"),
        (Gate("reporting", 9.98, 10.0, Verdict.REFUSE, unit="s"), "9.98 s, at least 10.00 s needed"),
        (Gate("pause", 12.0, 60.0, Verdict.HOLD, unit="s"), "12 s, at least 60 s needed"),
        (Gate("floor", 2, 3, Verdict.REFUSE, unit="servers"), "2, at least 3 needed"),
        (Gate("last_server", 0, 1, Verdict.REFUSE, unit="servers"), "0, at least 1 needed"),
        (Gate("cool_down", 3, 3, Verdict.REFUSE), "3, less than 3 allowed"),
        (Gate("cool_down", 1, 3, Verdict.PASS), "1 < 3"),
        (Gate("memory", 0.9, 0.9, Verdict.REFUSE, unit="share"), "90 %, less than 90 % allowed"),
        (Gate("median", 9.0, 4.0, Verdict.REFUSE, unit="sessions"), "9, at most 4 allowed"),
        (Gate("target_truth", 2, 3, Verdict.REFUSE), "2, at least 3 needed"),
        (Gate("busy", 4.0, 0.0, Verdict.REFUSE, unit="s"), "4.0 s"),
        (Gate("capacity", None, 0.85, Verdict.HOLD, unit="share"), ""),
        (Gate("armed", False, True, Verdict.REFUSE), ""),
    ],
)
def test_what_a_gate_measured_and_what_it_demands_are_never_read_as_true_where_they_are_not(gate, shown):
    (mark,) = marks(Appraisal(Verb.DETACH, SERVER, (gate,)))
    assert english(mark.figure) == shown


def test_amber_opens_a_panel_with_the_numbers_the_place_and_the_target():
    shown = button(picture(out(3), lab=True))
    assert shown.enabled
    assert shown.ask is not None
    assert not shown.ask.glass
    assert english(shown.ask.title) == f"tokyo: Detach {SERVER}"
    assert "4 of 32 servers of this pool would be detached, more than 10%" in english(shown.ask.line)
    assert "Expected 60 s after" in english(shown.ask.line)
    assert english(shown.ask.hold) == f"LAB: Hold 1.5 s: Detach {SERVER}"
    assert english(shown.text) == f"LAB: Detach {SERVER} …"


@pytest.mark.parametrize(
    ("role", "breaks"), [(Role.LEAD, True), (Role.OPERATOR, False), (Role.VIEWER, False), (None, False)]
)
def test_red_refuses_and_only_a_lead_may_break_the_glass(role, breaks):
    shown = button(picture(replace(out(12), standing=Standing(role))))
    assert not shown.enabled
    assert (shown.ask is not None) is breaks
    if shown.ask is not None:
        assert shown.ask.glass
        assert english(shown.ask.title) == f"BREAK-GLASS in tokyo: Detach {SERVER}"
        assert "13 of 32" in english(shown.why_not)
        assert shown.ways  # servers that report may be attached again
        assert all(way.does == "choose" and way.target for way in shown.ways)


def test_what_never_opens_is_not_offered_to_anybody():
    shown = button(picture(out(29)))
    pool = [row.id for row in VIEW.frame.rows if row.pool == VIEW.frame.rows.get(SERVER).pool and row.id not in MUTED]
    assert len(pool) == 29
    assert not shown.enabled
    assert shown.ask is None


def test_a_lead_may_act_where_the_truth_cannot_be_reached_but_nobody_while_the_picture_is_old():
    lost = replace(out(12), sight=Sight.TRUTH_NOT_REACHABLE)
    assert button(picture(lost)).ask is not None
    assert "cannot be read from this workstation" in english(button(picture(lost)).why_not)
    for view, now in ((lost, NOW + 30), (replace(lost, health=Health(journal_error="full")), NOW)):
        assert button(picture(view, now=now)).ask is None


def test_an_unarmed_console_says_so_and_offers_to_arm():
    view = replace(VIEW, standing=Standing(Role.LEAD, arming=True, armed=False))
    data = picture(view)
    assert "only reads until it is armed" in english(button(data).why_not)
    assert [way.does for way in button(data).ways] == ["arm"]
    assert data.header.arming is not None
    assert english(data.header.arming.text) == "Arm tokyo"
    armed = picture(replace(VIEW, standing=Standing(Role.LEAD, arming=True, idle_left_s=731.0)), now=NOW + 0.5)
    assert armed.header.arming is not None
    assert (english(armed.header.arming.text), armed.header.arming.left) == ("ARMED in tokyo", "12:10")
    assert button(armed).enabled


def test_a_server_whose_gates_were_not_asked_waits_for_them_and_a_watching_console_says_that():
    bare = replace(MAKER.appraised(VIEW), appraisals={}, proposals=())
    shown = Presenter("tokyo", zone=UTC).present(bare, Arrangement(chosen=SERVER), NOW, WALL)
    assert english(button(shown).why_not).startswith("Its gates are being asked")
    watching = replace(bare, health=Health(recording=False))
    shown = Presenter("tokyo", zone=UTC).present(watching, Arrangement(chosen=SERVER), NOW, WALL)
    assert "only watches" in english(button(shown).why_not)


def test_the_suspects_are_offered_as_one_plan_and_it_asks_where_the_set_is_amber():
    (plan,) = picture(VIEW).plans
    assert (plan.verb, plan.server.split("\n"), plan.enabled, plan.ask) == ("detach_all", MUTED, True, None)
    assert english(plan.text) == f"Detach these 3: {', '.join(MUTED)}"
    (held,) = [one for one in picture(out(1)).plans if one.verb == "detach_all"]
    assert held.enabled
    assert held.ask is not None
    assert english(held.ask.title) == f"tokyo: Detach {', '.join(MUTED)}"


def test_a_running_plan_has_a_stop_and_a_failed_one_its_reason():
    steps = (PlanStep(MUTED[0], StepState.DONE, "k"), PlanStep(MUTED[1], StepState.RUNNING), PlanStep(MUTED[2]))
    said = Said("step {number} of {count}: {server}.", {"number": 2, "count": 3, "server": MUTED[1]})
    plan = PlanStanding("p1", Verb.DETACH, steps, said)
    card = picture(replace(VIEW, plan=plan)).actions[0]
    assert [rung.state for rung in card.rungs] == [RungState.REACHED, RungState.WAITING, RungState.AHEAD]
    assert card.undo is not None
    assert (card.undo.verb, card.undo.server, card.undo.enabled) == ("stop_plan", "p1", True)
    assert english(card.sentence) == f"step 2 of 3: {MUTED[1]}."
    why = Said(
        "The plan ended after {done} of {count} steps: it was stopped by {by}. Nothing was taken back.",
        {"done": 1, "count": 3, "by": "noc-2"},
    )
    over = picture(replace(VIEW, plan=replace(plan, said=why, over=True, failed=True))).actions[0]
    assert (over.undo, over.tone) == (None, Tone.ALARM)
    assert "stopped by noc-2" in english(over.sentence)


def test_what_is_out_is_listed_by_its_review_with_who_and_why():
    view = out(2)
    first, second = (view.frame.rows.rows[slot].id for slot in range(64) if view.frame.detached[slot])
    told = {
        first: Detachment("noc-2", WALL - 60, "silent", review_at=WALL + 3600),
        second: Detachment("noc-3", WALL - 9000, "<b>slow</b>", review_at=WALL - 1800),
    }
    data = picture(replace(view, frame=replace(view.frame, detachments=told)))
    late, fine = data.detached
    assert (late.server, late.tone, late.reason) == (second, Tone.WARN, "<b>slow</b>")
    assert english(late.review) == "review was due 30 min 0 s ago"
    assert (fine.server, fine.tone) == (first, Tone.QUIET)
    assert english(fine.who).startswith("by noc-2 at ")
    assert fine.undo is not None
    assert fine.undo.verb == "attach"


def test_broken_glass_is_flagged_in_ladder_alarms_and_header_until_it_is_taken_back():
    intent = Intent("k", Verb.DETACH, SERVER, "inc-1", None, "boss", "r", WALL, NOW - 1, break_glass="fire")
    steps = (Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED)
    action = Action(intent, tuple(Rung(step, WALL, NOW) for step in steps))
    attachment = VIEW.frame.attachment.copy()
    attachment[VIEW.frame.rows.get(SERVER).slot] = Attachment.DETACHED
    view = replace(VIEW, actions=(action,), frame=replace(VIEW.frame, attachment=attachment))
    data = picture(view)
    assert english(data.actions[0].title) == f"BREAK-GLASS: Detach {SERVER}"
    assert data.actions[0].tone is Tone.ALARM
    assert english(data.header.glass) == f"BREAK-GLASS: {SERVER}"
    assert english(data.alarms[0].sentence) == "boss went past a refusal in tokyo: fire"
    assert data.detached[0].tone is Tone.ALARM
    back = picture(replace(view, actions=(replace(action, over=True),), frame=VIEW.frame))
    assert back.header.glass.source == ""
    assert not any(line.key.startswith("glass") for line in back.alarms)


def test_all_that_was_detached_from_here_can_be_taken_back_as_one_plan():
    view = out(2)
    mine = [view.frame.rows.rows[slot].id for slot in range(64) if view.frame.detached[slot]]
    MAKER.mine = frozenset(mine)
    try:
        data = picture(view)
    finally:
        MAKER.mine = frozenset()
    back = next(one for one in data.plans if one.verb == "attach_all")
    assert back.server.split("\n") == mine
    assert english(back.text) == f"Attach the 2 that I detached: {', '.join(mine)}"
    assert [line.server for line in data.detached] == mine


def test_a_cut_is_offered_where_the_engine_offers_it_and_asks_for_its_number():
    view = out(1)
    server = next(row.id for row in view.frame.rows if view.frame.detached[row.slot])
    cut = Appraisal(Verb.CUT, server, (Gate("sessions", 9, 1, Verdict.PASS),), held=(9, 12))

    def shown(view: View) -> ScreenData:
        return Presenter("tokyo", zone=UTC).present(view, Arrangement(chosen=server), NOW, WALL)

    assert shown(view).detail.cut is None and shown(view).detached[0].cut is None
    data = shown(replace(view, cuts={server: cut}))
    offered = data.detail.cut
    assert offered == data.detached[0].cut and offered.verb == "cut"
    assert offered.ask.count == (9, 12) and offered.ask.hold_ms == 2000
    assert "tokyo" in english(offered.ask.title) and server in english(offered.ask.hold)
    assert "9 sessions" in english(offered.ask.line)
    empty = replace(cut, held=(0, 12))
    assert shown(replace(view, cuts={server: empty})).detail.cut is None


def test_a_forgotten_detach_stands_in_the_list_with_its_way_back_out():
    lost = next(row for row in VIEW.frame.rows if row.id not in MUTED and row.pool == VIEW.frame.rows.get(SERVER).pool)
    because = {"wanted": "detached", "actual": "attached", "by": "noc-2"}
    alarm = replace(VIEW.alarms[0], rule="drift", server=lost.id, because=because)
    view = replace(VIEW, alarms=(alarm, *VIEW.alarms))
    data = Presenter("tokyo", zone=UTC).present(MAKER.appraised(view), Arrangement(chosen=lost.id), NOW, WALL)
    line = data.detached[0]
    assert (line.server, line.tone) == (lost.id, Tone.ALARM) and "noc-2" in english(line.who)
    assert line.undo.verb == "detach" and english(line.undo.text) == f"Re-apply: detach {lost.id}"
    assert english(button(data).text) == f"Re-apply: detach {lost.id}"
