"""The gates over fleets of 1 to 200 servers and thousands of random histories: never breached, and every way out they name is one."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from console.decide.gates import GateSettings, Known, Request, Situation, admits, appraise, judge, situate, taken
from console.domain.frame import Frame
from console.domain.safety import Appraisal, Consent, Deed, Gate, Light, Move, Role, Standing, Verdict, WayOut
from console.domain.states import Verb
from tests.support.builders import POOL_8K, Server, make_frame
from tests.support.situations import mates, situation

SETTINGS = GateSettings()
HISTORIES, STEPS = 2_500, 4
"""`make accept` plays 10,000."""


class World:
    """One pool, kept in plain lists: what the gates must never be able to break, counted without them."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.count = dice.choice((1, 2, 3, 4, 5, 9, 10, 11, 20, 31, 64, 200, dice.randint(1, 200)))
        self.now = 10_000.0
        self.attached = [True] * self.count
        self.seen = [True] * self.count
        self.suspect = [False] * self.count
        self.quiet = [False] * self.count
        self.sessions = [dice.choice((0.0, 1.0, 3.0, 6.0, 9.0, 12.0))] * self.count
        self.rate = [dice.choice((0.0, 0.25, 0.5, 0.8))] * self.count
        self.detached_at: list[float] = []
        self.armed, self.role = True, Role.OPERATOR
        if dice.random() < 0.3:
            self.detached_at = sorted(self.now - dice.uniform(1.0, 900.0) for _ in range(dice.randrange(5)))
        for index in range(self.count):
            if dice.random() < 0.15:
                self.attached[index] = False
                self.sessions[index] = 0.0
        if not any(self.attached):
            self.attached[0] = True

    def happens(self) -> None:
        """Something that nobody asked for."""
        dice, index = self.dice, self.dice.randrange(self.count)
        match dice.randrange(8):
            case 0:
                self.now += dice.choice((1.0, 30.0, 200.0, 601.0))
            case 1:
                self.seen[index] = not self.seen[index]
            case 2:
                self.suspect[index] = not self.suspect[index]
                self.quiet[index] = self.suspect[index]
            case 3:
                self.sessions[index], self.rate[index] = dice.choice((0.0, 11.0, 12.0)), dice.choice((0.0, 5.0))
            case 4:
                self.armed = not self.armed
            case 5:
                self.role = dice.choice(list(Role))
            case 6:
                lost = set(dice.sample(range(self.count), dice.randint(0, self.count // 3)))
                self.seen = [place not in lost for place in range(self.count)]
            case _:
                self.rate = [dice.choice((0.0, 0.4, 0.9))] * self.count

    def asked(self, verb: Verb, target: int) -> Situation:
        out = [index for index in range(self.count) if not self.attached[index]]
        pool = mates(
            self.count,
            target=target,
            detached=out,
            unseen=[index for index in range(self.count) if not self.seen[index]],
            suspects=[index for index in range(self.count) if self.suspect[index]],
            quiet=[index for index in range(self.count) if self.quiet[index]],
            sessions=self.sessions,
            rate=self.rate,
        )
        return situation(
            pool,
            verb,
            unseen=self.seen.count(False),
            target_seen=self.seen[target],
            others_seen=self.seen.count(True) / self.count,
            detach_ages_s=tuple(self.now - at for at in reversed(self.detached_at)),
            arming=True,
            armed=self.armed,
            role=self.role,
            report_age_s=50.0 if self.quiet[target] else 0.1,
        )

    def may_be_detached(self, target: int, consent: Consent) -> None:
        """Judged by counting, not by the gates: raises where this detach should never have been let through."""
        others = [index for index in range(self.count) if index != target]
        left = [index for index in others if self.attached[index]]
        out = self.count - len(left)
        assert left, "the last attached server of a pool"
        assert self.armed and self.role >= Role.OPERATOR
        assert out == 1 or 2 * out < self.count, "half of a pool"
        assert any(self.seen[index] for index in left)
        if consent.break_glass is None:
            assert sum(self.seen[index] for index in left) >= 3
            assert out == 1 or out <= 0.33 * self.count
            assert sum(self.now - at < 600.0 for at in self.detached_at) < 3
            unseen = self.seen.count(False)
            assert unseen < 3 or unseen <= 0.15 * self.count
            assert self.pushed(target, 0.95) is None
            if consent.hold_reason is None:
                assert out == 1 or out <= 0.1 * self.count
                assert self.pushed(target, 0.85) is None
        else:
            assert self.role is Role.LEAD

    def pushed(self, target: int, limit: float) -> int | None:
        """Who comes above this share of its 12 slots within 60 s because of the detach; None: nobody does.

        Every session lasts 12 s, or as long as arrivals and sessions of those that stay say where that is less than half of it.
        """
        stay = [
            index
            for index in range(self.count)
            if index != target and self.attached[index] and self.seen[index] and not self.suspect[index]
        ]
        came = sum(self.rate[index] for index in stay)
        more = self.rate[target] if self.attached[target] else 0.0
        held = sum(self.sessions[index] for index in stay)
        if not came or not held:
            everybody = [index for index in range(self.count) if self.attached[index]]
            known = sum(self.rate[index] for index in everybody), sum(self.sessions[index] for index in everybody)
        else:
            known = came, held
        by_little = known[1] / known[0] if known[0] and known[1] else None
        length = 12.0 if by_little is None or by_little >= 6.0 else by_little
        left = [self.sessions[index] * math.exp(-60.0 / length) for index in stay]
        if not came + more:
            return None
        stays = length * (1.0 - math.exp(-60.0 / length))
        before, after = (level_of(left, rate * stays) for rate in (came, came + more))
        for index, rest in zip(stay, left, strict=True):
            if max(rest, after) > limit * 12.0 + 1e-4 and max(rest, after) > max(rest, before) + 1e-4:
                return index
        return None

    def step(self) -> str:
        """One random event; returns what became of a request."""
        for _ in range(self.dice.randrange(3)):
            self.happens()
        target, verb = self.dice.randrange(self.count), self.dice.choice((Verb.DETACH, Verb.DETACH, Verb.ATTACH))
        if self.attached[target] is (verb is Verb.ATTACH):
            return "nothing to do"
        appraisal_gates = judge(asked := self.asked(verb, target), SETTINGS)
        appraisal = Appraisal(verb, asked.server, appraisal_gates)
        reason, broken = self.dice.choice(((None, None), ("why", None), (None, "why")))
        consent = Consent(reason, broken)
        if admits(appraisal, consent, self.role) is not None:
            return f"refused by {appraisal.first.name if appraisal.first else ''}"
        if appraisal.light is not Light.RED:
            consent = structs.replace(consent, break_glass=None, hold_reason=consent.hold_reason or consent.break_glass)
        if appraisal.light is Light.GREEN:
            consent = Consent()
        if verb is Verb.DETACH:
            self.may_be_detached(target, consent)
            self.detached_at.append(self.now)
        self.attached[target] = verb is Verb.ATTACH
        return f"{verb.value} {appraisal.light.value}"


def level_of(left: list[float], amount: float) -> float:
    """To which everybody is filled up where so much is poured in; found by halving."""
    low, high = 0.0, max(left, default=0.0) + amount
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(max(0.0, middle - one) for one in left) < amount else (low, middle)
    return high


def test_no_random_history_breaches_a_gate() -> None:
    met: Counter[str] = Counter()
    for seed in range(HISTORIES):
        world = World(random.Random(seed))
        for _ in range(STEPS):
            met[world.step()] += 1
            assert any(world.attached)
    # the test itself: everything that can happen did
    for light in Light:
        assert met[f"detach {light.value}"] > 10, met
    for name in (
        "last_server",
        "floor",
        "percent",
        "cool_down",
        "capacity",
        "blind",
        "armed",
        "role",
        "reporting",
        "median",
    ):
        assert met[f"refused by {name}"] > 0, (name, met)


def by_hand(world: World, asked: Situation, way: WayOut) -> Situation:
    """The way out, taken in the world instead of in the search."""
    if way.move is Move.REATTACH:
        for server in way.servers:
            index = int(server.removeprefix("s-"))
            world.attached[index], world.suspect[index], world.seen[index] = True, False, True
            world.rate[index] = 0.0
    elif way.move is Move.JOIN:
        size = world.count
        world.count += way.count
        for column, value in (
            (world.attached, True), (world.seen, True), (world.suspect, False), (world.quiet, False),
            (world.sessions, 0.0), (world.rate, 0.0),
        ):  # fmt: skip
            column.extend([value] * way.count)  # type: ignore[arg-type]
        assert len(world.attached) == size + way.count
    elif way.move is Move.WAIT and not any(
        gate.name in ("capacity", "median") for gate in judge(asked, SETTINGS) if not gate.passed
    ):
        world.now += way.seconds
    elif way.move is Move.ARM:
        world.armed = True
    elif way.move is Move.ROLE and way.role is not None:
        world.role = way.role
    else:
        return taken(asked, way)
    assert asked.mates is not None
    again = world.asked(asked.verb, asked.mates.target)
    return structs.replace(again, reported_for_s=asked.reported_for_s, unseen=min(again.unseen, asked.unseen))


def found_again(situation: Situation, name: str) -> Gate:
    return next(gate for gate in judge(situation, SETTINGS) if gate.name == name)


def test_every_way_out_that_is_named_makes_its_gate_pass() -> None:
    ways: Counter[str] = Counter()
    for seed in range(700):
        dice = random.Random(seed)
        world = World(dice)
        world.detached_at = sorted(world.now - dice.uniform(1.0, 900.0) for _ in range(dice.randrange(5)))
        for _ in range(3):
            world.happens()
        target = dice.randrange(world.count)
        verb = Verb.DETACH if world.attached[target] else Verb.ATTACH
        asked = world.asked(verb, target)
        if verb is Verb.ATTACH:
            asked = structs.replace(
                asked, reported_for_s=dice.choice((0.0, 3.0, 60.0)), offences=2, detached_for_s=20.0
            )
        appraisal = appraise(asked, SETTINGS)
        for gate in appraisal.gates:
            assert bool(gate.ways) <= (not gate.passed)
            for way in gate.ways:
                ways[f"{gate.name} {way.move.value}"] += 1
                assert found_again(taken(asked, way), gate.name).passed, (seed, gate, way)
                copied = World(random.Random(seed))
                for column in ("count", "now", "armed", "role"):
                    setattr(copied, column, getattr(world, column))
                for column in ("attached", "seen", "suspect", "quiet", "sessions", "rate", "detached_at"):
                    setattr(copied, column, list(getattr(world, column)))
                if verb is Verb.DETACH:
                    assert found_again(by_hand(copied, asked, way), gate.name).passed, (seed, gate, way)
        if appraisal.ways_out:
            after = asked
            for way in appraisal.ways_out:
                after = taken(after, way)
            assert all(gate.verdict is not Verdict.REFUSE for gate in judge(after, SETTINGS)), (
                seed,
                appraisal.ways_out,
            )
        elif appraisal.light is Light.RED:
            ways["no way at all"] += 1
    for name in (
        "percent reattach",
        "percent join",
        "floor join",
        "last_server join",
        "cool_down wait",
        "capacity join",
        "armed arm",
        "role role",
    ):
        assert ways[name] > 10, (name, ways)


@settings(max_examples=80, deadline=None)
@given(
    states=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200),
    pick=st.integers(0, 199),
    deeds=st.lists(st.floats(0.0, 900.0), max_size=6),
)
def test_on_frames_too_no_pool_loses_its_last_server_and_reattaching_helps(
    states: list[tuple[bool, bool]], pick: int, deeds: list[float]
) -> None:
    fleet = [
        Server(f"s{n:03d}", pool=POOL_8K, attached=on, age=0.1 if reports else 90.0)
        for n, (on, reports) in enumerate(states)
    ]
    target = fleet[pick % len(fleet)]

    def asked(frame: Frame) -> Appraisal:
        past = tuple(Deed(f"k{n}", Verb.DETACH, "x", POOL_8K, 5_000.0 - age) for n, age in enumerate(sorted(deeds)))
        known = Known(5_000.0, 5_000.0, 1.0, standing=Standing(Role.LEAD), deeds=past)
        return appraise(situate(frame, Request(Verb.DETACH, target.id), known, SETTINGS), SETTINGS)

    appraisal = asked(make_frame(fleet))
    left = [server for server in fleet if server.attached and server is not target]
    if target.attached and not left:
        assert appraisal.light is Light.RED and not appraisal.breakable
        assert admits(appraisal, Consent("x", "x"), Role.LEAD) is not None
    out = len(fleet) - len(left)
    if target.attached and appraisal.light is Light.GREEN:
        assert len(left) >= 3 and (out == 1 or out <= 0.1 * len(fleet))
        assert sum(age < 600.0 for age in deeds) < 3
    for gate in appraisal.gates:
        for way in gate.ways:
            if way.move is Move.REATTACH:
                for server in fleet:
                    server.attached = server.attached or server.id in way.servers
                again = next(one for one in asked(make_frame(fleet)).gates if one.name == gate.name)
                assert again.passed
                return


def test_nothing_in_an_appraisal_is_not_a_number() -> None:
    """What goes to the record must be JSON: unknown is None."""
    empty = mates(4, limit=np.nan, sessions=[np.nan] * 4, rate=np.nan)
    for verb in Verb:
        for gate in appraise(situation(empty, verb), SETTINGS).gates:
            for value in (gate.value, gate.limit):
                assert not isinstance(value, float) or np.isfinite(value), gate
