"""A scenario of one's own on a live lab, by the real command: both interfaces speak, and the console finds the silent one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.live import POOL_8K, POOL_16K, run

SCENARIO = """\
schema = "scenario/1"
name = "mini"
title = "A small one"
about = "One of four falls silent."
start = "04:07"
end = "04:47"
speed = 80
spoken = { websocket = 0.3, http = 0.2 }

[fleet]
pools = { "8k" = 4, "16k" = 2 }
session_s = 3

[[phase]]
name = "quiet"
at = "04:07"
title = "Quiet"
say = "All is well."
load = { "8k" = 2, "16k" = 1 }

[[phase]]
name = "silent"
at = "04:15"
shows = true
title = "One is silent"
say = "It goes on serving."
do = "Detach it."

  [[phase.fault]]
  kind = "mute"
  group = "silent"
  pool = "8k"
  count = 1
  idle = true

[[expect]]
rule = "silent"
group = "silent"
phase = "silent"
within_s = 60
tolerated = ["gap", "saturation"]
"""


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.xdist_group("lab-story")
def test_a_scenario_is_played_live_and_scored(tmp_path: Path):
    file = tmp_path / "mini.toml"
    file.write_text(SCENARIO)
    done = run("drill", str(file), "--live", "--json", "--actor", "none", watchdog_s=180.0)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["scenario"], told["way"], told["speed"]) == ("mini", "live", 80.0)
    faults = [event for event in told["events"] if event["what"] == "fault"]
    assert [event["words"] for event in faults] == ["mute"]
    assert [(each["rule"], each["verdict"]) for each in told["expected"]] == [("silent", "met")]
    alarms = [event for event in told["events"] if event["what"] == "alarm" and event["rule"] == "silent"]
    assert {event["server"] for event in alarms} == {faults[0]["server"]}
    whole = {(part["pool"], part["interface"]): part["completed"] for part in told["parts"]}
    for interface in ("direct", "websocket", "http"):
        assert whole[POOL_8K, interface] + whole[POOL_16K, interface] > 0, f"nobody was served over {interface}"
    assert [phase["phase"] for phase in told["phases"]] == ["quiet", "silent"]
    assert told["first_alarm_s"] is not None and told["overloaded"] is not None


def test_a_wrong_scenario_is_refused_before_anything_starts(tmp_path: Path):
    file = tmp_path / "mini.toml"
    file.write_text(SCENARIO.replace('kind = "mute"', 'kind = "mut"').replace("count = 1", "count = 5"))
    for command in (("drill", str(file)), ("lab", "--scenario", str(file)), ("run", "--demo", "--scenario", str(file))):
        done = run(*command)
        assert done.returncode == 2, done.stderr
        assert f"{file}:30: phase[2].fault[1].kind is 'mut'. Did you mean mute?" in done.stderr
