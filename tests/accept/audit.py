"""1,000 changes of the audit file: each is found, and the first line that is wrong is named."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.accept.measuring import Case, Figures
from tests.support.auditchanges import mistaken

SEED, TURNS, LINES = 46, 1000, 200


def mutations(quick: bool) -> Figures:
    """Against the file, the key and the heads of one workstation."""
    turns = 100 if quick else TURNS
    with tempfile.TemporaryDirectory() as folder:
        wrong, made = mistaken(Path(folder), turns, SEED, LINES)
    return {
        "pass": not wrong,
        "seed": SEED,
        "limits": {"not_found_or_wrong_line": 0},
        "lines": LINES,
        "changes": turns,
        "of_each_kind": made,
        "found": turns - len(wrong),
        "wrong": wrong[:20],
    }


CASES = (
    Case("audit-mutations", "1,000 changes of the audit file, all found, the first bad line named", mutations, 60),
)
