"""Ten thousand broken payloads end in a reading or in BadAnswer, never in anything else (F09)."""

from __future__ import annotations

import json

import pytest

from console.decode import decode_answer, decode_error, decode_events, decode_fleet, decode_status, decode_whoami
from console.domain.errors import BadAnswer
from tests.support.corpus import bad_bodies, mutated

CASES = 10_000


@pytest.mark.parametrize(
    "read", [decode_fleet, decode_status, decode_whoami, decode_events, lambda raw: decode_answer(200, raw)]
)
def test_only_readings_and_bad_answers(read) -> None:
    refused = 0
    for raw in mutated(seed=9, count=CASES // 4):
        try:
            read(raw)
        except BadAnswer as error:
            refused += 1
            assert str(error).isprintable()
    assert refused > CASES // 8
    for raw in bad_bodies():
        with pytest.raises(BadAnswer):
            read(raw)


def test_an_error_body_never_raises() -> None:
    for raw in (*mutated(seed=10, count=CASES // 4), *bad_bodies()):
        error = decode_error(raw)
        assert error.message.isprintable()
    deep = b'{"error":{"code":"x","details":{"a":' + b"[" * 5000 + b"]" * 5000 + b',"b":1e999,"c":1}}}'
    assert decode_error(deep).code is None
    fine = decode_error(
        json.dumps({"error": {"code": "c", "message": "m\n", "details": {"n": 1, "l": [1], "t": "x"}}}).encode()
    )
    assert (fine.code, fine.message, fine.details) == ("c", "m", {"n": 1, "l": "[1]", "t": "x"})
