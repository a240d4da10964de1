"""What the balancer answered to a request for change, and its small tables: who am I, events."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from console.decode.limits import Count, Number, decoded, scalar
from console.decode.text import clean_text
from console.domain.actions import Answer
from console.domain.alarms import Numbers
from console.domain.errors import BadAnswer
from console.domain.readings import Change, Detachment

_LONGEST_MESSAGE = 500
_MOST_DETAILS = 32
_MOST_EVENTS = 10_000


class ErrorBody(Struct, frozen=True):
    """The body of every error of the contract, cleaned. `code` None: the body was not of the contract."""

    code: str | None
    message: str
    details: Numbers


class Whoami(Struct, frozen=True):
    """Whose token this is. `role`: viewer, operator, lead, service; `name` None where there are no tokens."""

    name: str | None
    role: str


class _Error(msgspec.Struct):
    code: str
    message: str = ""
    details: dict[str, msgspec.Raw] | None = None


class _ErrorBody(msgspec.Struct):
    error: _Error


class _Holder(msgspec.Struct):
    by: str | None = None
    at: Number | None = None
    reason: str | None = None
    key: str | None = None


class _Held(msgspec.Struct):
    detached: _Holder | None = None


class _Done(msgspec.Struct):
    generation: Count | None = None
    replayed: bool = False
    cut: Count | None = None
    server: _Held | None = None


class _Whoami(msgspec.Struct):
    role: str
    name: str | None = None


class _Event(msgspec.Struct):
    seq: Count
    time: Number
    kind: str
    server: str | None = None
    by: str | None = None
    reason: str | None = None
    generation: Count | None = None
    key: str | None = None


class _Events(msgspec.Struct):
    events: list[_Event]
    next: Count = 0
    oldest: Count = 0


class _ChangedDetails(msgspec.Struct):
    events: list[_Event] = []


class _ChangedError(msgspec.Struct):
    details: _ChangedDetails


class _Changed(msgspec.Struct):
    error: _ChangedError


_ERROR = msgspec.json.Decoder(_ErrorBody)
_DONE = msgspec.json.Decoder(_Done)
_WHOAMI = msgspec.json.Decoder(_Whoami)
_EVENTS = msgspec.json.Decoder(_Events)
_CHANGED = msgspec.json.Decoder(_Changed)
_GENERATION_CHANGED = 412


def decode_error(body: bytes) -> ErrorBody:
    """An error body; one that is not of the contract says so in `message` and raises nothing: the status code counts."""
    try:
        error = decoded(_ERROR, body, "error").error
        details = {clean_text(name): scalar(raw) for name, raw in list((error.details or {}).items())[:_MOST_DETAILS]}
    except BadAnswer as bad:
        return ErrorBody(None, str(bad), {})
    return ErrorBody(clean_text(error.code), clean_text(error.message, _LONGEST_MESSAGE), details)


def decode_answer(status: int, body: bytes, retry_after_s: float | None = None) -> Answer:
    """The answer to a detach, attach or cut. Raises BadAnswer where a 2xx cannot be read: then its outcome must be read back."""
    if 200 <= status < 300:
        done = decoded(_DONE, body, "answer")
        held = None if done.server is None else done.server.detached
        holder = None
        if held is not None:
            holder = Detachment(_clean(held.by), held.at, _clean(held.reason, _LONGEST_MESSAGE), _clean(held.key))
        return Answer(status, generation=done.generation, replayed=done.replayed, cut=done.cut, holder=holder)
    error = decode_error(body)
    generation = error.details.get("generation")
    return Answer(
        status,
        code=error.code,
        message=error.message,
        generation=generation if isinstance(generation, int) else None,
        details=error.details,
        retry_after_s=retry_after_s,
        changes=_changed(body) if status == _GENERATION_CHANGED else (),
    )


def _changed(body: bytes) -> tuple[Change, ...]:
    """What a 412 tells of the changes; what cannot be read is not told."""
    try:
        return tuple(map(_event, decoded(_CHANGED, body, "answer").error.details.events[-_MOST_DETAILS:]))
    except BadAnswer:
        return ()


def decode_whoami(body: bytes) -> Whoami:
    """The body of `GET /v1/whoami`. Raises BadAnswer."""
    wire = decoded(_WHOAMI, body, "answer")
    return Whoami(None if wire.name is None else clean_text(wire.name), clean_text(wire.role))


def decode_events(body: bytes) -> tuple[tuple[Change, ...], int]:
    """The body of `GET /v1/events`: events, oldest first, and the number to ask after next. Raises BadAnswer."""
    wire = decoded(_EVENTS, body, "list of events")
    if len(wire.events) > _MOST_EVENTS:
        raise BadAnswer(f"The list holds {len(wire.events)} events; {_MOST_EVENTS} are accepted.")
    return tuple(map(_event, wire.events)), wire.next


def _event(wire: _Event) -> Change:
    return Change(
        wire.seq,
        wire.time,
        clean_text(wire.kind),
        _clean(wire.server),
        _clean(wire.by),
        _clean(wire.reason, _LONGEST_MESSAGE),
        wire.generation,
        _clean(wire.key),
    )


def _clean(text: str | None, longest: int = 128) -> str | None:
    return None if text is None else clean_text(text, longest)
