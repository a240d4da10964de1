"""`dsr-console say`: speaks for one client, and prints what comes as it comes."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from console.decode.text import clean_text
from console.domain.errors import SettingsError
from console.lab.audio import parse_format
from console.lab.client import Spoken, speak
from console.lab.frontdoor.keys import DEFAULT_KEYS

_MOST_BYTES: Final = 256 * 1024 * 1024
_LONGEST_LINE: Final = 4_000
_LOW_RATE_HZ: Final = 11_025


class Said(IntEnum):
    """Exit codes of `say`."""

    COMPLETE = 0
    REFUSED = 4
    CUT = 5


@dataclass(frozen=True, slots=True)
class SayOptions:
    """What the flags say; the key itself is in no flag."""

    file: Path
    url: str
    format: str | None
    engine: str
    key_env: str | None
    http: bool
    pace: float
    timeout_s: float


def say(options: SayOptions) -> int:
    """One session; the exit code. Raises SettingsError before anything is sent."""
    audio = _read(options.file)
    url = _address(options.url, options.http)
    audio_format = options.format or _named_by_header(audio)
    if parse_format(audio_format) is None:
        raise SettingsError(f"--format: {audio_format!r} is no audio format.", remedy="Give one as 8K, 16K or LSB16K.")
    key = _key(options.key_env)
    spoken = asyncio.run(
        speak(
            url,
            audio,
            audio_format,
            key,
            options.pace or None,
            options.timeout_s,
            engine=options.engine,
            on_event=_print,
        )
    )
    sys.stderr.write(f"dsr-console: {_verdict(spoken)}\n")
    return _CODES.get(spoken.outcome, Said.CUT)


_CODES: Final = {"completed": Said.COMPLETE, "refused": Said.REFUSED}


def _print(message: str) -> None:
    sys.stdout.write(clean_text(message, _LONGEST_LINE) + "\n")
    sys.stdout.flush()


def _verdict(spoken: Spoken) -> str:
    error = "" if spoken.error is None else f": {clean_text(spoken.error, _LONGEST_LINE)}"
    first = "" if spoken.first_result_s is None else f", first result after {spoken.first_result_s:.2f} s"
    return f"{spoken.outcome}{error} ({len(spoken.results)} final results{first}, {spoken.talked_s:.2f} s in all)"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            audio = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}.", remedy="Name a readable audio file.") from None
    if not audio:
        raise SettingsError(f"{path} is empty.", remedy="Name a file with audio in it.")
    if len(audio) > _MOST_BYTES:
        raise SettingsError(f"{path} is larger than 256 MiB.", remedy="Cut it into parts.")
    return audio


def _address(url: str, http: bool) -> str:
    """The address for the interface: `--http` turns ws://HOST/v1/ into http://HOST/v1/recognize."""
    try:
        where = urlsplit(url)
        port = where.port
    except ValueError:
        where, port = urlsplit(""), None
    if where.scheme not in {"ws", "http"} or not where.hostname:
        raise SettingsError(f"--url: {url!r} cannot be used.", remedy="Write ws://HOST:PORT or http://HOST:PORT.")
    host = where.hostname if port is None else f"{where.hostname}:{port}"
    base = where.path.removesuffix("/recognize").strip("/") or "v1"
    return f"http://{host}/{base}/recognize" if http or where.path.endswith("/recognize") else f"ws://{host}/{base}/"


def _named_by_header(audio: bytes) -> str:
    if audio[:4] != b"RIFF" or len(audio) < 28:
        raise SettingsError("The file has no WAV header.", remedy="Give --format, as LSB8K or LSB16K.")
    return "8K" if int.from_bytes(audio[24:28], "little") <= _LOW_RATE_HZ else "16K"


def _key(variable: str | None) -> str:
    if variable is None:
        return DEFAULT_KEYS[0]
    key = os.environ.get(variable, "")
    if not key:
        raise SettingsError(f"--key-env: {variable} is not set.", remedy="Put the app key into that variable.")
    return key
