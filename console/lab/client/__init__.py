"""A small client of the AmiVoice interfaces, for load and for `dsr-console say`. WebSocket by `ws:`, sync HTTP by `http:`."""

from __future__ import annotations

from urllib.parse import urlsplit

from console.lab.client.http import speak_http
from console.lab.client.speech import Speech
from console.lab.client.spoken import OnEvent, Outcome, Spoken
from console.lab.client.ws import speak_ws

__all__ = ["Outcome", "Speech", "Spoken", "speak"]


async def speak(
    url: str,
    audio: bytes,
    format: str = "8K",  # noqa: A002  the service's own name for it
    key: str | None = "lab",
    pace: float | None = 1.0,
    timeout_s: float = 30.0,
    *,
    engine: str | None = "-a-general",
    packet_bytes: int = 4_096,
    patient: bool = True,
    on_event: OnEvent | None = None,
) -> Spoken:
    """One session from connect to end; never raises for what a server does (ValueError: the URL or the format is none).

    `pace`: seconds of audio per second, None: as fast as the line takes it. `timeout_s`: the longest silence while something is
    awaited (the client's own time-out). `patient`: stops feeding while two utterances await their result, as the field's client does.
    """
    where = urlsplit(url)
    speech = Speech(audio, format, key, engine, pace, timeout_s, packet_bytes, patient, on_event)
    if where.scheme == "ws" and where.hostname:
        return await speak_ws(where.hostname, where.port or 80, where.path or "/v1/", speech)
    if where.scheme == "http" and where.hostname:
        path = where.path if where.path not in {"", "/"} else "/v1/recognize"
        return await speak_http(where.hostname, where.port or 80, path, speech)
    raise ValueError(f"{url!r} is no ws:// or http:// address")
