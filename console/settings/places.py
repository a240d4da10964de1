"""Where settings and records live on this platform."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from console.settings.sections import ConsoleSettings

_APP = "dsr-console"


def default_path() -> Path:
    """The settings file that is read where none is named; it need not exist."""
    return platformdirs.user_config_path(_APP, appauthor=False) / "settings.toml"


def journal_path(console: ConsoleSettings) -> Path:
    """The journal of actions: one file for all consoles of this user."""
    folder = state_folder() if console.journal_folder is None else Path(console.journal_folder).expanduser()
    return folder / "actions.jsonl"


def state_path(console: ConsoleSettings) -> Path:
    """What is acknowledged, shelved and noted: beside the journal, one file for all consoles of this user."""
    return journal_path(console).with_name("state.db")


def crash_folder() -> Path:
    """Where a crash leaves its file."""
    return state_folder() / "crashes"


def state_folder() -> Path:
    """The folder of journals and records of this user."""
    return platformdirs.user_state_path(_APP, appauthor=False)
