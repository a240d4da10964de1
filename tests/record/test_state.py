"""The alarm state against SIGKILL, damage, newer and foreign files, full disks and second consoles."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.detect.lifecycle import Lifecycle
from console.domain.lifecycle import Cycle, Note, Raising, Remark
from console.domain.states import Priority
from console.record import state as module
from console.record.state import MIGRATIONS, StateError, StateFile
from tests.support.alarms import HIGH, Desk, opened

ROOT = Path(__file__).parents[2]


def some(count: int = 3) -> dict[tuple, Cycle | None]:
    """Alarms in several states, with words of people in two scripts."""
    desk = Desk()
    desk.step(*(opened("gap", f"s{number}", HIGH, cause="x") for number in range(count)))
    desk.ack("gap:s0", note='担当: 山田 "ok"')
    desk.machine.shelve(desk.key("gap:s1"), "noc-1", "known", 100.0)
    desk.machine.note(desk.key("gap:s2"), "noc-1", "line ' \\ ☂")
    return desk.machine.take_changed()


def by_key(cycles) -> dict:
    return {cycle.key: cycle for cycle in cycles}


def test_what_was_saved_is_what_is_loaded_and_each_fleet_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.db"
    cycles, log, notes = (
        some(),
        (Raising(1.5, "gap:s0", "gap", HIGH),),
        (Note(2.0, "noc-1", "shift over", 7.5, ("gap", "s0", "i1"), "s0"),),
    )
    one = StateFile(path)
    one.save("http://a", cycles, log, notes)
    one.save("http://a", {})
    two = StateFile(path)  # a second console, while the first has it open
    two.save("http://b", {key: cycle for key, cycle in cycles.items() if key[1] == "s0"})
    one.save("http://a", {("gap", "s2", "i1"): None}, (Raising(2.5, "gap:s1", "gap", Priority.LOW),))
    for file in (one, two):
        kept = file.load("http://a")
        assert by_key(kept.cycles) == {key: cycle for key, cycle in cycles.items() if key[1] != "s2"}
        assert (kept.notes, [one.wall_s for one in kept.raisings]) == (notes, [1.5, 2.5])
        assert kept.saved_wall_s is not None and kept.saved_wall_s > 1e9
        assert len(file.load("http://b").cycles) == 1 and file.load("http://c").saved_wall_s is None
    assert path.stat().st_mode & 0o777 == 0o600
    one.close()
    two.close()
    assert one.remark is None and two.remark is None


WORK = """
import sys
from pathlib import Path
from console.detect.lifecycle import Lifecycle
from console.record.state import StateFile
from tests.support.alarms import HIGH, opened
file, machine = StateFile(Path(sys.argv[1])), Lifecycle()
for number in range(100000):
    at = 1000.0 + number
    machine.step([opened("gap", f"s{n}", HIGH, since=at) for n in range(number % 7)], at, at)
    machine.acknowledge(None, "noc-1", f"round {number}")
    machine.note(None, "noc-1", f"round {number}")
    file.save("f", machine.take_changed(), (), machine.notes)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_kill_at_any_moment_leaves_the_last_save_or_the_one_under_way_whole(tmp_path: Path) -> None:
    path, chance = tmp_path / "state.db", random.Random(7)
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", WORK, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            stop_at, last = chance.randint(1, 60), -1
            for line in child.stdout:
                last = int(line)
                if last >= stop_at:
                    os.kill(child.pid, signal.SIGKILL)
                    break
            for line in child.stdout:
                last = int(line) if line.endswith(b"\n") else last
        file = StateFile(path)
        kept = file.load("f")
        file.close()
        assert file.remark is None
        done = int(kept.notes[-1].text.removeprefix("round "))
        assert last <= done <= last + 1
        assert {cycle.key[1] for cycle in kept.cycles} == {f"s{n}" for n in range(done % 7)}
        assert all(cycle.acknowledgement is not None for cycle in kept.cycles)
        path.unlink()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 40_000), junk=st.binary(min_size=1, max_size=3000), cut=st.booleans())
