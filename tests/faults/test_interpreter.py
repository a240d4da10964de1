"""F64: the Qt binding and the interpreter live together: void calls and repaints by the ten thousand do not kill the process."""

from __future__ import annotations

import subprocess
import sys
import textwrap


def _survives(program: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.strip() == "alive"


def test_a_hundred_thousand_void_calls_leave_none_alive() -> None:
    _survives("""
        from PySide6.QtCore import QObject
        from PySide6.QtWidgets import QApplication, QLabel
        app = QApplication([])
        label = QLabel()
        thing = QObject()
        for number in range(50_000):
            label.setText("a" if number % 2 else "b")
            thing.setObjectName("x")
        del label
        print("alive")
    """)


def test_ten_thousand_repaints_leave_the_process_alive() -> None:
    _survives("""
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QApplication, QWidget
        class Painted(QWidget):
            count = 0
            def paintEvent(self, event):
                painter = QPainter(self)
                painter.fillRect(self.rect(), self.palette().window())
                painter.end()
                Painted.count += 1
        app = QApplication([])
        widget = Painted()
        widget.resize(40, 40)
        widget.show()
        app.processEvents()
        while Painted.count < 10_000:
            widget.repaint()
        widget.close()
        widget.deleteLater()
        app.processEvents()
        print("alive")
    """)
