"""One future of a pool, as the median of a few runs: who carries what, who fills up next, what is refused."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from console.decide.scene import Scene, memory_share
from console.domain.frame import NAN, Bools, Floats
from console.policy.balancing import Indexes

MARKS_S: Final = (10.0, 30.0, 60.0)
"""Loads are told at these; the last is the horizon."""
HORIZON_S: Final = MARKS_S[-1]
_LOOKS_S: Final = (*(0.5 * look for look in range(1, 21)), *(float(look) for look in range(11, int(HORIZON_S) + 1)))
"""When a run is looked at: peaks and fillings are known to so much. Twice a second while seconds count."""
NEARLY_FULL: Final = 0.9
"""From this share of its slots on, a server is full already and can be nobody's next victim."""
MOST_VICTIMS: Final = 3
_TIE: Final = 0.7
"""Whoever is filled to this share of the fullest one's level when that one is full cannot be told from it beforehand."""
_LEAST_MARGIN: Final = 0.02
_OFF: Final = ((0.0, True), (1.0, True), (-1.0, True), (1.0, False), (-1.0, False))
"""By number of the run: how many margins flow and length are off, and whether both in the same direction."""


class Binding(Enum):
    """What runs out first."""

    SLOTS = "slots"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One simulated future. Columns as of the scene."""

    loads: Floats
    """(marks, servers) sessions."""
    peak: Floats
    at_first: Floats
    """Sessions when the first server filled up; at the end, where none did."""
    full_s: float
    """When that was; inf: never."""
    routed: Floats
    asked: int
    refused: int
    whole: bool
    """False: it was given up before the horizon, because more than allowed were refused."""

    @property
    def refused_share(self) -> float:
        """Of those that asked; 0 where nobody did."""
        return self.refused / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The next 60 s without `detached`. Columns as of `ids`, the survivors: attached servers that are not among them."""

    detached: tuple[str, ...]
    runs: int
    ids: tuple[str, ...]
    limit: Floats
    loads: Floats
    """(3, survivors) sessions at +10, +30 and +60 s."""
    peak: Floats
    """Most sessions within the 60 s."""
    peak_share: float
    """Of the fullest survivor, of its slots: the mean of the runs, for a median of so few whole numbers jumps. NaN: no limits are known."""
    peak_server: str | None
    peak_share_sound: float
    """The same among survivors that are no suspects."""
    refused_share: float
    full_s: float
    """Seconds until the next server is full; inf: none within the horizon."""
    victims: tuple[str, ...]
    """Who that is, likeliest first: at most three that cannot be told apart."""
    tied: int
    """How many cannot be told apart in truth."""
    carriers: tuple[str, ...]
    """Who gets the most of the new sessions: at most three, at least twice their fair share each."""
    memory_share: float
    """Largest share of its memory that a survivor comes to use; NaN: not told."""
    margin: float
    """Of `peak_share`: it may be off by so much, up or down."""
    refused_margin: float

    @property
    def binding(self) -> Binding:
        """What runs out first."""
        return Binding.MEMORY if self.memory_share > self.peak_share else Binding.SLOTS


def run(scene: Scene, detached: Sequence[str], number: int, seed: int, *, most_refused: float = 1.0) -> Run:
    """Run `number` (0, 1, 2..) of one set. Given up as soon as more than `most_refused` of all are sure to be refused.

    Run 0 takes flow and length as they are estimated, the others lie around them: what is badly known spreads the runs.
    """
    off, alike = _OFF[number % len(_OFF)]
    sim = scene.simulation(detached, seed=seed * 1009 + number, horizon_s=HORIZON_S, off=off, alike=alike)
    pool = sim.fleet.pools[0]
    servers, before = pool.servers, pool.tally.copy()
    truth = servers.truth
    survivors = scene.survivors(detached)
    with np.errstate(invalid="ignore"):
        eligible = survivors & ~(truth >= NEARLY_FULL * servers.limit)
    routed_before = servers.routed.copy()
    allowed = most_refused * scene.flow.rate * HORIZON_S + 1.0
    loads, peak = np.zeros((len(MARKS_S), len(truth))), truth.copy()
    at_first, full_s, whole = truth, math.inf, True
    for before_s, now in itertools.pairwise((0.0, *_LOOKS_S)):
        sim.advance(now - before_s)
        np.maximum(peak, truth, out=peak)
        if full_s == math.inf and (eligible & (truth >= servers.limit)).any():
            full_s, at_first = (before_s + now) / 2, truth.copy()
        if now in MARKS_S:
            loads[MARKS_S.index(now)] = truth
        if most_refused < 1.0 and pool.tally.refused - before.refused > allowed:
            whole = False
            break
    came = pool.tally.since(before)
    at_first = truth.copy() if full_s == math.inf else at_first
    return Run(loads, peak, at_first, full_s, servers.routed - routed_before, came.asked, came.refused, whole)


