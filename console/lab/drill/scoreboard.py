"""The figures of a drill, computed from its samples and events. Pure; every definition stands beside its figure.

Times count in seconds of our clock from the first fault. None: it never happened; never 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct

from console.lab.drill.samples import Event, Part, Run, Sample, Span, Tally

HALF: Final = 0.5
"""A server counts as overloaded in a phase where it was so in at least half of the phase's polls."""
LEAST_POLLS: Final = 5
"""Shorter phases have no verdict."""
LEAST_ROUTED: Final = 50
"""No dispatch share is told of fewer sessions."""
OPENS: Final = 0.05
"""Share of the sessions lost (over `LOOK_S`) from which on clients suffer."""
CLOSES: Final = 0.01
"""Share below which they no longer do."""
LOOK_S: Final = 5.0
CALM_S: Final = 10.0
"""A window ends when it has been calm for so long; two that stand further apart are two."""


class Load(Struct, frozen=True):
    """Overloaded servers of one phase: k of n, of the whole fleet and of the worst pool."""

    phase: str
    k: int
    n: int
    pool: str
    pool_k: int
    pool_n: int

    @property
    def percent(self) -> float:
        """Of the fleet, one decimal."""
        return round(100 * self.k / self.n, 1) if self.n else 0.0

    @property
    def pool_percent(self) -> float:
        """Of the pool, one decimal."""
        return round(100 * self.pool_k / self.pool_n, 1) if self.pool_n else 0.0


class Window(Struct, frozen=True):
    """A time in which clients suffered. `end_s` None: they still did at the end of the run."""

    start_s: float
    end_s: float | None
    peak: float
    """Largest share of the sessions lost in any `LOOK_S`."""


class Share(Struct, frozen=True):
    """The server that got the most of its pool's new sessions in a phase, and the share that would have been fair."""

    phase: str
    server: str
    share: float
    fair: float


class Board(Struct, frozen=True):
    """All figures of one drill."""

    scenario: str
    actor: str
    way: str
    seed: int
    first_fault_s: float | None
    first_alarm_s: float | None
    """First alarm after the first fault, on whomever."""
    first_detach_s: float | None
    """When the balancer had accepted it."""
    last_detach_s: float | None
    recovery_s: float | None
    """End of the last window; None: nobody suffered, or they still did."""
    suffered_s: float
    """All windows together."""
    detached: int
    stray_alarms: int
    """Alarms before the first fault."""
    parts: dict[Part, Tally]
    phases: dict[str, dict[Part, Tally]]
    overloaded: Load | None
    """Of the phase in which most were; None: no phase was long enough."""
    worst: Share | None
    windows: tuple[Window, ...]
    sla_percent: float
    """Availability as the vendor defines it: only time in which ALL servers are unusable is downtime."""
    success_percent: float
    """Sessions that were not lost, of all that were asked for; NaN where none was."""

    @property
    def total(self) -> Tally:
        """Of all pools and interfaces."""
        return sum(self.parts.values(), Tally())


def score(run: Run) -> Board:
    """The scoreboard of a run. Raises ValueError where it has no samples."""
    if not run.samples:
        raise ValueError("a run without samples has no scoreboard")
    fault_s = _first(run.events, "fault")
    found = windows(run.samples)
    ended = found[-1].end_s if found else None
    parts = run.samples[-1].tallies
    total = run.samples[-1].total.since(run.samples[0].total)

    def since(at_s: float | None) -> float | None:
        return None if at_s is None or fault_s is None else max(0.0, at_s - fault_s)

    after_s = fault_s if fault_s is not None else float("inf")
    detaches = [event.at_s for event in run.events if event.what == "detached"]
    return Board(
        scenario=run.scenario,
        actor=run.actor,
        way=run.way,
        seed=run.seed,
        first_fault_s=fault_s,
        first_alarm_s=since(_first(run.events, "alarm", after_s)),
        first_detach_s=since(min(detaches, default=None)),
        last_detach_s=since(max(detaches, default=None)),
        recovery_s=since(ended),
        suffered_s=sum((w.end_s if w.end_s is not None else run.samples[-1].at_s) - w.start_s for w in found),
        detached=len({event.server for event in run.events if event.what == "detached"}),
        stray_alarms=sum(event.what == "alarm" and event.at_s < after_s for event in run.events),
        parts={part: tally.since(run.samples[0].tallies.get(part, Tally())) for part, tally in parts.items()},
        phases={span.name: _between(run.samples, span) for span in run.spans},
        overloaded=max(loads(run), key=lambda load: (load.k, load.pool_percent), default=None),
        worst=max(shares(run), key=lambda share: share.share / share.fair, default=None),
        windows=found,
        sla_percent=_sla(run.samples),
        success_percent=100 * (1 - total.lost / total.asked) if total.asked else float("nan"),
    )


