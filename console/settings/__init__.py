"""Settings: assembles what the rooms declare, reads and writes the file, keeps secrets out of it and out of the log."""

from console.settings.before import load_or_before
from console.settings.document import FORMAT
from console.settings.loader import InvalidSettings, Settings, load
from console.settings.places import crash_folder, default_path, journal_path, state_folder, state_path
from console.settings.sections import BalancerSettings, ConsoleSettings
from console.settings.template import default_text
from console.settings.writer import save

__all__ = [
    "FORMAT",
    "BalancerSettings",
    "ConsoleSettings",
    "InvalidSettings",
    "Settings",
    "crash_folder",
    "default_path",
    "default_text",
    "journal_path",
    "load",
    "load_or_before",
    "save",
    "state_folder",
    "state_path",
]
