"""From the click to the engine, and back to the same place: no dialog, no wait, one request a click."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from console.app.fleet import EngineHandle
from console.domain.actions import Action
from console.domain.clock import Clock
from console.domain.command import Command
from console.domain.errors import ConsoleError, JournalError
from console.domain.frame import Column
from console.domain.safety import Consent, Manual, Outcome, PlanStanding
from console.domain.states import Verb
from console.domain.tasks import spawn
from console.domain.view import View
from console.present import Pending, reason_text

_log = logging.getLogger("dsr.window")
PATIENCE_S: Final = 15.0
"""The engine answers within its own deadlines; after this long it is the engine that hangs."""


class Operator:
    """Submits what the operator asks for. `changed` is called (on the GUI thread) when something pending has changed."""

    def __init__(self, handle: EngineHandle, name: str, clock: Clock, changed: Callable[[], None]) -> None:
        self._handle = handle
        self._name = name
        self._clock = clock
        self._changed = changed
        self._pending: dict[str, Pending] = {}
        self._seen: Manual | None = None
        self._beginning: Pending | None = None
        """A plan that the engine has not answered to yet."""
        self._runs = False
        """The newest View shows a running plan: it is that one, as there is never another."""

    @property
    def pending(self) -> tuple[Pending, ...]:
        """Clicks that the newest View does not show yet, and those that never got anywhere."""
        found = tuple(self._pending.values())
        return found if self._beginning is None or self._runs else (self._beginning, *found)

    def seen(self, view: View) -> None:
        """What the View shows by itself is pending no more."""
        self._runs = view.plan is not None and not view.plan.over
        for action in view.actions:
            waiting = self._pending.get(action.intent.server)
            if (
                waiting is not None
                and action.intent.verb is waiting.verb
                and action.intent.asked_wall_s >= waiting.asked_wall_s
            ):
                del self._pending[action.intent.server]

    def act(self, verb: Verb, server: str, view: View | None, consent: Consent | None = None) -> bool:
        """Sends it off before it returns; False where a click on this server is still being answered.

        It is meant for the server that the operator saw: one that was replaced meanwhile is left alone.
        """
        waiting = self._pending.get(server)
        if waiting is not None and waiting.problem is None:
            return False
        asked = Pending(server, verb, self._clock.wall())
        self._pending[server] = asked
        reason = _reason(verb, server, view, consent)
        command = Command(verb, server, reason, self._name, consent or Consent(), _incarnation(server, view))
        try:
            future: Future[Action] = self._handle.submit(self._handle.engine.act(command))
        except RuntimeError as error:
            self._failed(asked, f"Nothing was sent: {error}. Restart the console.")
        else:
            spawn(self._answer(asked, future), f"{verb.value} {server}")
        self._changed()
        return True

    def carry(self, verb: Verb, servers: tuple[str, ...], view: View | None, consent: Consent | None = None) -> None:
        """Begins a plan; where it stands comes with the Views. A click while one is being begun counts for nothing."""
        if self._beginning is not None:
            return
        asked = Pending(", ".join(servers), verb, self._clock.wall())
        self._pending.pop(asked.server, None)
        first, *more = servers
        command = Command(
            verb, first, _reasons(verb, servers, view), self._name, consent or Consent(), more=tuple(more)
        )
        try:
            future = self._handle.submit(self._handle.engine.carry(command))
        except RuntimeError as error:
            self._failed(asked, f"Nothing was sent: {error}. Restart the console.")
        else:
            self._beginning = asked
            spawn(self._begun(asked, future), f"plan to {verb.value}")
        self._changed()

    def stop_plan(self) -> None:
        """Ends the running plan before its next step."""
        self._tell(self._handle.engine.stop_plan(self._name or None))

    def arm(self, armed: bool) -> None:
        """Arms the console, or takes it back to reading only."""
        engine = self._handle.engine
        self._tell(engine.arm(self._name or None) if armed else engine.disarm(self._name or None))

    def manual_seen(self, manual: Manual) -> None:
        """The site's own command is on the screen."""
        if manual.shown_wall_s is None and manual != self._seen:
            self._seen = manual
            self._tell(self._handle.engine.manual_shown(manual, self._name or None))

    def manual_said(self, server: str, word: str) -> None:
        """What the operator says of it."""
        self._tell(self._handle.engine.manual_said(server, Outcome(word), self._name or None))

    def _tell(self, work: Any) -> None:
        """What needs no answer: it shows in the next View."""
        try:
            self._handle.submit(work)
        except RuntimeError as error:
            _log.warning("the engine does not run: %s", error)

    async def _begun(self, asked: Pending, future: Future[PlanStanding]) -> None:
        try:
            await self._wait(asked, future)
        finally:
            self._beginning = None
            self._changed()

    async def _answer(self, asked: Pending, future: Future[Action]) -> None:
        if await self._wait(asked, future) and self._pending.get(asked.server) is asked:
            # The View with this action is out already, or comes with the next look.
            del self._pending[asked.server]
        self._changed()

    async def _wait(self, asked: Pending, future: Future[Any]) -> bool:
        """Whether the engine has answered; else what went wrong stands beside the button."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.shield(asyncio.wrap_future(future))
        except TimeoutError:
            self._failed(asked, "No word from the engine: the outcome is unknown. Read the row before you click again.")
        except JournalError as error:
            self._failed(asked, f"Nothing was sent: {error}")
        except ConsoleError as error:
            self._failed(asked, str(error))
        except (
            Exception
        ) as error:  # logged with its stack; the operator must not be left with a button that waits for ever
            _log.exception("%s %s failed", asked.verb.value, asked.server)
            self._failed(
                asked,
                f"The console failed ({type(error).__name__}): the outcome is unknown. Read the row before you click again.",
            )
            self._changed()
            raise
        else:
            return True
        return False

    def _failed(self, asked: Pending, problem: str) -> None:
        self._pending[asked.server] = Pending(asked.server, asked.verb, asked.asked_wall_s, problem)


def _incarnation(server: str, view: View | None) -> str | None:
    row = None if view is None else view.frame.rows.get(server)
    return None if row is None else row.incarnation


def _reason(verb: Verb, server: str, view: View | None, consent: Consent | None = None) -> str:
    """What the balancer and the journal are told: the numbers that the operator saw; of a cut, their own words."""
    if verb is Verb.CUT and consent is not None and consent.hold_reason:
        return consent.hold_reason
    if view is None:
        return f"{verb.value} from the console's window"
    suspect = next((one for one in view.suspects if one.server == server), None)
    numbers = [
        view.frame.at(server, column) for column in (Column.TRUTH, Column.LIMIT, Column.BELIEVED, Column.REPORT_AGE)
    ]
    truth, limit, belief, age_s = (None if number != number else number for number in numbers)  # noqa: PLR0124  NaN: missing
    return reason_text(suspect, truth, limit, belief, age_s)


def _reasons(verb: Verb, servers: tuple[str, ...], view: View | None) -> str:
    """The plan's reason: that of its first server, which is the worst off, and how many there are."""
    return f"plan of {len(servers)}: {_reason(verb, servers[0], view)}"[:500]
