"""What an operator did to alarms with the keyboard is there after SIGKILL: acknowledgements with who and note, shelves, notes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_keys_pressed_before_a_kill_are_not_forgotten(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.support.alarmchild", str(tmp_path / "state.db")]
    with subprocess.Popen([*command, "act"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        before = json.loads(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
    again = subprocess.run([*command, "look"], check=True, cwd=ROOT, capture_output=True, text=True, timeout=100)
    after = json.loads(again.stdout)
    assert after == before
    said = [ack for _, ack, _, _ in before["alarms"].values() if ack]
    assert ["noc-2", "site called"] in said and ["noc-2", ""] in said
    assert ["noc-2", "disk swap"] in [shelf for _, _, shelf, _ in before["alarms"].values()]
    assert [text for _, _, text in before["notes"]] == ["site called", "no report since midnight", "shift change at 8"]
