"""The page's requests about shapes and calls over HTTP: three views in step, verdicts, and built-in functions.

Kept apart from the tests of what they are made of: here it counts that the page is told, whatever it sends.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.backend import Backend
from playground.evidence import hub_tokenizer
from playground.settings import Settings
from playground.web.tokens import token_routes
from playground.wire.body import build
from playground.wire.kinds.llamacpp import OF_LLAMA_CPP
from playground.wire.profiles import PROFILES
from playground.wire.shapes import shape_problems
from tests.documented import HELLO
from tests.evidence.test_tokenizer import byte_level
from tests.schema.bombs import REFUSED, TREE, with_property
from tests.wire.asking import request

SOURCE = "class Pet(BaseModel):\n    name: str\n    legs: int = Field(4, ge=0, le=8)\n"
SCHEMA = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
TOOL = {"type": "function", "function": {"name": "flag", "parameters": SCHEMA}}


def told(http: httpx.Client, path: str, **sent: Any) -> dict[str, Any]:
    """What the page is told."""
    answer = http.post(f"/playground/{path}", json=sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_three_views_follow_each_other(http: httpx.Client) -> None:
    """From source to schema and form; and from either of these the same schema comes back."""
    first = told(http, "shape", source=SOURCE)
    assert first["problems"] == []
    assert first["schema"]["properties"]["legs"] == {
        "default": 4, "maximum": 8, "minimum": 0, "title": "Legs", "type": "integer",
    }  # fmt: skip
    assert [row["path"] for row in first["form"]["rows"]] == [["name"], ["legs"]]
    assert (first["root"], first["models"]) == ("Pet", ["Pet"])
    for view in ("schema", "form"):
        again = told(http, "shape", **{view: first[view]})
        assert again["problems"] == []
        assert told(http, "shape", source=again["source"])["schema"] == first["schema"]


def test_forms_of_servers_are_taken_too(http: httpx.Client) -> None:
    """A schema within OpenAI's or TGI's is read; a format without one has no classes, and that is said."""
    wrapped = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    assert told(http, "shape", schema=wrapped)["schema"] == SCHEMA
    for kind in ("json", "json_object"):
        assert told(http, "shape", schema={"type": kind, "value": SCHEMA})["schema"] == SCHEMA
    bare = told(http, "shape", schema={"type": "text"})
    assert (bare["schema"], bare["problems"]) == (None, []) and "no schema" in bare["notes"][0]["text"]


def test_a_misspelt_type_is_no_form_of_a_server(http: httpx.Client) -> None:
    """It is refused where the schema is read, where an answer is checked, and before anything is sent."""
    wrong = {**SCHEMA, "type": "objekt"}
    (problem,) = told(http, "shape", schema=wrong)["problems"]
    assert problem["pointer"] == "#/type" and "none of array, boolean" in problem["text"]
    assert "#/type" in told(http, "check", text="{}", response_format=wrong)["format"]["gave_up"]
    asked = {"model": "embedded", "messages": HELLO, "parameters": {"response_format": wrong}}
    (problem,) = http.post("/playground/stream", json=asked).json()["problems"]
    assert (
        shape_problems({}, {"response_format": wrong}, OF_LLAMA_CPP) == []
    )  # extra JSON may hold what is not known here
    assert (problem["parameter"], "#/type: type is none of array" in problem["text"]) == (
        "response_format",
        True,
    )


def test_what_cannot_be_understood_is_named_with_its_line(http: httpx.Client) -> None:
    """Hostile source is not run, and the line that would have been is the line that is named."""
    source = "import os\nclass A(BaseModel):\n    x: os.system('touch /tmp/pwned')\n    y: Nonsense\n"
    views = told(http, "shape", source=source)
    assert views["schema"] is None
    assert [problem["line"] for problem in views["problems"]] == [3, 4]


@pytest.mark.parametrize(
    "name",
    [name for name in REFUSED if name not in ("no JSON", "much too deep", "a name that only Python has")],
)
def test_a_bomb_is_a_remark(name: str, http: httpx.Client) -> None:
    """Pasted into the editor it is answered within 2 s, with its place and without a server error."""
    begun = monotonic()
    views = told(http, "shape", schema=REFUSED[name][0])
    assert monotonic() - begun < 2
    assert views["schema"] is None and views["problems"]


def test_source_bombs_are_remarks(http: httpx.Client) -> None:
    """60,000 brackets, a million classes' worth of text, a class within itself: each a sentence within 2 s."""
    for source in (
        "x = " + "(" * 30_000 + ")" * 30_000,
        "class A(BaseModel):\n" + "    x: int\n" * 20_000,
        "class A(BaseModel):\n    a: A\n",
        "class A(BaseModel):\n    a: " + "list[" * 5_000 + "int" + "]" * 5_000,
    ):
        begun = monotonic()
        views = told(http, "shape", source=source)
        assert monotonic() - begun < 2
        assert views["problems"] and views["schema"] is None


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("n: int = Field(ge=-9007199254740992)", "#/properties/n/minimum"),
        ("n: Literal[1, 12345678901234567890]", "#/properties/n/enum/1"),
        ("n: int = Field(le=9007199254740991)", None),
    ],
)
def test_a_number_that_a_browser_rounds_is_named(http: httpx.Client, field: str, pointer: str | None) -> None:
    """The schema that the page would send would be another one; the largest that it can hold passes."""
    views = told(http, "shape", source=f"class Account(BaseModel):\n    {field}\n")
    assert [problem["pointer"] for problem in views["problems"]] == ([pointer] if pointer else [])
    assert (views["schema"] is None) == bool(pointer)


