"""Limits and time-outs of the front door. Those of the service are scaled down by ten; the others keep hostile clients small."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Final

from console.domain.errors import SettingsError
from console.domain.options import declared, option

_KIB: Final = 1024
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """All of them can be set: `--door no_communication_s=2,connections=100`."""

    no_communication_s: float = option(
        6.0, unit="s", low=0.05, high=86_400, sentence="A client that says nothing for so long is cut (service: 60 s)."
    )
    non_speech_s: float = option(
        60.0, unit="s", low=0.05, high=86_400, sentence="A session without speech for so long is cut (service: 600 s)."
    )
    session_s: float = option(8_640.0, unit="s", low=0.1, high=86_400, sentence="Longest session (service: 24 h).")
    open_timeout_s: float = option(
        2.0, unit="s", low=0.05, high=60, sentence="A recognition server has so long to take the session."
    )
    pick_timeout_s: float = option(
        2.0, unit="s", low=0.05, high=60, sentence="The balancer has so long to name a server."
    )
    result_s: float = option(
        20.0, unit="s", low=0.1, high=3_600, sentence="After the last audio the final result may take so long."
    )
    http_audio_bytes: int = option(
        16_777_215, unit="bytes", low=1, high=2**31, sentence="Most audio of one HTTP request; as in the service."
    )
    drain_s: float = option(
        2.0, unit="s", low=0.0, high=600, sentence="A refused HTTP request is read on for so long, then answered."
    )
    upload_s: float = option(
        600.0, unit="s", low=0.1, high=86_400, sentence="One HTTP request may take so long to come."
    )
    head_s: float = option(5.0, unit="s", low=0.05, high=600, sentence="The head of a request must be there by then.")
    idle_s: float = option(30.0, unit="s", low=0.1, high=3_600, sentence="An idle HTTP connection is kept so long.")
    message_bytes: int = option(
        _MIB,
        unit="bytes",
        low=4_096,
        high=2**31,
        sentence="Longest WebSocket message; a longer one ends the connection.",
    )
    held_bytes: int = option(
        _MIB, unit="bytes", low=4_096, high=2**31, sentence="Audio kept for a recognition server that does not read."
    )
    stalled_s: float = option(
        20.0, unit="s", low=0.05, high=600, sentence="With so much audio kept, a server has so long to read on."
    )
    connections: int = option(4_096, low=1, high=65_536, sentence="Most clients at once; one more is reset.")
    total_held_bytes: int = option(
        256 * _MIB, unit="bytes", low=_MIB, high=2**40, sentence="Memory for unfinished input of all clients together."
    )
    linger_s: float = option(
        1.0, unit="s", low=0.0, high=60, sentence="A client that was told of its end has so long to hang up itself."
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            known = declared(field.metadata)
            value = getattr(self, field.name)
            assert known is not None and known.low is not None and known.high is not None, "every limit is declared"
            if not (math.isfinite(value) and known.low <= value <= known.high):
                sentence = f"--door: {field.name} is {value:g}; it must lie between {known.low:g} and {known.high:g}"
                raise SettingsError(f"{sentence}{' ' * bool(known.unit)}{known.unit}.")

    @classmethod
    def parse(cls, text: str) -> DoorLimits:
        """From NAME=VALUE,..; SettingsError with one sentence."""
        default = cls()
        types: dict[str, type[float]] = {
            field.name: type(getattr(default, field.name)) for field in dataclasses.fields(cls)
        }
        values: dict[str, float] = {}
        for part in filter(None, text.split(",")):
            name, _, value = part.strip().partition("=")
            if name not in types:
                raise SettingsError(f"--door: there is no limit {name!r}; there are {', '.join(types)}.")
            try:
                values[name] = types[name](value)
            except ValueError:
                raise SettingsError(f"--door: {name} is no number: {value!r}.") from None
        return cls(**values)  # pyright: ignore[reportArgumentType]  each value has the type of its field

    def to_text(self) -> str:
        """What `parse` reads: the limits that are not the default."""
        default = DoorLimits()
        return ",".join(
            f"{field.name}={getattr(self, field.name)!r}"
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != getattr(default, field.name)
        )
