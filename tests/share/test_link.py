"""A link, or a file, restores what was set and nothing else; whatever else a stranger packed is refused in words."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.backend import request_of
from playground.errors import InvalidRequest
from playground.parameters import REGISTRY, REQUIRED
from playground.servers import Target
from playground.share.link import file_of, fragment_of, opened
from playground.share.setup import NotASetup, Setup, setup_of
from tests.share.random_requests import MESSAGES, PARAMETERS, TEXT, page_requests, some

KEY = "hf_" + "a1" * 17
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 400}}


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    """Any settings of the page, with any of all parameters."""
    asked = draw(page_requests())
    second = draw(PARAMETERS.map(lambda some: {n: v for n, v in some.items() if n != "pref_params"}))
    base_url = draw(st.sampled_from(("", "http://127.0.0.1:8080/v1", "https://models.example/v1")))
    return Setup(
        model=draw(TEXT) if base_url else draw(st.sampled_from(("embedded", "huggingface/a/b:groq"))),
        base_url=base_url,
        flavour=draw(st.sampled_from(("", "vllm"))) if base_url else "",
        mode=draw(st.sampled_from(("blind", "open"))),
        parameters=asked["parameters"],
        extra_body=asked["extra_body"],
        second={**second, **draw(st.sampled_from(({}, {"model": "openrouter/a/b", "top_p": None})))},
        messages=draw(st.none() | MESSAGES.map(tuple)),
        draft=draw(st.just("") | TEXT),
    )


def packed(raw: bytes, version: str = "1") -> str:
    """A link as a stranger may make one."""
    letters = base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")
    return f"https://example.org/#set={version}.{letters}"


def test_the_random_requests_have_every_parameter() -> None:
    """Else what is handed on would be tried without those that came in later."""
    tried = {name for asked in some(page_requests(), 200) for name in asked["parameters"]}
    assert tried == set(REGISTRY) - set(REQUIRED)


@given(setups())
def test_there_and_back(setup: Setup) -> None:
    """Link, settings, link again: the same to the letter; a file holds the same."""
    fragment = fragment_of(setup)
    again, lost = opened(f"https://a-b.hf.space/#{fragment}")
    assert (again, lost) == (setup, ())
    assert fragment_of(again) == fragment
    assert opened(file_of(setup)) == (setup, ())
    assert set(fragment) <= set("=.-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@given(setups())
@settings(max_examples=30)
def test_it_makes_the_same_request(setup: Setup) -> None:
    """What the page would ask with it is what was asked before, also in what is wrong with it."""
    again, _ = opened(fragment_of(setup))
    made: list[object] = []
    for each in (setup, again):
        values = {"model": each.model, "messages": list(each.messages or ()), **each.parameters}
        target = Target(base_url=each.base_url, flavour="vllm" if each.base_url else None)
        try:
            made.append(request_of(values, "create_preference", target, each.extra_body))
        except InvalidRequest as error:
            made.append(sorted(map(str, error.problems)))
    assert made[0] == made[1]


def test_unset_is_told_from_a_default() -> None:
    """A parameter at its documented default is set, and one that is left out is not."""
    values = {"temperature": REGISTRY["temperature"].default, "max_tokens": 20}
    again, _ = opened(fragment_of(Setup("embedded", parameters=values)))
    assert dict(again.parameters) == values
    assert opened(fragment_of(Setup("embedded", messages=())))[0].messages == ()
    assert opened(fragment_of(Setup("embedded")))[0].messages is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no link"),
        ("https://example.org/", "no link"),
        ("#set=one.two", "no link"),
        ("#set=2.eJw", "another version"),
        ("#set=1.%%%", "damaged"),
        ("#set=1.eJw", "damaged|not whole"),
        ("#set=1.ü", "damaged"),
        (packed(b"hello"), "no JSON"),
        (packed(b'{"model": "embedded", "parameters": {"top_p": NaN}}'), "no JSON"),
        (packed(b"[" * 60_000), "no JSON"),
        (packed(b"1" * 60_000), "no JSON"),
        (packed(b"[]"), "no settings"),
        (packed(b'{"model": 5}'), "no settings"),
        (packed(b"\xff\xff"), "damaged"),
        (packed(b" " * 50_000_000), "more than 64 kB"),
        (packed(b'{"model":"embedded"}')[:-4], "damaged|not whole"),
        ("{", "no JSON"),
        ('{"model": "embedded"}', "no settings"),
        ('{"parameter_playground": 7, "model": "embedded"}', "another version"),
    ],
)
def test_garbage_and_bombs_are_refused(text: str, words: str) -> None:
    """In a sentence that says what it is, before much more than 64 kB are made of it."""
    tracemalloc.start()
    with pytest.raises(NotASetup, match=words):
        opened(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_what_cannot_be_restored_is_named() -> None:
    """Each by its name, and the rest is restored: what is unknown, out of range, too deep, no server, no message."""
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    document = {
        "model": "embedded",
        "base_url": "javascript:alert(1)",
        "flavour": "perl",
        "parameters": {"temperature": 0.5, "top_p": 7, "speed": 1, "messages": [], "tools": deep},
        "second": {"model": "huggingface/a/b", "seed": "x", "top_k": None},
        "extra_body": {"a": deep},
        "messages": [{"role": "robot", "content": "x"}],
        "vote": "left",
    }
    setup, lost = setup_of(document)
    assert setup == Setup(
        "embedded", parameters={"temperature": 0.5}, second={"model": "huggingface/a/b", "top_k": None}
    )
    told = " ".join(lost)
    names = (
        "vote",
        "javascript",
        "perl",
        "top_p",
        "speed",
        "'messages'",
        "tools",
        "second.seed",
        "extra_body",
        "robot",
    )
    assert [name for name in names if name not in told] == [] and "extra_body" in told
    assert setup_of({"model": "m"})[1] == ("The model 'm' belongs to no server that is named.",)
    assert setup_of({"model": "embedded", "parameters": [1], "second": 5})[1] != ()


def test_no_key_and_no_picture_leave() -> None:
    """What looks like a key is told by the field it is in; pictures stay here, and how many is said."""
    keyed = Setup("embedded", extra_body={"api_key": KEY}, draft=KEY)
    assert keyed.holding_keys() == ("extra_body", "draft")
    words = {"type": "text", "text": "What is it?"}
    messages = ({"role": "user", "content": [words, PICTURE]}, {"role": "user", "content": [PICTURE]})
    bare, pictures = Setup("embedded", messages=messages).without_pictures()
    assert (pictures, bare.messages) == (
        2,
        ({"role": "user", "content": [words]}, {"role": "user", "content": ""}),
    )
    with pytest.raises(NotASetup, match="Save it as a file"):
        fragment_of(Setup("embedded", draft="".join(map(chr, range(200, 30_000)))))
    assert json.loads(file_of(Setup("embedded")))["parameter_playground"] == 1
