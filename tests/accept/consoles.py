"""Three consoles at one balancer: 1,000 seeds of random wishes, lost answers and restarts, each server's history checked."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.accept.measuring import Case, Figures
from tests.support.rivalry import CALM_S, ROLES, SPEEDS, judged, play

SEEDS, WISHES = 1000, 200


def _one(seed: int) -> tuple[int, list[str], Counter[str], float]:
    logging.disable(logging.CRITICAL)  # what is lost on purpose is no news
    played = judged(play(seed, WISHES))
    return seed, played.violations, played.met, played.balancer.clock.monotonic()


def consoles(quick: bool) -> Figures:
    """Virtual time: the product's reading, gates, hand and actuator against the lab's DSRM behind a bad network."""
    met: Counter[str] = Counter()
    violations: list[dict[str, object]] = []
    lasted_s, began = 0.0, time.process_time()
    seeds = 20 if quick else SEEDS
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed, found, counted, seconds in pool.map(_one, range(seeds), chunksize=5):
            violations += [{"seed": seed, "what": words} for words in found]
            met += counted
            lasted_s += seconds
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
        "cpu_s_of_the_parent": round(time.process_time() - began, 1),
    }


CASES = (
    Case(
        "consoles",
        "3 consoles, 200 random wishes each, lost answers, restarts, 1,000 seeds: linearizable per server, budget kept, losers told",
        consoles,
        2400,
    ),
)
