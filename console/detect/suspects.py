"""Which servers are worth detaching, worst first: those that the balancer still feeds although it does not know them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from console.detect import gap, herd, hot, memory, saturation, silent, stuck
from console.detect.estimate import Estimate
from console.detect.facts import number, numbers
from console.domain.alarms import Alarm, Herd, Numbers, Silence, Suspect
from console.domain.frame import NAN, Column, Frame, Row
from console.domain.states import Priority

_WEIGHTS: Final = {
    gap.RULE: 4.0,
    silent.RULE: 3.0,
    stuck.RULE: 2.0,
    herd.RULE: 1.5,
    saturation.RULE: 1.0,
    memory.RULE: 1.0,
    hot.RULE: 0.5,
}
"""A false belief is the fault itself; silence is its cause; fullness alone is no fault. They outweigh all shares below."""
_HERD_AT: Final = 4.0
"""Times its fair share of the new sessions at which a server's herd counts in full."""


def suspects(
    frame: Frame,
    estimate: Estimate,
    alarms: Iterable[Alarm],
    silences: Iterable[Silence] = (),
    herds: Iterable[Herd] = (),
) -> tuple[Suspect, ...]:
    """Attached servers with an open `gap`, `stuck`, or high `silent`: new sessions came. Not those of a silence of the whole fleet."""
    by_server: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.server is not None:
            by_server.setdefault(alarm.server, []).append(alarm)
    attached = frame.attached
    rows: list[tuple[Row, list[Alarm]]] = []
    for server, mine in by_server.items():
        row = frame.rows.get(server)
        if row is not None and attached[row.slot] and any(map(_damning, mine)):
            rows.append((row, mine))
    if not rows:
        return ()
    pools, routed = len(estimate.pools), estimate.routed_10s
    came = np.bincount(estimate.pool_of, weights=np.where(attached, routed, 0.0), minlength=pools + 1)
    mates = np.bincount(estimate.pool_of, weights=attached.astype(np.float64), minlength=pools + 1)
    faults = {silence.server: silence.fault.value for silence in silences}
    left_s = {server: number(herd_.countdown_s) for herd_ in herds for server in herd_.victims[:1]}
    with np.errstate(divide="ignore", invalid="ignore"):
        share = routed / np.where(came > 0, came, np.nan)[estimate.pool_of]
        fair = (1.0 / mates)[estimate.pool_of]
    told = numbers(
        np.array([row.slot for row, _ in rows], dtype=np.intp),
        truth=frame[Column.TRUTH],
        limit=frame[Column.LIMIT],
        belief=frame[Column.BELIEVED],
        gap=estimate.gap,
        report_age_s=estimate.report_age,
        silent_limit_s=round(estimate.silent_limit_s, 4),
        routed_share=share,
        fair_share=fair,
    )
    found = [
        _suspect(row, mine, {**because, "fault": faults.get(row.id), "full_in_s": left_s.get(row.id)})
        for (row, mine), because in zip(rows, told, strict=True)
    ]
    return tuple(sorted(found, key=lambda suspect: (-suspect.score, suspect.server)))


def _damning(alarm: Alarm) -> bool:
    if alarm.rule == stuck.RULE:
        return alarm.under != f"{silent.RULE}:fleet"
    return alarm.rule == gap.RULE or (
        alarm.rule == silent.RULE and alarm.priority is Priority.HIGH and alarm.under is None
    )


def _suspect(row: Row, alarms: list[Alarm], because: Numbers) -> Suspect:
    def told(name: str) -> float:
        value = because[name]
        return float(value) if isinstance(value, float | int) else NAN

    rules = tuple(sorted({alarm.rule for alarm in alarms}, key=lambda rule: (-_WEIGHTS.get(rule, 0.0), rule)))
    score = sum(_WEIGHTS.get(rule, 0.0) for rule in rules)
    if (limit := told("limit")) > 0:
        score += _part(told("gap") / limit) + 0.5 * _part(told("truth") / limit)
    score += 0.25 * _part(told("routed_share") / told("fair_share") / _HERD_AT)
    return Suspect(row.id, row.pool, row.incarnation, round(score, 6), rules, because)


def _part(value: float) -> float:
    """`value` between 0 and 1; 0 where it is missing: what is not known accuses nobody."""
    return min(max(value, 0.0), 1.0) if value == value else 0.0  # noqa: PLR0124  NaN is unequal to itself
