"""F53: ten thousand alarms in a second are a few lines, one sound, one note, and one key acknowledges them all, on disk."""

from __future__ import annotations

from tests.support.alarmflood import storm


def test_ten_thousand_alarms_in_a_second(qapp, dark, tmp_path):
    found = storm(qapp, tmp_path)
    assert (found.count, found.button, found.lines) == (10_000, "Acknowledge 10000", 10)
    assert found.flood.startswith("Alarm flood, 10000 new. By cause: gap dsrs-001 and 999 more")
    # On a machine that stands still for a second the console rightly says that it lost sight; alarms sound and are shown once.
    assert [sound for sound in found.sounds if sound != "sight"] == ["high"]
    assert sum(note.startswith("Alarm flood, ") for note in found.notes) == 1
    assert all(note.startswith(("Alarm flood, ", "The console has stopped")) for note in found.notes)
    assert found.kept
