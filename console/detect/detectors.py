"""All rules on one Frame: alarms, what changed, suspects, figures and sight."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.detect.blind import BlindRule, BlindSettings
from console.detect.book import AlarmBook
from console.detect.estimate import Estimate, GapSettings, SilenceSettings
from console.detect.facts import Facts, Finding
from console.detect.figures import FigureKeeper
from console.detect.gap import GapRule, GapRuleSettings
from console.detect.mass import MassSettings, ReportsLost, TruthLost
from console.detect.saturation import SaturationRule, SaturationSettings
from console.detect.sight import sight_of
from console.detect.silent import SilentRule, SilentSettings
from console.detect.suspects import suspects
from console.domain.alarms import Alarm, Suspect
from console.domain.frame import Frame
from console.domain.history import History
from console.domain.states import Sight
from console.domain.view import Figures

LONGEST_STEP = 3.0
"""A Frame proves calm for at most so many poll intervals: a gap in time (a suspended machine) clears nothing."""


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """The parameters of the estimate and of every rule."""

    gap_estimate: GapSettings = field(default_factory=GapSettings)
    silence: SilenceSettings = field(default_factory=SilenceSettings)
    silent: SilentSettings = field(default_factory=SilentSettings)
    gap: GapRuleSettings = field(default_factory=GapRuleSettings)
    saturation: SaturationSettings = field(default_factory=SaturationSettings)
    blind: BlindSettings = field(default_factory=BlindSettings)
    mass: MassSettings = field(default_factory=MassSettings)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the detectors say of one Frame."""

    figures: Figures
    sight: Sight
    alarms: tuple[Alarm, ...]
    """Open ones, worst first, then oldest first."""
    changes: tuple[Alarm, ...]
    """Raised (also: climbed in priority) or cleared by this Frame."""
    suspects: tuple[Suspect, ...]


class Detectors:
    """Steps once per Frame, in order. Pure: values in, values out."""

    def __init__(self, settings: DetectSettings | None = None) -> None:
        settings = settings or DetectSettings()
        self._fleet = (BlindRule(settings.blind), TruthLost(settings.mass))
        self._rules = (
            ReportsLost(settings.mass),
            SilentRule(settings.silent),
            GapRule(settings.gap),
            SaturationRule(settings.saturation),
        )
        self._figures = FigureKeeper()
        self._book = AlarmBook()
        self._before_s: float | None = None

    def step(self, frame: Frame, estimate: Estimate, history: History | None = None) -> Judgement:
        """Judges one Frame. `history`: a cut that ends with it."""
        elapsed_s = frame.interval_s if self._before_s is None else frame.mono_s - self._before_s
        self._before_s = frame.mono_s
        anew = ~frame.attached
        anew[estimate.turnover.born] = True
        facts = Facts(frame, estimate, min(max(elapsed_s, 0.0), LONGEST_STEP * frame.interval_s), anew, history)
        # Both halves of `blind` must step; the fleet has one such alarm, and the balancer is the larger cause.
        found: list[Finding] = [finding for rule in self._fleet for finding in rule.step(facts)][:1]
        for rule in self._rules:
            found += rule.step(facts)
        alarms, changes = self._book.step(frame, found)
        return Judgement(
            figures=self._figures.step(frame, estimate),
            sight=sight_of(frame, estimate, alarms),
            alarms=alarms,
            changes=changes,
            suspects=suspects(frame, estimate, alarms),
        )
