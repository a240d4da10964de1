"""What leaves the window when the operator gives consent, carries out a set, arms, or only looks."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from console.domain.safety import Consent, Manual, Outcome, PlanStanding, PlanStep, Role, Said, Standing, StepState
from console.domain.states import Attachment, Verb
from tests.app.test_desk import Stage, play, said, until  # noqa: F401  `play` is the fixture
from widgets.actbutton import ActPush
from widgets.consent import HOLD_MS


def crowded(stage: Stage, detached: int) -> None:
    """So many healthy servers of the suspects' pool are out, and the engine's gates have seen it."""
    view = stage.handle.newest
    attachment = view.frame.attachment.copy()
    pool = view.frame.rows.get(stage.muted[0]).pool
    rows = [row for row in view.frame.rows if row.pool == pool and row.id not in stage.muted]
    for row in rows[:detached]:
        attachment[row.slot] = Attachment.DETACHED
    changed = replace(view, version=view.version + 1, frame=replace(view.frame, attachment=attachment))
    stage.handle.newest = stage.maker.appraised(changed)


def test_a_click_is_meant_for_the_incarnation_that_was_seen(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        stage.look()
        server = stage.muted[0]
        await stage.click(stage.buttons()[server])
        seen = stage.handle.newest.frame.rows.get(server).incarnation
        assert stage.handle.given[0].incarnation == seen
        assert seen is not None
        assert stage.handle.given[0].consent == Consent()

    play(scene)


def test_an_amber_click_sends_nothing_and_says_what_it_costs_and_where(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        crowded(stage, 3)
        stage.look()
        server = stage.muted[0]
        await stage.click(stage.buttons()[server])
        assert stage.handle.submitted == []
        consent = stage.screen.detail.consent
        assert consent.isVisible()
        assert "4 of 32" in said(consent)
        assert "tokyo" in said(consent)

    play(scene)


def test_the_hold_carries_the_reason(play, monkeypatch):  # noqa: F811  the fixture
    now = [0.0]
    monkeypatch.setattr(ActPush, "clock", staticmethod(lambda: now[0]))

    async def scene(stage: Stage) -> None:
        crowded(stage, 3)
        stage.look()
        server = stage.muted[0]
        button = stage.buttons()[server]
        button.guard()
        now[0] += 5000
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        consent = stage.screen.detail.consent
        consent.reason.setText("agreed by phone")
        await until(lambda: consent.hold.height() > 0 and consent.hold.isEnabled(), "the panel is laid out")
        consent.hold.guard()
        now[0] += 5000
        QTest.mousePress(consent.hold, Qt.MouseButton.LeftButton)
        now[0] += HOLD_MS - 1
        consent.hold.tick()
        assert stage.handle.submitted == []
        now[0] += 1
        consent.hold.tick()
        assert [name for name, _ in stage.handle.submitted] == ["detach"]
        assert stage.handle.given[0].consent == Consent(hold_reason="agreed by phone")
        stage.screen.consented.emit("detach", stage.muted[1], "fire", True)
        assert stage.handle.given[1].consent == Consent(break_glass="fire")

    play(scene)


def test_one_press_carries_the_set_and_stop_ends_it(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        stage.look()
        await stage.click(stage.screen.suspects.plan)
        asked = [arguments["command"] for name, arguments in stage.handle.asides if name == "carry"]
        assert [(one.servers, one.verb, one.operator) for one in asked] == [(tuple(stage.muted), Verb.DETACH, "noc-2")]
        assert not stage.screen.suspects.plan.isEnabled()
        stage.screen.actRequested.emit("detach_all", "\n".join(stage.muted))
        assert len([name for name, _ in stage.handle.asides if name == "carry"]) == 1
        steps = (PlanStep(stage.muted[0], StepState.RUNNING), *(PlanStep(server) for server in stage.muted[1:]))
        text = "step {number} of {count}: {server}."
        plan = PlanStanding("p1", Verb.DETACH, steps, Said(text, {"number": 1, "count": 3, "server": stage.muted[0]}))
        view = stage.handle.newest
        assert "Detach " + ", ".join(stage.muted[:2]) in said(stage.screen.suspects.action_list), "it is on its way"
        stage.handle.newest = replace(view, version=view.version + 1, plan=plan, proposals=())
        stage.look()
        words = said(stage.screen.suspects.action_list)
        assert "Detach " + ", ".join(stage.muted[:2]) not in words, "the plan itself is shown: once"
        stage.handle.futures[-1].set_result(plan)
        stage.look()
        assert f"step 1 of 3: {stage.muted[0]}." in said(stage.screen.suspects.action_list)
        stop = next(one for one in stage.screen.findChildren(ActPush) if one.target == ("stop_plan", "p1"))
        await until(stop.isVisible, "the stop is on the screen")
        await stage.click(stop)
        assert [name for name, _ in stage.handle.asides][-1] == "stop_plan"

    play(scene)


def test_arming_asks_the_engine_and_each_touch_keeps_it_armed_once_in_a_while(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        stage.look()
        QTest.keyClick(stage.screen, Qt.Key.Key_Shift)
        assert "used" not in [name for name, _ in stage.handle.asides]
        stage.maker.standing = Standing(Role.LEAD, arming=True, armed=False)
        stage.look(polls=1)
        assert not any(button.isEnabled() for button in stage.buttons().values())
        QTest.mouseClick(stage.screen.header.standing.switch, Qt.MouseButton.LeftButton)
        assert "arm" in [name for name, _ in stage.handle.asides]
        stage.maker.standing = Standing(Role.LEAD, arming=True, armed=True, idle_left_s=900.0)
        stage.look(polls=1)
        assert all(button.isEnabled() for button in stage.buttons().values())
        before = [name for name, _ in stage.handle.asides].count("used")
        for _ in range(5):
            QTest.keyClick(stage.screen, Qt.Key.Key_Shift)
        assert [name for name, _ in stage.handle.asides].count("used") <= before + 1
        stage.clock.mono += 60
        QTest.keyClick(stage.screen, Qt.Key.Key_Shift)
        assert [name for name, _ in stage.handle.asides].count("used") >= before + 1
        stage.maker.standing = Standing(Role.LEAD)
        stage.look(polls=1)

    play(scene)


def test_who_is_looked_at_is_told_to_the_engine_so_that_its_gates_come(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        stage.look()
        stage.screen.serverChosen.emit("dsrs-040")
        assert stage.handle.asides[-1] == ("look_at", {"servers": frozenset({"dsrs-040"})})
        assert not stage.screen.detail.button.isEnabled()
        assert "gates are being asked" in said(stage.screen.detail)
        stage.maker.watched = frozenset({"dsrs-040"})
        stage.look(polls=1)
        assert stage.screen.detail.button.isEnabled()
        row = stage.handle.newest.frame.rows.get("dsrs-050")
        stage.screen.cellHovered.emit(row.slot, stage.handle.newest.history.last - 1)
        both = frozenset({"dsrs-040", "dsrs-050"})
        await until(lambda: stage.handle.asides[-1] == ("look_at", {"servers": both}), "the one under the pointer too")

    play(scene)


def test_a_cut_leaves_with_its_number_and_the_operator_s_own_words(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        stage.look()
        stage.screen.cutConsented.emit(stage.muted[0], "its sessions hang", 9)
        assert stage.handle.submitted == [("cut", (stage.muted[0], "its sessions hang", "noc-2"))]
        assert stage.handle.given[0].consent == Consent(hold_reason="its sessions hang", count=9)

    play(scene)


def test_the_review_time_beside_the_button_goes_along_and_is_the_usual_one_again_for_the_next(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        stage.look()
        first, second = stage.muted[:2]
        stage.desk.choose(first)
        review = stage.screen.detail.review
        assert review.isVisible()
        assert review.seconds == 7200.0
        review.times.setCurrentIndex(review.times.findData(1800.0))
        await stage.click(stage.buttons()[first])
        assert stage.handle.given[-1].consent == Consent(review_s=1800.0)
        stage.desk.choose(second)
        assert review.seconds == 7200.0

    play(scene)


def test_the_site_s_own_command_is_shown_once_on_record_and_takes_the_operator_s_word(play):  # noqa: F811  the fixture
    async def scene(stage: Stage) -> None:
        server = stage.muted[0]
        view = stage.handle.newest
        manual = Manual(server, f"ssh lb1 drain {server}", Said("This balancer takes no detach at all."))
        stage.handle.newest = replace(view, version=view.version + 1, manual={server: manual})
        stage.look()
        stage.desk.choose(server)
        box = stage.screen.detail.manual
        assert box.isVisible()
        assert box.command.text() == f"ssh lb1 drain {server}"
        assert "takes no detach" in said(box)
        stage.desk.refresh()
        assert [asked for asked in stage.handle.asides if asked[0] == "manual_shown"] == [
            ("manual_shown", {"manual": manual, "operator": stage.handle.asides[-1][1].get("operator")})
        ]
        box.copy.click()
        assert box.command.selectedText() == box.command.text()
        assert QGuiApplication.clipboard().text() == box.command.text()
        box.failed.click()
        name, told = stage.handle.asides[-1]
        assert (name, told["server"], told["outcome"]) == ("manual_said", server, Outcome.FAILED)
        told_by = replace(manual, shown_wall_s=1.0, outcome=Outcome.FAILED, said_by="noc-2", said_wall_s=1.0)
        stage.handle.newest = replace(view, version=view.version + 2, manual={server: told_by})
        stage.look()
        assert "noc-2 said at" in said(box)
        assert "it did not work" in said(box)
        stage.handle.newest = replace(view, version=view.version + 3)
        stage.look()
        assert not box.isVisible()

    play(scene)