def loads(run: Run) -> Iterator[Load]:
    """Overloaded servers phase by phase; phases of fewer than `LEAST_POLLS` polls are left out."""
    for span in run.spans:
        polls = _polls(run.samples, span)
        if len(polls) < LEAST_POLLS:
            continue
        often: Counter[str] = Counter()
        home: dict[str, str] = {}
        for sample in polls:
            home.update(zip(sample.ids, sample.pools, strict=True))
            often.update(server for server, over in zip(sample.ids, sample.overloaded, strict=True) if over)
        over = Counter(home[server] for server, count in often.items() if count >= HALF * len(polls))
        middle = sorted(polls, key=lambda sample: len(sample.ids))[len(polls) // 2]
        sizes = Counter(middle.pools)
        pool = max(sizes, key=lambda name: over[name] / sizes[name], default="")
        yield Load(span.name, sum(over.values()), len(middle.ids), pool, over[pool], sizes[pool])


def shares(run: Run) -> Iterator[Share]:
    """The most-fed server of each phase and pool; where fewer than `LEAST_ROUTED` sessions were sent, none is told."""
    for span in run.spans:
        polls = _polls(run.samples, span)
        if len(polls) < LEAST_POLLS:
            continue
        before = dict(zip(polls[0].ids, polls[0].routed, strict=True))
        last = polls[-1]
        for pool in sorted(set(last.pools)):
            got = {
                server: float(count - before.get(server, 0.0))
                for server, home, count in zip(last.ids, last.pools, last.routed, strict=True)
                if home == pool and not np.isnan(count - before.get(server, 0.0))
            }
            if (total := sum(got.values())) >= LEAST_ROUTED:
                server = max(got, key=lambda name: got[name])
                yield Share(span.name, server, got[server] / total, 1 / len(got))


def windows(samples: Sequence[Sample]) -> tuple[Window, ...]:
    """When clients suffered, by the share of sessions lost in the `LOOK_S` before each sample."""
    found: list[Window] = []
    start_s, peak, calm_from_s = None, 0.0, None
    totals = [sample.total for sample in samples]
    back = 0
    for place, sample in enumerate(samples):
        while back + 1 < place and samples[back + 1].at_s <= sample.at_s - LOOK_S:
            back += 1
        came = totals[place].since(totals[back])
        share = came.lost / max(came.asked, came.lost, 1)
        if share >= OPENS:
            if start_s is None:
                start_s, peak = samples[max(place - 1, 0)].at_s, 0.0
            peak, calm_from_s = max(peak, share), None
        elif start_s is not None and share < CLOSES:
            calm_from_s = sample.at_s if calm_from_s is None else calm_from_s
            if sample.at_s - calm_from_s >= CALM_S:
                found.append(Window(start_s, calm_from_s, peak))
                start_s, calm_from_s = None, None
        else:
            calm_from_s = None
    if start_s is not None:
        found.append(Window(start_s, calm_from_s, peak))
    return tuple(found)


def _polls(samples: Sequence[Sample], span: Span) -> list[Sample]:
    return [sample for sample in samples if span.begin_s <= sample.at_s < span.end_s]


def _between(samples: Sequence[Sample], span: Span) -> dict[Part, Tally]:
    """What became of sessions within a phase, by pool and interface."""
    inside = _polls(samples, span)
    if not inside:
        return {}
    first, last = inside[0].tallies, inside[-1].tallies
    return {part: tally.since(first.get(part, Tally())) for part, tally in last.items()}


def _sla(samples: Sequence[Sample]) -> float:
    lasted = samples[-1].at_s - samples[0].at_s
    down = sum(
        after.at_s - before.at_s
        for before, after in pairwise(samples)
        if len(after.ids) and bool(after.overloaded.all())
    )
    return 100 * (lasted - down) / lasted if lasted else 100.0


def _first(events: Sequence[Event], what: str, from_s: float = float("-inf")) -> float | None:
    return min((event.at_s for event in events if event.what == what and event.at_s >= from_s), default=None)
