"""One future of a pool, as the median of a few runs: who carries what, who fills up next, what is refused."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from console.decide.scene import Scene, memory_share
from console.domain.foresight import HORIZON_S, MARKS_S, Outlook
from console.domain.frame import NAN, Bools, Floats
from console.policy.balancing import Indexes

_LOOKS_S: Final = (*(0.5 * look for look in range(1, 21)), *(float(look) for look in range(11, int(HORIZON_S) + 1)))
"""When a run is looked at: peaks and fillings are known to so much. Twice a second while seconds count."""
NEARLY_FULL: Final = 0.9
"""From this share of its slots on, a server is full already and can be nobody's next victim."""
MOST_VICTIMS: Final = 3
_TIE: Final = 0.7
"""Whoever is filled to this share of the fullest one's level when that one is full cannot be told from it beforehand."""
_DEALT: Final = 1.5
"""Standard deviations of the sessions that chance deals to two servers."""
_OF_PEAK: Final = 0.6
"""Part of it that a peak over a minute, as a mean of runs, is off by."""
_LEAST_MARGIN: Final = 0.02
_OFF: Final = ((0.0, True), (1.0, True), (-1.0, True), (1.0, False), (-1.0, False))
"""By number of the run: how many margins flow and length are off, and whether both in the same direction."""


class Run(Struct, frozen=True, eq=False):
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
    peak_share, chance = float(np.mean(tops)), _chance(peak[where], limit, tops)
    # Whether a server that comes near its limit also reaches it is chance: it is named all the same, without a time.
    near = fills or peak_share + _OF_PEAK * chance >= 1.0
    victims, tied = _victims(scene, runs, where, ids, fills=fills) if near else ((), 0)
    memory = memory_share(scene, peak)[where]
    refused = [one.refused_share for one in runs]
    return Outlook(
        detached=tuple(detached),
        runs=len(runs),
        ids=ids,
        limit=limit,
        loads=np.median([one.loads for one in runs], axis=0)[:, where],
        peak=peak[where],
        peak_share=peak_share,
        peak_server=ids[int(np.nanargmax(shares))] if not np.isnan(shares).all() else None,
        peak_share_sound=float(np.mean(sound)),
        refused_share=float(np.median(refused)),
        full_s=float(np.median([one for one in full if one < math.inf])) if fills else math.inf,
        victims=victims,
        tied=tied,
        carriers=_carriers(runs, where, ids),
        memory_share=float(np.nanmax(memory)) if not np.isnan(memory).all() else NAN,
        margin=max(_LEAST_MARGIN, _half_range(tops), _one_session(limit), _OF_PEAK * chance),
        refused_margin=max(_LEAST_MARGIN, _half_range(np.array(refused))),
    )


def _tops(peaks: Floats, mask: Bools) -> Floats:
    """The fullest share of each run among those of the mask; NaN: none is known."""
    chosen = peaks[:, mask & ~np.isnan(peaks).any(axis=0)]
    return chosen.max(axis=1) if chosen.shape[1] else np.full(len(peaks), NAN)


def _victims(
    scene: Scene, runs: Sequence[Run], where: Indexes, ids: tuple[str, ...], *, fills: bool
) -> tuple[tuple[str, ...], int]:
    """Who is fullest when the first one fills up, of those that are not full already, and how many tie with it.

    Two cannot be told apart whose levels differ by no more than a few sessions more or less, as chance deals them, would make up.
    """
    told = [one for one in runs if one.full_s < math.inf] if fills else runs
    limit = scene.limit[where]
    held = np.mean([one.at_first[where] if fills else one.peak[where] for one in told], axis=0)
    got = np.mean([one.routed[where] * min(one.full_s / HORIZON_S, 1.0) for one in told], axis=0)
    with np.errstate(invalid="ignore"):
        level = held / limit
        level[scene.truth[where] >= NEARLY_FULL * limit] = -1.0
    level = np.nan_to_num(level, nan=-1.0)
    order = np.argsort(-level, kind="stable")
    top = order[0]
    if level[top] < 0:
        return (), 0
    dealt = np.minimum(got, np.nan_to_num(held))
    with np.errstate(invalid="ignore"):
        near = (limit - held) - (limit[top] - held[top]) <= _DEALT * np.sqrt(dealt + dealt[top])
    alike = (level >= _TIE * level[top]) | (near & (level >= 0))
    tie = order[alike[order]]
    first: list[int] = tie[:MOST_VICTIMS].tolist()
    return tuple(ids[index] for index in first), len(tie)


def _carriers(runs: Sequence[Run], where: Indexes, ids: tuple[str, ...]) -> tuple[str, ...]:
    routed = np.mean([one.routed[where] for one in runs], axis=0)
    order: list[int] = np.argsort(-routed, kind="stable")[:MOST_VICTIMS].tolist()
    return tuple(ids[index] for index in order if routed[index] > 2 * routed.mean())


def _chance(peak: Floats, limit: Floats, tops: Floats) -> float:
    """One standard deviation of so many sessions, as a share of the fullest one's slots; 0 where it fills up in every run."""
    with np.errstate(invalid="ignore"):
        shares = np.nan_to_num(peak / limit, nan=-1.0)
    if not shares.size or shares.max() < 0:
        return 0.0
    top = int(shares.argmax())
    return float(np.mean(tops < 1.0) * math.sqrt(max(peak[top], 1.0)) / limit[top])


def _half_range(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.max() - known.min()) / 2 if len(known) else NAN


def _one_session(limit: Floats) -> float:
    """Nothing is known better than to one session."""
    known = limit[~np.isnan(limit)]
    return 1.0 / float(np.median(known)) if len(known) else 1.0
