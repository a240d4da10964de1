"""From the click to the engine, and back to the same place: no dialog, no wait, one request a click."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from console.app.fleet import EngineHandle
from console.domain.actions import Action
from console.domain.clock import Clock
from console.domain.errors import ConsoleError, JournalError
from console.domain.frame import Column
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

    @property
    def pending(self) -> tuple[Pending, ...]:
        """Clicks that the newest View does not show yet, and those that never got anywhere."""
        return tuple(self._pending.values())

    def seen(self, view: View) -> None:
        """What the View shows by itself is pending no more."""
        for action in view.actions:
            waiting = self._pending.get(action.intent.server)
            if (
                waiting is not None
                and action.intent.verb is waiting.verb
                and action.intent.asked_wall_s >= waiting.asked_wall_s
            ):
                del self._pending[action.intent.server]

    def act(self, verb: Verb, server: str, view: View | None) -> bool:
        """Sends it off before it returns; False where a click on this server is still being answered."""
        waiting = self._pending.get(server)
        if waiting is not None and waiting.problem is None:
            return False
        asked = Pending(server, verb, self._clock.wall())
        self._pending[server] = asked
        engine = self._handle.engine
        do = engine.detach if verb is Verb.DETACH else engine.attach
        try:
            future: Future[Action] = self._handle.submit(do(server, _reason(verb, server, view), self._name or None))
        except RuntimeError as error:
            self._failed(asked, f"Nothing was sent: {error}. Restart the console.")
        else:
            spawn(self._answer(asked, future), f"{verb.value} {server}")
        self._changed()
        return True

    async def _answer(self, asked: Pending, future: Future[Action]) -> None:
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
            raise
        else:
            # The View with this action is out already, or comes with the next look.
            if self._pending.get(asked.server) is asked:
                del self._pending[asked.server]
        self._changed()

    def _failed(self, asked: Pending, problem: str) -> None:
        self._pending[asked.server] = Pending(asked.server, asked.verb, asked.asked_wall_s, problem)


def _reason(verb: Verb, server: str, view: View | None) -> str:
    """What the balancer and the journal are told: the numbers that the operator saw."""
    if view is None:
        return f"{verb.value} from the console's window"
    suspect = next((one for one in view.suspects if one.server == server), None)
    numbers = [
        view.frame.at(server, column) for column in (Column.TRUTH, Column.LIMIT, Column.BELIEVED, Column.REPORT_AGE)
    ]
    truth, limit, belief, age_s = (None if number != number else number for number in numbers)  # noqa: PLR0124  NaN: missing
    return reason_text(suspect, truth, limit, belief, age_s)
