"""`python -m tests.accept.table`: writes the measured half of docs/alarms.md from docs/measured/alarms-200.json, -delays.json, -grid.json.

`--check` writes nothing and ends with 1 where the page is not what the figures say.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from console.detect import TITLES
from tests.accept.grid import lines
from tests.accept.measuring import MEASURED, show

PAGE = Path(__file__).parents[2] / "docs" / "alarms.md"
BEGIN = "<!-- begin of what `python -m tests.accept.table` writes -->\n"
END = "<!-- end of what it writes -->\n"
_NOT = "NOT MEASURED"


def read(name: str) -> dict[str, Any]:
    """The figures of one file; empty: not measured."""
    file = MEASURED / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else {}


def text(proofs: dict[str, Any], delays: dict[str, Any], grid: dict[str, Any]) -> str:
    """What stands between the marks."""
    return "\n".join([*_rules(proofs, delays, grid), "", *_proofs(proofs), "", *_delays(delays), "", *_grid(grid), ""])


def _rules(proofs: dict[str, Any], delays: dict[str, Any], grid: dict[str, Any]) -> list[str]:
    """One row a rule: how soon, and how often for nothing."""
    calm = [cell for cell in grid.get("cells", ()) if cell["must_be_quiet"]]
    hours = sum(cell["virtual_hours"] for cell in calm)
    ramp = {**proofs.get("first_alarm_after_ramp_s", {})}
    fault = proofs.get("first_alarm_after_fault_s", {})
    if proofs:
        ramp["silent"], ramp["gap"] = proofs["silent_s_after_mute"], proofs["gap_s_after_ramp"]
    table = [
        "| rule | in the incident: median / p95 / most | scenarios: median / most | one fault: median / p95 / most | false alarms |",
        "|---|---|---|---|---|",
    ]
    for rule in TITLES:
        one, other = ramp.get(rule), fault.get(rule)
        first = "-" if not one else f"{one['median']:g} / {one['p95']:g} / {one['most']:g} s (n {one['count']})"
        later = "-" if not other else f"{other['median']:g} / {other['most']:g} s (n {other['count']})"
        false = sum(cell["alarms"].get(rule, 0) for cell in calm)
        told = (
            "by design: every restart is told" if rule == "restart" else f"{false} in {hours:.1f} h" if hours else _NOT
        )
        alone = "; ".join(
            f"{_half(name)}{one['median']:g} / {one['p95']:g} / {one['most']:g} s (n {one['count']})"
            for name, one in delays.get("first_alarm_after_fault_s", {}).items()
            if name.partition(" ")[0] == rule
        )
        table.append(f"| `{rule}` | {first} | {later} | {alone or '-'} | {told} |")
    return [
        "Statistic, source, defaults: the table above. In the reference incident `silent` counts from the end of the reports, all",
        "others from the begin of the ramp; in the scenarios from the begin of the phase with the fault; of one fault from the fault,",
        "with the time that what it does takes (a leak to fill, sessions to move). `-`: not part of that run.",
        "",
        *table,
    ]


def _half(name: str) -> str:
    """`balancer: ` of `blind (balancer)`."""
    half = name.partition(" ")[2].strip("()")
    return f"{half}: " if half else ""


def _delays(delays: dict[str, Any]) -> list[str]:
    if not delays:
        return [f"`python -m tests.accept alarms-delays`: {_NOT}."]
    missed = ", ".join(f"{rule} {count}" for rule, count in delays["missed"].items())
    verdict = "PASS" if delays["pass"] else f"FAIL, without an alarm: {missed}"
    return [
        f"`{delays['command']}` ({delays['measured_at'][:10]}, {verdict}), {delays['seeds']} seeds,"
        f" poll {delays['poll_s']:g} s, reports each {delays['report_s']:g} s: the column of one fault."
    ]


def _proofs(proofs: dict[str, Any]) -> list[str]:
    if not proofs:
        return [f"`python -m tests.accept alarms-200`: {_NOT}."]
    right = ", ".join(f"{kind} {share:.0%}" for kind, share in proofs["verdicts_right"].items())
    met = proofs["expectations"] - len(proofs["expectations_missed"])
    return [
        f"`{proofs['command']}` ({proofs['measured_at'][:10]}, {'PASS' if proofs['pass'] else 'FAIL'}), {proofs['seeds']} seeds:",
        "",
        f"- recall {proofs['recall']:.1%}, precision {proofs['precision']:.1%}",
        f"- a culprit leads the list in {proofs['culprit_first']:.1%} of the polls with a list",
        f"- `gap` at most {proofs['gap_polls_after_margin']['most']:g} polls after the first Frame beyond its margin",
        f"- `silent` at most {proofs['silent_s_after_mute']['most']:g} s after the last report",
        f"- where reports are lost, 3 report intervals and a poll after the fault: {right}",
        f"- {met} of {proofs['expectations']} expectations of {proofs['scenarios']} scenarios met, {proofs['scenario_seeds']} seeds each",
        *(f"- missed: {one}" for one in proofs["expectations_missed"]),
    ]


def _grid(grid: dict[str, Any]) -> list[str]:
    if not grid:
        return [f"`python -m tests.accept.grid --hours 24 --seeds 20`: {_NOT}."]
    quiet, false, hours = grid["limits"]["herd_number_below"], grid["false_alarms"], grid["calm_virtual_hours"]
    return [
        f"`{grid['command']}` ({grid['measured_at'][:10]}): {false} false alarms in {hours:g} virtual hours of",
        f"the {grid['calm_cells_run']} of {grid['calm_cells']} cells with H < {quiet:g} that were run; restarts are true and not counted.",
        *([f"{_NOT} in full: {grid['not_measured']}."] if grid["not_measured"] else []),
        "",
        "```",
        *lines(grid["cells"]),
        "```",
    ]


def main() -> int:
    """Exit code."""
    parser = argparse.ArgumentParser("python -m tests.accept.table")
    parser.add_argument("--check", action="store_true", help="write nothing; 1: the page is out of date")
    arguments = parser.parse_args()
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    wanted = (
        head + BEGIN + text(read("alarms-200"), read("alarms-delays"), read("alarms-grid")) + END + rest.split(END)[1]
    )
    if arguments.check:
        show("docs/alarms.md is as measured" if page == wanted else "docs/alarms.md is not what the figures say")
        return int(page != wanted)
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
