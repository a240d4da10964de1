"""Three consoles at one balancer: 1,000 seeds of random wishes, lost answers and restarts, each server's history checked."""

from __future__ import annotations

import logging
import time
from collections import Counter

from tests.accept.measuring import Case, Figures
from tests.accept.resumed import Result, each
from tests.support.rivalry import CALM_S, ROLES, SPEEDS, judged, play

SEEDS, WISHES = 1000, 200


def _one(seed: int) -> Result:
    logging.disable(logging.CRITICAL)  # what is lost on purpose is no news
    began = time.process_time()
    played = judged(play(seed, WISHES))
    return {
        "violations": played.violations,
        "met": dict(played.met),
        "lasted_s": played.balancer.clock.monotonic(),
        "cpu_s": time.process_time() - began,
    }


def consoles(quick: bool) -> Figures:
    """Virtual time: the product's reading, gates, hand and actuator against the lab's DSRM behind a bad network.

    It may be stopped and started again: seeds that are done are kept as long as the code is the same.
    """
    met: Counter[str] = Counter()
    seeds = 20 if quick else SEEDS
    results = each("consoles", _one, range(seeds))
    violations = [{"seed": seed, "what": words} for seed, found in results.items() for words in found["violations"]]
    for found in results.values():
        met.update(found["met"])
    lasted_s = sum(found["lasted_s"] for found in results.values())
    kinds = Counter(
        "linearizability" if "not linearizable" in str(one["what"]) else "budget, losers, open ends"
        for one in violations
    )
    return {
        "pass": not violations and met["loser"] > 0 and met["answer never"] > 0,
        "limits": {"violations": 0},
        "seeds": f"0 to {seeds - 1}",
        "consoles": list(ROLES),
        "wishes_of_each": WISHES,
        "limits_in_time_scaled_by": list(SPEEDS),
        "calm_at_the_end_s": CALM_S,
        "virtual_hours": round(lasted_s / 3600.0, 1),
        "linearizability_violations": kinds["linearizability"],
        "other_violations": kinds["budget, losers, open ends"],
        "violations": violations[:20],
        "met": dict(sorted(met.items())),
        "not_counted": "A detach that a restart wiped out before a console could read of it counts for its own console only: "
        "`wiped out unread` says how often one was left out of another's budget.",
        "cpu_s": round(sum(found["cpu_s"] for found in results.values()), 1),
    }


CASES = (
    Case(
        "consoles",
        "3 consoles, 200 random wishes each, lost answers, restarts, 1,000 seeds: linearizable per server, budget kept, losers told",
        consoles,
        2400,
    ),
)
