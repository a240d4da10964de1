"""Entry of the lab's processes: `python -m console.lab.child ROLE PARENT`. All else comes by standard input."""

from __future__ import annotations

import asyncio
import signal
import sys

from console.domain.clock import MachineClock
from console.lab import platform
from console.lab.channel import Json, Questions, tell


async def serve_host() -> None:
    """DSRS: many of them, or one in a process of its own."""
    from console.lab.dsrs.host import Host

    host = Host(MachineClock(), _news)
    try:
        await Questions(host.serve).run()
    finally:
        host.close()


async def _dsrm() -> None:
    from console.lab.dsrm.server import Balancer  # a host needs neither starlette nor uvicorn

    balancer = Balancer(MachineClock())
    try:
        await Questions(balancer.serve).run()
    finally:
        await balancer.close()


async def _door() -> None:
    from console.lab.frontdoor.keeper import Keeper  # the others need none of it

    keeper = Keeper(MachineClock())
    try:
        await Questions(keeper.serve).run()
    finally:
        keeper.close()


def _news(event: Json) -> None:
    tell(event)  # where nobody reads it the end of stdin is on its way


def main() -> None:
    """Serves one role until the supervisor hangs up."""
    role, parent = sys.argv[1], int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the supervisor ends us in order
    platform.die_with_parent(parent)
    platform.raise_file_limit()
    if role == "nursery":
        from console.lab.nursery import Nursery  # forks, which Windows cannot

        Nursery().run()
    else:
        asyncio.run({"host": serve_host, "dsrm": _dsrm, "door": _door}[role]())


if __name__ == "__main__":
    main()
