"""What goes into the recorder besides Frames: alarms, each rung of an action once, and every interval without sight with its length."""

from __future__ import annotations

from msgspec.structs import replace

from console.domain.actions import Action, Intent, Rung
from console.domain.lifecycle import Note
from console.domain.states import Step, Verb
from console.engine.blackbox import BlackBox
from console.engine.replaying import ReplayEngine
from console.record.recorder import Entry, Event
from console.record.recorder.stretch import Happened, Stretch
from tests.support.desk import HandClock
from tests.support.incident import VirtualFleet
from tests.support.views import ViewMaker


class Kept:
    """A recorder in memory."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.notes: list[Event] = []
        self.error, self.dropped, self.wants_state = None, 0, False

    def take(self, entry: Entry) -> None:
        self.entries.append(entry)

    def note(self, event: Event) -> None:
        self.notes.append(event)


INTENT = Intent("key-1", Verb.DETACH, "dsrs-001", "inc-1", None, "noc-2", "hot", 100.0, 50.0)
ASKED = Action(INTENT, (Rung(Step.REQUESTED, 101.0, 51.0),))
CLIMBED = replace(ASKED, rungs=(*ASKED.rungs, Rung(Step.CONFIRMED, 103.0, 53.0, {"generation": 2})), over=True)


def test_blindness_is_an_event_with_its_length_and_alarms_are_events():
    kept, maker, fleet = Kept(), ViewMaker(), VirtualFleet(1, per_pool=4)
    box = BlackBox(kept)  # type: ignore[arg-type]
    for poll in range(30):
        box.take(maker.take(fleet.next(balancer=not 10 <= poll < 17)), lambda: b"state")
    assert len(kept.entries) == 30 and all(
        entry.tick.frame.seq == number for number, entry in enumerate(kept.entries, 1)
    )
    events = [event for entry in kept.entries for event in entry.events]
    ended = [event.body for event in events if event.kind == "blind" and event.body["seconds"] is not None]
    assert [(body["source"], body["seconds"]) for body in ended] == [("balancer", 7.0)]
    assert {event.body["alarm"]["rule"] for event in events if event.kind == "alarm"} == {"blind"}


def test_each_rung_is_recorded_once_also_between_frames():
    kept, maker, fleet = Kept(), ViewMaker(), VirtualFleet(1, per_pool=4)
    box = BlackBox(kept)  # type: ignore[arg-type]
    maker.actions = (ASKED,)
    view = maker.take(fleet.next())
    for action in (ASKED, CLIMBED, CLIMBED):
        box.take(replace(view, actions=(action,)), lambda: b"")
    assert [event.kind for event in kept.entries[0].events if event.kind == "action"] == ["action"]
    assert [event.body["rung"]["step"] for event in kept.notes] == ["confirmed"]
    events = [*kept.entries[0].events, *kept.notes]
    past = [Happened(number, event.wall_s, event.kind, event.body) for number, event in enumerate(events, 5)]
    engine = ReplayEngine(Stretch(0.0, 1e12, 1, (), tuple(past)))
    engine._past_actions.up_to(5)
    assert engine._actions() == ()
    engine._past_actions.up_to(99)
    assert engine._actions() == (CLIMBED,)


def test_a_note_is_recorded_once_and_what_an_earlier_run_left_is_not():
    kept, maker, fleet = Kept(), ViewMaker(), VirtualFleet(1, per_pool=2)
    view = maker.take(fleet.next())
    clock = HandClock(wall_s=view.frame.wall_s)
    box = BlackBox(kept, clock=clock)  # type: ignore[arg-type]
    old, new = (Note(view.frame.wall_s + at, "noc-2", "fan", server="dsrs-001") for at in (-60.0, 1.0))
    for notes in ((), (old,), (old, new), (old, new)):
        box.take(replace(view, notes=notes), lambda: b"")
    assert [(event.kind, event.wall_s, event.body["note"]["text"]) for event in kept.notes] == [
        ("note", new.wall_s, "fan")
    ]


def test_state_is_kept_when_it_is_wanted_and_now_and_then():
    kept, maker, fleet = Kept(), ViewMaker(), VirtualFleet(1, per_pool=2)
    box = BlackBox(kept)  # type: ignore[arg-type]
    view = maker.take(fleet.next())
    for number in range(1200):
        kept.wants_state = number == 100
        box.take(replace(view, frame=replace(view.frame, seq=number + 1)), lambda: b"state")
    assert [number for number, entry in enumerate(kept.entries) if entry.state] == [100, 700]
