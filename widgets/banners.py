"""What is wrong with the console's own sight or means, and what to do: above everything else, and never moving."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets import words
from widgets.labels import PlainLabel, set_look
from widgets.shapes import ToneMark
from widgets.viewdata import Banner, Tone

GROUND = {Tone.QUIET: "", Tone.NOTICE: "notice", Tone.WARN: "warn", Tone.ALARM: "alarm", Tone.UNKNOWN: "unknown"}
"""Style sheet ground of a tone."""


class BannerView(QFrame):
    """One banner: mark, title, line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "banner")
        self._mark = ToneMark()
        self._title = PlainLabel("title", elide=True)
        self._line = PlainLabel("", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addWidget(self._title)
        row.addWidget(self._line, 1)

    def set_data(self, data: Banner) -> None:
        """Takes what to say."""
        self._mark.set_tone(data.tone)
        self._title.set_phrase(data.title)
        self._title.set_tone(data.tone)
        self._line.set_phrase(data.line)
        set_look(self, ground=GROUND[data.tone])
        self.setAccessibleName(f"{words.text(data.title)}. {words.text(data.line)}")


class Banners(QWidget):
    """All banners, worst first as given; takes no room where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: list[BannerView] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setVisible(False)

    def set_data(self, banners: tuple[Banner, ...]) -> None:
        """Takes all that is to be said."""
        while len(self._views) < len(banners):
            self._views.append(BannerView())
            self._column.addWidget(self._views[-1])
        for index, view in enumerate(self._views):
            view.setVisible(index < len(banners))
            if index < len(banners):
                view.set_data(banners[index])
        self.setVisible(bool(banners))
