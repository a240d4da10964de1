"""The incident of the note, live: every behaviour from its own cause; who acts, and what it saves; and the simulation held against it."""

from __future__ import annotations

import math
import statistics
from functools import lru_cache

from console.domain.texts import ERROR_TEXTS
from console.lab.drill import live, virtual
from console.lab.drill.actors import actor
from console.lab.drill.expect import Verdict, findings
from console.lab.drill.samples import Run, Tally
from console.lab.drill.scoreboard import Board, score
from console.lab.story import builtin
from tests.accept.measuring import Case, Figures
from tests.support.live import POOL_8K, POOL_16K

SPEED = 120.0
SEED = 1
SEEDS = (1, 2, 3, 4, 5)
ERRORS_BETWEEN = (0.30, 0.65)
SAVED = 20
"""With the console at most 1/20 of the sessions are lost."""
APART, SIGMAS = 0.20, 3.0
"""Sim and live agree within 20 %, or 3 sqrt(n), whichever is more."""


@lru_cache
def _live(name: str, who: str, seed: int = SEED) -> tuple[Run, Board]:
    """A live drill; cases share what was played before."""
    scenario = builtin(name)
    made = live.run(scenario, actor(who), seed, SPEED if scenario.speed > 1 else None)
    return made, score(made)


def _pool(board: Board, pool: str, phase: str | None = None) -> Tally:
    parts = board.parts if phase is None else board.phases[phase]
    return sum((tally for (name, _), tally in parts.items() if name == pool), Tally())


def _incident(name: str, muted: int, fleet: int) -> Figures:
    """The whole day with nobody acting."""
    made, board = _live(name, "none")
    peak_8k, peak_16k = _pool(board, POOL_8K, "first-peak"), _pool(board, POOL_16K)
    share = peak_8k.refused / peak_8k.asked
    load = board.overloaded
    assert load is not None, "no phase was long enough to be judged"
    texts = {text: board.total.errors.get(text, 0) for text in ERROR_TEXTS}
    second = next(span for span in made.spans if span.name == "second-peak")
    verdicts = {
        "all_three_texts": all(texts.values()),
        "overloaded": (load.k, load.n, load.percent) == (muted, fleet, 4.7),
        "errors_in_the_peak": ERRORS_BETWEEN[0] <= share <= ERRORS_BETWEEN[1],
        "16k_clean": peak_16k.lost == 0,
        "partial_results": board.total.partial > 0,
        "recovers_by_itself": bool(board.windows) and board.windows[-1].end_s is not None,
        "second_peak": any(second.begin_s - 2 <= window.start_s < second.end_s for window in board.windows),
        "found": all(each.verdict is Verdict.MET for each in findings(builtin(name), made)),
        "through_the_front_door": all(
            sum(tally.asked for (_, way), tally in board.parts.items() if way == each) > 0
            for each in ("websocket", "http")
        ),
    }
    return {
        "pass": all(verdicts.values()),
        "verdicts": verdicts,
        "seed": SEED,
        "speed": SPEED,
        "limits": {"errors_between": ERRORS_BETWEEN, "overloaded_percent": 4.7, "lost_16k": 0},
        "errors_in_the_peak": round(share, 3),
        "texts": texts,
        "overloaded": [load.k, load.n, load.percent, load.pool_percent],
        "worst_share": None if board.worst is None else round(board.worst.share, 3),
        "sessions": _counts(board.total),
        "by_part": {f"{pool} {way}": _counts(tally) for (pool, way), tally in board.parts.items()},
        "windows": [[round(w.start_s, 1), w.end_s and round(w.end_s, 1), round(w.peak, 2)] for w in board.windows],
        "first_alarm_s": board.first_alarm_s,
        "sla_percent": board.sla_percent,
        "success_percent": round(board.success_percent, 2),
        "notes": list(made.notes),
        "found": [[each.expect.rule, each.verdict.value, each.words] for each in findings(builtin(name), made)],
    }


def incident_43(quick: bool) -> Figures:
    """43 servers, 2 muted."""
    return _incident("incident-2025-01-21", 2, 43)


