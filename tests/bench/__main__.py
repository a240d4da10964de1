"""`python -m tests.bench [NAME..]`: speed and memory as a table; writes docs/measured/bench.json. Noise is expected: read ratios first.

With NAMEs only those parts are measured, and the others stay as they were.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import traceback
from pathlib import Path

from tests.support.machine import machine

PARTS = ("transport", "window", "start", "recorder")
MEASURED = Path(__file__).resolve().parents[2] / "docs" / "measured"


def main(names: list[str]) -> int:
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    measured: dict[str, list[dict[str, object]]] = {}
    for name in names or PARTS:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        try:
            rows = importlib.import_module(f"tests.bench.{name}").run()
            measured[name] = [{"part": name, **row, "measured_at": at} for row in rows]
        except Exception:  # noqa: BLE001  the other parts are measured all the same, and the exit code tells
            traceback.print_exc()
    failed = set(names or PARTS) - set(measured)
    for name in names or PARTS:
        for row in measured.get(name, [{"part": name, "what": "NOT MEASURED: it failed, see above"}]):
            print("  ".join(f"{key}={value}" for key, value in row.items() if key != "measured_at"))
    _keep(measured)
    return int(bool(failed))


def _keep(measured: dict[str, list[dict[str, object]]]) -> None:
    """The new rows, and of the parts that were not measured now the old ones."""
    file = MEASURED / "bench.json"
    before = json.loads(file.read_text(encoding="utf-8"))["rows"] if file.exists() else []
    rows = [
        row
        for part in PARTS
        for row in measured.get(part, [old for old in before if old["part"] == part and "measured_at" in old])
        or [{"part": part, "what": "NOT MEASURED"}]
    ]
    MEASURED.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"command": "make bench", "machine": machine(), "rows": rows}, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
