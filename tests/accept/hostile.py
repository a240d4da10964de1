"""What others may send or leave behind: names, full disks, settings, archives, tables, reports. Each case runs in a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import structs
from msgspec.structs import replace

from tests.accept.measuring import Case, Figures, NotMeasured

ROOT = Path(__file__).parents[2]
RECOVER_S, ARCHIVE_S, MORE_MB = 5.0, 1.0, 64.0


# --- F40


def _f40(quick: bool) -> Figures:
    """Names that want to be markup, on the whole screen and in the report's window; a canary listens for whoever fetches."""

    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

    from tests.widgets.test_plain import HOSTILE
    from widgets import samplereport, samples, theme
    from widgets.gallery import screen_of, whole
    from widgets.reportpage import ReportPage

    hits: list[str] = []
    canary = socket.create_server(("127.0.0.1", 0))
    port = canary.getsockname()[1]

    def listen() -> None:
        while True:
            try:
                found, _ = canary.accept()
            except OSError:
                return
            hits.append(str(found))
            found.close()

    threading.Thread(target=listen, daemon=True).start()
    app = QApplication.instance() or QApplication([])
    theme.apply(app, "dark")  # type: ignore[arg-type]
    names = [*HOSTILE, f"<img src=http://127.0.0.1:{port}/a>", f"<a href='http://127.0.0.1:{port}/b'>x</a><br><table>"]
    walked = rich = longest = 0
    for name in names:
        run = samples.fleet(servers=20, ticks=30)
        run = structs.replace(run, names=tuple(f"{name}{i}" for i in range(20)), pools=(name,) * 20)
        data = samples.screen("incident", run=run, lab=True)
        data = structs.replace(data, header=structs.replace(data.header, environment=name, balancer=name))
        frame = whole("healthy")
        screen_of(frame).set_data(data)
        page = ReportPage()
        kept = samplereport.report()
        page.set_data(replace(kept, title=name, source=name, revisions=(name,), sections=((name, name, name),),
                              evidence=tuple(replace(one, what=name, where=name) for one in kept.evidence)))  # fmt: skip
        for widget in (frame, page):
            widget.resize(1366, 768)
            widget.show()
            app.processEvents()
            widget.grab()
            for inner in (widget, *widget.findChildren(QWidget)):
                walked += 1
                if isinstance(inner, QLabel):
                    rich += inner.textFormat() is not Qt.TextFormat.PlainText
                    longest = max(longest, len(inner.text()))
                if isinstance(inner, QMessageBox):
                    rich += inner.textFormat() is not Qt.TextFormat.PlainText
                tip = inner.toolTip()
                rich += re.search(r"<(img|b|a|table|br)\b", tip) is not None
            widget.close()
    app.processEvents()
    canary.close()
    return {
        "pass": not hits and not rich and longest < 2000,
        "names": len(names),
        "widgets_walked": walked,
        "auto_text_widgets": rich,
        "canary_hits": len(hits),
        "longest_label": longest,
        "limits": {"auto_text_widgets": 0, "canary_hits": 0},
    }


# --- F41