def test_a_recursive_model_that_can_end_is_fine(http: httpx.Client) -> None:
    """A tree has all three views; what the form cannot show is named."""
    views = told(http, "shape", schema=TREE)
    assert views["problems"] == [] and "class" in views["source"]
    assert views["notes"]


def test_an_answer_is_judged_with_paths(http: httpx.Client) -> None:
    """Whether it is JSON, whether it fits, and where it does not."""
    fits = told(http, "check", text='{"n":12345678901234567890,"ok":true}', response_format=SCHEMA)["format"]
    shown = '{\n  "n": 12345678901234567890,\n  "ok": true\n}'
    assert (fits["fits"], fits["json"], fits["violations"]) == (True, shown, [])
    misfit = told(http, "check", text='{"ok": 1}', response_format=SCHEMA)["format"]
    assert misfit["violations"] == [{"place": "ok", "what": "1 is no boolean."}]
    assert not told(http, "check", text='{"ok": tr', response_format=SCHEMA)["format"]["is_json"]
    assert told(http, "check", prefill='{"ok": ', text="true}", response_format=SCHEMA)["format"]["fits"]
    assert told(http, "check", text="x")["format"] is None


def test_calls_are_judged_each(http: httpx.Client) -> None:
    """A good one, broken JSON, wrong arguments, an unknown function; ids that are repeated become different."""
    given_calls = [
        {"id": "c", "name": "flag", "arguments": '{"ok": true}'},
        {"id": "c", "name": "flag", "arguments": '{"ok": tr'},
        {"id": "", "name": "flag", "arguments": '{"ok": 1}'},
        {"id": "c", "name": "calculate", "arguments": "{}"},
    ]
    calls = told(http, "check", text="", calls=given_calls, tools=[TOOL], response_format=SCHEMA)
    assert calls["format"] is None
    good, broken, wrong, unknown = calls["calls"]
    assert len({call["id"] for call in calls["calls"]}) == 4
    assert (good["problems"], good["refusal"], good["built_in"]) == ([], "", False)
    assert "not JSON" in broken["problems"][0]["what"] and broken["refusal"].startswith("The call was not")
    assert wrong["problems"][0]["place"] == "ok"
    assert "no known function" in unknown["problems"][0]["what"] and unknown["built_in"]
    cut = told(http, "check", text="", calls=given_calls, tools=[TOOL], cut=True)["calls"]
    assert cut[:3] == calls["calls"][:3] and "cut off by max_tokens" in cut[3]["problems"][0]["what"]


