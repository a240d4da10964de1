"""What every test shares: Qt without a display, PySide6 as the binding, one theme for the pictures."""

from __future__ import annotations

import gc
import json
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from console.settings import state_folder
from tests.support.canary import LOOKOUT, after_each, watch_children

# The same examples in each run, and no example fails for the slowness of a machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: without it each search for a test's garbage takes a third of the time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """The canary secret is nowhere that it must not be (tests/support/canary.py).

    No widget of a test is left for the collector to find in another thread of a later one (see console/app/garbage.py).
    """
    windows = "qapp" in getattr(item, "fixturenames", ())
    if LOOKOUT not in logging.getLogger().handlers:
        logging.getLogger().addHandler(LOOKOUT)  # whoever sets the root logger up anew
    found = after_each(LOOKOUT, windows=windows)
    yield
    if windows:
        gc.collect()
    assert not found, f"the canary secret was seen: {found}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Neither in what a test and its console wrote to the terminal."""
    report = yield
    for name, text in report.sections:
        LOOKOUT.text("output", text, f"{name} of {item.nodeid}")
    return report


@pytest.fixture(scope="session", autouse=True)
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nor in any file at the end of the session."""
    logging.getLogger().addHandler(LOOKOUT)
    end = watch_children(LOOKOUT)
    yield
    end()
    logging.getLogger().removeHandler(LOOKOUT)
    LOOKOUT.files((tmp_path_factory.getbasetemp(), state_folder()))
    if folder := os.environ.get("DSR_CANARY_REPORT"):
        told = {"found": [*LOOKOUT.ever, *LOOKOUT.found], "looked": LOOKOUT.looked}
        Path(folder, f"{os.getpid()}.json").write_text(json.dumps(told))
    assert not LOOKOUT.found, f"the canary secret was seen: {LOOKOUT.found}"


@pytest.fixture
def dark(qapp) -> Iterator[None]:
    """The application in the dark theme and in English; put back afterwards."""
    from PySide6.QtCore import QCoreApplication, QEvent

    from widgets import theme, words
    from widgets.gallery import TRANSLATIONS

    words.load(qapp, "en", TRANSLATIONS)
    # A style sheet is costly to set while widgets of earlier tests still wait for their end.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if theme.current() != "dark" or not qapp.styleSheet():
        theme.apply(qapp, "dark")
    yield
    words.load(qapp, "en", TRANSLATIONS)
