"""The life-cycle of every open alarm after ISA-18.2: what stands where, what alarms anew, what an operator may do with it.

Fed with the open alarms of each Frame. States: unacknowledged, acknowledged, latched (over, not acknowledged), shelved, suppressed
(by its cause); normal is who is not listed. The rules in short:

- Priority stays at the highest until the alarm is acknowledged and over.
- A higher priority, another cause, another incarnation: alarms anew, also when acknowledged or shelved before.
- A consequence is suppressed while its cause is open, is at least as urgent and is not shelved. A high one that comes
  behind an acknowledged cause sounds for itself.
- After a restart of the console what was active stays so until its rule had time to judge it (`hold_s`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from console.detect.orders import check_shelf, person, place, sentence
from console.detect.roll import MOST_KEPT_NOTES, Roll
from console.detect.standing import MOST_NOTES, sign_of, with_acknowledgement
from console.domain.alarms import Alarm
from console.domain.lifecycle import Cycle, Happening, Key, LifecycleRefused, Note, Remark, Shelf, Standing, Turn
from console.domain.states import Priority


class Lifecycle(Roll):
    """Steps once per Frame, in order. Pure: time and alarms in, happenings out."""

    # What the rules say

    def step(self, alarms: Iterable[Alarm], wall_s: float, mono_s: float, sees: bool = True) -> tuple[Happening, ...]:
        """Takes the open alarms of one Frame. `sees`: the balancer answered, so that what is not open may be over."""
        elapsed_s = 0.0 if self._before_s is None else max(0.0, mono_s - self._before_s)
        self._before_s, self._wall_s, self._mono_s = mono_s, wall_s, mono_s
        open_now = {alarm.key: alarm for alarm in alarms}
        self._run_delays(elapsed_s, sees, open_now)
        held = self._held(open_now)
        causes = {**held, **_causes(open_now)}
        for key, alarm in open_now.items():
            cycle = self._cycles.get(key)
            if cycle is None:
                self._raise(key, alarm, causes)
            elif cycle.alarm is not alarm or alarm.under is not None or not cycle.active:
                fast = alarm.under is None and cycle.suppressed and cycle.alarm.under in held
                # After a restart its rule may be faster than that of its cause.
                self._follow(key, cycle, replace(alarm, under=cycle.alarm.under) if fast else alarm, causes)
        for key in [key for key in self._active if key not in open_now]:
            cycle = self._cycles[key]
            if cycle.hold_s <= 0:
                self._clear(key, cycle)
        self._forget()
        return self._told()

    def _held(self, open_now: dict[Key, Alarm]) -> dict[str, Alarm]:
        """After a restart: alarms that no rule has confirmed yet, by name."""
        cycles = (self._cycles[key] for key in self._running if key not in open_now)
        return {cycle.alarm.name: cycle.alarm for cycle in cycles if cycle.hold_s > 0}

    def _raise(self, key: Key, alarm: Alarm, causes: dict[str, Alarm]) -> None:
        over = None if alarm.under is None else causes.get(alarm.under)
        cause = None if over is None else self._cycles.get(over.key)
        free = (
            cause is not None
            and cause.acknowledgement is not None
            and cause.alarm.rule != alarm.rule
            and alarm.priority >= Priority.HIGH
        )
        suppressed = not free and self._explained(alarm, alarm.priority, causes)
        standing = Standing.SUPPRESSED if suppressed else Standing.UNACKNOWLEDGED
        cycle = Cycle(
            alarm, standing, alarm.priority, True, suppressed, not suppressed, 1, alarm.since_wall_s, self._wall_s,
            first_out=alarm.first_out, free=free,
        )  # fmt: skip
        self._put(key, cycle, Turn.SUPPRESSED if suppressed else Turn.RAISED, audible=not suppressed)

    def _follow(self, key: Key, cycle: Cycle, alarm: Alarm, causes: dict[str, Alarm]) -> None:
        """An alarm that is known already: again, still, worse, or for another reason."""
        priority = max(cycle.priority, alarm.priority)
        suppressed = not cycle.free and self._explained(alarm, priority, causes)
        if cycle.active and suppressed == cycle.suppressed and cycle.alarm is alarm:
            return
        known = cycle.active or cycle.shelf is not None
        worse = known and alarm.priority > cycle.priority
        other = known and sign_of(alarm) != sign_of(cycle.alarm)
        again = not cycle.active
        now = replace(
            cycle, alarm=alarm, priority=priority, active=True, suppressed=suppressed, hold_s=0.0, cleared_wall_s=None,
            first_out=cycle.first_out or alarm.first_out, times=cycle.times + again,
        )  # fmt: skip
        if suppressed:
            fell = again or not cycle.suppressed
            self._put(key, now, Turn.SUPPRESSED if fell else None)
            return
        if worse or other:
            if now.shelf is not None:
                now = self._off_shelf(key, now, "worse")
            anew = replace(now, acknowledgement=None, told=True, notes=with_acknowledgement(now))
            self._put(key, anew, Turn.CLIMBED if worse else Turn.OTHER_CAUSE, audible=True)
        elif again:
            loud = now.shelf is None
            anew = replace(now, acknowledgement=now.acknowledgement if now.shelf else None, told=now.told or loud)
            self._put(key, anew, Turn.RAISED, audible=loud)
        elif cycle.suppressed:
            loud = now.acknowledgement is None and now.shelf is None
            self._put(key, replace(now, told=now.told or loud), Turn.RELEASED, audible=loud)
        else:
            self._put(key, now)

    def _explained(self, alarm: Alarm, priority: Priority, causes: dict[str, Alarm]) -> bool:
        """Whether the cause that it hangs under speaks for it too: nothing gets calmer by being explained."""
        over = None if alarm.under is None else causes.get(alarm.under)
        if over is None:
            return False
        cause = self._cycles.get(over.key)
        if cause is None:  # it comes with this very Frame, further down the list
            return over.priority >= priority
        return max(cause.priority, over.priority) >= priority and (cause.shelf is None or over.rule == alarm.rule)

    def _clear(self, key: Key, cycle: Cycle) -> None:
        quiet = cycle.suppressed and not cycle.told
        over = replace(
            cycle, active=False, suppressed=False, free=False, hold_s=0.0, cleared_wall_s=self._wall_s,
            acknowledgement=cycle.acknowledgement or (Remark(self._wall_s, "") if quiet else None),
        )  # fmt: skip
        self._put(key, over, Turn.CLEARED)

    def _run_delays(self, elapsed_s: float, sees: bool, open_now: dict[Key, Alarm]) -> None:
        for key in tuple(self._running):
            cycle = self._cycles[key]
            if cycle.hold_s > 0 and sees and key not in open_now:
                cycle = replace(cycle, hold_s=max(0.0, cycle.hold_s - elapsed_s))
            if cycle.shelf is not None:
                left_s = cycle.shelf.remaining_s - elapsed_s
                if left_s <= 0:
                    self._return(key, cycle)
                    continue
                cycle = replace(cycle, shelf=replace(cycle.shelf, remaining_s=left_s))
            self._put(key, cycle)

    def _return(self, key: Key, cycle: Cycle) -> None:
        """A shelf ran out: what is still active alarms as if it came now."""
        loud = cycle.active and not cycle.suppressed
        now = replace(cycle, shelf=None)
        if cycle.active:
            now = replace(now, acknowledgement=None, told=loud, notes=with_acknowledgement(now))
        self._put(key, now, Turn.UNSHELVED, audible=loud, text="expired")

    def _forget(self) -> None:
        while len(self._latched) > self.settings.latched_most:
            key = next(iter(self._latched))
            cycle = replace(self._cycles[key], acknowledgement=Remark(self._wall_s, ""))
            self._put(key, cycle, Turn.FORGOTTEN)

    # What an operator says

    def set_time(self, wall_s: float, mono_s: float | None = None) -> None:
        """The time of the orders that follow, where they come between Frames."""
        self._wall_s, self._mono_s = wall_s, mono_s

    def acknowledge(self, keys: Sequence[Key] | None, by: str, note: str = "") -> tuple[Happening, ...]:
        """Of these, or of all that wait. Raises LifecycleRefused where none of them can be acknowledged."""
        by, note = person(by), sentence(note, "A note", needed=False)
        asked = [cycle.key for cycle in self.cycles] if keys is None else list(dict.fromkeys(keys))
        done = [key for key in asked if (cycle := self._cycles.get(key)) is not None and cycle.waits]
        if keys is not None and not done:
            raise LifecycleRefused(self._why_not(asked))
        said = Remark(self._wall_s, by, note)
        self._acknowledge(done, said)
        if note and done:
            self._keep(Remark(self._wall_s, by, note), done[0] if len(done) == 1 else None, None)
        return self._told()

    def shelve(self, key: Key, by: str, reason: str, seconds: float | None = None) -> tuple[Happening, ...]:
        """Sets it aside. Raises LifecycleRefused: unknown, without a reason, for too long, or too many already."""
        by, reason = person(by), sentence(reason, "A reason", needed=True)
        cycle = self._known(key)
        shelved = sum(1 for running in self._running if self._cycles[running].shelf is not None)
        seconds = check_shelf(self.settings, seconds, shelved - (cycle.shelf is not None))
        until_s = self._wall_s + seconds
        shelf = Shelf(by, reason, self._wall_s, until_s, seconds)
        said = cycle.acknowledgement or Remark(self._wall_s, by, reason)
        self._put(key, replace(cycle, shelf=shelf, acknowledgement=said), Turn.SHELVED, by=by, text=reason)
        return self._told()

    def unshelve(self, key: Key, by: str) -> tuple[Happening, ...]:
        """Takes it back; what is still active alarms again. Raises LifecycleRefused where it is not shelved."""
        by = person(by)
        cycle = self._known(key)
        if cycle.shelf is None:
            raise LifecycleRefused(f"{cycle.alarm.name} is not shelved; nothing changed.")
        loud = cycle.active and not cycle.suppressed
        now = replace(cycle, shelf=None)
        if cycle.active:
            now = replace(now, acknowledgement=None, told=loud, notes=with_acknowledgement(now))
        self._put(key, now, Turn.UNSHELVED, audible=loud, by=by, text="order")
        return self._told()

    def note(self, key: Key | None, by: str, text: str, server: str | None = None) -> tuple[Happening, ...]:
        """Writes to an alarm, or (key None) to a server or the situation. Raises LifecycleRefused: unknown or empty.

        A note outlives its alarm: it is kept among `notes` too.
        """
        remark = Remark(self._wall_s, person(by), sentence(text, "A note", needed=True))
        if key is None:
            self._keep(remark, None, place(server))
            return ()
        cycle = self._known(key)
        notes = (*cycle.notes, remark)[-MOST_NOTES:]
        self._put(key, replace(cycle, notes=notes), Turn.NOTED, by=remark.by, text=remark.text)
        self._keep(remark, key, None)
        return self._told()

    def _keep(self, said: Remark, alarm: Key | None, server: str | None) -> None:
        if alarm is not None:
            cycle = self._cycles.get(alarm)
            server = alarm[1] if cycle is None else cycle.alarm.server
        note = Note(said.wall_s, said.by, said.text, self._mono_s, alarm, server)
        self._notes = (*self._notes, note)[-MOST_KEPT_NOTES:]

    def _known(self, key: Key) -> Cycle:
        if (cycle := self._cycles.get(key)) is None:
            raise LifecycleRefused(self._why_not([key]))
        return cycle

    def _why_not(self, keys: Sequence[Key]) -> str:
        if not keys:
            return "No alarm was named; choose one."
        rule, subject, _ = keys[0]
        name = f"{rule}:{subject or 'fleet'}"
        cycle = self._cycles.get(keys[0])
        match None if cycle is None else cycle.standing:
            case Standing.ACKNOWLEDGED:
                return f"{name} is acknowledged already."
            case Standing.SHELVED:
                return f"{name} is shelved; take it off the shelf first."
            case Standing.SUPPRESSED if cycle is not None:
                return f"{name} is shown under its cause {cycle.alarm.under}; acknowledge that one."
            case _:
                return f"{name} is not among the alarms any more; nothing changed."

    def _off_shelf(self, key: Key, cycle: Cycle, why: str) -> Cycle:
        self._put(key, replace(cycle, shelf=None), Turn.UNSHELVED, text=why)
        return replace(cycle, shelf=None)


def _causes(open_now: dict[Key, Alarm]) -> dict[str, Alarm]:
    """The open alarms that others hang under, by name."""
    wanted = {alarm.under for alarm in open_now.values() if alarm.under is not None}
    return {alarm.name: alarm for alarm in open_now.values() if alarm.name in wanted} if wanted else {}
