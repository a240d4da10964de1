"""The window, its bridge to the engine, and the operator's hand. Qt is allowed here."""

from console.app.bootstrap import run_window
from console.app.capture import Capture, conditions
from console.app.fleet import Fleet
from console.app.replaymain import ReplayPicture, run_replay
from console.app.replays import Recorded

__all__ = ["Capture", "Fleet", "Recorded", "ReplayPicture", "conditions", "run_replay", "run_window"]
