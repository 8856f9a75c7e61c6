"""Doscientas peticiones al azar contra el guardián y un motor; la forma larga, en `fuzz_guard.py`."""

from __future__ import annotations

import pytest
from fuzz_guard import fuzz

from muelle.engine import Endpoint

pytestmark = pytest.mark.live


def test_no_request_reaches_out(engine_endpoint: Endpoint) -> None:
    assert engine_endpoint.url
    assert fuzz(200, seed=1) == []
