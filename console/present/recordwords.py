"""Sentences about recordings, snapshots and replays, marked for translation; `reasons` finds them again in plain text."""

from __future__ import annotations

from typing import Final

from widgets.viewdata import QT_TRANSLATE_NOOP

RECORDS: Final = (
    QT_TRANSLATE_NOOP(
        "present", "The recording {path} cannot be written: {what}. Memory goes on; make room or mend the path."
    ),
    QT_TRANSLATE_NOOP("present", "Another console records into {path} already; this one does not record."),
    QT_TRANSLATE_NOOP(
        "present", "The recording could not be used and was set aside as {name}; a new one has begun: {what}"
    ),
    QT_TRANSLATE_NOOP(
        "present", "The recording {path} cannot be used ({what}), nor moved aside: {failed}. Memory goes on."
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The alarm state {path} could not be {what}: {why}. Alarms work on, and their acknowledgements are lost when the console ends;"
        " make room or mend the path.",
    ),
    QT_TRANSLATE_NOOP(
        "present",
        "The alarm state {path} {why}: it is kept as {name}, and acknowledgements, shelves and notes begin anew.",
    ),
    QT_TRANSLATE_NOOP("present", "The rules' {part} in the alarm state {path} cannot be read: they begin anew."),
    QT_TRANSLATE_NOOP("present", "Running delays of {names} were kept under other thresholds: they begin anew."),
    QT_TRANSLATE_NOOP("present", "Running delays of {names} cannot be read: they begin anew."),
    QT_TRANSLATE_NOOP("present", "The recorder failed: {what}. Memory goes on."),
    QT_TRANSLATE_NOOP("present", "The recording {path} is damaged: {what}."),
    QT_TRANSLATE_NOOP("present", "a block of the recording is damaged: {what}."),
    QT_TRANSLATE_NOOP("present", "There is no recording {path}. `run` and `watch --record` make one."),
    QT_TRANSLATE_NOOP("present", "The window is longer than a replay holds; choose a shorter one."),
    QT_TRANSLATE_NOOP("present", "The window is longer than memory holds; choose a shorter one."),
    QT_TRANSLATE_NOOP("present", "{path} is neither a snapshot nor a recording of this console."),
    QT_TRANSLATE_NOOP("present", "{path} carries no recording: it was written without a flight recorder."),
    QT_TRANSLATE_NOOP("present", "The recording {path} is empty."),
    QT_TRANSLATE_NOOP("present", "The recording {path} holds nothing of that time."),
    QT_TRANSLATE_NOOP("present", "The recording holds nothing of that time."),
    QT_TRANSLATE_NOOP("present", "{path} cannot be read: {what}."),
    QT_TRANSLATE_NOOP("present", "The snapshot was called off; nothing of it was written."),
    QT_TRANSLATE_NOOP("present", "The snapshot would be larger than any console opens; choose a shorter window."),
    QT_TRANSLATE_NOOP("present", "{name} is not as it was written: its sha256 is another."),
    QT_TRANSLATE_NOOP("present", "{path} is no snapshot that can be opened: {what}."),
)
