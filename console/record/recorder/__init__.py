"""The flight recorder: every Frame with what was judged of it, in SQLite, sealed into compressed blocks."""

from console.record.recorder.block import BlockError, Tick
from console.record.recorder.columns import rounded
from console.record.recorder.database import RecordingError
from console.record.recorder.held import held, ticks_of, widest, within
from console.record.recorder.past import read_past
from console.record.recorder.recorder import About, Entry, Event, Recorder, RecorderSettings, recorder_path
from console.record.recorder.stretch import Recording, State, Stretch

__all__ = [
    "About",
    "BlockError",
    "Entry",
    "Event",
    "Recorder",
    "RecorderSettings",
    "Recording",
    "RecordingError",
    "State",
    "Stretch",
    "Tick",
    "held",
    "read_past",
    "recorder_path",
    "rounded",
    "ticks_of",
    "widest",
    "within",
]
