"""The lines that scripts read: schema, missing is null, and nothing that a terminal would obey."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.actions import Intent, Rung
from console.domain.alarms import Alarm, AlarmState
from console.domain.states import Priority, Step, Verb
from console.domain.texts import MAXIMUM_CLIENTS
from console.domain.view import View
from console.engine.lines import action_line, alarm_line, as_json, as_text, frame_line, number, visible
from console.engine.loop import Engine
from tests.support.builders import FrameMaker, Server
from tests.support.fleetfeed import ListFeed, views_of


def strict(text: str) -> dict[str, Any]:
    def refuse(name: str) -> float:
        raise AssertionError(name)

    assert text.isascii()
    assert "\n" not in text
    return json.loads(text, parse_constant=refuse)


def views(*fleets: list[Server], **more: Any) -> list[View]:
    maker = FrameMaker()
    return views_of(Engine(ListFeed([maker.make(fleet, **more) for fleet in fleets])))


def test_a_frame_has_every_field_of_the_contract():
    fleet = [Server("dsrs-001", truth=12, belief=0, age=40.0, routed_total=7), Server("dsrs-002", truth=3)]
    again = [
        Server("dsrs-001", truth=12, belief=0, age=41.0, routed_total=9),
        Server("dsrs-002", truth=4, attached=False),
    ]
    line = strict(as_json(frame_line(views(fleet, again)[-1])))
    assert line["type"] == "frame"
    assert line["schema"] == 1
    assert line["t"] > 1e9
    assert line | {"top": None, "t": None} == {
        "type": "frame", "schema": 1, "t": None, "generation": 1, "servers": 2, "attached": 1, "detached": 1, "fresh": 0,
        "silent": 1, "unreachable": 0, "sessions": 16, "routed": 2, "n_eff": None, "refused_share": None, "top": None,
        "errors": dict.fromkeys(line["errors"], 0), "sight": "clear", "data_age_s": 0,
    }  # fmt: skip
    assert MAXIMUM_CLIENTS in line["errors"]
    assert line["top"][0] == {
        "server": "dsrs-001",
        "truth": 12,
        "belief": 0,
        "gap": line["top"][0]["gap"],
        "report_age_s": 41,
    }
    assert [entry["server"] for entry in line["top"]] == ["dsrs-001", "dsrs-002"]


def test_missing_numbers_are_null_never_0():
    line = strict(as_json(frame_line(views([], balancer=False)[0])))
    missing = ("generation", "sessions", "routed", "n_eff", "errors", "refused_share", "data_age_s")
    assert {name: line[name] for name in missing} == dict.fromkeys(missing)
    unknown = Server("dsrs-001", truth=None, belief=None, age=None, limit=None)
    known = Server("dsrs-002", truth=4, belief=None, age=None, limit=None)
    line = strict(as_json(frame_line(views([unknown, known])[0])))
    assert line["sessions"] == 4
    assert line["routed"] is None
    assert line["top"] == [{"server": "dsrs-002", "truth": 4, "belief": 4, "gap": None, "report_age_s": None}]


@settings(max_examples=60, derandomize=True)
@given(
    st.lists(
        st.builds(
            Server,
            id=st.text(min_size=1, max_size=8),
            truth=st.none() | st.integers(0, 10**6),
            belief=st.none() | st.integers(0, 10**6),
            limit=st.none() | st.sampled_from([0.0, 1.0, 12.0]),
            age=st.none() | st.floats(0, 1e6),
            routed_total=st.integers(0, 2**53),
            attached=st.sampled_from([True, False, None]),
            listed=st.booleans(),
        ),
        max_size=9,
        unique_by=lambda server: server.id,
    )
)
def test_any_fleet_is_good_json_and_one_plain_line_of_text(fleet: list[Server]):
    for view in views(fleet, fleet):
        line = frame_line(view)
        strict(as_json(line))
        assert as_text(line).isprintable()
        assert len(line["top"]) <= 5


def test_hostile_names_cannot_steer_a_terminal():
    alarm = Alarm(
        "gap", "evil\x1b[2J\u202e\nname", Priority.HIGH, AlarmState.RAISED, 1.0, 1.0, {"truth": math.nan, "why": "\x07"}
    )
    line = alarm_line(alarm, 1_700_000_000.5)
    assert strict(as_json(line))["because"] == {"truth": None, "why": "\x07"}
    assert as_text(line).isprintable()
    assert "\\x1b[2J\\u202e\\nname" in as_text(line)
    assert strict(as_json(line))["server"] == alarm.server


def test_fleet_wide_alarms_have_no_server():
    line = strict(as_json(alarm_line(Alarm("blind", None, Priority.HIGH, AlarmState.CLEARED, 1.0, 1.0), 5.0)))
    assert (line["type"], line["rule"], line["server"], line["state"], line["priority"]) == (
        "alarm", "blind", None, "cleared", "high",
    )  # fmt: skip


def test_a_step_tells_its_evidence():
    intent = Intent("k" * 8, Verb.DETACH, "dsrs-001", "i", None, "me", "why", 1.0, 1.0)
    line = strict(as_json(action_line(intent, Rung(Step.EFFECTIVE, 2.0, 2.0, {"expected": 3.25, "routed": 0}))))
    assert line == {
        "type": "action", "schema": 1, "t": 2, "server": "dsrs-001", "verb": "detach", "step": "effective",
        "evidence": {"expected": 3.25, "routed": 0},
    }  # fmt: skip
    refused = action_line(intent, Rung(Step.REFUSED, 2.0, 2.0, {"gate": "blind"}, "Wait."))
    assert refused["sentence"] == "Wait."
    assert "detach dsrs-001  refused  (gate blind)  Wait." in as_text(refused)


@pytest.mark.parametrize(
    ("given", "shown"), [(math.nan, None), (math.inf, None), (None, None), (3.0, 3), (0.1234567, 0.123457)]
)
def test_numbers(given: float | None, shown: float | None):
    assert number(given) == shown


def test_visible_keeps_what_is_readable():
    assert visible("会話 8k\t") == "会話 8k\\t"
