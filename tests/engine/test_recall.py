"""What was done before: from this run, from the record, and from the balancer's table, each once."""

from __future__ import annotations

from msgspec.structs import replace

from console.detect.facts import Wish
from console.domain.actions import Intent
from console.domain.readings import Change, Detachment
from console.domain.states import Attachment, Verb
from console.engine.recall import Deeds, open_intents, wishes
from tests.support.builders import POOL_8K, WALL, FrameMaker, Server, make_fleet


def intent(key: str, mono_s: float, server: str = "dsrs-001") -> Intent:
    return Intent(key, Verb.DETACH, server, "inc-1", POOL_8K, "me", "why", WALL, mono_s)


def record(kind: str, wall_s: float = WALL, **body: object) -> dict[str, object]:
    return {"kind": kind, "wall_s": wall_s, "body": body}


def test_ours_of_the_balancer_s_table_is_not_counted_twice() -> None:
    maker, deeds = FrameMaker(), Deeds()
    fleet: list[Server] = make_fleet(4)
    frame = maker.make(fleet, detachments={"dsrs-001": Detachment("me", WALL - 1.0, "why", "key-1")})
    deeds.seen(frame)
    deeds.took(intent("key-1", frame.mono_s - 2.0), frame.mono_s - 1.9, reported_fresh=True)
    assert [(one.key, one.reported_fresh) for one in deeds.newest_first] == [("key-1", True)], "ours knows more"
    nameless = {"dsrs-001": Detachment("me", WALL - 1.0, "why"), "dsrs-002": Detachment("he", WALL - 100.0, "why")}
    deeds.seen(maker.make(fleet, detachments=nameless))
    assert [one.server for one in deeds.newest_first] == ["dsrs-001", "dsrs-002"]
    assert 95.0 < frame.mono_s - deeds.newest_first[1].mono_s < 105.0


def test_only_what_the_balancer_took_is_a_deed_and_only_what_nothing_closes_is_open() -> None:
    told = {"verb": "detach", "server": "dsrs-001", "pool": POOL_8K, "incarnation": "inc-1", "reported_fresh": True}
    lines = [
        record("intent", WALL - 60.0, key="took", **told),
        record("outcome", WALL - 59.0, key="took", status=200),
        record("intent", WALL - 50.0, key="lost", **told),
        record("outcome", key="lost", status=None),
        record("rung", WALL - 48.0, key="lost", step="confirmed"),
        record("intent", WALL - 40.0, key="turned-down", **told),
        record("outcome", key="turned-down", status=409),
        record("intent", WALL - 30.0, key="read-back", **{**told, "verb": "attach"}),
        record("outcome", WALL - 29.0, key="read-back", status=None, happened=True),
        record("intent", WALL - 20.0, key="open", **told),
        record("intent", WALL - 10.0, key="of a later version", verb="halve", server="x"),
        record("refusal", key="never sent", **told),
    ]
    deeds = Deeds()
    deeds.read(lines, WALL, 1_000.0)
    assert [(one.key, one.verb, one.mono_s) for one in deeds.newest_first] == [
        ("read-back", Verb.ATTACH, 971.0),
        ("lost", Verb.DETACH, 952.0),
        ("took", Verb.DETACH, 941.0),
    ]
    assert [one.key for one in open_intents(lines)] == ["open"]
    assert deeds.newest_first[2].reported_fresh


def test_what_is_to_be_out_is_read_back_from_the_journal() -> None:
    told = {"verb": "detach", "pool": POOL_8K, "incarnation": "inc-1", "operator": "noc-2"}
    lines = [
        record("intent", WALL - 180_000.0, key="old", server="dsrs-009", **told),
        record("outcome", key="old", status=200),
        record("intent", WALL - 90.0, key="a", server="dsrs-001", **told),
        record("outcome", key="a", status=200),
        record("intent", WALL - 80.0, key="b", server="dsrs-002", **told),
        record("outcome", key="b", status=409),
        record("intent", WALL - 70.0, key="c", server="dsrs-003", **told),
        record("outcome", key="c", status=200),
        record("intent", WALL - 60.0, key="d", server="dsrs-003", **{**told, "verb": "attach"}),
        record("outcome", key="d", status=200),
        record("intent", WALL - 50.0, key="e", server="dsrs-001", **{**told, "verb": "cut"}),
        record("outcome", key="e", status=200),
    ]
    assert wishes(lines, WALL) == {"dsrs-001": Wish(Attachment.DETACHED, "inc-1", "noc-2")}


def test_what_came_and_went_between_two_polls_counts_and_what_the_balancer_told_is_never_struck_out() -> None:
    maker, deeds = FrameMaker(), Deeds()
    fleet: list[Server] = make_fleet(4)
    log = (
        Change(1, WALL - 5.0, "detach", "dsrs-001", "he", "why", 1, "key-1"),
        Change(2, WALL - 4.0, "attach", "dsrs-001", "he", "why", 2, "key-2"),
        Change(3, WALL - 3.0, "join", "dsrs-004", None, None, 3, None),
    )
    deeds.seen(replace(maker.make(fleet), changes=log))
    deeds.seen(replace(maker.make(fleet), changes=log))
    assert [(one.key, one.verb) for one in deeds.newest_first] == [("key-2", Verb.ATTACH), ("key-1", Verb.DETACH)]
    deeds.undone("key-1")
    assert len(deeds.newest_first) == 2
    deeds.took(intent("mine", 1.0), 2.0, reported_fresh=True)
    deeds.undone("mine")
    assert len(deeds.newest_first) == 2
    maker.balancer_incarnation = "bal-2"
    again = (Change(1, WALL, "detach", "dsrs-002", "he", "why", 2, "key-3"),)
    deeds.seen(replace(maker.make(fleet), changes=again))
    assert len(deeds.newest_first) == 3, "another life numbers anew"
