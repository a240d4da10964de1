"""One seed: a fleet, a balancer with its faults, three consoles; then what must hold of everything that happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from console.decide import GateSettings
from console.decide.gates import scaled
from console.domain.states import Step
from tests.support.linear import Op, order_exists
from tests.support.register import Look, Server, Try, few
from tests.support.rivalnet import REPORT_S, Balancer, Commit, Fleet, Weather
from tests.support.rivals import Rival
from tests.support.virtualtime import VirtualClock, run_virtually

ROLES = ("lead", "operator", "lead")
CALM_S = 60.0
SPEEDS = (1.0, 3.0, 10.0, 10.0)
"""The limits in time are scaled as in a drill: 3 detaches of a pool within 600, 200 or 60 s."""
"""At the end, without faults: everything that was asked for has settled then."""


@dataclass
class Played:
    """What happened in one seed."""

    seed: int
    balancer: Balancer
    rivals: list[Rival]
    gates: GateSettings
    first_life: str
    violations: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)


def play(seed: int, count: int = 200) -> Played:
    """Three consoles with so many wishes each."""

    async def story(clock: VirtualClock) -> Played:
        dice = Random(f"{seed}:world")
        sizes = [dice.randint(4, 16), dice.randint(3, 6), dice.randint(1, 3)]
        pools = {f"{pool}-{n:02d}": pool for pool, size in zip("abc", sizes, strict=True) for n in range(size)}
        weather = Weather()
        balancer = Balancer(clock, dice, Fleet(pools), weather, per_minute=dice.choice((0, 0, 6)))
        gates = scaled(GateSettings(), dice.choice(SPEEDS))
        rivals = [Rival(f"noc-{n + 1}", role, balancer, Random(f"{seed}:{n}"), gates) for n, role in enumerate(ROLES)]
        played = Played(seed, balancer, rivals, gates, balancer.table.incarnation)
        fate = asyncio.get_running_loop().create_task(_fate(balancer, dice, played.met))
        reports = asyncio.get_running_loop().create_task(_reports(balancer))
        async with contextlib.AsyncExitStack() as stack:
            for rival in rivals:
                await stack.enter_async_context(rival.watching())
            await asyncio.gather(*(rival.work(count) for rival in rivals))
            fate.cancel()
            balancer.weather = Weather(0.0, 0.0, 0.0)
            await asyncio.sleep(CALM_S)
            reports.cancel()
        await asyncio.wait({fate, reports})
        for task in (fate, reports):
            if not task.cancelled():
                task.result()
        return played

    return run_virtually(story)


async def _fate(balancer: Balancer, dice: Random, met: Counter[str]) -> None:
    """What nobody asked for, now and then."""
    while True:
        await asyncio.sleep(dice.expovariate(1.0 / 25.0))
        server = dice.choice(list(balancer.fleet.pools))
        kind = dice.choices(("restart", "forget", "stall", "replace", "mute", "flood"), (3, 1, 3, 4, 3, 1))[0]
        met[kind] += 1
        match kind:
            case "restart" | "forget":
                balancer.start_anew(forgets=kind == "forget")
            case "stall":
                balancer.stand_still(dice.uniform(0.5, 9.0))
            case "replace":
                balancer.replace(server)
            case "mute":
                balancer.fleet.muted ^= {server}
            case _:
                balancer.weather.lose_answer = 0.4
                await asyncio.sleep(10.0)
                balancer.weather.lose_answer = 0.05


async def _reports(balancer: Balancer) -> None:
    while True:
        await asyncio.sleep(REPORT_S)
        balancer.report()


# What must hold


def histories(played: Played) -> dict[str, list[Op]]:
    """Per server: every request, what was seen of it, and what the balancer did by itself."""
    found: dict[str, list[Op]] = {}
    for server, happened in played.balancer.happenings.items():
        looks = few(look for rival in played.rivals for look in rival.looks[server])
        tries = [tried for rival in played.rivals for tried in rival.tries[server]]
        found[server] = ops_of(happened, looks, tries)
    return found


def ops_of(happened: list[Any], looks: list[Look], tries: list[Try]) -> list[Op]:
    """As calls."""
    return [one.op() for one in (*happened, *looks, *tries)]


def judged(played: Played) -> Played:
    """Fills in the violations."""
    for server, ops in histories(played).items():
        stuck = order_exists(ops, Server(played.first_life, 0))
        if stuck is not None:
            played.violations.append(f"{server} is not linearizable {stuck}")
    played.violations += budget_breaches(played) + losers_left_alone(played) + left_open(played)
    count(played)
    return played


def budget_breaches(played: Played) -> list[str]:
    """Detaches that DSRM took although the limits forbid them, by DSRM's own order of commits."""
    intents = {body["key"]: body for rival in played.rivals for body in rival.notes.bodies("intent")}
    breaches: list[str] = []
    detaches = [commit for commit in played.balancer.commits if commit.verb == "detach"]
    for place, commit in enumerate(detaches):
        told = intents[commit.key]
        left = len(commit.attached_before - {commit.server})
        out = commit.pool_size - left
        share, first = out / commit.pool_size, out == 1
        gates = played.gates
        glass, reason = told["break_glass"] is not None, told["hold_reason"] is not None
        earlier = [
            one
            for one in detaches[:place]
            if one.pool == commit.pool
            and commit.at_s - one.at_s < gates.detaches_s
            and (one.by == commit.by or could_know(played, one, commit))
        ]
        for broken, what in (
            (left == 0, "the last attached server of its pool"),
            (not first and share >= gates.detached_share_never, "half of a pool"),
            (not glass and not first and share > gates.detached_share_held, "beyond what a reason allows"),
            (not glass and not reason and not first and share > gates.detached_share, "beyond one click"),
            (not glass and left < gates.floor, "below the floor"),
            (not glass and len(earlier) >= gates.detaches, f"the {len(earlier) + 1}th within {gates.detaches_s:g} s"),
        ):
            if broken:
                breaches.append(f"{commit.by} detached {commit.server} ({out} of {commit.pool_size}): {what}")
    return breaches


