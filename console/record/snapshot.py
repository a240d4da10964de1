"""The snapshot: one ZIP (.dsrsnap) that says what the console saw, readable without the console.

`manifest.json` comes first and names every other member with its sha256. The same moment gives the same bytes: fixed dates, sorted names.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from console.domain.errors import ConsoleError
from console.domain.frame import Column, Row
from console.domain.history import Mark, Track
from console.domain.view import View
from console.record import sealing, table
from console.record.container import MOST_BYTES, MOST_SUM, seal
from console.record.hiding import hidden
from console.record.plain import plain
from console.record.redact import Pseudonyms
from console.record.sealing import Signs

VERSION: Final = 2
SUFFIX: Final = ".dsrsnap"
SPAN_S: Final = 900.0
"""The newest quarter of an hour."""
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_IN_CSV: Final = (Track.TRUTH, Track.BELIEVED, Track.ROUTED, Track.GAP, Track.REPORT_AGE)


class SnapshotError(ConsoleError):
    """The snapshot could not be written; nothing of it is left."""


class Snapshot(Struct, frozen=True):
    """What goes in. `settings` must hold no secret; `pictures` are PNG by name (`window`, `map-truth`, ...)."""

    view: View
    environment: str
    product_version: str
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    recording: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Members that replay (`console.record.carried.members_of`), .."""
    carries: Mapping[str, object] | None = None
    """.. and what the manifest says of them (`carried.summary`)."""
    audit: bytes = b""
    """Lines of the audit file of that time, as they are there."""
    span_s: float = SPAN_S
    """How much of the view's history goes in, as arrays and CSV."""
    signer: Signs | None = None
    names: Pseudonyms | None = None
    """None: under its own names."""

    @property
    def place(self) -> str:
        """What it is called: the environment, or what stands in its place."""
        return self.environment if self.names is None else self.names.of(self.environment)


def file_name(snapshot: Snapshot) -> str:
    """`20250121-040729-tokyo-prod.dsrsnap`, in UTC."""
    at = datetime.fromtimestamp(snapshot.view.frame.wall_s, UTC)
    place = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in snapshot.place)
    return f"{at:%Y%m%d-%H%M%S}-{place[:40] or 'fleet'}{SUFFIX}"


