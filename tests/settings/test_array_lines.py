"""Lines of arrays of tables: each item has its own."""

from __future__ import annotations

from console.settings.document import parse

TEXT = b"""\
schema = 1

[[phase]]
name = "a"

  [[phase.fault]]
  kind = "x"

  [[phase.fault]]
  kind = "y"

[[phase]]
name = "b"

  [[phase.fault]]
  kind = "z"

[phase.load]
rate = 1
"""


def test_each_item_of_an_array_has_its_own_line():
    document = parse(TEXT, "t.toml")
    lines = {
        ("phase",): 3,
        ("phase", "0"): 3,
        ("phase", "0", "name"): 4,
        ("phase", "0", "fault", "0", "kind"): 7,
        ("phase", "0", "fault", "1"): 9,
        ("phase", "0", "fault", "1", "kind"): 10,
        ("phase", "1", "name"): 13,
        ("phase", "1", "fault", "0", "kind"): 16,
        ("phase", "1", "load", "rate"): 19,
    }
    assert {keys: document.line(keys) for keys in lines} == lines
    assert document.line(("phase", "1", "fault", "0", "count")) == 15, "an absent key is told at its table"
