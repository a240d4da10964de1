"""Faults of writing on a running lab, through the real command: a balancer that lies, and the same server asked for twice at once."""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from console.domain.lies import LIES
from tests.accept.measuring import Case, Figures
from tests.support.live import POOL_8K, Acted, Lab, lab, run

SEED = 37
_SETTINGS = "[poll]\ninterval_s = 0.5\n[gates]\ndetaches = 100\n[ladder]\nconfirm_s = 3.0\ndeadline_s = 1.5\n"
_CAUGHT = {
    "does_nothing": (["requested", "accepted", "failed"], "its table does not show it"),
    "never_does": (["requested", "accepted", "failed"], "its table does not show it"),
    "still_routes": (["requested", "accepted", "confirmed", "failed"], "sessions still arrive"),
    "takes_back": (["requested", "accepted", "confirmed", "failed"], "was attached again"),
    "times_out": (["requested", "unknown", "confirmed", "effective"], ""),
}
"""By lie: the steps that the command must tell until it has found out, the weak one left out, and the words that name it."""


def _act(server: str, fleet: Lab, folder: str, who: str = "noc-1") -> Acted:
    """`detach` with the settings of this file and a state folder of the operator's own."""
    file = Path(folder) / "settings.toml"
    file.write_text(f'[balancer]\nurl = "{fleet.url}"\n{_SETTINGS}')
    done = run(
        "detach", server, "--config", str(file), "--reason", "accept", "--operator", who, "--json",
        environ={"XDG_STATE_HOME": str(Path(folder) / who)},
    )  # fmt: skip
    return Acted(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)


def _steps(done: Acted) -> list[str]:
    """Until the first failure, or the proof."""
    steps = [step for step in done.steps if step != "effective_weak"]
    ends = [place for place, step in enumerate(steps) if step in ("failed", "effective")]
    return steps[: ends[0] + 1] if ends else steps


def lies(quick: bool) -> Figures:
    """One server for each lie, under load: where the proof stops, and in which words."""
    told: dict[str, Figures] = {}
    with lab(seed=SEED, night=(12.0, 4.0)) as fleet, tempfile.TemporaryDirectory() as folder:
        names = [row["id"] for row in fleet.fleet()["servers"] if row["pool"] == POOL_8K]
        for server, lie in zip(names, LIES, strict=False):
            fleet.fault("balancer_lies", mode=lie, seconds=3.0)
            done = _act(server, fleet, folder)
            fleet.fault("balancer_lies", on=False)
            steps, words = _CAUGHT[lie]
            said = " ".join(str(line.get("sentence") or line.get("message") or "") for line in done.lines) + done.told
            told[lie] = {"caught": _steps(done) == steps and words in said, "steps": done.steps, "exit_code": done.code}
    return {
        "pass": all(one["caught"] for one in told.values()),
        "seed": SEED,
        "limits": {"caught": len(_CAUGHT)},
        "lies": told,
    }


def twice(quick: bool) -> Figures:
    """The same server by two consoles at once."""
    runs: list[Figures] = []
    with lab(seed=SEED) as fleet, tempfile.TemporaryDirectory() as folder:
        names = [row["id"] for row in fleet.fleet()["servers"] if row["pool"] == POOL_8K]
        for server in names[: 1 if quick else 3]:  # more of them would meet the limit of one click
            generation = fleet.fleet()["balancer"]["generation"]
            with ThreadPoolExecutor(2) as pool:
                both = list(
                    pool.map(
                        lambda who, server=server: _act(server, fleet, folder, who),
                        ("noc-1", "noc-2"),
                    )
                )
            changes = fleet.fleet()["balancer"]["generation"] - generation
            said = [json.dumps(done.lines) + done.told for done in both]
            names_other = [who in words for who, words in zip(("noc-2", "noc-1"), said, strict=True)]
            runs.append(
                {
                    "changes": changes,
                    "exit_codes": [done.code for done in both],
                    "loser_was_told": sum("already by" in words or "meanwhile" in words for words in said),
                    "named_the_other": sum(names_other),
                    "steps": [done.steps for done in both],
                }
            )
    return {
        "pass": all(run["changes"] == 1 and 0 in run["exit_codes"] for run in runs),
        "seed": SEED,
        "limits": {"changes": 1},
        "runs": runs,
    }


CASES = (
    Case("fault-f34", "the same server by two consoles at once: exactly one change", twice, 60),
    Case("fault-f37", "a balancer that lies is caught at each step of the ladder", lies, 90),
)
