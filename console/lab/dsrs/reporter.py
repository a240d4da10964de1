"""Sends the periodic reports of one DSRS. This is what the incident breaks: muted, it stays quiet and all else goes on."""

from __future__ import annotations

import asyncio

import msgspec

from console.domain.tasks import spawn
from console.lab.dsrs.server import Dsrs
from console.lab.http.client import HttpClient, NoAnswer

_TIMEOUT_S = 2.0


class Reporter:
    """PUT /v1/reports/{id}, every interval, on a connection that the servers of one process share."""

    def __init__(self, dsrs: Dsrs, balancer: HttpClient, host: str, phase: float) -> None:
        self._dsrs = dsrs
        self._balancer = balancer
        self._host = host
        self._phase = phase
        """0 to 1: where in the interval it starts, so that not all report at once."""
        self._timer: asyncio.TimerHandle | None = None
        self._next_s = 0.0
        self._under_way = False
        self.first = asyncio.get_running_loop().create_future()
        """Done when the balancer has taken one."""

    def start(self) -> None:
        """Starts the timer."""
        loop = asyncio.get_running_loop()
        self._next_s = loop.time() + self._phase * self._dsrs.identity.report_interval_s
        self._timer = loop.call_at(self._next_s, self._tick)

    def stop(self) -> None:
        """No more reports."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        interval_s = self._dsrs.identity.report_interval_s
        # Keeps its phase; after a stall it goes on from now, for a burst of late reports would help nobody.
        self._next_s = max(self._next_s + interval_s, loop.time())
        self._timer = loop.call_at(self._next_s, self._tick)
        if self._dsrs.faults.muted or self._dsrs.http.frozen:
            return
        if self._under_way:
            self._dsrs.sent.error = "the balancer has not answered the report before"
            return
        self._under_way = True
        spawn(self._send(), f"report of {self._dsrs.identity.id}")

    async def _send(self) -> None:
        dsrs, sent = self._dsrs, self._dsrs.sent
        sent.seq += 1
        sent.at_s = dsrs.mono()
        sent.connections = len(dsrs.sessions)
        address = f"{self._host}:{dsrs.port}"
        report = {
            "incarnation": dsrs.identity.incarnation,
            "seq": sent.seq,
            "connections": sent.connections,
            "max_connections": dsrs.identity.limit,
            "pool": dsrs.identity.pool,
            "address": address,
            "status_url": f"http://{address}/v1/status",
        }
        try:
            path = f"/v1/reports/{dsrs.identity.id}"
            answer = await self._balancer.request("PUT", path, msgspec.json.encode(report), _TIMEOUT_S)
        except NoAnswer as error:
            sent.error = str(error)
        else:
            sent.error = None if answer.status == 204 else f"the balancer answered {answer.status}"
            if sent.error is None and not self.first.done():
                self.first.set_result(None)
        finally:
            self._under_way = False
