"""DSRM's HTTP interface: a thin skin over the table. Each operation says which right it needs."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from console.lab import openmetrics
from console.lab.dsrm import wire
from console.lab.dsrm.access import Access, Right
from console.lab.dsrm.actions import Actions, Admitted, Asked, Verb
from console.lab.dsrm.metrics import metrics
from console.lab.dsrm.mischief import Mischief, NoAnswer
from console.lab.dsrm.table import Instant, Server, Table
from console.lab.problem import Problem, invalid, read, reader

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

_MOST_BODY: Final = 65_536
_MOST_EVENTS: Final = 1000
_REPORT: Final = reader(wire.Report)
_PICK: Final = reader(wire.PickRequest)
_END: Final = reader(wire.EndRequest)
_SERVER_ID: Final = reader(wire.ServerId)
_JSON: Final = (b"content-type", b"application/json")


class Call(Struct, frozen=True):
    """One request, read to its end."""

    path: Mapping[str, str]
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes
    name: str | None
    role: str

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


class Reply(Struct, frozen=True):
    """One answer; an empty body has no content type."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = (_JSON,)


Work = Callable[[Call], Reply | Awaitable[Reply]]
Cut = Callable[[Server], Awaitable[int]]
"""Ends the sessions of a server at once; how many there were. Raises Problem."""


class Operation:
    """One operation as an ASGI endpoint: right, body, work, answer. `delay_s`: so late it answers at this moment."""

    def __init__(self, access: Access, right: Right, work: Work, delay_s: Callable[[], float]) -> None:
        self._access = access
        self._right = right
        self._work = work
        self._delay_s = delay_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers; every Problem takes the contract's form."""
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))  # of a repeated header the first counts
        try:
            authorization = headers.get(b"authorization", b"").decode("latin-1")
            name, role = self._access.admit(authorization, self._right)
            query = scope["query_string"].decode("latin-1")
            call = Call(scope["path_params"], query, headers, await _body(receive), name, role)
            outcome = self._work(call)
            reply = await outcome if inspect.isawaitable(outcome) else outcome
        except Problem as problem:
            reply = problem_reply(problem)
        except NoAnswer:
            while (await receive())["type"] != "http.disconnect":  # until the caller gives up
                pass
            return
        if (delay_s := self._delay_s()) > 0:
            await asyncio.sleep(delay_s)
        fields = [*reply.headers, (b"content-length", str(len(reply.body)).encode())] if reply.status != 204 else []
        await send({"type": "http.response.start", "status": reply.status, "headers": fields})
        await send({"type": "http.response.body", "body": reply.body})


def problem_reply(problem: Problem) -> Reply:
    """An error in the contract's form."""
    extra: list[tuple[bytes, bytes]] = []
    if problem.retry_after_s is not None:
        extra.append((b"retry-after", str(problem.retry_after_s).encode()))
    if problem.status == 401:
        extra.append((b"www-authenticate", b"Bearer"))
    return Reply(problem.body(), problem.status, (_JSON, *extra))


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "bad_request", "The body ended early.")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > _MOST_BODY:
            raise Problem(413, "too_large", f"A body has at most {_MOST_BODY} bytes.")
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