def test_null_counts_as_left_out_where_it_was_asked_for(http: httpx.Client) -> None:
    """By a strict body, or by one that a blind pair hides; not by one that left the schema as it was."""
    optional = {"type": "object", "properties": {"ok": {"type": "boolean"}}}
    tool = {"type": "function", "function": {"name": "flag", "parameters": optional}}
    asked = request(response_format=optional, tools=[tool])
    strict, plain = build(asked, PROFILES["openai"])[0], build(asked, PROFILES["llamacpp"])[0]
    own_strict = {
        "response_format": {"type": "json_schema", "json_schema": {"schema": optional, "strict": True}}
    }
    for sent, fits in ((strict, True), (None, True), (plain, False), (own_strict, False)):
        calls = [{"id": "c", "name": "flag", "arguments": '{"ok": null}'}]
        answer = told(http, "check", text='{"ok": null}', response_format=optional, sent=sent)["format"]
        (call,) = told(http, "check", text="", calls=calls, tools=[tool], sent=sent)["calls"]
        assert (answer["fits"], not call["problems"]) == (fits, fits)
        assert answer["json"] == ("{}" if fits else '{\n  "ok": null\n}')


def test_built_in_functions_answer_and_no_others(http: httpx.Client) -> None:
    """A sum is calculated; what is no built-in function, or no expression, is said in words."""
    assert told(http, "call", name="calculate", arguments='{"expression": "6 * 7"}') == {
        "text": "42",
        "failed": False,
    }
    assert not told(http, "call", name="clock", arguments='{"timezone": null}')["failed"]
    assert told(http, "call", name="calculate", arguments='{"expression": "__import__(1)"}')["failed"]
    assert told(http, "call", name="os.system", arguments='{"command": "id"}')["failed"]


def test_the_shelf_works(http: httpx.Client) -> None:
    """Every ready example is accepted by the very route that the editor asks."""
    shelf = http.get("/playground/shelf").json()
    for example in shelf["formats"]:
        assert told(http, "shape", source=example["source"])["problems"] == []
    for example in shelf["tools"]:
        views = told(http, "shape", schema=example["tool"]["function"]["parameters"])
        assert views["problems"] == [] and views["form"] is not None
    assert told(http, "shape", form=shelf["empty_form"])["schema"]["properties"] == {
        "answer": {"type": "string"}
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "source",
    "schema",
    "form",
    "root",
    "text",
    "response_format",
    "calls",
    "tools",
    "name",
    "id",
    "arguments",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["shape", "check", "call"]), sent=st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_json_is_answered(path: str, sent: dict[str, Any], http: httpx.Client) -> None:
    """Whatever is sent, the answer is a view, a verdict or a refusal in words, and never a crash."""
    answer = http.post(f"/playground/{path}", json=sent)
    assert answer.status_code in (200, 400), answer.text
    assert answer.status_code == 200 or answer.json()["message"]


# -- tokens ------------------------------------------------------------------------------------------------------


def test_the_embedded_model_cuts_with_its_own_tokenizer(http: httpx.Client) -> None:
    """Each form with its ids, the token to ban for each, a text's tokens, and what ids stand for."""
    found = told(http, "tokens", model="embedded", word="tea", text="A cup of tea.", ids=[6330, 10**6])
    assert found["whose"] == "the embedded model's own tokenizer"
    forms = {row["form"]: row for row in found["forms"]}
    assert set(forms) == {"tea", " tea", "Tea", " Tea", "TEA", " TEA"}
    (spaced,) = forms[" tea"]["tokens"]
    assert spaced["piece"] == " tea" and forms[" tea"]["banned"] == spaced
    assert "".join(token["piece"] for token in found["tokens"]) == "A cup of tea."
    assert spaced in found["tokens"]
    assert told(http, "tokens", model="embedded", ids=[spaced["id"]])["pieces"] == {str(spaced["id"]): " tea"}
    assert found["pieces"]["1000000"] == ""


