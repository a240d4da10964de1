"""Each rule at its levels: when it comes, when it goes, what it says, and when it keeps still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from console.detect import Detectors, GapEstimator, Judgement
from console.domain.alarms import Alarm
from console.domain.states import Priority, Reach, Sight
from tests.support.builders import POOL_16K, FrameMaker, Server, make_fleet


class Watch:
    """Detectors on Frames made by hand. `fleet` may be changed between polls."""

    def __init__(self, *fleet: Server, **maker: object) -> None:
        self.frames = FrameMaker(**maker)  # type: ignore[arg-type]
        self.estimator, self.detectors = GapEstimator(), Detectors()
        self.fleet = list(fleet)
        self.now: Judgement

    def poll(self, times: int = 1, **options: object) -> list[Alarm]:
        changes: list[Alarm] = []
        for _ in range(times):
            frame = self.frames.make(self.fleet, **options)  # type: ignore[arg-type]
            self.now = self.detectors.step(frame, self.estimator.step(frame))
            changes += self.now.changes
        return changes

    def until(self, true: Callable[[], bool], most: int = 60) -> int:
        for polls in range(1, most + 1):
            self.poll()
            if true():
                return polls
        raise AssertionError(f"not within {most} polls")

    @property
    def open(self) -> set[str]:
        return {alarm.name for alarm in self.now.alarms}


def told(changes: list[Alarm]) -> list[tuple[str, str, str]]:
    return [(change.name, change.state.value, change.priority.word) for change in changes]


# --- silent ---------------------------------------------------------------------------------------------------------


def test_silence_is_an_alarm_at_once_medium_and_high_when_sessions_go_there() -> None:
    watch = Watch(*make_fleet(20))
    assert watch.poll(5) == []
    mute = watch.fleet[3]
    mute.age = 1.0
    assert watch.poll() == []  # the limit itself is not beyond it
    mute.age = 1.3
    changes = watch.poll()
    assert told(changes) == [("silent:dsrs-004", "raised", "medium")]
    assert changes[0].because["report_age_s"] == 1.3 and changes[0].because["silent_limit_s"] == 1.0
    assert changes[0].first_out and watch.now.figures.silent == 1 and watch.now.figures.fresh == 19
    assert not watch.now.suspects
    mute.routed_total += 4
    assert told(watch.poll()) == [("silent:dsrs-004", "raised", "high")]
    assert [suspect.server for suspect in watch.now.suspects] == ["dsrs-004"]
    assert watch.poll(30) == [] and watch.now.alarms[0].priority is Priority.HIGH  # it never falls while it is open


def test_it_clears_only_after_ten_seconds_of_fresh_reports() -> None:
    watch = Watch(*make_fleet(20))
    mute = watch.fleet[0]
    mute.age = 5.0
    watch.poll(2)
    mute.age = 0.1
    watch.poll(5)
    mute.age = 5.0
    watch.poll()
    mute.age = 0.1
    assert watch.until(lambda: not watch.open) == 11
    assert told(list(watch.now.changes)) == [("silent:dsrs-001", "cleared", "medium")]
    assert watch.now.changes[0].because["cleared_by"] == "recovered"


def test_while_the_balancer_does_not_answer_nothing_is_raised_or_cleared_by_belief() -> None:
    watch = Watch(*make_fleet(20))
    watch.fleet[0].age = 5.0
    watch.poll(3)
    watch.fleet[0].age, watch.fleet[1].age = 0.1, 99.0
    assert {change.rule for change in watch.poll(30, balancer=False)} == {"blind"}
    assert watch.open == {"silent:dsrs-001", "blind:fleet"}
    silent = next(alarm for alarm in watch.now.alarms if alarm.rule == "silent")
    assert silent.because["report_age_s"] == 5.0


def test_reports_that_a_stalled_balancer_could_not_take_are_not_silence() -> None:
    watch = Watch(*make_fleet(20))
    watch.fleet[0].age = 5.0
    watch.poll(3)
    watch.poll(6, balancer=False)
    for server in watch.fleet[1:]:
        server.age = 6.5
    changes = watch.poll(1)
    watch.fleet[1].age = 8.5
    for server in watch.fleet[2:]:
        server.age = 0.1
    changes += watch.poll(4)
    assert {change.name for change in changes if change.rule == "silent"} == {"silent:dsrs-002"}
    assert "silent:dsrs-001" in watch.open


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"attached": False}, "detached"),
        ({"listed": False}, "left"),
        ({"incarnation": "inc-2", "age": 0.1}, "replaced"),
    ],
)
def test_an_alarm_ends_with_what_it_was_about(change: dict[str, object], why: str) -> None:
    watch = Watch(*make_fleet(20))
    mute = watch.fleet[0]
    mute.age, mute.truth, mute.belief = 5.0, 12, 0
    watch.poll(5)
    assert {"silent:dsrs-001", "gap:dsrs-001", "saturation:dsrs-001", "hot:dsrs-001"} == watch.open
    watch.fleet[0] = structs.replace(mute, truth=0, **change)  # type: ignore[arg-type]
    changes = [change for change in watch.poll() if change.rule != "restart"]
    assert {alarm.rule for alarm in changes} >= {"silent", "gap"} and {
        alarm.because["cleared_by"] for alarm in changes
    } == {why}
    assert watch.open <= {"restart:dsrs-001"} and not watch.now.suspects


# --- gap ------------------------------------------------------------------------------------------------------------


def test_a_gap_needs_two_polls_of_three_and_clears_below_half() -> None:
    watch = Watch(*make_fleet(20))
    hot = watch.fleet[2]
    watch.poll(3)
    for truth, expected in ((9, set()), (5, set()), (9, {"gap:dsrs-003"})):
        hot.truth, hot.belief = truth, 2
        watch.poll()
        assert {name for name in watch.open if name.startswith("gap")} == expected
    alarm = next(alarm for alarm in watch.now.alarms if alarm.rule == "gap")
    assert alarm.priority is Priority.HIGH and alarm.because["gap"] == 7 and alarm.because["margin"] == 6
    hot.truth = 2 + 4  # between half of the level and the level: it stays
    watch.poll(30)
    assert "gap:dsrs-003" in watch.open
    hot.truth = 2 + 2
    assert watch.until(lambda: not watch.open) == 11


def test_a_gap_in_a_large_limit_is_medium_until_it_is_a_fifth_of_it() -> None:
    watch = Watch(Server("s", truth=40, belief=40, limit=100), Server("t", limit=100))
    watch.poll(3)
    watch.fleet[0].truth = 40 + 15
    watch.poll(2)
    assert [(alarm.rule, alarm.priority.word) for alarm in watch.now.alarms] == [("gap", "medium")]
    watch.fleet[0].truth = 40 + 25
    assert told(watch.poll()) == [("gap:s", "raised", "high")]


# --- saturation -----------------------------------------------------------------------------------------------------


def test_saturation_has_two_levels_with_their_own_clearing() -> None:
    watch = Watch(Server("s", limit=100), Server("t", limit=100))

    def fill(truth: float) -> str | None:
        watch.fleet[0].truth = truth
        watch.poll()
        return watch.now.alarms[0].priority.word if watch.now.alarms else None

    assert [fill(truth) for truth in (79, 80, 79, 80, 80)] == [None, None, None, None, "low"]
    assert [fill(truth) for truth in (95, 95)] == ["low", "high"]
    assert [fill(76) for _ in range(20)] == ["high"] * 20  # open, so it keeps the worst that it was
    assert [fill(74) for _ in range(11)] == ["high"] * 10 + [None]


def test_a_full_server_behind_a_gap_is_folded_into_it_and_is_news_when_the_gap_goes_first() -> None:
    watch = Watch(*make_fleet(20))
    hot = watch.fleet[0]
    watch.poll(2)
    hot.truth, hot.belief = 12, 0
    assert told(watch.poll(2)) == [("gap:dsrs-001", "raised", "high")]
    under = {alarm.name: alarm.under for alarm in watch.now.alarms}
    assert under == {"gap:dsrs-001": None, "saturation:dsrs-001": "gap:dsrs-001"}
    hot.belief = 12
    assert set(told(watch.poll(12))) == {
        ("gap:dsrs-001", "cleared", "high"), ("saturation:dsrs-001", "raised", "high"), ("hot:dsrs-001", "raised", "medium"),
    }  # fmt: skip


# --- blind ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("interval", "polls"), [(1.0, 3), (0.25, 4), (5.0, 1)])
def test_blind_after_three_polls_or_three_seconds_but_never_within_a_deadline(interval: float, polls: int) -> None:
    watch = Watch(*make_fleet(20), interval=interval)
    watch.poll(3)
    assert told(watch.poll(polls - 1, balancer=False)) == []
    assert watch.now.sight is (Sight.LATE if polls > 1 else Sight.CLEAR)
    changes = watch.poll(balancer=False)
    assert told(changes) == [("blind:fleet", "raised", "high")] and changes[0].because["cause"] == "balancer"
    assert watch.now.sight is Sight.BLIND
    watch.poll(2)
    assert watch.open == {"blind:fleet"}
    assert told(watch.poll()) == [("blind:fleet", "cleared", "high")] and watch.now.sight is Sight.CLEAR


def test_a_balancer_that_never_answered_is_starting_and_then_blind() -> None:
    watch = Watch()
    watch.poll(2, balancer=False)
    assert watch.now.sight is Sight.STARTING and not watch.open
    watch.poll(balancer=False)
    assert watch.now.sight is Sight.BLIND and watch.now.alarms[0].because["age_s"] is None


def test_many_lost_truths_are_one_alarm_and_few_are_none() -> None:
    watch = Watch(*make_fleet(20))
    watch.poll(2)
    for server in watch.fleet[:3]:
        server.reach = Reach.TIMEOUT
    assert watch.poll(3) == [] and watch.now.figures.unreachable == 3  # 15 % is not more than 15 %
    watch.fleet[3].reach = Reach.UNREACHABLE
    changes = watch.poll()
    assert told(changes) == [("blind:fleet", "raised", "high")]
    assert changes[0].because == {"cause": "truth", "missing": 4, "listed": 20, "share": 0.2}
    assert watch.now.sight is Sight.BLIND
    for server in watch.fleet:
        server.reach = Reach.OK
    assert watch.until(lambda: not watch.open) == 11


def test_servers_that_report_but_answer_nobody_here_are_not_blindness_of_the_fleet() -> None:
    watch = Watch(*make_fleet(20))
    for server in watch.fleet:
        server.reach = Reach.UNREACHABLE
    watch.poll(2)
    assert watch.now.sight is Sight.TRUTH_NOT_REACHABLE and watch.open == {"blind:fleet"}
    for server in watch.fleet:
        server.age = 60.0  # dead for the balancer as well: then it is the fleet
    watch.poll()
    assert watch.now.sight is Sight.BLIND


def test_mass_silence_is_one_alarm_that_groups_the_others_and_accuses_nobody() -> None:
    watch = Watch(*make_fleet(20))
    watch.poll(2)
    watch.fleet[0].age = 5.0
    watch.fleet[0].routed_total = 9
    assert told(watch.poll()) == [("silent:dsrs-001", "raised", "high")]
    for number, server in enumerate(watch.fleet[:5]):
        server.age, server.routed_total = 5.0, server.routed_total + number
    changes = watch.poll()
    assert told(changes) == [("silent:fleet", "raised", "high")]
    assert changes[0].because["cause"] == "reports" and changes[0].because["silent"] == 5
    assert {alarm.under for alarm in watch.now.alarms if alarm.server} == {"silent:fleet"}
    assert not watch.now.suspects and watch.now.sight is Sight.CLEAR
    for server in watch.fleet[:4]:
        server.age = 0.1
    changes = watch.poll(12)
    # The fifth is still silent when the cause has gone: now it is news. Those that were never told do not clear aloud.
    assert set(told(changes)) == {
        ("silent:dsrs-001", "cleared", "high"), ("silent:fleet", "cleared", "high"), ("silent:dsrs-005", "raised", "high"),
    }  # fmt: skip


# --- order, suspects, figures ---------------------------------------------------------------------------------------


def test_suspects_come_worst_first_with_their_numbers() -> None:
    watch = Watch(*make_fleet(20))
    watch.poll(2)
    silent, worst = watch.fleet[4], watch.fleet[7]
    silent.age, worst.age = 30.0, 30.0
    worst.truth, worst.belief = 12, 0
    watch.fleet[15].truth = 12  # full, but the balancer knows
    watch.fleet[15].belief = 12
    for _ in range(3):
        silent.routed_total += 1
        worst.routed_total += 3
        watch.poll()
    first, second = watch.now.suspects
    assert (first.server, second.server) == ("dsrs-008", "dsrs-005")
    assert first.rules == ("gap", "silent", "saturation", "hot") and second.rules == ("silent",)
    because = first.because
    assert (because["truth"], because["limit"], because["belief"], because["report_age_s"]) == (12, 12, 0, 30)
    assert because["routed_share"] == 0.75 and because["fair_share"] == 0.1 and because["silent_limit_s"] == 1
    ages = [(alarm.priority, -alarm.since_mono_s) for alarm in watch.now.alarms]
    assert ages == sorted(ages, reverse=True)


def test_figures_of_a_small_fleet() -> None:
    watch = Watch(
        Server("a", truth=6, limit=12), Server("b", truth=3, limit=8), Server("c", truth=9, limit=20, attached=False),
        Server("d", reach=Reach.TIMEOUT, limit=None, pool=POOL_16K), Server("e", listed=False),
    )  # fmt: skip
    watch.poll(errors={"no": 0}, sessions={"started": 100, "refused": 10})
    base = watch.now.figures
    assert base.errors == {} and base.routed != base.routed and base.refused_share != base.refused_share
    for server in watch.fleet:
        server.routed_total += 2
    watch.poll(errors={"no": 3}, sessions={"started": 110, "refused": 14})
    figures = watch.now.figures
    assert (figures.servers, figures.attached, figures.detached, figures.unreachable) == (4, 3, 1, 1)
    assert (figures.sessions, figures.sessions_unknown, figures.slots, figures.routed) == (18, 1, 20, 8)
    assert figures.used_share == 9 / 20 and figures.used_share_after_loss == 9 / 8
    assert figures.refused_share == 0.4 and figures.errors == {"no": 3} and figures.errors_per_min == {"no": 180}
    assert figures.n_eff != figures.n_eff  # 8 sessions say nothing about how they spread
    watch.poll(balancer=False, errors={"no": 3}, sessions={"started": 110, "refused": 14})
    assert watch.now.figures.errors == {} and watch.now.figures.servers == 4 and watch.now.figures.fresh == 3
