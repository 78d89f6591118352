"""Ready examples: functions that a model may call, and shapes that an answer may have, each with a question for it.

These are texts for learners; what makes them work stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.functions.builtin_tools import BUILTIN_TOOLS


@dataclass(frozen=True, slots=True)
class ToolExample:
    """A function in OpenAI's JSON, what it shows, and a question that calls for it.

    `answers_itself` says that a built-in function stands behind it; the result of others is typed by hand.
    """

    title: str
    shows: str
    tool: Mapping[str, Any]
    question: str
    answers_itself: bool = False


@dataclass(frozen=True, slots=True)
class FormatExample:
    """A shape as Python source, what it shows, and a question that fits it."""

    title: str
    shows: str
    source: str
    question: str


def _function(name: str, description: str, properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }


TOOLS: Final = (
    ToolExample(
        "Calculator",
        "A function that answers by itself.",
        BUILTIN_TOOLS["calculate"],
        "What is 17.5 % of 2,340, plus 12?",
        answers_itself=True,
    ),
    ToolExample(
        "Clock",
        "An argument that may be left out.",
        BUILTIN_TOOLS["clock"],
        "What time is it in Tokyo right now?",
        answers_itself=True,
    ),
    ToolExample(
        "Weather",
        "A choice of values, and a result that you type.",
        _function(
            "get_weather",
            "Gets the current weather of a city.",
            {
                "city": {"type": "string", "description": "The city, such as Lisbon."},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "description": "The scale."},
            },
            "city",
        ),
        "Should I take an umbrella in Lisbon today?",
    ),
    ToolExample(
        "Two calls at once",
        "A question that needs the same function twice.",
        _function(
            "get_population",
            "Gets the number of people who live in a country.",
            {"country": {"type": "string", "description": "The country's English name."}},
            "country",
        ),
        "Which has more people, Kenya or Peru?",
    ),
    ToolExample(
        "Calendar",
        "A nested list of objects, dates and limits.",
        _function(
            "create_event",
            "Puts an event into the calendar.",
            {
                "title": {"type": "string", "minLength": 1, "description": "What it is called."},
                "start": {"type": "string", "format": "date-time", "description": "When it begins."},
                "minutes": {
                    "type": "integer",
                    "minimum": 5,
                    "maximum": 480,
                    "description": "How long it takes.",
                },
                "guests": {
                    "type": "array",
                    "maxItems": 10,
                    "items": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"},
                            "email": {"type": "string", "format": "email"},
                        },
                        "required": ["name"],
                    },
                },
            },
            "title",
            "start",
        ),
        "Plan a one-hour lunch with Ada and Grace on 3 May 2027 at noon.",
    ),
)

FORMATS: Final = (
    FormatExample(
        "Yes or no",
        "The smallest shape: one choice and a reason.",
        '''from typing import Literal

from pydantic import BaseModel, Field


class Verdict(BaseModel):
    """Whether a statement is true."""

    answer: Literal["yes", "no", "unknown"]
    reason: str = Field(max_length=200, description="One sentence.")
''',
        "Is a tomato a fruit?",
    ),
    FormatExample(
        "Person",
        "Facts taken out of a text, some of which may be missing.",
        '''from pydantic import BaseModel, Field


class Person(BaseModel):
    """A person who is mentioned in the text."""

    name: str
    age: int | None = Field(None, ge=0, le=130, description="Years, if they are told.")
    city: str | None = None
''',
        "Maria, 34, moved from Porto to Lyon last spring. Who is this about?",
    ),
    FormatExample(
        "Recipe",
        "Nested objects, lists with limits, an enumeration.",
        '''from enum import Enum

from pydantic import BaseModel, Field


class Difficulty(str, Enum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Ingredient(BaseModel):
    name: str
    grams: float = Field(gt=0)


class Recipe(BaseModel):
    """A recipe for four."""

    title: str
    difficulty: Difficulty
    ingredients: list[Ingredient] = Field(min_length=2, max_length=8)
    steps: list[str] = Field(min_length=2, max_length=6, description="One sentence each.")
''',
        "Give me a recipe for pancakes.",
    ),
    FormatExample(
        "Sentiment",
        "A score between limits, and a fixed set of labels.",
        """from typing import Literal

from pydantic import BaseModel, Field


class Sentiment(BaseModel):
    label: Literal["positive", "neutral", "negative"]
    score: float = Field(ge=0, le=1, description="How sure this is.")
    words: list[str] = Field(default_factory=list, max_length=5, description="The words that tell it.")
""",
        "The food was cold, but the waiter could not have been kinder.",
    ),
    FormatExample(
        "Family tree",
        "A model that contains itself.",
        '''from __future__ import annotations

from pydantic import BaseModel


class Animal(BaseModel):
    """An animal, and the groups below it."""

    name: str
    kinds: list[Animal] = []
''',
        "Draw up a small family tree of cats, large and small.",
    ),
)
