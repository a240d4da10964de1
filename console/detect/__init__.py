"""Alarm rules, one file each, over one estimate per Frame; figures, suspects, forensics, herds, sight. Pure: values in, values out."""

from console.detect.detectors import Detectors, DetectSettings, Judgement
from console.detect.estimate import Estimate, GapEstimator, GapSettings, SilenceSettings
from console.detect.facts import Inputs, Wish
from console.detect.registry import TITLES, Title

__all__ = [
    "TITLES",
    "DetectSettings",
    "Detectors",
    "Estimate",
    "GapEstimator",
    "GapSettings",
    "Inputs",
    "Judgement",
    "SilenceSettings",
    "Title",
    "Wish",
]
