"""A recording whose rules went on where an earlier run's were: a replay of it needs what they took over, and has it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from console.engine.counterfactual import identical
from console.engine.judging import Judging
from console.engine.keeper import Keeper
from console.engine.rerun import Rerun
from console.record.recorder import Recording, Stretch
from console.record.recorder.held import held
from console.record.state import StateFile
from tests.support.recorded import incident_frames, record

KILLED_AT = 54
"""Three servers have their gap alarm open; their windows have begun long before."""


@pytest.fixture(scope="module")
def second_run(tmp_path_factory: pytest.TempPathFactory) -> Stretch:
    folder = tmp_path_factory.mktemp("takenover")
    frames = incident_frames(calm=20, muted=20, ramp=22)
    for part in (frames[:KILLED_AT], frames[KILLED_AT:]):
        record(folder / "a.dsrrec", part, keeper=Keeper(lambda: StateFile(folder / "state.db"), "fleet"))
    with Recording(folder / "a.dsrrec") as recording:
        return held(recording.stretch(frames[KILLED_AT].wall_s))


def test_a_replay_goes_on_from_what_the_rules_took_over(second_run: Stretch) -> None:
    judging, rerun = Judging(second_run), Rerun(second_run)
    judging.run()
    rerun.run()
    assert judging.found.changes
    assert judging.exact
    assert identical(second_run, judging.found)
    assert rerun.told()["identical"]


def test_without_it_other_alarms_would_be_found(second_run: Stretch) -> None:
    without = replace(second_run, events=tuple(one for one in second_run.events if one.kind != "carried"))
    assert len(without.events) == len(second_run.events) - 1
    judging = Judging(without)
    judging.run()
    assert not identical(without, judging.found)
