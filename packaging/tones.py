#!/usr/bin/env python3
"""Makes the alarm tones: `python packaging/tones.py` writes resources/sounds/*.wav. Synthesised here, from nothing but this file.

One tone a priority, told apart by pitch and by rhythm (three, two, one), and one for the console's own loss of sight, which falls.
All are short, begin and end in silence, and stay below full scale.
"""

from __future__ import annotations

import math
import struct
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

RATE = 22_050
"""Samples per second; mono, 16 bits."""
LOUD = 0.5
"""Share of full scale at the peak."""
EDGE_S = 0.012
"""Rise and fall of each pulse: no click."""
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"


@dataclass(frozen=True)
class Pulse:
    """A pitch (Hz) that goes to `to` within `lasts` seconds, then `rest` seconds of silence."""

    pitch: float
    lasts: float
    rest: float = 0.06
    to: float | None = None


TONES: dict[str, tuple[Pulse, ...]] = {
    "high": (Pulse(988, 0.11), Pulse(1319, 0.11), Pulse(988, 0.11)),
    "medium": (Pulse(659, 0.16), Pulse(784, 0.16)),
    "low": (Pulse(440, 0.22),),
    "sight": (Pulse(740, 0.34, 0.1, 330), Pulse(740, 0.34, 0.06, 330)),
}


def samples(pulses: tuple[Pulse, ...]) -> list[int]:
    """The wave of a tone, with a little of the octave and the twelfth in it, so that small speakers carry it."""
    found: list[int] = []
    for pulse in pulses:
        count, phase = round(pulse.lasts * RATE), 0.0
        end = pulse.pitch if pulse.to is None else pulse.to
        for index in range(count):
            at_s, left_s = index / RATE, (count - 1 - index) / RATE
            edge = min(1.0, at_s / EDGE_S, left_s / EDGE_S)
            phase += 2 * math.pi * (pulse.pitch + (end - pulse.pitch) * index / count) / RATE
            wave_ = (math.sin(phase) + 0.25 * math.sin(2 * phase) + 0.12 * math.sin(3 * phase)) / 1.37
            found.append(round(32_767 * LOUD * edge * wave_))
        found += [0] * round(pulse.rest * RATE)
    return found


def write(folder: Path) -> None:
    """All tones as WAV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pulses in TONES.items():
        wave_ = samples(pulses)
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(wave_)}h", *wave_))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