class Operations:
    """What DSRM does for each call."""

    def __init__(
        self, table: Table, actions: Actions, now: Callable[[], Instant], cut: Cut, mischief: Mischief | None = None
    ) -> None:
        self._mischief = mischief
        self._table = table
        self._actions = actions
        self._now = now
        self._cut = cut
        self._cutting = asyncio.Lock()
        """One cut at a time: its key is remembered only when it is done."""

    def fleet(self, _call: Call) -> Reply:
        """GET /v1/fleet."""
        body = msgspec.json.encode(self._table.fleet(self._now()))
        return Reply(body, headers=(_JSON, (b"etag", self._table.etag.encode()), (b"cache-control", b"no-store")))

    def whoami(self, call: Call) -> Reply:
        """GET /v1/whoami."""
        return _json({"name": call.name, "role": call.role})

    def events(self, call: Call) -> Reply:
        """GET /v1/events."""
        query = parse_qs(call.query, keep_blank_values=True)
        after = _number(query, "after", 0, 0, 2**53 - 1)
        limit = _number(query, "limit", 100, 1, _MOST_EVENTS)
        oldest, events, next_ = self._table.events(after, limit)
        return _json({"oldest": oldest, "events": events, "next": next_})

    def report(self, call: Call) -> Reply:
        """PUT /v1/reports/{id}."""
        report: wire.Report = read(_REPORT, call.body)
        server = call.path["id"]
        if self._table.get(server) is None:
            read(_SERVER_ID, msgspec.json.encode(server))  # the name of a newcomer must be a sane one
        self._table.report(server, report, self._now())
        return Reply(status=204)

    def pick(self, call: Call) -> Reply:
        """POST /v1/pick."""
        return _json(self._table.pick(read(_PICK, call.body), self._now()))

    def end(self, call: Call) -> Reply:
        """POST /v1/sessions/{session}/end."""
        self._table.end(call.path["session"], read(_END, call.body))
        return Reply(status=204)

    def detach(self, call: Call) -> Reply:
        """POST /v1/servers/{id}/detach."""
        return self._change("detach", call)

    def attach(self, call: Call) -> Reply:
        """POST /v1/servers/{id}/attach."""
        return self._change("attach", call)

    async def cut(self, call: Call) -> Reply:
        """POST /v1/servers/{id}/cut."""
        async with self._cutting:
            admitted = self._actions.admit(_asked("cut", call), self._now())
            if not isinstance(admitted, Admitted):
                return _json(admitted)
            count = await self._cut(admitted.row)
            return _json(self._actions.carry_out(admitted, self._now(), {"cut": count}))

    def metrics(self, _call: Call) -> Reply:
        """GET /metrics."""
        text = metrics(self._table, self._now())
        return Reply(text, headers=((b"content-type", openmetrics.CONTENT_TYPE.encode()),))

    def _change(self, verb: Verb, call: Call) -> Reply:
        now = self._now()
        admitted = self._actions.admit(_asked(verb, call), now)
        if not isinstance(admitted, Admitted):
            return _json(admitted)
        if self._mischief is None:
            return _json(self._actions.carry_out(admitted, now))
        status, answer = self._mischief.carry_out(admitted)
        return Reply(msgspec.json.encode(answer), status)

    def delay_s(self) -> float:
        """How late answers come."""
        return 0.0 if self._mischief is None else self._mischief.slow_s


def build(operations: Operations, access: Access) -> Starlette:
    """The ASGI application."""

    do = operations

    def route(method: str, path: str, right: Right, work: Work) -> Route:
        # Reports are answered in time even by a slow balancer: their sender waits for the answer before it sends the next.
        delay_s = (lambda: 0.0) if work == do.report else do.delay_s
        return Route(path, Operation(access, right, work, delay_s), methods=[method])

    return Starlette(
        routes=[
            route("PUT", "/v1/reports/{id}", Right.SERVE, do.report),  # first: the most frequent
            route("POST", "/v1/pick", Right.SERVE, do.pick),
            route("POST", "/v1/sessions/{session}/end", Right.SERVE, do.end),
            route("GET", "/v1/fleet", Right.READ, do.fleet),
            route("GET", "/v1/whoami", Right.READ, do.whoami),
            route("GET", "/v1/events", Right.READ, do.events),
            route("POST", "/v1/servers/{id}/detach", Right.ACT, do.detach),
            route("POST", "/v1/servers/{id}/attach", Right.ACT, do.attach),
            route("POST", "/v1/servers/{id}/cut", Right.LEAD, do.cut),
            route("GET", "/metrics", Right.READ, do.metrics),
        ],
        exception_handlers={HTTPException: _no_route},
    )


async def _no_route(_request: Request, error: Exception) -> Response:
    """404 and 405 of the router, in the contract's form."""
    from starlette.responses import Response  # not needed on the hot path

    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    word, sentence = {
        404: ("not_found", "There is nothing at this address."),
        405: ("method_not_allowed", "This address does not take this method."),
    }.get(status, ("error", str(error)))
    return Response(Problem(status, word, sentence).body(), status, headers=headers, media_type="application/json")


def _asked(verb: Verb, call: Call) -> Asked:
    return Asked(verb, call.path["id"], call.header(b"if-match"), call.header(b"idempotency-key"), call.body)


def _json(value: Any) -> Reply:
    return Reply(msgspec.json.encode(value))


def _number(query: Mapping[str, list[str]], name: str, default: int, low: int, high: int) -> int:
    text = query.get(name, [str(default)])[0]
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and low <= int(text) <= high):
        raise invalid(name, f"{name} is a whole number from {low} to {high}.")
    return int(text)
