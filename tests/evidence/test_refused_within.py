"""A refusal that comes with HTTP 200, as routers and TGI give them in streams: the probes call it one.

Kept apart from the run over the probes, which is about trouble: this is none.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.testing.scripted_server import Script, answered, data, streamed
from tests.evidence.test_suite import Told, probed, story

NAMED = {"error": {"message": "No seed here.", "param": "seed"}}
TGI = {"error": "Input validation error: `seed` must not be set", "error_type": "validation"}


def in_a_stream(error: dict[str, Any]) -> Script:
    return streamed(data(error))


def as_a_document(error: dict[str, Any]) -> Script:
    return answered(200, json.dumps(error).encode())


@pytest.mark.parametrize("error", [NAMED, TGI], ids=["named", "TGI"])
@pytest.mark.parametrize("form", [in_a_stream, as_a_document])
def test_it_is_rejected(form: Any, error: dict[str, Any]) -> None:
    """Whatever the HTTP status says; and what is not refused is judged as ever."""
    with Told(lambda body: form(error) if "seed" in body else story(body)) as server:
        found = probed(server.base_url, "seed", "stop")
    assert (found["seed"].outcome, found["stop"].outcome) == ("rejected", "no visible effect")
    assert "within an answer of HTTP 200" in found["seed"].why
