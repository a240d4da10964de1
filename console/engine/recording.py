"""The flight recorder of an engine, from settings: which file, and what the engine is given."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from console import __version__
from console.collect import PollSettings
from console.domain.clock import Clock
from console.engine.blackbox import BlackBox
from console.record.recorder import About, Recorder, RecorderSettings, recorder_path
from console.settings import BalancerSettings, Settings, state_folder

LAB: Final = "lab"
"""The environment of the lab that the console starts itself, on the screen and in what is recorded of it."""


def recorder_folder(settings: Settings) -> Path:
    """Where recordings are."""
    named = settings.of(RecorderSettings).folder
    return state_folder() / "recorder" if named is None else Path(named).expanduser()


def recorder_file(settings: Settings) -> Path:
    """The recording of the settings' balancer."""
    return recorder_path(recorder_folder(settings), settings.of(BalancerSettings).url or "")


def black_box(settings: Settings, clock: Clock) -> BlackBox:
    """A recorder that writes from now on; what hinders it shows in `error`."""
    balancer = settings.of(BalancerSettings)
    environment = balancer.environment or (balancer.url or "").partition("://")[2]
    about = About(__version__, environment, settings.plain())
    recorder = Recorder(recorder_file(settings), settings.of(RecorderSettings), about, clock)
    return BlackBox(recorder, settings.of(PollSettings).interval_s, clock)
