"""The console's own record as a prophet: each preview is kept, held against what came, and widens the next one's margin.

A preview foretells two futures: nothing is done, or its set is detached. Which one is scored is what came true; where something
else was done in its pool, or too little was seen, neither is: such a preview is void and teaches nothing.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.decide.outlook import NEARLY_FULL
from console.domain.foresight import Came, Outlook, Preview, Score, TrackRecord
from console.domain.frame import Column, Frame
from console.domain.options import option
from console.domain.states import Reach

_SEEN: Final = 0.8
"""Share of the polls to the horizon in which the balancer must have answered."""
_NEWEST: Final = 8
"""Scores that the record's mean error is taken over."""
_GRACE: Final = 0.15
"""Share of the horizon within which a detach still counts as done at once."""
_GRACE_OF_PLANS: Final = 0.75
"""The same of a plan, which rests between its steps: until it is done refusals are not counted, they are those of the herd."""


@dataclass(frozen=True, slots=True)
class PreviewSettings:
    """How the record is kept."""

    open_most: int = option(64, low=1, high=1000, sentence="Most previews that wait for their horizon.")
    kept: int = option(200, low=10, high=10_000, sentence="Scores that are kept; the oldest go first.")
    covered: float = option(
        0.9, unit="share", low=0.5, high=1.0, sentence="The margin covers this share of the record's errors."
    )
    least: int = option(5, low=1, high=100, sentence="Scores below which the record says nothing.")


@dataclass(slots=True)
class _Open:
    preview: Preview
    attached: frozenset[str]
    """Of the pool, when it was made."""
    peaks: dict[str, float]
    full_at_first: frozenset[str]
    asked: float = 0.0
    refused: float = 0.0
    seen: int = 0
    polls: int = 0
    victim: str | None = None
    detached_s: float | None = None
    void: bool = False
    stepwise: bool = False
    """A plan takes it out server by server."""

    @property
    def grace_s(self) -> float:
        """By then the whole set must be out."""
        return (_GRACE_OF_PLANS if self.stepwise else _GRACE) * self.preview.horizon_s


