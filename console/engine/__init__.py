"""The one loop where all meets, on a thread of its own, without Qt."""

from console.engine.loop import Engine
from console.engine.parts import EngineSettings
from console.engine.thread import EngineThread

__all__ = ["Engine", "EngineSettings", "EngineThread"]
