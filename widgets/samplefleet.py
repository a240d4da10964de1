"""A made-up fleet in numbers, and its columns as the maps get them. Qt-free, no clock, no network."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from widgets.viewdata import GAP_ZERO, CellState, ColumnBlock, MapKind

START_S: Final = 1_760_000_000.0
LIMIT: Final = 12

_U8 = NDArray[np.uint8]


class Fleet(Struct, frozen=True, eq=False):
    """Numbers of a whole run: (servers, ticks) of sessions; NaN where not known."""

    names: tuple[str, ...]
    pools: tuple[str, ...]
    truth: NDArray[np.float64]
    belief: NDArray[np.float64]
    routed: NDArray[np.float64]
    silent: tuple[int, ...]
    mute_at: int
    ramp_at: int

    @property
    def ticks(self) -> int:
        """Columns."""
        return int(self.truth.shape[1])


def fleet(servers: int = 64, ticks: int = 420, *, silent: tuple[int, ...] = (6, 22, 40), seed: int = 1) -> Fleet:
    """A night, then (with `silent`) servers that stop reporting, then the morning's load that herds onto them."""
    rng = np.random.default_rng(seed)
    mute_at, ramp_at = ticks // 3, ticks // 2
    mean = np.where(np.arange(ticks) < ramp_at, 0.7, 2.0)
    truth = np.zeros((servers, ticks))
    truth[:, 0] = rng.poisson(0.7, servers)
    for tick in range(1, ticks):
        target = rng.poisson(mean[tick], servers)
        truth[:, tick] = np.where(rng.random(servers) < 0.14, target, truth[:, tick - 1])
    routed = rng.poisson(np.broadcast_to(mean / 12.0, truth.shape)).astype(np.float64)
    belief = truth.copy()
    chosen = tuple(s for s in silent if s < servers)
    for order, server in enumerate(chosen):
        filling = np.clip((np.arange(ticks) - ramp_at - order * 2) * 1.1, 0, LIMIT)
        full = np.minimum(LIMIT, truth[server] + filling)
        truth[server] = np.where(filling >= LIMIT, LIMIT - (rng.random(ticks) < 0.12), np.floor(full))
        belief[server, mute_at:] = 0.0
        routed[server, ramp_at:] = rng.poisson(2.6, ticks - ramp_at)
    names = tuple(f"dsrs-{i + 1:03d}" for i in range(servers))
    pools = tuple("-a-general/8k" if i < servers / 2 or i in chosen else "-a-general/16k" for i in range(servers))
    return Fleet(names, pools, truth, belief, routed, chosen, mute_at, ramp_at)


def columns(
    run: Fleet, first: int = 0, last: int | None = None, *, blind_from: int | None = None, detached: bool = False
) -> ColumnBlock:
    """Ticks [first, last) as the maps get them."""
    last = run.ticks if last is None else last
    cut = slice(first, last)
    truth, belief, routed = run.truth[:, cut], run.belief[:, cut], run.routed[:, cut]
    smooth = (
        np.apply_along_axis(lambda row: np.convolve(row, np.ones(5) / 5, mode="same"), 1, run.routed)[:, cut]
        if run.ticks > 5
        else routed
    )
    levels = {
        MapKind.TRUTH: _load(truth / LIMIT),
        MapKind.ROUTED: _load(smooth / 4.0),
        MapKind.GAP: np.clip(np.round(GAP_ZERO + (truth - belief) / LIMIT * 127), 1, 255).astype(np.uint8),
        MapKind.BELIEF: _load(belief / LIMIT),
    }
    states: dict[MapKind, _U8] = {kind: np.zeros(truth.shape, dtype=np.uint8) for kind in MapKind}
    ticks = np.arange(first, last)
    for server in run.silent:
        states[MapKind.BELIEF][server, ticks >= run.mute_at + 5] = CellState.NO_DATA
        if detached:
            for kind in MapKind:
                gone = ticks >= run.ticks - 45
                states[kind][server, gone] = CellState.DETACHED
    if truth.shape[0] > 30:
        states[MapKind.TRUTH][29, (ticks > 40) & (ticks < 70)] = CellState.NO_DATA
        states[MapKind.GAP][29, (ticks > 40) & (ticks < 70)] = CellState.NO_DATA
    if blind_from is not None:
        for kind in MapKind:
            states[kind][:, ticks >= blind_from] = CellState.BLIND
    return ColumnBlock(first, START_S + ticks.astype(np.float64), levels, states)


def _load(share: NDArray[np.float64]) -> _U8:
    return np.clip(np.round(np.nan_to_num(share) * 255), 0, 255).astype(np.uint8)
