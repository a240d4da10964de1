"""Capacity after: whom the action itself would push over, of slots or of memory. What is full anyway is not held against it.

Judged by the projection, and where a fresh what-if of the same set is at hand by that too: the stricter verdict counts.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec.structs import replace

from console.decide.gates import foretold
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
    plain = forecast.outlook(mates, settings.horizon_s)
    if plain is None:
        said = say("What the other servers of this pool can still take is not known; hold, and say why.")
        return Gate(NAME, None, settings.peak_share, Verdict.HOLD, said, "share"), None
    prediction = predict(mates, plain, settings)
    gate = _pushed(mates, plain, settings, _MORE)
    if gate.passed:
        gate = _asked(mates, plain, prediction, settings) or gate
    told, base = foretold.of_set(situation), situation.base
    if told is not None and base is not None:
        at_first = plain if mates is base else forecast.outlook(base, settings.horizon_s)
        if at_first is not None:
            by_whatif = foretold.outlook(told, mates, plain, at_first, base)
            gate = max(gate, _pushed(mates, by_whatif, settings, told.margin), key=_strictness)
            prediction = replace(prediction, foretold_share=_top(by_whatif.with_it / mates.limit, mates.survivors))
    return replace(gate, grounds=foretold.grounds(situation, told)), prediction


def _strictness(gate: Gate) -> tuple[int, float]:
    return gate.verdict, gate.value if isinstance(gate.value, float) else 0.0


def _asked(mates: Mates, outlook: Outlook, prediction: Prediction, settings: GateSettings) -> Gate | None:
    """Held where the action makes the pool's demand, with the reserve, more than its other slots; None: it does not."""
    wanted = prediction.demand_share
    if not (wanted > 1 + _MORE and wanted > _before(mates, outlook, settings) + _MORE):
        return None
    said = say(
        "{reserve:g} times what is asked for would take {share:.0%} of this pool's other slots: hold, and say why.",
        reserve=settings.reserve, share=wanted,
    )  # fmt: skip
    return Gate(NAME, round(wanted, 4), 1.0, Verdict.HOLD, said, "share")


def _pushed(mates: Mates, outlook: Outlook, settings: GateSettings, same: float) -> Gate:
    """By one outlook. `same`: shares that differ by no more are the same to it."""
    share, server, what = _worst_pushed(mates, outlook, settings, same)
    if share <= settings.peak_share:
        return Gate(NAME, round(share, 4), settings.peak_share, Verdict.PASS, unit="share")
    said = _said(server, share, what, settings)
    if share <= settings.peak_share_held:
        return Gate(NAME, round(share, 4), settings.peak_share, Verdict.HOLD, said, "share")
    return Gate(NAME, round(share, 4), settings.peak_share, Verdict.REFUSE, said, "share", breakable=True)


def _top(shares: Floats, among: Bools) -> float:
    known = shares[among & ~np.isnan(shares)]
    return float(known.max()) if len(known) else math.nan


def _worst_pushed(mates: Mates, outlook: Outlook, settings: GateSettings, same: float) -> tuple[float, str, str]:
    """Largest share of one that the action pushes above the limit, else the largest share below it; who, and of what."""
    worst = (0.0, "", "slots")
    memory_now = mates.memory / mates.memory_limit
    for after, before, what in (
        (outlook.with_it / mates.limit, outlook.without / mates.limit, "slots"),
        (outlook.memory / mates.memory_limit, memory_now, "memory"),
    ):
        shares, counted = _counted(after, before, settings.peak_share, same)
        if counted.any():
            index = int(np.nanargmax(np.where(counted, shares, -np.inf)))
            if shares[index] > worst[0]:
                worst = float(shares[index]), mates.ids[index], what
    return worst


def _counted(after: Floats, before: Floats, limit: float, same: float) -> tuple[Floats, Bools]:
    """Who counts: below the limit everybody, above it only whom the action itself raises."""
    with np.errstate(invalid="ignore"):
        counted = (after <= limit) | (after > before + same)
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
