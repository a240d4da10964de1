"""Rule `sick`: the console itself is too slow, gets no Frames, or cannot write its journal. Then nothing on the screen is certain."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from console.detect.facts import Facts, Finding, Rule, number
from console.detect.latch import ChatterSettings, Delay, Latch, calm_for, polls_for
from console.domain.options import option
from console.domain.states import Priority

RULE = "sick"


@dataclass(frozen=True, slots=True)
class SickSettings:
    """How slow is too slow."""

    lag_s: float = option(
        0.25, unit="s", low=0.01, high=10.0, sentence="The engine's loop calls back later than this: an alarm .."
    )
    high_lag_s: float = option(1.0, unit="s", low=0.01, high=60.0, sentence=".. and of high priority beyond this.")
    frame_polls: float = option(
        3.0, unit="polls", low=1.5, high=60.0, sentence="So are Frames that keep coming later than this."
    )
    delay_s: float = option(3.0, unit="s", low=0.0, high=60.0, sentence="It must last so long.")
    clear_share: float = option(0.5, low=0.1, high=1.0, sentence="It clears below this share of the level.")
    clear_after_s: float = calm_for()


class SickRule(Rule):
    """Medium and high, of the console. A single long pause, as of a machine that slept, is no sickness."""

    name = RULE

    def __init__(self, settings: SickSettings, chatter: ChatterSettings | None = None) -> None:
        super().__init__()
        self._settings, self._chatter = settings, chatter
        self._medium: Latch | None = None
        self._high: Latch | None = None
        self._measured = False

    @override
    def step(self, facts: Facts) -> list[Finding]:
        """Without health figures only the pace of the Frames is judged."""
        frame, settings, health = facts.frame, self._settings, facts.inputs.health
        if self._medium is None or self._high is None:
            need = polls_for(settings.delay_s, frame.interval_s)
            delay = Delay(max(2, need), max(2, need), settings.clear_after_s, self._chatter)
            self._medium, self._high = Latch(delay), Latch(delay)
        late = facts.waited_s / (settings.frame_polls * frame.interval_s)
        lag_s = float("nan") if health is None else health.loop_lag_s
        journal = None if health is None else health.journal_error
        self.can_tell()
        self._measured = self._measured or lag_s == lag_s  # noqa: PLR0124  NaN is unequal to itself
        known = late > 1.0 or not (self._measured and lag_s != lag_s)  # noqa: PLR0124  what was measured once is missed
        if lag_s != lag_s:  # noqa: PLR0124  NaN is unequal to itself
            self.cannot_tell(("health.loop_lag_s",))
        share = settings.clear_share
        medium = self._medium.step(
            facts.elapsed_s,
            lag_s > settings.lag_s or late > 1.0,
            not (lag_s > share * settings.lag_s or late > share),
            known,
        )
        high = self._high.step(
            facts.elapsed_s,
            lag_s > settings.high_lag_s or journal is not None,
            not lag_s > share * settings.high_lag_s and journal is None,
            known,
        )
        if not (medium or high):
            return []
        because = {
            "loop_lag_s": number(lag_s),
            "set_lag_s": settings.high_lag_s if high else settings.lag_s,
            "frame_s": number(facts.waited_s),
            "interval_s": number(frame.interval_s),
            "journal_error": journal,
        }
        return [Finding(RULE, None, Priority.HIGH if high else Priority.MEDIUM, because)]

    @override
    def chattering(self) -> list[tuple[int | None, str | None]]:
        """The console, or nobody."""
        latches = (self._medium, self._high)
        return [(None, None)] if any(latch is not None and latch.chattering for latch in latches) else []
