"""A whole window process on the virtual incident, for what only a process can show: signals, exit codes, crashes at exit.

`python -m tests.support.windowed FOLDER [SECONDS]` prints `up` once the first View is on the screen.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QSettings

from console.app import Fleet, run_window
from console.domain.errors import SettingsError
from console.domain.view import View
from tests.support.desk import FakeHandle
from tests.support.views import incident


class LiveHandle(FakeHandle):
    """The incident, a Frame each 0.2 s, from a thread of its own."""

    def start(self) -> None:
        fleet, maker, view, _ = incident(ramp_polls=10)
        self._halt = threading.Event()

        def feed(view: View) -> None:
            while not self._halt.wait(0.2):
                self.newest = replace(maker.take(fleet.next()), received_mono_s=time.monotonic())
                if view.version == self.newest.version - 1:
                    print("up", flush=True)

        self._thread = threading.Thread(target=feed, args=(view,))
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        self._halt.set()
        self._thread.join(timeout_s)


def main() -> int:
    folder = Path(sys.argv[1])

    def refuse(*asked: object) -> Fleet:
        raise SettingsError(f"nothing answers to {asked}")

    return run_window(
        Fleet(engine=LiveHandle, environment="test", lab=True, snapshots=folder),
        connect=refuse,
        start_lab=refuse,
        for_s=float(sys.argv[2]) if len(sys.argv) > 2 else None,
        settings=QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat),
    )


if __name__ == "__main__":
    sys.exit(main())
