"""A stretch judged once and looked at in any order: the Views are those that the console had; other settings, other times."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from console.domain.errors import ConsoleError
from console.engine.counterfactual import parse_changes
from console.engine.judging import Judging
from console.engine.knobs import knobs
from console.engine.opening import CannotReplay, opened, span_of
from console.engine.otherwise import ALGORITHMS, Otherwise
from console.engine.rerun import Rerun, TooLong
from console.record.recorder import RecordingError, held, ticks_of, within
from tests.support.recorded import incident_frames, record

CALM, MUTED, RAMP = 60, 30, 80


pytestmark = pytest.mark.xdist_group("rerun")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "lab.dsrrec"
    return path, record(path, incident_frames(per_pool=8, calm=CALM, muted=MUTED, ramp=RAMP))


@pytest.fixture(scope="module")
def rerun(recorded):
    path, views = recorded
    run = Rerun(opened(path, views[70].frame.wall_s))
    run.run()
    return run


def test_any_moment_in_any_order_is_as_the_console_saw_it(recorded, rerun):
    _, views = recorded
    window = views[70:]
    assert rerun.done and rerun.exact and len(rerun) == len(window) and rerun.told()["identical"]
    for index in (0, len(window) - 1, 3, 65, 64, 10):
        then, now = window[index], rerun.view(index)
        np.testing.assert_array_equal(now.frame.values, then.frame.values)
        np.testing.assert_array_equal(now.gap, then.gap)
        assert repr(now.alarms) == repr(then.alarms) and repr(now.figures) == repr(then.figures)
        assert now.frame.wall_s == then.frame.wall_s == rerun.wall(index) and rerun.at(rerun.wall(index)) == index
    assert rerun.at(0.0) == 0 and rerun.at(9e9) == len(window) - 1


def test_it_goes_from_alarm_to_alarm(rerun):
    there, at = [], -1
    while (found := rerun.raised_near(at, 1)) is not None:
        there.append(found)
        at = found
    back, at = [], len(rerun)
    while (found := rerun.raised_near(at, -1)) is not None:
        back.append(found)
        at = found
    assert there == back[::-1] and len(there) >= 2 and there == sorted(set(there))
    raised = {wall for wall, alarm in rerun.found.changes if alarm.state.value == "raised"}
    assert {rerun.wall(index) for index in there} == raised


def test_a_threshold_that_asks_for_more_fires_later_or_never(recorded):
    path, _ = recorded
    run = Judging(opened(path, 0.0), parse_changes(["gap.polls=6", "gap.of_polls=6"]))
    run.run()
    told = run.told()
    gaps = [entry for entry in told["alarms"] if entry["rule"] == "gap"]
    assert told["set"] == {"gap.polls": 6, "gap.of_polls": 6} and gaps
    assert all(entry["now"] is None or entry["recorded"] is None or entry["now"] > entry["recorded"] for entry in gaps)


def test_every_setting_that_it_names_can_be_asked_for(rerun):
    found = {knob.key: knob for knob in knobs(rerun.settings)}
    assert {"gap.polls", "silence.least_s"} <= found.keys()
    for knob in found.values():
        parse_changes([f"{knob.key}={knob.value}"])
    assert found["silence.least_s"].unit == "s"


def test_another_algorithm_would_have_refused_less(recorded):
    path, _ = recorded
    run = Otherwise(opened(path, 0.0), "exclude-stale")
    run.run()
    assert run.done and run.found is not None and "exclude-stale" in ALGORITHMS
    assert run.found.refused_really > 0 and run.found.refused < run.found.refused_really
    assert run.found.first_really_wall_s is not None
    told = run.told()
    entries = {(entry["rule"], entry["server"]): entry for entry in told["alarms"]}
    silent = entries["silent", None]
    assert silent["now"] == silent["recorded"] and silent["sure"], "silences stay as they were"
    gaps = [entry for (rule, _), entry in entries.items() if rule == "gap" and entry["recorded"] is not None]
    assert len(gaps) >= 3 and all(entry["now"] is None and entry["sure"] for entry in gaps)
    assert all("would not have fired" in entry["sentence"] for entry in gaps)
    assert {"latency", "memory"} <= set(told["not_judged"]) and not {one[0] for one in entries} & set(
        told["not_judged"]
    )


def test_the_balancer_s_own_algorithm_worked_out_so_raises_what_was_raised(recorded):
    path, _ = recorded
    run = Otherwise(opened(path, 0.0), "least-reported")
    run.run()
    told = run.told()
    really = [entry for entry in told["alarms"] if entry["recorded"] is not None]
    assert len(really) >= 5 and all(entry["now"] is not None for entry in really), "the method finds all of them"
    assert all(entry["control"] is not None and entry["sure"] for entry in really)


def test_it_can_be_called_off(recorded):
    path, _ = recorded
    run = Rerun(opened(path, 0.0))
    run.cancel()
    worker = threading.Thread(target=run.run)
    worker.start()
    worker.join(60)
    assert not worker.is_alive() and not run.done and len(run) == 0


def test_a_narrower_window_of_a_stretch_in_memory(recorded):
    path, views = recorded
    stretch = opened(path, 0.0)
    part = within(stretch, views[80].frame.wall_s, views[99].frame.wall_s)
    walls = [tick.frame.wall_s for number, tick in part.ticks() if not part.warms_up(number)]
    assert walls == [view.frame.wall_s for view in views[80:100]]
    run = Rerun(part)
    run.run()
    assert run.exact and repr(run.view(19).alarms) == repr(views[99].alarms)
    with pytest.raises(RecordingError, match="nothing of that time"):
        within(stretch, 9e9, 9.1e9)
    with pytest.raises(RecordingError, match="longer than memory"):
        held(stretch, 1000)
    assert ticks_of(stretch) == len(views) and span_of(path) == (views[0].frame.wall_s, views[-1].frame.wall_s)


def test_what_is_too_long_or_no_recording_is_one_clear_sentence(recorded, tmp_path, monkeypatch):
    path, _ = recorded
    monkeypatch.setattr("console.engine.rerun.MOST_CELLS", 100)
    with pytest.raises(TooLong, match="choose a shorter one"):
        Rerun(opened(path, 0.0))
    for name, body in (("a.dsrsnap", b"PK\x03\x04" + bytes(200)), ("b.dsrsnap", b"<html>"), ("c.dsrrec", b"")):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(ConsoleError) as caught:
            opened(tmp_path / name)
        assert str(caught.value) and "\n" not in str(caught.value)
    broken = tmp_path / "d.dsrrec"
    broken.write_bytes(path.read_bytes()[:4096] + bytes(100_000))
    with pytest.raises(ConsoleError):
        opened(broken)
    with pytest.raises(CannotReplay, match="cannot be read"):
        opened(tmp_path / "none")
