"""Saving keeps comments and the version before, and replaces the file whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.errors import SettingsError
from console.settings import BalancerSettings, ConsoleSettings, InvalidSettings, load, save

SECTIONS: dict[str, type] = {"balancer": BalancerSettings, "console": ConsoleSettings}


def test_a_first_save_starts_from_the_documented_defaults(tmp_path: Path):
    file = tmp_path / "new" / "settings.toml"
    settings = save(file, SECTIONS, {"balancer": {"url": "http://10.1.1.1:80"}})
    assert settings.of(BalancerSettings).url == "http://10.1.1.1:80"
    assert settings.path == file
    assert "## Name that detach and attach carry" in file.read_text()
    assert load(file, SECTIONS).of(BalancerSettings).url == "http://10.1.1.1:80"
    assert [entry.name for entry in file.parent.iterdir()] == ["settings.toml"]


def test_comments_stay_and_the_version_before_is_kept(tmp_path: Path):
    file = tmp_path / "settings.toml"
    before = '# mine\n[balancer]\nurl = "http://a" # the old one\nenvironment = "e"\n'
    file.write_text(before)
    save(file, SECTIONS, {"balancer": {"url": "http://b", "environment": None}, "console": {"operator": "o"}})
    after = file.read_text()
    assert "# mine" in after
    assert 'url = "http://b" # the old one' in after
    assert "environment" not in after
    assert load(file, SECTIONS).of(ConsoleSettings).operator == "o"
    assert (tmp_path / "settings.toml.bak").read_text() == before


@pytest.mark.parametrize("text", ['[balancer]\nurl = "http://a"\n', "[broken\n"])
def test_what_would_not_load_is_never_written(tmp_path: Path, text: str):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        save(file, SECTIONS, {"balancer": {"url": "nonsense"}})
    assert isinstance(caught.value, InvalidSettings) or "not TOML" in str(caught.value)
    assert file.read_text() == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.toml"]


def test_a_broken_file_names_the_version_before(tmp_path: Path):
    file = tmp_path / "settings.toml"
    save(file, SECTIONS, {"console": {"operator": "a"}})
    save(file, SECTIONS, {"console": {"operator": "b"}})
    file.write_text(file.read_text() + "[[[")
    with pytest.raises(InvalidSettings, match=r"settings\.toml\.bak"):
        load(file, SECTIONS)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="could not be written"):
        save(tmp_path / "file" / "settings.toml", SECTIONS, {})
