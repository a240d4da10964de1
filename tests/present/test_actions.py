"""The ladder as cards: what is proven, what is weak, what is unknown; and the buttons that go with it."""

from __future__ import annotations

from datetime import UTC

import numpy as np
from msgspec.structs import replace

from console.domain.actions import Action, Intent, Rung
from console.domain.states import Attachment, Step, Verb
from console.domain.view import View
from console.present import Arrangement, Pending, Presenter, reason_text
from tests.support.views import incident
from tests.support.words import english
from widgets.viewdata import RungState, ScreenData, Tone

_, MAKER, VIEW, MUTED = incident()
SERVER = MUTED[0]
NOW, WALL = VIEW.received_mono_s, VIEW.frame.wall_s


def action(
    *steps: Step,
    over: bool = False,
    verb: Verb = Verb.DETACH,
    sentence: str = "",
    ago: float = 2.0,
    evidence: dict[str, bool] | None = None,
) -> Action:
    intent = Intent("k" * 8, verb, SERVER, "inc-1", "-a-general/8k", "noc", "because", WALL - ago, NOW - ago)
    rungs = tuple(
        Rung(
            step,
            WALL,
            NOW,
            {"expected": 3.4, "routed": 0, "generation": 12, "status": 200, **(evidence or {})},
            sentence,
        )
        for step in steps
    )
    return Action(intent, rungs, over)


def detached(view: View) -> View:
    attachment = view.frame.attachment.copy()
    attachment[view.frame.rows.get(SERVER).slot] = Attachment.DETACHED
    return replace(
        view,
        frame=replace(view.frame, attachment=attachment),
        suspects=tuple(one for one in view.suspects if one.server != SERVER),
    )


def picture(
    view: View, *actions: Action, presenter: Presenter | None = None, pending: tuple[Pending, ...] = ()
) -> ScreenData:
    presenter = presenter or Presenter("tokyo", zone=UTC)
    return presenter.present(
        MAKER.appraised(replace(view, actions=actions)), Arrangement(chosen=SERVER), NOW, WALL, pending=pending
    )


def states(data: ScreenData) -> list[RungState]:
    return [rung.state for rung in data.actions[0].rungs]


REACHED, WAITING, AHEAD = RungState.REACHED, RungState.WAITING, RungState.AHEAD


def test_each_step_is_shown_as_far_as_it_is_proven():
    steps = [Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE, Step.DRAINED]
    for count in range(1, 6):
        shown = states(picture(VIEW, action(*steps[:count], over=count == 5)))
        assert shown == [REACHED] * count + ([WAITING] + [AHEAD] * (4 - count) if count < 5 else [])


def test_weak_proof_is_weak_and_counts_what_was_to_be_expected():
    data = picture(VIEW, action(Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE_WEAK))
    assert states(data)[3] is RungState.WEAK
    assert english(data.actions[0].rungs[3].evidence) == "0 new sessions where 3.4 were to be expected"

    idle = action(Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, Step.EFFECTIVE_WEAK)
    weak = replace(idle.rungs[-1], evidence={"expected": 0.2, "since_s": 31.0, "routed": 0, "idle": True})
    data = picture(VIEW, replace(idle, rungs=(*idle.rungs, weak)))
    assert states(data)[3] is RungState.WEAK
    assert english(data.actions[0].rungs[3].evidence) == (
        "none came in 31 s, but only 0.2 would have: more traffic has to prove it"
    )


def test_an_unknown_outcome_is_unknown_until_it_was_read_back():
    lost = picture(VIEW, action(Step.REQUESTED, Step.UNKNOWN, sentence="No answer within 5 s."))
    assert states(lost)[1] is RungState.UNKNOWN
    assert lost.actions[0].tone is Tone.UNKNOWN
    assert english(lost.actions[0].sentence) == "No answer within 5 s."
    read = picture(VIEW, action(Step.REQUESTED, Step.UNKNOWN, Step.CONFIRMED))
    assert states(read)[:3] == [REACHED, RungState.UNKNOWN, REACHED]


def test_a_refusal_ends_the_ladder_with_its_sentence():
    data = picture(VIEW, action(Step.REFUSED, over=True, sentence="It is the last attached server of its pool."))
    assert states(data) == [RungState.FAILED]
    assert data.actions[0].tone is Tone.ALARM
    assert "last attached" in english(data.actions[0].sentence)


