"""The recogniser of one session: blocks of audio in, events out. Pure and deterministic.

Speech is what is loud; the words come from a fixed list, so many as there was time to say. Right are the order of the events,
their form, their times and their cost. Nobody is understood.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from typing import Any, Final

import msgspec

from console.lab.audio import AudioFormat
from console.lab.dsrs.phrases import PHRASES, Phrase

BLOCK_S: Final = 0.1
"""Audio is heard in blocks of this length."""
_LOUD: Final = 300
"""Mean amplitude from which on a block is speech, of 32768 (-41 dB)."""
_STRIDE: Final = 7
"""So many samples are one that is looked at. A prime, so that no usual test tone falls into step with it."""
_START_BLOCKS: Final = 2
_END_BLOCKS: Final = 5
"""Half a second of silence ends an utterance."""
_MOST_UTTERANCE_MS: Final = 30_000
_TOKEN_MS: Final = 250
_FIRST_UPDATE_MS: Final = 500
_RESULT: Final = msgspec.json.Encoder()


class Recogniser:
    """Hears one session. `stamp` gives the id of the utterance of that number (from 1); `update_ms` between interim results, 0: none."""

    def __init__(self, audio: AudioFormat, stamp: Callable[[int], str], update_ms: int = 1000) -> None:
        self._audio = audio
        self._stamp = stamp
        self._update_ms = update_ms
        self._heard_bytes = 0
        self._loud_blocks = 0
        """In a row, before an utterance."""
        self._quiet_blocks = 0
        """In a row, within one."""
        self._started_ms: int | None = None
        self._loud_until_ms = 0
        self._said_c = False
        self._next_update_ms = 0
        self._number = 0

    @property
    def _now_ms(self) -> int:
        return self._heard_bytes * 1000 // self._audio.bytes_per_s

    def hear(self, block: bytes) -> list[str]:
        """The events of one block, verbatim, in their order."""
        begin_ms = self._now_ms
        self._heard_bytes += len(block)
        loud = loudness(self._audio, block) >= _LOUD
        if self._started_ms is None:
            return self._listen(loud, begin_ms)
        return self._go_on(self._started_ms, loud)

    def finish(self) -> list[str]:
        """The audio is over: an utterance that is under way ends with it."""
        return [] if self._started_ms is None else self._end(self._started_ms)

    def _listen(self, loud: bool, begin_ms: int) -> list[str]:
        if not loud:
            self._loud_blocks = 0
            return []
        self._loud_blocks += 1
        self._loud_until_ms = self._now_ms
        if self._loud_blocks < _START_BLOCKS:
            return []
        self._started_ms = max(0, begin_ms - int((self._loud_blocks - 1) * BLOCK_S * 1000))
        self._quiet_blocks = 0
        self._said_c = False
        self._next_update_ms = self._started_ms + min(_FIRST_UPDATE_MS, self._update_ms)
        self._number += 1
        return [f"S {self._started_ms}"]

    def _go_on(self, started_ms: int, loud: bool) -> list[str]:
        events: list[str] = []
        if not self._said_c:
            self._said_c = True
            events.append("C")
        if loud:
            self._loud_until_ms = self._now_ms
            self._quiet_blocks = 0
        else:
            self._quiet_blocks += 1
        if self._quiet_blocks >= _END_BLOCKS or self._now_ms - started_ms >= _MOST_UTTERANCE_MS:
            return events + self._end(started_ms)
        if self._update_ms and self._now_ms >= self._next_update_ms:
            self._next_update_ms += self._update_ms
            events.append(f"U {_interim(self._words(started_ms))}")
        return events

    def _end(self, started_ms: int) -> list[str]:
        events = [] if self._said_c else ["C"]
        ended_ms = self._loud_until_ms
        result = _final(self._words(started_ms), started_ms, ended_ms, self._stamp(self._number))
        self._started_ms = None
        self._loud_blocks = 0
        return [*events, f"E {ended_ms}", f"A {result}"]

    def _words(self, started_ms: int) -> Phrase:
        phrase = PHRASES[(self._number - 1) % len(PHRASES)]
        return phrase[: max(1, (self._loud_until_ms - started_ms) // _TOKEN_MS)]


def loudness(audio: AudioFormat, block: bytes) -> float:
    """Mean amplitude of the block, 0 to 32768."""
    if audio.sample_bytes == 1:
        table = _MULAW if audio.encoding == "mulaw" else _ALAW
        sizes = [table[value] for value in block[::_STRIDE]]
    else:
        samples = array("h", block[: len(block) & ~1])
        if (audio.encoding == "msb16") != (sys.byteorder == "big"):
            samples.byteswap()
        sizes = [abs(sample) for sample in samples[::_STRIDE]]
    return sum(sizes) / len(sizes) if sizes else 0.0


def _text(words: Phrase) -> str:
    return "".join(written for written, _ in words)


def _interim(words: Phrase) -> str:
    text = _text(words)
    tokens = [{"written": written} for written, _ in words]
    return _RESULT.encode({"results": [{"tokens": tokens, "text": text}], "text": text}).decode()


def _final(words: Phrase, started_ms: int, ended_ms: int, stamp: str) -> str:
    text = _text(words)
    bounds = [started_ms + (ended_ms - started_ms) * index // len(words) for index in range(len(words) + 1)]
    tokens: list[dict[str, Any]] = [
        {
            "written": written,
            "confidence": (99 - index % 9) / 100,
            "starttime": bounds[index],
            "endtime": bounds[index + 1],
            "spoken": spoken,
        }
        for index, (written, spoken) in enumerate(words)
    ]
    result = {
        "tokens": tokens,
        "confidence": min(token["confidence"] for token in tokens),
        "starttime": started_ms,
        "endtime": ended_ms,
        "tags": [],
        "rulename": "",
        "text": text,
    }
    answer = {"results": [result], "utteranceid": stamp, "text": text, "code": "", "message": ""}
    return _RESULT.encode(answer).decode()


def _mulaw(value: int) -> int:
    """Amplitude of one byte of G.711 mu-law."""
    value = ~value & 0x7F
    return ((((value & 0x0F) << 3) + 0x84) << (value >> 4)) - 0x84


def _alaw(value: int) -> int:
    """Amplitude of one byte of G.711 A-law."""
    value = (value ^ 0x55) & 0x7F
    segment, step = value >> 4, (value & 0x0F) << 4
    return step + 8 if segment == 0 else (step + 0x108) << (segment - 1)


_MULAW: Final = tuple(_mulaw(value) for value in range(256))
_ALAW: Final = tuple(_alaw(value) for value in range(256))
