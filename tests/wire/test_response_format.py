"""Schemas as they leave: in which form, with strict or without, and what the report says of it.

Kept apart from the table of all parameters because here the schemas matter and not the kinds of server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel, Field

from playground.wire.body import build
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.kinds.llamacpp import LLAMACPP
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.openai_com import OPENAI_COM
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.kinds.profile import Profile
from playground.wire.kinds.tgi import TGI
from playground.wire.kinds.vllm import VLLM
from tests.wire.asking import request
from tests.wire.test_body import FORMAT, FREE, OF_TGI, SCHEMA, STRICT_FORMAT, TOOLS, bytes_sent


class Owner(BaseModel):
    """A class within the class."""

    name: str


class Pet(BaseModel):
    """A Pydantic model as a user would write one."""

    owner: Owner
    legs: int = Field(default=4, ge=0)
    nick: str = Field(default="", max_length=9)
    sizes: dict[str, int] | None = None


class Cat(BaseModel):
    """One of which everything can be said in OpenAI's subset."""

    owner: Owner
    legs: int = Field(default=4, ge=0)
    nick: str | None = Field(default=None, max_length=9)


OWNER = {
    "additionalProperties": False,
    "properties": {"name": {"title": "Name", "type": "string"}},
    "required": ["name"],
    "title": "Owner",
    "type": "object",
    "description": "A class within the class.",
}
CLOSED_PET = {
    **Pet.model_json_schema(),
    "$defs": {"Owner": OWNER},
    "additionalProperties": False,
}
NAMED_PET: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "Pet", "schema": CLOSED_PET}}
STRICT_PET = {"type": "json_schema", "json_schema": {**NAMED_PET["json_schema"], "strict": True}}
STRICT_CAT = {
    "type": "json_schema",
    "json_schema": {
        "name": "Cat",
        "strict": True,
        "schema": {
            "$defs": {"Owner": OWNER},
            "title": "Cat",
            "description": "One of which everything can be said in OpenAI's subset.",
            "type": "object",
            "properties": {
                "owner": {"$ref": "#/$defs/Owner"},
                "legs": {"title": "Legs", "minimum": 0, "type": ["integer", "null"]},
                "nick": {"title": "Nick", "anyOf": [{"type": "string"}, {"type": "null"}]},
            },
            "required": ["owner", "legs", "nick"],
            "additionalProperties": False,
        },
    },
}
GIVEN_STRICT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
NOT_STRICT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": False}}
TOOL_NOT_STRICT = {"type": "function", "function": {**TOOLS[0]["function"], "strict": False}}

LEAVES: Mapping[str, tuple[Profile, dict[str, Any], dict[str, Any]]] = {
    "TGI: a Pydantic model": (
        TGI,
        {"response_format": Pet},
        {"response_format": {"type": "json", "value": CLOSED_PET}},
    ),
    "TGI's form elsewhere": (
        OPENAI,
        {"response_format": {**OF_TGI, **FREE}},
        {"response_format": STRICT_FORMAT},
    ),
    "a Pydantic model": (LLAMACPP, {"response_format": Pet}, {"response_format": NAMED_PET}),
    "OpenAI's form gets the name that it needs": (
        OPENROUTER,
        {"response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA, "strict": True}}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
            }
        },
    ),
    "a title becomes a name of allowed letters": (
        OPENAI,
        {"response_format": {"title": "A pet: né 1", "type": "object"}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "A_pet_n_1",
                    "schema": {"title": "A pet: né 1", "type": "object"},
                },
            }
        },
    ),
    "a Pydantic model with strict": (VLLM, {"response_format": Pet}, {"response_format": STRICT_PET}),
    "a Pydantic model in OpenAI's subset": (
        OPENAI,
        {"response_format": Cat},
        {"response_format": STRICT_CAT},
    ),
    "a tool that says strict itself stays": (
        OPENAI,
        {"tools": [TOOL_NOT_STRICT]},
        {"tools": [TOOL_NOT_STRICT]},
    ),
    "one with an open map goes without strict": (
        OPENAI,
        {"response_format": Pet},
        {"response_format": NAMED_PET},
    ),
    "a class in OpenAI's form, not strict": (
        OPENAI,
        {"response_format": {"type": "json_schema", "json_schema": {"schema": Pet, "strict": False}}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "Pet", "schema": CLOSED_PET, "strict": False},
            }
        },
    ),
    "strict of the user's own goes with the schema as it is": (
        OPENAI,
        {"response_format": GIVEN_STRICT},
        {"response_format": GIVEN_STRICT},
    ),
    "not strict of the user's own stays so": (
        OPENAI_COM,
        {"response_format": NOT_STRICT},
        {"response_format": NOT_STRICT},
    ),
    "OpenAI's form without strict gets it": (
        HUGGINGFACE,
        {"response_format": FORMAT},
        {"response_format": STRICT_FORMAT},
    ),
}


@pytest.mark.parametrize("case", LEAVES)
def test_a_schema_leaves(case: str) -> None:
    """The exact fields; a strict that the user has set is never rewritten."""
    profile, parameters, expected = LEAVES[case]
    body, _ = bytes_sent(request(**parameters), profile)
    assert {name: body[name] for name in parameters} == expected


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        ("response_format", Cat, "In OpenAI's form. With strict. Required, and null where it is left out: "
         "#/properties/legs, #/properties/nick. Taken out: #/properties/nick/anyOf/0/maxLength."),
        ("response_format", Pet,
         "In OpenAI's form. Without strict: #/properties/sizes/anyOf/0 may hold properties of any name."),
        ("response_format", SCHEMA, "In OpenAI's form. With strict. Without other properties: #."),
        ("response_format", GIVEN_STRICT, ""),
        ("tools", TOOLS, "weather: With strict. Without other properties: #."),
        ("tools", [TOOL_NOT_STRICT], ""),
    ],
)  # fmt: skip
def test_the_report_says_what_became_of_strict(parameter: str, value: Any, told: str) -> None:
    """What was changed for it, or why it cannot be; nothing where the user has said it."""
    _, report = build(request(**{parameter: value}), OPENAI)
    (line,) = (line for line in report if line.parameter == parameter)
    assert line.why == told
