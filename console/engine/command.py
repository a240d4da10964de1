"""`detach`, `attach` and `cut` without a window: waits until the console can judge, acts once, and reads the proof back."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from console.decide.gates import heals_in_s
from console.decide.ladder import idle
from console.domain.actions import Action
from console.domain.alarms import Alarm
from console.domain.command import Command
from console.domain.errors import JournalError
from console.domain.frame import Column
from console.domain.safety import PlanStanding
from console.domain.states import Sight, Step, Verb
from console.domain.tasks import spawn
from console.domain.view import View
from console.engine.exits import Exit
from console.engine.headless import end, stop_signals
from console.engine.lines import Line, action_line, as_json, as_text, plan_line
from console.engine.loop import Engine

READY_S: Final = 10.0
"""So long the console may take to see enough of the fleet; after that its gates answer with what there is."""

_END: Final = {
    Step.REFUSED: Exit.REFUSED,
    Step.REJECTED: Exit.REJECTED,
    Step.EFFECTIVE: Exit.OK,
    Step.DRAINED: Exit.OK,
}


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """How one command is carried out. `wait_s` counts from the request, and once more from Confirmed: the proof itself takes up to 30 s.

    Gates that only time is missing for are waited for as long. `plan`: its servers as one action; `arm`: arms this console first.
    """

    command: Command
    wait_s: float = 30.0
    json: bool = False
    arm: bool = False
    plan: bool = False
    again: bool = False
    """A detach that was ours and that the balancer has forgotten; no reason: the first one's."""


async def command(engine: Engine, options: CommandOptions, tell: Callable[[str], None]) -> Exit:
    """Runs the engine for one action; each step is a line on stdout as soon as it is reached. `tell`: remarks, to stderr."""
    return await _Command(engine, options, tell).run()