def _f41(quick: bool) -> Figures:
    """A limit on the size of files, in this process; and a disk of 4 MB in a name space of its own, where that is allowed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = {"file_size_limit": _full(Path(folder), _limited)}
    code = (
        "import json, sys; from pathlib import Path; from tests.accept import hostile; "
        "print(json.dumps(hostile._full(Path(sys.argv[1]), hostile._filled)))"
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


# --- F49


def _f49(quick: bool) -> Figures:
    """Formulas as names. The cells as a parser reads them; and as LibreOffice does, where there is one."""
    import shutil

    from console.record import table

    starts = ("=", "+", "-", "@", "\t", "\r", "\0")
    names = [f"{start}cmd|'/C calc'!A0" for start in starts] + [
        "=1+1",
        "-2+3",
        "@SUM(A1)",
        '=HYPERLINK("http://x","y")',
        "plain",
    ]
    text = table.lines(["server", "truth"], [[name, -5.0] for name in names])
    rows = list(csv.reader(io.StringIO(text.replace("\0", ""))))
    formulas = [row[0] for row in rows[1:] if row and row[0].startswith(starts[:-1])]
    numbers = [row[1] for row in rows[1:] if len(row) > 1]
    assert not formulas, f"cells that would be evaluated: {formulas}"
    assert set(numbers) == {"-5"}, "a number is no text"
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise NotMeasured("LibreOffice is not installed; the parser's check alone found no formula cell among 12 names")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.csv"
        source.write_text(text)
        subprocess.run(
            [office, "--headless", "--convert-to", "fods", "--outdir", folder, str(source)],
            check=True,
            timeout=180,
            capture_output=True,
        )
        sheet = (Path(folder) / "a.fods").read_text()
    return {
        "pass": "table:formula" not in sheet and sheet.count('office:value="-5"') == len(names),
        "names": len(names),
        "formula_cells": sheet.count("table:formula"),
        "numbers_that_stayed": sheet.count('office:value="-5"'),
        "limits": {"formula_cells": 0, "numbers_that_stayed": len(names)},
    }


# --- F50


def _f50(quick: bool) -> Figures:
    """A hundred payloads in every place of the report that somebody else can write to."""
    from console.engine.reporting import facts_of
    from console.report import draft
    from console.report.document import Edit, edited
    from console.report.pages import Pages
    from tests.report.test_pages import Seen, infested
    from tests.support.reported import JST, recorded, told
    from tests.support.xss import XSS

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.dsrrec"
        recorded(path)
        facts = facts_of(told(path))
    clean = Seen(Pages(draft(facts, "en", JST), JST).html())
    scripts = handlers = remote = strange = 0
    for payload in XSS:
        for language in ("en", "ja"):
            document = edited(
                draft(infested(facts, payload), language, JST),
                [Edit(1.7e9, payload, language, {"details": payload}, payload)],
            )
            page = Pages(document, JST).html()
            seen = Seen(page)
            scripts += "<script" in page.lower()
            handlers += sum(name.startswith("on") for name in seen.attributes)
            remote += sum(not target.startswith("#") for target in seen.targets)
            strange += len(seen.tags - clean.tags - {"blockquote"}) + len(seen.attributes - clean.attributes)
    return {
        "pass": not (scripts or handlers or remote or strange),
        "payloads": len(XSS),
        "scripts": scripts,
        "event_attributes": handlers,
        "remote_references": remote,
        "strange_tags_or_attributes": strange,
        "limits": {"scripts": 0, "event_attributes": 0, "remote_references": 0},
    }


_BODIES = {"f40": _f40, "f41": _f41, "f45": _f45, "f48": _f48, "f49": _f49, "f50": _f50}


def _in_a_fresh_process(name: str) -> Callable[[bool], Figures]:
    def run(quick: bool) -> Figures:
        command = [sys.executable, "-m", "tests.accept.hostile", name, *(["quick"] if quick else [])]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        if done.returncode == 3:
            raise NotMeasured(done.stdout.strip())
        if done.returncode != 0:
            return {"pass": False, "why": done.stderr[-2000:]}
        return json.loads(done.stdout.splitlines()[-1])

    return run


CASES = tuple(
    Case(f"fault-{name}", claim, _in_a_fresh_process(name), seconds)
    for name, claim, seconds in (
        ("f40", "hostile names: no widget takes markup, nothing is fetched", 40),
        ("f41", "a full disk: a banner, no detach, whole again within 5 s", 60),
        ("f45", "500 broken settings files: read or refused with the place, none changed", 30),
        ("f48", "archives that mean harm: refused within 1 s and 64 MB", 60),
        ("f49", "no name becomes a formula", 10),
        ("f50", "100 payloads: no script, no event attribute, nothing remote in the report", 30),
    )
)


if __name__ == "__main__":
    try:
        print(json.dumps(_BODIES[sys.argv[1]](sys.argv[2:] == ["quick"])))
    except NotMeasured as error:
        print(error)
        sys.exit(3)