def incident_64(quick: bool) -> Figures:
    """64 servers, 3 muted."""
    return _incident("incident-64", 3, 64)


def out_of_memory(quick: bool) -> Figures:
    """Processes with a memory cap: at least one is killed by SIGKILL, cuts its sessions, and is replaced."""
    made, board = _live("oom", "none")
    killed = [event for event in made.events if event.what == "died" and event.words == "memory, signal 9"]
    replaced = {event.words.removeprefix("replaces ") for event in made.events if event.what == "joined"}
    return {
        "pass": bool(killed) and all(event.server in replaced for event in killed) and board.total.cut > 0,
        "limits": {"killed": ">= 1", "replaced": "each", "cut": "> 0"},
        "deaths": [[round(event.at_s, 1), event.server, event.words] for event in made.events if event.what == "died"],
        "replaced": sorted(replaced),
        "sessions": _counts(board.total),
    }


def league(quick: bool) -> Figures:
    """The operator against nobody, live on the same seed, and every actor in virtual time on five."""
    none, console = _live("incident-2025-01-21", "none")[1], _live("incident-2025-01-21", "console")[1]
    counting = [_sim("incident-2025-01-21", "algorithm:count-in-flight", seed).total for seed in SEEDS]
    early = _sim_lost("incident-2025-01-21", "none"), _sim_lost("incident-2025-01-21", "console")
    late = _sim_lost("mute-in-the-peak", "none"), _sim_lost("mute-in-the-peak", "console")
    verdicts = {
        "live_console": console.total.lost < none.total.lost / SAVED,
        "sim_console": early[1] < early[0] / SAVED,
        "sim_count_in_flight": max(tally.lost / tally.asked for tally in counting) < 0.005,
        "late_click_helps": late[1] < late[0],
    }
    return {
        "pass": all(verdicts.values()),
        "verdicts": verdicts,
        "limits": {"console_below": f"none / {SAVED}", "count_in_flight_share_below": 0.005},
        "live": {"none": _counts(none.total), "console": _counts(console.total), "seed": SEED},
        "sim_lost_median": {"none": early[0], "console": early[1]},
        "sim_lost_median_mute_in_the_peak": {"none": late[0], "console": late[1]},
        "sim_lost_count_in_flight": [tally.lost for tally in counting],
        "detached_after_s": [console.first_detach_s, console.last_detach_s],
    }


def sim_and_live(quick: bool) -> Figures:
    """Refused sessions of the demo, five seeds each way."""
    seeds = SEEDS[: 1 if quick else None]
    lived = [_live("demo", "none", seed)[1].total.refused for seed in seeds]
    simulated = [_sim("demo", "none", seed).total.refused for seed in seeds]
    a, b = statistics.median(lived), statistics.median(simulated)
    most = max(APART * max(a, b), SIGMAS * math.sqrt(max(a, b)))
    return {
        "pass": abs(a - b) <= most,
        "limits": {"apart_most": round(most, 1)},
        "live_refused": lived,
        "sim_refused": simulated,
        "medians": [a, b],
    }


def _sim(name: str, who: str, seed: int) -> Board:
    scenario = builtin(name)
    return score(virtual.run(scenario, actor(who), seed, SPEED if scenario.speed > 1 else None))


def _sim_lost(name: str, who: str) -> float:
    return statistics.median(_sim(name, who, seed).total.lost for seed in SEEDS)


def _counts(tally: Tally) -> dict[str, int]:
    return {
        "asked": tally.asked,
        "completed": tally.completed,
        "refused": tally.refused,
        "cut": tally.cut,
        "partial": tally.partial,
    }


CASES: tuple[Case, ...] = (
    Case(
        "incident_43", "the incident live: 2 of 43 servers silent, all three errors, 4.7 % overloaded", incident_43, 420
    ),
    Case("incident_64", "the incident live: 3 of 64 servers silent", incident_64, 420),
    Case("oom", "a server over its memory cap dies by SIGKILL and is replaced", out_of_memory, 160),
    Case("league", "the console loses under 1/20 of nobody's sessions; count-in-flight about none", league, 440),
    Case("sim_and_live", "sim and live agree on refused sessions", sim_and_live, 480),
)
