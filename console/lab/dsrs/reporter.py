"""Sends the periodic reports of one DSRS. This is what the incident breaks: muted, it stays quiet and all else goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from console.domain.tasks import spawn
from console.lab.dsrs.server import Dsrs
from console.lab.http.client import HttpClient, NoAnswer

_TIMEOUT_S = 2.0
_MOST_LATE = 1000
"""Reports that are held back; one more is not sent."""


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
        self._late: dict[int, asyncio.TimerHandle] = {}
        self._held = 0
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
        for timer in self._late.values():
            timer.cancel()
        self._late.clear()

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        interval_s = self._dsrs.identity.report_interval_s
        # Keeps its phase; after a stall it goes on from now, for a burst of late reports would help nobody.
        self._next_s = max(self._next_s + interval_s, loop.time())
        self._timer = loop.call_at(self._next_s, self._tick)
        faults = self._dsrs.faults
        if faults.muted or self._dsrs.http.frozen:
            return
        if faults.late_s > 0:
            if len(self._late) < _MOST_LATE:
                self._held += 1
                self._late[self._held] = loop.call_later(faults.late_s, self._let_go, self._held, self._write())
        elif self._under_way:
            self._dsrs.sent.error = "the balancer has not answered the report before"
        else:
            self._send(self._write())

    def _write(self) -> dict[str, Any]:
        """The report of this moment. It counts as sent from here on, whatever becomes of it."""
        dsrs, sent, faults = self._dsrs, self._dsrs.sent, self._dsrs.faults
        if not faults.repeated or sent.connections is None:
            sent.seq += 1
            sent.connections = dsrs.connections if faults.stuck is None else faults.stuck
        sent.at_s = dsrs.mono()
        address = f"{self._host}:{dsrs.port}"
        return {
            "incarnation": dsrs.identity.incarnation,
            "seq": sent.seq,
            "connections": sent.connections,
            "max_connections": dsrs.identity.limit,
            "pool": dsrs.identity.pool,
            "address": address,
            "status_url": f"http://{address}/v1/status",
        }

    def _let_go(self, number: int, report: dict[str, Any]) -> None:
        """A report that was held back leaves."""
        del self._late[number]
        self._send(report)

    def _send(self, report: dict[str, Any]) -> None:
        if self._dsrs.faults.lost:
            self._dsrs.sent.error = None  # it knows of no trouble
            return
        self._under_way = True
        spawn(self._deliver(report), f"report of {self._dsrs.identity.id}")

    async def _deliver(self, report: dict[str, Any]) -> None:
        sent = self._dsrs.sent
        try:
            path = f"/v1/reports/{self._dsrs.identity.id}"
            answer = await self._balancer.request("PUT", path, msgspec.json.encode(report), _TIMEOUT_S)
        except NoAnswer as error:
            sent.error = str(error)
        else:
            sent.error = None if answer.status == 204 else f"the balancer answered {answer.status}"
            if sent.error is None and not self.first.done():
                self.first.set_result(None)
        finally:
            self._under_way = False