def test_damage_of_any_kind_loses_no_run_and_no_file(
    at: int, junk: bytes, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Either the damage hits nothing that is read, or the file is aside, with all its bytes, and one sentence says so."""
    path = tmp_path_factory.mktemp("damaged") / "state.db"
    file = StateFile(path)
    file.save("f", some(40))
    file.close()
    whole = path.read_bytes()
    at = min(at, len(whole) - 1)
    hurt = whole[:at] if cut else whole[:at] + junk + whole[at + len(junk) :]
    path.write_bytes(hurt)
    again = StateFile(path)
    kept = again.load("f")
    again.save("f", {})
    again.close()
    aside = [found for found in path.parent.glob("state.db.aside-*") if not found.name.endswith(("-wal", "-shm"))]
    if again.remark is None:
        assert len(kept.cycles) in (0, 40) and not aside
    else:
        assert aside[0].name in again.remark and "\n" not in again.remark
        assert aside[0].stat().st_size >= min(len(hurt), 1)
        assert kept.cycles == ()


def test_a_newer_file_and_one_of_another_program_are_set_aside_untouched(tmp_path: Path) -> None:
    newer, other, junk = (tmp_path / name for name in ("newer.db", "other.db", "junk.db"))
    StateFile(newer).close()
    with sqlite3.connect(newer) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    with sqlite3.connect(other) as base:
        base.execute("CREATE TABLE theirs (x)")
    base.close()
    junk.write_bytes(b"something else\n" * 500)
    for path, why in ((newer, "newer console"), (other, "another program"), (junk, "is damaged")):
        before = path.read_bytes()
        file = StateFile(path)
        assert file.remark is not None and why in file.remark and file.remark.count("\n") == 0
        (aside,) = [found for found in tmp_path.glob(f"{path.name}.aside-*") if found.suffix not in ("-wal", "-shm")][
            :1
        ]
        assert aside.read_bytes() == before
        file.save("f", some())
        assert len(file.load("f").cycles) == 3
        file.close()


def test_a_row_that_is_not_a_cycle_sets_the_file_aside(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    file = StateFile(path)
    file.save("f", some())
    with sqlite3.connect(path) as base:
        base.execute("UPDATE cycle SET body = ? WHERE key LIKE '%s1%'", (b'{"alarm": {"rule": 7}}',))
    base.close()
    assert file.load("f").cycles == ()
    assert file.remark is not None and "is damaged" in file.remark
    file.save("f", some())
    assert len(file.load("f").cycles) == 3
    file.close()


def test_an_older_file_is_brought_forward_with_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.db"
    file = StateFile(path)
    file.save("f", some())
    file.close()
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE more (x); ALTER TABLE more ADD COLUMN y"))
    for _ in range(2):
        file = StateFile(path)
        assert file.remark is None and len(file.load("f").cycles) == 3
        file.close()
    with sqlite3.connect(path) as base:
        assert [row[0] for row in base.execute("SELECT version FROM migration")] == [1, 2, 3]
        assert base.execute("SELECT x, y FROM more").fetchall() == []
    base.close()


def test_it_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.db"
    monkeypatch.setattr(module, "MOST_RAISINGS", 50)
    monkeypatch.setattr(module, "MOST_FLEETS", 3)
    file = StateFile(path)
    for number in range(30):
        file.save(f"f{number % 6}", some(3), [Raising(number, f"gap:{n}", "gap", HIGH) for n in range(40)])
    assert len(file.load("f0").raisings) == 50
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT count(*) FROM raising").fetchone()[0] <= 6 * 51
    base.close()
    long = some()
    key = ("gap", "s2", "i1")
    cycle = long[key]
    assert cycle is not None
    long[key] = replace(cycle, notes=tuple(Remark(1.0, "noc-1", "ツ" * 500) for _ in range(80)))
    file.save("f0", long)
    kept = by_key(file.load("f0").cycles)[key]
    assert 20 < len(kept.notes) < 80 and kept.acknowledgement == cycle.acknowledgement
    file.close()
    again = StateFile(path)
    assert [again.load(f"f{number}").saved_wall_s is None for number in range(6)] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    again.close()


def test_a_full_disk_is_one_sentence_and_the_save_is_all_or_nothing(tmp_path: Path) -> None:
    work = f"""
import resource, signal
from pathlib import Path
from console.record.state import StateError, StateFile
from tests.record.test_state import some
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file = StateFile(Path({str(tmp_path / "state.db")!r}))
file.save("f", some())
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
try:
    file.save("f", some(5000))
except StateError as error:
    print(error)
print(len(file.load("f").cycles))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
file.save("f", some(5000))
print(len(file.load("f").cycles))
"""
    done = subprocess.run([sys.executable, "-c", work], cwd=ROOT, capture_output=True, text=True, check=True)
    sentence, before, after = done.stdout.splitlines()
    assert "could not be written" in sentence and sentence.endswith("make room or mend the path.")
    assert (before, after) == ("3", "5000")


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match=r"could not be opened: .*make room or mend the path\.$"):
        StateFile(tmp_path / "file" / "state.db")


def test_restored_from_the_file_the_life_cycle_is_what_it_was(tmp_path: Path) -> None:
    desk = Desk()
    desk.step(opened("gap"), opened("saturation", under="gap:a", priority=Priority.LOW), opened("silent", None))
    desk.ack("silent:fleet", note="網")
    file = StateFile(tmp_path / "state.db")
    file.save("f", desk.machine.take_changed(), (), desk.machine.notes)
    again = Lifecycle()
    again.restore(file.load("f"), desk.now, desk.now)
    file.close()
    assert [replace(one, hold_s=0.0) for one in again.cycles] == list(desk.machine.cycles)
