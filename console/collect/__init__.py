"""Phase-spread polling of one fleet; a FrameFeed."""

from __future__ import annotations

from console.collect.collector import Collector
from console.collect.frames import FrameBuilder
from console.collect.settings import PollSettings
from console.sources.addresses import AddressPolicy, AddressSettings

__all__ = ["AddressPolicy", "AddressSettings", "Collector", "FrameBuilder", "PollSettings"]
