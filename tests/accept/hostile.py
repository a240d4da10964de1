"""What others may send: names, tables, texts of a report. None of it becomes markup, a formula or a script."""

from __future__ import annotations

import csv
import io
import re
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from msgspec import structs
from msgspec.structs import replace

from tests.accept.alone import alone, told
from tests.accept.measuring import Case, Figures, NotMeasured

ROOT = Path(__file__).parents[2]


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


_BODIES = {"f40": _f40, "f49": _f49, "f50": _f50}

CASES = tuple(
    Case(f"fault-{name}", claim, alone("tests.accept.hostile", name), seconds)
    for name, claim, seconds in (
        ("f40", "hostile names: no widget takes markup, nothing is fetched", 40),
        ("f49", "no name becomes a formula", 10),
        ("f50", "100 payloads: no script, no event attribute, nothing remote in the report", 30),
    )
)


if __name__ == "__main__":
    told(_BODIES)