class Previews:
    """Steps once per Frame, in order. Bounded: open previews and scores are counted, the oldest go."""

    def __init__(self, settings: PreviewSettings | None = None, scores: Iterable[Score] = ()) -> None:
        """`scores`: an earlier record, oldest first."""
        self._settings = settings or PreviewSettings()
        self._open: deque[_Open] = deque(maxlen=self._settings.open_most)
        self._scores: deque[Score] = deque(scores, maxlen=self._settings.kept)

    @property
    def scores(self) -> tuple[Score, ...]:
        """Oldest first, void ones too."""
        return tuple(self._scores)

    @property
    def waiting(self) -> int:
        """Previews whose horizon lies ahead."""
        return len(self._open)

    def keep(self, preview: Preview, frame: Frame, *, acted: bool = False, stepwise: bool = False) -> None:
        """A preview that was shown, with the Frame it was made from. One per set and pool waits at a time: the first that was shown.

        `acted`: it is the one that its set was detached by; it takes the place of an older one, which would only be void.
        `stepwise`: by a plan, one server after the other.
        """
        same = [one for one in self._open if (one.preview.servers, one.preview.pool) == (preview.servers, preview.pool)]
        if preview.as_is is None or (same and not acted):
            return
        for one in same:
            self._open.remove(one)
        rows = [row for row in frame.rows if (row.pool or "") == preview.pool and frame.attached[row.slot]]
        full = frozenset(row.id for row in rows if _share(frame, row.slot) >= NEARLY_FULL)
        self._open.append(_Open(preview, frozenset(row.id for row in rows), {}, full, stepwise=stepwise))

    def step(self, frame: Frame) -> tuple[Score, ...]:
        """Takes one Frame; returns what it settled."""
        settled: list[Score] = []
        for one in list(self._open):
            if frame.mono_s <= one.preview.mono_s:
                continue
            self._see(one, frame)
            if one.void or frame.mono_s - one.preview.mono_s >= one.preview.horizon_s - 1e-6:
                self._open.remove(one)
                settled.append(_score(one))
        self._scores.extend(settled)
        return tuple(settled)

    def margin(self, own: float) -> float:
        """`own` (share), widened to what the record's errors ask for; never narrower."""
        asked = self._asked_margin(self._errors())
        return own if math.isnan(asked) else max(own, asked)

    def record(self) -> TrackRecord:
        """How good the newest forecasts were."""
        errors = self._errors()
        newest = errors[-_NEWEST:]
        return TrackRecord(
            scored=len(errors),
            void=sum(score.came is Came.VOID for score in self._scores),
            error=float(np.mean(newest)) if newest else math.nan,
            over=len(newest),
            margin=self._asked_margin(errors),
        )

    def _errors(self) -> list[float]:
        """Sizes of the known ones, oldest first."""
        return [
            abs(score.error) for score in self._scores if score.came is not Came.VOID and score.error == score.error
        ]

    def _asked_margin(self, errors: list[float]) -> float:
        """What covers enough of the errors; NaN: there are too few to say so."""
        if len(errors) < self._settings.least:
            return math.nan
        return float(np.quantile(errors, self._settings.covered, method="higher"))

    def widened(self, preview: Preview) -> Preview:
        """The same preview with margins as wide as the record asks for."""

        def wide(outlook: Outlook | None) -> Outlook | None:
            return None if outlook is None else replace(outlook, margin=self.margin(outlook.margin))

        smallest = preview.smallest
        if smallest is not None:
            smallest = replace(smallest, outlook=wide(smallest.outlook))
        return replace(preview, as_is=wide(preview.as_is), with_it=wide(preview.with_it), smallest=smallest)

    def _see(self, one: _Open, frame: Frame) -> None:
        one.polls += 1
        if frame.balancer.reach != Reach.OK:
            return
        one.seen += 1
        rows = [row for row in frame.rows if (row.pool or "") == one.preview.pool and frame.attached[row.slot]]
        attached = frozenset(row.id for row in rows)
        passed_s = frame.mono_s - one.preview.mono_s
        done = one.attached - frozenset(one.preview.servers)
        if attached == done and one.preview.servers:
            one.detached_s = passed_s if one.detached_s is None else one.detached_s
        elif one.detached_s is not None or not done <= attached <= one.attached:
            one.void = True  # somebody did something else
        if passed_s > one.grace_s and attached not in (one.attached, done):
            one.void = True  # half of it was done
        for row in rows:
            share = _share(frame, row.slot)
            one.peaks[row.id] = max(one.peaks.get(row.id, 0.0), share)
            if one.victim is None and share >= 1.0 and row.id not in one.full_at_first:
                one.victim = row.id
        delta = frame.pools_delta.get(one.preview.pool)
        if delta is not None and not (one.stepwise and one.detached_s is None):
            refused = delta.sessions_total.get("refused", 0)
            one.refused += refused
            one.asked += max(delta.sessions_total.get("started", 0), refused)


def _share(frame: Frame, slot: int) -> float:
    """Of its slots; 0 where it is not known: what is not known is no peak."""
    share = float(frame[Column.TRUTH][slot] / frame[Column.LIMIT][slot])
    return share if math.isfinite(share) else 0.0


def _score(one: _Open) -> Score:
    preview = one.preview
    late = one.detached_s is not None and one.detached_s > one.grace_s
    came = Came.AS_IS if one.detached_s is None else Came.DETACHED
    foretold = preview.as_is if came is Came.AS_IS else preview.with_it
    undone = one.stepwise and one.detached_s is None
    if one.void or late or undone or foretold is None or one.seen < _SEEN * one.polls:
        nan = math.nan
        return Score(preview.servers, preview.pool, preview.wall_s, Came.VOID, nan, nan, nan, nan, None)
    survivors = set(foretold.ids)
    peak = max((share for server, share in one.peaks.items() if server in survivors), default=math.nan)
    hit = None if one.victim is None and not foretold.victims else one.victim in foretold.victims
    return Score(
        servers=preview.servers,
        pool=preview.pool,
        foretold_wall_s=preview.wall_s,
        came=came,
        peak_foretold=foretold.peak_share,
        peak_came=peak,
        refused_foretold=foretold.refused_share,
        refused_came=one.refused / one.asked if one.asked else 0.0,
        victim_hit=hit,
    )
