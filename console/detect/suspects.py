"""Which servers are worth detaching, worst first: those that the balancer still feeds although it does not know them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from console.detect import gap, saturation, silent
from console.detect.estimate import Estimate
from console.detect.facts import number
from console.domain.alarms import Alarm, Suspect
from console.domain.frame import Column, Frame, Row
from console.domain.states import Priority

_WEIGHTS: Final = {gap.RULE: 4.0, silent.RULE: 3.0, saturation.RULE: 1.0}
"""A false belief is the fault itself; silence is its cause; fullness alone is no fault. They outweigh all shares below."""
_HERD_AT: Final = 4.0
"""Times its fair share of the new sessions at which a server's herd counts in full."""


def suspects(frame: Frame, estimate: Estimate, alarms: Iterable[Alarm]) -> tuple[Suspect, ...]:
    """Attached servers with an open `gap`, or `silent` while new sessions came (high). Not those of a silence of the whole fleet."""
    by_server: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.server is not None:
            by_server.setdefault(alarm.server, []).append(alarm)
    pools = len(estimate.pools)
    attached, routed = frame.attached, estimate.routed_10s
    came = np.bincount(estimate.pool_of, weights=np.where(attached, routed, 0.0), minlength=pools + 1)
    mates = np.bincount(estimate.pool_of, weights=attached.astype(np.float64), minlength=pools + 1)
    found: list[Suspect] = []
    for server, mine in by_server.items():
        row = frame.rows.get(server)
        if row is not None and attached[row.slot] and any(map(_damning, mine)):
            pool = estimate.pool_of[row.slot]
            share = float(routed[row.slot] / came[pool]) if came[pool] else float("nan")
            found.append(_suspect(frame, estimate, row, mine, share, 1.0 / float(mates[pool])))
    return tuple(sorted(found, key=lambda suspect: (-suspect.score, suspect.server)))


def _damning(alarm: Alarm) -> bool:
    return alarm.rule == gap.RULE or (
        alarm.rule == silent.RULE and alarm.priority is Priority.HIGH and alarm.under is None
    )


def _suspect(frame: Frame, estimate: Estimate, row: Row, alarms: list[Alarm], share: float, fair: float) -> Suspect:
    slot = row.slot
    truth, limit, gap_now = (float(v[slot]) for v in (frame[Column.TRUTH], frame[Column.LIMIT], estimate.gap))
    rules = tuple(sorted({alarm.rule for alarm in alarms}, key=lambda rule: (-_WEIGHTS.get(rule, 0.0), rule)))
    score = sum(_WEIGHTS.get(rule, 0.0) for rule in rules)
    if limit > 0:
        score += _part(gap_now / limit) + 0.5 * _part(truth / limit)
    score += 0.25 * _part(share / fair / _HERD_AT)
    because = {
        "truth": number(truth),
        "limit": number(limit),
        "belief": number(frame[Column.BELIEVED][slot]),
        "gap": number(gap_now),
        "report_age_s": number(estimate.report_age[slot]),
        "silent_limit_s": number(estimate.silent_limit_s),
        "routed_share": number(share),
        "fair_share": number(fair),
    }
    return Suspect(row.id, row.pool, row.incarnation, round(score, 6), rules, because)


def _part(value: float) -> float:
    """`value` between 0 and 1; 0 where it is missing: what is not known accuses nobody."""
    return min(max(value, 0.0), 1.0) if value == value else 0.0  # noqa: PLR0124  NaN is unequal to itself
