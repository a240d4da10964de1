"""The long live runs: no false alarm, the incident found and cured in time, and a watcher that stays as small as it was."""

from __future__ import annotations

import itertools
import json
import math
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.accept.measuring import Case, Figures, NotMeasured
from tests.support.live import POOL_8K, POOL_16K, Lab, Line, Watching, act, lab

POLL_S = 1.0
REPORT_S = 0.25
SILENT_WITHIN_S = 3 * REPORT_S + POLL_S + 0.5
GAP_WITHIN_S = 15.0
RECOVERY_WITHIN_S = 5.0
REFUSED_BELOW = 0.01
SLOPE_MB = 1.0
"""Most growth of the resident set in 5 minutes, after the first 5."""

NIGHT_SEED, FULL_SEED, CHURN_SEED = 101, 202, 404
NEW_ID_EVERY = 3
"""Turns of 2 s: ten new ids a minute, which replaces this fleet of 64 twice in a quarter of an hour. Each id keeps its rows for
the hour of history, and there is room for 256 from the start: a faster churn makes the history itself grow, up to its cap."""
INCIDENT_SEEDS = (301, 302, 303)
"""Fixed before the first run."""


def quiet_night(quick: bool) -> Figures:
    """Night rate on a healthy fleet: no alarm of any kind."""
    with lab(seed=NIGHT_SEED) as fleet:
        return _calm(fleet, 60 if quick else 600, None, NIGHT_SEED)


def quiet_day(quick: bool) -> Figures:
    """Full rate on a healthy fleet: no `silent` and no `gap`; other rules are counted and told."""
    with lab(seed=FULL_SEED, night=(12.0, 4.0)) as fleet:
        return _calm(fleet, 60 if quick else 600, ("silent", "gap"), FULL_SEED)


def _calm(fleet: Lab, seconds: int, rules: tuple[str, ...] | None, seed: int) -> Figures:
    with Watching(fleet.url, "--for", str(seconds)) as watch:
        code = watch.result(seconds + 60)
        alarms, frames = watch.alarms(), watch.all("frame")
    wrong = [alarm for alarm in alarms if rules is None or alarm["rule"] in rules]
    return {
        "pass": code == 0 and not wrong and len(frames) >= 0.95 * seconds / POLL_S,
        "seed": seed,
        "limits": {"alarms": 0, "rules": "all" if rules is None else list(rules)},
        "seconds": seconds,
        "frames": len(frames),
        "exit_code": code,
        "alarms": _counted(alarms),
        "wrong": [{name: alarm[name] for name in ("t", "rule", "server", "because")} for alarm in wrong[:20]],
        "refused_share_most": max((frame["refused_share"] or 0.0 for frame in frames), default=None),
    }


def _counted(alarms: list[Line]) -> dict[str, int]:
    return {
        rule: sum(alarm["rule"] == rule for alarm in alarms) for rule in sorted({alarm["rule"] for alarm in alarms})
    }


def incident(quick: bool) -> Figures:
    """Mute of 3, step ramp, detach of each, attach: who is told when, and how soon clients are served again."""
    runs = [_incident(seed) for seed in INCIDENT_SEEDS[: 1 if quick else None]]
    return {
        "pass": all(run["pass"] for run in runs),
        "limits": {
            "silent_within_s": SILENT_WITHIN_S,
            "gap_within_s": GAP_WITHIN_S,
            "refused_below": REFUSED_BELOW,
            "recovery_within_s": RECOVERY_WITHIN_S,
        },
        "runs": runs,
    }


def _incident(seed: int) -> Figures:
    with lab(seed=seed) as fleet, Watching(fleet.url) as watch, tempfile.TemporaryDirectory() as state:
        watch.frames(20, 60)
        muted = fleet.mute_idle(3)
        watch.wait(lambda: len(watch.servers("silent")) >= 3, 60, "three silent servers")
        watch.frames(5, 60)
        ramped = fleet.load(12.0)
        fleet.load(4.0, POOL_16K)
        watch.wait(lambda: len(watch.servers("gap")) >= 3, 60, "three gaps")
        suffering = fleet.refused_share()
        watch.frames(10, 60)
        before = suffering()
        with _Sampler(fleet) as sampler:
            detached = [act("detach", server, fleet.url, Path(state)) for server in muted]
            watch.frames(20, 60)
        named = {rule: watch.servers(rule) for rule in ("silent", "gap")}
        fleet.fault("mute", list(muted), on=False)
        watch.frames(2, 60)
        attached = [act("attach", server, fleet.url, Path(state)) for server in muted]
        silent_s = _first(watch, "silent", muted)
        gap_s = _first(watch, "gap", dict.fromkeys(muted, ramped))
        code = watch.end()
    after_s = sampler.recovered_s() - detached[-1].at("accepted")
    exact = all(servers == set(muted) for servers in named.values())
    told = [done.code == 0 and "effective" in done.steps for done in (*detached, *attached)]
    return {
        "pass": exact
        and max(silent_s.values()) <= SILENT_WITHIN_S
        and max(gap_s.values()) <= GAP_WITHIN_S
        and after_s <= RECOVERY_WITHIN_S
        and all(told)
        and code == 0,
        "seed": seed,
        "muted": sorted(muted),
        "silent": sorted(named["silent"]),
        "gap": sorted(named["gap"]),
        "silent_after_s": silent_s,
        "gap_after_ramp_s": gap_s,
        "refused_share_8k_before": round(before, 4),
        "recovered_after_third_detach_s": round(after_s, 2),
        "steps_of_detach": [done.steps for done in detached],
        "steps_of_attach": [done.steps for done in attached],
        "exit_code": code,
    }


