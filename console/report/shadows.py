"""What other algorithms would have refused: the shadow balancer around the refusals. Where nothing was refused there is nothing to save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from console.decide.shadow import ShadowBalancer, ShadowView
from console.domain.frame import NAN, Column, Frame
from console.report.evidence import Evidence
from console.report.facts import ShadowFact, ShadowFacts, Window

LEAD_S: Final = 600.0
"""It begins so long before the refusals, from the truth: many sessions' length, so that each fleet is as its algorithm makes it."""

Span = tuple[int, int]
"""First and last place in the recording, in polls."""


def spans_of(walls: Sequence[float], windows: Iterable[tuple[float, float]]) -> tuple[Span, ...]:
    """The polls of these times and of `LEAD_S` before each; merged, in order."""
    table: NDArray[np.float64] = np.array(walls)
    found: list[Span] = []
    for start_s, end_s in sorted(windows):
        first = int(np.searchsorted(table, start_s - LEAD_S))
        last = int(np.searchsorted(table, end_s, side="right")) - 1
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        elif last >= first:
            found.append((first, last))
    return tuple(found)


def where_refused(
    walls: Sequence[float], windows: Sequence[Window], refused: Iterable[NDArray[np.float64]]
) -> tuple[Span, ...]:
    """Around the windows; where there are none, around every single refusal. `refused`: per pool, by poll."""
    if windows:
        return spans_of(walls, [(window.start_wall_s, window.end_wall_s) for window in windows])
    bad: set[int] = set()
    for series in refused:
        bad.update(np.flatnonzero(series > 0).tolist())
    return spans_of(walls, [(walls[place], walls[place]) for place in bad])


class Shadows:
    """Takes the polls in order. Counts go on where the balancer restarted, and from span to span."""

    def __init__(self, spans: Sequence[Span], session_s: float) -> None:
        """`session_s`: assumed length of a session until servers tell theirs."""
        self._spans = list(spans)
        self._session_s = session_s
        self._place = -1
        self._running: ShadowBalancer | None = None
        self._view: ShadowView | None = None
        self._kept: list[ShadowView] = []
        """The newest of each life of the shadows."""

    def take(self, frame: Frame) -> None:
        """One poll of the recording."""
        self._place += 1
        if self._spans and self._place > self._spans[0][1]:
            self._end()
            self._spans.pop(0)
        if not self._spans or self._place < self._spans[0][0]:
            return
        if self._running is None:
            self._running = ShadowBalancer()
        lengths = frame[Column.SESSION_LENGTH_P50]
        told = lengths[~np.isnan(lengths)]
        if len(told):
            self._session_s = float(np.median(told))
        if not self._session_s > 0:
            return
        view = self._running.step(frame, session_s=self._session_s)
        if view is None:
            return
        if self._view is not None and view.since_wall_s != self._view.since_wall_s:
            self._kept.append(self._view)  # the balancer restarted, or nobody looked for a while
        self._view = view

    def facts(self, evidence: Callable[[Span], Evidence], spans: Sequence[Span]) -> ShadowFacts | None:
        """None: nobody could tell. Without spans, nothing was refused and nothing asked."""
        self._end()
        if not spans:
            return ShadowFacts(0.0, 0.0, ShadowFact("", 0.0, 0.0), (), NAN, False, ())
        last = self._kept[-1] if self._kept else None
        if last is None or not sum(view.control.asked for view in self._kept):
            return None
        fleets = [[view.control for view in self._kept], *zip(*(view.shadows for view in self._kept), strict=True)]
        control, *others = [
            ShadowFact(lives[-1].algorithm, sum(one.refused for one in lives), sum(one.moved for one in lives))
            for lives in fleets
        ]
        return ShadowFacts(
            asked=sum(view.control.asked for view in self._kept),
            refused_really=sum(view.control.refused_really for view in self._kept),
            control=control,
            others=tuple(others),
            session_s=last.session_s,
            assumed_algorithm=any(view.assumed_algorithm for view in self._kept),
            evidence=tuple(evidence(span) for span in spans),
        )

    def _end(self) -> None:
        if self._view is not None:
            self._kept.append(self._view)
        self._running = self._view = None
