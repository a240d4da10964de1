"""Asks the balancer who this console is, and whether it can cut sessions, until it has answered once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from console.decide import Authority
from console.domain.errors import Denied, SourceError
from console.domain.ports import Cutter, Identity
from console.domain.safety import Role

_log = logging.getLogger("dsr.engine")
_FIRST_S: Final = 0.25
_MOST_S: Final = 30.0


async def learn(identity: Identity, authority: Authority, changed: Callable[[], None]) -> None:
    """Ends with an answer. A denied token makes a viewer; it is asked for now and then whether another one was stored meanwhile."""
    pause_s = _FIRST_S
    denied = False
    while True:
        try:
            role, name = await identity.granted()
        except Denied as error:
            if not denied:
                _log.warning("the balancer does not let this console act: %s", error)
                authority.granted(Role.VIEWER, None)
                changed()
            denied = True
            await asyncio.sleep(_MOST_S)
            continue
        except SourceError as error:
            _log.info("who we are is not known yet: %s", error)
            await asyncio.sleep(pause_s)
            pause_s = min(2.0 * pause_s, _MOST_S)
            continue
        authority.granted(role, name)
        changed()
        return


async def learn_cut(
    cutter: Cutter, asked_about: Callable[[], str | None], news: Callable[[], Awaitable[None]]
) -> bool | None:
    """Whether the balancer can cut sessions, once there is a server to ask about. Only a GET leaves; None: it does not say."""
    while (server := asked_about()) is None:
        await news()
    pause_s = _FIRST_S
    while True:
        try:
            return await cutter.cuts(server)
        except Denied:
            return None
        except SourceError as error:
            _log.info("whether sessions can be cut is not known yet: %s", error)
            await asyncio.sleep(pause_s)
            pause_s = min(2.0 * pause_s, _MOST_S)