def test_while_one_is_in_flight_no_other_button_can_be_pressed():
    data = picture(VIEW, action(Step.REQUESTED))
    why = {card.server: english(card.button.why_not) for card in data.suspects}
    assert "waiting for the balancer" in why[SERVER]
    assert all(f"detaching {SERVER}" in why[server] for server in MUTED[1:])
    assert not any(card.button.enabled for card in data.suspects)
    settled = picture(VIEW, action(Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED))
    assert all(card.button.enabled for card in settled.suspects if card.server != SERVER)


def test_the_card_stays_in_its_place_and_its_button_becomes_the_undo():
    presenter = Presenter("tokyo", zone=UTC)
    before = [card.server for card in picture(VIEW, presenter=presenter).suspects]
    done = action(Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED)
    after = picture(detached(VIEW), done, presenter=presenter)
    assert [card.server for card in after.suspects] == before
    card = next(card for card in after.suspects if card.server == SERVER)
    assert (card.button.verb, english(card.button.text)) == ("attach", f"Undo: attach {SERVER}")
    # it is still silent: what the engine would refuse is said before the click
    assert not card.button.enabled
    assert "Still silent" in english(card.button.why_not)
    assert after.detail is not None
    assert english(after.detail.button.text) == f"Attach {SERVER}"
    assert not after.detail.button.enabled
    # one undo a server: neither the ladder beside the card nor the detail has one of its own
    assert after.actions[0].undo is after.detail.actions[0].undo is None
    # a minute later the card is gone, and the ladder keeps the undo
    kept = replace(done, intent=replace(done.intent, asked_mono_s=NOW - 61.0))
    later = picture(detached(VIEW), kept, presenter=presenter)
    assert SERVER not in [card.server for card in later.suspects]
    assert later.actions[0].undo == card.button
    # ten minutes later the undo is over
    old = replace(done, intent=replace(done.intent, asked_mono_s=NOW - 601.0))
    gone = picture(detached(VIEW), old, presenter=presenter)
    assert gone.actions[0].undo is None


def test_a_mistake_on_a_reporting_server_may_be_undone_at_once_and_a_refused_attach_keeps_the_undo():
    done = action(Step.REQUESTED, Step.ACCEPTED, Step.CONFIRMED, evidence={"reported_fresh": True})
    tried = action(Step.REFUSED, over=True, verb=Verb.ATTACH, ago=1.0)
    presenter = Presenter("tokyo", zone=UTC)
    picture(VIEW, presenter=presenter)
    data = picture(detached(VIEW), tried, done, presenter=presenter)
    card = next(card for card in data.suspects if card.server == SERVER)
    assert card.button.enabled
    alone = picture(detached(VIEW), tried, done)  # a window that never showed the card: the ladder has the undo
    assert [one.undo is not None for one in alone.actions] == [False, True]


def test_the_last_server_of_a_pool_says_so_beside_its_button():
    attachment = VIEW.frame.attachment.copy()
    pool = VIEW.frame.rows.get(SERVER).pool
    for row in VIEW.frame.rows:
        if row.pool == pool and row.id != SERVER:
            attachment[row.slot] = Attachment.DETACHED
    data = picture(replace(VIEW, frame=replace(VIEW.frame, attachment=attachment)))
    card = next(card for card in data.suspects if card.server == SERVER)
    assert not card.button.enabled
    assert "last attached server" in english(card.button.why_not)


def test_a_click_shows_at_once_and_a_failed_one_keeps_its_reason():
    asked = Pending(SERVER, Verb.DETACH, WALL)
    data = picture(VIEW, pending=(asked,))
    assert states(data)[0] is WAITING
    assert not any(card.button.enabled for card in data.suspects)
    failed = picture(VIEW, pending=(replace(asked, problem="Nothing was sent."),))
    assert states(failed) == [RungState.FAILED]
    assert english(failed.actions[0].sentence) == "Nothing was sent."
    assert all(card.button.enabled for card in failed.suspects)


def test_the_reason_that_travels_holds_the_numbers():
    suspect = next(one for one in VIEW.suspects if one.server == SERVER)
    said = reason_text(suspect, None, None, None, None)
    assert "belief 0" in said
    assert "truth 1" in said
    assert "last report" in said
    assert reason_text(None, 3.0, None, None, None) == "belief -, truth 3, no report"


def test_who_detached_stands_in_the_detail():
    view = detached(VIEW)
    data = picture(view)
    assert data.detail is not None
    assert english(data.detail.states[0].label) == "Detached: never picked"
    assert data.detail.button.verb == "attach"
    assert np.isfinite(data.detail.truth[-1])
