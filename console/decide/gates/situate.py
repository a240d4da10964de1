"""A Frame and what the console knows besides it, boiled down to the Situation of one request."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from console.decide.gates.settings import GateSettings
from console.decide.gates.situation import Foretold, Mates, Situation
from console.domain.frame import NAN, Bools, Column, Floats, Frame, Row, RowTable
from console.domain.safety import Deed, Standing
from console.domain.states import Attachment, Reach, Verb


class Request(Struct, frozen=True):
    """What is asked for. `incarnation`: of the server as the operator saw it; None: they saw none."""

    verb: Verb
    server: str
    incarnation: str | None = None
    staged: bool = False
    """An attach that is timed to the server's reports."""


class Known(Struct, frozen=True, eq=False):
    """What is known besides the Frame. `now_s`: our monotonic clock."""

    now_s: float
    received_s: float
    """Our monotonic clock when the Frame came: what is old in a recording stays as old as it was then."""
    silent_limit_s: float
    report_interval_s: float = NAN
    """From report to report of the target; R where its own is not known."""
    routed_per_s: Floats | None = None
    """New sessions per second, per slot; None: not told."""
    suspects: frozenset[str] = frozenset()
    in_flight: tuple[str, str] | None = None
    """Verb and server."""
    deeds: tuple[Deed, ...] = ()
    """Detaches and attaches that the balancer took, newest first."""
    reporting_since_s: Floats | None = None
    """Per slot: since when, on our monotonic clock, its reports have come in time without a break; NaN: they do not."""
    not_before_s: float = 0.0
    """The balancer takes nothing before this time of our monotonic clock."""
    standing: Standing = field(default_factory=Standing)
    cuts: bool | None = None
    """Whether the balancer can cut sessions; None: not known."""
    foretold: tuple[Foretold, ...] = ()
    """What-ifs, of whatever age and sets."""
    held_most: float = NAN
    """Most sessions of the target within the last minute; NaN: not looked for."""


def situate(frame: Frame, request: Request, known: Known, settings: GateSettings) -> Situation:
    """The situation; `mates` is None where the balancer does not list the server."""
    row = frame.rows.get(request.server)
    if row is None or not frame.listed[row.slot]:
        return Situation(request.verb, request.server, None)
    slot, listed = row.slot, frame.listed
    others = listed.copy()
    others[slot] = False
    ages = frame[Column.REPORT_AGE]
    tells_ages = bool(np.any(~np.isnan(ages[listed])))
    misses = float(frame[Column.MISSES][slot])
    since_s = NAN if known.reporting_since_s is None else float(known.reporting_since_s[slot])
    mates = _mates(frame, row, known, settings, tells_ages=tells_ages)
    return Situation(
        verb=request.verb,
        server=row.id,
        mates=mates,
        pool=row.pool,
        attached={Attachment.ATTACHED: True, Attachment.DETACHED: False}.get(Attachment(int(frame.attachment[slot]))),
        view_age_s=frame.balancer.age_s + max(0.0, known.now_s - known.received_s),
        interval_s=frame.interval_s,
        report_interval_s=known.report_interval_s,
        listed=int(listed.sum()),
        unseen=int((listed & (frame.reach != Reach.OK)).sum()),
        target_seen=bool(frame.reach[slot] == Reach.OK),
        target_misses=0 if math.isnan(misses) else int(misses),
        others_seen=float((frame.reach[others] == Reach.OK).mean()) if others.any() else 0.0,
        in_flight=known.in_flight,
        asked_to_wait_s=max(0.0, known.not_before_s - known.now_s),
        detach_ages_s=_detach_ages(row, known),
        changes_known=frame.balancer.changes_known is not False,
        version=frame.balancer.etag,
        seen_incarnation=request.incarnation,
        incarnation=row.incarnation,
        staged=request.staged,
        arming=known.standing.arming,
        armed=known.standing.armed,
        role=known.standing.role,
        report_age_s=float(ages[slot]),
        silent_limit_s=known.silent_limit_s,
        tells_ages=tells_ages,
        reported_for_s=0.0 if math.isnan(since_s) else max(0.0, known.now_s - since_s),
        undoes=request.verb is Verb.ATTACH and _undoes(row, known, settings),
        offences=_offences(row, known, settings),
        detached_for_s=next((known.now_s - deed.mono_s for deed in _detaches(row, known)), math.inf),
        cuts=known.cuts,
        foretold=_fresh(frame, known, settings),
        base=mates,
        held=_held(float(frame[Column.LAST_TRUTH][slot]), known.held_most),
    )


