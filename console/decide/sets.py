"""The set that one plan should detach: the smallest that the what-if names in each pool; every suspect where it says nothing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from console.domain.foresight import Foresight, Preview
from console.domain.frame import Frame


def worth_detaching(suspects: Iterable[str], frame: Frame, foresight: Foresight | None) -> tuple[str, ...]:
    """Of attached servers, by name. In a pool whose herd ends without fewer of them, the others stay."""
    named = {} if foresight is None else _smallest(foresight.previews.values())
    chosen: set[str] = set()
    for server in suspects:
        row = frame.rows.get(server)
        if row is not None:
            chosen |= named.get(row.pool or "", {server})
    rows = (frame.rows.get(server) for server in sorted(chosen))
    return tuple(row.id for row in rows if row is not None and frame.attached[row.slot])


def as_a_set(servers: Iterable[str], foresight: Foresight) -> Preview | None:
    """What the newest what-if of its pool foretells of exactly this set; None: nothing."""
    wanted = frozenset(servers)
    found: Preview | None = None
    for preview in foresight.previews.values():
        smallest = preview.smallest
        if smallest is None or smallest.outlook is None or frozenset(smallest.servers) != wanted:
            continue
        if found is None or preview.mono_s > found.mono_s:
            found = replace(preview, servers=smallest.servers, with_it=smallest.outlook, smallest=None)
    return found


def _smallest(previews: Iterable[Preview]) -> dict[str, frozenset[str]]:
    """By pool, as of its newest what-if that has tried them all."""
    newest: dict[str, Preview] = {}
    for preview in previews:
        smallest = preview.smallest
        tried = smallest is not None and bool(smallest.servers) and (smallest.minimal or preview.done)
        older = newest.get(preview.pool)
        if tried and (older is None or preview.mono_s > older.mono_s):
            newest[preview.pool] = preview
    return {pool: frozenset(one.smallest.servers) for pool, one in newest.items() if one.smallest is not None}
