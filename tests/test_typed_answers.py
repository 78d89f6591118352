"""Answers that are more than text: Pydantic instances, JSON values, and plain functions as tools, all in Python.

Kept apart from the other promises to callers because here the types of an answer depend on what was asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Literal, assert_type

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from playground import AsyncClient, Client, InvalidRequest, ParsedAnswer
from playground.backend import Pair
from playground.events import Answer, Ended, Event
from playground.schema.validation import conformity
from playground.testing.scripted_server import ScriptedServer, answered, whole
from tests.documented import HELLO

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
def server() -> Iterator[ScriptedServer]:
    """A server that a test tells what to say."""
    with ScriptedServer([]) as standin:
        yield standin


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Client]:
    """A client of that server."""
    with Client(base_url=server.base_url) as own:
        yield own


def says(server: ScriptedServer, text: str) -> None:
    """From now on every answer is this text."""
    server.scripts = [answered(200, whole(text))]


def test_a_class_comes_back_as_an_instance(client: Client, server: ScriptedServer) -> None:
    """The answer carries the text, and what it is as the class that was asked for."""
    says(server, '{"name": "Tom", "legs": 4}')
    answer = client.create(**ASKED, response_format=Pet)
    assert answer.parsed == Pet(name="Tom", legs=4)
    assert (answer.text, answer.ended, answer.violations) == ('{"name": "Tom", "legs": 4}', "done", ())
    assert server.requests[0].body["response_format"]["json_schema"]["name"] == "Pet"


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
    text: str, places: list[str], client: Client, server: ScriptedServer
) -> None:
    """No instance then, but every violation, and the text as it came."""
    says(server, text)
    answer = client.create(**ASKED, response_format=Pet)
    assert answer.parsed is None
    assert [violation.place for violation in answer.violations] == places
    assert answer.text == text


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"name": "Tom", "legs": 4}\n```',
        '\n``` \n{"name": "Tom", "legs": 4}\n```\n',
        '```JSON\r\n{"name": "Tom", "legs": 4}\r\n```',
        '```json\n{"name": "Tom", "legs": 4}```',
        '```{"name": "Tom", "legs": 4}```',
        '```json {"name": "Tom", "legs": 4} ```',
        '~~~json\n{"name": "Tom", "legs": 4}\n~~~',
        '````json\n{"name": "Tom", "legs": 4}\n````',
        '```json\n{"name": "Tom", "legs": 4}',
    ],
)
@pytest.mark.parametrize("asked", [Pet, SCHEMA], ids=["a class", "a schema"])
def test_a_fence_is_told_and_what_it_holds_is_read(
    text: str, asked: Any, client: Client, server: ScriptedServer
) -> None:
    """The same for a class and a schema, as the page reads it: the value, and the fence as what is wrong."""
    says(server, text)
    answer = client.create(**ASKED, response_format=asked)
    assert answer.parsed == (Pet(name="Tom", legs=4) if asked is Pet else {"name": "Tom", "legs": 4})
    assert [str(each) for each in answer.violations] == [
        "the answer: There is a Markdown fence around the JSON."
    ]
    assert conformity(text, SCHEMA).value == {"name": "Tom", "legs": 4}


def test_what_is_wrong_within_a_fence_is_told_too(client: Client, server: ScriptedServer) -> None:
    """Both the fence and the misfit; there is no instance then."""
    says(server, '```json\n{"name": "Tom", "legs": 9}\n```')
    answer = client.create(**ASKED, response_format=Pet)
    assert answer.parsed is None
    assert [each.place for each in answer.violations] == ["the answer", "legs"]


class Wide(BaseModel):
    """A class that takes any field, and holds one that does not."""

    model_config = ConfigDict(extra="allow")
    pet: Pet | None = None


class Named(BaseModel):
    """A class whose field has two names, and which says itself that it ignores others."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    name: str = Field(alias="Name")


@pytest.mark.parametrize(
    ("asked", "text", "places"),
    [
        (Pet, '{"name": "Tom", "legs": 4, "tail": 1}', ["tail"]),
        (Pet, '{"name": "Tom", "legs": 9, "tail": 1}', ["legs", "tail"]),
        (Wide, '{"tail": 1}', []),
        (Wide, '{"tail": 1, "pet": {"name": "Tom", "legs": 4, "tail": 1}}', ["pet.tail"]),
        (Named, '{"Name": "Tom", "tail": 1}', ["tail"]),
        (Named, '{"name": "Tom"}', []),
    ],
)
def test_a_class_means_exactly_its_fields(
    asked: type[BaseModel], text: str, places: list[str], client: Client, server: ScriptedServer
) -> None:
    """A property without a field is a violation, and there is no instance, unless the class allows or reads it."""
    says(server, text)
    answer = client.create(**ASKED, response_format=asked)
    assert [each.place for each in answer.violations] == places
    assert (answer.parsed is None) == bool(places)


