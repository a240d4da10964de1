"""The committed default settings are what the declarations say, and every one of them can be set."""

from __future__ import annotations

import re
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from console.detect import DetectSettings
from console.engine.assemble import SECTIONS, engine_settings
from console.engine.parts import EngineSettings
from console.settings import default_text, load
from console.settings.fields import fields_of


def test_the_committed_file_is_the_generated_one():
    committed = (resources.files("resources") / "settings.default.toml").read_text(encoding="utf-8")
    assert committed == default_text(SECTIONS), (
        "run: dsr-console check --print-default > resources/settings.default.toml"
    )


def test_every_default_can_be_written_down(tmp_path: Path):
    live = re.sub(r"(?m)^# (\w+ = )", r"\1", default_text(SECTIONS))
    live = re.sub(r'(?m)^\w+ = "\.\.\."$', "", live)  # the unset ones have no value to write down
    file = tmp_path / "s.toml"
    file.write_text(live)
    assert load(file, SECTIONS).plain() == {name: asdict(kind()) for name, kind in SECTIONS.items()}


def test_every_setting_has_a_sentence_and_numbers_have_bounds():
    for name, kind in SECTIONS.items():
        assert fields_of(kind), f"[{name}] declares nothing"
        for field in fields_of(kind).values():
            assert field.option.sentence, f"{name}.{field.name}"
            if field.kind in (int, float) and not field.many:
                assert field.option.low is not None, f"{name}.{field.name}"
                assert field.option.high is not None, f"{name}.{field.name}"


def test_what_is_set_reaches_the_engine(tmp_path: Path):
    file = tmp_path / "s.toml"
    file.write_text("[alarms.silence]\nintervals = 5.0\n[ladder]\nexpected = 7.0\n[store]\nticks = 100\n")
    made = engine_settings(load(file, SECTIONS))
    assert made.detect.silence.intervals == 5.0
    assert made.ladder.expected == 7.0
    assert made.store.ticks == 100
    assert engine_settings(load(None, SECTIONS)) == EngineSettings()
    assert made.detect.blind == DetectSettings().blind
