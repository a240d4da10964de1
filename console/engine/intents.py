"""What an intent is made of, as of the moment in which it is asked for, and how it stands in the journal."""

from __future__ import annotations

import math
import uuid
from typing import Final

import numpy as np

from console.decide import LOOKED_BACK, surety
from console.domain.actions import Intent
from console.domain.command import Command
from console.domain.frame import NAN, Column
from console.domain.history import Mark, Track
from console.domain.review import MOST_REVIEW_S
from console.domain.safety import Appraisal, Light
from console.domain.states import Verb
from console.engine import aftermath
from console.engine.advisor import Moment

_MOST_REASON: Final = 500
"""Characters that the balancer takes."""


def intent_of(
    command: Command, moment: Moment | None, light: Light, wall_s: float, mono_s: float, review_s: float
) -> Intent:
    """What goes out, or would have. `review_s`: until a review, where none was chosen."""
    row = None if moment is None else moment.frame.rows.get(command.server)
    consent = command.consent
    typed, given = (consent.break_glass or "").strip(), (consent.hold_reason or "").strip()
    # Where no glass is in the way it is a reason like any other.
    broken = typed if typed and light is Light.RED else None
    asked_s = consent.review_s
    chosen_s = review_s if asked_s is None or not asked_s > 0 else min(asked_s, MOST_REVIEW_S)
    return Intent(
        key=uuid.uuid4().hex,
        verb=command.verb,
        server=command.server,
        incarnation=None if row is None else row.incarnation,
        pool=None if row is None else row.pool,
        operator=command.operator,
        # Whoever reads the balancer's table must see it too.
        reason=(f"BREAK-GLASS ({broken}): {command.reason}" if broken else command.reason)[:_MOST_REASON],
        asked_wall_s=wall_s,
        asked_mono_s=mono_s,
        review_at=round(wall_s + chosen_s, 3) if command.verb is Verb.DETACH else None,
        hold_reason=given or typed or None,
        break_glass=broken,
        plan=command.plan,
        count=consent.count if command.verb is Verb.CUT else None,
        held=_held(command, moment),
    )


def share(command: Command, moment: Moment | None) -> float:
    """Of the sessions that came to its pool lately, the server's; NaN: nothing came, or nobody knows."""
    row = None if moment is None else moment.frame.rows.get(command.server)
    if moment is None or row is None:
        return NAN
    mates = moment.estimate.pool_of == moment.estimate.pool_of[row.slot]
    came = float(moment.estimate.routed_10s[mates].sum())
    return float(moment.estimate.routed_10s[row.slot]) / came if came else NAN


def _held(command: Command, moment: Moment | None) -> int | None:
    """Sessions that a cut would end, by the server's newest word."""
    if command.verb is not Verb.CUT or moment is None:
        return None
    held = moment.frame.at(command.server, Column.LAST_TRUTH)
    return None if np.isnan(held) else int(held)


def sureness(command: Command, moment: Moment | None) -> float:
    """What the absence of sessions proves, by what came to the server and its pool lately; NaN: no history says."""
    row = None if moment is None else moment.frame.rows.get(command.server)
    if moment is None or row is None or moment.history is None or command.verb is not Verb.DETACH:
        return NAN
    history, each = moment.history, moment.frame.interval_s
    # An unknown report interval counts as one poll, and a very long one is not waited for.
    polls = 1 if not moment.estimate.interval_s > each else min(math.ceil(moment.estimate.interval_s / each), 10)
    first = max(history.first, history.last - polls * LOOKED_BACK)
    mates = np.array([other.slot for other in moment.frame.rows if other.pool == row.pool], dtype=np.intp)
    routed = history.track(Track.ROUTED, first, history.last, mates).astype(np.float64)
    own = routed[int(np.flatnonzero(mates == row.slot)[0])]
    there = history.marks(first, history.last, slice(row.slot, row.slot + 1))[0]
    own[(there & (Mark.ABSENT | Mark.DETACHED | Mark.BORN)) != 0] = NAN
    return surety(own, np.nansum(routed, axis=0), polls)


def told(intent: Intent) -> dict[str, object]:
    """As the journal keeps it."""
    cut = {"count": intent.count, "held": intent.held} if intent.verb is Verb.CUT else {}
    return {
        "key": intent.key, "verb": intent.verb.value, "server": intent.server, "incarnation": intent.incarnation,
        "pool": intent.pool, "operator": intent.operator, "reason": intent.reason, "review_at": intent.review_at,
        "hold_reason": intent.hold_reason, "break_glass": intent.break_glass, "plan": intent.plan, **cut,
    }  # fmt: skip


def judged(appraisal: Appraisal) -> dict[str, object]:
    """Every gate with its numbers, and the prediction, as the journal keeps them."""
    gates = [
        {"name": gate.name, "value": gate.value, "limit": gate.limit, "verdict": gate.verdict.name.lower(),
         **({"grounds": str(gate.grounds)} if gate.grounds else {})}
        for gate in appraisal.gates
    ]  # fmt: skip
    prediction = None if appraisal.prediction is None else aftermath.told(appraisal.prediction)
    return {"gates": gates, "prediction": prediction}


def reports(moment: Moment, server: str) -> bool:
    """Whether it was reporting in time when it was asked for."""
    row = moment.frame.rows.get(server)
    age_s = float("nan") if row is None else float(moment.frame[Column.REPORT_AGE][row.slot])
    return bool(not np.isnan(age_s) and age_s <= moment.estimate.silent_limit_s)
