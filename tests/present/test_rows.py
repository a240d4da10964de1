"""Rows: sorted by whole arrays, made when they are looked at."""

from __future__ import annotations

import re
from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from console.present import Arrangement, Order, Presenter, rowdata
from tests.support.builders import FrameMaker, Server, make_fleet
from tests.support.views import ViewMaker
from widgets.viewdata import RowData, Tone

RANK = {Tone.ALARM: 0, Tone.WARN: 1, Tone.UNKNOWN: 2, Tone.NOTICE: 3, Tone.QUIET: 5}


def natural(name: str) -> list[tuple[int, str]]:
    """`s-2` before `s-10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def key(row: RowData, order: Order, bands: dict[str, int], cards: list[str]) -> tuple[object, ...]:
    """The order in words: by name; or worst first, then cards, then tenths of the load, then by name; or that within a pool."""
    if order is Order.NAME:
        return (natural(row.name),)
    rank = min(RANK[row.tone], 4) if row.detached else RANK[row.tone]
    place = cards.index(row.name) if row.name in cards else len(cards)
    hotness = (rank, place, -bands[row.name] if row.tone is Tone.QUIET else 0, natural(row.name))
    return (row.pool, *hotness) if order is Order.POOL else hotness


def band(row: RowData, before: int) -> int:
    """Tenths of the limit from half of it on; down only 0.05 below the edge."""
    share = row.truth / row.limit if row.truth is not None and row.limit else 0.0
    now = int(share / 0.1) if share >= 0.5 else 0
    return before if before > now and share > before * 0.1 - 0.05 else now


known = st.one_of(st.none(), st.integers(0, 24).map(float))
server = st.builds(
    lambda truth, belief, limit, age, attached, listed: (truth, belief, limit, age, attached, listed),
    known,
    known,
    st.sampled_from([None, 0.0, 12.0, 24.0]),
    st.sampled_from([None, 0.1, 0.3, 90.0]),
    st.sampled_from([True, True, False, None]),
    st.sampled_from([True, True, True, False]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(server, min_size=12, max_size=12), min_size=1, max_size=4), st.sampled_from(list(Order)))
def test_the_arrays_sort_as_the_words_say(polls, order):
    frames, maker, presenter = FrameMaker(), ViewMaker(ticks=20), Presenter("x", zone=UTC)
    names = [f"s-{i}" if i % 3 else f"s-{i:03d}" for i in range(1, 13)]
    bands: dict[str, int] = {}
    for poll in polls:
        servers = [
            Server(name, truth=t, belief=b, limit=limit, age=age, attached=a, listed=there, pool=f"p-{i % 2}")
            for i, (name, (t, b, limit, age, a, there)) in enumerate(zip(names, poll, strict=True))
        ]
        view = maker.take(frames.make(servers))
        data = presenter.present(view, Arrangement(order=order), 0.0, 0.0)
        rows = list(data.rows.rows)
        bands = {row.name: band(row, bands.get(row.name, 0)) for row in rows}
        cards = [card.server for card in data.suspects]
        by_slot = sorted(rows, key=lambda row: row.slot)
        expected = sorted(by_slot, key=lambda row: key(row, order, bands, cards))
        assert [row.name for row in rows] == [row.name for row in expected]
        assert list(data.rows.names) == [row.name for row in rows]
        assert data.rows.slots.tolist() == [row.slot for row in rows]


def test_only_the_rows_looked_at_are_made(monkeypatch):
    made: list[str] = []
    real = rowdata._row

    def counted(row, *rest):
        made.append(row.id)
        return real(row, *rest)

    monkeypatch.setattr(rowdata, "_row", counted)
    frames, maker, presenter = FrameMaker(), ViewMaker(ticks=20), Presenter("x", zone=UTC)
    for poll in range(3):
        servers = make_fleet(1_000, truth=1 + poll)
        rows = presenter.present(maker.take(frames.make(servers)), Arrangement(), 0.0, 0.0).rows
        assert (len(rows.rows), rows.total, made) == (1_000, 1_000, [])
        assert [row.truth_text for row in rows.rows[100:160]] == [f"{1 + poll}/12"] * 60
        assert rows.rows[100] is rows.rows[100:101][0]
        assert sorted(made) == sorted(rows.names[100:160])
        made.clear()


def test_a_row_keeps_the_numbers_of_its_own_view():
    frames, maker, presenter = FrameMaker(), ViewMaker(ticks=20), Presenter("x", zone=UTC)
    old = presenter.present(maker.take(frames.make(make_fleet(3, truth=3))), Arrangement(), 0.0, 0.0).rows
    new = presenter.present(maker.take(frames.make(make_fleet(3, truth=9))), Arrangement(), 0.0, 0.0).rows
    assert [row.truth_text for row in new.rows] == ["9/12"] * 3
    assert [row.truth_text for row in old.rows] == ["3/12"] * 3


def test_a_new_holder_of_a_slot_takes_no_place_over():
    """Frozen, the old holder's place ends with it and the new one stands last; its load starts in its own band."""
    frames, maker, presenter = FrameMaker(), ViewMaker(ticks=20), Presenter("x", zone=UTC)
    servers = make_fleet(4, limit=100, truth=58)
    servers[1].truth = 61
    first = presenter.present(maker.take(frames.make(servers)), Arrangement(), 0.0, 0.0).rows
    assert first.names[0] == servers[1].id
    servers[1].incarnation = "inc-2"
    servers[1].truth = 57
    frozen = presenter.present(maker.take(frames.make(servers)), Arrangement(frozen=True), 0.0, 0.0).rows
    assert frozen.names == (*[name for name in first.names if name != servers[1].id], servers[1].id)
    thawed = presenter.present(maker.take(frames.make(servers)), Arrangement(), 0.0, 0.0).rows
    assert list(thawed.names) == [one.id for one in servers]


def test_an_empty_fleet_has_no_rows():
    frames, maker = FrameMaker(), ViewMaker(ticks=20)
    rows = Presenter("x", zone=UTC).present(maker.take(frames.make([])), Arrangement(), 0.0, 0.0).rows
    assert (len(rows.rows), rows.total, rows.names) == (0, 0, ())
