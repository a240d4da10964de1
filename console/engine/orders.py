"""What may be asked of the engine: every button of the window and every command without one ends here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from console.decide import Authority
from console.domain.actions import Action
from console.domain.clock import Clock
from console.domain.command import Command
from console.domain.lifecycle import Key
from console.domain.safety import Appraisal, Manual, Outcome, PlanStanding, Said
from console.domain.states import Verb
from console.engine.advisor import Moment
from console.engine.alarmdesk import AlarmDesk
from console.engine.conductor import Conductor
from console.engine.foresight import Foreteller
from console.engine.hand import Hand
from console.engine.manual import ManualDesk
from console.engine.scribe import Scribe


class Orders:
    """Passed on to who carries them out; what is not on record elsewhere is noted here. Belongs to the engine's loop."""

    def __init__(
        self,
        operator: str,
        clock: Clock,
        scribe: Scribe,
        authority: Authority,
        hand: Hand,
        conductor: Conductor,
        desk: AlarmDesk,
        manual: ManualDesk,
        foreteller: Foreteller | None,
        changed: Callable[[], None],
        newest_moment: Callable[[], Moment | None],
    ) -> None:
        """`operator`: who acts where no name is given."""
        self._operator = operator
        self.clock = clock
        """By which everything here is timed."""
        self._scribe = scribe
        self._authority = authority
        self._hand = hand
        self._conductor = conductor
        self._desk = desk
        self._manual = manual
        self._foreteller = foreteller
        self._changed = changed
        self._newest_moment = newest_moment
        self._watched: frozenset[str] = frozenset()

    async def act(self, command: Command) -> Action:
        """Gates, journal, gates again, request; returns after the answer, later rungs come with the Views.

        A detach, the way back, or the end of a detached server's sessions (`consent.count` names how many).
        Raises JournalError: nothing was sent.
        """
        return await self._hand.act(self._signed(command))

    async def carry(self, command: Command) -> PlanStanding:
        """Begins a plan: the set as one action; a refused one comes back over. Raises ValueError (no such set) and JournalError."""
        command = self._signed(command)
        begun = await self._conductor.begin(command, self._authority.role)
        if self._foreteller is not None and command.verb is Verb.DETACH and not begun.over:
            self._foreteller.planned(command.servers)
        return begun

    async def stop_plan(self, operator: str | None = None) -> None:
        """Ends the running plan before its next step."""
        self._conductor.stop(self._name(operator))

    async def appraise(self, verb: Verb, server: str, incarnation: str | None = None) -> Appraisal:
        """Every gate of a request as of now; nothing is sent."""
        command = self._signed(Command(verb, server, "", incarnation=incarnation))
        return self._hand.appraise(command, self._newest_moment())

    async def arm(self, operator: str | None = None) -> Said | None:
        """Arms this console; None: done, else why not. It is on record either way."""
        why = self._authority.arm(self.clock.monotonic())
        self._scribe.note("armed", {"operator": self._name(operator), "refused": None if why is None else str(why)})
        self._changed()
        return why

    async def disarm(self, operator: str | None = None) -> None:
        """Back to reading only; a running plan ends."""
        self._authority.disarm()
        self._conductor.stop(self._name(operator))
        self._scribe.note("disarmed", {"operator": self._name(operator)})
        self._changed()

    async def manual(self, server: str) -> Manual | None:
        """The site's own command for a server, where its detach through the balancer is dead as of now."""
        moment = self._newest_moment()
        return None if moment is None else self._manual.of(moment.frame, server, self._hand.actions)

    async def manual_shown(self, manual: Manual, operator: str | None = None) -> None:
        """It stands before the operator's eyes: once on record."""
        self._manual.shown(manual, self._name(operator))

    async def manual_said(self, server: str, outcome: Outcome, operator: str | None = None) -> None:
        """What came of it, by the operator's word. Raises LookupError: none was shown."""
        self._manual.said(server, outcome, self._name(operator))

    async def used(self) -> None:
        """The operator is there: the idle time of an armed console begins anew."""
        self._authority.used(self.clock.monotonic())

    async def look_at(self, servers: frozenset[str]) -> None:
        """Whose gates the next Views carry, beside the suspects' and the detached ones'."""
        self._watched = servers
        if self._foreteller is not None:
            self._foreteller.look(servers)
        self._changed()

    async def acknowledge(self, keys: Sequence[Key] | None, note: str = "", operator: str | None = None) -> bool:
        """Of these alarms, or (None) of all that wait. The next View shows it; returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.acknowledge(keys, self._name(operator), note)

    async def shelve(self, key: Key, reason: str, seconds: float | None = None, operator: str | None = None) -> bool:
        """Sets an alarm aside for so long (None: as the settings say). Returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.shelve(key, self._name(operator), reason, seconds)

    async def unshelve(self, key: Key, operator: str | None = None) -> bool:
        """Takes an alarm off the shelf. Returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.unshelve(key, self._name(operator))

    async def note(self, key: Key | None, text: str, operator: str | None = None, server: str | None = None) -> bool:
        """Writes to an alarm, else to a server, else to the situation. Returns whether it is on disk. Raises LifecycleRefused."""
        return await self._desk.note(key, self._name(operator), text, server)

    def _signed(self, command: Command) -> Command:
        """With the name of who asks for it."""
        return replace(command, operator=self._name(command.operator))

    def _name(self, operator: str | None) -> str:
        return operator or self._operator or _os_user()


def _os_user() -> str:
    """Whoever runs this process, as the system names them."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"
