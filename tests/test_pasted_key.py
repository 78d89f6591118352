"""A key is sent as it was meant, however it was pasted, and goes no further for it.

Kept apart from where keys may go: here it counts what of a text is the key.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import Client
from playground.chat import Endpoint
from playground.errors import KeyMissing
from playground.pasted_key import cleaned_key
from playground.settings import load
from playground.testing.scripted_server import ScriptedServer, answered
from playground.wire import keys
from playground.wire.kinds.openai import OPENAI
from tests.documented import HELLO

PASTED = [
    "{}", " {} ", "{}\n", "\r\n{}\r\n", "\ufeff{}", "{}\u200b", "\u00a0{}",
    '"{}"', "'{}'", "`{}`", "\u201c{}\u201d", "<{}>", ' "{}" ', '"{}",', "{};", "\"'{}'\"",
    "Bearer {}", "bearer  {}", "Authorization: Bearer {}", "authorization: bearer {}\n",
    '"Authorization": "Bearer {}",', "-H 'Authorization: Bearer {}'", '-H "Authorization: Bearer {}"',
    "HF_TOKEN={}", "export HF_TOKEN={}", 'export OPENROUTER_API_KEY="{}"',
    "PLAYGROUND_API_KEY = '{}'", "$env:HF_TOKEN = \"{}\"",
    "api_key={}", 'api_key="{}",', '"api_key": "{}",', "x-api-key: {}", "token: {}", "set OPENAI_API_KEY={}",
    "X='{}' # mine", 'HF_TOKEN={}  # mine', '{"api_key": "{}"}', '-H "Authorization: Bearer {}" \\',
    '--header "Authorization: Bearer {}"',
]  # fmt: skip
KEYS = [
    "hf_abcdefgh",
    "sk-or-v1-0123456789",
    "sk-proj-a_b-C",
    "c2VjcmV0LWtleQ==",
    "eyJ0.eyJ1.c2ln",
    "a=b",
    "k",
]


@pytest.mark.parametrize("form", PASTED)
@pytest.mark.parametrize("key", KEYS)
def test_the_key_is_found(form: str, key: str) -> None:
    """In each form that a key is copied in, and it stays what it is when it is cleaned again."""
    assert cleaned_key(form.replace("{}", key)) == key == cleaned_key(key)


@pytest.mark.parametrize(
    "kept", ["two words", "one\ntwo", "a\tb", "HF_TOKEN=hf_1\nOPENROUTER_API_KEY=sk-or-2", "kéy"]
)
def test_what_cannot_be_a_key_is_refused_unseen(kept: str) -> None:
    """One clear sentence without a letter of it: two keys in two lines never become one."""
    with pytest.raises(KeyMissing, match="Copy it again") as raised:
        keys.headers(OPENAI, Endpoint("http://127.0.0.1:1/v1", kept), "127.0.0.1")
    assert not any(part in str(raised.value) for part in ("two", "hf_1", "sk-or", "kéy", "\n"))


@pytest.mark.parametrize(
    "pasted", ["Bearer", " bearer ", '"Authorization": "Bearer "', "HF_TOKEN=", "api_key: ''"]
)
def test_what_comes_before_a_key_is_none(pasted: str) -> None:
    """It is no key, and none is sent for it."""
    assert cleaned_key(pasted) == ""


@given(st.text(max_size=40))
def test_any_text_has_an_end_to_its_cleaning(pasted: str) -> None:
    """It never fails, adds nothing, and a second cleaning finds nothing more."""
    key = cleaned_key(pasted)
    assert key in pasted and cleaned_key(key) == key


def test_quotes_do_not_hide_whose_key_it_is() -> None:
    """A key of HuggingFace's in quotes goes to no other host either."""
    with pytest.raises(KeyMissing, match="another provider"):
        keys.headers(OPENAI, Endpoint("https://evil.example/v1", '"hf_abcdefgh"'), "evil.example")


def test_it_is_sent_and_masked_as_it_was_meant() -> None:
    """From Python: the header has the bare key, and what echoes it shows none."""
    with ScriptedServer(answered(401, b'{"error": "no such key: sk-1234567890"}')) as server:
        with Client(base_url=server.base_url, api_key='Bearer "sk-1234567890"\n') as client:
            answer = client.create(model="m", messages=HELLO)
        assert server.requests[0].headers["authorization"] == "Bearer sk-1234567890"
    assert "no such key: [key]" in str(answer.error)


@pytest.mark.parametrize(
    "line", ['HF_TOKEN="hf_1"', "HF_TOKEN='hf_1'", "export HF_TOKEN=hf_1", "HF_TOKEN='\"hf_1\"'"]
)
def test_it_is_found_in_the_settings(line: str, tmp_path: Path) -> None:
    """In .env, and in an environment whose quotes nobody has taken off."""
    file = tmp_path / ".env"
    file.write_text(line, encoding="utf-8")
    assert load({}, file).hf_token == load({"HF_TOKEN": '"hf_1"'}, file).hf_token == "hf_1"
    assert load({"PLAYGROUND_DATA_DIR": '"x"'}, file).data_dir == '"x"'  # only keys are keys
