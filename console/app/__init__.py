"""The window, its bridge to the engine, and the operator's hand. Qt is allowed here."""

from console.app.bootstrap import run_window
from console.app.capture import Capture, conditions
from console.app.fleet import Fleet

__all__ = ["Capture", "Fleet", "conditions", "run_window"]