def test_elsewhere_ids_are_typed_by_hand_and_that_is_said(http: httpx.Client) -> None:
    """Which tokenizer a typed server or OpenRouter uses is not known, and no other one is passed off as it."""
    for model, base_url in (("openrouter/a/b", ""), ("m", "http://127.0.0.1:9/v1"), ("", "")):
        found = told(http, "tokens", model=model, base_url=base_url, word="tea")
        assert found["whose"] == "" and "by hand" in found["message"]


def test_a_hub_model_is_cut_by_its_own_tokenizer(
    http: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A HuggingFace model's tokenizer comes from the Hub, asked for with the visitor's own key and no other's."""
    file = tmp_path / "tokenizer.json"
    byte_level().save(str(file))
    asked: list[tuple[str, str | bool]] = []

    def fetched(repo: str, token: str | bool) -> Path:
        asked.append((repo, token))
        return file

    monkeypatch.setattr(hub_tokenizer, "_fetched", fetched)
    answer = http.post(
        "/playground/tokens",
        json={"model": "huggingface/some/model:groq", "word": "cat", "ids": [10**6]},
        headers={"x-provider-keys": '{"huggingface": "hf_visitor", "openrouter": "sk-or-other"}'},
    )
    found = answer.json()
    assert found["whose"] == "the tokenizer of some/model, from the Hub"
    assert " cat" in {row["form"] for row in found["forms"]} and found["pieces"] == {"1000000": ""}
    assert asked == [("some/model", "hf_visitor")]


def test_a_stranger_has_no_file_of_the_hub_read_that_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can put a file there: it would fill the disk, or keep its reader busy for ever."""
    monkeypatch.setattr(hub_tokenizer, "_fetched", lambda repo, token: pytest.fail(repo))
    backend = Backend(Settings(data_dir=str(tmp_path), posture="public", hf_token="hf_owner"))
    with TestClient(Starlette(routes=token_routes(backend))) as client:
        told = client.post("/playground/tokens", json={"model": "huggingface/who/ever", "word": "tea"})
        assert told.status_code == 200 and "by hand" in told.json()["message"]


def test_nonsense_about_tokens_is_refused(http: httpx.Client) -> None:
    """A word too long, ids that are none: words, and never a crash."""
    for sent in ({"word": "x" * 300}, {"word": 1}, {"ids": "x"}, {"text": {"a": 1}}):
        answer = http.post("/playground/tokens", json={"model": "embedded", **sent})
        assert answer.status_code == 400 and answer.json()["message"]
    assert told(http, "tokens", model="embedded", ids=[-1, "x", None, 2**40])["pieces"] == {}


def test_limits_hold_where_a_schema_is_checked(http: httpx.Client) -> None:
    """An answer checked against a bomb is told that the schema cannot be used, at once."""
    endless = with_property({"$ref": "#/properties/a"})
    found = told(http, "check", text='{"a": 1}', response_format=endless)["format"]
    assert "schema itself cannot be used" in found["gave_up"] and not found["fits"]


def test_an_answer_is_checked_whatever_the_schema_is(http: httpx.Client) -> None:
    """A list of several types, a name of no shape, parameters that are no schema: each a verdict, none a fault."""
    old = {"type": "array", "items": [{"type": "integer"}, {"type": "string"}]}
    assert told(http, "check", text='[1, "a"]', response_format=old)["format"]["fits"]
    assert "cannot be used" in told(http, "check", text="1", response_format={"$id": 3})["format"]["gave_up"]
    tools = [{"type": "function", "function": {"name": "f", "parameters": [1]}}]
    (call,) = told(http, "check", text="", calls=[{"name": "f", "arguments": "{}"}], tools=tools)["calls"]
    assert "cannot be used" in call["gave_up"]
