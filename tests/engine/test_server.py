"""How llama.cpp's server is set up: who may ask, what it shows of itself, and what it refuses.

Kept apart from the engine's tests: here the process is healthy, and the question is what it answers.
"""

from __future__ import annotations

import os

import httpx
import pytest

from playground.engine import child
from playground.engine.model_file import SMOLLM2, find
from playground.engine.process import Engine
from playground.settings import Settings
from tests.engine.asking import Asker, endpoint_of


@pytest.fixture
def asker(engine: Engine) -> Asker:
    return Asker(endpoint_of(engine))


def test_it_answers(asker: Asker) -> None:
    """A chat completion over plain HTTP has text, and the usage that goes with it."""
    answer = asker.post("Say hello.", max_tokens=8, seed=1).json()
    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 8


@pytest.mark.parametrize("key", [None, "", "Bearer", "Bearer another-key"])
def test_it_answers_nobody_without_the_key(key: str | None, asker: Asker) -> None:
    """Another program on this machine gets 401: it has no key, since that is new with each start."""
    headers = {"Authorization": key} if key is not None else {}
    address = asker.http.base_url.join("chat/completions")
    assert httpx.post(address, json={"messages": []}, headers=headers, trust_env=False).status_code == 401


def test_it_listens_on_loopback_alone(asker: Asker) -> None:
    """The address is this machine's own, on a port that was free."""
    assert asker.http.base_url.host == "127.0.0.1"
    assert asker.http.base_url.port not in (None, 0, 8080)


def test_no_web_page_may_ask_it(asker: Asker) -> None:
    """A page from elsewhere in the same browser is not given leave to read what it answers."""
    reply = asker.http.get("models", headers={"Origin": "http://elsewhere.example"})
    assert reply.headers.get("access-control-allow-origin", "") == ""


def test_no_path_of_this_machine_is_shown(asker: Asker) -> None:
    """Answers carry the model's plain name, and not even llama.cpp's own properties say where its file is."""
    folder = str(find(Settings()).path.parent)
    answer = asker.post("Hello", max_tokens=1)
    shown = [answer.text, asker.http.get("models").text, asker.http.get("../props").text]
    assert answer.json()["model"] == SMOLLM2.alias
    assert SMOLLM2.file_name in shown[-1]  # the properties are the real ones
    assert not any(folder in text for text in shown)


@pytest.mark.parametrize("path", ["../", "../slots", "../metrics"])
def test_what_nobody_needs_is_off(path: str, asker: Asker) -> None:
    """No web page of llama.cpp's own, and no view of what others are asking."""
    assert asker.http.get(path).status_code in (404, 501)


def test_a_prompt_longer_than_the_context_is_refused(asker: Asker) -> None:
    """It is refused with both numbers, at once, instead of being cut without a word."""
    reply = asker.post("word " * (child.CONTEXT_TOKENS + 500), max_tokens=1)
    error = reply.json()["error"]
    assert reply.status_code == 400
    assert error["type"] == "exceed_context_size_error"
    assert error["n_ctx"] == child.CONTEXT_TOKENS < error["n_prompt_tokens"]


def test_four_answers_run_at_once(asker: Asker) -> None:
    """Two panes and two more: that many choices can be asked for, and of a fifth the limit is said."""
    assert len(asker.post("Hello", n=4, max_tokens=2).json()["choices"]) == 4
    refused = asker.post("Hello", n=5, max_tokens=2)
    assert refused.status_code == 400 and "<= 4" in refused.json()["error"]["message"]


def test_streams_follow_each_other_without_loss(asker: Asker) -> None:
    """llama.cpp closes the connection after each stream; with the endpoint's headers no request runs into that."""
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1, "stream": True}
    for _ in range(40):
        with asker.http.stream("POST", "/chat/completions", json=body) as stream:
            assert stream.read().rstrip().endswith(b"data: [DONE]")


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (64, 8)])
def test_one_core_is_left_for_the_page(cores: int, threads: int) -> None:
    """There is always a thread, never one on the last of several cores, and never a crowd of them."""
    assert child.threads(cores) == threads


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux can bind a process to a core")
def test_only_cores_that_may_be_used_count() -> None:
    """On a large machine of which this process has one core, it counts one."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert child.usable_cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
