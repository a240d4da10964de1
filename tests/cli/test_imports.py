"""What is not needed is not loaded: no Qt without a window, nothing heavy for `--help`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEADLESS = [
    "console.cli", "console.cli.parser", "console.cli.commands", "console.cli.demo", "console.cli.display",
    "console.engine.assemble", "console.engine.watch", "console.engine.command", "console.engine.check",
    "console.engine.loop", "console.engine.thread", "console.lab", "console.lab.process", "console.lab.supervisor",
]  # fmt: skip


def loaded_after(code: str) -> set[str]:
    """Top-level names of the modules that a fresh interpreter has loaded after `code`."""
    tail = "\nimport json, sys\nsys.stderr.write(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stderr))


def test_nothing_headless_loads_qt():
    loaded = loaded_after("\n".join(f"import {name}" for name in HEADLESS))
    assert "httpx" in loaded
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "qasync", "widgets"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["watch", "--help"], ["watch", "--nonsense"]])
def test_usage_answers_without_loading_anything_heavy(arguments: list[str]):
    code = f"""
import contextlib, io
from console.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    with contextlib.suppress(SystemExit):
        main({arguments!r})
"""
    assert not loaded_after(code) & {
        "numpy",
        "httpx",
        "httptools",
        "msgspec",
        "asyncio",
        "uvicorn",
        "starlette",
        "PySide6",
    }
