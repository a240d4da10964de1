"""The guard of the way back: a server that comes back empty draws every new session until its load is believed again.

Taking back, within its time, a detach of a server that reported is always allowed: that only undoes a mistake.
"""

from __future__ import annotations

import math

import numpy as np

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Situation
from console.decide.gates.stages import herd_number, lead_s, stage_s
from console.domain.frame import NAN
from console.domain.safety import Gate, Move, Verdict, say

REPORTING, MEMORY, MEDIAN, HERD, PAUSE = "reporting", "memory", "median", "herd", "pause"
MOVES = {
    REPORTING: (Move.WAIT,),
    MEMORY: (),
    MEDIAN: (Move.WAIT,),
    HERD: (Move.STAGE,),
    PAUSE: (Move.WAIT,),
}


def reporting(situation: Situation, settings: GateSettings) -> Gate:
    """Reports in time, and for long enough that it is no flicker."""
    for_s, need_s = situation.reported_for_s, settings.reports_s
    if situation.undoes or not situation.tells_ages:
        return Gate(REPORTING, None, need_s, Verdict.PASS, unit="s")
    age_s, limit_s = situation.report_age_s, situation.silent_limit_s
    if age_s <= limit_s and for_s >= need_s:
        return Gate(REPORTING, round(for_s, 3), need_s, Verdict.PASS, unit="s")
    if age_s <= limit_s:
        said = say(
            "{server} has reported in time for {for_s:.0f} s, {need:g} s are wanted.",
            server=situation.server, for_s=for_s, need=need_s,
        )  # fmt: skip
        return Gate(REPORTING, round(for_s, 3), need_s, Verdict.REFUSE, said, "s", breakable=True)
    if math.isnan(age_s):
        said = say(
            "{server} has never reported (limit {limit:g} s): attached, it would draw the load again; make it report first.",
            server=situation.server, limit=limit_s,
        )  # fmt: skip
    else:
        said = say(
            "{server} last reported {age:.0f} s ago (limit {limit:g} s): attached, it would draw the load again; make it report first.",
            server=situation.server, age=age_s, limit=limit_s,
        )  # fmt: skip
    return Gate(REPORTING, 0.0, need_s, Verdict.REFUSE, said, "s", breakable=True)


def memory(situation: Situation, settings: GateSettings) -> Gate:
    """Below the limit; a server that tells nothing of its memory is not held up by it, and the value stays unknown."""
    mates = situation.mates
    share = NAN if mates is None else float(mates.memory[mates.target] / mates.memory_limit[mates.target])
    value = None if math.isnan(share) else round(share, 4)
    if situation.undoes or not share >= settings.memory_share:
        return Gate(MEMORY, value, settings.memory_share, Verdict.PASS, unit="share")
    said = say(
        "{server} uses {share:.0%} of its memory (limit {limit:.0%}); restart it or let it drain first.",
        server=situation.server, share=share, limit=settings.memory_share,
    )  # fmt: skip
    return Gate(MEMORY, value, settings.memory_share, Verdict.REFUSE, said, "share", breakable=True)


def median(situation: Situation, settings: GateSettings) -> Gate:
    """It has no more sessions than half of its pool: else it would come back as the hot one that it was."""
    mates = situation.mates
    if mates is None or situation.undoes:
        return Gate(MEDIAN, None, None, Verdict.PASS, unit="sessions")
    truth = float(mates.sessions[mates.target])
    others = mates.sessions[mates.attached & mates.others]
    others = others[~np.isnan(others)]
    middle = float(np.median(others)) if len(others) else NAN
    if math.isnan(truth):
        said = say(
            "{server} has never told how many sessions it holds; make its status readable first.",
            server=situation.server,
        )
        return Gate(MEDIAN, None, None, Verdict.REFUSE, said, "sessions", breakable=True)
    if math.isnan(middle) or truth <= middle:
        return Gate(MEDIAN, truth, None if math.isnan(middle) else middle, Verdict.PASS, unit="sessions")
    said = say(
        "{server} still holds {truth:g} sessions, half of its pool holds {median:g} or fewer; let it drain first.",
        server=situation.server, truth=truth, median=middle,
    )  # fmt: skip
    return Gate(MEDIAN, truth, middle, Verdict.REFUSE, said, "sessions", breakable=True)


def herd(situation: Situation, settings: GateSettings) -> Gate:
    """The herd number: above 1, one report interval is enough to fill it before the balancer can know."""
    number = herd_number(situation.mates, situation.report_interval_s)
    value = round(number, 2) if math.isfinite(number) else None
    lead = lead_s(situation.mates, settings.peak_share)
    if situation.undoes or not number > settings.herd or (situation.staged and not math.isnan(lead)):
        return Gate(HERD, value, settings.herd, Verdict.PASS)
    if math.isinf(number):
        said = say(
            "{server} has no free slot: whatever comes to it is refused; let it drain first.", server=situation.server
        )
        return Gate(HERD, None, settings.herd, Verdict.HOLD, said)
    said = say(
        "{number:.1f} times its free slots would come to {server} before its first report (limit {limit:g}), which would fill it "
        "within {stage:.1f} s: attach it in stages, or wait until less arrives.",
        number=number, server=situation.server, limit=settings.herd,
        stage=stage_s(situation.mates, settings.peak_share),
    )  # fmt: skip
    return Gate(HERD, value, settings.herd, Verdict.HOLD, said)


def pause(situation: Situation, settings: GateSettings) -> Gate:
    """The longer out, the more often it had to be taken out; sooner only with a reason."""
    need_s = suggested_pause_s(situation.offences, settings)
    out_s = situation.detached_for_s
    if situation.undoes or out_s >= need_s:
        return Gate(PAUSE, None if math.isinf(out_s) else round(out_s, 1), need_s, Verdict.PASS, unit="s")
    said = say(
        "{server} was detached {count} times within {window:g} s; it should stay out for {wait:.0f} s more.",
        server=situation.server, count=situation.offences, window=settings.offences_s, wait=need_s - out_s,
    )  # fmt: skip
    return Gate(PAUSE, round(out_s, 1), need_s, Verdict.HOLD, said, "s")


def suggested_pause_s(offences: int, settings: GateSettings) -> float:
    """How long a server that was detached so often should stay out before its attach is offered."""
    return min(settings.pause_s * offences, settings.pause_most_s)
