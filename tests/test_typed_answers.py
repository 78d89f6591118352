"""Answers that are more than text: Pydantic instances, JSON values, and plain functions as tools, all in Python.

Kept apart from the other promises to callers because here the types of an answer depend on what was asked for.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, field_validator

from playground import AsyncClient, Client, InvalidRequest, ParsedAnswer
from playground.backend import Pair
from playground.events import Answer
from tests.documented import HELLO
from tests.standin import Standin, answered, whole

ASKED: Any = {"model": "m", "messages": HELLO}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "legs": {"type": "integer"}},
    "required": ["name"],
}


class Pet(BaseModel):
    """What is asked for."""

    name: str
    legs: int = Field(ge=0, le=8)
    kind: Literal["cat", "dog"] = "cat"


class Picky(BaseModel):
    """A class whose own validator fails otherwise than by refusing."""

    name: str

    @field_validator("name")
    @classmethod
    def fails(cls, name: str) -> str:
        """A defect of the user's own."""
        raise RuntimeError(name)


@pytest.fixture
def server() -> Iterator[Standin]:
    """A server that a test tells what to say."""
    with Standin([]) as standin:
        yield standin


@pytest.fixture
def client(server: Standin) -> Iterator[Client]:
    """A client of that server."""
    with Client(base_url=server.base_url) as own:
        yield own


def says(server: Standin, text: str) -> None:
    """From now on every answer is this text."""
    server.scripts = [answered(200, whole(text))]


def test_a_class_comes_back_as_an_instance(client: Client, server: Standin) -> None:
    """The answer carries the text, and what it is as the class that was asked for."""
    says(server, '{"name": "Tom", "legs": 4}')
    answer = client.create(**ASKED, response_format=Pet)
    assert answer.parsed == Pet(name="Tom", legs=4)
    assert (answer.text, answer.ended, answer.violations) == ('{"name": "Tom", "legs": 4}', "done", ())
    assert server.visits[0].body["response_format"]["json_schema"]["name"] == "Pet"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"name": "Tom", "legs": 9, "kind": "fish"}', ["legs", "kind"]),
        ('{"legs": 4}', ["name"]),
        ("Tom", ["the answer"]),
        ("", ["the answer"]),
    ],
)
def test_what_does_not_fit_is_said_with_its_path(
    text: str, places: list[str], client: Client, server: Standin
) -> None:
    """No instance then, but every violation, and the text as it came."""
    says(server, text)
    answer = client.create(**ASKED, response_format=Pet)
    assert answer.parsed is None
    assert [violation.place for violation in answer.violations] == places
    assert answer.text == text


def test_a_call_in_place_of_an_answer_is_no_misfit(client: Client, server: Standin) -> None:
    """A model that calls a function has not answered yet; that is said instead of complaints about its empty text."""
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    server.scripts = [answered(200, whole("", "tool_calls", tool_calls=[call]))]
    answer = client.create(**ASKED, tools=[weather], response_format=Pet)
    assert answer.parsed is None and [call.name for call in answer.tool_calls] == ["weather"]
    assert [str(v) for v in answer.violations] == [
        "the answer: The model called a function instead of answering."
    ]


def test_a_schema_gives_the_value(client: Client, server: Standin) -> None:
    """Also in OpenAI's form; and what does not fit is said in the same way."""
    says(server, '{"name": "Tom"}')
    forms = [SCHEMA, {"type": "json_schema", "json_schema": {"schema": SCHEMA}}, {"type": "json_object"}]
    assert [client.create(**ASKED, response_format=form).parsed for form in forms] == [{"name": "Tom"}] * 3
    says(server, '{"legs": "four"}')
    answer = client.create(**ASKED, response_format=SCHEMA)
    assert answer.parsed is None
    assert {violation.place for violation in answer.violations} == {"legs", "the answer"}


def test_what_goes_on_from_a_prefill_is_read_with_it(client: Client, server: Standin) -> None:
    """Also where the server has begun anew; the text stays what came."""
    begun = [*ASKED["messages"], {"role": "assistant", "content": '{"legs": 4, "name": "T'}]
    for text in ('om"}', '{"legs": 4, "name": "Tom"}'):
        says(server, text)
        for form in (Pet, SCHEMA):
            answer = client.create(**{**ASKED, "messages": begun}, response_format=form)
            assert (answer.parsed is not None, answer.text, answer.violations) == (True, text, ())


def test_without_a_format_the_answer_is_plain(client: Client, server: Standin) -> None:
    """Nothing is parsed that nobody asked for; a format that is plain text has nothing to parse."""
    says(server, "{}")
    assert type(client.create(**ASKED)) is Answer
    assert type(client.create(**ASKED, response_format=None)) is Answer
    text = client.create(**ASKED, response_format={"type": "text"})
    assert isinstance(text, ParsedAnswer) and (text.parsed, text.violations) == (None, ())


