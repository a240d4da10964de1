"""The proof of a cut: the balancer's word, its table, and the server's own count, each read after the answer. Pure."""

from __future__ import annotations

from typing_extensions import override

from console.decide.ladder import Ground, Ladder, LadderSettings
from console.domain.actions import Intent, Rung
from console.domain.frame import NAN, Column, Frame
from console.domain.states import Attachment, Step, Verb


class CutLadder(Ladder):
    """Accepted: the balancer tells how many. Confirmed: its table still says detached. Effective: the server tells so many fewer.
    Drained: none is left. A lost reply ends with the server's own count: 0, or it did not happen."""

    @override
    def _proof(
        self, frame: Frame, slot: int, before_s: float | None, read_s: float, ground: Ground
    ) -> tuple[Rung, ...]:
        if frame.attachment[slot] == Attachment.ATTACHED:
            return self._attached_meanwhile(frame)
        self._against = 0
        rungs: tuple[Rung, ...] = ()
        if self.action.step is not Step.UNKNOWN and not self.action.reached(Step.CONFIRMED):
            evidence = {"generation": frame.balancer.generation, "after_s": round(read_s - self._asked_s, 3)}
            rungs = self._climb(Step.CONFIRMED, frame.mono_s, frame.wall_s, evidence)
        told_s = frame.mono_s - float(frame[Column.TRUTH_AGE][slot])
        if not told_s > self._answered_s:
            return rungs
        truth = int(frame[Column.LAST_TRUTH][slot])
        if self.action.step is Step.UNKNOWN:
            return self._read_back(frame, truth, told_s)
        return rungs + self._fewer(frame, truth, told_s)

    def _fewer(self, frame: Frame, truth: int, told_s: float) -> tuple[Rung, ...]:
        held = self.intent.held or 0
        cut = next((rung.evidence.get("cut") for rung in self.action.rungs if rung.step is Step.ACCEPTED), None)
        ended = held if not isinstance(cut, int) else cut
        rungs: tuple[Rung, ...] = ()
        if not self.action.reached(Step.EFFECTIVE):
            if truth > max(0, held - ended):
                if told_s <= self._answered_s + self._settings.confirm_s:
                    return ()
                said = (
                    f"The balancer says that it cut the sessions of {self.intent.server}, but the server still tells {truth};"
                    " look at the server itself."
                )
                return self._fail(frame, said, {"truth": truth, "held": held})
            evidence = {"truth": truth, "held": held}
            rungs = self._climb(Step.EFFECTIVE, frame.mono_s, frame.wall_s, evidence)
        if truth == 0:
            rungs += self._climb(Step.DRAINED, frame.mono_s, frame.wall_s, {"truth": 0}, over=True)
        return rungs

    def _read_back(self, frame: Frame, truth: int, told_s: float) -> tuple[Rung, ...]:
        """No answer came: only the server's own count can tell."""
        if truth == 0:
            return self._climb(Step.DRAINED, frame.mono_s, frame.wall_s, {"truth": 0}, over=True)
        if told_s <= self._asked_s + self._settings.deadline_s:
            return ()
        server = self.intent.server
        said = f"Read back: the cut of {server} did not happen; nothing was sent again. Try once more if it is still needed."
        return self._fail(frame, said, {"truth": truth, "held": self.intent.held})

    def _attached_meanwhile(self, frame: Frame) -> tuple[Rung, ...]:
        self._against += 1
        if self._against < self._settings.readings:
            return ()
        said = f"{self.intent.server} was attached again by somebody else or by a restart of the balancer."
        return self._fail(frame, said, {"generation": frame.balancer.generation})


def ladder_for(intent: Intent, settings: LadderSettings, share: float, surety: float = NAN) -> Ladder:
    """The ladder of its verb. `share`, `surety`: see `Ladder`."""
    return (CutLadder if intent.verb is Verb.CUT else Ladder)(intent, settings, share, surety)
