"""The View: what the engine publishes after each Frame. Immutable; whoever shows something takes the newest."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from console.domain.actions import Action
from console.domain.alarms import Alarm, Herd, Silence, Suspect, Unjudged
from console.domain.clock import Clock
from console.domain.foresight import Foresight
from console.domain.frame import NAN, Floats, Frame
from console.domain.history import History
from console.domain.lifecycle import Blindness, Cycle, Flood, Happening, Note, Raising
from console.domain.safety import Appraisal, Manual, PlanStanding, Proposal, Standing
from console.domain.states import Sight


class Figures(Struct, frozen=True):
    """The fleet in numbers, as of one Frame. Missing is None or NaN, never 0."""

    servers: int
    attached: int
    detached: int
    fresh: int
    """Attached, with a report younger than the silence limit."""
    silent: int
    """Attached, with a report older than the silence limit (or none for that long since they joined)."""
    unreachable: int
    """Listed, whose status this workstation could not read in the newest poll."""
    sessions: float
    """Sum of the truths that are known; NaN where none is."""
    sessions_unknown: int
    """Listed servers that the sum lacks."""
    slots: float
    """Sum of the limits of the attached servers that have one; NaN where none has."""
    routed: float
    """New sessions in this poll, all servers; NaN on a new base."""
    routed_per_s: float
    """Mean over the last 10 s."""
    n_eff: float
    """Effective servers over the last 10 s: n(n-1) / sum k(k-1); NaN below the least sample."""
    n_eff_of: int
    """Attached servers that it is to be compared with."""
    herd_share: float
    """Largest share of one server of the sessions routed in 10 s."""
    used_share: float
    """sessions / slots."""
    used_share_after_loss: float
    """The same sessions on the slots that remain if the largest attached server goes; NaN where unknown."""
    refused_share: float
    """Refused of all new sessions over the last 10 s, 0 to 1; NaN where none came."""
    refused_share_by_pool: Mapping[str, float] = field(default_factory=dict[str, float])
    errors_per_min: Mapping[str, float] = field(default_factory=dict[str, float])
    """By verbatim text, over the last 60 s (or as far as is known)."""
    errors: Mapping[str, float] = field(default_factory=dict[str, float])
    """By verbatim text, new in this poll; empty on a new base."""


class Dropped(Struct, frozen=True):
    """Answers that came late or twice, as from a cache, and were not used: how many of whom."""

    balancer: int = 0
    servers: Mapping[str, int] = field(default_factory=dict[str, int])
    """By id; of those that are listed."""
    gone: int = 0
    """Of servers that have left."""

    @property
    def total(self) -> int:
        """Of all."""
        return self.balancer + self.gone + sum(self.servers.values())


class Health(Struct, frozen=True):
    """The console about itself."""

    loop_lag_s: float = NAN
    step_s: float = NAN
    """CPU-bound part of the newest step."""
    recording: bool = False
    journal_error: str | None = None
    recorder_error: str | None = None
    """Why the flight recorder does not record as it should, one sentence; memory goes on."""
    unrecorded: int = 0
    """Polls that the flight recorder lost."""
    restarts: int = 0
    """Times the engine's feed died and was started again."""
    dropped: Dropped = field(default_factory=Dropped)
    state_error: str | None = None
    """Why acknowledgements, shelves and notes cannot be kept just now, one sentence."""
    state_remark: str | None = None
    """What became of the kept ones at the start, if anything; one sentence."""
    settings_remark: str | None = None
    """Why other settings are in force than those that were asked for, one sentence."""
    audit_seq: int | None = None
    audit_head: str | None = None
    """Number and hash of the audit's newest line: noted elsewhere, they tell later whether the file was cut."""


class View(Struct, frozen=True, eq=False):
    """Newest Frame, a cut of history, and every judgement on them."""

    version: int
    frame: Frame
    history: History
    figures: Figures
    sight: Sight
    gap: Floats
    """Sessions per slot; see `Track.GAP`."""
    gap_margin: Floats
    """Sessions per slot: the gap beyond which the rule counts."""
    silent_limit_s: float
    """Report age at which a server counts as silent."""
    alarms: tuple[Alarm, ...] = ()
    """Open ones, worst first, then oldest first."""
    changes: tuple[Alarm, ...] = ()
    """Those raised or cleared by this Frame."""
    suspects: tuple[Suspect, ...] = ()
    silences: tuple[Silence, ...] = ()
    """Of servers whose belief is old or wrong: where their reports are lost."""
    herds: tuple[Herd, ...] = ()
    """By pool, the most concentrated first."""
    unjudged: tuple[Unjudged, ...] = ()
    """Rules that cannot tell, and for lack of what: never to be read as calm."""
    chattering: tuple[str, ...] = ()
    """Alarms (`Alarm.name`) that came and went so often that they now take longer to clear."""
    actions: tuple[Action, ...] = ()
    """Newest first; finished ones stay for ten minutes at least."""
    health: Health = field(default_factory=Health)
    cycles: tuple[Cycle, ...] = ()
    """Every alarm that is not normal, in its life-cycle: those to be acknowledged first, worst first, then oldest first."""
    happenings: tuple[Happening, ...] = ()
    """The newest turns of alarms, oldest first; who looks now and then goes by their numbers."""
    flood: Flood = field(default_factory=Flood)
    raisings: tuple[Raising, ...] = ()
    """The alarm log: every alarm that asked for attention, oldest first, over the last days."""
    notes: tuple[Note, ...] = ()
    """What operators wrote down, of alarms, servers and the situation; oldest first."""
    ledger: tuple[Blindness, ...] = ()
    """Intervals without sight: closed ones by their end, then those that last."""
    standing: Standing = field(default_factory=Standing)
    """Role, and whether the console is armed, when this View was made."""
    appraisals: Mapping[str, Appraisal] = field(default_factory=dict[str, Appraisal])
    """By server: every gate of what its button would do now. Suspects, detached servers, and who is looked at; bounded in number."""
    cuts: Mapping[str, Appraisal] = field(default_factory=dict[str, Appraisal])
    """By detached server: every gate of a cut, where one may be offered here (a lead, a balancer that can); bounded in number."""
    proposals: tuple[Proposal, ...] = ()
    """Plans worth offering: to detach all suspects, to attach all that were detached from here; two servers at least."""
    review_s: float = 7200.0
    """When a detach is to be looked at again, where nothing else is chosen."""
    manual: Mapping[str, Manual] = field(default_factory=dict[str, Manual])
    """By server: the site's own command, where the balancer's detach is known to be dead."""
    plan: PlanStanding | None = None
    """The newest plan, running or over."""
    foresight: Foresight = field(default_factory=Foresight)
    """What the console looked ahead to, as far as it has come."""
    received_mono_s: float = NAN
    """Our monotonic clock when the engine took the Frame. A View may come out again for the same Frame: when an action
    climbs, or when the feed died; `changes` is then empty."""


def age(view: View, clock: Clock) -> float:
    """Seconds since the engine took the newest Frame: it grows while the feed or the engine is dead."""
    return max(0.0, clock.monotonic() - view.received_mono_s)


def sight_now(view: View, clock: Clock) -> Sight:
    """The View's sight as of now: late from two polls without a Frame on, blind from three (and at least a second)."""
    old_s, interval_s = age(view, clock), view.frame.interval_s
    if old_s > max(3 * interval_s, 1.0):
        return Sight.BLIND
    if old_s > max(2 * interval_s, 0.5) and view.sight is Sight.CLEAR:
        return Sight.LATE
    return view.sight
