"""Entry of the lab's processes: `python -m console.lab.child ROLE PARENT`. All else comes by standard input."""

from __future__ import annotations

import asyncio
import signal
import sys

from console.domain.clock import MachineClock
from console.lab import platform
from console.lab.channel import Questions


async def _host() -> None:
    from console.lab.dsrs.host import Host

    host = Host(MachineClock())
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


def main() -> None:
    """Serves one role until the supervisor hangs up."""
    role, parent = sys.argv[1], int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the supervisor ends us in order
    platform.die_with_parent(parent)
    platform.raise_file_limit()
    asyncio.run({"host": _host, "dsrm": _dsrm}[role]())


if __name__ == "__main__":
    main()
