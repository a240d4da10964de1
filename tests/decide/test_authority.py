"""Who may act and when: the weaker role, and a switch that falls back by itself."""

from __future__ import annotations

import pytest

from console.decide import Authority, SafetySettings, role_named, settled, weaker
from console.domain.safety import Role

ARMING = SafetySettings(arming="always")


@pytest.mark.parametrize("configured", list(Role))
@pytest.mark.parametrize("granted", [*Role, None])
def test_the_weaker_of_the_two_counts(configured: Role, granted: Role | None) -> None:
    authority = Authority(SafetySettings(role=configured.word), asks=True)
    assert authority.role is None, "not known is no role"
    authority.granted(granted, "noc-2")
    assert authority.role is weaker(configured, granted)
    assert authority.role is (configured if granted is None else min(configured, granted))
    assert authority.standing(0.0).name == "noc-2"


def test_a_word_that_is_no_role_only_watches() -> None:
    assert [role_named(word) for word in ("lead", "operator", "viewer", "service", "root", "")] == [
        Role.LEAD,
        Role.OPERATOR,
        *[Role.VIEWER] * 4,
    ]


def test_it_reads_only_until_armed_and_again_after_a_quarter_of_an_hour_without_a_hand() -> None:
    authority = Authority(ARMING)
    assert not authority.armed(0.0) and authority.standing(0.0).idle_left_s == 0.0
    authority.used(10.0)
    assert not authority.armed(10.0), "using it arms nothing"
    assert authority.arm(100.0) is None
    assert authority.armed(100.0) and authority.standing(160.0).idle_left_s == 840.0
    authority.used(900.0)
    assert authority.armed(1799.9) and not authority.armed(1800.0)
    authority.used(1801.0)
    assert not authority.armed(1801.0), "too late: it must be armed anew"
    assert authority.arm(1802.0) is None and authority.armed(1802.0)
    authority.disarm()
    assert not authority.armed(1802.0)


def test_nobody_arms_who_may_not_act() -> None:
    unknown = Authority(ARMING, asks=True)
    assert "has not said yet" in str(unknown.arm(0.0))
    unknown.granted(Role.VIEWER)
    assert "only watches" in str(unknown.arm(0.0)) and not unknown.armed(0.0)
    demoted = Authority(ARMING)
    assert demoted.arm(0.0) is None
    demoted.granted(Role.VIEWER)
    assert not demoted.armed(1.0)


def test_a_remote_balancer_is_read_only_until_armed_and_a_lab_on_this_machine_is_not() -> None:
    for word, loopback, asked in (
        ("remote", True, False),
        ("remote", False, True),
        ("always", True, True),
        ("never", False, False),
    ):
        authority = Authority(settled(SafetySettings(arming=word), loopback=loopback))
        assert authority.standing(0.0).arming is asked and authority.armed(0.0) is not asked


def test_without_the_setting_it_is_always_armed() -> None:
    authority = Authority(SafetySettings())
    assert authority.armed(0.0) and authority.standing(1e9).armed and not authority.standing(0.0).arming
