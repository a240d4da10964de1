"""Detach, attach and cut: the order of the checks, the memory of idempotency keys, the balancer's own rate limit. No I/O."""

from __future__ import annotations

import math
import re
from collections import OrderedDict, deque
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from console.lab.dsrm import wire
from console.lab.dsrm.table import Instant, Server, Table
from console.lab.problem import Problem, invalid, read, reader

Verb = Literal["detach", "attach", "cut"]
Answer = dict[str, Any]
_KEY: Final = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_KEYS_KEPT: Final = 10_000
_KEPT_S: Final = 86_400
_PER_S: Final = 60.0
_EVENTS_TOLD: Final = 5
_REQUEST: Final = reader(wire.ActionRequest)


class Asked(Struct, frozen=True):
    """A request as it came in; headers are None where missing."""

    verb: Verb
    server: str
    if_match: str | None
    key: str | None
    body: bytes


class Admitted(Struct, frozen=True):
    """A request that passed the checks and waits to be carried out. `already`: nothing is left to do."""

    verb: Verb
    row: Server
    key: str
    fingerprint: bytes
    request: wire.ActionRequest
    already: bool


class _Remembered(Struct, frozen=True):
    fingerprint: bytes
    answer: Answer
    at_s: float


class Actions:
    """Judges and carries out what changes the table. Only answers that were 2xx are remembered under their key."""

    def __init__(self, table: Table, per_minute: int) -> None:
        self._table = table
        self._per_minute = per_minute
        """0: no limit."""
        self._memory: OrderedDict[str, _Remembered] = OrderedDict()
        self._done: deque[float] = deque()

    def admit(self, asked: Asked, now: Instant) -> Admitted | Answer:
        """The checks in the contract's order. An Answer is a replay; everything refused is a Problem."""
        if asked.if_match is None or asked.key is None:
            missing = "If-Match" if asked.if_match is None else "Idempotency-Key"
            raise Problem(428, "precondition_required", f"The header {missing} is missing.", {"header": missing})
        if not _KEY.match(asked.key):
            raise invalid("Idempotency-Key", "Idempotency-Key is 8 to 64 of A-Z a-z 0-9 - _.")
        request: wire.ActionRequest = read(_REQUEST, asked.body)
        fingerprint = _fingerprint(asked)
        if (known := self._recall(asked.key, now)) is not None:
            if known.fingerprint != fingerprint:
                raise Problem(409, "key_reused", "This Idempotency-Key was used for another request.")
            return {**known.answer, "replayed": True}
        row = self._table.get(asked.server)
        if row is None:
            raise Problem(404, "unknown_server", "There is no such server.", {"server": asked.server})
        if row.report.incarnation != request.incarnation:
            details = {"incarnation": row.report.incarnation}
            raise Problem(409, "incarnation_changed", "The server was replaced since it was read.", details)
        already = asked.verb != "cut" and row.attached is (asked.verb == "attach")
        if not already:
            self._check_change(asked, row, now)
        return Admitted(asked.verb, row, asked.key, fingerprint, request, already)

    def _check_change(self, asked: Asked, row: Server, now: Instant) -> None:
        if asked.if_match != self._table.etag:
            details = {
                "generation": self._table.generation,
                "etag": self._table.etag,
                "events": self._table.newest_events(_EVENTS_TOLD),
            }
            raise Problem(412, "generation_changed", "The fleet changed since it was read.", details)
        if asked.verb == "cut" and row.attached:
            raise Problem(409, "not_detached", "Only the sessions of a detached server can be cut.")
        if asked.verb == "detach" and len(self._table.attached_in(row.report.pool)) == 1:
            details = {"pool": row.report.pool}
            raise Problem(409, "last_server", "It is the last attached server of its pool.", details)
        self._check_rate(now)

    def _check_rate(self, now: Instant) -> None:
        while self._done and now.mono_s - self._done[0] >= _PER_S:
            self._done.popleft()
        if self._per_minute and len(self._done) >= self._per_minute:
            wait_s = max(1, math.ceil(self._done[0] + _PER_S - now.mono_s))
            message = f"The balancer takes {self._per_minute} actions a minute."
            raise Problem(429, "too_many_actions", message, {"retry_after_s": wait_s}, retry_after_s=wait_s)

    def carry_out(self, admitted: Admitted, now: Instant, extra: Answer | None = None) -> Answer:
        """Changes the table (a cut has been made by then; `extra` says how many), remembers and gives the answer."""
        row = admitted.row
        if not admitted.already:
            self._done.append(now.mono_s)
            if admitted.verb == "detach":
                self._table.detach(row, admitted.request, admitted.key, now)
            elif admitted.verb == "attach":
                self._table.attach(row, admitted.request, admitted.key, now)
        answer: Answer = {
            **(extra or {}),
            "server": self._table.line(row, now),
            "generation": self._table.generation,
            "replayed": False,
        }
        self._memory[admitted.key] = _Remembered(admitted.fingerprint, answer, now.mono_s)
        if len(self._memory) > _KEYS_KEPT:
            self._memory.popitem(last=False)
        return answer

    def forget_keys(self) -> None:
        """Keys are not kept across a restart."""
        self._memory.clear()

    def _recall(self, key: str, now: Instant) -> _Remembered | None:
        while self._memory and now.mono_s - next(iter(self._memory.values())).at_s > _KEPT_S:
            self._memory.popitem(last=False)
        return self._memory.get(key)


def _fingerprint(asked: Asked) -> bytes:
    """Same verb, server and body (as JSON values, so spacing and order of members do not matter)."""
    return msgspec.json.encode([asked.verb, asked.server, msgspec.json.decode(asked.body)], order="deterministic")
