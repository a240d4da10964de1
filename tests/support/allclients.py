"""Every kind of client there is, as one function each: a port and audio in, what the client was told out."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from console.lab.client import speak
from tests.support.fieldclient import Heard, field_http, field_socket
from tests.support.strictclient import curl, strict_talk

COMPLETED = "completed"
Kind = Callable[[int, bytes], str]
"""Answers COMPLETED, or the verbatim text; over HTTP code and message."""


def _field(port: int, audio: bytes) -> str:
    with field_socket(port) as client:
        return _told(client.talk(audio))


def _strict(port: int, audio: bytes) -> str:
    return _told(strict_talk(f"ws://127.0.0.1:{port}/v1/", audio, ping=True))


def _shape(shape: str) -> Kind:
    def run(port: int, audio: bytes) -> str:
        with field_http(port) as client:
            return _answered(client.talk(audio, shape))

    return run


def _ours(address: str) -> Kind:
    def run(port: int, audio: bytes) -> str:
        spoken = asyncio.run(speak(address.format(port=port), audio, "LSB8K", pace=None, timeout_s=60, patient=False))
        return spoken.error or spoken.outcome

    return run


def _curl(port: int, audio: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "audio.raw")
        file.write_bytes(audio)
        return _answered(curl(f"http://127.0.0.1:{port}/v1/recognize", file))


def _told(heard: Heard) -> str:
    return heard.error or (COMPLETED if heard.results and not heard.reset else "cut without a word")


def _answered(answer: dict) -> str:
    return f"{answer['code']} {answer['message']}" if answer["code"] else COMPLETED if answer["text"] else "no result"


WEBSOCKET: dict[str, Kind] = {
    "field websocket": _field,
    "websocket-client": _strict,
    "ours, websocket": _ours("ws://127.0.0.1:{port}/v1/"),
}
HTTP: dict[str, Kind] = {
    **{f"field http {shape}": _shape(shape) for shape in ("-tmc", "-tm", "-tsc", "-ts")},
    "ours, http": _ours("http://127.0.0.1:{port}/v1/recognize"),
    **({"curl": _curl} if shutil.which("curl") else {}),
}
KINDS = {**WEBSOCKET, **HTTP}


class Crowd:
    """So many clients of all kinds in turn, all at once, in threads."""

    def __init__(self, port: int, audio: bytes, count: int) -> None:
        self._pool = ThreadPoolExecutor(count)
        self.names = list(itertools.islice(itertools.cycle(KINDS), count))
        self._told: list[Future[str]] = [self._pool.submit(KINDS[name], port, audio) for name in self.names]

    @property
    def interfaces(self) -> dict[str, int]:
        """How many there are, by interface."""
        websocket = sum(name in WEBSOCKET for name in self.names)
        return {"websocket": websocket, "http": len(self.names) - websocket}

    def told(self) -> dict[str, set[str]]:
        """What they were told, by interface, once all are done."""
        found: dict[str, set[str]] = {"websocket": set(), "http": set()}
        for name, one in zip(self.names, self._told, strict=True):
            found["websocket" if name in WEBSOCKET else "http"].add(one.result(120))
        self._pool.shutdown()
        return found
