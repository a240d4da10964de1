"""How late the engine's own loop calls back."""

from __future__ import annotations

import asyncio
from typing import Final

_METER_S: Final = 0.1


class LoopLag:
    """`seconds`: the largest of late; it fades by half in each round."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def measure(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + _METER_S
            await asyncio.sleep(_METER_S)
            self.seconds = max(loop.time() - due_s, self.seconds / 2.0, 0.0)
