"""Slots, epochs and incarnations, against a plain model."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from console.collect.rows import RowKeeper, Voice
from tests.support.fakesource import listed

names = st.integers(0, 30).map("s{}".format)
steps = st.lists(
    st.dictionaries(names, st.sampled_from(["i1", "i2", "i3", None]), max_size=20), min_size=1, max_size=30
)


@given(steps, st.integers(1, 6))
@settings(max_examples=300)
def test_a_slot_has_one_holder_and_outlives_it_for_its_history(
    lists: list[dict[str, str | None]], history: int
) -> None:
    keeper = RowKeeper(history)
    last_seen: dict[str, int] = {}
    seen_epochs: set[tuple[int, int]] = set()
    keys: dict[str, tuple[int, int]] = {}
    for tick, wanted in enumerate(lists, 1):
        settled = keeper.settle([listed(name, incarnation) for name, incarnation in wanted.items()], tick)
        last_seen.update(dict.fromkeys(wanted, tick))
        table = keeper.table
        assert len({row.slot for row in table}) == len(table)
        assert [table.rows[slot].id for slot in settled.slots] == list(wanted)  # type: ignore[union-attr]
        assert {row.id for row in table} == {name for name, seen in last_seen.items() if tick - seen <= history}
        for row in table:
            key = (row.slot, row.epoch)
            if keys.get(row.id) != key:
                assert key not in seen_epochs, "an epoch of a slot is never used twice"
                if row.id in wanted:
                    assert row.slot in settled.broken
                seen_epochs.add(key)
                keys[row.id] = key
        keys = {row.id: keys[row.id] for row in table}


def test_a_fleet_that_is_replaced_all_day_does_not_grow() -> None:
    keeper = RowKeeper(history_ticks=60)
    for tick in range(1, 2000):
        generation = tick // 20
        keeper.settle([listed(f"s{generation}-{number}") for number in range(100)], tick)
        assert keeper.capacity <= 512


def test_a_list_that_is_new_at_every_poll_is_bounded_too() -> None:
    keeper = RowKeeper(history_ticks=3600)
    for tick in range(1, 100):
        keeper.settle([listed(f"s{tick}-{number}") for number in range(500)], tick)
    assert keeper.capacity <= 4096


def test_capacity_leaves_room_and_doubles() -> None:
    keeper = RowKeeper()
    assert keeper.capacity == 256
    keeper.settle([listed(f"s{number}") for number in range(1000)], 1)
    assert keeper.capacity == 1250
    keeper.settle([listed(f"s{number}") for number in range(1251)], 2)
    assert keeper.capacity == 2500


def test_rows_are_shared_until_something_changes() -> None:
    keeper = RowKeeper()
    keeper.settle([listed("a"), listed("b")], 1)
    table = keeper.table
    keeper.settle([listed("b"), listed("a")], 2)
    assert keeper.table is table
    keeper.settle([listed("b", pool="16k"), listed("a")], 3)
    assert keeper.table.version > table.version
    assert keeper.table.get("b").epoch == table.get("b").epoch  # type: ignore[union-attr]


def test_whoever_names_the_new_incarnation_first() -> None:
    for first in ("server", "balancer"):
        keeper = RowKeeper()
        keeper.settle([listed("a", "i1")], 1)
        who = keeper.get("a")
        assert who is not None
        assert keeper.heard(who, "i1") is Voice.SAME
        epoch = who.epoch
        if first == "server":
            assert keeper.heard(who, "i2") is Voice.NEW
            assert who.epoch == epoch + 1
            assert keeper.settle([listed("a", "i1")], 2).broken == [], "the balancer lags behind"
            assert keeper.table.get("a").incarnation == "i1", "what a detach has to name"  # type: ignore[union-attr]
            settled = keeper.settle([listed("a", "i2")], 3)
            assert (settled.broken, settled.rebased) == ([], [who.slot])
        else:
            assert keeper.settle([listed("a", "i2")], 2).broken == [who.slot]
            assert keeper.heard(who, "i1") is Voice.FORMER, "the old process still answers"
            assert keeper.heard(who, "i2") is Voice.SAME
        assert who.epoch == epoch + 1
        assert keeper.table.get("a").incarnation == "i2"  # type: ignore[union-attr]


def test_both_agree_on_an_incarnation_that_was_thought_gone() -> None:
    keeper = RowKeeper()
    keeper.settle([listed("a", "i1")], 1)
    who = keeper.get("a")
    assert who is not None
    keeper.heard(who, "i2")
    assert keeper.heard(who, "i1") is Voice.NEW, "the balancer never ceased to list it"
    keeper.settle([listed("a", "i2")], 2)
    assert keeper.heard(who, "i2") in (Voice.SAME, Voice.NEW)
    assert who.current == "i2"
