"""Carries out what decide says."""

from __future__ import annotations

from console.act.dsr import DsrActuator

__all__ = ["DsrActuator"]
