"""Labs for the tests of the lab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.lab import LabOptions
from console.lab.process import LabProcess, start_lab

QUIET = LabOptions(pools=(("8k", 4), ("16k", 2)), rate=(0.0,), night=(0.0,), limit=3, report_interval_s=0.05, hosts=1)
"""Six servers without load; what a test does with them is all that happens."""


@pytest.fixture(scope="module")
def quiet_lab() -> Iterator[LabProcess]:
    with start_lab(QUIET) as lab:
        yield lab
