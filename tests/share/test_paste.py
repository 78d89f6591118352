"""What is pasted becomes the page's request: read and never run, and what was not understood is listed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.backend import request_of
from playground.errors import InvalidRequest
from playground.servers import Target
from playground.share.code.forms import FORMS
from playground.share.code.sending import Address, sending_of
from playground.share.paste.found import KEY_FOUND
from playground.share.paste.pasted import pasted
from playground.share.setup import NotASetup
from playground.wire.body import build
from playground.wire.kinds.deepseek import DEEPSEEK
from tests.share.random_requests import page_requests, some

HELLO = [{"role": "user", "content": "Hello"}]
BODY: dict[str, Any] = {"model": "m", "messages": HELLO, "temperature": 0.5, "stop": ["\n"], "top_a": 0.1}
URL = "http://127.0.0.1:9/v1"
WRITE = {form.id: form.write for form in FORMS}


def test_our_own_code_comes_back() -> None:
    """What was handed on as code and is pasted sends the same body again, in all languages that are read."""
    target = Target(base_url=URL, flavour="deepseek")
    tried = 0
    for asked in some(page_requests(), 40):
        values = {"model": "m", "messages": asked["messages"], **asked["parameters"]}
        try:
            request = request_of(values, "create_preference", target, asked["extra_body"])
        except InvalidRequest:
            continue
        sending = sending_of(request, DEEPSEEK, "", Address(base_url=URL, typed=URL))
        tried += 1
        for form in ("playground", "openai", "hub", "curl"):
            setup, said = pasted(WRITE[form](sending))
            again = {"model": setup.model, "messages": list(setup.messages or ()), **setup.parameters}
            body, _ = build(request_of(again, "create", target, setup.extra_body), DEEPSEEK)
            assert body == sending.body, WRITE[form](sending)
            assert setup.base_url == URL and KEY_FOUND not in said
    assert tried >= 30


@pytest.mark.parametrize(
    "command",
    [
        "curl {url}/chat/completions -d '{body}'",
        "$ curl -sN -X POST '{url}/chat/completions' \\\n  -H 'Content-Type: application/json' --data-raw '{body}'",
        "curl --json '{body}' -H \"Authorization: Bearer $KEY\" --url={url}/chat/completions",
        "# said\ncurl {url}/chat/completions --data-binary @- <<'END'\n{body}\nEND\n",
    ],
)
def test_a_curl_command(command: str) -> None:
    """However it is quoted: the address, every parameter in its row, the rest as extra JSON."""
    setup, said = pasted(command.replace("{url}", URL).replace("{body}", json.dumps(BODY)))
    assert (setup.model, setup.base_url, said) == ("m", URL, ())
    assert dict(setup.parameters) == {"temperature": 0.5, "stop": ["\n"]}
    assert (dict(setup.extra_body), list(setup.messages or ())) == ({"top_a": 0.1}, HELLO)


def test_a_python_call() -> None:
    """Names that are written out above it are followed; what is computed is listed, and not run."""
    program = f"""
import os
from openai import OpenAI
said = {HELLO}
client = OpenAI(base_url="https://openrouter.ai/api/v1", api_key="sk-or-of-somebody")
answer = client.chat.completions.create(
    model="a/b", messages=said, temperature=0.5, top_p=None, seed=os.system("false"), max_tokens=2 * 10,
    extra_body={{"top_k": 4, "provider": {{"order": ("x",)}}}}, **more,
)
"""
    setup, said = pasted(program)
    assert (setup.model, setup.base_url, list(setup.messages or ())) == ("openrouter/a/b", "", HELLO)
    assert dict(setup.parameters) == {"temperature": 0.5, "top_k": 4}
    assert dict(setup.extra_body) == {"provider": {"order": ["x"]}}
    told = " ".join(said)
    assert all(word in told for word in ("seed", "os.system", "max_tokens", "**", KEY_FOUND))


def test_a_body_alone() -> None:
    """Where it goes is not in it, which is said; a value that its row cannot have goes along as it is."""
    setup, said = pasted(json.dumps({**BODY, "temperature": 7}))
    assert (setup.model, setup.base_url) == ("m", "") and "belongs to no server" in said[0]
    assert dict(setup.extra_body) == {"temperature": 7, "top_a": 0.1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        ("Hello, how are you?", "no Python that can be read"),
        ("print(1)", "no call with messages"),
        ('{"model": "m"}', "no list of messages"),
        ('{"a": [1,\n2', "line 2"),
        ('{"a": NaN}', "none that a request could hold"),
        ("curl http://x/ -d '{", "never ends"),
        ("curl http://x/ -d @body.json", "in a file, body.json"),
        ("curl http://x/", "cannot be read"),
        ("(" * 100_000, "no Python"),
        ("[" * 100_000, "no Python"),
        ('{"a":' * 100_000, "none that a request could hold"),
        ("https://example.org/#set=1.x", "damaged"),
        ("x" * 2_000_000, "more than 1 MB"),
    ],
)
def test_what_is_no_request(text: str, words: str) -> None:
    """It is refused in a sentence that says what is missing."""
    with pytest.raises(NotASetup, match=words):
        pasted(text)
