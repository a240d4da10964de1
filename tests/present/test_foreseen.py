"""What was looked ahead to, in the window's words: unknown parts say so, and nothing stands there when there is nothing to say."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from console.decide.flows import FlowKeeper
from console.decide.scene import scene
from console.decide.whatif import forecast
from console.detect import GapEstimator
from console.domain.alarms import Fault, Herd, Silence
from console.domain.foresight import Assumption, Foresight, TrackRecord
from console.domain.states import Sight, Verb
from console.domain.view import View
from console.present import Arrangement, Presenter
from console.present.alarms import lines
from console.present.forensics import verdict
from console.present.foreseen import card_line, foretold, herd_strip
from console.present.glance import Glance
from console.present.suspects import SuspectOrder
from tests.support.views import incident
from tests.support.words import english
from widgets.foretolddata import Weight


@pytest.fixture(scope="module")
def height() -> tuple[View, list[str]]:
    """The incident at its height, with what the engine would foretell of the first of the three."""
    fleet, maker, _, muted = incident()
    keeper, estimator = FlowKeeper(), GapEstimator()
    view = None
    for frame in fleet.run(20):
        view, estimate = maker.take(frame), estimator.step(frame)
        keeper.step(frame)
    assert view is not None
    row = view.frame.rows.get(muted[0])
    assert row is not None
    place = scene(view.frame, estimate, keeper.flows(), row.pool, [one.server for one in view.suspects])
    preview = forecast(place, (muted[0],))
    return replace(view, foresight=Foresight(previews={muted[0]: preview})), muted


def at(view: View, **more: float) -> Glance:
    return Glance(view, view.received_mono_s + more.get("late_s", 0.0), view.frame.wall_s)


def test_the_card_tells_both_futures_what_follows_and_its_grounds(height: tuple[View, list[str]]) -> None:
    view, muted = height
    preview = view.foresight.previews[muted[0]]
    told = foretold(at(view), muted[0])
    assert told is not None and preview.with_it is not None and preview.smallest is not None
    assert [english(row.word) for row in told.rows] == ["as it is", "detached"]
    assert len(told.marks) == 5 and all(len(row.cells) == 5 and len(row.loud) == 5 for row in told.rows)
    assert told.rows[0].cells[0] == "100" and told.rows[0].loud[0]
    said = [english(line.text) for line in told.lines]
    assert said[0].startswith("refused ") and " -> " in said[0]
    assert any("run out first" in one or "runs out first" in one for one in said)
    assert any(f"{muted[0]} " in one and "empty" in one for one in said)
    assert english(told.grounds[0]) == "no forecast has been held against what came yet"
    assert not told.age
    later = foretold(at(view, late_s=7.0), muted[0])
    assert later is not None and later.age == "7 s"
    arranged = Arrangement(chosen=muted[0])
    picture = Presenter("lab").present(view, arranged, view.received_mono_s, view.frame.wall_s)
    assert picture.detail is not None and picture.detail.foretold == told
    assert picture.herd is not None


def test_a_refused_share_that_goes_on_is_loud_and_one_that_ends_is_quiet(height: tuple[View, list[str]]) -> None:
    view, muted = height
    preview = view.foresight.previews[muted[0]]
    assert preview.with_it is not None
    for refused, weight in ((0.3, Weight.ALARM), (0.0, Weight.QUIET)):
        changed = replace(preview, with_it=replace(preview.with_it, refused_share=refused))
        told = foretold(at(replace(view, foresight=Foresight(previews={muted[0]: changed}))), muted[0])
        assert told is not None and told.lines[0].weight is weight


def test_the_record_widens_and_what_is_assumed_is_said(height: tuple[View, list[str]]) -> None:
    view, muted = height
    preview = replace(
        view.foresight.previews[muted[0]], assumed=frozenset({Assumption.SESSION_LENGTH, Assumption.ALGORITHM})
    )
    record = TrackRecord(scored=9, void=1, error=0.04, over=8, margin=0.09)
    told = foretold(at(replace(view, foresight=Foresight(previews={muted[0]: preview}, record=record))), muted[0])
    assert told is not None
    said = [english(ground) for ground in told.grounds]
    assert said[0] == "last 8 forecasts: off by 4.0 % on average; margins are at least 9.0 % for it"
    assert any("a session lasts" in one for one in said) and any("least-reported is assumed" in one for one in said)


def test_where_nothing_can_be_foretold_it_says_why_and_where_it_is_no_question_nothing_stands(
    height: tuple[View, list[str]],
) -> None:
    view, muted = height
    why = replace(view, foresight=Foresight(why_not={muted[1]: "That would leave no attached server in the pool."}))
    told = foretold(at(why), muted[1])
    assert told is not None and not told.rows
    assert english(told.note) == "That would leave no attached server in the pool."
    waiting = foretold(at(why), muted[2])
    assert waiting is not None and "worked out" in english(waiting.note)
    assert foretold(at(view), "nobody") is None
    assert foretold(at(replace(view, foresight=Foresight())), muted[0]) is None


def test_the_suspects_card_has_it_in_one_line(height: tuple[View, list[str]]) -> None:
    view, muted = height
    assert english(card_line(at(view), muted[0])).startswith("detached alone: refused ")
    cards = SuspectOrder().cards(at(view))
    by_server = {card.server: english(card.foretold) for card in cards}
    assert by_server[muted[0]].startswith("detached alone") and by_server[muted[1]] == ""


HERD = Herd("-a-general/8k", 8.0, 3.1, 32.0, 0.42, 4.4, ("dsrs-007",))


def test_the_countdown_names_the_next_one_and_runs_between_two_views(height: tuple[View, list[str]]) -> None:
    view = replace(height[0], herds=(HERD,), foresight=Foresight())
    strip = herd_strip(at(view))
    assert strip is not None and strip.title.weight is Weight.ALARM
    assert english(strip.title.text) == "dsrs-007 full in 4 s"
    assert english(strip.line) == "-a-general/8k: 3.1 of 32 effective, H 0.42"
    later = herd_strip(at(view, late_s=0.9))
    assert later is not None and english(later.title.text) == "dsrs-007 full in 3 s"
    far = herd_strip(at(replace(view, herds=(replace(HERD, countdown_s=40.0, victims=("a", "b")),))))
    assert far is not None and far.title.weight is Weight.WARN
    assert english(far.title.text) == "full in 40 s: one of a, b"


@pytest.mark.parametrize(
    ("herd", "title"),
    [
        (replace(HERD, countdown_s=math.nan, victims=()), "herd on 3.1 of 32 servers"),
        (replace(HERD, countdown_s=90.0, n_eff=30.0, number=1.4), "one report interval can fill a server"),
        (replace(HERD, countdown_s=90.0, n_eff=30.0), ""),
        (Herd("p", math.nan, math.nan, math.nan, math.nan, math.nan), ""),
    ],
)
def test_without_a_countdown_only_what_herds_is_said(height: tuple[View, list[str]], herd: Herd, title: str) -> None:
    strip = herd_strip(at(replace(height[0], herds=(herd,), foresight=Foresight())))
    assert ("" if strip is None else english(strip.title.text)) == title


def test_the_soonest_pool_speaks_and_a_blind_console_says_nothing(height: tuple[View, list[str]]) -> None:
    other = replace(HERD, pool="-a-general/16k", countdown_s=2.0, victims=("dsrs-040",))
    view = replace(height[0], herds=(HERD, other), foresight=Foresight())
    strip = herd_strip(at(view))
    assert strip is not None and "dsrs-040" in english(strip.title.text)
    assert herd_strip(at(replace(view, sight=Sight.BLIND))) is None


def test_the_smallest_set_is_told_in_the_words_of_the_plan_that_is_offered(height: tuple[View, list[str]]) -> None:
    view, muted = height
    preview = view.foresight.previews[muted[0]]
    assert preview.smallest is not None
    offered = next(one for one in view.proposals if one.verb is Verb.DETACH)
    assert set(offered.servers) == set(muted) == set(preview.smallest.servers)
    view = replace(view, herds=(HERD,))
    strip = herd_strip(at(view))
    assert strip is not None and english(strip.ends).startswith("these 3: refused ")
    alone = replace(preview, smallest=replace(preview.smallest, servers=(muted[0],)))
    strip = herd_strip(at(replace(view, foresight=Foresight(previews={muted[0]: alone}))))
    assert strip is not None and english(strip.ends).startswith(f"{muted[0]} alone ends it")
    none = replace(preview, smallest=replace(preview.smallest, found=False))
    strip = herd_strip(at(replace(view, foresight=Foresight(previews={muted[0]: none}))))
    assert strip is not None and english(strip.ends).startswith("no set ends it")


EVIDENCE = {
    "sent_seq": 1312, "sent_age_s": 0.2, "received_seq": 871, "received_age_s": 354.0, "used_seq": 870,
    "used_age_s": 355.0, "used_connections": 3, "belief": 0.0, "truth": 12.0, "limit_s": 1.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.NOT_SENT, "reports not sent: the server itself has sent none for 0.2 s, its last is 1312"),
        (
            Fault.NOT_RECEIVED,
            "reports sent but not received: report 1312 left 0.2 s ago, the newest that arrived is 871, 5 min 54 s old",
        ),
        (
            Fault.STUCK,
            "reports received but stuck: report 871 arrived 5 min 54 s ago, 870 is still in use, 5 min 55 s old",
        ),
        (
            Fault.IGNORED,
            "reports received but ignored: report 871 arrived 5 min 54 s ago; the balancer picks by 0, it said 3",
        ),
        (
            Fault.CANNOT_TELL,
            "cannot tell where the reports are lost: the newest report that arrived is the newest that was sent",
        ),
    ],
)
def test_each_verdict_is_told_with_its_evidence_in_the_detail_and_in_the_alarm(
    height: tuple[View, list[str]], fault: Fault, words: str
) -> None:
    view, muted = height
    view = replace(view, silences=(Silence(muted[0], None, fault, EVIDENCE),))
    told = verdict(view, muted[0])
    assert told is not None and english(told.text) == words
    assert told.weight is (Weight.UNKNOWN if fault is Fault.CANNOT_TELL else Weight.ALARM)
    assert verdict(view, muted[1]) is None
    mine = [english(line.sentence) for line in lines(at(view), None) if line.target == muted[0]]
    assert any(words.partition(":")[0] in sentence for sentence in mine)
    others = [english(line.sentence) for line in lines(at(view), None) if line.target == muted[1]]
    assert not any("reports " in sentence for sentence in others)


def test_what_nobody_tells_is_named(height: tuple[View, list[str]]) -> None:
    view, muted = height
    told = verdict(
        replace(view, silences=(Silence(muted[0], None, Fault.CANNOT_TELL, {**EVIDENCE, "sent_seq": None}),)), muted[0]
    )
    assert told is not None and "nobody tells the number of the last report that the server sent" in english(told.text)
