"""Alarm rules, one file each, over one estimate per Frame; figures, suspects, sight. Pure: values in, values out."""

from console.detect.detectors import Detectors, DetectSettings, Judgement
from console.detect.estimate import Estimate, GapEstimator, GapSettings, SilenceSettings

__all__ = ["DetectSettings", "Detectors", "Estimate", "GapEstimator", "GapSettings", "Judgement", "SilenceSettings"]
