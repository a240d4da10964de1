"""A disk that is full: said at once, nothing is done without a journal, and it goes on by itself."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.accept.alone import alone, told
from tests.accept.measuring import Case, Figures

ROOT = Path(__file__).parents[2]
RECOVER_S = 5.0


def _f41(quick: bool) -> Figures:
    """A limit on the size of files, in this process; and a disk of 4 MB in a name space of its own, where that is allowed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = {"file_size_limit": _full(Path(folder), _limited)}
    code = (
        "import json, sys; from pathlib import Path; from tests.accept import fulldisk; "
        "print(json.dumps(fulldisk._full(Path(sys.argv[1]), fulldisk._filled)))"
    )
    with tempfile.TemporaryDirectory() as folder:
        script = f'mount -t tmpfs -o size=4m tmpfs "{folder}" && exec "{sys.executable}" -c "$0" "{folder}"'
        done = subprocess.run(
            ["unshare", "-Urm", "sh", "-c", script, code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    figures["tmpfs_4mb"] = (
        json.loads(done.stdout) if done.returncode == 0 else f"not allowed here: {done.stderr[-200:]}"
    )
    measured = [one for one in figures.values() if isinstance(one, dict)]
    good = all(
        one["banner"]
        and one["recover_s"] <= RECOVER_S
        and one["integrity"] == "ok"
        and one["detach_fails_closed"]
        and not one["crashed"]
        for one in measured
    )
    return {"pass": good, **figures, "limits": {"recover_s": RECOVER_S, "integrity": "ok"}}


def _limited(folder: Path) -> Callable[[], None]:
    """No file may grow any more; returns what lifts it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _filled(folder: Path) -> Callable[[], None]:
    """The disk is full to its last byte; returns what frees it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return ballast.unlink


def _full(folder: Path, strike: Callable[[Path], Callable[[], None]]) -> Figures:
    import sqlite3

    from console.domain.errors import JournalError
    from console.record.journal import Journal
    from console.record.recorder import Recorder
    from tests.record.recorder.test_recorder import entry
    from tests.support.busyfleet import busy_frames

    path, crashed, closed = folder / "a.dsrrec", None, False
    frames = iter(busy_frames(64, 100_000))
    recorder, journal = Recorder(path), Journal(folder / "audit.jsonl")
    journal.append("intent", {"key": "before"})

    def feed(until: Callable[[], bool], watchdog_s: float) -> float:
        began = time.monotonic()
        while not until() and time.monotonic() < began + watchdog_s:
            recorder.take(entry(next(frames)))
            time.sleep(0.1)
        return time.monotonic() - began

    feed(lambda: recorder.written >= 30, 60.0)
    lift = strike(folder)
    try:
        feed(lambda: recorder.error is not None, 60.0)
        banner = recorder.error
        try:
            for number in range(200):  # the last block of a file may have had room for some
                journal.append("intent", {"key": f"{number}", "reason": "x" * 500})
        except JournalError:
            closed = True
    except Exception as error:  # noqa: BLE001  the figure is whether anything does
        crashed, banner = repr(error), None
    lift()
    recovered_s = feed(lambda: recorder.error is None, 60.0)
    journal.append("intent", {"key": "after"})
    recorder.close(60.0)
    journal.close()
    base = sqlite3.connect(path)
    integrity = base.execute("PRAGMA integrity_check").fetchone()[0]
    base.close()
    return {
        "banner": banner,
        "detach_fails_closed": closed,
        "recover_s": round(recovered_s, 2),
        "integrity": integrity,
        "crashed": crashed,
        "polls_written": recorder.written,
        "polls_lost_and_told": recorder.dropped,
    }


_BODIES = {"f41": _f41}

CASES = tuple(
    Case(f"fault-{name}", claim, alone("tests.accept.fulldisk", name), seconds)
    for name, claim, seconds in (("f41", "a full disk: a banner, no detach, whole again within 5 s", 60),)
)


if __name__ == "__main__":
    told(_BODIES)
