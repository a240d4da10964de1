"""Each error text and each cut arises from its own cause, on both interfaces, and the balancer hears of each outcome once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from console.domain.texts import CANNOT_CONNECT, CANNOT_CONNECT_TO_SERVER, MAXIMUM_CLIENTS
from console.lab.client import Spoken, speak
from console.lab.dsrs import framing
from tests.support.doorfleet import HOST, Fleet, OpenDoor, open_door, tone, until, wav
from tests.support.fieldclient import FieldTrouble, Heard, field_socket

AUDIO = tone(1)
CANNOT_FEED = "p can't feed audio data to recognizer server"
TIMEOUT_DURING = "e timeout occurred while recognizing audio data from client"


async def talk(url: str, audio: bytes = AUDIO, **more) -> Spoken:
    return await speak(url, audio, more.pop("format", "LSB8K"), more.pop("key", "lab"), None, 30.0, **more)


@contextlib.asynccontextmanager
async def answering_with(status: bytes | None) -> AsyncIterator[str]:
    """A port that reads a request and sends this (None: closes at once; empty: never answers)."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                await reader.readuntil(b"\r\n\r\n")
                if status:
                    writer.write(status)
                if status is not None:
                    await reader.read()
        finally:
            writer.close()  # also where the test is over before its client has hung up

    server = await asyncio.start_server(serve, HOST)
    try:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@contextlib.contextmanager
