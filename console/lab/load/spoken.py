"""One session of real audio through the front door, paced as a person speaks, with a time-out as clients in the field have."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from console.lab.client import speak
from console.lab.load.mix import Interface
from console.lab.load.session import Ended
from console.lab.load.talk import rate_of, talk

CLIENT_TIMEOUT_S: Final = 6.0
"""The longest silence that a client bears while it waits for something, as the `-r` of clients in the field."""
_PACKET_S: Final = 0.5
"""A packet every half second: a person on the line, and bearable for a machine that carries the whole fleet."""


class Door(Struct, frozen=True):
    """Where and as whom sessions are spoken."""

    url: str
    """`http://127.0.0.1:PORT`; WebSocket on the same port."""
    key: str = "lab"
    timeout_s: float = CLIENT_TIMEOUT_S


async def speak_session(door: Door, interface: Interface, pool: str, length_s: float) -> Ended:
    """Speaks for `length_s` and waits for the result."""
    rate_hz = rate_of(pool)
    audio = talk(rate_hz, round(2 * length_s) / 2)
    url = f"ws{door.url.removeprefix('http')}/v1/" if interface == "websocket" else f"{door.url}/v1/recognize"
    spoken = await speak(
        url,
        audio,
        f"LSB{rate_hz // 1000}K",
        door.key,
        timeout_s=door.timeout_s,
        packet_bytes=int(rate_hz * 2 * _PACKET_S),
    )
    return Ended(spoken.outcome, spoken.error)
