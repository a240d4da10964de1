"""`python -m tests.bench [NAME..]`: speed and memory as a table; writes docs/measured/bench.json. Noise is expected: read ratios first."""

from __future__ import annotations

import importlib
import json
import sys
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
    rows: list[dict[str, object]] = []
    failed = False
    for name in names or PARTS:
        try:
            rows += [{"part": name, **row} for row in importlib.import_module(f"tests.bench.{name}").run()]
        except Exception:  # noqa: BLE001  the other parts are measured all the same, and the exit code tells
            traceback.print_exc()
            rows.append({"part": name, "what": "NOT MEASURED: it failed, see above"})
            failed = True
    for row in rows:
        print("  ".join(f"{key}={value}" for key, value in row.items()))
    if not names:
        MEASURED.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"command": "make bench", "machine": machine(), "rows": rows}, indent=1)
        (MEASURED / "bench.json").write_text(text + "\n", encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
