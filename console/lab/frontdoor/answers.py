"""Answers of the HTTP interface, byte for byte as the field's clients need them. Pure.

They look for ` 200 ` at byte 8, for `X-Session-ID: ` in just this case and not in the first line, for `Content-Length: `, and for
a line of JSON that ends with CRLF; and they want the connection to stay open.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import msgspec

from console.lab.frontdoor import texts
from console.lab.frontdoor.texts import Code
from console.lab.frontdoor.websocket import accept_key

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_NOTHING: Final[dict[str, Any]] = {"tokens": [], "tags": [], "rulename": "", "text": ""}


def answer(session: str, code: Code, results: list[bytes], keep_alive: bool) -> bytes:
    """The whole answer to a request that was understood, for better or worse."""
    found: dict[str, Any] = _merged(results) if code == texts.NONE else {"results": [_NOTHING], "text": ""}
    body = msgspec.json.encode({**found, "code": code.code, "message": code.message}) + b"\r\n"
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"X-Session-ID: {session}\r\nContent-Length: {len(body)}\r\n"
    )
    return head.encode("latin-1") + _ending(keep_alive) + body


def plain(status: int, sentence: str) -> bytes:
    """An answer to what is none of our interfaces; the connection ends with it."""
    body = msgspec.json.encode({"message": sentence}) + b"\r\n"
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
    )
    return head.encode("latin-1") + _ending(keep_alive=False) + body


def switching(key: str) -> bytes:
    """101 for a WebSocket handshake with this key."""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n"
    ).encode("latin-1")


def _ending(keep_alive: bool) -> bytes:
    return b"Connection: keep-alive\r\n\r\n" if keep_alive else b"Connection: close\r\n\r\n"


def _merged(results: list[bytes]) -> dict[str, Any]:
    """One object for the whole upload: one result with the tokens of all utterances."""
    utterances: list[dict[str, Any]] = [msgspec.json.decode(result) for result in results]
    parts: list[dict[str, Any]] = [part for one in utterances for part in one.get("results", [])]
    if not parts:
        return {"results": [_NOTHING], "text": ""}
    text = "".join(str(one.get("text", "")) for one in utterances)
    merged = {
        "tokens": [token for part in parts for token in part.get("tokens", [])],
        **_bounds(parts),
        "tags": [],
        "rulename": "",
        "text": text,
    }
    return {"results": [merged], "utteranceid": str(utterances[0].get("utteranceid", "")), "text": text}


def _bounds(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Confidence (the least), start (the first) and end (the last), as far as they are told."""
    found: dict[str, Any] = {}
    for name, choose in (("confidence", min), ("starttime", min), ("endtime", max)):
        if values := [part[name] for part in parts if name in part]:
            found[name] = choose(values)
    return found
