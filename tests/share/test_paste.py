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
from playground.share.values import MOST_TOLD
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
        "curl {url}/chat/completions -d'{body}' > out.json 2>&1 && echo done",
        "curl {url}/chat/completions -d '{body}' | jq .choices",
        "export KEY=1\nMODEL=m\n\ncurl {url}/chat/completions -d '{body}'\necho done\n",
        "# said\ncurl {url}/chat/completions --data-binary @- <<'END'\n{body}\nEND\n",
    ],
)
def test_a_curl_command(command: str) -> None:
    """However it is quoted: the address, every parameter in its row, the rest as extra JSON."""
    setup, said = pasted(command.replace("{url}", URL).replace("{body}", json.dumps(BODY)))
    assert (setup.model, setup.base_url, said) == ("m", URL, ())
    assert dict(setup.parameters) == {"temperature": 0.5, "stop": ["\n"]}
    assert (dict(setup.extra_body), list(setup.messages or ())) == ({"top_a": 0.1}, HELLO)


def test_a_curl_command_as_a_browser_copies_it() -> None:
    """With `$'...'`, as soon as an apostrophe is in it; what stands behind a ? is listed, and not repeated."""
    said = 'it\'s a \\\\ "word"\\n\U0001f642 \u00e9!'
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": said}]})
    quoted = body.replace("\\", "\\\\").replace("'", "\\'").replace("!", "\\u0021")
    setup, lost = pasted(
        f"curl '{URL}/chat/completions?key=secret' \\\n  --data-raw $'{quoted}' \\\n  --compressed"
    )
    assert setup.messages == ({"role": "user", "content": said},)
    assert (setup.base_url, lost) == (URL, ("What stands behind the ? of its address was not taken over.",))


def test_a_python_call_with_names_in_its_messages() -> None:
    """Names are followed wherever they stand; what is computed stands as its source in the messages, and is listed."""
    program = """
from huggingface_hub import InferenceClient
name = "Ada"
said = [{"role": "user", "content": f"I am {name}, {age:.1f}"}]
InferenceClient("org/m").chat_completion([*said, *more, {"role": "user", "content": ask()}], max_tokens=3)
"""
    setup, lost = pasted(program)
    assert (setup.model, dict(setup.parameters)) == ("huggingface/org/m", {"max_tokens": 3})
    assert [message["content"] for message in setup.messages or ()] == ["I am Ada, {age:.1f}", "{ask()}"]
    assert [said.split()[2] for said in lost] == ["{age:.1f}", "more", "ask()"]
    alone, lost = pasted(json.dumps(HELLO))
    assert (list(alone.messages or ()), lost) == (HELLO, ("It names no model: choose one.",))


def test_names_that_stand_for_one_another_without_end() -> None:
    """They are refused, before much is made of them."""
    laughs = "\n".join(f"a{n + 1} = [a{n}, a{n}, a{n}, a{n}]" for n in range(30))
    for program in ("a = [a]\nf(messages=a)", f"a0 = []\n{laughs}\nf(messages=a30)"):
        with pytest.raises(NotASetup, match="messages was not understood"):
            pasted(program)


def test_what_was_not_understood_is_bounded() -> None:
    """The first are told, and the others counted."""
    _, lost = pasted(
        json.dumps({"parameter_playground": 1, "model": "embedded", **{f"k{n}": 0 for n in range(999)}})
    )
    assert lost[-1] == f"And {999 - MOST_TOLD} more like these." and len(lost) == MOST_TOLD + 1
    headers = " ".join(f"-H 'X-{n}: a'" for n in range(99))
    assert (
        pasted(f"curl {URL} {headers} -d '{json.dumps(BODY)}'")[1][-1]
        == f"And {99 - MOST_TOLD} more like these."
    )


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
        ("[" * 100_000, "none that a request could hold"),
        ("f(messages=[])\n" * 30_000, "more than 256 kB of Python"),
        ("f(messages=said)", "messages was not understood: said is not written out"),
        ('{"a":' * 100_000, "none that a request could hold"),
        ("https://example.org/#set=1.x", "damaged"),
        ("x" * 2_000_000, "more than 1 MB"),
    ],
)
def test_what_is_no_request(text: str, words: str) -> None:
    """It is refused in a sentence that says what is missing."""
    with pytest.raises(NotASetup, match=words):
        pasted(text)
