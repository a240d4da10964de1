"""What one client has to say, and in which packets."""

from __future__ import annotations

from msgspec import Struct

from console.lab.audio import AudioFormat, parse_format
from console.lab.client.spoken import OnEvent


class Speech(Struct, frozen=True):
    """Audio, the format that names it, and how it is to be said. ValueError: the format is none."""

    audio: bytes
    format_name: str
    key: str | None
    engine: str | None
    pace: float | None
    timeout_s: float
    packet_bytes: int = 4_096
    patient: bool = True
    on_event: OnEvent | None = None

    def __post_init__(self) -> None:
        if parse_format(self.format_name) is None:
            raise ValueError(f"{self.format_name!r} is no audio format, as 8K, 16K or LSB16K are")

    @property
    def format(self) -> AudioFormat:
        """The format behind the name."""
        found = parse_format(self.format_name)
        assert found is not None, "checked when it was made"
        return found

    @property
    def packets(self) -> int:
        """How many packets the audio makes."""
        return -(-len(self.audio) // self.packet_bytes)

    def packet(self, number: int) -> bytes:
        """One packet; the last may be shorter."""
        return self.audio[number * self.packet_bytes : (number + 1) * self.packet_bytes]

    def due_s(self, number: int) -> float:
        """Seconds from the first packet to this one."""
        return 0.0 if self.pace is None else number * self.packet_bytes / self.format.bytes_per_s / self.pace

    def command(self) -> str:
        """The `s` command. A missing engine is the byte 0x01; a missing key is simply not there."""
        words = ["s", self.format_name, self.engine or "\x01"]
        return " ".join([*words, f"authorization={self.key}"] if self.key else words)
