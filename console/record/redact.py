"""Pseudonyms for servers, addresses and people, the same ones throughout one file: a stretch goes in, a stretch without names comes out.

Names are collected from the whole stretch first and numbered in their order, so that what is sorted by name stays in order.
Addresses in free text (reasons, notes, errors) are found by their form. Pools, error texts of the service and rules keep their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from msgspec.structs import replace

from console.domain.frame import Balancer, Frame, Row, RowTable
from console.domain.readings import Detachment
from console.record.recorder.block import Tick
from console.record.recorder.stretch import Happened, Piece, Stretch, packed

_ADDRESS: Final = re.compile(
    r"(?:https?|wss?)://[^\s\"'<>]+|\[[0-9a-fA-F:.]{3,}\](?::\d+)?|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\d.])"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])|(?<![\w:])[0-9a-fA-F:]{0,37}::[0-9a-fA-F:]{0,37}(?![\w:])"
)
_PEOPLE: Final = frozenset({"operator", "by", "name", "user"})
_SERVERS: Final = frozenset({"server", "peak_server"})
_PLACES: Final = frozenset({"url", "address", "status_url", "host"})
_WHOLE: Final = frozenset({"environment"})
_SHORT: Final = 3
"""A shorter name is replaced only where it stands as a word of its own."""
_BLOCK: Final = 60


class Pseudonyms:
    """Name -> pseudonym. `of` a text replaces every name in it, the longest first."""

    def __init__(self, servers: Iterable[str], people: Iterable[str], others: Mapping[str, str]) -> None:
        self._names: dict[str, str] = {}
        for number, name in enumerate(sorted(set(servers)), 1):
            self._names[name] = f"server-{number:04}"
        for number, name in enumerate(sorted(set(people) - self._names.keys()), 1):
            self._names[name] = f"person-{number:02}"
        for name, pseudonym in others.items():
            self._names.setdefault(name, pseudonym)
        self._addresses: dict[str, str] = {}
        self._people = frozenset(people)
        parts = sorted(filter(None, self._names), key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(self._part(name) for name in parts)) if parts else None

    def __getitem__(self, name: str) -> str:
        return self._names[name]

    @property
    def names(self) -> Mapping[str, str]:
        """All that were known beforehand."""
        return dict(self._names)

    def of(self, text: str) -> str:
        """The text without names and addresses."""
        found = _ADDRESS.sub(lambda match: self.address(match[0]), text)
        return found if self._pattern is None else self._pattern.sub(lambda match: self._names[match[0]], found)

    def address(self, text: str) -> str:
        """Of an address: by its text as a whole."""
        return self._addresses.setdefault(text, f"address-{len(self._addresses) + 1:04}")

    def plain(self, value: Any, key: str = "") -> Any:
        """Values of JSON; keys of objects stay, but for those that are names themselves."""
        if isinstance(value, str):
            if key in _WHOLE or (key in _PEOPLE and value in self._people):
                return self._names.get(value, self.of(value))
            return self.address(value) if key in _PLACES and value else self.of(value)
        if isinstance(value, Mapping):
            pairs = cast("Mapping[str, Any]", value).items()
            return {self._names.get(name, name): self.plain(inner, name) for name, inner in pairs}
        if isinstance(value, list | tuple):
            return [self.plain(inner, key) for inner in cast("Iterable[Any]", value)]
        return value

    def _part(self, name: str) -> str:
        loose = len(name) >= _SHORT and name not in self._people and self._names[name].startswith("server-")
        return re.escape(name) if loose else rf"(?<!\w){re.escape(name)}(?!\w)"


def redacted(stretch: Stretch, names: Pseudonyms | None = None) -> Stretch:
    """The same polls and events under pseudonyms. What detectors keep or took over is left out: alarms of a replay warm up."""
    names = names or pseudonyms(stretch)
    return replace(
        stretch,
        pieces=tuple(_pieces(stretch, names)),
        events=tuple(
            Happened(event.tick, event.wall_s, event.kind, names.plain(event.body))
            for event in stretch.events
            if event.kind != "carried"
        ),
        state=None,
        environment=names.names.get(stretch.environment, ""),
        settings=names.plain(stretch.settings),
    )


def pseudonyms(stretch: Stretch, people_too: Iterable[str] = ()) -> Pseudonyms:
    """From every name that the stretch holds in a place of its own, and `people_too` of elsewhere."""
    servers, people, others = names_in(stretch)
    return Pseudonyms(servers, people | set(people_too), others)


def names_in(stretch: Stretch | None) -> tuple[set[str], set[str], dict[str, str]]:
    """Servers, people, and others with their pseudonyms."""
    servers, people = set[str](), set[str]()
    others: dict[str, str] = {}
    if stretch is None:
        return servers, people, others
    for _, tick in stretch.ticks():
        frame = tick.frame
        servers |= {row.id for row in frame.rows}
        servers |= frame.detachments.keys() | frame.notes.keys()
        people |= {one.by for one in frame.detachments.values() if one.by}
        if frame.balancer.id:
            others.setdefault(
                frame.balancer.id, f"balancer-{sum(v.startswith('balancer-') for v in others.values()) + 1:02}"
            )
    for event in stretch.events:
        collect(event.body, servers, people)
    collect(stretch.settings, servers, people)
    if stretch.environment:
        others[stretch.environment] = "fleet"
    return servers, people, others


def collect(value: object, servers: set[str], people: set[str], key: str = "") -> None:
    """Adds the names that stand in places of their own within values of JSON."""
    if isinstance(value, str):
        if value and key in _PEOPLE:
            people.add(value)
        elif value and key in _SERVERS:
            servers.add(value)
    elif isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, object]", value).items():
            collect(inner, servers, people, name)
    elif isinstance(value, list | tuple):
        for inner in cast("Iterable[object]", value):
            collect(inner, servers, people, key)


def _pieces(stretch: Stretch, names: Pseudonyms) -> Iterable[Piece]:
    tables: dict[int, tuple[RowTable, RowTable]] = {}
    first, part = 0, list[Tick]()
    for number, tick in stretch.ticks():
        if part and (len(part) >= _BLOCK or part[0].run != tick.run or first + len(part) != number):
            yield packed(first, part)
            part = []
        if not part:
            first = number
        part.append(replace(tick, frame=_frame(tick.frame, names, tables)))
    if part:
        yield packed(first, part)


def _frame(frame: Frame, names: Pseudonyms, tables: dict[int, tuple[RowTable, RowTable]]) -> Frame:
    kept = tables.get(id(frame.rows))
    if kept is None or kept[0] is not frame.rows:
        kept = (frame.rows, _table(frame.rows, names))
        tables.clear()
        tables[id(frame.rows)] = kept
    return replace(
        frame,
        rows=kept[1],
        balancer=_balancer(frame.balancer, names),
        detachments={names.of(server): _detachment(one, names) for server, one in frame.detachments.items()},
        notes={names.of(server): names.of(text) for server, text in frame.notes.items()},
    )


def _table(rows: RowTable, names: Pseudonyms) -> RowTable:
    def row(one: Row | None) -> Row | None:
        if one is None:
            return None
        return replace(
            one,
            id=names[one.id],
            incarnation=None if one.incarnation is None else names.of(one.incarnation),
            address=None if one.address is None else names.address(one.address),
        )

    return RowTable(tuple(map(row, rows.rows)), rows.version)


def _balancer(one: Balancer, names: Pseudonyms) -> Balancer:
    return replace(
        one,
        id=None if one.id is None else names.names.get(one.id, names.of(one.id)),
        incarnation=None if one.incarnation is None else names.of(one.incarnation),
        error=None if one.error is None else names.of(one.error),
    )


def _detachment(one: Detachment, names: Pseudonyms) -> Detachment:
    return replace(
        one,
        by=None if one.by is None else names.names.get(one.by, names.of(one.by)),
        reason=None if one.reason is None else names.of(one.reason),
        incarnation=None if one.incarnation is None else names.of(one.incarnation),
    )
