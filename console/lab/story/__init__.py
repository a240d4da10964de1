"""Scenarios: what happens on a lab and when, as files that a person can write, read with every problem at its line."""

from __future__ import annotations

from console.lab.story.format import Expect, Fleet, Phase, Scenario, Strike
from console.lab.story.loader import builtin, load, names
from console.lab.story.timelapse import TimeLapse

__all__ = ["Expect", "Fleet", "Phase", "Scenario", "Strike", "TimeLapse", "builtin", "load", "names"]
