"""The pages of facts: for the change of shift, the shadows with their limits, and two sides on one scale."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from console.decide.shadow import ShadowBalancer
from console.domain.foresight import Foresight
from console.domain.history import Track
from console.domain.view import View
from console.present import Presenter
from console.present.factpages import MOST_CHOICES, Other, compare_page, others, shadow_page, shift_page
from tests.support.views import incident
from tests.support.words import english


@pytest.fixture(scope="module")
def height() -> tuple[View, list[str]]:
    """The incident at its height, with the shadows that have followed it."""
    fleet, maker, _, muted = incident(calm_polls=8, ramp_polls=20)
    balancer, shadows, view = ShadowBalancer(), None, None
    for frame in fleet.run(60):
        view, shadows = maker.take(frame), balancer.step(frame, session_s=12.0, interval_s=0.25)
    assert view is not None
    return replace(view, foresight=Foresight(shadow=shadows)), muted


def test_the_shadows_are_told_with_their_limits(height: tuple[View, list[str]]) -> None:
    view, _ = height
    shadows = view.foresight.shadow
    assert shadows is not None
    page = shadow_page(view, None)
    rows = [[english(cell) for cell in row.cells] for row in page.tables[0].rows]
    assert [row[0] for row in rows[:-1]] == ["exclude-stale", "count-in-flight", "expire-to-average"]
    assert rows[-1][0].endswith("(the balancer's own, same method)")
    assert [row[1] for row in rows[:-1]] == [f"{one.moved:.0f}" for one in shadows.shadows]
    assert english(page.summary).startswith("Since ") and f" {shadows.control.asked:.0f} sessions" in english(
        page.summary
    )
    limits = " ".join(english(row.cells[0]) for row in page.tables[1].rows)
    assert f"{shadows.control.moved:.0f} sessions" in limits and "12 s" in limits and "are not known" in limits
    assumed = replace(view, foresight=Foresight(shadow=replace(shadows, assumed_algorithm=True)))
    assert "does not tell how it picks" in english(shadow_page(assumed, None).tables[1].rows[-1].cells[0])


def test_without_shadows_the_page_says_so(height: tuple[View, list[str]]) -> None:
    page = shadow_page(replace(height[0], foresight=Foresight()), None)
    assert not page.tables and "Nothing to show yet" in english(page.summary)


def test_the_shift_page_lists_what_is_open(height: tuple[View, list[str]]) -> None:
    view, muted = height
    alarms = Presenter("lab").open_alarms(view, view.received_mono_s, view.frame.wall_s)
    said = [english(row.cells[0]) for row in shift_page(view, alarms, None).tables[0].rows]
    assert said.index("Open alarms:") < said.index("Detached servers:") < said.index("Notes:")
    for server in muted:
        assert any(server in line for line in said)


def test_two_servers_stand_on_one_scale_with_their_difference(height: tuple[View, list[str]]) -> None:
    view, muted = height
    assert [one.server for one in others(view, muted[0])[:2]] == [
        one.server for one in view.suspects if one.server != muted[0]
    ]
    found = compare_page(view, muted[0], Other("dsrs-064"))
    assert found is not None
    page, chart = found
    assert [english(name) for name in chart.names] == [muted[0], "dsrs-064"]
    truth = chart.tracks[0]
    assert (truth.low, truth.high) == (0, 12)
    np.testing.assert_allclose(truth.difference, truth.right - truth.left)
    row, other = view.frame.rows.get(muted[0]), view.frame.rows.get("dsrs-064")
    assert row is not None and other is not None
    at = [english(cell) for cell in page.tables[0].rows[1].cells]
    newest = view.history.track(Track.TRUTH, view.history.last - 1, view.history.last)[:, 0]
    assert at[:4] == ["truth", f"{newest[row.slot]:.1f}", f"{newest[other.slot]:.1f}",
                      f"{newest[other.slot] - newest[row.slot]:.1f}"]  # fmt: skip
    assert page.choices and english(page.choices[page.chosen]) == "dsrs-064"


def test_a_server_stands_beside_itself_as_far_back_as_is_held(height: tuple[View, list[str]]) -> None:
    view, muted = height
    mine = [one for one in others(view, muted[0]) if one.server == muted[0]]
    assert [one.ago_s for one in mine] == [60.0], "no more than a hundred polls are held"
    found = compare_page(view, muted[0], mine[0])
    assert found is not None
    page, chart = found
    assert english(chart.names[1]) == f"{muted[0]}, 60 s ago"
    assert len(chart.tracks[0].left) == len(chart.tracks[0].right) > 1
    assert page.choices and english(page.choices[page.chosen]) == f"{muted[0]}, 60 s ago"


def test_what_is_missing_is_no_zero_and_a_stranger_is_not_compared(height: tuple[View, list[str]]) -> None:
    view, muted = height
    found = compare_page(view, muted[0], Other("dsrs-064"))
    assert found is not None
    by_word = {english(row.cells[0]): [english(cell) for cell in row.cells] for row in found[0].tables[0].rows}
    memory = next(one for one in found[1].tracks if english(one.word).startswith("memory"))
    if np.isnan(memory.left[-1]):
        assert by_word["memory, %"][1] == "-" and by_word["memory, %"][3] == "-"
    assert compare_page(view, "nobody", None) is None
    gone = compare_page(view, muted[0], Other("nobody"))
    assert gone is not None and gone[0].chosen == 0
    assert len(others(view, muted[0])) <= MOST_CHOICES
