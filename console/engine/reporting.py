"""The facts of a stretch: its window read twice, without the rules; what the alarms were is in its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from pathlib import Path

from msgspec.structs import replace

from console.domain.errors import ConsoleError
from console.record.reader import OpenSnapshot
from console.record.recorder import Recording
from console.record.recorder.stretch import Stretch
from console.record.redact import Pseudonyms, pseudonyms, redacted
from console.record.reports import Saved, beside, read_revisions
from console.record.snapshot import SUFFIX
from console.report import Document, Facts, Inquiry, Survey, draft
from console.report.document import Edit, edited


def facts_of(stretch: Stretch, progress: Callable[[int, int], None] | None = None) -> Facts:
    """Raises ConsoleError where it holds no poll, or is damaged."""
    survey = Survey()
    of = 2 * sum(
        piece.last - max(piece.first, stretch.first_tick) + 1
        for piece in stretch.pieces
        if piece.last >= stretch.first_tick
    )
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        if progress is not None and done % 100 == 0:
            progress(min(done, of), of)

    for number, tick in stretch.ticks():
        if not stretch.warms_up(number):
            survey.take(number, tick.frame, tick.marks)
            told()
    if not survey.numbers:
        raise ConsoleError("The recording holds nothing of that time.")
    for event in stretch.events:
        if event.tick >= stretch.first_tick:
            survey.event(event.tick, event.wall_s, event.kind, event.body)
    survey.close()
    inquiry = Inquiry(survey)
    for number, tick in stretch.ticks():
        if not stretch.warms_up(number):
            inquiry.take(number, tick.frame)
            told()
    return inquiry.facts(stretch.environment, stretch.product)


def written(stretch: Stretch, language: str, zone: tzinfo, source: Path | None, *, redact: bool = False) -> Document:
    """The report with the edits that are kept beside `source` (None: the bare draft). Raises ConsoleError."""
    saved = () if source is None else read_revisions(beside(source))
    names = pseudonyms(stretch, [one.by for one in saved]) if redact else None
    facts = facts_of(stretch if names is None else redacted(stretch, names))
    return edited(draft(facts, language, zone), edits(saved, names))


def edits(saved: Iterable[Saved], names: Pseudonyms | None = None) -> tuple[Edit, ...]:
    """Kept revisions as edits, under pseudonyms where there are some."""
    found = (Edit(one.wall_s, one.by, one.language, one.texts, one.what) for one in saved)
    if names is None:
        return tuple(found)
    return tuple(
        replace(
            one,
            by=names.of(one.by),
            what=names.of(one.what),
            texts={key: names.of(text) for key, text in one.texts.items()},
        )
        for one in found
    )


def facts_from(
    path: Path,
    first_wall_s: float | None = None,
    last_wall_s: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Facts:
    """Of a snapshot, or of a window of the recorder's file. Raises ConsoleError."""
    if path.suffix == SUFFIX:
        with OpenSnapshot(path) as found:
            stretch = found.stretch()
            if stretch is None:
                raise ConsoleError(f"{path} carries no recording: it was written without a flight recorder.")
            return facts_of(stretch, progress)
    with Recording(path) as recording:
        return facts_of(recording.stretch(first_wall_s, last_wall_s), progress)
