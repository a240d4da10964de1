"""`python -m tests.accept [NAME ..] [--quick]`: runs the cases, keeps their figures in docs/measured, prints a table.

Ends with 1 where a case failed. A case that could not be measured says why; it is no pass, and no failure of the product.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from tests.accept.measuring import Case, measure, show


def registered() -> dict[str, Case]:
    """By name: the `CASES` of every module of this folder that has some."""
    cases: dict[str, Case] = {}
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if file.stem != "probe":
            cases |= {
                case.name: case for case in getattr(importlib.import_module(f"tests.accept.{file.stem}"), "CASES", ())
            }
    return cases


def main() -> int:
    """Exit code."""
    cases = registered()
    parser = argparse.ArgumentParser("python -m tests.accept")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(cases)}; none: all")
    parser.add_argument("--quick", action="store_true", help="shortened runs: they prove less and are not kept")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in cases]:
        parser.error(f"there is no case {unknown[0]}")
    chosen = [cases[name] for name in arguments.names] or list(cases.values())
    table: list[tuple[str, str, str]] = []
    for case in chosen:
        show(
            f"... {case.name}: {case.claim} (about {case.seconds / 60:.0f} min)"
            if not arguments.quick
            else f"... {case.name}"
        )
        verdict, figures = measure(case, arguments.quick)
        show(json.dumps(figures, indent=1, ensure_ascii=False))
        table.append((verdict, case.name, figures.get("why", case.claim)))
    show("")
    for verdict, name, words in table:
        show(f"{verdict:13} {name:20} {words}")
    return int(any(verdict == "FAIL" for verdict, _, _ in table))


if __name__ == "__main__":
    sys.exit(main())
