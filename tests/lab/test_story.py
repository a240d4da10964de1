"""Scenarios: read with every problem at its line, squeezed by a time-lapse, played in order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.errors import SettingsError
from console.lab.problem import Problem
from console.lab.story import TimeLapse, builtin, load, names
from console.lab.story.cues import Begin, cues, places
from console.lab.story.format import SHOWN_S, Fleet, Phase, Scenario, Strike
from console.lab.story.loader import read
from console.lab.story.player import Player
from tests.support.virtualtime import VirtualClock, run_virtually

GOOD = """\
schema = "scenario/1"
name = "mine"
title = "Mine"
about = "A scenario of my own"
start = "23:50"
end = "00:30"
speed = 60

[fleet]
pools = { "8k" = 8, "16k" = 4 }

[[phase]]
name = "night"
at = "23:50"
title = "Night"
say = "All is well."
load = { "8k" = 1 }

[[phase]]
name = "trouble"
at = "00:10"
title = "Trouble"
say = "One is silent."
shows = true

  [[phase.fault]]
  kind = "mute"
  group = "silent"
  pool = "8k"
  count = 1

  [[phase.fault]]
  kind = "mute"
  group = "silent"
  on = false
  after_s = 10

[[expect]]
rule = "silent"
group = "silent"
phase = "trouble"
"""


def test_a_scenario_of_ones_own_may_go_over_midnight():
    scenario = read(GOOD.encode(), "mine.toml")
    assert [phase.at_s for phase in scenario.phases] == [0.0, 1200.0]
    assert scenario.end_s == 2400.0
    assert [scenario.clock(at_s) for at_s in (0, 599, 600, 2400)] == ["23:50", "23:59", "00:00", "00:30"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("scenario/1", "scenario/9", 1, 'Write schema = "scenario/1"'),
        ('name = "mine"', 'name = "My Own"', 2, "lower-case letters"),
        ('end = "00:30"', 'end = "00:05"', 6, "not after the last phase"),
        ("speed = 60", "sped = 60", 7, "Did you mean speed?"),
        ('"8k" = 8', '"8k" = 0', 10, "between 1 and 5000"),
        ('at = "00:10"', 'at = "24:10"', 21, 'a clock time such as "09:12"'),
        ('at = "00:10"', 'at = "23:50"', 21, "not after the one before"),
        ('name = "trouble"', 'name = "night"', 20, "Rename one"),
        ("shows = true", 'shows = "yes"', 24, "Write true or false"),
        ('kind = "mute"', 'kind = "mut"', 27, "Did you mean mute?"),
        ("count = 1", "count = 9", 30, "pool 8k has 8 servers"),
        ("on = false", "off = true", 35, "is not known"),
        ('group = "silent"\n  on', 'group = "other"\n  on', 32, "has no pool"),
        ('rule = "silent"', 'rule = "silence"', 39, "Did you mean silent?"),
        ('group = "silent"\nphase', 'group = "quiet"\nphase', 40, "there is no group quiet"),
        ('phase = "trouble"', 'phase = "troubel"', 41, "Did you mean trouble?"),
        ("[[phase]]", "[[phase]", 12, "not TOML"),
    ],
)
def test_every_mistake_has_its_line_and_a_remedy(old: str, new: str, line: int, words: str):
    assert old in GOOD
    with pytest.raises(SettingsError) as raised:
        read(GOOD.replace(old, new, 1).encode(), "mine.toml")
    at_line = [text for text in str(raised.value).splitlines() if text.startswith(f"mine.toml:{line}: ")]
    assert any(words in text for text in at_line), str(raised.value)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines():
    broken = GOOD.replace("speed = 60", "speed = 0").replace("count = 1", "count = 1.5").replace("Trouble", "")
    with pytest.raises(SettingsError) as raised:
        read(broken.encode(), "mine.toml")
    assert [int(text.split(":")[1]) for text in str(raised.value).splitlines()] == [7, 22, 30]


def test_a_phase_that_must_show_is_long_enough_on_its_own_clock():
    with pytest.raises(SettingsError, match="must show but lasts 10 s"):
        read(GOOD.replace('end = "00:30"', 'end = "00:10:10"').encode(), "mine.toml")


def test_an_unknown_name_and_an_unreadable_file_are_one_sentence(tmp_path):
    with pytest.raises(SettingsError, match=r"no scenario 'clam'.*calm"):
        load("clam")
    with pytest.raises(SettingsError, match="Name a readable file"):
        load(str(tmp_path / "none.toml"))
    mine = tmp_path / "mine.toml"
    mine.write_text(GOOD)
    assert load(str(mine)).name == "mine"


@pytest.mark.parametrize("name", names())
def test_each_scenario_of_the_product_is_good_and_named_as_its_file(name: str):
    scenario = builtin(name)
    assert scenario.name == name
    assert scenario.expects, "what the console must find, or that it must find nothing"
    assert any(phase.shows for phase in scenario.phases)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    lengths = draw(st.lists(st.floats(0.5, 40_000), min_size=1, max_size=8))
    phases, at_s = [], 0.0
    for number, length_s in enumerate(lengths):
        shows = draw(st.booleans())
        phases.append(Phase(f"p{number}", at_s, "t", "s", shows=shows))
        at_s += max(length_s, SHOWN_S) if shows else length_s
    return Scenario("x", "t", "a", Fleet((("8k", 1),)), tuple(phases), at_s)


@given(scenarios(), st.floats(1, 3600), st.lists(st.floats(-1, 2), min_size=2, max_size=6))
def test_a_time_lapse_grows_maps_back_and_gives_what_must_show_its_20_seconds(
    scenario: Scenario, speed: float, at: list[float]
):
    lapse = TimeLapse.of(scenario, speed)
    for index, phase in enumerate(scenario.phases):
        begin_s, end_s = lapse.span(index)
        assert lapse.ours(phase.at_s) == pytest.approx(begin_s)
        lasts_s = (*(p.at_s for p in scenario.phases[1:]), scenario.end_s)[index] - phase.at_s
        assert end_s - begin_s <= lasts_s * (1 + 1e-9) + 1e-6, "it never slows down"
        assert end_s - begin_s >= lasts_s / speed * (1 - 1e-9) - 1e-6
        if phase.shows:
            assert end_s - begin_s >= SHOWN_S - 1e-6
        assert lapse.phase((begin_s + end_s) / 2) == index
    times = sorted(share * lapse.total_s for share in at)
    mapped = [lapse.scenario(time_s) for time_s in times]
    assert mapped == sorted(mapped)
    assert [lapse.ours(there) for there in mapped] == pytest.approx(times, abs=1e-3)


def test_a_time_lapse_slower_than_the_clock_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        TimeLapse.of(builtin("demo"), 0.5)


@given(st.integers(1, 200), st.integers(1, 200), st.integers(-50, 50))
def test_the_chosen_ones_exist_and_differ(size: int, count: int, seed: int):
    found = places(size, count, seed)
    assert len(set(found)) == len(found) == min(size, count)
    assert all(0 <= place < size for place in found)


def test_the_demo_silences_three_that_stand_apart():
    assert [f"dsrs-{place + 1:03d}" for place in places(32, 3, 1)] == ["dsrs-007", "dsrs-023", "dsrs-031"]
    assert places(8, None, 3) == list(range(8))


def test_what_repeats_is_mended_each_time_and_before_the_phase_ends():
    scenario = read(GOOD.encode(), "mine.toml")
    again = Strike("mute", "silent", pool="8k", every_s=4.0, for_s=1.0)
    trouble = replace(scenario.phases[1], strikes=(again,))
    scenario = replace(scenario, phases=(scenario.phases[0], trouble))
    lapse = TimeLapse.of(scenario, 60)
    strikes = [(cue.at_s, cue.what.on) for cue in cues(scenario, lapse) if isinstance(cue.what, Strike)]
    assert strikes[:4] == [(20.0, True), (21.0, False), (24.0, True), (25.0, False)]
    assert [on for _, on in strikes] == [True, False] * (len(strikes) // 2)
    assert strikes[-1][0] <= lapse.total_s


class Servers:
    """32 servers of which some never report 0, and one that refuses every fault."""

    def __init__(self, busy: set[str], broken: str = "") -> None:
        self.busy, self.broken = busy, broken
        self.asked: list[tuple[str, tuple[str, ...], bool]] = []

    def ids_of(self, pool: str) -> list[str]:
        return [f"dsrs-{n:03d}" for n in range(1, 33)] if pool.endswith("8k") else ["dsrs-099"]

    async def fault(self, kind: str, servers: list[str], **arguments: Any) -> dict[str, Any]:
        if self.broken in servers:
            raise Problem(400, "bad_request", "It is dead.")
        changed = [s for s in servers if "only_if_reported" not in arguments or s not in self.busy]
        self.asked.append((kind, tuple(changed), arguments["on"]))
        return {"t": 0.0, "servers": changed}


class Pool:
    """A load that remembers what it was told."""

    def __init__(self) -> None:
        self.changes: list[tuple[float, float]] = []

    def change(self, rate: float, over_s: float) -> None:
        self.changes.append((rate, over_s))


def play(
    scenario: Scenario, servers: Servers, speed: float = 1.0
) -> tuple[Player, dict[str, Pool], list[Any], list[str]]:
    pools = {"-a-general/8k": Pool(), "-a-general/16k": Pool()}
    began: list[Any] = []
    told: list[str] = []

    async def work(clock: VirtualClock) -> Player:
        lapse = TimeLapse.of(scenario, speed)
        player: Player

        def begin(index: int) -> None:
            began.append((round(clock.monotonic(), 3), player.guide()))

        player = Player(
            scenario, lapse, servers, pools, pool_name=lambda name: f"-a-general/{name}", began=begin, tell=told.append
        )
        await player.play()
        began.append((round(clock.monotonic(), 3), player.guide()))
        return player

    return run_virtually(work), pools, began, told


@pytest.mark.parametrize(
    ("busy", "wanted"),
    [
        (set[str](), ["dsrs-007", "dsrs-023", "dsrs-031"]),
        ({"dsrs-023", "dsrs-031", "dsrs-032"}, ["dsrs-001", "dsrs-007", "dsrs-024"]),
    ],
)
def test_the_demo_mutes_three_idle_ones_and_then_all_pools_ramp(busy: set[str], wanted: list[str]):
    player, pools, began, told = play(builtin("demo"), Servers(busy))
    assert player.groups == {"silent": wanted}
    assert set(player.struck) == set(wanted)
    assert [(at_s, document["name"]) for at_s, document in began[:4]] == [
        (0, "quiet"), (20, "mute"), (35, "ramp"), (40, "run"),
    ]  # fmt: skip
    assert pools["-a-general/8k"].changes == [(1.0, 0.0), (12.0, 5.0)]
    assert pools["-a-general/16k"].changes == [(1.0, 0.0), (4.0, 5.0)]
    assert told == [f"    20 s: mute: {', '.join(wanted)}"] or busy
    document = began[3][1]
    assert (document["schema"], document["step"], document["steps"], document["muted"]) == ("guide/1", 4, 4, wanted)
    assert (document["scenario"], document["clock"], document["next_in_s"]) == ("demo", "04:07:40", None)


def test_a_fault_that_fails_is_told_and_the_play_goes_on():
    scenario = read(GOOD.encode(), "mine.toml")
    _, _, began, told = play(scenario, Servers(set(), broken="dsrs-007"), 60)
    assert len(told) == 2 and "It is dead." in told[0]
    assert [document["name"] for _, document in began] == ["night", "trouble", "trouble"]


def test_what_is_mended_is_no_longer_told_as_struck():
    scenario = read(GOOD.encode(), "mine.toml")
    servers = Servers(set())
    player, _, began, _ = play(scenario, servers, 60)
    assert servers.asked == [("mute", ("dsrs-007",), True), ("mute", ("dsrs-007",), False)]
    assert player.struck == {} and player.groups == {"silent": ["dsrs-007"]}
    assert [fault["on"] for fault in began[-1][1]["faults"]] == [True, False]
    assert [round(fault["at_s"]) for fault in began[-1][1]["faults"]] == [20, 30]
    assert isinstance(cues(scenario, TimeLapse.of(scenario))[0].what, Begin)
