import random

import pytest
from msgspec import structs
from PySide6.QtCore import QPersistentModelIndex, Qt

from widgets import samples
from widgets.table import SORT_ROLE, ServerModel, ServerTable

pytestmark = pytest.mark.usefixtures("dark")


def some_rows(count=40):
    return samples.rows(samples.fleet(servers=count, ticks=30), state="incident").rows


def names(model):
    return [model.data(model.index(i, 0)) for i in range(model.rowCount())]


@pytest.mark.parametrize("seed", range(2))
def test_the_model_keeps_qt_s_rules_through_churn_of_every_kind(qtmodeltester, seed):
    rng = random.Random(seed)
    everyone = list(some_rows(60))
    model = ServerModel()
    qtmodeltester.check(model)
    for _ in range(12):
        rows = rng.sample(everyone, rng.randrange(0, len(everyone) + 1))
        if rng.random() < 0.4:
            rows.sort(key=lambda row: row.name)
        rows = [structs.replace(row, age_text=f"{rng.random():.2f} s", epoch=rng.choice((0, 0, 0, 1))) for row in rows]
        model.set_rows(tuple(rows))
        assert names(model) == [row.name for row in rows]
        assert [model.data(model.index(i, 7)) for i in range(len(rows))] == [row.age_text for row in rows]
    qtmodeltester.check(model)


def test_no_reset_and_a_place_in_the_list_follows_its_server(qtbot):
    rows = some_rows(50)
    model = ServerModel()
    model.set_rows(rows)
    with qtbot.assertNotEmitted(model.modelReset):
        for after in (tuple(reversed(rows)), (rows[3], *rows[:3], *rows[4:]), rows[5:], rows):
            kept = QPersistentModelIndex(model.index(model.index_of("dsrs-031"), 0))
            model.set_rows(after)
            assert kept.isValid()
            assert model.data(kept) == "dsrs-031"


def test_only_what_changed_is_told(qtbot):
    rows = some_rows(30)
    model = ServerModel()
    model.set_rows(rows)
    told = []
    model.dataChanged.connect(lambda a, b: told.append((a.row(), b.row())))
    model.set_rows((*rows[:4], structs.replace(rows[4], truth_text="9/12"), *rows[5:]))
    assert told == [(4, 4)]
    model.set_rows((*rows[:4], structs.replace(rows[4], truth_text="9/12"), *rows[5:]))
    assert told == [(4, 4)]


def test_numbers_sort_as_numbers_and_unknown_stands_last_in_both_directions():
    rows = [
        structs.replace(row, truth=value)
        for row, value in zip(some_rows(5), (9.0, None, 100.0, 2.0, None), strict=True)
    ]
    model = ServerModel()
    model.set_rows(tuple(rows))
    model.sort(3, Qt.SortOrder.AscendingOrder)
    assert [model.data(model.index(i, 3), SORT_ROLE) for i in range(5)] == [2.0, 9.0, 100.0, None, None]
    model.sort(3, Qt.SortOrder.DescendingOrder)
    assert [model.data(model.index(i, 3), SORT_ROLE) for i in range(5)] == [100.0, 9.0, 2.0, None, None]
    model.sort(-1)
    assert names(model) == [row.name for row in rows]


def test_the_twin_speaks_and_chooses(qtbot):
    table = ServerTable()
    qtbot.addWidget(table)
    table.set_rows(samples.rows(samples.fleet(), state="incident"))
    table.show()
    assert table.accessibleName()
    spoken = table.rows.data(table.rows.index(0, 3), int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "truth: 12/12"
    assert "alarm" in table.rows.data(table.rows.index(0, 1))
    assert names(table.rows)[:3] == ["dsrs-007", "dsrs-023", "dsrs-041"]
    with qtbot.waitSignals([table.serverChosen, table.detailRequested]):
        table.activated.emit(table.rows.index(1, 0))
    table.choose("dsrs-041")
    assert table.currentIndex().row() == 2
