"""Hostile clients: whatever they do, the door stays small, and a good client beside them completes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket

import psutil
import pytest

from console.lab.client import speak
from console.lab.frontdoor.websocket import encode
from tests.support.doorfleet import HOST, OpenDoor, open_door, tone, until
from tests.support.fuzzer import START, UPGRADE, fuzz

AUDIO = tone(1)


async def pour(door: OpenDoor, start: bytes, piece: bytes, most: int) -> int:
    """Sends a start, then the same piece over and over, until it is cut off; the bytes that were taken."""
    reader, writer = await asyncio.open_connection(HOST, door.port)
    sent = 0
    with contextlib.suppress(ConnectionError):
        writer.write(start)
        while sent < most:
            writer.write(piece)
            sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0)
            if reader.at_eof():
                break
    writer.transport.abort()
    return sent


ENDLESS = 2**50
HOSTILE = {
    "endless head": (b"GET /v1/ HTTP/1.1\r\n", b"X-Filler: " + b"a" * 1000 + b"\r\n"),
    "one header": (b"GET /v1/ HTTP/1.1\r\nX: ", b"a" * 65_536),
    "no HTTP": (b"", os.urandom(4096)),
    "64 MB frame": (UPGRADE + b"\x82\x7f" + (64 * 2**20).to_bytes(8), bytes(65_536)),
    "endless fragments": (UPGRADE + b"\x02\x01p", b"\x00\x7e\x10\x00" + bytes(4096)),
    "endless empty fragments": (UPGRADE + b"\x02\x00", b"\x00\x00" * 1000),
    "commands of nobody": (UPGRADE, encode(b"zzz") * 100),
    "endless chunk line": (b"POST /v1/recognize HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 1000),
    "endless part head": (
        b"POST /v1/recognize HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: multipart/form-data; boundary=B\r\n\r\n5\r\n--B\r\n\r\n",
        b"1000\r\n" + b"x" * 4096 + b"\r\n",
    ),
    "endless parameter": (
        b"POST /v1/recognize HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: multipart/form-data; boundary=B\r\n\r\n"
        b"2d\r\n--B\r\nContent-Disposition: form-data; name=d\r\n\r\n\r\n",
        b"1000\r\n" + b"x" * 4096 + b"\r\n",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.asyncio
async def test_who_pours_without_end_is_cut_off(kind: str):
    async with open_door(drain_s=0.1, linger_s=0.1) as door:
        start, piece = HOSTILE[kind]
        async with asyncio.timeout(
            60
        ):  # how much goes out before the door's time is over says only how fast the machine is
            sent, spoken = await asyncio.gather(
                pour(door, start, piece, ENDLESS), speak(door.ws, AUDIO, "LSB8K", pace=None)
            )
        assert spoken.outcome == "completed"
        assert sent < ENDLESS, "the door cut it off"
        await until(lambda: not door.door.connections, "no connection left")
        assert door.door.held == 0


@pytest.mark.parametrize(
    "start",
    [b"", b"GET /v1/ HT", UPGRADE, UPGRADE + START[:7], UPGRADE + b"\x82\xfe"],
    ids=["nothing", "half a head", "no s", "half a frame", "half a frame's head"],
)
@pytest.mark.asyncio
async def test_who_dawdles_is_sent_away_in_time_and_never_with_a_bare_end_in_a_talk(start: bytes):
    async with open_door(head_s=0.2, no_communication_s=0.2, linger_s=0.1) as door:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        writer.write(start)
        said = await reader.read()
        assert (b"e timeout occurred" in said) == start.startswith(UPGRADE)
        await until(lambda: not door.door.connections, "no connection left")
        writer.close()


@pytest.mark.asyncio
async def test_one_byte_now_and_then_keeps_nobody_alive():
    async with open_door(no_communication_s=0.3, linger_s=0.1) as door:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        writer.write(UPGRADE + START)
        await reader.readuntil(b"s")
        reading = asyncio.create_task(reader.read())
        with contextlib.suppress(ConnectionError):
            for byte in encode(b"p" + bytes(5000)):
                if reading.done():
                    break
                writer.write(bytes((byte,)))
                await asyncio.sleep(0.02)
        assert b"e timeout occurred" in await reading
        writer.close()


@pytest.mark.asyncio
async def test_one_client_too_many_is_reset_and_the_others_stay():
    async with open_door(connections=3) as door:
        kept = [await asyncio.open_connection(HOST, door.port) for _ in range(3)]
        await until(lambda: len(door.door.connections) == 3, "three")
        reader, writer = await asyncio.open_connection(HOST, door.port)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        kept.pop()[1].close()
        await until(lambda: len(door.door.connections) == 2, "room for one")
        assert (await speak(door.ws, AUDIO, "LSB8K", pace=None)).outcome == "completed"
        for _, writer in kept:
            writer.close()


@pytest.mark.asyncio
async def test_all_together_hold_no_more_than_the_door_may():
    async with open_door(total_held_bytes=2**20) as door:
        lines = [await asyncio.open_connection(HOST, door.port) for _ in range(4)]
        for _, writer in lines:
            writer.write(UPGRADE + b"\x82\x7f" + (1_000_000).to_bytes(8) + bytes(900_000))
        ended = await asyncio.gather(*(reader.read() for reader, _ in lines[:3]), return_exceptions=True)
        assert any(isinstance(one, ConnectionResetError) for one in ended)
        assert door.door.held <= 2**20
        for _, writer in lines:
            writer.transport.abort()


@pytest.mark.asyncio
async def test_a_recogniser_that_does_not_read_costs_the_cap_and_then_the_session():
    async with open_door(held_bytes=65_536, stalled_s=0.3, linger_s=0.2) as door:
        door.fleet.finishes = False
        opening = asyncio.create_task(speak(door.ws, bytes(64 * 2**20), "LSB8K", pace=None, patient=False))
        await until(lambda: door.fleet.sessions, "the session")
        door.fleet.sessions[0].transport.pause_reading()
        spoken = await opening
        assert (spoken.outcome, spoken.error) == (
            "partial_server_death",
            "p can't feed audio data to recognizer server",
        )
        await until(lambda: [end["outcome"] for end in door.fleet.ends] == ["partial_server_timeout"], "the outcome")


@pytest.mark.asyncio
async def test_the_door_reads_on_while_a_recogniser_does_not():
    """A client with a time-out writes frames only in part once nobody reads: below the cap that must not happen."""
    async with open_door() as door:
        reader, writer = await asyncio.open_connection(HOST, door.port)
        writer.write(UPGRADE + START)
        await until(lambda: door.fleet.sessions, "the session")
        transport = door.fleet.sessions[0].transport
        assert transport is not None
        transport.pause_reading()
        audio = bytes(range(256)) * 16
        for _ in range(200):
            writer.write(encode(b"p" + audio))
        await until(lambda: writer.transport.get_write_buffer_size() == 0, "800 kB to be taken")
        writer.write(encode(b"e"))
        transport.resume_reading()
        await reader.readuntil(b"\x81\x01e")
        assert bytes(door.fleet.sessions[0].audio) == audio * 200
        writer.close()


@pytest.mark.asyncio
async def test_a_client_that_does_not_read_holds_its_recogniser_back_and_is_reset():
    async with open_door(no_communication_s=0.4) as door:
        line = socket.create_connection((HOST, door.port))
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(UPGRADE + START)
        await until(lambda: door.fleet.sessions, "the session")
        one = door.fleet.sessions[0]
        with line, contextlib.suppress(ConnectionError):
            while not one.gone:
                one.say("U " + "x" * 60_000)
                line.sendall(encode(b"p" + bytes(320)))
                await asyncio.sleep(0.01)
        await until(lambda: not door.door.connections, "the client's end")
        assert door.door.reset == 1


@pytest.mark.asyncio
async def test_a_fuzzer_leaves_nothing_behind_and_harms_nobody():
    async with open_door(head_s=1.0, no_communication_s=1.0) as door:
        process = psutil.Process()
        await fuzz(door.port, 100, seed=1)
        await until(lambda: not door.door.connections, "the first to be gone")
        await until(lambda: len(asyncio.all_tasks()) == 1, "their tasks to be done")
        gc.collect()
        files, tasks = process.num_fds(), len(asyncio.all_tasks())
        fuzzing = asyncio.create_task(fuzz(door.port, 1500, seed=2))
        spoken = []
        while not fuzzing.done():
            spoken.append(await speak(door.ws, AUDIO, "LSB8K", pace=None, timeout_s=60))
        await fuzzing
        assert {one.outcome for one in spoken} == {"completed"}
        await until(lambda: not door.door.connections, "all to be gone")
        await until(lambda: len(asyncio.all_tasks()) <= tasks, "all tasks to be done")
        assert door.door.held == 0
        # The fleet of this test lives in the same process; its side of a dropped session may close a moment later.
        await until(lambda: process.num_fds() <= files + 2, "all files to be closed")
        started, ended = len(door.fleet.sessions), len(door.fleet.ends)
        assert started == ended > len(spoken), "each session that was opened has its outcome"
