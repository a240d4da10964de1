"""A case in a process of its own: limits that it sets, and what it leaves in memory, end with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from tests.accept.measuring import Figures, NotMeasured

_NOT_MEASURED = 3


def alone(module: str, name: str) -> Callable[[bool], Figures]:
    """Runs the case `name` of `module`, whose last lines are `told(..)`, without a display."""

    def run(quick: bool) -> Figures:
        done = subprocess.run(
            [sys.executable, "-m", module, name, *(["quick"] if quick else [])],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        if done.returncode == _NOT_MEASURED:
            raise NotMeasured(done.stdout.strip())
        if done.returncode != 0:
            return {"pass": False, "why": done.stderr[-2000:]}
        return json.loads(done.stdout.splitlines()[-1])

    return run


def told(bodies: Mapping[str, Callable[[bool], Figures]]) -> None:
    """In that process: prints the figures of the case that is asked for."""
    try:
        print(json.dumps(bodies[sys.argv[1]](sys.argv[2:] == ["quick"])))
    except NotMeasured as error:
        print(error)
        sys.exit(_NOT_MEASURED)
