"""Capacity after: whom the action itself would push over, of slots or of memory. What is full anyway is not held against it."""

from __future__ import annotations

import math

import numpy as np

from console.decide.gates.forecast import Forecast, Outlook, demand, predict
from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Mates, Situation
from console.domain.frame import Bools, Floats
from console.domain.safety import Gate, Move, Prediction, Said, Verdict, say

NAME = "capacity"
MOVES = (Move.WAIT, Move.REATTACH, Move.JOIN)
_MORE = 1e-6
"""Shares that differ by less are the same: rounding pushes nobody over."""


def judged(situation: Situation, settings: GateSettings, forecast: Forecast) -> tuple[Gate, Prediction | None]:
    """The gate, and the prediction that the record keeps."""
    mates = situation.mates
    if mates is None or situation.attached is False:
        return Gate(NAME, None, settings.peak_share, Verdict.PASS, unit="share"), None
    outlook = forecast.outlook(mates, settings.horizon_s)
    if outlook is None:
        said = say("What the other servers of this pool can still take is not known; hold, and say why.")
        return Gate(NAME, None, settings.peak_share, Verdict.HOLD, said, "share"), None
    prediction = predict(mates, outlook, settings)
    share, server, what = _worst_pushed(mates, outlook, settings)
    wanted = prediction.demand_share
    if share <= settings.peak_share and wanted > 1 + _MORE and wanted > _before(mates, outlook, settings) + _MORE:
        said = say(
            "{reserve:g} times what is asked for would take {share:.0%} of this pool's other slots: hold, and say why.",
            reserve=settings.reserve, share=wanted,
        )  # fmt: skip
        return Gate(NAME, round(wanted, 4), 1.0, Verdict.HOLD, said, "share"), prediction
    if share <= settings.peak_share:
        return Gate(NAME, round(share, 4), settings.peak_share, Verdict.PASS, unit="share"), prediction
    said = _said(server, share, what, settings)
    if share <= settings.peak_share_held:
        return Gate(NAME, round(share, 4), settings.peak_share, Verdict.HOLD, said, "share"), prediction
    return Gate(NAME, round(share, 4), settings.peak_share, Verdict.REFUSE, said, "share", breakable=True), prediction


def _worst_pushed(mates: Mates, outlook: Outlook, settings: GateSettings) -> tuple[float, str, str]:
    """Largest share of one that the action pushes above the limit, else the largest share below it; who, and of what."""
    worst = (0.0, "", "slots")
    memory_now = mates.memory / mates.memory_limit
    for after, before, what in (
        (outlook.with_it / mates.limit, outlook.without / mates.limit, "slots"),
        (outlook.memory / mates.memory_limit, memory_now, "memory"),
    ):
        shares, counted = _counted(after, before, settings.peak_share)
        if counted.any():
            index = int(np.nanargmax(np.where(counted, shares, -np.inf)))
            if shares[index] > worst[0]:
                worst = float(shares[index]), mates.ids[index], what
    return worst


def _counted(after: Floats, before: Floats, limit: float) -> tuple[Floats, Bools]:
    """Who counts: below the limit everybody, above it only whom the action itself raises."""
    with np.errstate(invalid="ignore"):
        counted = (after <= limit) | (after > before + _MORE)
    return after, counted & ~np.isnan(after)


def _before(mates: Mates, outlook: Outlook, settings: GateSettings) -> float:
    """The same demand where nothing is done; a target that is no suspect then carries its part on its own slots."""
    target = mates.target
    if mates.suspect[target] or not mates.seen[target] or math.isnan(float(mates.limit[target])):
        return demand(mates, outlook.with_it, settings)  # its slots serve nobody now: they are not lost by the action
    sessions = outlook.without.copy()
    sessions[target] = float(np.nan_to_num(mates.sessions[target]))
    return demand(mates, sessions, settings)


def _said(server: str, share: float, what: str, settings: GateSettings) -> Said:
    if what == "memory":
        return say(
            "{server} would come to {share:.0%} of its memory within {horizon:g} s (limit {limit:.0%}).",
            server=server, share=share, horizon=settings.horizon_s, limit=settings.peak_share,
        )  # fmt: skip
    return say(
        "{server} would peak at {share:.0%} of its slots within {horizon:g} s (limit {limit:.0%}).",
        server=server, share=share, horizon=settings.horizon_s, limit=settings.peak_share,
    )  # fmt: skip
