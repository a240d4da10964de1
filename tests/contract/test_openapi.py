"""The running lab against its own OpenAPI documents: bounded, seeded examples, filled with live ids, ETags and fresh keys.

An operation that never once answered 2xx (101 for a session) fails: documents that are never fulfilled prove nothing.
"""

from __future__ import annotations

import itertools
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from console.lab import LabOptions
from console.lab.dsrm.access import Access
from console.lab.dsrm.actions import Actions
from console.lab.dsrm.app import Operations, build
from console.lab.dsrm.table import Instant, Server, Table
from console.lab.process import LabProcess, start_lab
from console.policy import LeastReported

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecations inside schemathesis' own imports are not ours to mend
    import schemathesis
    from schemathesis import checks

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("openapi")]
DOCUMENTS = Path(__file__).parents[2] / "resources" / "openapi"
POOL = "-a-general/8k"
EXAMPLES = 30
CHECKS = [
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.status_code_conformance,
]
_numbers = itertools.count(1)


def schema_of(name: str) -> Any:
    return schemathesis.openapi.from_path(DOCUMENTS / name)


def operations(name: str) -> list[str]:
    return [result.ok().label for result in schema_of(name).get_all_operations()]


@pytest.fixture(scope="module")
def lab() -> Iterator[LabProcess]:
    with start_lab(LabOptions(pools=(("8k", 4), ("16k", 2)), rate=(0.0,), night=(0.0,), hosts=1)) as lab:
        yield lab


class Filler:
    """Makes a generated case one that could succeed: ids that exist, the ETag of now, keys that nobody used."""

    def __init__(self, lab: LabProcess, http: httpx.Client) -> None:
        self._url = lab.dsrm_url
        self._http = http

    def fill(self, case: Any, label: str) -> None:
        """By operation; those that need nothing are left as they came."""
        verb = label.rpartition("/")[2]
        if label.startswith("POST /v1/servers/"):
            self._action(case, verb)
        elif label.startswith("PUT /v1/reports/"):
            case.path_parameters["id"] = "contract-1"
            case.body = {**case.body, "seq": next(_numbers), "incarnation": "life-1", "pool": POOL}
        elif label == "POST /v1/pick":
            case.body = {**case.body, "pool": POOL}
        elif label == "POST /v1/sessions/{session}/end":
            picked = self._http.post(f"{self._url}/v1/pick", json={"pool": POOL, "interface": "http"}).json()
            case.path_parameters["session"] = picked["session"]
        elif label == "POST /v1/sessions":
            case.headers = {**(case.headers or {}), "Connection": "Upgrade", "Upgrade": "dsr-session/1"}
            case.body = {**case.body, "pool": POOL}

    def _action(self, case: Any, verb: str) -> None:
        wanted = {"detach": "attached", "attach": "detached", "cut": "detached"}[verb]
        servers = [s for s in self._fleet().json()["servers"] if s["pool"] == POOL and s["id"].startswith("dsrs-")]
        server = next((s for s in servers if s["state"] == wanted), servers[0])
        if server["state"] != wanted:
            self._change(server, "attach" if wanted == "attached" else "detach")
        case.path_parameters["id"] = server["id"]
        case.headers = {**(case.headers or {}), **self._headers()}
        case.body = {**case.body, "incarnation": server["incarnation"]}

    def _change(self, server: dict[str, Any], verb: str) -> None:
        body = {"incarnation": server["incarnation"], "operator": "filler", "reason": "the next case needs it"}
        path = f"{self._url}/v1/servers/{server['id']}/{verb}"
        assert self._http.post(path, json=body, headers=self._headers()).status_code == 200

    def _headers(self) -> dict[str, str]:
        return {"If-Match": self._fleet().headers["etag"], "Idempotency-Key": f"contract-{next(_numbers):06d}"}

    def _fleet(self) -> httpx.Response:
        return self._http.get(f"{self._url}/v1/fleet")


def run(name: str, label: str, base_url: str, fill: Callable[[Any, str], None]) -> Counter[int]:
    """Bounded examples of one operation, half of them filled; the statuses that came."""
    operation = next(r.ok() for r in schema_of(name).get_all_operations() if r.ok().label == label)
    seen: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(), live=st.booleans())
    def each(case: Any, live: bool) -> None:
        if live:
            fill(case, label)
        response = case.call(base_url=base_url, timeout=10)
        seen[response.status_code] += 1
        assert response.status_code != 500
        case.validate_response(response, checks=CHECKS)

    each()
    return seen


@pytest.mark.parametrize("label", operations("dsrm.yaml"))
def test_dsrm_is_as_documented(lab: LabProcess, label: str):
    with httpx.Client(trust_env=False, timeout=10) as http:
        seen = run("dsrm.yaml", label, lab.dsrm_url, Filler(lab, http).fill)
    assert seen[200] + seen[204] > 0, f"never once succeeded: {dict(seen)}"


@pytest.mark.parametrize("label", operations("dsrs.yaml"))
def test_dsrs_is_as_documented(lab: LabProcess, label: str):
    with httpx.Client(trust_env=False, timeout=10) as http:
        address = http.get(f"{lab.dsrm_url}/v1/fleet").json()["servers"][0]["address"]
        seen = run("dsrs.yaml", label, f"http://{address}", Filler(lab, http).fill)
    assert seen[200] + seen[101] > 0, f"never once succeeded: {dict(seen)}"


def test_the_document_knows_each_route_of_dsrm_and_no_other():
    now = Instant(0.0, 0.0)
    table = Table(LeastReported(), 0.25, Random(1), now)

    async def cut(_row: Server) -> int:
        raise NotImplementedError

    app = build(Operations(table, Actions(table, 0), lambda: now, cut), Access(None))
    routes = {
        f"{method} {r.path}" for r in app.routes if isinstance(r, Route) for method in (r.methods or ()) - {"HEAD"}
    }
    assert routes == set(operations("dsrm.yaml"))


def test_each_operation_says_what_it_is_for():
    for name in ("dsrm.yaml", "dsrs.yaml"):
        for result in schema_of(name).get_all_operations():
            raw = result.ok().definition.raw
            assert {"operationId", "summary", "responses"} <= raw.keys(), result.ok().label
