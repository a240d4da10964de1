"""Files from anybody: settings with anything in them, archives that mean harm."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.accept.alone import alone, told
from tests.accept.measuring import Case, Figures

ROOT = Path(__file__).parents[2]
ARCHIVE_S, MORE_MB = 1.0, 64.0


# --- F45


def _f45(quick: bool) -> Figures:
    """Settings with anything in them: they are read, or refused with the place; the file stays as it was."""
    from console.domain.errors import ConsoleError
    from console.engine.assemble import SECTIONS
    from console.settings import load
    from console.settings.template import default_text

    chance, times = random.Random(45), 50 if quick else 500
    base = [line.removeprefix("# ") for line in default_text(SECTIONS).splitlines()]
    base = [
        line
        for line in base
        if ("=" in line or line.startswith("[")) and not line.startswith("#") and "..." not in line
    ]
    crashes: list[str] = []
    read = refused = placed = changed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_text("\n".join(base))
        load(path, SECTIONS)  # as it is, it is good
        for number in range(times):
            body = _fuzzed(base, chance)
            path.write_bytes(body)
            try:
                load(path, SECTIONS)
                read += 1
            except ConsoleError as error:
                refused += 1
                placed += any(word in str(error) for word in ("line", "UTF-8", str(path)))
            except Exception as error:  # noqa: BLE001  the figure is how many of these there are
                crashes.append(f"{number}: {error!r}")
            changed += path.read_bytes() != body
    return {
        "pass": not crashes and not changed and placed == refused and read > 0,
        "files": times,
        "read": read,
        "refused": refused,
        "refused_with_the_place": placed,
        "crashes": crashes[:5],
        "changed_files": changed,
        "limits": {"crashes": 0, "changed_files": 0},
    }


def _fuzzed(base: list[str], chance: random.Random) -> bytes:
    lines = list(base)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                lines[at] = (
                    lines[at].partition("=")[0]
                    + "= "
                    + chance.choice(["nan", "-1", "1e400", '"x"', "[[", "{}", "true", "''''", "9" * 400])
                )
            case 3:
                lines[at] = "unknown_key = 1"
            case 4:
                lines[at] = f"[{'a.' * 300}b]"
            case 5:
                lines[at] = "\x00\u202e" + lines[at]
            case _:
                place = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + chr(chance.randrange(1, 0x2FF)) + lines[at][place:]
    body = bytearray("\n".join(lines).encode())
    if chance.random() < 0.2:
        body[chance.randrange(len(body))] = chance.randrange(256)
    if chance.random() < 0.1:
        del body[chance.randrange(len(body)) :]
    return bytes(body)


# --- F48


def _f48(quick: bool) -> Figures:
    """Archives that mean harm: refused, at once, without growing, and nothing lands outside."""
    from tests.support.zipcorpus import corpus

    canary = Path("/tmp/dsr-canary-pickle")
    canary.unlink(missing_ok=True)
    code = (
        "import json, resource, sys, time; from pathlib import Path\n"
        "from console.record.container import BadSnapshot; from console.record.reader import OpenSnapshot\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; began = time.process_time(); said = None\n"
        "try:\n"
        "    with OpenSnapshot(Path(sys.argv[1])) as found:\n"
        "        [found.array(name) for name in found.names if name.endswith('.npy')]; found.verify()\n"
        "except BadSnapshot as error: said = str(error)\n"
        "print(json.dumps([said, time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))"
    )
    table: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = list(corpus(folder))
        for label, path in made:
            done = subprocess.run(
                [sys.executable, "-c", code, str(path)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            said, seconds, grown = json.loads(done.stdout) if done.returncode == 0 else (None, -1.0, -1.0)
            table[label] = {"said": said, "cpu_s": round(seconds, 3), "grown_mb": round(grown, 1), "bytes": path.stat().st_size,
                            "crash": done.stderr[-300:] if done.returncode else None}  # fmt: skip
        outside = len(list(folder.iterdir())) - len(made) + canary.exists() + Path("/etc/evil").exists()
    harmless = {"nested"}  # archives within are bytes: that one is whole, and its members are never unpacked again
    wrong = [label for label, row in table.items() if row["crash"] or (row["said"] is None and label not in harmless)]
    return {
        "pass": not wrong
        and not outside
        and max(row["cpu_s"] for row in table.values()) <= ARCHIVE_S
        and max(row["grown_mb"] for row in table.values()) <= MORE_MB,
        "archives": len(table),
        "not_refused": wrong,
        "files_outside": outside,
        "slowest_cpu_s": max(row["cpu_s"] for row in table.values()),
        "largest_growth_mb": max(row["grown_mb"] for row in table.values()),
        "table": table,
        "limits": {"cpu_s": ARCHIVE_S, "grown_mb": MORE_MB, "files_outside": 0},
    }


_BODIES = {"f45": _f45, "f48": _f48}

CASES = tuple(
    Case(f"fault-{name}", claim, alone("tests.accept.hostilefiles", name), seconds)
    for name, claim, seconds in (
        ("f45", "500 broken settings files: read or refused with the place, none changed", 30),
        ("f48", "archives that mean harm: refused within 1 s and 64 MB", 60),
    )
)


if __name__ == "__main__":
    told(_BODIES)
