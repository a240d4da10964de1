import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QLabel

from widgets import theme, words
from widgets.gallery import TRANSLATIONS, screen_of, whole
from widgets.viewdata import phrase

pytestmark = pytest.mark.usefixtures("dark")

ROOT = TRANSLATIONS.parent.parent
JAPANESE = TRANSLATIONS / "dsr-console_ja.ts"


def messages():
    for context in ET.parse(JAPANESE).getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name"), message.findtext("source") or "", message.find("translation")


def places(text):
    return sorted(part.split("}")[0] for part in text.split("{")[1:] if "}" in part)


def test_every_word_has_a_translation_that_keeps_its_places():
    checked = 0
    for context, source, translation in messages():
        assert translation is not None, (context, source)
        assert translation.get("type") != "unfinished", (context, source)
        assert places(translation.text or "") == places(source), (context, source)
        checked += 1
    assert checked > 200


def test_the_file_holds_exactly_the_words_of_the_source(tmp_path):
    """A text changed in the source without `make translations` fails here."""
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    if not tool.exists():
        pytest.skip("pyside6-lupdate is not installed beside this Python")
    folders = (ROOT / "widgets", ROOT / "console/app", ROOT / "console/present")
    sources = sorted(str(file) for folder in folders for file in folder.rglob("*.py"))
    fresh = tmp_path / "fresh.ts"
    subprocess.run(
        [str(tool), "-locations", "none", *sources, "-ts", str(fresh)], check=True, capture_output=True, timeout=60
    )
    wanted = {
        (context.findtext("name"), message.findtext("source"))
        for context in ET.parse(fresh).getroot().iter("context")
        for message in context.iter("message")
    }
    assert {(context, source) for context, source, _ in messages()} == wanted


def test_the_language_changes_while_the_window_stands(qtbot, qapp):
    frame = whole("incident")
    qtbot.addWidget(frame)
    frame.resize(1920, 1080)
    frame.show()
    screen = screen_of(frame)

    def said():
        # Whether the order is held depends on where the pointer stands, not on the language.
        return {label.text() for label in frame.findChildren(QLabel) if not label.text().startswith("64 rows")}

    english = said()
    assert words.load(qapp, "ja", TRANSLATIONS)
    qapp.processEvents()
    japanese = {label.text() for label in frame.findChildren(QLabel) if label.isVisible()}
    assert "無報告" in " ".join(japanese)
    assert screen.suspects.cards()[0].button.text() == "LAB: dsrs-007 を切り離す"
    assert "実数" in screen.suspects.cards()[0].accessibleDescription()
    assert screen.alarms.texts()[0].startswith("警報")
    assert "接続中" in screen.header.tile_texts()[0]
    assert screen.table.rows.head(0) == "サーバー"
    assert screen.maps.accessibleName().startswith("ヒートマップ")
    words.load(qapp, "en", TRANSLATIONS)
    qapp.processEvents()
    assert said() == english
    assert [button for button in frame.findChildren(QAbstractButton) if "切り離す" in button.text()] == []


def test_verbatim_texts_stay_as_they_are(qapp):
    words.load(qapp, "ja", TRANSLATIONS)
    said = words.text(phrase("Detach {server}", server="silent"))
    assert said == "silent を切り離す"


def test_a_language_without_a_file_says_so(qapp, tmp_path):
    assert not words.load(qapp, "ja", tmp_path)
    assert words.load(qapp, "en", tmp_path)


def test_japanese_has_glyphs_where_a_face_for_it_is_installed(qapp):
    present = set(QFontDatabase.families()) & set(theme.CJK_FACES)
    if not present:
        pytest.skip("no CJK face is installed here")
    for font in (theme.ui_font(12), theme.fixed_font(12)):
        metrics = QFontMetricsF(font)
        fallback = QFontMetricsF(QFont(next(iter(present))))
        used = {c for _, _, translation in messages() for c in translation.text or ""}
        assert not [c for c in used if not metrics.inFontUcs4(ord(c)) and not fallback.inFontUcs4(ord(c))]
        assert present & set(font.families())


def test_qt_s_own_words_are_there():
    assert (Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / "qtbase_ja.qm").exists()
