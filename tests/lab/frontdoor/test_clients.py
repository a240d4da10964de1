"""RFC-strict clients and those that break the RFC: each completes, and fifty of all kinds do so at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.client import speak
from tests.support.allclients import COMPLETED, Crowd
from tests.support.doorfleet import HOST, Fleet, open_door, tone, until
from tests.support.strictclient import curl

AUDIO = tone(2)
AT_ONCE = 50


@pytest.mark.asyncio
async def test_fifty_clients_of_all_kinds_at_once():
    async with open_door() as door:
        clients = Crowd(door.port, AUDIO, AT_ONCE)
        told = await asyncio.to_thread(clients.told)
        assert told == {"websocket": {COMPLETED}, "http": {COMPLETED}}
        assert {bytes(one.audio) for one in door.fleet.sessions} == {AUDIO}, "every byte arrived, in order"
        expected = {(name, "completed", None): count for name, count in clients.interfaces.items()}
        await until(lambda: door.fleet.outcomes() == expected, f"{expected}")
        await until(lambda: not door.door.connections, "no connection left")
        assert door.door.figures()["held_bytes"] == 0


CUT = "p can't feed audio data to recognizer server"
LATE = "e timeout occurred while recognizing audio data from client"


def none_left(fleet: Fleet) -> None:
    fleet.none_left = True


def full(fleet: Fleet) -> None:
    fleet.full = True


def refuses(fleet: Fleet) -> None:
    fleet.recogniser.stop()


def silent(fleet: Fleet) -> None:
    fleet.recogniser.freeze(True)


def never_finishes(fleet: Fleet) -> None:
    fleet.finishes = False


NO_CONNECTION = "! failed to connect to recognizer server"
NO_RESULT = "< failed to receive recognition result from recognizer server"


@pytest.mark.parametrize(
    ("cause", "limits", "websocket", "http"),
    [
        (none_left, {}, MAXIMUM_CLIENTS, NO_CONNECTION),
        (full, {}, MAXIMUM_CLIENTS, NO_CONNECTION),
        (refuses, {}, CANNOT_CONNECT_TO_SERVER, NO_CONNECTION),
        (silent, {"open_timeout_s": 1.0}, CANNOT_CONNECT, NO_CONNECTION),
        (never_finishes, {"result_s": 1.0}, LATE, NO_RESULT),
    ],
    ids=["none left", "full", "refuses", "silent", "never finishes"],
)
@pytest.mark.asyncio
async def test_fifty_clients_of_all_kinds_get_each_error(
    cause: Callable[[Fleet], None], limits: dict, websocket: str, http: str
):
    async with open_door(**limits) as door:
        cause(door.fleet)
        told = await asyncio.to_thread(Crowd(door.port, AUDIO, AT_ONCE).told)
        assert told == {"websocket": {websocket}, "http": {http}}


@pytest.mark.asyncio
async def test_fifty_clients_of_all_kinds_are_cut_with_a_word():
    async with open_door() as door:
        door.fleet.finishes = False
        clients = Crowd(door.port, AUDIO, AT_ONCE)
        await until(
            lambda: [len(one.audio) for one in door.fleet.sessions] == [len(AUDIO)] * AT_ONCE, "all to be in the middle"
        )
        for one in door.fleet.sessions:
            one.reset()
        told = await asyncio.to_thread(clients.told)
        assert told == {"websocket": {CUT}, "http": {NO_RESULT}}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "flags", [(), ("-H", "Transfer-Encoding: chunked"), ("-H", "Expect: 100-continue"), ("--http1.0",)]
)
@pytest.mark.asyncio
async def test_curl(flags: tuple[str, ...], tmp_path: Path):
    file = tmp_path / "audio.raw"
    file.write_bytes(tone(10))
    async with open_door() as door:
        assert (await asyncio.to_thread(curl, door.http, file, "lab", *flags))["text"] == "アド"
        answer = await asyncio.to_thread(curl, door.http, file, "wrong", *flags)
        assert answer == {
            "results": [{"tokens": [], "tags": [], "rulename": "", "text": ""}],
            "text": "",
            "code": "-",
            "message": "received illegal service authorization",
        }
        assert bytes(door.fleet.sessions[0].audio) == file.read_bytes()


@pytest.mark.asyncio
async def test_the_answer_s_head_byte_for_byte_and_an_engine_that_is_not_named():
    async with open_door() as door:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        writer.write(b"POST /v1/recognize?u=lab&c=LSB8K HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head == (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
            b"X-Session-ID: no-session\r\nContent-Length: 96\r\nConnection: keep-alive\r\n\r\n"
        )
        assert (await reader.readexactly(96)).endswith(b'"code":"","message":""}\r\n')
        writer.close()


HANDSHAKE = b"GET /v1/ HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /v1/recognize HTTP/1.1\r\n\r\n", 405),
        (b"GET /v1/ HTTP/1.1\r\n\r\n", 405),
        (b"nonsense\r\n\r\n", 400),
        (HANDSHAKE + b"\r\n", 400),
        (HANDSHAKE + b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 8\r\n\r\n", 400),
    ],
)
@pytest.mark.asyncio
async def test_what_is_none_of_our_interfaces_is_told_so(request_: bytes, status: int):
    async with open_door() as door:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        writer.write(request_)
        assert (await reader.read()).startswith(b"HTTP/1.1 %d " % status)
        writer.close()


@pytest.mark.asyncio
async def test_two_requests_in_one_write_are_answered_in_order():
    async with open_door() as door:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        one = b"POST /v1/recognize?u=%s&c=LSB8K HTTP/1.1\r\nContent-Length: 4\r\n\r\n1234"
        writer.write(one % b"lab" + one % b"no" + one % b"lab")
        answers = []
        for _ in range(3):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
            answers.append(b'"code":""' in await reader.readexactly(length))
        assert answers == [True, False, True]
        writer.close()


@pytest.mark.asyncio
async def test_our_own_client_gives_up_in_its_own_time():
    async with open_door() as door:
        door.fleet.finishes = False
        spoken = await asyncio.gather(
            *(speak(url, AUDIO, "LSB8K", "lab", None, 0.3) for url in (door.ws, door.http)),
            speak(f"ws://{HOST}:1/v1/", AUDIO),
        )
        assert [one.outcome for one in spoken] == ["partial_client_timeout", "partial_client_timeout", "refused"]
        expected = {(name, "partial_client_timeout", None): 1 for name in ("websocket", "http")}
        await until(lambda: door.fleet.outcomes() == expected, "the outcomes")
