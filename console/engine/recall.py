"""What was done before, as the gates count it: by this console, by its earlier runs (the journal), by others (the balancer's table)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from console.detect.facts import Wish
from console.domain.actions import Intent
from console.domain.frame import Frame
from console.domain.safety import Deed
from console.domain.states import Attachment, Step, Verb

KEPT_S: Final = 86_400.0
MOST: Final = 5_000
WISHED_S: Final = 172_800.0
"""No detach is to last longer than its longest review time."""
SAME_S: Final = 30.0
"""Clocks of balancer and console agree so far, where nothing but the time tells two detaches of one server apart."""
_TAKEN: Final = (Step.ACCEPTED.value, Step.CONFIRMED.value)
_VERBS: Final = frozenset(verb.value for verb in Verb)


class Deeds:
    """Each by its key, once. Bounded in time and number."""

    def __init__(self) -> None:
        self._by_key: dict[str, Deed] = {}
        self._sorted: tuple[Deed, ...] = ()
        self._told: set[str] = set()
        """Keys that the balancer itself has told."""
        self._read: tuple[str | None, int] = (None, 0)
        """Life of the balancer, and the newest change of its log that was taken from it."""

    @property
    def newest_first(self) -> tuple[Deed, ...]:
        """All of them."""
        return self._sorted

    def took(self, intent: Intent, at_s: float, *, reported_fresh: bool) -> None:
        """The balancer took it, or was seen to have taken it. `at_s`: when that was known; it was taken before, never later."""
        before = self._by_key.pop(intent.key, None)  # the balancer's table may have told it first, with less
        at_s = at_s if before is None else before.mono_s
        self._add(Deed(intent.key, intent.verb, intent.server, intent.pool, at_s, reported_fresh, intent.plan))

    def undone(self, key: str) -> None:
        """Read back, it did not happen: it took nobody out, and counts for nothing. What the balancer has told stays."""
        if key not in self._told and self._by_key.pop(key, None) is not None:
            self._sorted = tuple(one for one in self._sorted if one.key != key)

    def read(self, records: Iterable[Mapping[str, Any]], wall_s: float, mono_s: float) -> None:
        """Those of the journal. Wall times become monotonic ones by what both clocks say now."""
        intents: dict[str, tuple[float, Mapping[str, Any]]] = {}
        found: list[Deed] = []
        for record in records:
            body: Mapping[str, Any] = record["body"]
            key = str(body.get("key"))
            if record.get("kind") == "intent":
                intents[key] = (_seconds(record.get("wall_s"), wall_s), body)
            elif key in intents and _was_taken(record):
                asked_s, told = intents[key]
                if told.get("verb") == Verb.CUT.value:
                    continue  # it took nobody out and put nobody back
                at_s = _seconds(record.get("wall_s"), asked_s)
                found.append(_deed(key, told, mono_s - max(0.0, wall_s - at_s)))
        self._add(*found)

    def seen(self, frame: Frame) -> None:
        """What whoever else did, as the balancer tells it with its time: in its log, or, of what is detached, in its table."""
        now = frame.balancer.time
        if now is None:
            return
        self._seen_in_log(frame, now)
        for server, detachment in frame.detachments.items():
            row = frame.rows.get(server)
            if row is None or detachment.at is None:
                continue
            key = detachment.key or f"{server}@{detachment.at:.3f}"
            at_s = frame.mono_s - max(0.0, now + frame.balancer.age_s - detachment.at)
            if detachment.key is not None:
                self._told.add(key)
            if key in self._by_key or (detachment.key is None and self._near(server, at_s)):
                continue
            self._add(Deed(key, Verb.DETACH, server, row.pool, at_s))

    def _seen_in_log(self, frame: Frame, now: float) -> None:
        """Each change once."""
        life, newest = self._read
        if life != frame.balancer.incarnation:
            life, newest = frame.balancer.incarnation, 0
        found: list[Deed] = []
        for change in reversed(frame.changes):
            if change.seq <= newest:
                break
            if change.kind not in _VERBS or change.key is None or change.server is None:
                continue
            self._told.add(change.key)
            row = frame.rows.get(change.server)
            at_s = frame.mono_s - max(0.0, now + frame.balancer.age_s - change.time)
            if change.key not in self._by_key and row is not None:
                found.append(Deed(change.key, Verb(change.kind), change.server, row.pool, at_s))
        self._add(*found)
        self._read = (life, frame.changes[-1].seq if frame.changes else newest)

    def _near(self, server: str, at_s: float) -> bool:
        """Whether a detach of that server is known of about that time: a balancer that tells no keys tells ours as well."""
        return any(
            deed.server == server and deed.verb is Verb.DETACH and abs(deed.mono_s - at_s) < SAME_S
            for deed in self._sorted
        )

    def _add(self, *deeds: Deed) -> None:
        for deed in deeds:
            self._by_key.setdefault(deed.key, deed)
        if not self._by_key:
            return
        newest = max(one.mono_s for one in self._by_key.values())
        kept = sorted(
            (one for one in self._by_key.values() if newest - one.mono_s < KEPT_S), key=lambda one: -one.mono_s
        )
        self._sorted = tuple(kept[:MOST])
        self._by_key = {one.key: one for one in self._sorted}
        if len(self._told) > 2 * MOST:
            self._told &= self._by_key.keys()


def wishes(records: Iterable[Mapping[str, Any]], wall_s: float) -> dict[str, Wish]:
    """Servers that are to be out: the newest thing that was done to them from here is a detach that the balancer took."""
    intents: dict[str, tuple[float, Mapping[str, Any]]] = {}
    newest: dict[str, Wish | None] = {}
    for record in records:
        body: Mapping[str, Any] = record["body"]
        key = str(body.get("key"))
        if record.get("kind") == "intent":
            intents[key] = (_seconds(record.get("wall_s"), wall_s), body)
        elif key in intents and _was_taken(record):
            at_s, told = intents[key]
            server, verb = str(told.get("server")), told.get("verb")
            if verb == Verb.ATTACH.value:
                newest[server] = None
            elif verb == Verb.DETACH.value and wall_s - at_s < WISHED_S:
                incarnation = told.get("incarnation")
                life = incarnation if isinstance(incarnation, str) else None
                newest[server] = Wish(Attachment.DETACHED, life, str(told.get("operator") or ""))
    return {server: wish for server, wish in newest.items() if wish is not None}


class OpenIntent(Struct, frozen=True):
    """An intent without an outcome: its console died, or is still at it."""

    key: str
    verb: Verb
    server: str
    incarnation: str | None
    wall_s: float


def open_intents(records: Iterable[Mapping[str, Any]]) -> list[OpenIntent]:
    """Those that no later record closes, oldest first."""
    found: dict[str, OpenIntent] = {}
    for record in records:
        body: Mapping[str, Any] = record["body"]
        key = str(body.get("key"))
        if record.get("kind") == "intent":
            try:
                verb = Verb(body.get("verb"))
            except ValueError:  # of a later version: not ours to close
                continue
            found[key] = OpenIntent(
                key, verb, str(body.get("server")), body.get("incarnation"), _seconds(record.get("wall_s"), 0.0)
            )
        elif record.get("kind") == "outcome":
            found.pop(key, None)
    return list(found.values())


def _was_taken(record: Mapping[str, Any]) -> bool:
    body: Mapping[str, Any] = record["body"]
    status = body.get("status")
    if record.get("kind") == "outcome":
        return (isinstance(status, int) and 200 <= status < 300) or bool(body.get("happened"))
    return record.get("kind") == "rung" and body.get("step") in _TAKEN


def _deed(key: str, told: Mapping[str, Any], mono_s: float) -> Deed:
    verb = Verb.ATTACH if told.get("verb") == Verb.ATTACH.value else Verb.DETACH
    pool, plan = told.get("pool"), told.get("plan")
    return Deed(
        key,
        verb,
        str(told.get("server")),
        pool if isinstance(pool, str) else None,
        mono_s,
        bool(told.get("reported_fresh")),
        plan if isinstance(plan, str) else None,
    )


def _seconds(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise
