"""What a drill writes down of the console's Views and of the operator's clicks: alarms and actions as events."""

from __future__ import annotations

from console.domain.actions import Action
from console.domain.alarms import AlarmState
from console.domain.states import Step, Verb
from console.domain.view import View
from console.lab.drill.samples import Event


class Record:
    """Events of one run, in the order in which they were seen."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._versions = 0
        self._refused: set[str] = set()

    def view(self, view: View, at_s: float) -> None:
        """The alarms that this View raised or cleared. A View that comes again is passed over."""
        if view.version <= self._versions:
            return
        self._versions = view.version
        for alarm in view.changes:
            what = "alarm" if alarm.state is AlarmState.RAISED else "cleared"
            self.events.append(Event(at_s, what, alarm.server, alarm.rule))

    def action(self, action: Action, at_s: float) -> None:
        """A click, and what the balancer said to it."""
        server = action.intent.server
        if action.intent.verb is Verb.DETACH and action.reached(Step.ACCEPTED):
            self.events += (Event(at_s, "click", server), Event(at_s, "detached", server))
        elif server not in self._refused:  # a click that a gate holds back is tried again; told once
            self._refused.add(server)
            words = action.rungs[-1].sentence if action.rungs else ""
            self.events += (Event(at_s, "click", server), Event(at_s, "refused", server, words=words))
