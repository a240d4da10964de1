"""The staged way back, where a balancer has no weights: attached so shortly before its next report that it then looks like the others.

Until a server's next report is believed, everything that arrives in its pool comes to it. Attached `lead_s` before that report, it
holds by then what half of the others hold, and is one among them; attached right after a report, it would fill up.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from console.decide.gates.situation import Mates
from console.domain.frame import NAN

SETTLED_STEP: Final = 0.1
"""Two readings of its load that differ by no more than this share of its slots (or one session) are the same."""


def herd_number(mates: Mates | None, report_interval_s: float) -> float:
    """New sessions of the pool in one report interval over the target's free slots; NaN where one of them is not known."""
    if mates is None:
        return NAN
    left, rate = free(mates, 1.0), arrivals(mates)
    if math.isnan(left) or math.isnan(rate):
        return NAN
    came = rate * report_interval_s
    return came / left if left > 0 else (math.inf if came > 0 else 0.0)


def stage_s(mates: Mates | None, peak_share: float) -> float:
    """So long it may draw everything until it has filled to `peak_share`. 0: it is that full already. NaN: cannot be told."""
    if mates is None:
        return NAN
    left, rate = free(mates, peak_share), arrivals(mates)
    return max(0.0, left / rate) if rate > 0 else NAN


def lead_s(mates: Mates | None, peak_share: float) -> float:
    """So long before its next report it is to be attached. NaN: no stage helps, or what it takes is not known.

    None helps where the others hold more than it may come to: it would still look emptiest.
    """
    if mates is None:
        return NAN
    level, rate = level_of_others(mates), arrivals(mates)
    missing = max(0.0, level - float(mates.sessions[mates.target]))
    if not rate > 0 or not missing <= free(mates, peak_share):
        return NAN
    return missing / rate


def level_of_others(mates: Mates) -> float:
    """Sessions that half of the attached others hold or fewer; NaN: of none it is known."""
    others = mates.sessions[mates.attached & mates.others]
    others = others[~np.isnan(others)]
    return float(np.median(others)) if len(others) else NAN


def wait_s(lead: float, since_report_s: float, interval_s: float) -> float:
    """Seconds from now until `lead` before the next report; reports come every `interval_s`. NaN: the last one is not known."""
    if not interval_s > 0 or math.isnan(since_report_s):
        return NAN
    return (interval_s - lead - since_report_s) % interval_s


def settled(before: float, now: float, limit: float, peak_share: float) -> bool | None:
    """Of two readings of its load in a row: True, it has settled; False, not yet or not known; None: it is fuller than it may be."""
    if now > peak_share * limit:
        return None
    return abs(now - before) <= max(1.0, SETTLED_STEP * limit)


def free(mates: Mates, share: float) -> float:
    """Slots of the target up to this share of them."""
    return float(share * mates.limit[mates.target] - mates.sessions[mates.target])


def arrivals(mates: Mates) -> float:
    """New sessions per second of everybody else in the pool; NaN: not told."""
    rates = mates.routed_per_s[mates.attached & mates.others]
    return NAN if not len(rates) or np.isnan(rates).all() else float(np.nansum(rates))