def test_a_byte_order_mark_is_no_fault(client: Client, server: ScriptedServer) -> None:
    """For a class and for a schema."""
    says(server, '\ufeff{"name": "Tom", "legs": 4}')
    by_class, by_schema = (
        client.create(**ASKED, response_format=Pet),
        client.create(**ASKED, response_format=SCHEMA),
    )
    for answer in (by_class, by_schema):
        assert answer.parsed is not None and answer.violations == ()


def test_a_call_in_place_of_an_answer_is_no_misfit(client: Client, server: ScriptedServer) -> None:
    """A model that calls a function has not answered yet; that is said instead of complaints about its empty text."""
    call = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    server.scripts = [answered(200, whole("", "tool_calls", tool_calls=[call]))]
    answer = client.create(**ASKED, tools=[weather], response_format=Pet)
    assert answer.parsed is None and [call.name for call in answer.tool_calls] == ["weather"]
    assert [str(v) for v in answer.violations] == [
        "the answer: The model called a function instead of answering."
    ]


def test_a_schema_gives_the_value(client: Client, server: ScriptedServer) -> None:
    """Also in OpenAI's form; and what does not fit is said in the same way."""
    says(server, '{"name": "Tom"}')
    in_openais_form = {"type": "json_schema", "json_schema": {"schema": SCHEMA}}
    forms: list[Mapping[str, Any]] = [SCHEMA, in_openais_form, {"type": "json_object"}]
    assert [client.create(**ASKED, response_format=form).parsed for form in forms] == [{"name": "Tom"}] * 3
    says(server, '{"legs": "four"}')
    answer = client.create(**ASKED, response_format=SCHEMA)
    assert answer.parsed is None
    assert {violation.place for violation in answer.violations} == {"legs", "the answer"}


def test_null_for_what_may_be_left_out_is_left_out(client: Client, server: ScriptedServer) -> None:
    """A strict schema asks for null there, so the class has its default; in OpenAI's form with the class too."""
    says(server, '{"name": "Tom", "legs": 4, "kind": null}')
    answer = client.create(**ASKED, response_format=Pet)
    assert (answer.parsed, answer.violations) == (Pet(name="Tom", legs=4), ())
    says(server, '{"name": "Tom", "legs": null}')
    assert client.create(**ASKED, response_format=SCHEMA).parsed == {"name": "Tom"}
    sent = [visit.body["response_format"]["json_schema"] for visit in server.requests]
    assert [(one["strict"], one["schema"]["additionalProperties"]) for one in sent] == [(True, False)] * 2


def test_null_stays_wrong_where_nobody_asked_for_it(client: Client, server: ScriptedServer) -> None:
    """Not strict, the class itself is what the server was given; a null that it does not allow is a misfit."""
    says(server, '{"name": "Tom", "legs": 4, "kind": null}')
    form = {"type": "json_schema", "json_schema": {"schema": Pet, "strict": False}}
    answer = client.create(**ASKED, response_format=form)
    assert answer.parsed is None and [violation.place for violation in answer.violations] == ["kind"]
    says(server, '{"name": "Tom", "legs": 4}')
    assert client.create(**ASKED, response_format=form).parsed == Pet(name="Tom", legs=4)
    assert server.requests[-1].body["response_format"]["json_schema"]["strict"] is False
    says(server, '{"name": "Tom", "legs": null, "kind": null}')
    answer = client.create(**ASKED, response_format=Pet)
    assert [violation.place for violation in answer.violations] == ["legs"]


def test_what_goes_on_from_a_prefill_is_read_with_it(client: Client, server: ScriptedServer) -> None:
    """Also where the server has begun anew; the text stays what came."""
    begun = [*HELLO, {"role": "assistant", "content": '{"legs": 4, "name": "T'}]
    forms: tuple[type[Pet] | Mapping[str, Any], ...] = (Pet, SCHEMA)
    for text in ('om"}', '{"legs": 4, "name": "Tom"}'):
        says(server, text)
        for form in forms:
            answer = client.create(model="m", messages=begun, response_format=form)
            assert (answer.parsed is not None, answer.text, answer.violations) == (True, text, ())


def test_without_a_format_the_answer_is_plain(client: Client, server: ScriptedServer) -> None:
    """Nothing is parsed that nobody asked for; a format that is plain text has nothing to parse."""
    says(server, "{}")
    assert type(client.create(**ASKED)) is Answer
    assert type(client.create(**ASKED, response_format=None)) is Answer
    text = client.create(**ASKED, response_format={"type": "text"})
    assert isinstance(text, ParsedAnswer) and (text.parsed, text.violations) == (None, ())


