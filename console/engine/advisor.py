"""Puts before the gates what the engine knows: which reports have come in time for how long, and the appraisal of any button."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct

from console.decide import Forecast, GateSettings, Known, Projection, Request, appraise, appraise_set, situate
from console.decide.gates import Foretold, Situation, known_sets
from console.decide.sets import worth_detaching
from console.detect import Estimate
from console.domain.foresight import Foresight
from console.domain.frame import NAN, Column, Floats, Frame
from console.domain.history import History, Mark, Track
from console.domain.safety import Appraisal, Deed, Proposal, Role, Standing
from console.domain.states import Attachment, Verb

_LATELY_S: Final = 60.0
SHOWN: Final = 12
"""Servers whose gates a View carries: suspects first, then what is looked at, then the detached."""


class Moment(Struct, frozen=True, eq=False):
    """The newest Frame with what was made of it, and when we took it."""

    frame: Frame
    estimate: Estimate
    received_s: float
    suspects: frozenset[str]
    reporting_since_s: Floats
    """Per slot, our monotonic clock; NaN: it does not report in time."""
    history: History | None = None
    """A cut that ends with the Frame."""
    paces_s: Floats | None = None
    """Per slot, from report to report; NaN: not measured."""

    def interval_s(self, server: str) -> float:
        """From report to report of one server: as measured, else as of the whole fleet."""
        row = self.frame.rows.get(server)
        own_s = NAN if row is None or self.paces_s is None else float(self.paces_s[row.slot])
        return self.estimate.interval_s if math.isnan(own_s) else own_s


class Inner(Struct, frozen=True):
    """What the engine itself is doing, at one moment."""

    now_s: float
    standing: Standing
    deeds: tuple[Deed, ...] = ()
    in_flight: tuple[str, str] | None = None
    not_before_s: float = 0.0
    cuts: bool | None = None
    """Whether the balancer can cut sessions; None: not known."""


class Punctuality:
    """Since when each server has reported in time without a break."""

    def __init__(self) -> None:
        self._since_s: Floats = np.zeros(0)

    def step(self, frame: Frame, estimate: Estimate, now_s: float) -> Floats:
        """Per slot; a Frame without the balancer's word changes nothing. A copy."""
        more = frame.rows.capacity - len(self._since_s)
        if more > 0:
            self._since_s = np.concatenate([self._since_s, np.full(more, np.nan)])
        self._since_s = self._since_s.copy()
        self._since_s[estimate.turnover.born] = np.nan
        if estimate.told:
            with np.errstate(invalid="ignore"):
                age_s = frame[Column.REPORT_AGE]
                in_time = age_s <= estimate.silent_limit_s
                began = np.isnan(self._since_s) & in_time
            # A first report in time proves as much as it is old.
            self._since_s[began] = now_s - age_s[began]
            self._since_s[~in_time] = np.nan
        self._since_s.flags.writeable = False
        return self._since_s


