"""Detach, attach and cut at a native DSRM: one request, one answer, never a second try."""

from __future__ import annotations

import logging
from urllib.parse import quote

import msgspec

from console.decide import role_named
from console.decode import decode_answer
from console.domain.actions import Answer, Intent
from console.domain.errors import BadAnswer, SourceError
from console.domain.safety import Role
from console.net import ControlClient
from console.net.failures import retry_after_s

_log = logging.getLogger("dsr.act")
_NOT_ALLOWED = 405
_NOT_THERE = (404, 410, 501)


class DsrActuator:
    """An Actuator over the contract's `POST /v1/servers/{id}/detach|attach|cut`.

    Whatever leaves the outcome open (deadline, reset, an answer that cannot be read) is `Answer(status=None)`: the
    caller reads the fleet back. Repeating is the caller's decision, with the same key.
    """

    def __init__(self, client: ControlClient) -> None:
        self._client = client

    async def send(self, intent: Intent, etag: str) -> Answer:
        """Sends the intent under If-Match `etag` and its own key."""
        body: dict[str, object] = {
            "incarnation": intent.incarnation,
            "operator": intent.operator,
            "reason": intent.reason,
        }
        if intent.review_at is not None:
            body["review_at"] = intent.review_at
        path = f"/v1/servers/{quote(intent.server, safe='')}/{intent.verb.value}"
        headers = {"If-Match": etag, "Idempotency-Key": intent.key}
        try:
            answer = await self._client.post(path, msgspec.json.encode(body), headers)
            return decode_answer(answer.status, answer.body, retry_after_s(answer.header(b"retry-after")))
        except SourceError as error:
            _log.warning(
                "the outcome of %s %s (key %s) is not known: %s", intent.verb.value, intent.server, intent.key, error
            )
            return Answer(None, message=str(error))

    async def cuts(self, server: str) -> bool | None:
        """By the answer to a GET where only POST is taken: 405 is a yes, 404 a no. Raises SourceError."""
        answer = await self._client.get(f"/v1/servers/{quote(server, safe='')}/cut")
        if answer.status == _NOT_ALLOWED:
            return True
        return False if answer.status in _NOT_THERE else None

    async def granted(self) -> tuple[Role | None, str | None]:
        """What our token may do there; None where the balancer does not tell in a way that we know. Raises SourceError."""
        try:
            me = await self._client.whoami()
        except BadAnswer as error:
            _log.info("the balancer tells no roles (%s): those of the settings count", error)
            return None, None
        return role_named(me.role), me.name

    async def close(self) -> None:
        """Ends all connections."""
        await self._client.close()
