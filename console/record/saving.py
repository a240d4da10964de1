"""A snapshot with its recording, written in one go on a worker thread: it tells how far it is, and can be called off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from console.domain.errors import ConsoleError
from console.record import carried, hiding
from console.record.recorder import Stretch, ticks_of
from console.record.redact import redacted
from console.record.snapshot import Snapshot, write_snapshot

PARTS: Final = 1000
"""Progress is told in thousandths."""
_PACKING: Final = 600

Progress = Callable[[int, int], None]


class CalledOff(ConsoleError):
    """The operator has called the export off; nothing of it is left."""


def save(
    path: Path,
    snapshot: Snapshot,
    source: Callable[[], Stretch] | None,
    progress: Progress,
    called_off: Callable[[], bool],
    *,
    redact: bool = False,
) -> Path:
    """Blocks. `source` None: there is no recorder, and the snapshot does not replay. Raises ConsoleError, then there is no file.

    `redact`: under pseudonyms; the detectors' kept state is left out, so that alarms of a replay warm up.
    """

    def told(done: int) -> None:
        if called_off():
            raise CalledOff("The snapshot was called off; nothing of it was written.")
        progress(min(done, PARTS - 1), PARTS)

    told(0)
    stretch = None if source is None else source()
    if redact:
        names = hiding.names_of(snapshot, stretch)
        snapshot = replace(snapshot, names=names)
        stretch = None if stretch is None else redacted(stretch, names)
        told(0)
    if stretch is not None:
        total = max(1, ticks_of(stretch))
        members = carried.members_of(stretch, lambda count: told(round(_PACKING * min(1.0, count / total))))
        # Whether the alarms recompute is not tried here: it takes longer than an operator should wait; `replay` says it.
        carries = {**carried.summary(stretch, members), "alarms_recompute": None}
        snapshot = replace(snapshot, recording=members, carries=carries)
    written = write_snapshot(
        path, snapshot, lambda done, of: told(_PACKING + round((PARTS - _PACKING) * done / max(1, of)))
    )
    progress(PARTS, PARTS)
    return written
