"""What a start does not pay for."""

from __future__ import annotations

import gc

import pytest

from console.cli.loading import loading
from tests.cli.test_imports import loaded_after


def test_the_net_does_not_load_the_command_line_of_its_client():
    loaded = loaded_after("import console.net, httpx; httpx.AsyncClient")
    assert "httpx" in loaded
    assert not loaded & {"click", "rich", "pygments"}


def test_no_garbage_is_looked_for_while_modules_load():
    assert gc.isenabled()
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_load_that_fails_leaves_the_collector_as_it_was():
    with pytest.raises(ImportError), loading():
        raise ImportError("libEGL.so.1")
    assert gc.isenabled()
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
