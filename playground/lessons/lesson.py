"""A lesson as a frozen value: a question to predict, an experiment to run, and what its outcome must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from playground.lessons.claim import Claim
from playground.parameters import Call

Plot = Literal["bars", "line"]

SECTIONS: Final = ("Predict", "Run", "Reveal", "Why")
"""The headings of a lesson's text, in their order; what stands before the first is its beginning."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the settings that are tried: what it is called, and all that it is asked with, messages included."""

    label: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured of each answer: the name of a measure (`measures.py`), and the word or reason that it is of."""

    name: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A text to read on."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `id` is the name of its file without its ending.

    Each arm is asked with each of `seeds`; one whose values set a seed, or leave it unset, keeps that. `shown` are
    the parameters whose rows the page shows beside it, those of `locked` cannot be moved there. `answer` is the place
    of the choice that the claims bear out. `texts` has the Markdown of each section by its heading, the beginning
    under "".
    """

    id: str
    title: str
    parameter: str
    about: str
    minutes: int
    call: Call
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    measure: Measure
    plot: Plot
    shown: tuple[str, ...]
    locked: tuple[str, ...]
    question: str
    choices: tuple[str, ...]
    answer: int
    claims: tuple[Claim, ...]
    texts: Mapping[str, str]
    sources: tuple[Source, ...] = ()
    ours: bool = False

    @property
    def runs(self) -> int:
        """How many answers, or pairs, its experiment asks for."""
        return len(self.arms) * len(self.seeds)


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons in an order: from one to the next, towards what `about` says."""

    title: str
    about: str
    lessons: tuple[str, ...]