def write_snapshot(path: Path, snapshot: Snapshot, progress: Callable[[int, int], None] | None = None) -> Path:
    """Writes it whole or not at all; `progress(done, of)` after each member. Raises SnapshotError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent)
        with temporary.open("x+b") as file:
            _write(file, members(snapshot), _head(snapshot), progress, snapshot.signer)
            seal(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise SnapshotError(f"The snapshot {path} could not be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def remove_leftovers(folder: Path) -> None:
    """Removes what a killed console left half written."""
    for part in folder.glob(f".*{SUFFIX}.*.part"):
        owner = part.name.rsplit(".", 2)[1]
        if owner.isdecimal() and int(owner) != os.getpid() and not _runs(int(owner)):
            part.unlink(missing_ok=True)


def members(snapshot: Snapshot) -> dict[str, bytes]:
    """Every member but the manifest, by name."""
    view = snapshot.view
    first, last = _window(view, snapshot.span_s)
    wall_s = view.history.wall(first, last)
    rows = _held(view, first, last)
    slots = np.array([row.slot for row in rows], dtype=np.intp)
    names = [row.id for row in rows]
    found: dict[str, bytes] = {
        "frames/wall_s.npy": _npy(wall_s),
        "frames/mono_s.npy": _npy(view.history.mono(first, last)),
        "frames/marks.npy": _npy(view.history.marks(first, last, slots)),
        "frames/rows.json": _json([plain(row) for row in rows]),
        "newest.csv": _newest(view).encode(),
        "figures.json": _json(plain(view.figures)),
        "balancer.json": _json(plain(view.frame.balancer)),
        "alarms.json": _json([plain(alarm) for alarm in view.alarms]),
        "cycles.json": _json([plain(cycle) for cycle in view.cycles]),
        "ledger.json": _json([plain(interval) for interval in view.ledger]),
        "notes.json": _json([plain(note) for note in view.notes]),
        "suspects.json": _json([plain(suspect) for suspect in view.suspects]),
        "actions.json": _json([plain(action) for action in view.actions]),
        "settings.json": _json(plain(snapshot.settings)),
        "versions.json": _json(plain(snapshot.versions)),
    }
    for track in Track:
        values = view.history.track(track, first, last, slots)
        found[f"frames/{track.value}.npy"] = _npy(values)
        if track in _IN_CSV:
            found[f"frames/{track.value}.csv"] = table.by_tick(wall_s, names, values).encode()
    if snapshot.audit:
        found["audit.jsonl"] = snapshot.audit
    found.update(snapshot.recording)
    for name, picture in snapshot.pictures.items():
        found[f"pictures/{name}.png"] = picture
    if snapshot.names is not None:
        found = hidden(found, snapshot.names)
    return dict(sorted(found.items()))


def _head(snapshot: Snapshot) -> dict[str, Any]:
    view = snapshot.view
    first, last = _window(view, snapshot.span_s)
    wall_s = view.history.wall(first, last)
    balancer = view.frame.balancer.id
    return {
        "format": "dsrsnap",
        "version": VERSION,
        "product": {"name": "dsr-console", "version": snapshot.product_version},
        "environment": snapshot.place,
        "balancer": balancer if balancer is None or snapshot.names is None else snapshot.names.of(balancer),
        "audit": {"seq": view.health.audit_seq, "head": view.health.audit_head},
        **({} if snapshot.names is None else {"redacted": True}),
        "recording": None if snapshot.carries is None else plain(snapshot.carries),
        "taken_wall_s": view.frame.wall_s,
        "taken_at": datetime.fromtimestamp(view.frame.wall_s, UTC).isoformat(),
        "window": {
            "ticks": last - first,
            "interval_s": view.frame.interval_s,
            "first_wall_s": float(wall_s[0]) if last > first else None,
            "last_wall_s": float(wall_s[-1]) if last > first else None,
        },
        "rows": "frames/rows.json names the servers in the order of the arrays: those of the window, and no free slot",
        "tracks": {track.value: "float32 (servers, ticks), NaN: missing" for track in Track},
        "marks": "uint8 (servers, ticks): 1 absent, 2 no truth, 4 no belief, 8 detached, 16 silent, 32 born",
    }


def _window(view: View, span_s: float) -> tuple[int, int]:
    ticks = max(1, round(span_s / view.frame.interval_s))
    return max(view.history.first, view.history.last - ticks), view.history.last


def _held(view: View, first: int, last: int) -> list[Row]:
    """The servers that were in the fleet at some time of the window, in slot order: free slots hold nothing but NaN."""
    capacity = min(view.history.capacity, view.frame.rows.capacity)
    present = ((view.history.marks(first, last, slice(0, capacity)) & Mark.ABSENT) == 0).any(axis=1)
    return [
        row for row in view.frame.rows if row.slot < capacity and (present[row.slot] or view.frame.listed[row.slot])
    ]


def _newest(view: View) -> str:
    columns = [column.name.lower() for column in Column]
    frame = view.frame
    return table.lines(
        ["server", "incarnation", "pool", "listed", "detached", *columns, "gap"],
        (
            [
                row.id,
                row.incarnation,
                row.pool,
                float(frame.listed[row.slot]),
                float(frame.detached[row.slot]),
                *frame.values[:, row.slot].tolist(),
                float(view.gap[row.slot]) if row.slot < len(view.gap) else None,
            ]
            for row in frame.rows
        ),
    )


def _write(
    file: Any,
    found: Mapping[str, bytes],
    head: dict[str, Any],
    progress: Callable[[int, int], None] | None,
    signer: Signs | None,
) -> None:
    if sum(map(len, found.values())) > MOST_SUM or max(map(len, found.values())) > MOST_BYTES:
        raise SnapshotError("The snapshot would be larger than any console opens; choose a shorter window.")
    head["members"] = {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)} for name, body in found.items()
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        manifest = _json(head)
        signed = {} if signer is None else {sealing.NAME: sealing.signature(manifest, signer)}
        for done, (name, body) in enumerate({"manifest.json": manifest, **found, **signed}.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same bytes on every platform
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
            if progress is not None:
                progress(done + 1, len(found) + 1)


def _npy(values: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(values), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _json(value: object) -> bytes:
    """Keys in order: what was put together in another order is the same."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True).encode() + b"\n"


def _runs(pid: int) -> bool:
    if os.name != "posix":
        return True  # no harmless way to ask: the file stays
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Makes the rename last a power loss, where folders can be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
