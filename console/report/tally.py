"""The second reading: who was overloaded in which window, who got the sessions, what could be seen, what others would have picked."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.domain.frame import NAN, Column, Floats, Frame
from console.domain.states import Reach
from console.report.evidence import Evidence
from console.report.facts import Facts, Overload, Picture, ShadowFacts, Silence, Window
from console.report.places import grown
from console.report.shadows import Shadows, Span, where_refused
from console.report.survey import Quiet, Survey

HALF: Final = 0.5
"""A server counts as unable to function in a window where it was so in at least half of the window's polls."""
NEAREST: Final = 3
"""So many are named that came nearest to it."""
COLUMNS: Final = 240
"""Of the figures."""
_GONE, _LATE, _OK = map(int, (Reach.UNREACHABLE, Reach.TIMEOUT, Reach.OK))
"""Plain numbers: numpy is slow to compare with a member of an enumeration."""
_STEP_S: Final = 5.0
"""Two polls that stand further apart than so many intervals leave a time that nobody saw."""


class _Count:
    """What is counted within one window."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.polls = 0
        self.over = np.zeros(0)
        self.routed = np.zeros(0)
        self.listed: list[int] = []
        self.sizes: dict[str | None, list[int]] = {}


class Inquiry:
    """Takes the same polls again, after `survey.close()`; then tells the facts."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._windows = survey.windows()
        self._counts = [_Count(window) for window in self._windows]
        self._refusals: Floats = np.zeros(0)
        self._lives: object = None
        self._before: Frame | None = None
        self._down_s = self._judged_s = 0.0
        self._calm: list[float] = []
        self._late = NAN
        self._late_at: tuple[int, float] | None = None
        self._lengths: list[float] = []
        refused = [series[:, 0] for series in survey.pool_series().values()]
        self._spans = where_refused(survey.walls, self._windows, refused)
        self._shadow = Shadows(self._spans, survey.session_s)
        span_s = max(survey.walls[-1] - survey.walls[0], 1.0)
        self._column_s = span_s / COLUMNS
        self._used = np.full((len(survey.places), COLUMNS), NAN)

    def take(self, number: int, frame: Frame) -> None:
        """One poll."""
        slots, places = self._survey.places.of(frame)
        truth, limit = frame[Column.TRUTH][slots], frame[Column.LIMIT][slots]
        listed = frame.listed[slots]
        with np.errstate(invalid="ignore", divide="ignore"):
            full = truth >= limit
            used = truth / limit
        unable = listed & (full | self._refusing(frame, slots, places) | self._mute(frame, slots))
        column = min(int((frame.wall_s - self._survey.walls[0]) / self._column_s), COLUMNS - 1)
        self._used[places, column] = np.fmax(self._used[places, column], used)
        self._time(frame, listed, unable)
        for count in self._counts:
            if count.window.first <= number <= count.window.last:
                self._within(count, frame, slots, places, listed, unable)
        self._latency(number, frame, slots)
        self._shadow.take(frame)
        self._before = frame

    def _refusing(self, frame: Frame, slots: NDArray[np.intp], places: NDArray[np.intp]) -> NDArray[np.bool_]:
        """It refused sessions since the poll before, by its own counter."""
        total = frame[Column.REFUSED_TOTAL][slots]
        self._refusals = grown(self._refusals, len(self._survey.places))
        with np.errstate(invalid="ignore"):
            more = total > self._refusals[places]
        self._refusals[places] = np.where(np.isnan(total), self._refusals[places], total)
        return more

    @staticmethod
    def _mute(frame: Frame, slots: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Nothing there answers: connections are refused, or a time-out runs out, while others answer."""
        reach = frame.reach[slots]
        silent = (reach == _GONE) | (reach == _LATE)
        return silent if (reach == _OK).any() else np.zeros(len(slots), dtype=np.bool_)

    def _time(self, frame: Frame, listed: NDArray[np.bool_], unable: NDArray[np.bool_]) -> None:
        before = self._before
        if before is None:
            return
        passed = frame.wall_s - before.wall_s
        seen = frame.balancer.reach == Reach.OK and 0 < passed <= _STEP_S * frame.interval_s
        if seen and listed.any():
            self._judged_s += passed
            if bool(unable[listed].all()):
                self._down_s += passed

    def _within(
        self,
        count: _Count,
        frame: Frame,
        slots: NDArray[np.intp],
        places: NDArray[np.intp],
        listed: NDArray[np.bool_],
        unable: NDArray[np.bool_],
    ) -> None:
        size = len(self._survey.places)
        count.over, count.routed = grown(count.over, size, 0.0), grown(count.routed, size, 0.0)
        count.polls += 1
        count.over[places] += unable
        count.routed[places] += np.nan_to_num(frame[Column.ROUTED][slots])
        count.listed.append(int(listed.sum()))
        there: list[int] = places[listed].tolist()
        pools = [self._survey.places.pools[place] for place in there]
        for pool in set(pools):
            count.sizes.setdefault(pool, []).append(pools.count(pool))

    def _latency(self, number: int, frame: Frame, slots: NDArray[np.intp]) -> None:
        told = frame[Column.FIRST_RESULT][slots]
        told = told[~np.isnan(told)]
        if not len(told):
            return
        if not self._windows or number < self._windows[0].first:
            self._calm.append(float(np.median(told)))
        elif any(window.first <= number <= window.last for window in self._windows) and not told.max() <= self._late:
            self._late, self._late_at = float(told.max()), (number, frame.wall_s)

    # --- answers

    def facts(self, environment: str, product: str) -> Facts:
        """Everything."""
        survey = self._survey
        late, fleet = self._late_at, survey.outcomes("fleet")
        return Facts(
            environment=environment,
            product=product,
            first_wall_s=survey.walls[0],
            last_wall_s=survey.walls[-1],
            polls=len(survey.walls),
            whole=survey.whole,
            servers=int(np.median(survey.listed)),
            windows=self._windows,
            errors=survey.errors(),
            fleet=fleet[0] if fleet else None,
            pools=survey.outcomes("pool"),
            interfaces=survey.outcomes("interface"),
            silences=tuple(self._silence(quiet) for quiet in survey.silences),
            deaths=survey.morgue.deaths(survey.places),
            overload=self._overload(),
            deeds=survey.deeds(),
            alarms=survey.alarms,
            notes=survey.notes,
            blind=survey.blind,
            down_s=self._down_s,
            judged_s=self._judged_s,
            first_result_s=None if late is None or not self._calm else (float(np.median(self._calm)), self._late),
            first_result_evidence=None
            if late is None
            else Evidence("first_result", late[0], late[0], late[1], late[1]),
            shadow=self._shadows(),
            picture=self._picture(),
        )

    def _overload(self) -> Overload | None:
        """Of the window in which most servers were; None: no window."""
        found: list[Overload] = []
        for count in self._counts:
            over: list[int] = np.flatnonzero(count.over >= HALF * count.polls).tolist() if count.polls else []
            names = self._survey.places
            servers = tuple(sorted(names.ids[place] for place in over))
            by_pool: dict[str | None, int] = {}
            for place in over:
                by_pool[names.pools[place]] = by_pool.get(names.pools[place], 0) + 1
            sizes = {pool: int(np.median(many)) for pool, many in count.sizes.items()}
            pool = max(sorted(sizes, key=str), key=lambda name: by_pool.get(name, 0) / sizes[name], default=None)
            window = count.window
            nearest = () if servers else self._nearest(count)
            named = servers or tuple(server for server, _ in nearest)
            evidence = tuple(self._evidence("truth, limit", window.first, window.last, server) for server in named)
            found.append(
                Overload(window, servers, int(np.median(count.listed)) if count.listed else 0, pool or "",
                         by_pool.get(pool, 0), sizes.get(pool, 0), evidence, nearest)
            )  # fmt: skip
        return max(found, key=lambda one: (len(one.servers), one.window.refused), default=None)

    def _nearest(self, count: _Count) -> tuple[tuple[str, float], ...]:
        ranked: list[int] = np.argsort(-count.over, kind="stable")[:NEAREST].tolist()
        most = [place for place in ranked if count.over[place] > 0]
        return tuple((self._survey.places.ids[place], float(count.over[place]) / count.polls) for place in most)

    def _silence(self, quiet: Quiet) -> Silence:
        survey = self._survey
        server, pool = survey.places.ids[quiet.place], survey.places.pools[quiet.place]
        last = quiet.end[0] if quiet.end is not None else survey.numbers[-1]
        inside = [count for count in self._counts if count.window.first <= last and count.window.last >= quiet.first]
        share, fair, where = NAN, NAN, (quiet.first, last)
        if inside:
            routed = np.sum([grown(count.routed, len(survey.places), 0.0) for count in inside], axis=0)
            peers = np.array([own == pool for own in survey.places.pools])
            total = float(routed[peers].sum())
            sizes = [size for count in inside for size in count.sizes.get(pool, [])]
            share = float(routed[quiet.place]) / total if total else NAN
            fair = 1 / float(np.median(sizes)) if sizes else NAN
            where = max(inside[0].window.first, quiet.first), min(inside[-1].window.last, last)
        elif quiet.routed:
            fair = 1 / max(sum(own == pool for own in survey.places.pools), 1)
        full = quiet.full
        return Silence(
            server=server,
            pool=pool,
            start_wall_s=quiet.start_wall_s,
            end_wall_s=None if quiet.end is None else quiet.end[1],
            belief=quiet.belief,
            truth=quiet.truth,
            limit=quiet.limit,
            routed=quiet.routed,
            share=share,
            fair=fair,
            full_wall_s=None if full is None else full[1],
            detached=quiet.detached,
            evidence=self._evidence("report_age", quiet.first, last, server),
            belief_evidence=self._evidence(
                "believed, truth", quiet.first, quiet.first if quiet.truth_at is None else quiet.truth_at[0], server
            ),
            share_evidence=self._evidence("routed", *where, server),
            full_evidence=None if full is None else self._evidence("truth, limit", full[0], full[0], server),
        )

    def _shadows(self) -> ShadowFacts | None:
        numbers = self._survey.numbers

        def evidence(span: Span) -> Evidence:
            return self._evidence("routed, sessions", numbers[span[0]], numbers[span[1]])

        return self._shadow.facts(evidence, self._spans)

    def _picture(self) -> Picture:
        survey = self._survey
        names = survey.places
        walls = np.array(survey.walls)
        columns = np.minimum(((walls - walls[0]) / self._column_s).astype(np.intp), COLUMNS - 1)
        asked, refused = np.full(COLUMNS, NAN), np.full(COLUMNS, NAN)
        for table in survey.pool_series().values():
            for number, sums in ((0, refused), (1, asked)):
                known = ~np.isnan(table[:, number])
                added = np.bincount(columns[known], table[known, number], COLUMNS)
                told = np.bincount(columns[known], minlength=COLUMNS) > 0
                sums[told] = np.nan_to_num(sums[told]) + added[told]
        order = sorted(range(len(names)), key=lambda place: (str(names.pools[place]), names.ids[place]))
        return Picture(
            survey.walls[0],
            self._column_s,
            tuple(names.ids[place] for place in order),
            tuple(tuple(self._used[place].tolist()) for place in order),
            tuple(asked.tolist()),
            tuple(refused.tolist()),
        )

    def _evidence(self, what: str, first: int, last: int, server: str | None = None) -> Evidence:
        survey = self._survey
        first, last = max(first, survey.numbers[0]), max(min(last, survey.numbers[-1]), survey.numbers[0])
        return Evidence(what, first, last, survey.wall_of(first), survey.wall_of(last), server)