def test_both_answers_of_a_pair_are_parsed(client: Client, server: ScriptedServer) -> None:
    """Each side of a preference pair has its own instance."""
    says(server, '{"name": "Tom", "legs": 4}')
    pair = client.create_preference(**ASKED, response_format=Pet, diff_frequency=1.0)
    assert isinstance(pair, Pair)
    assert pair.first.parsed == pair.second.parsed == Pet(name="Tom", legs=4)


def test_a_failing_validator_loses_no_answer(client: Client, server: ScriptedServer) -> None:
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


def test_plain_functions_are_tools(client: Client, server: ScriptedServer) -> None:
    """They leave as OpenAI's JSON, beside tools that are JSON already, and can be chosen by name."""
    says(server, "Hi")
    given = {"type": "function", "function": {"name": "time"}}
    client.create(**ASKED, tools=[weather, given], tool_choice="weather")
    sent, other = server.requests[0].body["tools"]
    assert sent["function"]["name"] == "weather"
    assert sent["function"]["description"] == "Tells the weather."
    assert sent["function"]["parameters"]["properties"]["city"] == {"description": "Where.", "type": "string"}
    assert other == given
    assert server.requests[0].body["tool_choice"]["function"] == {"name": "weather"}


def test_functions_work_in_every_call(server: ScriptedServer) -> None:
    """In a preference pair and with asyncio as well; the types follow there too."""
    says(server, '{"name": "Tom", "legs": 4}')

    async def main() -> ParsedAnswer[Pet] | Pair[ParsedAnswer[Pet]]:
        async with AsyncClient(base_url=server.base_url) as client:
            return await client.create_preference(
                model="m", messages=HELLO, tools=[weather], response_format=Pet
            )

    answer = asyncio.run(main())
    assert isinstance(answer, ParsedAnswer) and answer.parsed == Pet(name="Tom", legs=4)
    assert server.requests[0].body["tools"][0]["function"]["name"] == "weather"


def test_no_schema_costs_an_answer(client: Client, server: ScriptedServer) -> None:
    """A list of several types as draft-07 has it, and a limit as draft-04 has it, are sent, and judge what came."""
    pair = {"type": "array", "items": [{"type": "integer"}, {"type": "string"}]}
    old = {"type": "object", "properties": {"a": pair, "b": {"minimum": 1, "exclusiveMinimum": True}}}
    says(server, '{"a": [1, "x"], "b": 2}')
    assert client.create(**ASKED, response_format=pair).text == '{"a": [1, "x"], "b": 2}'
    assert client.create(**ASKED, response_format=old).parsed == {"a": [1, "x"], "b": 2}
    says(server, '{"a": ["x"], "b": 1}')
    wrong = client.create(**ASKED, response_format=old)
    assert [violation.place for violation in wrong.violations] == ["a[0]", "b"] and wrong.parsed is None


def test_what_keeps_a_function_from_being_a_tool_comes_with_all_else(
    client: Client, server: ScriptedServer
) -> None:
    """One error holds the function's faults, the schema's, and those of other parameters."""

    def untyped(city) -> None:  # type: ignore[no-untyped-def]
        """No hint."""

    with pytest.raises(InvalidRequest) as raised:
        client.create(
            **ASKED,
            tools=[untyped],
            response_format={"type": "string", "pattern": "("},
            temperature=9,
        )
    said = str(raised.value)
    assert {problem.parameter for problem in raised.value.problems} == {
        "tools",
        "response_format",
        "temperature",
    }
    assert "a type hint for every parameter" in said
    assert "response_format: #/pattern: ( is no regular expression" in said
    assert server.connections == 0


def test_a_type_checker_knows_what_comes_back(client: Client, server: ScriptedServer) -> None:
    """The class from response_format, and plain answers and pairs where there is none: `make check` holds the types."""
    says(server, '{"name": "Tom", "legs": 4}')
    named = client.create(model="m", messages=HELLO, response_format=Pet)
    assert assert_type(named.parsed, Pet | None) == Pet(name="Tom", legs=4)
    shaped = client.create(model="m", messages=HELLO, response_format={"type": "object"})
    assert assert_type(shaped, ParsedAnswer[Any]).parsed == {"name": "Tom", "legs": 4}
    other = {"type": "function", "function": {"name": "f"}}
    plain = client.create(model="m", messages=HELLO, tools=[weather, other], temperature=0.5)
    assert "Tom" in assert_type(plain, Answer).text
    drawn = client.create_preference(model="m", messages=HELLO, response_format=Pet)
    assert_type(drawn, ParsedAnswer[Pet] | Pair[ParsedAnswer[Pet]])
    events = client.create(model="m", messages=HELLO, response_format=Pet, stream=True)
    assert isinstance([*assert_type(events, Iterator[Event])][-1], Ended)
