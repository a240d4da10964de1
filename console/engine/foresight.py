"""Looks ahead while the fleet is watched: what the detach of each server in question would do, and what other algorithms would have done.

Every Frame feeds what a forecast starts from. The forecasts themselves are simulated on a thread of their own, one short run
after the other, so that neither a poll nor the window waits for one; what is known comes with the Views. Those that were shown
are held against what came.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from console.decide.flows import FlowKeeper
from console.decide.previews import Previews, PreviewSettings
from console.decide.scene import NoForecast, Scene, scene
from console.decide.sets import as_a_set
from console.decide.shadow import ShadowBalancer
from console.decide.whatif import Study, WhatIfSettings
from console.detect import Estimate
from console.domain.clock import Clock
from console.domain.foresight import Came, Foresight, Known, Preview, Score, ShadowView
from console.domain.frame import Frame
from console.domain.options import option
from console.domain.states import Reach
from console.domain.tasks import spawn
from console.engine.advisor import Moment
from console.engine.scribe import Scribe

_LENGTHS_EVERY: Final = 10
"""Frames for which the shadows go by one length of a session."""


@dataclass(frozen=True, slots=True)
class ForesightSettings:
    """How often and for whom the console looks ahead."""

    suspects: int = option(
        3, unit="servers", low=0, high=16, sentence="Suspects for whom a detach is foretold without being asked."
    )
    rest: float = option(
        4.0, low=0.0, high=100.0, sentence="Pause after a round of forecasts, in times of what the round took."
    )
    kept_s: float = option(
        30.0, unit="s", low=1.0, high=600.0, sentence="A forecast that could not be renewed is shown for so long."
    )
    whatif: WhatIfSettings = field(default_factory=WhatIfSettings)
    previews: PreviewSettings = field(default_factory=PreviewSettings)


class Foreteller:
    """Belongs to one engine: `step` and `look` on its loop. `changed` is called there when more is known between two Frames."""

    def __init__(self, settings: ForesightSettings, clock: Clock, scribe: Scribe, changed: Callable[[], None]) -> None:
        self._settings = settings
        self._clock = clock
        self._scribe = scribe
        self._changed = changed
        self._keeper = FlowKeeper()
        self._previews = Previews(settings.previews)
        self._shadows = ShadowBalancer()
        self._shadow: ShadowView | None = None
        self._session_s = math.nan
        self._known: dict[str, tuple[Preview, Frame]] = {}
        """With the Frame that it was made from."""
        self._why_not: dict[str, str] = {}
        self._watched: tuple[str, ...] = ()
        self._moment: Moment | None = None
        self._ranked: tuple[str, ...] = ()
        self._round: asyncio.Task[None] | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._not_before_s = -math.inf
        self._took_s = math.nan
        self._frames = 0
        self._newest: Foresight | None = None

    @property
    def newest(self) -> Foresight:
        """As far as it is known; the same object until something changes."""
        if self._newest is None:
            self._newest = Foresight(
                previews={server: self._previews.widened(preview) for server, (preview, _) in self._known.items()},
                why_not=dict(self._why_not),
                record=self._previews.record(),
                shadow=self._shadow,
                took_s=self._took_s,
            )
        return self._newest

    def recall(self, records: Iterable[Mapping[str, Any]]) -> None:
        """The record of earlier runs, as the audit kept it."""
        self._previews = Previews(self._settings.previews, filter(None, map(_score_of, records)))
        self._newest = None

    def step(self, moment: Moment, ranked: tuple[str, ...]) -> None:
        """Takes one Frame. `ranked`: the suspects, worst first."""
        frame = moment.frame
        self._moment, self._ranked = moment, ranked
        self._keeper.step(frame)
        for server, (preview, made_from) in self._known.items():
            row = frame.rows.get(server)
            if row is not None and frame.detached[row.slot]:
                self._previews.keep(preview, made_from, acted=True)
        for score in self._previews.step(frame):
            if score.came is Came.DETACHED:
                self._scribe.note("foretold", {**_told(score), "mean_error": _known(self._previews.record().error)})
        self._shade(frame, moment.estimate)
        asked = set(self._asked())
        for server in [server for server in self._known if server not in asked or self._old(server, frame)]:
            del self._known[server]
        self._why_not = {server: why for server, why in self._why_not.items() if server in asked}
        self._newest = None
        self._begin()

    def look(self, servers: frozenset[str]) -> None:
        """Whom the operator looks at: they come first, and at once."""
        self._watched = tuple(sorted(servers))
        if self._unknown():
            if self._round is not None and not self._round.done():
                self._round.cancel()
                self._round = None
            self._begin()

    def planned(self, servers: tuple[str, ...]) -> None:
        """A plan detaches them: what was foretold of the whole set is held against what comes."""
        if self._moment is None or (preview := as_a_set(servers, self.newest)) is None:
            return
        made_from = next(frame for shown, frame in self._known.values() if shown.mono_s == preview.mono_s)
        self._previews.keep(preview, made_from, acted=True, stepwise=True)

    async def close(self) -> None:
        """Ends what is under way; a simulated run that has begun ends by itself, within milliseconds."""
        if self._round is not None:
            self._round.cancel()
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _shade(self, frame: Frame, estimate: Estimate) -> None:
        if self._frames % _LENGTHS_EVERY == 0:
            lengths = [flow.session_s for flow in self._keeper.flows().values() if flow.known is not Known.ASSUMED]
            self._session_s = sum(lengths) / len(lengths) if lengths else math.nan
        self._frames += 1
        if math.isfinite(self._session_s):
            shadow = self._shadows.step(frame, session_s=self._session_s, interval_s=estimate.interval_s)
            self._shadow = self._shadow if shadow is None else shadow

    def _old(self, server: str, frame: Frame) -> bool:
        return frame.mono_s - self._known[server][0].mono_s > self._settings.kept_s

    def _asked(self) -> tuple[str, ...]:
        """Who is in question: attached ones only, those that are looked at first."""
        if self._moment is None:
            return ()
        frame = self._moment.frame
        servers = dict.fromkeys((*self._watched, *self._ranked[: self._settings.suspects]))
        rows = (frame.rows.get(server) for server in servers)
        return tuple(row.id for row in rows if row is not None and frame.attached[row.slot])

    def _unknown(self) -> bool:
        """Somebody is in question of whom nothing was said yet."""
        return any(server not in self._known and server not in self._why_not for server in self._asked())

    def _begin(self) -> None:
        """A round, unless one is under way, or the last one was so lately that the machine has a rest."""
        moment, asked = self._moment, self._asked()
        if moment is None or not asked or (self._round is not None and not self._round.done()):
            return
        if moment.frame.balancer.reach is not Reach.OK:
            return
        if self._clock.monotonic() < self._not_before_s and not self._unknown():
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="dsr-foresight")
        self._round = spawn(self._foretell(self._thread, moment, asked, self._ranked), "foresight")

    async def _foretell(
        self, thread: ThreadPoolExecutor, moment: Moment, asked: tuple[str, ...], ranked: tuple[str, ...]
    ) -> None:
        """First an answer for everybody, then all of it in full."""
        loop, began_s = asyncio.get_running_loop(), self._clock.monotonic()
        frame, scenes = moment.frame, dict[str | None, Scene]()
        flows, ages = self._keeper.flows(), self._keeper.ages(frame)
        studies: dict[str, Study] = {}
        before: dict[str | None, Study] = {}
        for server in asked:
            row = frame.rows.get(server)
            assert row is not None, "only who has a row is asked about"
            try:
                if row.pool not in scenes:
                    scenes[row.pool] = scene(frame, moment.estimate, flows, row.pool, ranked, ages)
                study = Study(scenes[row.pool], (server,), self._settings.whatif, after=before.get(row.pool))
            except NoForecast as error:
                self._tell(server, str(error))
                continue
            studies[server] = before[row.pool] = study
        for server, study in studies.items():
            while await loop.run_in_executor(thread, study.step):
                if (found := study.preview).smallest is not None and found.smallest.minimal:
                    break
            self._show(server, study.preview, frame)
        self._took_s = self._clock.monotonic() - began_s
        for server, study in studies.items():
            while not study.done:
                await loop.run_in_executor(thread, study.step)
            self._show(server, study.preview, frame)
            self._previews.keep(study.preview, frame)
        self._not_before_s = self._clock.monotonic() + self._settings.rest * (self._clock.monotonic() - began_s)

    def _show(self, server: str, preview: Preview, frame: Frame) -> None:
        self._known[server] = preview, frame
        self._why_not.pop(server, None)
        self._newest = None
        self._changed()

    def _tell(self, server: str, why: str) -> None:
        self._why_not[server] = why
        self._known.pop(server, None)
        self._newest = None
        self._changed()


def _told(score: Score) -> dict[str, object]:
    """A score as the audit keeps it; unknown is null."""
    return {
        "servers": list(score.servers),
        "pool": score.pool,
        "foretold_wall_s": round(score.foretold_wall_s, 3),
        "came": score.came.value,
        "peak_foretold": _known(score.peak_foretold),
        "peak_came": _known(score.peak_came),
        "error": _known(score.error),
        "refused_foretold": _known(score.refused_foretold),
        "refused_came": _known(score.refused_came),
        "victim_hit": score.victim_hit,
    }


def _known(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def _score_of(record: Mapping[str, Any]) -> Score | None:
    """One line of the audit; None: another kind, or one that somebody else wrote in another way."""
    if record.get("kind") != "foretold":
        return None
    try:
        body: Mapping[str, Any] = record["body"]
        return Score(
            servers=tuple(map(str, body["servers"])),
            pool=str(body["pool"]),
            foretold_wall_s=float(body["foretold_wall_s"]),
            came=Came(body["came"]),
            peak_foretold=_number(body["peak_foretold"]),
            peak_came=_number(body["peak_came"]),
            refused_foretold=_number(body["refused_foretold"]),
            refused_came=_number(body["refused_came"]),
            victim_hit=None if body["victim_hit"] is None else bool(body["victim_hit"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _number(value: object) -> float:
    return math.nan if value is None else float(str(value))