def could_know(played: Played, earlier: Commit, commit: Commit) -> bool:
    """Whether the console of `commit` could have read of `earlier` before a restart wiped it out of the balancer's memory."""
    ended = next((at for at, life, _ in played.balancer.starts if life == earlier.life), None)
    if ended is None or ended > commit.at_s:
        return True
    rival = next(rival for rival in played.rivals if rival.name == commit.by)
    known = any(
        life == earlier.life and generation >= earlier.generation and at <= commit.at_s
        for at, life, generation in rival.readings
    )
    played.met["wiped out unread" if not known else "known over a restart"] += 1
    return known


def losers_left_alone(played: Played) -> list[str]:
    """Requests that lost against another console's, and are not told whose and when."""
    alone: list[str] = []
    for rival in played.rivals:
        tries = {tried.key: tried for tries in rival.tries.values() for tried in tries}
        latest = {action.intent.key: action for action in rival.hand.actions}
        for asked in rival.asked:
            action = latest.get(asked.action.intent.key, asked.action)
            tried = tries.get(action.intent.key)
            if tried is None or tried.outcome not in ("changed", "done"):
                continue
            won = [one for one in played.balancer.commits[: asked.commits] if one.by != rival.name]
            if tried.outcome == "changed" and action.step is Step.REJECTED:
                assert tried.answered is not None
                won = [one for one in won if one.life == tried.life == tried.answered_life
                       and tried.generation < one.generation <= tried.answered]  # fmt: skip
            elif tried.outcome == "done" and tried.holder not in (None, tried.key):
                won = [one for one in won if one.key == tried.holder][-1:]
            else:
                continue
            if not won:
                continue
            played.met["loser"] += 1
            said = " ".join(rung.sentence for rung in action.rungs)
            if not any(one.by in said for one in won) or "at " not in said:
                alone.append(f"{rival.name} lost against {won[-1].by} ({won[-1].verb} {won[-1].server}): {said!r}")
    return alone


def left_open(played: Played) -> list[str]:
    """Intents without an outcome, and actions that never settled."""
    found: list[str] = []
    for rival in played.rivals:
        closed = {body["key"] for body in rival.notes.bodies("outcome")}
        found += [
            f"{rival.name}: the intent {body['key']} has no outcome"
            for body in rival.notes.bodies("intent")
            if body["key"] not in closed
        ]
        found += [
            f"{rival.name}: {action.intent.verb.value} {action.intent.server} is still {action.step}"
            for action in rival.hand.actions
            if action.step in (Step.REQUESTED, Step.UNKNOWN) and not action.over
        ]
    return found


def count(played: Played) -> None:
    """What was met, so that a run in which nothing happened cannot pass for a good one."""
    met = played.met
    for rival in played.rivals:
        for asked in rival.asked:
            step = asked.action.step
            met[f"{asked.action.intent.verb.value} {'?' if step is None else step.value}"] += 1
        for tries in rival.tries.values():
            for tried in tries:
                met[f"answer {tried.outcome}"] += 1
        met["retry"] += len(rival.notes.bodies("retry"))
        met["break-glass"] += sum(body["break_glass"] is not None for body in rival.notes.bodies("intent"))
    met["commits"] += len(played.balancer.commits)