def test_both_answers_of_a_pair_are_parsed(client: Client, server: Standin) -> None:
    """Each side of a preference pair has its own instance."""
    says(server, '{"name": "Tom", "legs": 4}')
    pair = client.create_preference(**ASKED, response_format=Pet, diff_frequency=1.0)
    assert isinstance(pair, Pair)
    assert pair.first.parsed == pair.second.parsed == Pet(name="Tom", legs=4)


def test_a_failing_validator_loses_no_answer(client: Client, server: Standin) -> None:
    """What a user's own class raises is told as a violation: the answer may have cost money."""
    says(server, '{"name": "Tom"}')
    answer = client.create(**ASKED, response_format=Picky)
    assert (answer.parsed, answer.text) == (None, '{"name": "Tom"}')
    assert "A validator of Picky failed" in str(answer.violations[0])


def weather(city: str, unit: Literal["c", "f"] = "c") -> str:
    """Tells the weather.

    Args:
        city: Where.
    """
    return f"{city}: 20 {unit}"


def test_plain_functions_are_tools(client: Client, server: Standin) -> None:
    """They leave as OpenAI's JSON, beside tools that are JSON already, and can be chosen by name."""
    says(server, "Hi")
    given = {"type": "function", "function": {"name": "time"}}
    client.create(**ASKED, tools=[weather, given], tool_choice="weather")
    sent, other = server.visits[0].body["tools"]
    assert sent["function"]["name"] == "weather"
    assert sent["function"]["description"] == "Tells the weather."
    assert sent["function"]["parameters"]["properties"]["city"] == {"description": "Where.", "type": "string"}
    assert other == given
    assert server.visits[0].body["tool_choice"]["function"] == {"name": "weather"}


def test_functions_work_in_every_call(server: Standin) -> None:
    """In a preference pair and with asyncio as well; the types follow there too."""
    says(server, '{"name": "Tom", "legs": 4}')

    async def main() -> ParsedAnswer[Pet] | Pair[ParsedAnswer[Pet]]:
        async with AsyncClient(base_url=server.base_url) as client:
            return await client.create_preference(**ASKED, tools=[weather], response_format=Pet)

    answer = asyncio.run(main())
    assert isinstance(answer, ParsedAnswer) and answer.parsed == Pet(name="Tom", legs=4)
    assert server.visits[0].body["tools"][0]["function"]["name"] == "weather"


def test_what_keeps_a_function_from_being_a_tool_comes_with_all_else(client: Client, server: Standin) -> None:
    """One error holds the function's faults, the schema's, and those of other parameters."""

    def untyped(city) -> None:  # type: ignore[no-untyped-def]
        """No hint."""

    with pytest.raises(InvalidRequest) as raised:
        client.create(
            **ASKED,
            tools=[untyped],
            response_format={"type": "string", "pattern": "(" * 90 + ")" * 90},
            temperature=9,
        )
    said = str(raised.value)
    assert {problem.parameter for problem in raised.value.problems} == {
        "tools",
        "response_format",
        "temperature",
    }
    assert "a type hint for every parameter" in said
    assert "response_format: #/pattern: This pattern is too much: its groups are nested 90 deep" in said
    assert server.connections == 0


def test_a_type_checker_knows_what_comes_back(tmp_path: Path) -> None:
    """mypy infers the class from response_format, and plain answers and pairs where there is none."""
    source = """
from pydantic import BaseModel
from playground import Client

class Pet(BaseModel):
    name: str

def f(city: str) -> str: return city

with Client() as c:
    m = [{"role": "user", "content": "x"}]
    reveal_type(c.create(model="m", messages=m, response_format=Pet).parsed)
    reveal_type(c.create(model="m", messages=m, response_format={"type": "object"}).parsed)
    reveal_type(c.create(model="m", messages=m, tools=[f, {"type": "function"}], temperature=0.5))
    reveal_type(c.create_preference(model="m", messages=m, response_format=Pet))
    reveal_type(c.create(model="m", messages=m, response_format=Pet, stream=True))
"""
    file = tmp_path / "typed.py"
    file.write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", str(file)]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    notes = [json.loads(line)["message"].split('"')[1] for line in run.stdout.splitlines()]
    assert [note.replace("playground.structured.parsed.", "").replace("typed.", "") for note in notes] == [
        "Pet | None",
        "Any | None",
        "playground.events.Answer",
        "ParsedAnswer[Pet] | tuple[ParsedAnswer[Pet], ParsedAnswer[Pet], "
        "fallback=playground.backend.Pair[ParsedAnswer[Pet]]]",
        "typing.Iterator[playground.events.Started | playground.events.Delayed | "
        "playground.events.Connected | playground.events.TextDelta | "
        "playground.events.ReasoningDelta | playground.events.TokensScored | playground.events.ToolCallDelta | "
        "playground.events.UsageReported | playground.events.Finished | playground.events.Ended]",
    ], run.stdout + run.stderr
