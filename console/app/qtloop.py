"""asyncio on Qt's event loop, for what the operator starts. The one file that knows qasync; no socket of the fan-out ever lives here."""
# qasync has no types:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import qasync
from PySide6.QtWidgets import QApplication

from console.app.garbage import GuiGarbage


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Runs `main()` on the GUI thread until it returns; its result. Other tasks are cancelled then."""
    app.setQuitOnLastWindowClosed(False)  # the coroutine decides when it is over, not the last window

    def make() -> asyncio.AbstractEventLoop:
        return cast("asyncio.AbstractEventLoop", qasync.QEventLoop(app))

    garbage = GuiGarbage()  # before any other thread starts, until all of them have ended
    try:
        with asyncio.Runner(loop_factory=make) as runner:
            return runner.run(main())
    finally:
        garbage.restore()