class _Command:
    """One run of `detach`, `attach` or `cut`."""

    def __init__(self, engine: Engine, options: CommandOptions, tell: Callable[[str], None]) -> None:
        self._engine = engine
        self._options = options
        self._command = options.command
        self._tell = tell
        self._changed = asyncio.Event()
        self._stopped = False
        self._shown: dict[str, int] = {}
        """Rungs written so far, by the key of their action."""
        self._action: Action | None = None
        self._plan_told: tuple[object, ...] = ()

    async def run(self) -> Exit:
        unsubscribe = self._engine.subscribe(self._on_view)
        running = spawn(self._engine.run(), "engine")
        running.add_done_callback(lambda _: self._stop())
        try:
            with stop_signals(self._stop):
                code = await self._act()
                await self._by_hand()
                return code
        finally:
            unsubscribe()
            await end(running)

    async def _act(self) -> Exit:
        options = self._options
        await self._until(lambda: self._stopped or ready(self._engine.newest, options.command.server), READY_S)
        if options.command.verb is Verb.CUT:
            await self._offered()
        if options.again and not await self._forgotten():
            return Exit.REFUSED
        if options.arm and (why := await self._engine.arm(options.command.operator)) is not None:
            self._tell(f"nothing was sent: {why}")
            return Exit.REFUSED
        try:
            for server in options.command.servers:
                await self._heal(server)
            if self._stopped:
                self._tell("stopped before anything was sent.")
                return Exit.REFUSED
            if options.plan:
                return await self._carry()
            self._show(await self._engine.act(self._command))
        except JournalError as error:
            self._tell(f"nothing was sent: {error}")
            return Exit.REFUSED
        await self._until(lambda: self._over or self._reached(Step.CONFIRMED), options.wait_s)
        if self._reached(Step.CONFIRMED):
            # The proof by time alone (30 s without a new session) ends a poll or two after it.
            frame = None if self._engine.newest is None else self._engine.newest.frame
            await self._until(lambda: self._over, options.wait_s + 3 * (frame.interval_s if frame else 0.0))
        return self._exit()

    async def _forgotten(self) -> bool:
        """Waits until the drift is noticed, as long as the console may take to see the fleet; the reason is then the first one's."""
        command = self._command

        def drift() -> Alarm | None:
            alarms = () if self._engine.newest is None else self._engine.newest.alarms
            mine = (alarm for alarm in alarms if alarm.rule == "drift" and alarm.server == command.server)
            return next((alarm for alarm in mine if alarm.because.get("wanted") == "detached"), None)

        await self._until(lambda: self._stopped or drift() is not None, READY_S)
        if (found := drift()) is None:
            self._tell(
                f"nothing was sent: {command.server} is not a server that was detached from here and is attached again."
            )
            return False
        if not command.reason:
            who = found.because.get("by") or command.operator
            self._command = replace(
                command, reason=f"re-applied: detached before by {who}, and forgotten by the balancer"
            )
        return True

    async def _by_hand(self) -> None:
        """Where the balancer's own detach is dead: the site's command, and how to say what came of it."""
        command = self._command
        if command.verb is not Verb.DETACH:
            return
        for server in command.servers:
            manual = await self._engine.manual(server)
            if manual is None:
                continue
            if manual.command is None:
                more = "no command is filled in for this name" if manual.named else "set safety.manual_command"
                self._tell(f"{manual.why} This site's own command: none, {more}.")
                continue
            await self._engine.manual_shown(manual, command.operator)
            self._tell(f"{manual.why} This site's own command, to be run by hand: {manual.command}")
            self._tell(f"afterwards: dsr-console detach {server} --by-hand done | failed")

    async def _heal(self, server: str) -> None:
        """Waits for gates that nothing but time is missing for, where that is not longer than the command may take."""
        options, told = self._options, False
        try:
            async with asyncio.timeout(options.wait_s):
                while not self._stopped:
                    appraisal = await self._engine.appraise(self._command.verb, server)
                    wait_s = heals_in_s(appraisal)
                    if not wait_s or wait_s > options.wait_s:
                        return
                    if not told and appraisal.first is not None:
                        self._tell(f"waiting {wait_s:.0f} s: {appraisal.first.sentence}")
                        told = True
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return

    async def _offered(self) -> None:
        """Waits until the balancer has said whether it can cut, as long as it may take to see the fleet."""
        try:
            async with asyncio.timeout(READY_S):
                while not self._stopped:
                    gates = (await self._engine.appraise(Verb.CUT, self._command.server)).gates
                    if not any(gate.name == "offered" and gate.value is None for gate in gates):
                        return
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return

    async def _carry(self) -> Exit:
        """The set as one action, to its end."""
        try:
            plan = await self._engine.carry(self._command)
        except ValueError as error:
            self._tell(f"nothing was sent: {error}")
            return Exit.USAGE
        most_s = 2 * (self._options.wait_s + 5.0) * len(self._command.servers)  # its own patience ends it before
        await self._until(lambda: self._stopped or self._plan(plan).over, most_s)
        if not self._plan(plan).over:
            await self._engine.stop_plan(self._command.operator)
        standing = self._plan(plan)
        self._tell(str(standing.said))
        if not standing.failed:
            return Exit.OK
        if not any(step.key for step in standing.steps):
            return Exit.REFUSED
        last = None if self._action is None else self._action.step
        return Exit.REJECTED if last is Step.REJECTED else Exit.UNCERTAIN

    def _plan(self, begun: PlanStanding) -> PlanStanding:
        """As of the newest View."""
        newest = None if self._engine.newest is None else self._engine.newest.plan
        return begun if newest is None or newest.id != begun.id else newest

    @property
    def _over(self) -> bool:
        action = self._action
        return self._stopped or (action is not None and (action.over or action.step in _END))

    def _reached(self, step: Step) -> bool:
        return self._action is not None and self._action.reached(step)

    def _exit(self) -> Exit:
        command = self._command
        last = self._action.step if self._action is not None else None
        if last in _END:
            return _END[last]
        if self._action is not None and idle(self._action.rungs[-1]):
            self._tell(
                f"{command.verb.value} {command.server}: no session has come, but hardly any would have;"
                " whether it is effective shows when more arrive."
            )
            return Exit.UNCERTAIN
        self._tell(
            f"{command.verb.value} {command.server} was sent, and is {last.value if last else 'unknown'} so far:"
            " look at the fleet before you act again."
        )
        return Exit.UNCERTAIN

    async def _until(self, true: Callable[[], bool], most_s: float) -> None:
        """Waits for a View, or a step, that makes it true; gives up after `most_s`."""
        try:
            async with asyncio.timeout(most_s):
                while not true():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return

    def _on_view(self, view: View) -> None:
        for action in reversed(view.actions):
            self._show(action)
        if view.plan is not None:
            self._show_plan(view.plan)
        self._changed.set()

    def _show(self, action: Action) -> None:
        """Writes the rungs that are new."""
        self._action = action
        shown = self._shown.get(action.intent.key, 0)
        for rung in action.rungs[shown:]:
            self._write(action_line(action.intent, rung))
        self._shown[action.intent.key] = max(shown, len(action.rungs))
        self._changed.set()

    def _show_plan(self, standing: PlanStanding) -> None:
        """Each thing that it comes to, once: a wait that only grows shorter is no news."""
        told = (standing.id, standing.steps, standing.said.text)
        if told != self._plan_told:
            self._plan_told = told
            self._write(plan_line(standing, self._engine.clock.wall()))

    def _write(self, line: Line) -> None:
        sys.stdout.write(f"{as_json(line) if self._options.json else as_text(line)}\n")
        sys.stdout.flush()

    def _stop(self) -> None:
        self._stopped = True
        self._changed.set()


def ready(view: View | None, server: str) -> bool:
    """Whether the gates and the ladder have what they judge by: a clear view, who we are, and what was routed between two readings."""
    if view is None or view.sight is Sight.STARTING or view.frame.balancer.misses or view.standing.role is None:
        return False
    row = view.frame.rows.get(server)
    if row is None or not view.frame.listed[row.slot]:
        return True  # the gate says that it is unknown
    routed = view.frame[Column.ROUTED][row.slot]
    return not math.isnan(routed) and not math.isnan(view.frame[Column.LAST_TRUTH][row.slot])
