"""What a Frame holds besides numbers per server, as JSON: the balancer, counters, detachments, notes, and who holds which slot.

Within a block only what changed since the Frame before is written; texts by server are compared one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from console.domain.frame import Balancer, Frame, Row, RowTable
from console.domain.readings import Counters, Detachment
from console.domain.states import Reach

Facts = dict[str, Any]

_BY_SERVER: Final = ("detachments", "notes")
_KEPT_BALANCER: Final = Balancer.__struct_fields__
_KEPT_DETACHMENT: Final = Detachment.__struct_fields__


def facts_of(frame: Frame) -> Facts:
    """Plain values of one Frame; NaN becomes null, an infinite age stays away."""
    balancer = {name: getattr(frame.balancer, name) for name in _KEPT_BALANCER}
    balancer["reach"] = int(frame.balancer.reach)
    balancer["age_s"] = _finite(frame.balancer.age_s)
    balancer["skew_s"] = _finite(frame.balancer.skew_s)
    balancer["algorithm_parameters"] = dict(frame.balancer.algorithm_parameters)
    return {
        "seq": frame.seq,
        "interval_s": frame.interval_s,
        "balancer": balancer,
        "fleet": _counters(frame.fleet),
        "fleet_delta": None if frame.fleet_delta is None else _counters(frame.fleet_delta),
        "pools": {name: _counters(counters) for name, counters in frame.pools.items()},
        "pools_delta": {name: _counters(counters) for name, counters in frame.pools_delta.items()},
        "interfaces": {name: _counters(counters) for name, counters in frame.interfaces.items()},
        "detachments": {
            server: {name: getattr(found, name) for name in _KEPT_DETACHMENT}
            for server, found in frame.detachments.items()
        },
        "notes": dict(frame.notes),
    }


class FrameParts:
    """Arguments of `Frame` besides times, rows and arrays, tick after tick: what did not change is the very same object."""

    def __init__(self) -> None:
        self._facts: Facts = {}
        self._parts: dict[str, Any] = {}

    def of(self, facts: Facts) -> dict[str, Any]:
        """Raises KeyError, TypeError and ValueError for what is none of ours."""
        before, parts = self._facts, self._parts
        self._parts = {
            name: parts[name] if name in parts and facts[name] is before[name] else made(facts[name])
            for name, made in _PARTS.items()
        }
        self._facts = facts
        return self._parts


def difference(before: Facts, now: Facts) -> Facts:
    """What `now` has that `before` has not; a text by server that is gone is null."""
    news: Facts = {}
    for name, value in now.items():
        old: Any = before.get(name)
        if value == old:
            continue
        if name in _BY_SERVER and old is not None:
            changed: Facts = {server: found for server, found in value.items() if old.get(server) != found}
            gone: Facts = {server: None for server in old if server not in value}
            news[name] = {**changed, **gone}
        elif name == "balancer" and old is not None:
            news[name] = {key: found for key, found in value.items() if old.get(key) != found or key not in old}
        else:
            news[name] = value
    return news


def applied(before: Facts, news: Facts) -> Facts:
    """`now` again."""
    now = {**before, **news}
    for name in _BY_SERVER:
        if name in news and name in before:
            merged = {**before[name], **news[name]}
            now[name] = {server: found for server, found in merged.items() if found is not None}
    if "balancer" in news and "balancer" in before:
        now["balancer"] = {**before["balancer"], **news["balancer"]}
    return now


def encoded(value: object) -> bytes:
    """JSON bytes."""
    return msgspec.json.encode(value)


def decoded(data: bytes) -> Any:
    """Raises ValueError for what is no JSON."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"this is no JSON: {error}") from None


def table_of(rows: RowTable) -> list[Any]:
    """[capacity, version, [[slot, id, incarnation, pool, epoch, address], ..]]."""
    held = [[row.slot, row.id, row.incarnation, row.pool, row.epoch, row.address] for row in rows]
    return [rows.capacity, rows.version, held]


def table_difference(before: RowTable, now: RowTable) -> list[Any]:
    """The same with only the rows that are new or other, and the slots that fell free."""
    old = before.rows
    changed = [row for row in now if row.slot >= len(old) or old[row.slot] != row]
    held = [[row.slot, row.id, row.incarnation, row.pool, row.epoch, row.address] for row in changed]
    free = [row.slot for row in before if row.slot >= len(now.rows) or now.rows[row.slot] is None]
    return [now.capacity, now.version, held, free]


def rows_from(parts: list[Any], before: RowTable | None, most: int) -> RowTable:
    """A table, or one from the table before and what changed. Raises ValueError."""
    capacity, version, held = int(parts[0]), int(parts[1]), parts[2]
    if not 0 <= capacity <= most:
        raise ValueError(f"a table of {capacity} slots")
    rows: list[Row | None] = [None] * capacity
    if before is not None and len(parts) > 3:
        rows[: len(before.rows)] = before.rows[:capacity]
        for slot in parts[3]:
            if 0 <= slot < capacity:
                rows[slot] = None
    for slot, server, incarnation, pool, epoch, address in held:
        if not 0 <= slot < capacity:
            raise ValueError(f"slot {slot} of {capacity}")
        rows[slot] = Row(int(slot), str(server), _text(incarnation), _text(pool), int(epoch), _text(address))
    return RowTable(tuple(rows), version)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _counters(counters: Counters) -> list[dict[str, int]]:
    return [dict(counters.errors_total), dict(counters.sessions_total)]


def _scopes(scopes: Mapping[str, list[dict[str, int]]]) -> dict[str, Counters]:
    return {name: Counters(*found) for name, found in scopes.items()}


def _balancer(facts: Facts) -> Balancer:
    known = {name: facts[name] for name in _KEPT_BALANCER if name in facts}
    known["reach"] = Reach(facts["reach"])
    known["age_s"] = math.inf if facts["age_s"] is None else float(facts["age_s"])
    known["skew_s"] = math.nan if facts["skew_s"] is None else float(facts["skew_s"])
    return Balancer(**known)


def _delta(facts: list[dict[str, int]] | None) -> Counters | None:
    return None if facts is None else Counters(*facts)


def _detachments(facts: Facts) -> dict[str, Detachment]:
    return {
        server: Detachment(**{name: found[name] for name in _KEPT_DETACHMENT if name in found})
        for server, found in facts.items()
    }


_PARTS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "seq": int,
    "interval_s": float,
    "balancer": _balancer,
    "fleet": lambda facts: Counters(*facts),
    "fleet_delta": _delta,
    "pools": _scopes,
    "pools_delta": _scopes,
    "interfaces": _scopes,
    "detachments": _detachments,
    "notes": dict,
}