def full_backlog() -> Iterator[str]:
    """A port whose accept queue is full: a connect gets no answer at all."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((HOST, 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield f"{HOST}:{listener.getsockname()[1]}"


def unused() -> str:
    with socket.create_server((HOST, 0)) as listener:
        return f"{HOST}:{listener.getsockname()[1]}"


class Causes:
    """Each cause of an `s` error, as the real world has it."""

    @staticmethod
    @contextlib.asynccontextmanager
    async def none_left(door: OpenDoor) -> AsyncIterator[None]:
        door.fleet.none_left = True
        yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def full(door: OpenDoor) -> AsyncIterator[None]:
        door.fleet.full = True
        yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def refused(door: OpenDoor) -> AsyncIterator[None]:
        door.fleet.address = unused()
        yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def no_connect(door: OpenDoor) -> AsyncIterator[None]:
        with full_backlog() as door.fleet.address:
            yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def silent(door: OpenDoor) -> AsyncIterator[None]:
        door.fleet.recogniser.freeze(True)
        yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def dies_in_handshake(door: OpenDoor) -> AsyncIterator[None]:
        async with answering_with(None) as door.fleet.address:
            yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def nonsense(door: OpenDoor) -> AsyncIterator[None]:
        async with answering_with(b"SMTP ready\r\n") as door.fleet.address:
            yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def error(door: OpenDoor) -> AsyncIterator[None]:
        async with answering_with(b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n") as door.fleet.address:
            yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def no_balancer(door: OpenDoor) -> AsyncIterator[None]:
        door.fleet.balancer.stop(reset=True)
        yield

    @staticmethod
    @contextlib.asynccontextmanager
    async def silent_balancer(door: OpenDoor) -> AsyncIterator[None]:
        door.fleet.balancer.freeze(True)
        yield


CAUSES = [
    (Causes.none_left, {}, MAXIMUM_CLIENTS, False),
    (Causes.full, {}, MAXIMUM_CLIENTS, True),
    (Causes.refused, {}, CANNOT_CONNECT_TO_SERVER, True),
    (Causes.no_connect, {"open_timeout_s": 0.3}, CANNOT_CONNECT_TO_SERVER, True),
    (Causes.silent, {"open_timeout_s": 0.3}, CANNOT_CONNECT, True),
    (Causes.dies_in_handshake, {}, CANNOT_CONNECT, True),
    (Causes.nonsense, {}, CANNOT_CONNECT, True),
    (Causes.error, {}, CANNOT_CONNECT, True),
    (Causes.no_balancer, {}, CANNOT_CONNECT, False),
    (Causes.silent_balancer, {"pick_timeout_s": 0.3}, CANNOT_CONNECT, False),
]


@pytest.mark.parametrize(("cause", "limits", "text", "told"), CAUSES, ids=[cause.__name__ for cause, *_ in CAUSES])
@pytest.mark.asyncio
async def test_each_s_error_has_its_cause(cause: Callable, limits: dict, text: str, told: bool):
    async with open_door(**limits) as door, cause(door):
        ws, http = await asyncio.gather(talk(door.ws), talk(door.http))
        assert (ws.outcome, ws.error) == ("refused", text)
        assert (http.outcome, http.error) == ("refused", "! failed to connect to recognizer server")
        expected = {("websocket", "refused", text): 1, ("http", "refused", text): 1} if told else {}
        await until(lambda: door.fleet.outcomes() == expected, f"{expected} at the balancer")
        assert door.door.way.outcomes == {"websocket": {"refused": 1}, "http": {"refused": 1}}


@pytest.mark.asyncio
async def test_after_an_s_error_and_after_e_the_connection_takes_another_s():
    async with open_door() as door:

        def field() -> list[Heard]:
            with field_socket(door.port) as client:
                door.fleet.full = True
                refused = client.talk(AUDIO)
                door.fleet.full = False
                return [refused, client.talk(AUDIO), client.talk(AUDIO, key="wrong"), client.talk(AUDIO)]

        refused, first, wrong, second = await asyncio.to_thread(field)
        assert (refused.error, first.error, second.error) == (MAXIMUM_CLIENTS, None, None)
        assert wrong.error == "s received illegal service authorization"
        assert first.messages[-1] == second.messages[-1] == "e"
        await until(lambda: len(door.fleet.ends) == 3, "three ends")


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        ("s LSB8K -a-general", "s received illegal service authorization"),
        ("s LSB8K -a-general authorization=LAB", "s received illegal service authorization"),
        ("s LSB8K -a-other authorization=lab", "s received illegal service authorization"),
        ("s LSB9K -a-general authorization=lab", "s received unsupported audio format"),
    ],
)
@pytest.mark.asyncio
async def test_a_wish_that_is_wrong_asks_nobody(wish: str, text: str):
    async with open_door() as door:

        def field() -> str:
            with field_socket(door.port, "/v1/nolog/") as client:
                client.send(wish.encode())
                return client.receive()

        assert await asyncio.to_thread(field) == text
        assert door.fleet.picks == []


@pytest.mark.parametrize(
    ("fail", "text", "outcome"),
    [
        (lambda one: one.reset(), CANNOT_FEED, "partial_server_death"),
        (lambda one: one.transport.close(), CANNOT_FEED, "partial_server_death"),
        (lambda one: one.transport.write(b"\xff" * 9), CANNOT_FEED, "partial_server_death"),
        (lambda one: one.fail(CANNOT_FEED), CANNOT_FEED, "partial_server_death"),
        (lambda one: one.frame(framing.END), CANNOT_FEED, None),
        (lambda one: one.fail(TIMEOUT_DURING), TIMEOUT_DURING, "partial_server_timeout"),
        (lambda one: one.fail("p received unsupported audio format"), "p received unsupported audio format", "refused"),
    ],
    ids=["reset", "clean end", "no frames", "error", "end unasked", "too slow", "wrong audio"],
)
@pytest.mark.asyncio
async def test_a_session_that_is_cut_says_so_and_keeps_its_partial_result(
    fail: Callable, text: str, outcome: str | None
):
    async with open_door() as door:
        door.fleet.finishes = False
        heard: list[str] = []
        talking = asyncio.create_task(talk(door.ws, tone(2), on_event=heard.append))
        await until(lambda: door.fleet.sessions and len(door.fleet.sessions[0].audio) == 32_000, "all the audio")
        await until(lambda: any(event.startswith("U") for event in heard), "a partial result at the client")
        fail(door.fleet.sessions[0])
        if outcome is None:  # said before the client's own end it would mean nothing; here the client has ended
            assert (await talking).outcome == "completed"
            await until(lambda: door.fleet.outcomes() == {("websocket", "completed", None): 1}, "the outcome")
            return
        spoken = await talking
        assert spoken.error == text
        assert spoken.first_result_s is not None, "what was recognised until then has arrived"
        await until(lambda: door.fleet.outcomes() == {("websocket", outcome, text): 1}, "the outcome")


@pytest.mark.parametrize(
    ("limits", "say", "text"),
    [
        ({"no_communication_s": 0.2}, [], "e timeout occurred"),
        ({"no_communication_s": 0.2}, ["s LSB8K -a-general authorization=lab"], "e timeout occurred"),
        ({"no_communication_s": 0.2}, ["s LSB8K -a-general authorization=lab", "pxx"], TIMEOUT_DURING),
        ({"session_s": 0.3}, ["s LSB8K -a-general authorization=lab"], "p session timeout occurred"),
        ({"result_s": 0.2}, ["s LSB8K -a-general authorization=lab", "pxx", "e"], TIMEOUT_DURING),
    ],
    ids=["before s", "before audio", "during", "too long", "no result"],
)
@pytest.mark.asyncio
async def test_each_time_out_has_its_text_and_then_the_connection_ends(limits: dict, say: list[str], text: str):
    async with open_door(**limits) as door:
        door.fleet.finishes = False

        def field() -> tuple[str, str]:
            with field_socket(door.port) as client:
                for message in say:
                    client.send(message.encode())
                    if message[0] == "s":
                        assert client.receive() == "s"
                while (message := client.receive())[0] in "SCU":
                    pass
                with pytest.raises(FieldTrouble, match="FIN"):
                    client.receive()
                return message, text

        told, _ = await asyncio.to_thread(field)
        assert told == text
        expected = {("websocket", "partial_server_timeout", text): 1} if say else {}
        await until(lambda: door.fleet.outcomes() == expected, "the outcome")
        await until(lambda: not door.door.connections, "the connection's end")


@pytest.mark.asyncio
async def test_a_session_without_speech_is_cut():
    async with open_door(non_speech_s=0.3) as door:
        door.fleet.finishes = False

        def field() -> str:
            with field_socket(door.port) as client:
                client.send(b"s LSB8K -a-general authorization=lab")
                assert [client.receive(), client.receive()] == ["s", "S 100"]
                door.door.connections.copy()
                asyncio.run_coroutine_threadsafe(end_of_speech(door.fleet), loop).result(30)
                while (message := client.receive())[0] in "ECU":
                    client.send(b"p" + bytes(320))
                return message

        loop = asyncio.get_running_loop()
        assert await asyncio.to_thread(field) == CANNOT_FEED
        await until(lambda: door.fleet.outcomes() == {("websocket", "partial_server_timeout", CANNOT_FEED): 1}, "it")


async def end_of_speech(fleet: Fleet) -> None:
    fleet.sessions[0].say("E 200")


@pytest.mark.asyncio
async def test_audio_without_a_session_is_told_once_and_e_is_answered():
    async with open_door() as door:

        def field() -> list[str]:
            with field_socket(door.port) as client:
                for message in (b"pxx", b"pyy", b"e"):
                    client.send(message)
                return [client.receive(), client.receive()]

        assert await asyncio.to_thread(field) == [CANNOT_FEED, "e"]


@pytest.mark.parametrize("interface", ["ws", "http"])
@pytest.mark.asyncio
async def test_a_client_that_hangs_up_frees_the_recogniser(interface: str):
    async with open_door() as door:
        talking = asyncio.create_task(speak(getattr(door, interface), tone(60), "LSB8K", "lab", 1.0, 30.0))
        await until(lambda: door.fleet.sessions and door.fleet.sessions[0].audio, "audio")
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        await until(lambda: door.fleet.sessions[0].gone, "the recogniser to be let go")
        name = {"ws": "websocket", "http": "http"}[interface]
        await until(lambda: door.fleet.outcomes() == {(name, "partial_client_timeout", None): 1}, "the outcome")
        await until(lambda: not door.door.connections, "no connection")


@pytest.mark.asyncio
async def test_a_client_that_hangs_up_while_its_session_is_being_opened_is_an_outcome_too():
    async with open_door() as door:
        door.fleet.recogniser.freeze(True)
        talks = [asyncio.create_task(talk(url)) for url in (door.ws, door.http)]
        await until(lambda: len(door.fleet.recogniser.connections) == 2, "both at the recogniser")
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await until(lambda: not door.door.connections, "the clients to be gone")
        door.fleet.recogniser.freeze(False)
        expected = {(name, "partial_client_timeout", None): 1 for name in ("websocket", "http")}
        await until(lambda: door.fleet.outcomes() == expected, "the outcomes")


# HTTP only


@pytest.mark.parametrize(
    ("fail", "error", "outcome"),
    [
        (
            lambda one: one.reset(),
            "< failed to receive recognition result from recognizer server",
            "partial_server_death",
        ),
        (lambda one: one.fail("p received unsupported audio format"), "+ received unsupported audio format", "refused"),
    ],
)
@pytest.mark.asyncio
async def test_http_tells_of_a_failure_in_the_body_of_a_200(fail: Callable, error: str, outcome: str):
    async with open_door() as door:
        door.fleet.finishes = False
        talking = asyncio.create_task(talk(door.http))
        await until(lambda: door.fleet.sessions and len(door.fleet.sessions[0].audio) == len(AUDIO), "the audio")
        fail(door.fleet.sessions[0])
        assert (await talking).error == error
        await until(lambda: [end["outcome"] for end in door.fleet.ends] == [outcome], "the outcome")


@pytest.mark.asyncio
async def test_http_tells_of_a_recogniser_that_dies_while_the_audio_comes():
    async with open_door() as door:
        talking = asyncio.create_task(speak(door.http, tone(60), "LSB8K", "lab", 1.0, 30.0, packet_bytes=400))
        await until(lambda: door.fleet.sessions and door.fleet.sessions[0].audio, "audio")
        door.fleet.sessions[0].reset()
        spoken = await talking
        assert spoken.error == "> failed to send audio data to recognizer server"
        assert spoken.outcome == "partial_server_death"


@pytest.mark.parametrize(
    ("limits", "audio", "more", "error"),
    [
        ({"result_s": 0.2}, AUDIO, {}, "< failed to receive recognition result from recognizer server"),
        ({"http_audio_bytes": 10_000}, AUDIO, {}, "% received too large audio data from client"),
        ({}, AUDIO, {"key": None}, "- received illegal service authorization"),
        ({}, AUDIO, {"engine": "-a-other"}, "- received illegal service authorization"),
    ],
    ids=["no result", "too large", "no key", "no such engine"],
)
@pytest.mark.asyncio
async def test_http_limits(limits: dict, audio: bytes, more: dict, error: str):
    async with open_door(**limits) as door:
        door.fleet.finishes = False
        spoken = await talk(door.http, audio, **more)
        assert spoken.error == error
        await until(lambda: not any(not one.gone for one in door.fleet.sessions), "no session left")


@pytest.mark.asyncio
async def test_a_whole_file_without_a_format_goes_to_the_pool_of_its_header():
    async with open_door() as door:
        for rate_hz in (8000, 16_000):
            reader, writer = await asyncio.open_connection(HOST, door.port)
            body = wav(tone(0.1, rate_hz), rate_hz)
            head = f"POST /v1/nolog/recognize?u=lab&d=-a-general HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            writer.close()
        assert [pick["pool"] for pick in door.fleet.picks] == ["-a-general/8k", "-a-general/16k"]
        assert [one.opening["format"] for one in door.fleet.sessions] == ["8K", "16K"]
        assert bytes(door.fleet.sessions[0].audio) == wav(tone(0.1, 8000), 8000), "header and all"