def _fresh(frame: Frame, known: Known, settings: GateSettings) -> tuple[Foretold, ...]:
    """Those that are not too old, with their ages."""
    now_s = frame.mono_s + max(0.0, known.now_s - known.received_s)
    aged = (replace(one, age_s=max(0.0, now_s - one.mono_s)) for one in known.foretold)
    return tuple(one for one in aged if one.age_s <= settings.foretold_s)


def _held(now: float, most: float) -> tuple[int, int] | None:
    return None if math.isnan(now) else (int(now), int(np.fmax(now, most)))


def seen_lately(frame: Frame, settings: GateSettings) -> Bools:
    """Per slot: its own status was read within the polls that count as a hiccup."""
    with np.errstate(invalid="ignore"):
        hiccup = (frame[Column.MISSES] < settings.lost_polls) & ~np.isnan(frame[Column.LAST_TRUTH])
    return (frame.reach == Reach.OK) | hiccup


def _mates(frame: Frame, row: Row, known: Known, settings: GateSettings, *, tells_ages: bool) -> Mates:
    ids, slots = _members(frame.rows, row.pool)
    if not frame.listed[slots].all():
        ids = tuple(name for name, slot in zip(ids, slots, strict=True) if frame.listed[slot])
        slots = slots[frame.listed[slots]]
    suspects = [found.slot for name in known.suspects if (found := frame.rows.get(name)) is not None]
    with np.errstate(invalid="ignore"):
        reporting = (frame[Column.REPORT_AGE][slots] <= known.silent_limit_s) | (not tells_ages)
    rates = known.routed_per_s
    lengths = frame[Column.SESSION_LENGTH_P50][slots]
    lengths = lengths[~np.isnan(lengths)]
    return Mates(
        ids=ids,
        target=int(np.flatnonzero(slots == row.slot)[0]),
        attached=frame.attached[slots],
        seen=seen_lately(frame, settings)[slots],
        suspect=np.isin(slots, suspects),
        reporting=reporting,
        sessions=frame[Column.LAST_TRUTH][slots],
        limit=frame[Column.LIMIT][slots],
        memory=frame[Column.MEMORY_USED][slots],
        memory_limit=frame[Column.MEMORY_LIMIT][slots],
        routed_per_s=np.full(len(slots), np.nan) if rates is None else rates[slots],
        session_s=float(np.median(lengths)) if len(lengths) else NAN,
    )


@lru_cache(maxsize=16)
def _members(rows: RowTable, pool: str | None) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Ids and slots of a pool. A table is shared by all Frames until somebody joins or leaves, and several buttons ask of each."""
    mates = [row for row in rows if row.pool == pool]
    return tuple(row.id for row in mates), np.array([row.slot for row in mates], dtype=np.intp)


def _detaches(row: Row, known: Known) -> list[Deed]:
    """Of this server, newest first."""
    return [deed for deed in known.deeds if deed.server == row.id and deed.verb is Verb.DETACH]


def _detach_ages(row: Row, known: Known) -> tuple[float, ...]:
    """Of this pool, newest first; the steps of one plan count once, at its newest."""
    plans: set[str] = set()
    ages: list[float] = []
    for deed in known.deeds:
        if deed.verb is Verb.DETACH and deed.pool == row.pool and (deed.plan is None or deed.plan not in plans):
            ages.append(known.now_s - deed.mono_s)
            if deed.plan is not None:
                plans.add(deed.plan)
    return tuple(ages)


def _offences(row: Row, known: Known, settings: GateSettings) -> int:
    return sum(known.now_s - deed.mono_s < settings.offences_s for deed in _detaches(row, known))


def _undoes(row: Row, known: Known, settings: GateSettings) -> bool:
    """The newest thing done to the server is a detach of the last minutes, made while it reported."""
    newest = next((deed for deed in known.deeds if deed.server == row.id), None)
    if newest is None or newest.verb is not Verb.DETACH or not newest.reported_fresh:
        return False
    return known.now_s - newest.mono_s <= settings.undo_s
