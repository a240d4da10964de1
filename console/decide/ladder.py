"""The proof ladder of one action: what was asked, what was answered, and what the fleet shows when it is read again. Pure.

Requested -> Accepted -> Confirmed -> Effective (weak) -> Effective -> Drained; a lost reply is Unknown until the fleet, read
again, shows what became of it. Nothing is ever sent from here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from console.decide.others import newest_of, of_key, who_and_when
from console.domain.actions import Action, Answer, Intent, Rung
from console.domain.alarms import Numbers
from console.domain.frame import NAN, Column, Frame
from console.domain.options import option
from console.domain.states import Attachment, Reach, Step, Verb

_REQUEST_TIMEOUT, _SERVER_ERROR = 408, 500


@dataclass(frozen=True, slots=True)
class LadderSettings:
    """When a step counts as proved."""

    quiet_intervals: float = option(
        2.0, unit="report intervals", low=1.0, high=20.0, sentence="No new session for so long, .."
    )
    expected: float = option(
        3.0, unit="sessions", low=0.0, high=100.0, sentence=".. while at least so many would have come .."
    )
    chance: float = option(
        0.001, low=1e-9, high=0.5, sentence=".. and it is less likely than this that none came by luck, is effective .."
    )
    long_s: float = option(
        30.0,
        unit="s",
        low=1.0,
        high=600.0,
        sentence=".. and so is, by whatever luck, none for this long; where hardly any would have come it stays weak.",
    )
    readings: int = option(
        2,
        low=1,
        high=20,
        sentence="So many readings of the fleet without the wanted state mean that it did not happen.",
    )
    deadline_s: float = option(
        5.0, unit="s", low=0.5, high=60.0, sentence="A request may still arrive for so long after it was sent."
    )
    confirm_s: float = option(
        15.0, unit="s", low=1.0, high=600.0, sentence="An accepted request must show in the fleet within this time."
    )


class Ground(Struct, frozen=True):
    """What a Frame gives beside itself: R, the silence limit, and per slot who is routed how much."""

    interval_s: float
    silent_limit_s: float


def idle(rung: Rung) -> bool:
    """Weak, and time alone will not prove it: none came, but hardly any would have. It is as far as it gets until more arrives."""
    return rung.step is Step.EFFECTIVE_WEAK and rung.evidence.get("idle") is True


class Ladder:
    """State of one action. Each event returns the rungs that it added."""

    def __init__(self, intent: Intent, settings: LadderSettings, share: float, surety: float = NAN) -> None:
        """`share`: of its pool's new sessions, what the server got before; NaN or 0: its fair part, where known.

        `surety`: what each session of its pool proves (`chance.surety`); NaN: as if they were dealt one by one.
        """
        self.action = Action(intent)
        self._settings = settings
        self._share = share
        self._surety = surety
        self._asked_s = self._answered_s = intent.asked_mono_s
        self._against = 0
        self._missing = 0
        self._confirmed_s: float | None = None
        self._read_s: float | None = None
        """When the newest good reading of the fleet was taken; routed deltas begin at the one before."""
        self._quiet_since_s: float | None = None
        self._expected = 0.0
        self._sure = 0.0
        """Natural logarithm of how unlikely it is that none has come by luck."""
        self._already = False
        """It was in the wanted state by the balancer's own answer."""

    @property
    def over(self) -> bool:
        """Nothing more can happen to it."""
        return self.action.over

    @property
    def intent(self) -> Intent:
        """What was asked."""
        return self.action.intent

    def refused(self, mono_s: float, wall_s: float, gate: str, sentence: str, evidence: Numbers) -> tuple[Rung, ...]:
        """A gate said no: nothing was sent."""
        return self._climb(Step.REFUSED, mono_s, wall_s, {"gate": gate, **evidence}, sentence, over=True)

    def requested(self, mono_s: float, wall_s: float, evidence: Numbers) -> tuple[Rung, ...]:
        """The intent is on disk and the request leaves now."""
        self._asked_s = self._answered_s = mono_s
        return self._climb(Step.REQUESTED, mono_s, wall_s, evidence)

    def answered(self, answer: Answer, mono_s: float, wall_s: float) -> tuple[Rung, ...]:
        """The balancer's word: taken, turned down, or nothing that proves anything."""
        self._answered_s = mono_s
        status = answer.status
        evidence: dict[str, float | int | str | bool | None] = {
            "status": status,
            "code": answer.code,
            "generation": answer.generation,
        }
        if status is None or status == _REQUEST_TIMEOUT or status >= _SERVER_ERROR:
            what = "No answer came" if status is None else f"The balancer answered {status}"
            said = f"{what}: it may have happened or not. The fleet is being read back; nothing is sent again."
            return self._climb(Step.UNKNOWN, mono_s, wall_s, evidence, said)
        if 200 <= status < 300:
            evidence["replayed"] = answer.replayed
            if answer.cut is not None:
                evidence["cut"] = answer.cut
            said, holder = "", answer.holder
            if self.intent.verb is Verb.DETACH and holder is not None and holder.key not in (None, self.intent.key):
                self._already = True
                evidence.update(by=holder.by, at=holder.at)
                who, at = who_and_when(holder.by, holder.at)
                said = f"{self.intent.server} was detached already by {who} at {at}."
            return self._climb(Step.ACCEPTED, mono_s, wall_s, evidence, said)
        said = f"The balancer turned it down: {answer.message or answer.code or status}. Nothing was changed; look again and decide."
        if answer.retry_after_s is not None:
            evidence["retry_after_s"] = answer.retry_after_s
        return self._climb(Step.REJECTED, mono_s, wall_s, evidence, said, over=True)

    def superseded(self, by: Intent) -> None:
        """A later request for the same server was accepted: what this one waits for will not come any more."""
        if by.key != self.intent.key:
            self.action = replace(self.action, over=True)

    def saw(self, frame: Frame, ground: Ground) -> tuple[Rung, ...]:
        """Reads back from one Frame. Only a good reading of the balancer, newer than the answer, proves anything."""
        if self.over or not self.action.rungs or frame.balancer.reach != Reach.OK:
            return ()
        read_s = frame.mono_s - frame.balancer.age_s
        before_s, self._read_s = self._read_s, read_s
        if read_s <= self._answered_s or self.action.step in (None, Step.REQUESTED):
            return ()
        row = frame.rows.get(self.intent.server)
        if row is None or not frame.listed[row.slot]:
            return self._left(frame)
        self._missing = 0
        if self.intent.incarnation is not None and row.incarnation != self.intent.incarnation:
            said = f"{self.intent.server} was replaced: another incarnation holds its name now; look at its state before you act."
            return self._fail(frame, said, {"incarnation": row.incarnation})
        return self._proof(frame, row.slot, before_s, read_s, ground)

    def _proof(
        self, frame: Frame, slot: int, before_s: float | None, read_s: float, ground: Ground
    ) -> tuple[Rung, ...]:
        """What a good reading with this life of the server in it proves."""
        wanted = Attachment.DETACHED if self.intent.verb is Verb.DETACH else Attachment.ATTACHED
        if frame.attachment[slot] != wanted:
            return self._not_there(frame, read_s)
        self._against = 0
        rungs: tuple[Rung, ...] = ()
        if self._confirmed_s is None:
            self._confirmed_s = self._quiet_since_s = read_s
            evidence = {"generation": frame.balancer.generation, "after_s": round(read_s - self._asked_s, 3)}
            rungs = self._climb(Step.CONFIRMED, frame.mono_s, frame.wall_s, *self._by_another(frame, evidence))
            if self.intent.verb is Verb.DETACH:
                return rungs  # this reading's delta still holds what came before the detach
        if self.intent.verb is Verb.ATTACH:
            return rungs + self._reports(frame, slot, read_s, ground)
        return rungs + self._quiet(frame, slot, before_s, read_s, ground)

    def _left(self, frame: Frame) -> tuple[Rung, ...]:
        self._missing += 1
        if self._missing < self._settings.readings:
            return ()
        if self.action.reached(Step.EFFECTIVE):
            self.action = replace(self.action, over=True)
            return ()
        return self._fail(
            frame, f"{self.intent.server} left the fleet before this could be proved; it gets no new sessions.", {}
        )

    def _not_there(self, frame: Frame, read_s: float) -> tuple[Rung, ...]:
        """The fleet shows the state that was not wanted."""
        self._against += 1
        verb, server = self.intent.verb.value, self.intent.server
        evidence: Numbers = {"readings": self._against, "generation": frame.balancer.generation}
        if self._against < self._settings.readings:
            return ()
        if self._confirmed_s is not None or self._already:
            return self._fail(frame, self._taken_back(frame), evidence)
        if (mine := of_key(frame, self.intent.key)) is not None:
            self._confirmed_s = read_s
            found = {"generation": mine.generation, "log": mine.seq}
            return self._climb(Step.CONFIRMED, frame.mono_s, frame.wall_s, found) + self._fail(
                frame, self._taken_back(frame), evidence
            )
        if self.action.step is Step.UNKNOWN:
            if read_s <= self._asked_s + self._settings.deadline_s or frame.balancer.changes_known is False:
                return ()
            if self._never(frame):
                said = f"Read back: the {verb} of {server} did not happen; nothing was sent again. Try once more if it is still needed."
                return self._fail(frame, said, {**evidence, "happened": False})
            word = "attached" if self.intent.verb is Verb.DETACH else "detached"
            said = (
                f"Read back: {server} is {word} now, and the balancer cannot tell whether the {verb} happened in between; "
                "look again and decide."
            )
            return self._fail(frame, said, evidence)
        if read_s <= self._answered_s + self._settings.confirm_s:
            return ()
        said = f"The balancer took the {verb} of {server}, but its table does not show it; look at the balancer itself."
        if self._same_life(frame) and frame.balancer.changes_known is not False:
            evidence = {**evidence, "happened": False}
        return self._fail(frame, said, evidence)

    def _by_another(self, frame: Frame, evidence: Numbers) -> tuple[Numbers, str]:
        """Whoever brought the wanted state about, where it was not this request; and the sentence for it."""
        server, key = self.intent.server, self.intent.key
        if self.intent.verb is Verb.DETACH:
            told = frame.detachments.get(server)
            by, at, its = (None, None, None) if told is None else (told.by, told.at, told.key)
        else:
            change = newest_of(frame, server)
            by, at, its = (None, None, None) if change is None else (change.by, change.time, change.key)
        if its is None or its == key:
            return evidence, ""
        word = "detached" if self.intent.verb is Verb.DETACH else "attached"
        if self._already or (self._never(frame) and of_key(frame, key) is None):
            evidence = {**evidence, "happened": False}
        who, when = who_and_when(by, at)
        return {**evidence, "by": by, "at": at}, f"{server} was {word} already by {who} at {when}."

    def _taken_back(self, frame: Frame) -> str:
        """The state that was wanted was there, and is not any more."""
        server, kind, word = self.intent.server, "attach", "attached"
        if self.intent.verb is Verb.ATTACH:
            kind, word = "detach", "detached"
        change = newest_of(frame, server)
        if change is not None and change.kind == kind and change.key != self.intent.key:
            who, when = who_and_when(change.by, change.time)
            return f"{server} was {word} again by {who} at {when}."
        told = frame.detachments.get(server)
        if self.intent.verb is Verb.ATTACH and told is not None and told.key not in (None, self.intent.key):
            who, when = who_and_when(told.by, told.at)
            return f"{server} was {word} again by {who} at {when}."
        return f"{server} was {word} again by somebody else or by a restart of the balancer."

    def _never(self, frame: Frame) -> bool:
        """No answer came and the fleet shows the other state: whether it certainly never happened, or somebody may have undone it since.

        It never did where the balancer's log of the same life lacks the key, or where nothing at all has changed.
        """
        asked, balancer = self.action.rungs[0].evidence, frame.balancer
        return self._same_life(frame) and (
            balancer.changes_known is True or asked.get("generation") in (None, balancer.generation)
        )

    def _same_life(self, frame: Frame) -> bool:
        """The balancer that was asked is the one that is read."""
        return self.action.rungs[0].evidence.get("balancer") in (None, frame.balancer.incarnation)

    def _reports(self, frame: Frame, slot: int, read_s: float, ground: Ground) -> tuple[Rung, ...]:
        """An attach has succeeded when the server reports again: a fresh report, and one made since."""
        age_s = float(frame[Column.REPORT_AGE][slot])
        if np.isnan(age_s) or age_s >= ground.silent_limit_s or read_s - age_s <= self._asked_s:
            return ()
        evidence = {"report_age_s": round(age_s, 3), "silent_limit_s": ground.silent_limit_s}
        return self._climb(Step.EFFECTIVE, frame.mono_s, frame.wall_s, evidence, over=True)

    def _quiet(
        self, frame: Frame, slot: int, before_s: float | None, read_s: float, ground: Ground
    ) -> tuple[Rung, ...]:
        """A detach is effective when nothing more comes although something would have."""
        settings, routed = self._settings, float(frame[Column.ROUTED][slot])
        if np.isnan(routed) or before_s is None or self._quiet_since_s is None or self._confirmed_s is None:
            self._quiet_since_s, self._expected, self._sure = (
                read_s,
                0.0,
                0.0,
            )  # a new base proves nothing about what came meanwhile
            return ()
        need_s = settings.quiet_intervals * ground.interval_s
        if routed > 0:
            self._quiet_since_s, self._expected, self._sure = read_s, 0.0, 0.0
            if before_s < self._confirmed_s + need_s or self.action.step is Step.FAILED:
                return ()
            said = f"The balancer says detached but sessions still arrive at {self.intent.server}; look at the balancer itself."
            return self._climb(Step.FAILED, frame.mono_s, frame.wall_s, {"routed": routed}, said)
        self._count(frame, slot)
        since_s = read_s - self._quiet_since_s
        rungs: tuple[Rung, ...] = ()
        if not self._proved():
            rungs = self._prove(frame, since_s, need_s)
        if (
            self._proved()
            and frame[Column.TRUTH][slot] == 0
            and frame.mono_s - frame[Column.TRUTH_AGE][slot] > self._confirmed_s
        ):
            rungs += self._climb(Step.DRAINED, frame.mono_s, frame.wall_s, {"truth": 0}, over=True)
        return rungs

    def _prove(self, frame: Frame, since_s: float, need_s: float) -> tuple[Rung, ...]:
        settings = self._settings
        evidence: dict[str, float | int | str | bool | None] = {
            "expected": round(self._expected, 2),
            "chance": float(f"{math.exp(-self._sure):.2g}"),
            "since_s": round(since_s, 3),
            "routed": 0,
        }
        if since_s < need_s:
            return ()
        waited = since_s >= settings.long_s
        if self._expected >= settings.expected and (waited or self._sure >= -math.log(settings.chance)):
            return self._climb(Step.EFFECTIVE, frame.mono_s, frame.wall_s, evidence)
        newest = self.action.rungs[-1]
        if newest.step is Step.EFFECTIVE_WEAK and (not waited or idle(newest)):
            return ()
        if waited:
            evidence["idle"] = True
        return self._climb(Step.EFFECTIVE_WEAK, frame.mono_s, frame.wall_s, evidence)

    def _proved(self) -> bool:
        """Effective, and not refuted since."""
        for rung in reversed(self.action.rungs):
            if rung.step in (Step.EFFECTIVE, Step.FAILED):
                return rung.step is Step.EFFECTIVE
        return False

    def _count(self, frame: Frame, slot: int) -> None:
        """Sessions of this Frame that would have gone to the server, had it stayed, and what their absence proves."""
        row = frame.rows.rows[slot]
        pool = None if row is None else row.pool
        mates = [other.slot for other in frame.rows if other.pool == pool]
        came = float(np.nansum(frame[Column.ROUTED][mates]))
        share = self._share
        if not share > 0:
            share = 1.0 / (1 + sum(1 for mate in mates if frame.attached[mate]))
        self._expected += came * share
        self._sure += came * (share if math.isnan(self._surety) else min(self._surety, share))

    def _fail(self, frame: Frame, sentence: str, evidence: Numbers) -> tuple[Rung, ...]:
        return self._climb(Step.FAILED, frame.mono_s, frame.wall_s, evidence, sentence, over=True)

    def _climb(
        self, step: Step, mono_s: float, wall_s: float, evidence: Numbers, sentence: str = "", *, over: bool = False
    ) -> tuple[Rung, ...]:
        rung = Rung(step, wall_s, mono_s, evidence, sentence)
        self.action = replace(self.action, rungs=(*self.action.rungs, rung), over=over)
        return (rung,)
