"""Drills in virtual time: each scenario finds what it expects, the actors differ as they should, the same seed is the same run."""

from __future__ import annotations

import functools
import json
from types import SimpleNamespace

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from msgspec import structs

from console.domain.errors import SettingsError
from console.lab.drill.actors import actor, league
from console.lab.drill.command import END, DrillOptions, drill
from console.lab.drill.expect import Finding, Verdict, built, findings
from console.lab.drill.operator import Operator
from console.lab.drill.samples import Event, Run, Sample, Span, Tally
from console.lab.drill.scoreboard import Board, score
from console.lab.drill.virtual import run
from console.lab.story import builtin, names
from console.lab.story.format import Expect
from console.lab.story.timelapse import TimeLapse
from console.policy import NAMES

FAST = 120.0


def together(name: str) -> pytest.MarkDecorator:
    """Tests of one scenario run in one process: `played` plays it once for all of them."""
    return pytest.mark.xdist_group(f"drill-{name}")


def grouped(*scenarios: str) -> list[ParameterSet]:
    return [pytest.param(name, marks=together(name)) for name in scenarios]


@functools.cache
def played(name: str, who: str = "none", seed: int = 1) -> tuple[Run, Board]:
    scenario = builtin(name)
    made = run(scenario, actor(who), seed, FAST if scenario.speed > 1 else None)
    return made, score(made)


@pytest.mark.parametrize("name", grouped(*names()))
def test_the_console_finds_what_each_scenario_expects(name: str):
    scenario = builtin(name)
    held: list[Finding] = []
    for who in ("none", "console"):
        if not any(expect.actor == who for expect in scenario.expects):
            continue
        made, _ = played(name, who)
        assert not made.notes, "the simulation knows every fault of the product's scenarios"
        held += findings(scenario, made)
    assert len(held) == len(scenario.expects), "each is held against one run"
    missed = [f"{one.expect.rule} in {one.expect.phase}: {one.words}" for one in held if one.words]
    assert not missed
    assert all(one.verdict is Verdict.MET for one in held), "every rule that a scenario expects is built"


@together("lying-balancer")
def test_what_takes_an_operator_is_held_against_no_other_run():
    made, _ = played("lying-balancer", "console")
    assert [each.expect.rule for each in findings(builtin("lying-balancer"), made)] == ["ineffective"]
    made, _ = played("one-hot", "algorithm:both")
    assert findings(builtin("one-hot"), made) == []


@together("calm")
def test_the_rules_of_today_are_known_and_one_to_come_is_no_pass():
    assert {"silent", "gap", "saturation", "blind"} <= built()
    made, _ = played("calm")
    scenario = structs.replace(builtin("calm"), expects=(Expect("psychic", phase="day"),))
    assert [each.verdict for each in findings(scenario, made)] == [Verdict.NOT_BUILT]


@pytest.mark.parametrize(
    ("events", "expect", "verdict"),
    [
        ((Event(12.0, "alarm", "a", "silent"),), Expect("silent", "them", 5.0, "peak"), Verdict.MET),
        ((Event(16.0, "alarm", "a", "silent"),), Expect("silent", "them", 5.0, "peak"), Verdict.MISSED),
        ((), Expect("silent", "them", 5.0, "peak"), Verdict.MISSED),
        ((Event(12.0, "alarm", "a", "silent"), Event(50.0, "alarm", "b", "silent")), Expect("silent", "them", 5.0, "peak"), Verdict.MISSED),
        (
            (Event(12.0, "alarm", "a", "silent"), Event(50.0, "alarm", "b", "gap")),
            Expect("silent", "them", 5.0, "peak", ("gap",)),
            Verdict.MET,
        ),
        ((Event(12.0, "alarm", None, "silent"),), Expect("silent", "", 5.0, "peak"), Verdict.MET),
        ((), Expect(None, phase="peak"), Verdict.MET),
        ((Event(12.0, "alarm", "a", "gap"),), Expect(None, phase="peak"), Verdict.MISSED),
    ],
)  # fmt: skip
def test_an_expectation_is_met_by_the_right_servers_in_time_and_nobody_else(events, expect: Expect, verdict: Verdict):
    sample = Sample(0.0, (), (), np.empty(0), np.empty(0), np.empty(0, dtype=bool), np.empty(0), {})
    spans = (Span("night", 0.0, 10.0, "04:07", True), Span("peak", 10.0, 60.0, "09:12", True))
    made = Run("x", "none", "sim", 1, 1.0, spans, (sample,), events, {"them": ("a",)})
    scenario = structs.replace(builtin("calm"), expects=(expect,))
    assert [each.verdict for each in findings(scenario, made)] == [verdict]