class Advisor:
    """Asks the gates. Pure but for its parameters."""

    def __init__(
        self,
        settings: GateSettings,
        forecast: Forecast | None = None,
        foresight: Callable[[], Foresight | None] = lambda: None,
    ) -> None:
        """`foresight`: what is foretold as of now, at once; no gate ever waits for a what-if."""
        self.settings = settings
        self._forecast = forecast or Projection()
        self._foresight = foresight
        self._sets_of: Foresight | None = None
        self._sets: tuple[Foretold, ...] = ()

    def _foretold(self) -> tuple[Foretold, ...]:
        """The what-ifs at hand, taken apart once."""
        newest = self._foresight()
        if newest is not self._sets_of:
            self._sets_of, self._sets = newest, () if newest is None else known_sets(newest.previews.values())
        return self._sets

    def appraise(self, request: Request, moment: Moment, inner: Inner) -> Appraisal:
        """Every gate of one request."""
        return appraise(self.situation(request, moment, inner), self.settings, self._forecast)

    def appraise_set(self, verb: Verb, servers: tuple[str, ...], moment: Moment, inner: Inner) -> Appraisal:
        """The gates of a whole plan."""
        staged = verb is Verb.ATTACH  # a plan brings them back in stages, where that is needed
        situations = tuple(self.situation(Request(verb, server, staged=staged), moment, inner) for server in servers)
        return appraise_set(situations, self.settings, self._forecast)

    def proposals(self, mine: frozenset[str], most: int, moment: Moment, inner: Inner) -> tuple[Proposal, ...]:
        """The sets worth one plan: the smallest that ends the herd, and what of `mine` is still detached. `most`: servers of one plan."""
        frame = moment.frame
        rows = (frame.rows.get(server) for server in sorted(mine))
        back = tuple(row.id for row in rows if row is not None and frame.listed[row.slot] and frame.detached[row.slot])
        sets = ((Verb.DETACH, worth_detaching(moment.suspects, frame, self._foresight())), (Verb.ATTACH, back))
        return tuple(
            Proposal(verb, servers[:most], self.appraise_set(verb, servers[:most], moment, inner))
            for verb, servers in sets
            if len(servers) > 1
        )

    def shown(self, watched: frozenset[str], moment: Moment, inner: Inner) -> dict[str, Appraisal]:
        """What each button of the screen would do now."""
        frame = moment.frame
        out = (frame.rows.rows[slot] for slot in np.flatnonzero(frame.detached))
        detached = (row.id for row in out if row is not None)
        servers = list(dict.fromkeys((*sorted(moment.suspects), *sorted(watched), *detached)))[:SHOWN]
        found: dict[str, Appraisal] = {}
        for server in servers:
            row = frame.rows.get(server)
            if row is not None and frame.listed[row.slot]:
                verb = Verb.ATTACH if frame.attachment[row.slot] == Attachment.DETACHED else Verb.DETACH
                found[server] = self.appraise(Request(verb, server), moment, inner)
        return found

    def cuts(self, watched: frozenset[str], moment: Moment, inner: Inner) -> dict[str, Appraisal]:
        """The cuts that may be offered: of detached servers, to a lead, where the balancer has it. Those looked at first."""
        frame = moment.frame
        if not inner.cuts or inner.standing.role is not Role.LEAD:
            return {}
        out = [row.id for row in frame.rows if frame.detached[row.slot] and frame[Column.LAST_TRUTH][row.slot] > 0]
        servers = sorted(out, key=lambda server: server not in watched)[:SHOWN]
        return {server: self.appraise(Request(Verb.CUT, server), moment, inner) for server in servers}

    def situation(self, request: Request, moment: Moment, inner: Inner) -> Situation:
        """One request in its world."""
        estimate = moment.estimate
        known = Known(
            now_s=inner.now_s,
            received_s=moment.received_s,
            silent_limit_s=estimate.silent_limit_s,
            report_interval_s=moment.interval_s(request.server),
            routed_per_s=estimate.routed_10s / estimate.seconds_10 if estimate.counts_routed else None,
            suspects=moment.suspects,
            in_flight=inner.in_flight,
            deeds=inner.deeds,
            reporting_since_s=moment.reporting_since_s,
            not_before_s=inner.not_before_s,
            standing=inner.standing,
            cuts=inner.cuts,
            foretold=self._foretold() if request.verb is Verb.DETACH else (),
            held_most=_held_most(moment, request.server) if request.verb is Verb.CUT else NAN,
        )
        return situate(moment.frame, request, known, self.settings)


def _held_most(moment: Moment, server: str) -> float:
    """Most sessions of a server within the last minute of this life of it; NaN: none is kept."""
    history, row = moment.history, moment.frame.rows.get(server)
    if history is None or row is None:
        return NAN
    first = max(history.first, history.last - math.ceil(_LATELY_S / moment.frame.interval_s))
    slots = slice(row.slot, row.slot + 1)
    marks = history.marks(first, history.last, slots)[0]
    born = np.flatnonzero((marks & (Mark.BORN | Mark.ABSENT)) != 0)
    held = history.track(Track.TRUTH, first, history.last, slots)[0][int(born[-1]) if born.size else 0 :]
    return NAN if np.isnan(held).all() else float(np.nanmax(held))