def _first(watch: Watching, rule: str, since: dict[str, float]) -> dict[str, float]:
    """Seconds from `since` to the arrival of each server's first alarm line; inf: none came."""
    first: dict[str, float] = dict.fromkeys(since, math.inf)
    for alarm in watch.alarms(rule):
        server = alarm["server"]
        if math.isinf(first.get(server, 0.0)):
            first[server] = round(alarm["arrived"] - since[server], 3)
    return first


class _Sampler:
    """Reads the 8k pool's counters every quarter second: (wall clock, refused, started)."""

    def __init__(self, fleet: Lab) -> None:
        self._fleet = fleet
        self._samples: list[tuple[float, int, int]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def recovered_s(self) -> float:
        """The first moment from which the refused share of everything that follows is below the limit; inf: never."""
        _, refused_end, started_end = self._samples[-1]
        for at, refused, started in self._samples[:-1]:
            asked = max(started_end - started, refused_end - refused)
            if asked and (refused_end - refused) / asked < REFUSED_BELOW:
                return at
        return math.inf

    def __enter__(self) -> _Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.25):
            totals = self._fleet.fleet()["pools"][POOL_8K]["sessions_total"]
            self._samples.append((time.time(), totals["refused"], totals["started"]))


def churn(quick: bool) -> Figures:
    """Servers die, come back as new incarnations, and join under new ids; the watcher neither grows nor leaves anything behind."""
    try:
        import psutil
    except ImportError:
        raise NotMeasured("psutil is not installed") from None
    seconds, settled_s = (120, 30) if quick else (900, 300)
    most_mb = 10 * SLOPE_MB if quick else SLOPE_MB  # a short run is still warming up
    dice = random.Random(CHURN_SEED)
    probe = (sys.executable, "-m", "tests.accept.probe")
    sizes: list[tuple[float, float]] = []
    changes: dict[str, int] = {"killed": 0, "restarted": 0, "joined": 0}
    with (
        lab(seed=CHURN_SEED, night=(12.0, 4.0), leave_after_s=10.0) as fleet,
        tempfile.TemporaryDirectory() as folder,
        Watching(fleet.url, command=probe, environ={"DSR_PROBE_FILE": f"{folder}/left.json"}) as watch,
    ):
        process = psutil.Process(watch.process.pid)
        watch.frames(3, 60)
        began = time.monotonic()
        for turn in itertools.count():
            at = time.monotonic() - began
            sizes.append((at, process.memory_info().rss / 1e6))
            if at >= seconds:
                break
            _churn_once(fleet, dice, changes, turn)
            watch.frames(2, 60)
        threads = process.num_threads()
        code = watch.end()
        left: Figures = json.loads(Path(folder, "left.json").read_text())
        frames, remarks = watch.all("frame"), list(watch.broken)
    slope = _slope([(at, size) for at, size in sizes if at >= settled_s]) * 300.0
    return {
        "pass": slope <= most_mb and code == 0 and not any(left.values()) and not remarks,
        "seed": CHURN_SEED,
        "limits": {"slope_mb_in_5_min": most_mb, "after_s": settled_s, "left_behind": 0, "exit_code": 0},
        "seconds": seconds,
        "changes": changes,
        "frames": len(frames),
        "servers": [min(frame["servers"] for frame in frames), max(frame["servers"] for frame in frames)],
        "rss_mb": {
            "start": round(sizes[0][1], 1),
            "end": round(sizes[-1][1], 1),
            "most": round(max(s for _, s in sizes), 1),
        },
        "slope_mb_in_5_min": round(slope, 3),
        "threads_while_running": threads,
        "left_at_exit": left,
        "exit_code": code,
        "remarks": remarks[:10],
    }


def _churn_once(fleet: Lab, dice: random.Random, changes: dict[str, int], turn: int) -> None:
    """Every turn one comes back as a new incarnation; every third, one dies for good and a new id joins."""
    alive = [server["id"] for server in fleet.state()["servers"] if server["alive"]]
    again, dying = dice.sample(alive, 2)
    fleet.fault("kill", [again])
    fleet.fault("kill", [again], on=False)
    changes["restarted"] += 1
    if turn % NEW_ID_EVERY == 0:
        fleet.fault("kill", [dying])
        fleet.fault("join", pool=dice.choice((POOL_8K, POOL_16K)), count=1)
        changes["killed"] += 1
        changes["joined"] += 1


def _slope(points: list[tuple[float, float]]) -> float:
    """Least squares, per second."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    across = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / across if across else 0.0


CASES: tuple[Case, ...] = (
    Case("quiet_night", "10 minutes at night rate: no alarm", quiet_night, 610),
    Case("quiet_day", "10 minutes at full rate: no `silent`, no `gap`", quiet_day, 610),
    Case("incident", "3 muted: told in time, exactly them; detached: clients are served within 5 s", incident, 330),
    Case("churn", "15 minutes with churn: memory flat, nothing left at exit", churn, 920),
)