@together("incident-2025-01-21")
def test_the_incident_refuses_half_of_the_8k_sessions_while_95_percent_of_the_fleet_stand_idle():
    made, board = played("incident-2025-01-21")
    peak = board.phases["first-peak"]
    refused = peak["-a-general/8k", "direct"]
    assert 0.30 <= refused.refused / refused.asked <= 0.65
    assert refused.partial > 0, "who was connected got a part of the result"
    assert peak["-a-general/16k", "direct"].lost == 0
    assert board.overloaded is not None
    assert (board.overloaded.k, board.overloaded.n, board.overloaded.percent) == (2, 43, 4.7)
    assert len([text for text, count in board.total.errors.items() if count]) == 3
    assert len(board.windows) == 2 and board.windows[-1].end_s is not None, "it recovers by itself, twice"
    assert board.sla_percent == 100.0 and board.success_percent < 80
    lapse = TimeLapse.of(builtin("incident-2025-01-21"), FAST)
    assert lapse.phase(board.windows[1].start_s + 1) == [
        phase.name for phase in builtin("incident-2025-01-21").phases
    ].index("second-peak")
    assert made.speed == FAST


@together("incident-64")
def test_three_of_64_are_4_7_percent_too():
    _, board = played("incident-64")
    assert board.overloaded is not None
    assert (board.overloaded.k, board.overloaded.n, board.overloaded.percent) == (3, 64, 4.7)


@together("incident-2025-01-21")
def test_the_operator_and_the_right_algorithm_lose_next_to_nobody():
    none, console, counting = (
        played("incident-2025-01-21", who)[1] for who in ("none", "console", "algorithm:count-in-flight")
    )
    assert console.first_alarm_s is not None and console.first_detach_s is not None
    assert console.first_detach_s >= console.first_alarm_s + 10, "a person needs ten seconds"
    assert console.total.lost < none.total.lost / 20
    assert counting.total.lost < 0.005 * counting.total.asked
    assert none.total.asked == console.total.asked == counting.total.asked, "the same sessions came to all of them"


@pytest.mark.parametrize("name", grouped("incident-2025-01-21", "incident-64"))
def test_no_gate_stands_in_the_way_of_the_right_detach(name: str):
    made, console = played(name, "console")
    silent = {server for servers in made.groups.values() for server in servers}
    hindered = {event.server for event in made.events if event.what == "refused"} & silent
    assert hindered == set()
    detached = {event.server for event in made.events if event.what == "detached"}
    assert len(detached & silent) >= 2
    assert console.total.lost < played(name, "none")[1].total.lost / 20


@together("mute-in-the-peak")
def test_a_click_in_the_middle_of_the_peak_helps_but_cannot_undo():
    none, console = (played("mute-in-the-peak", who)[1] for who in ("none", "console"))
    assert none.total.lost / 20 < console.total.lost < none.total.lost / 3


def test_the_operator_thinks_first_clicks_the_worst_and_waits_for_what_became_of_it():
    def shown(*servers: str) -> SimpleNamespace:
        return SimpleNamespace(suspects=[SimpleNamespace(server=server) for server in servers])

    operator = Operator(reaction_s=10.0)
    clicks = [
        operator.click(shown("a"), 0.0),
        operator.click(shown("b", "a"), 5.0),
        operator.click(shown("b", "a"), 9.9),
    ]
    assert clicks == [None, None, None]
    assert operator.click(shown("b", "a"), 10.0) == "a", "b is worse, and was seen for 5 s only"
    assert operator.click(shown("b", "a"), 11.0) is None
    assert operator.click(shown("b", "a"), 15.0) == "b"
    assert operator.click(shown("b", "a"), 15.5) == "a", "the first click came to nothing"
    assert operator.click(shown(), 16.0) is None
    assert operator.click(shown("b"), 30.0) is None, "it was gone, and is looked at anew"


def test_the_same_seed_is_the_same_run_and_another_is_another():
    def figures(seed: int) -> tuple[Tally, tuple[Event, ...]]:
        made = run(builtin("demo"), actor("console"), seed)  # anew each time
        return score(made).total, made.events

    assert figures(3) == figures(3) != figures(4)


def test_the_league_has_every_algorithm_and_a_wrong_actor_is_one_sentence():
    assert [each.name for each in league()] == ["none", "console", *(f"algorithm:{name}" for name in NAMES[1:])]
    for wrong in ("operator", "algorithm:magic", "least-reported"):
        with pytest.raises(SettingsError, match="Give none, console"):
            actor(wrong)


def test_the_command_prints_json_and_writes_the_league_with_its_command(tmp_path, capsys):
    file = tmp_path / "drills.md"
    words = ("drill", "one-hot", "--seeds", "2")
    file.write_text(f"# Old\n\n| old |\n\n{END}\n\n## Live\n\nRows by hand.\n")
    assert drill(DrillOptions("one-hot", seeds=2, json=True, write=file, words=words)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["schema"], line["seed"], line["way"]) for line in lines] == [
        ("drill/1", 1, "sim"),
        ("drill/1", 2, "sim"),
    ]
    assert lines[0]["expected"] == [{"rule": "gap", "group": "hot", "verdict": "met", "words": ""}]
    assert lines[0]["overloaded"]["percent"] == 2.3
    text = file.read_text()
    assert "`dsr-console drill one-hot --seeds 2`" in text
    assert "| one-hot | none | sim | 2 |" in text
    assert text.endswith(f"{END}\n\n## Live\n\nRows by hand.\n") and "ld |" not in text, (
        "what is not of the command stays"
    )
    with pytest.raises(SettingsError, match="names no scenario"):
        drill(DrillOptions(None))
