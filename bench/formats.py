"""Whether the embedded model keeps to a class: ten classes, seeded, and what became of every answer.

Nothing here is about speed, and nothing but the embedded model is needed.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bench.figures import OURS
from bench.workbench import Workbench
from playground import Client

SEEDS: Final = range(20)
MOST_TOKENS: Final = 400


class Colour(BaseModel):
    """One text."""

    name: str = Field(max_length=20)


class Weather(BaseModel):
    """A choice and a bounded number."""

    city: str = Field(max_length=20)
    unit: Literal["C", "F"]
    degrees: int = Field(ge=-60, le=60)


class Pet(BaseModel):
    """Two fields that may be left out."""

    name: str = Field(max_length=20)
    legs: int = Field(default=4, ge=0, le=8)
    owner: str | None = Field(default=None, max_length=20)


class Point(BaseModel):
    """Nothing but numbers."""

    x: Annotated[int, Field(ge=0, le=99)]
    y: Annotated[int, Field(ge=0, le=99)]


class Line(BaseModel):
    """Classes within a list."""

    points: list[Point] = Field(min_length=2, max_length=3)
    dashed: bool


class Mood(StrEnum):
    """An enumeration."""

    GLAD = "glad"
    SAD = "sad"


class Diary(BaseModel):
    """A date, and an enumeration."""

    day: date
    mood: Mood


class Dog(BaseModel):
    """One member of a union."""

    kind: Literal["dog"]
    good: bool


class Cat(BaseModel):
    """The other one."""

    kind: Literal["cat"]
    lives: int = Field(ge=1, le=9)


class Home(BaseModel):
    """A union that a field tells apart."""

    animal: Annotated[Dog | Cat, Field(discriminator="kind")]
    rooms: int = Field(ge=1, le=9)


class Shop(BaseModel):
    """A class within a class, and a list of texts."""

    where: Point
    goods: list[Annotated[str, Field(max_length=12)]] = Field(max_length=3)


class Folder(BaseModel):
    """A class that holds itself."""

    name: str = Field(max_length=8)
    inner: list[Folder] = Field(default=[], max_length=1)


class Exact(BaseModel):
    """A class that says itself what the others mean."""

    model_config = ConfigDict(extra="forbid")
    answer: bool
    reason: str = Field(max_length=40)


ASKED: Final[tuple[tuple[type[BaseModel], str], ...]] = (
    (Colour, "Which colour is the sea?"),
    (Weather, "What is the weather in Paris?"),
    (Pet, "Tell me about a cat."),
    (Line, "Draw a line."),
    (Diary, "How was New Year's Day of 2020?"),
    (Home, "Who lives in the house?"),
    (Shop, "What does the shop sell, and where is it?"),
    (Folder, "Name a folder for photographs."),
    (Exact, "Is the sea salty, and why?"),
    (Point, "Pick a point."),
)


def formats(bench: Workbench) -> None:
    """Of the answers that ended by themselves, how many are no instance; and how many ended otherwise."""
    note, unparsed, cut = bench.noting(OURS), 0, 0
    with Client() as client:
        for model, question in ASKED:
            answers = [
                client.create(
                    model="embedded",
                    messages=[{"role": "user", "content": question}],
                    response_format=model,
                    max_tokens=MOST_TOKENS,
                    seed=seed,
                )
                for seed in SEEDS
            ]
            whole = [answer for answer in answers if answer.ended == "done"]
            note(f"{model.__name__}, ended by themselves", "answers", len(whole))
            unparsed += sum(answer.parsed is None for answer in whole)
            cut += len(answers) - len(whole)
    note("answers that ended by themselves and do not parse", "answers", unparsed)
    note("answers that ran on until max_tokens", "answers", cut)