def outlook(scene: Scene, detached: Sequence[str], runs: Sequence[Run]) -> Outlook:
    """The median of the runs, and how far they lie apart."""
    survivors = scene.survivors(detached)
    where = np.flatnonzero(survivors)
    ids = tuple(scene.ids[index] for index in where.tolist())
    limit = scene.limit[where]
    suspects = set(scene.suspects)
    suspect = np.array([server in suspects for server in ids])
    peaks = np.array([one.peak[where] / limit for one in runs])
    tops, sound = (_tops(peaks, mask) for mask in (np.ones(len(ids), dtype=np.bool_), ~suspect))
    peak = np.median([one.peak for one in runs], axis=0)
    shares = np.median(peaks, axis=0)
    full = [one.full_s for one in runs]
    fills = sum(one < math.inf for one in full) * 2 > len(full)
    victims, tied = _victims(scene, runs, where, ids) if fills else ((), 0)
    memory = memory_share(scene, peak)[where]
    refused = [one.refused_share for one in runs]
    return Outlook(
        detached=tuple(detached),
        runs=len(runs),
        ids=ids,
        limit=limit,
        loads=np.median([one.loads for one in runs], axis=0)[:, where],
        peak=peak[where],
        peak_share=float(np.mean(tops)),
        peak_server=ids[int(np.nanargmax(shares))] if not np.isnan(shares).all() else None,
        peak_share_sound=float(np.mean(sound)),
        refused_share=float(np.median(refused)),
        full_s=float(np.median([one for one in full if one < math.inf])) if fills else math.inf,
        victims=victims,
        tied=tied,
        carriers=_carriers(runs, where, ids),
        memory_share=float(np.nanmax(memory)) if not np.isnan(memory).all() else NAN,
        margin=max(_LEAST_MARGIN, _half_range(tops), _one_session(limit)),
        refused_margin=max(_LEAST_MARGIN, _half_range(np.array(refused))),
    )


def _tops(peaks: Floats, mask: Bools) -> Floats:
    """The fullest share of each run among those of the mask; NaN: none is known."""
    chosen = peaks[:, mask & ~np.isnan(peaks).any(axis=0)]
    return chosen.max(axis=1) if chosen.shape[1] else np.full(len(peaks), NAN)


def _victims(scene: Scene, runs: Sequence[Run], where: Indexes, ids: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Who is fullest when the first one fills up, of those that are not full already, and how many tie with it."""
    level = np.mean([one.at_first[where] / scene.limit[where] for one in runs if one.full_s < math.inf], axis=0)
    with np.errstate(invalid="ignore"):
        level[scene.truth[where] >= NEARLY_FULL * scene.limit[where]] = -1.0
    level = np.nan_to_num(level, nan=-1.0)
    order = np.argsort(-level, kind="stable")
    tie = order[level[order] >= _TIE * level[order[0]]]
    first: list[int] = tie[:MOST_VICTIMS].tolist()
    return tuple(ids[index] for index in first), len(tie)


def _carriers(runs: Sequence[Run], where: Indexes, ids: tuple[str, ...]) -> tuple[str, ...]:
    routed = np.mean([one.routed[where] for one in runs], axis=0)
    order: list[int] = np.argsort(-routed, kind="stable")[:MOST_VICTIMS].tolist()
    return tuple(ids[index] for index in order if routed[index] > 2 * routed.mean())


def _half_range(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.max() - known.min()) / 2 if len(known) else NAN


def _one_session(limit: Floats) -> float:
    """Nothing is known better than to one session."""
    known = limit[~np.isnan(limit)]
    return 1.0 / float(np.median(known)) if len(known) else 1.0
