"""A room as a value: what is done in it, who is there, how far it is. What changes it stands in `rules.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from playground.answer import BROUGHT_TO_AN_END
from playground.chat import JsonObject
from playground.lessons.lesson import Arm, Measure

Step = Literal["gathering", "predict", "run", "reveal", "closed"]
STEPS: Final[tuple[Step, ...]] = ("gathering", "predict", "run", "reveal", "closed")

MOST_STUDENTS: Final = 30
MOST_CHOICES: Final = 8
MOST_MINUTES: Final = 240
LONGEST_NAME: Final = 24
LONGEST_PROMPT: Final = 600
"""Letters."""
LONGEST_PROMPT_BYTES: Final = 700
"""In UTF-8. No prompt has more tokens than bytes: these stay, with an answer, within the 1,024 that a seat has."""
LONGEST_TEXT: Final = 4000
MOST_TOKENS: Final = 256
"""Of one answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the class does: a question with choices, and the arms of an experiment, which are dealt out to the students.

    `varied` is the parameter in which the arms differ, `numbers` its values where each of them is one. `measure` is
    what is plotted. `right` is the choice that comes true, where that is known. `is_free`: students may change the
    prompt. `predict` and `reveal` are Markdown that
    stands beside these steps.
    """

    arms: tuple[Arm, ...]
    measure: Measure
    title: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()
    right: int | None = None
    model: str = "embedded"
    varied: str = ""
    numbers: tuple[float, ...] | None = None
    is_free: bool = False
    predict: str = ""
    reveal: str = ""

    @property
    def prompt(self) -> str:
        """What the first arm asks, as far as it is text."""
        return prompt_of(self.arms[0])


def messages_of(arm: Arm, prompt: str = "") -> tuple[JsonObject, ...]:
    """What this arm asks the model, or the same with another last message."""
    messages: tuple[JsonObject, ...] = tuple(arm.values["messages"])
    return (*messages[:-1], {**messages[-1], "content": prompt}) if prompt else messages


def prompt_of(arm: Arm) -> str:
    """The last message, where it is text."""
    said = messages_of(arm)[-1].get("content")
    return said if isinstance(said, str) else ""


def is_too_long(prompt: str) -> bool:
    """Whether a prompt is longer than a seat of a class has room for."""
    return len(prompt) > LONGEST_PROMPT or len(prompt.encode()) > LONGEST_PROMPT_BYTES


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the model to a student; `prompt` is the student's own where it was changed. `measured` is the plan's
    measure of it, None where it has none.
    """

    text: str
    ended: str = "complete"
    error: str = ""
    prompt: str = ""
    measured: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is an answer, be it one beside which the error of a later one stands."""
        return not self.error or self.ended in BROUGHT_TO_AN_END


@dataclass(frozen=True, slots=True)
class Member:
    """A student: a number in the order of coming, the hash of a token, and what has been done so far.

    `place` is which of the plan's arms this one has; `vote` is whose answer on the wall was chosen, by number.
    `asked` is how often the model has been asked.
    """

    number: int
    token: str
    name: str = ""
    place: int | None = None
    prediction: int | None = None
    said: Said | None = None
    vote: int | None = None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that can come next, with the model's own probability."""

    id: int
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A word that was drawn: by the class's votes or the model's bars."""

    id: int
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Sampler:
    """The room as sampler: the text so far, what can come next, and who votes for which of these (by number)."""

    start: str
    ids: tuple[int, ...]
    candidates: tuple[Candidate, ...] = ()
    votes: Mapping[int, int] = field(default_factory=dict)
    drawn: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """What a room may cost at a server that may charge: calls and tokens, as the teacher has set them, and how much of
    that is gone. What is under way counts with all that it may come to.
    """

    calls: int
    tokens: int
    used_calls: int = 0
    used_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """All of it; times are seconds since 1970. `teacher` and `projector` are hashes of tokens. `where` is which server
    is asked, without any key, and `budget` None where asking costs nothing.
    """

    code: str
    teacher: str
    plan: Plan
    opened_at: float
    ends_at: float
    step: Step = "gathering"
    is_paused: bool = False
    members: Mapping[int, Member] = field(default_factory=dict)
    sampler: Sampler | None = None
    where: Mapping[str, str | None] = field(default_factory=dict)
    budget: Budget | None = None
    projector: str = ""
