"""What a detach does to those that stay: a projection plain enough to be checked by hand, behind a port for better ones.

Each server's present sessions end at the rate 1/S; what arrives meanwhile (rate x S, by Little's law) is poured onto the survivors,
emptiest first, as a balancer that compares loads does. With the action the target's arrivals are poured too; without it they stay
where they are. Other suspects keep drawing what they draw now.
"""

from __future__ import annotations

import math
from typing import Final, Protocol

import numpy as np
from msgspec import Struct

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Mates
from console.domain.frame import NAN, Floats
from console.domain.safety import Prediction

LONGEST_SESSION_S: Final = 3600.0
"""A length estimated from a nearly idle pool is bounded by this."""
_HALF: Final = 0.5


class Outlook(Struct, frozen=True, eq=False):
    """Sessions per survivor at the horizon, and bytes where memory is told; columns as `Mates`, NaN: no survivor or unknown."""

    without: Floats
    with_it: Floats
    memory: Floats


class Forecast(Protocol):
    """Looks ahead: pure, and quick enough to be asked for each button of a screen."""

    def outlook(self, mates: Mates, horizon_s: float) -> Outlook | None:
        """The survivors without and with the detach of the target; None where nothing can be told."""
        ...


class Projection:
    """The transparent one."""

    def outlook(self, mates: Mates, horizon_s: float) -> Outlook | None:
        """None where no survivor is known with its slots and sessions."""
        carry = mates.survivors & ~np.isnan(mates.limit) & ~np.isnan(mates.sessions)
        if not carry.any():
            return None
        without, with_it = np.full(len(mates.ids), NAN), np.full(len(mates.ids), NAN)
        own, moved = _flows(mates)
        length_s = session_s(mates)
        base = mates.sessions[carry]
        if math.isnan(own):
            # No rates are told: all that the target holds comes to the others, sooner or later.
            held = float(np.nan_to_num(mates.sessions[mates.target])) if mates.attached[mates.target] else 0.0
            without[carry], with_it[carry] = base, poured(base, held)
        elif own + moved == 0:
            without[carry], with_it[carry] = base, base  # nobody comes: what is there goes on where it is
        else:
            length_s = horizon_s if math.isnan(length_s) else length_s
            turned = -math.expm1(-horizon_s / length_s) * length_s
            left = base * math.exp(-horizon_s / length_s)
            without[carry] = poured(left, own * turned)
            with_it[carry] = poured(left, (own + moved) * turned)
        return Outlook(without, with_it, memory(mates, with_it))


def predict(mates: Mates, outlook: Outlook, settings: GateSettings) -> Prediction:
    """The outlook in a few numbers."""
    share, before = outlook.with_it / mates.limit, outlook.without / mates.limit
    worst = int(np.nanargmax(share))
    used = outlook.memory / mates.memory_limit
    return Prediction(
        horizon_s=settings.horizon_s,
        peak_share=float(share[worst]),
        peak_server=mates.ids[worst],
        peak_share_without=float(np.nanmax(before)),
        memory_share=float(np.nanmax(used)) if not np.isnan(used).all() else NAN,
        demand_share=demand(mates, outlook.with_it, settings),
    )


def demand(mates: Mates, sessions: Floats, settings: GateSettings) -> float:
    """What the survivors will have to carry, with the reserve, over their slots."""
    known = ~np.isnan(sessions)
    slots = float(mates.limit[known].sum())
    return settings.reserve * float(sessions[known].sum()) / slots if slots > 0 else NAN


def poured(levels: Floats, amount: float) -> Floats:
    """`amount` sessions given one by one to whoever has fewest: the lowest rise to one common level."""
    if amount <= 0:
        return levels.copy()
    ordered = np.sort(levels)
    counts = np.arange(1, len(ordered) + 1)
    # The level when the n lowest share everything; the true one is the first that stays below the next server.
    level = (ordered.cumsum() + amount) / counts
    enough = np.append(level[:-1] <= ordered[1:], True)
    return np.maximum(levels, level[int(np.argmax(enough))])


def _flows(mates: Mates) -> tuple[float, float]:
    """New sessions per second that the survivors get now, and that the target gets. NaN: the balancer does not tell."""
    rates = mates.routed_per_s
    if np.isnan(rates[mates.survivors]).any():
        return NAN, NAN
    target = float(rates[mates.target]) if mates.attached[mates.target] else 0.0
    return float(rates[mates.survivors].sum()), 0.0 if math.isnan(target) else target


def session_s(mates: Mates) -> float:
    """Seconds that one arrival stays: told, or by Little's law (sessions over arrivals) from the survivors. NaN: unknown.

    Where the survivors hold less than half of what the told length would make of their arrivals, most of these never become sessions
    (refused, tried again), or the pool is only filling: then what is there counts, not what is told.
    """
    own, _ = _flows(mates)
    held = float(np.nansum(mates.sessions[mates.survivors]))
    if not own > 0 or not held > 0:
        attached = mates.attached & ~np.isnan(mates.routed_per_s)
        own = float(mates.routed_per_s[attached].sum())
        held = float(np.nansum(mates.sessions[attached]))
    by_little = held / own if own > 0 and held > 0 else NAN
    told = mates.session_s
    if told > 0 and not by_little < _HALF * told:
        return min(told, LONGEST_SESSION_S)
    return min(by_little, LONGEST_SESSION_S) if by_little > 0 else NAN


def memory(mates: Mates, sessions: Floats) -> Floats:
    """Bytes: what is used now, and for each session more what one session costs in this pool."""
    each = session_bytes(mates)
    if math.isnan(each):
        return np.full(len(mates.ids), NAN)
    with np.errstate(invalid="ignore"):
        return mates.memory + np.maximum(0.0, sessions - mates.sessions) * each


def session_bytes(mates: Mates) -> float:
    """What one session more costs: the slope of memory over sessions across the pool, for an idle server holds its models too.

    Never below 0, never above the mean of everything over all sessions; 0 where the servers do not differ. NaN: no memory is told.
    """
    known = mates.attached & ~np.isnan(mates.memory) & ~np.isnan(mates.sessions)
    if not known.any():
        return NAN
    held, used = mates.sessions[known], mates.memory[known]
    away = held - held.mean()
    if not (away**2).sum() > 0 or not held.sum() > 0:
        return 0.0
    slope = float((away * (used - used.mean())).sum() / (away**2).sum())
    return min(max(slope, 0.0), float(used.sum() / held.sum()))
