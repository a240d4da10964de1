"""What an accept case is, and how its figures are kept. A case that could not be measured is never a pass."""

from __future__ import annotations

import json
import math
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""JSON values; `pass` (bool) is the verdict, `limits` says what it was held against."""

MEASURED = Path(__file__).parents[2] / "docs" / "measured"


class NotMeasured(Exception):
    """A tool is missing, or the machine cannot do it: says which, and what would help."""


@dataclass(frozen=True)
class Case:
    """`run(quick)` measures and returns figures with a `pass`. `claim`: what passing means, in one line."""

    name: str
    claim: str
    run: Callable[[bool], Figures]
    seconds: float
    """About how long it takes in full."""


def need(program: str) -> str:
    """The path of a program, or NotMeasured."""
    found = shutil.which(program)
    if found is None:
        raise NotMeasured(f"{program} is not installed")
    return found


def machine() -> Mapping[str, Any]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def keep(case: Case, figures: Figures, took_s: float) -> Path:
    """Writes docs/measured/<case>.json."""
    MEASURED.mkdir(parents=True, exist_ok=True)
    file = MEASURED / f"{case.name}.json"
    body = {
        "case": case.name,
        "claim": case.claim,
        "command": f"python -m tests.accept {case.name}",
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "took_s": round(took_s, 1),
        "machine": machine(),
        **_finite(figures),
    }
    file.write_text(json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    return file


def _finite(value: Any) -> Any:
    """`never` (inf) and `unknown` (NaN) as null: JSON has neither."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def measure(case: Case, quick: bool) -> tuple[str, Figures]:
    """Runs one case: PASS, FAIL or NOT MEASURED, and its figures. Quick runs prove less, and are not kept."""
    began = time.monotonic()
    try:
        figures = case.run(quick)
    except NotMeasured as error:
        return "NOT MEASURED", {"why": str(error)}
    except AssertionError as error:
        figures = {"pass": False, "why": str(error)}
    took_s = time.monotonic() - began
    if not quick:
        keep(case, figures, took_s)
    return "PASS" if figures["pass"] else "FAIL", figures


def show(text: str) -> None:
    """A line of the report, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
