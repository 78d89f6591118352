"""The embedded model is really held to every schema that passes the limits, and survives all of them.

Kept apart from the tests of the limits because these ask the real engine: llama.cpp in its child process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.chat import Endpoint
from playground.engine.process import Engine
from playground.schema.engine_limits import engine_limits
from playground.schema.limits import check_schema
from playground.schema.llguidance_subset import held
from playground.wire.json_grammar import HEADER, json_rule
from tests.schema.bombs import (
    HELD_AS_IT_IS,
    HELD_BUT_FOR,
    HELD_IN_THE_NEWEST_DRAFT,
    REFUSED,
    with_pattern,
    with_property,
)


@pytest.fixture(scope="module")
def endpoint(engine: Engine) -> Iterator[Endpoint]:
    """Where the real engine listens; the very same process must still answer when all is done."""
    first = asyncio.run(engine.endpoint())
    yield first
    assert begins_as_json(answer(first, with_property({"type": "string"})))


def answer(endpoint: Endpoint, schema: Any) -> str:
    """The first tokens that the model writes when it is held to a schema."""
    body = {
        "messages": [{"role": "user", "content": "Answer in JSON."}],
        "grammar": f"{HEADER}\nstart: {json_rule(schema)}",
        "max_tokens": 4,
        "temperature": 0,
    }
    with httpx.Client(headers={"authorization": f"Bearer {endpoint.api_key}"}, timeout=60) as client:
        reply = client.post(f"{endpoint.base_url}/chat/completions", json=body)
    assert reply.status_code == 200, reply.text
    text: str = reply.json()["choices"][0]["message"]["content"]
    return text


def begins_as_json(text: str) -> bool:
    """Whether an answer begins as JSON; a free answer of this model to this question begins with a Markdown fence."""
    return text.strip().startswith(("{", "[", '"'))


@pytest.mark.parametrize("name", HELD_AS_IT_IS)
def test_the_model_is_held_to_it(endpoint: Endpoint, name: str) -> None:
    """Up to the limits every schema is compiled as it is, in no time, and the answer begins as JSON."""
    schema = HELD_AS_IT_IS[name]
    assert held(schema).left_out == () and held(schema).schema == schema
    assert begins_as_json(answer(endpoint, schema))


@pytest.mark.parametrize("name", HELD_BUT_FOR)
def test_the_model_is_held_to_the_rest(endpoint: Endpoint, name: str) -> None:
    """Where one part cannot be held to, it is named and left out, and the answer still begins as JSON."""
    schema, what = HELD_BUT_FOR[name]
    found = held(schema)
    assert what in found.left_out[0].what
    assert begins_as_json(answer(endpoint, found.schema))


@pytest.mark.parametrize("name", ["what looks ahead", "a Decimal of pydantic", "a bound too large", "a bound too low",
                                  "names that look ahead", "an anchor within"])  # fmt: skip
def test_without_leaving_it_out_there_would_be_no_hold(endpoint: Endpoint, name: str) -> None:
    """The engine gives up the whole schema for the sake of that part, and answers freely: hence the leaving out."""
    assert not begins_as_json(answer(endpoint, HELD_BUT_FOR[name][0]))


def test_a_schema_that_is_refused_would_not_hold(endpoint: Endpoint) -> None:
    """For the harmless ones among the refused: the engine does not crash, but is not held to them either."""
    for name in ("references in a circle", "least above most", "an open group", "an empty enum"):
        assert not begins_as_json(answer(endpoint, REFUSED[name][0])), name


@pytest.mark.parametrize("name", HELD_IN_THE_NEWEST_DRAFT)
def test_older_drafts_are_held_to_as_well(endpoint: Endpoint, name: str) -> None:
    """The engine reads the newest draft alone: what others say is said in its words, and the model held to that."""
    schema, newest = HELD_IN_THE_NEWEST_DRAFT[name]
    assert held(schema).schema == newest
    assert begins_as_json(answer(endpoint, held(schema).schema))


def test_everything_else_is_kept() -> None:
    """Nothing but the part in question is changed, however deep it stands."""
    inner = with_property({"type": "string", "pattern": "(?=a)", "title": "T", "minLength": 2})
    schema = {
        "$defs": {"x": inner},
        "anyOf": [{"$ref": "#/$defs/x"}, {"items": [inner, True]}],
        "const": inner,
    }
    found = held(schema)
    without = with_property({"type": "string", "title": "T", "minLength": 2})
    assert found.schema == {
        "$defs": {"x": without}, "anyOf": [{"$ref": "#/$defs/x"}, {"prefixItems": [without, True]}], "const": inner,
    }  # fmt: skip
    assert [p.pointer for p in found.left_out] == [
        "#/$defs/x/properties/a/pattern", "#/anyOf/1/items/0/properties/a/pattern",
    ]  # fmt: skip


def test_names_of_a_pattern_that_is_left_out_are_let_in() -> None:
    """Else a closed object could hold none of them; names of other patterns keep their schemas."""
    named = {"^(?=a)": {"type": "integer"}, "^b": {"type": "string"}}
    found = held({"type": "object", "patternProperties": named, "additionalProperties": False})
    assert found.schema["patternProperties"] == {"^b": {"type": "string"}}
    assert found.schema["additionalProperties"] is True


EASY = ["^a$|^b$", "(^a|b$)", "^(a|b$)", "(^|x)a", "a($|b)", "(?:^)a", "^a|b", "(a|^)b", "(?i)^a", "(?P<n>^a$)", "^$",
        r"\Aa\z", r"a\$", "[$^]a", "(?s)a.b", r"\p{Greek}", "a++", "a||b", "()"]  # fmt: skip
HARD = ["a(^b)", "(a^b)", "(b$a)", "(a$)b", "(?:^a)+", "(^a)*b", "^^a", "a$$", "^(?:a|^b)$", "x(^a|b)", "(b|a$)x",
        "a?^b", "[a]^", "(?m)^a$", r"a\b", r"\Ba", "(?>a)", "{a}", "(?=a)", r"(a)\1", "^?a", "^*"]  # fmt: skip


@pytest.mark.parametrize("pattern", EASY)
def test_patterns_that_only_look_hard_are_held_to(endpoint: Endpoint, pattern: str) -> None:
    """Anchors at the edge of an alternative, flags, named groups: neither is left out, nor does the engine let go."""
    assert held(with_pattern(pattern)).left_out == ()
    assert begins_as_json(answer(endpoint, with_pattern(pattern)))


@pytest.mark.parametrize("pattern", HARD)
def test_patterns_that_are_too_hard_are_left_out(endpoint: Endpoint, pattern: str) -> None:
    """The engine would let go of all the schema for each of them."""
    assert len(held(with_pattern(pattern)).left_out) == 1
    assert not begins_as_json(answer(endpoint, with_pattern(pattern)))


def test_what_is_left_out_of_a_held_schema_is_only_said_once() -> None:
    """Holding a held schema changes nothing: what was taken out is gone."""
    for schema, _ in HELD_BUT_FOR.values():
        once = held(schema).schema
        assert held(once).schema == once


PATTERN = st.text(alphabet="abc()[]{}^$\\|*+?.,-=!<>:bdwsS123", min_size=1, max_size=12)


def test_whatever_pattern_passes_is_taken_by_the_engine(endpoint: Endpoint) -> None:
    """A pattern that neither the limits nor the holding object to never makes the engine let go of the schema."""

    @settings(max_examples=25, deadline=None)
    @given(patterns=st.lists(PATTERN, min_size=6, max_size=6))
    def tried(patterns: list[str]) -> None:
        good = [
            p
            for p in patterns
            if not check_schema(with_pattern(p), engine_limits) and not held(with_pattern(p)).left_out
        ]
        properties = {f"p{i}": {"type": "string", "pattern": p} for i, p in enumerate(good)}
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        assert begins_as_json(answer(endpoint, schema))

    tried()
