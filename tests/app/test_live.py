"""The real window on a real lab: three servers muted, the ramp, and the operator's click on one of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app import qtloop
from console.app.fleet import Fleet
from console.app.shell import Shell
from console.domain.clock import MachineClock
from console.domain.states import Step
from console.domain.view import View
from console.engine import EngineThread
from console.engine.assemble import SECTIONS, assemble
from console.settings import load
from tests.support.canary import CANARY
from tests.support.desk import until
from tests.support.live import Lab
from tests.support.live import lab as a_lab

PICTURES = os.environ.get("DSR_PICTURES")
"""A folder: then the window is saved at each stage, for a look."""


@pytest.mark.slow
def test_the_operator_sees_clicks_and_reads_the_proof(qapp: QApplication, dark: None, tmp_path: Path):
    with a_lab() as lab:
        settings = load(None, SECTIONS, {"balancer": {"url": lab.url}, "console": {"journal_folder": str(tmp_path)}})
        fleet = Fleet(
            engine=lambda: EngineThread(lambda: assemble(settings, typed=CANARY)),
            environment="lab",
            lab=True,
            operator="noc-2",
        )
        ini = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        shell = Shell(qapp, ini, MachineClock(), _never, _never)
        shell.window.resize(1920, 1080)

        async def main() -> int:
            from console.domain.tasks import spawn

            beside = spawn(_operate(shell, lab), "operator")
            beside.add_done_callback(lambda _: shell.end())
            code = await shell.live(fleet, None)
            await beside
            return code

        try:
            assert qtloop.run(qapp, main) == 0
        finally:
            shell.window.deleteLater()
    journal = (tmp_path / "actions.jsonl").read_text()
    assert journal.index('"intent"') < journal.index('"outcome"')


async def _operate(shell: Shell, lab: Lab) -> None:
    await until(lambda: _view(shell) is not None and _view(shell).figures.fresh == 64, "all 64 are seen and fresh")
    muted = sorted(lab.mute_idle())
    lab.load(12.0)
    screen = shell.window.screen_page
    assert screen is not None
    await until(lambda: sorted(card.server for card in screen.suspects.cards()) == muted, "the three are suspects")
    await until(lambda: {alarm.rule for alarm in _view(shell).alarms} >= {"silent", "gap"}, "silent and gap")
    assert _view(shell).figures.silent == 3
    _picture(shell, "1-incident")
    order = screen.suspects.order()
    for number, server in enumerate(order):

        def button(server: str = server):
            return next(card.button for card in screen.suspects.cards() if card.server == server)

        await until(lambda button=button: button().isEnabled() and not button().guarded, f"{server} can be clicked")
        QTest.mouseClick(button(), Qt.MouseButton.LeftButton)
        assert not button().isEnabled()
        await until(lambda server=server: _reached(shell, server, Step.CONFIRMED), f"{server} is confirmed")
        _picture(shell, f"{number + 2}-detached")
    await until(lambda: all(_reached(shell, server, Step.EFFECTIVE) for server in muted), "all are effective")
    await until(lambda: _view(shell).figures.refused_share < 0.01, "clients are served again")
    # nothing slid under the pointer, and the way back is where the click was
    assert [card.button.target for card in screen.suspects.cards()] == [("attach", server) for server in order]
    _picture(shell, "5-recovered")


def _view(shell: Shell) -> View | None:
    return None if shell._desk is None else shell._desk.view


def _reached(shell: Shell, server: str, step: Step) -> bool:
    view = _view(shell)
    return view is not None and any(action.intent.server == server and action.reached(step) for action in view.actions)


def _picture(shell: Shell, name: str) -> None:
    if PICTURES:
        shell.window.grab().save(f"{PICTURES}/{name}.png")


def _never(*_: str) -> Fleet:
    raise AssertionError("nobody asked for another fleet")
