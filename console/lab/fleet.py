"""All DSRS of the lab as the supervisor sees them: which host holds which id; faults, joins and the truth."""

from __future__ import annotations

import asyncio
from typing import Any

from console.lab.channel import Child
from console.lab.options import LabOptions
from console.lab.problem import Problem, invalid

Json = dict[str, Any]


class FleetHosts:
    """The hosts and their servers."""

    def __init__(self, hosts: list[Child], options: LabOptions) -> None:
        self._hosts = hosts
        self._options = options
        self._home: dict[str, Child] = {}
        self._pool: dict[str, str] = {}
        self._last = 0

    async def start(self, balancer_port: int, token: str | None) -> None:
        """Starts all servers and waits until the balancer knows each."""
        options = self._options
        names = [
            self._place(pool)
            for pool, (_, size) in zip(options.pool_names, options.pools, strict=True)
            for _ in range(size)
        ]
        settings = {
            "balancer_port": balancer_port,
            "token": token,
            "limit": options.limit,
            "report_interval_s": options.report_interval_s,
        }
        await asyncio.gather(
            *(host.ask("start", seed=f"{options.seed}:{n}", **settings) for n, host in enumerate(self._hosts))
        )
        await self._add(names)

    def ids_of(self, pool: str) -> list[str]:
        """Ids of a pool, in the order in which they joined."""
        return [server for server, home in self._pool.items() if home == pool]

    async def join(self, pool: str, count: int) -> list[str]:
        """New servers with new ids."""
        if pool not in self._options.pool_names:
            raise Problem(404, "unknown_pool", "There is no such pool.", {"pools": list(self._options.pool_names)})
        names = [self._place(pool) for _ in range(count)]
        await self._add(names)
        return names

    async def fault(self, kind: str, servers: list[str], **arguments: Any) -> Json:
        """Breaks or mends servers: when (Unix seconds, the latest of them), which, and what they reported last."""
        if unknown := [server for server in servers if server not in self._home]:
            raise Problem(404, "unknown_server", f"There is no server {unknown[0]}.", {"servers": unknown})
        if not servers:
            raise invalid("servers", "Name at least one server.")
        homes = {self._home[server] for server in servers}
        answers = await asyncio.gather(
            *(
                host.ask("fault", kind=kind, servers=[s for s in servers if self._home[s] is host], **arguments)
                for host in homes
            )
        )
        return {
            "t": max(answer["t"] for answer in answers),
            "servers": sorted(server for answer in answers for server in answer["servers"]),
            "reported": {server: count for answer in answers for server, count in answer["reported"].items()},
        }

    async def state(self) -> list[Json]:
        """The truth of each server, by id, with the process that holds it."""
        answers = await asyncio.gather(*(host.ask("state") for host in self._hosts))
        servers = [
            {**server, "pid": host.pid}
            for host, answer in zip(self._hosts, answers, strict=True)
            for server in answer["servers"]
        ]
        return sorted(servers, key=lambda server: server["id"])

    def _place(self, pool: str) -> str:
        """The next id, on the host that has the fewest."""
        self._last += 1
        server = f"dsrs-{self._last:03d}"
        held = list(self._home.values())
        self._home[server] = min(self._hosts, key=held.count)
        self._pool[server] = pool
        return server

    async def _add(self, names: list[str]) -> None:
        await asyncio.gather(
            *(
                host.ask("add", servers=[{"id": s, "pool": self._pool[s]} for s in names if self._home[s] is host])
                for host in self._hosts
            )
        )
