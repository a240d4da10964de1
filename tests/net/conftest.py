"""A transport that is always closed again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from console.net import FleetTransport


@pytest_asyncio.fixture
async def transport() -> AsyncIterator[FleetTransport]:
    made = FleetTransport(max_connections=200)
    yield made
    await made.aclose()
    assert made.connections == 0
