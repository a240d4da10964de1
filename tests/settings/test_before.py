"""A settings file that is broken: what loaded before is in force, and that is told; nothing else of it is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.engine.assemble import SECTIONS, engine_settings
from console.settings import BalancerSettings, InvalidSettings, load_or_before

GOOD = '[balancer]\nurl = "http://10.1.1.1:80"\n'


def test_what_loads_is_kept_as_the_version_before(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text(GOOD)
    assert load_or_before(file, SECTIONS).remark is None
    assert (tmp_path / "settings.toml.bak").read_text() == GOOD
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["settings.toml", "settings.toml.bak"]


@pytest.mark.parametrize(
    ("broken", "line"),
    [("[balancer]\nurl = 7\n", 2), ("[balancer\n", 1), (GOOD + "[alarms.gap]\npols = 3\n", 4), ("schema = 9\n", 1)],
)
def test_a_broken_file_is_named_and_the_version_before_is_in_force(tmp_path: Path, broken: str, line: int):
    file = tmp_path / "settings.toml"
    file.write_text(GOOD)
    load_or_before(file, SECTIONS)
    file.write_text(broken)
    settings = load_or_before(file, SECTIONS)
    assert settings.of(BalancerSettings).url == "http://10.1.1.1:80"
    assert (
        settings.remark is not None and f"{file}:{line}" in settings.remark and "settings.toml.bak" in settings.remark
    )
    assert engine_settings(settings).remark == settings.remark
    assert file.read_text() == broken and (tmp_path / "settings.toml.bak").read_text() == GOOD


def test_without_a_version_before_or_with_a_wrong_flag_it_does_not_start(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text("[balancer\n")
    with pytest.raises(InvalidSettings, match=r"settings\.toml:1"):
        load_or_before(file, SECTIONS)
    file.write_text(GOOD)
    load_or_before(file, SECTIONS)
    with pytest.raises(InvalidSettings):
        load_or_before(file, SECTIONS, {"balancer": {"url": "nonsense"}})
    (tmp_path / "settings.toml.bak").write_text("]")
    file.write_text("[")
    with pytest.raises(InvalidSettings, match=r"settings\.toml:1"):
        load_or_before(file, SECTIONS)
