"""A snapshot from the recorder, without a running console: the stretch is replayed, and the last View of it is what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from console.domain.errors import ConsoleError
from console.engine.counterfactual import Found, identical, recorded_settings, run_through
from console.record import carried
from console.record.recorder.stretch import Stretch
from console.record.sealing import Signs
from console.record.snapshot import Snapshot, write_snapshot
from console.store import StoreSettings

_MOST_TICKS: Final = 86400


async def export(
    stretch: Stretch,
    out: Path,
    *,
    product: str,
    versions: Mapping[str, str],
    signer: Signs | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Path, dict[str, Any]]:
    """Writes the snapshot, and returns what it carries. Raises ConsoleError: then there is no file."""
    members = carried.members_of(stretch)
    carries = carried.summary(stretch, members)
    if carries["ticks"] > _MOST_TICKS:
        raise ConsoleError("The window is longer than a snapshot holds; choose a shorter one.")
    store = StoreSettings(ticks=max(60, carries["ticks"]), coarse_columns=60)
    found, exact = await run_through(stretch, replace(recorded_settings(stretch), store=store), from_state=True)
    if found.last is None or not found.polls:
        raise ConsoleError("The recording holds nothing of that time.")
    carries |= {"exact": exact, "alarms_recompute": identical(stretch, found)}
    snapshot = Snapshot(
        view=found.last,
        environment=stretch.environment,
        product_version=product,
        settings=stretch.settings,
        versions=versions,
        recording=members,
        carries=carries,
        span_s=_span_s(found),
        signer=signer,
    )
    return write_snapshot(out, snapshot, progress), carries


def _span_s(found: Found) -> float:
    """The writer counts polls of the newest interval."""
    return found.polls * (found.last.frame.interval_s if found.last is not None else 1.0)
