"""All rules on one Frame: alarms, what changed, suspects, figures and sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.detect.announce import AnnounceSettings
from console.detect.blind import BlindRule, BlindSettings
from console.detect.book import AlarmBook
from console.detect.budget import BudgetRule, BudgetSettings
from console.detect.carried import Plain
from console.detect.drift import DriftRule, DriftSettings
from console.detect.errors import ErrorRule, ErrorSettings
from console.detect.estimate import Estimate, GapSettings, SilenceSettings
from console.detect.facts import Facts, Finding, Inputs, Rule
from console.detect.figures import FigureKeeper
from console.detect.flood import FloodSettings
from console.detect.forensics import silences
from console.detect.gap import GapRule, GapRuleSettings
from console.detect.herd import HerdRule, HerdSettings
from console.detect.hot import HotRule, HotSettings
from console.detect.ineffective import IneffectiveRule, IneffectiveSettings
from console.detect.latch import ChatterSettings
from console.detect.latency import LatencyRule, LatencySettings
from console.detect.ledger import LedgerSettings
from console.detect.mass import MassSettings, ReportsLost, TruthLost
from console.detect.memory import MemoryRule, MemorySettings
from console.detect.nplusone import NPlusOneRule, NPlusOneSettings
from console.detect.physics import HerdKeeper
from console.detect.restart import RestartRule, RestartSettings
from console.detect.roll import LifecycleSettings
from console.detect.saturation import SaturationRule, SaturationSettings
from console.detect.sick import SickRule, SickSettings
from console.detect.sight import sight_of
from console.detect.silent import SilentRule, SilentSettings
from console.detect.skew import SkewRule, SkewSettings
from console.detect.spread import Spread
from console.detect.stuck import StuckRule, StuckSettings
from console.detect.succession import Succession, kept_of, levels_of
from console.detect.suspects import suspects
from console.domain.alarms import Alarm, Herd, Silence, Suspect, Unjudged
from console.domain.frame import Frame
from console.domain.states import Sight
from console.domain.view import Figures

LONGEST_STEP = 3.0
"""A Frame proves calm for at most so many poll intervals: a gap in time (a suspended machine) clears nothing."""


@dataclass(frozen=True, slots=True)
class DetectSettings:
    """The parameters of the estimate, of every rule, and of what becomes of alarms."""

    gap_estimate: GapSettings = field(default_factory=GapSettings)
    silence: SilenceSettings = field(default_factory=SilenceSettings)
    silent: SilentSettings = field(default_factory=SilentSettings)
    gap: GapRuleSettings = field(default_factory=GapRuleSettings)
    saturation: SaturationSettings = field(default_factory=SaturationSettings)
    blind: BlindSettings = field(default_factory=BlindSettings)
    mass: MassSettings = field(default_factory=MassSettings)
    stuck: StuckSettings = field(default_factory=StuckSettings)
    herd: HerdSettings = field(default_factory=HerdSettings)
    hot: HotSettings = field(default_factory=HotSettings)
    memory: MemorySettings = field(default_factory=MemorySettings)
    restart: RestartSettings = field(default_factory=RestartSettings)
    errors: ErrorSettings = field(default_factory=ErrorSettings)
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    latency: LatencySettings = field(default_factory=LatencySettings)
    sick: SickSettings = field(default_factory=SickSettings)
    ineffective: IneffectiveSettings = field(default_factory=IneffectiveSettings)
    drift: DriftSettings = field(default_factory=DriftSettings)
    skew: SkewSettings = field(default_factory=SkewSettings)
    n_plus_one: NPlusOneSettings = field(default_factory=NPlusOneSettings)
    chatter: ChatterSettings = field(default_factory=ChatterSettings)
    lifecycle: LifecycleSettings = field(default_factory=LifecycleSettings)
    flood: FloodSettings = field(default_factory=FloodSettings)
    announce: AnnounceSettings = field(default_factory=AnnounceSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)


class Judgement(Struct, frozen=True):
    """What the detectors say of one Frame."""

    figures: Figures
    sight: Sight
    alarms: tuple[Alarm, ...]
    """Open ones, worst first, then oldest first."""
    changes: tuple[Alarm, ...]
    """Raised (also: climbed in priority) or cleared by this Frame."""
    suspects: tuple[Suspect, ...]
    silences: tuple[Silence, ...] = ()
    """Where the reports of silent or wrongly believed servers are lost."""
    herds: tuple[Herd, ...] = ()
    """By pool, the most concentrated first."""
    unjudged: tuple[Unjudged, ...] = ()
    """Rules that cannot tell, and for lack of what."""
    chattering: tuple[str, ...] = ()
    """Names of alarms that came and went so often that they now take longer to clear."""


class Detectors:
    """Steps once per Frame, in order. Pure: values in, values out."""

    def __init__(self, settings: DetectSettings | None = None) -> None:
        settings = settings or DetectSettings()
        self._settings = settings
        rules = _rules(settings)
        self._fleet: tuple[Rule, ...] = rules[:_OF_SIGHT]
        self._rules: tuple[Rule, ...] = rules[_OF_SIGHT:]
        self._succession: Succession | None = None
        self._figures = FigureKeeper()
        self._herds = HerdKeeper()
        self._book = AlarmBook()
        self._before_s: float | None = None
        self._remarks: tuple[str, ...] = ()
        self._levels: tuple[float, Mapping[str, str]] | None = None

    def step(self, frame: Frame, estimate: Estimate, inputs: Inputs | None = None) -> Judgement:
        """Judges one Frame. `inputs`: what no Frame carries."""
        facts, alarms, changes = self._judge(frame, estimate, inputs)
        lost = silences(frame, estimate, alarms)
        herds = self._herds.step(frame, estimate, facts.spread)
        return Judgement(
            figures=self._figures.step(frame, estimate),
            sight=sight_of(frame, estimate, alarms),
            alarms=alarms,
            changes=changes,
            suspects=suspects(frame, estimate, alarms, lost, herds),
            silences=lost,
            herds=herds,
            unjudged=tuple(rule.unjudged for rule in self._rules if rule.unjudged is not None),
            chattering=self._chattering(frame),
        )

    def alarms(
        self, frame: Frame, estimate: Estimate, inputs: Inputs | None = None
    ) -> tuple[tuple[Alarm, ...], tuple[Alarm, ...]]:
        """Open ones and changes of one Frame, and nothing that no rule reads: a third cheaper. Step one way or the other, not both."""
        _, alarms, changes = self._judge(frame, estimate, inputs)
        return alarms, changes

    def _judge(
        self, frame: Frame, estimate: Estimate, inputs: Inputs | None
    ) -> tuple[Facts, tuple[Alarm, ...], tuple[Alarm, ...]]:
        # NaN is "not known" to every rule, and to compare it no fault.
        with np.errstate(divide="ignore", invalid="ignore"):
            facts = self._facts(frame, estimate, inputs)
            # Both halves of `blind` must step; the fleet has one such alarm, and the balancer is the larger cause.
            found: list[Finding] = [finding for rule in self._fleet for finding in rule.step(facts)][:1]
            for rule in self._rules:
                found += rule.step(facts)
        alarms, changes = self._book.step(frame, found)
        return facts, alarms, changes

    def _facts(self, frame: Frame, estimate: Estimate, inputs: Inputs | None) -> Facts:
        waited_s = frame.interval_s if self._before_s is None else max(frame.mono_s - self._before_s, 0.0)
        self._before_s = frame.mono_s
        attached = frame.attached
        broken = estimate.turnover.born
        if self._succession is not None and estimate.told:
            alone = np.zeros_like(attached)  # numpy's own sets would load its masked arrays: a slow first picture
            alone[broken] = True
            alone[self._go_on(self._succession, frame)] = False
            broken = np.flatnonzero(alone)
        anew, unlisted = ~attached, ~frame.listed
        anew[broken] = unlisted[broken] = True
        return Facts(
            frame=frame,
            estimate=estimate,
            elapsed_s=min(waited_s, LONGEST_STEP * frame.interval_s),
            anew=anew,
            unlisted=unlisted,
            attached=attached,
            spread=Spread.of(frame, estimate, attached),
            inputs=inputs or Inputs(),
            waited_s=waited_s,
            broken=broken,
        )

    def keep(self, frame: Frame, *, long: bool = False) -> Plain:
        """For `go_on` of a later run: the running delays as of this Frame, or the windows of minutes and hours. None: not now."""
        if self._succession is not None:
            return None  # what an earlier run left is not taken over yet
        return kept_of((*self._fleet, *self._rules), self._levels_at(frame.interval_s), frame, long=long)

    def go_on(self, *kept: Plain) -> None:
        """Takes over what an earlier run left, with the first Frame that has the balancer's list."""
        self._succession = Succession(kept)

    def take_remarks(self) -> tuple[str, ...]:
        """What could not be taken over and why, once."""
        remarks, self._remarks = self._remarks, ()
        return remarks

    def _go_on(self, succession: Succession, frame: Frame) -> NDArray[np.intp]:
        """Returns the slots of which something is remembered."""
        self._succession = None
        rules, levels = (*self._fleet, *self._rules), self._levels_at(frame.interval_s)
        rules = succession.take(rules, _rules(self._settings), levels, frame)
        self._fleet, self._rules = rules[:_OF_SIGHT], rules[_OF_SIGHT:]
        self._remarks = succession.remarks
        return succession.slots

    def _levels_at(self, interval_s: float) -> Mapping[str, str]:
        if self._levels is None or self._levels[0] != interval_s:
            self._levels = interval_s, levels_of((*self._fleet, *self._rules), self._settings, interval_s)
        return self._levels[1]

    def _chattering(self, frame: Frame) -> tuple[str, ...]:
        names: set[str] = set()
        for rule in (*self._fleet, *self._rules):
            for slot, subject in rule.chattering():
                row = None if slot is None else frame.rows.rows[slot]
                names.add(f"{rule.name}:{subject or 'fleet' if row is None else row.id}")
        return tuple(sorted(names))


_OF_SIGHT = 2
"""The first rules are the two halves of `blind`."""


def _rules(settings: DetectSettings) -> tuple[Rule, ...]:
    """All of them, new."""
    chatter = settings.chatter
    return (
        BlindRule(settings.blind),
        TruthLost(settings.mass, chatter),
        ReportsLost(settings.mass, chatter),
        SilentRule(settings.silent, chatter),
        StuckRule(settings.stuck, chatter),
        GapRule(settings.gap, chatter),
        HerdRule(settings.herd, chatter),
        HotRule(settings.hot, chatter),
        SaturationRule(settings.saturation, chatter),
        MemoryRule(settings.memory, chatter),
        RestartRule(settings.restart),
        ErrorRule(settings.errors, chatter),
        BudgetRule(settings.budget, chatter),
        LatencyRule(settings.latency, chatter),
        SickRule(settings.sick, chatter),
        IneffectiveRule(settings.ineffective),
        DriftRule(settings.drift, chatter),
        SkewRule(settings.skew, chatter),
        NPlusOneRule(settings.n_plus_one, chatter),
    )
