"""What a detach would do: the balancer's own algorithm run forward from belief and truth as they are, for one server and for sets.

study = Study(scene(frame, estimate, flows, pool, suspects), ("dsrs-007",))
while not study.done: study.step()      # one run each: 10 ms of CPU for 64 servers, 50 ms for 1,000; any thread
study.preview                           # from the second step on; better with each
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from msgspec.structs import replace

from console.decide.drain import drain
from console.decide.outlook import Run, outlook, run
from console.decide.scene import NoForecast, Scene
from console.domain.foresight import Outlook, Preview, Smallest
from console.domain.options import option

_CARRIES: Final = 4.0
"""Times the mean of what came: less than that is no herd on one server."""


@dataclass(frozen=True, slots=True)
class WhatIfSettings:
    """How far a forecast goes into detail."""

    runs: int = option(
        3, low=1, high=15, sentence="Simulated futures of one set; the median is told, their spread is the margin."
    )
    ended_share: float = option(
        0.01, low=0.0, high=0.5, sentence="A set ends the herd if at most this share is refused and nobody fills up."
    )
    most_set: int = option(16, unit="servers", low=1, high=64, sentence="Largest set that is tried.")
    most_tries: int = option(40, unit="sets", low=1, high=1000, sentence="Most sets that are tried for one preview.")


class Study:
    """The work behind one preview, in steps of one simulated run each. Not shared between threads while it steps."""

    def __init__(
        self,
        scene: Scene,
        servers: tuple[str, ...] = (),
        settings: WhatIfSettings | None = None,
        *,
        seed: int = 1,
        after: Study | None = None,
    ) -> None:
        """`servers`: the set that is asked about. `after`: an earlier study of the same scene, whose runs are not made again.

        Raises NoForecast where the set names a stranger, or nobody would be left.
        """
        if strangers := [server for server in servers if server not in scene.ids]:
            raise NoForecast(f"The balancer does not list {strangers[0]} in this pool.")
        if not scene.survivors(servers).any():
            raise NoForecast("That would leave no attached server in the pool.")
        self._scene, self._servers, self._seed = scene, servers, seed
        self._settings = settings or WhatIfSettings()
        shared = after is not None and after._scene is scene and after._seed == seed
        self._runs: dict[frozenset[str], list[Run]] = after._runs if after is not None and shared else {}
        self._smallest: Smallest | None = None
        self._drains = tuple(drain(scene.frame, server, scene.flow, seed=seed) for server in servers)
        self._work = self._steps()
        self.done = False
        """Nothing is left to do."""

    def step(self) -> bool:
        """One run more; False where nothing is left to do."""
        if not self.done:
            self.done = next(self._work, None) is None
        return not self.done

    @property
    def preview(self) -> Preview:
        """As far as it is known."""
        scene = self._scene
        return Preview(
            servers=self._servers,
            pool=scene.pool,
            seq=scene.frame.seq,
            mono_s=scene.frame.mono_s,
            wall_s=scene.frame.wall_s,
            interval_s=scene.frame.interval_s,
            as_is=self._outlook(()),
            with_it=self._outlook(self._servers) if self._servers else None,
            smallest=self._smallest,
            drains=self._drains,
            flow=scene.flow,
            algorithm=scene.balancing.name,
            assumed=scene.assumed,
            done=self.done,
        )

    def _outlook(self, servers: tuple[str, ...]) -> Outlook | None:
        runs = self._whole(servers)
        return outlook(self._scene, servers, runs) if runs else None

    def _whole(self, servers: tuple[str, ...]) -> list[Run]:
        return [one for one in self._runs.get(frozenset(servers), ()) if one.whole]

    def _run(self, servers: tuple[str, ...], most_refused: float = 1.0) -> Run:
        runs = self._runs.setdefault(frozenset(servers), [])
        made = run(self._scene, servers, len(runs), self._seed, most_refused=most_refused)
        runs.append(made)
        return made

    def _again(self, servers: tuple[str, ...]) -> Run:
        """From now to the horizon, whatever was given up before."""
        self._runs.pop(frozenset(servers), None)
        return self._run(servers)

    def _steps(self) -> Iterator[Run]:
        """First a rough answer to what was asked, then the set, then all of it in full."""
        asked = [(), self._servers] if self._servers else [()]
        for servers in asked:
            if not self._whole(servers):
                yield self._again(servers)
        yield from self._search()
        smallest = self._smallest
        assert smallest is not None, "the search says what it found"
        asked += [smallest.servers] if smallest.servers else []
        for _ in range(1, self._settings.runs):
            for servers in asked:
                if len(self._runs[frozenset(servers)]) < self._settings.runs:
                    yield self._run(servers)
                    self._smallest = replace(smallest, outlook=self._outlook(smallest.servers))

    def _search(self) -> Iterator[Run]:
        """All suspects, then as many carriers as it takes; then every one of them that is not needed is taken out again."""
        if self._ends(self._runs[frozenset()][0]):
            self._smallest = Smallest((), None, found=True, minimal=True, tries=0)
            return
        chosen = blamed = self._allowed(self._scene.suspects)
        while not (chosen and (yield from self._tried(chosen))):
            more = self._carrier(chosen)
            if more is None or self._spent:
                if blamed and not self._whole(blamed):
                    yield self._again(blamed)
                self._found(blamed, found=False, minimal=False)
                return
            chosen = self._allowed((*chosen, more))
        self._found(chosen, minimal=len(chosen) == 1)
        # The least suspect first: what is kept should be what accuses itself.
        for server in reversed(chosen):
            fewer = tuple(other for other in chosen if other != server)
            if not fewer:
                break
            if self._spent:
                return
            if (yield from self._tried(fewer)):
                chosen = fewer
                self._found(chosen, minimal=False)
        self._found(chosen, minimal=True)

    def _tried(self, servers: tuple[str, ...]) -> Generator[Run, None, bool]:
        """Whether a set ends the herd; yields its run if there was none yet."""
        if frozenset(servers) not in self._runs:
            yield self._run(servers, self._settings.ended_share)
        return self._ends(self._runs[frozenset(servers)][0])

    def _ends(self, made: Run) -> bool:
        """Hardly anything is refused, and if somebody fills up at all it is by chance and not by a herd."""
        if not made.whole or made.refused_share > self._settings.ended_share:
            return False
        return made.full_s == math.inf or bool(made.routed.max() < _CARRIES * made.routed.mean())

    def _carrier(self, without: tuple[str, ...]) -> str | None:
        """On whom the herd is in the run without these; None: on nobody for long, or nobody more may be taken."""
        scene, made = self._scene, self._runs[frozenset(without)][0]
        survivors = scene.survivors(without)
        if survivors.sum() <= 1 or len(without) >= self._settings.most_set:
            return None
        routed = np.where(survivors, made.routed, -1.0)
        worst = int(routed.argmax())
        return scene.ids[worst] if routed[worst] >= _CARRIES * made.routed[survivors].mean() else None

    def _allowed(self, servers: tuple[str, ...]) -> tuple[str, ...]:
        """No more than may be tried, and never everybody."""
        return servers[: min(self._settings.most_set, int(self._scene.attached.sum()) - 1)]

    def _found(self, servers: tuple[str, ...], *, minimal: bool, found: bool = True) -> None:
        shown = self._outlook(servers) if servers else None
        self._smallest = Smallest(servers, shown, found=found, minimal=minimal, tries=len(self._runs))

    @property
    def _spent(self) -> bool:
        return len(self._runs) >= self._settings.most_tries


def forecast(
    scene: Scene, servers: tuple[str, ...] = (), settings: WhatIfSettings | None = None, *, seed: int = 1
) -> Preview:
    """All steps at once."""
    study = Study(scene, servers, settings, seed=seed)
    while study.step():
        pass
    return study.preview
