"""What every test shares: Qt without a display, PySide6 as the binding, one theme for the pictures."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

# The same examples in each run, and no example fails for the slowness of a machine.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """No widget of a test is left for the collector to find in another thread of a later one (see console/app/garbage.py)."""
    yield
    if "qapp" in getattr(item, "fixturenames", ()):
        gc.collect()


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
