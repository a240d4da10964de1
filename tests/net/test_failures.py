"""Status codes and limits of the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from console.domain.states import Reach
from console.net.failures import failure_of, retry_after_s


@pytest.mark.parametrize(
    ("status", "reach"),
    [
        (200, None),
        (204, None),
        (301, Reach.INVALID),
        (401, Reach.DENIED),
        (403, Reach.DENIED),
        (404, Reach.INVALID),
        (429, Reach.BUSY),
        (500, Reach.INVALID),
        (503, Reach.BUSY),
    ],
)
def test_every_status_has_its_meaning(status: int, reach: Reach | None) -> None:
    failure = failure_of(status, "10.0.0.1:80", None)
    assert (failure.reach if failure else None) is reach


def test_retry_after_in_every_shape() -> None:
    assert retry_after_s("7") == 7.0
    assert retry_after_s("99999999999999999999") == 300.0
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:27:50 GMT") == 10.0
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 08:00:00 GMT") == 0.0
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT", "yesterday") is None
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") is None, "our own clock may differ from theirs"
    for text in (None, "", "-1", "soon", "1e9", "٣", "Wed, 99 Oct 2015 07:28:00 GMT"):
        assert retry_after_s(text, "Wed, 21 Oct 2015 07:28:00 GMT") is None


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_open_files_are_raised_to_the_hard_limit() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1000));"
        "from console.net.limits import connection_budget, raise_open_files; before = connection_budget();"
        "print(before, raise_open_files(), connection_budget(), raise_open_files())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["192", "1000", "936", "1000"]
