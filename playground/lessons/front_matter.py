"""A lesson's file: front matter in YAML, then Markdown in sections. Every mistake is told with its line.

A teacher writes these by hand, so all that is wrong is told at once, in words of the file and not of this program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import Field, TypeAdapter

from playground.lessons.claim import YES, Claim, Condition, counts, seen
from playground.lessons.lesson import SECTIONS, Arm, Lesson, Measure, Plot, Source
from playground.lessons.measures import MEASURES
from playground.lessons.yaml_lines import Lines, Mistake, Mistakes, Strict, line_of, validated
from playground.parameters import REGISTRY, Call
from playground.problems import check

LONGEST: Final = 64_000
"""Characters of a lesson's file."""
MOST_RUNS: Final = 300
"""Answers that an experiment may ask for."""
MOST_ARMS: Final = 12
_FENCE: Final = "---"
_CODE: Final = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_HEADING: Final = re.compile(r"##\s+(?P<name>.+?)\s*#*\s*")


class _Arm(Strict):
    label: str = Field(min_length=1, max_length=60)
    set: dict[str, Any] = Field(default_factory=dict)
    ask: str | None = Field(None, min_length=1)
    messages: list[dict[str, Any]] | None = None


class _Claim(Strict):
    at: Any
    answers: str
    value: str | None = None
    seen: str | None = None
    chance: float | None = Field(None, gt=0, lt=1)


class _Source(Strict):
    title: str
    url: str = Field(pattern="^https://")


class _Head(Strict):
    """The front matter, as it is written."""

    title: str = Field(min_length=1, max_length=80)
    parameter: Literal[tuple(REGISTRY)]  # type: ignore[valid-type]  # pydantic reads it, mypy cannot
    about: str = Field(min_length=1, max_length=300)
    minutes: int = Field(ge=1, le=60)
    ask: str | None = Field(None, min_length=1)
    messages: list[dict[str, Any]] | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    vary: dict[str, list[Any]] | None = Field(None, min_length=1, max_length=1)
    arms: list[_Arm] | None = Field(None, min_length=1, max_length=MOST_ARMS)
    runs: int = Field(ge=1, le=100)
    measure: Any
    plot: Plot = "bars"
    show: list[str] = Field(default_factory=list)
    lock: list[str] = Field(default_factory=list)
    question: str = Field(min_length=1, max_length=400)
    choices: list[str] = Field(min_length=2, max_length=6)
    answer: int = Field(ge=1)
    expect: list[_Claim] = Field(min_length=1)
    sources: list[_Source] = Field(default_factory=list)


_HEAD: Final = TypeAdapter(_Head)


def read(text: str, id: str, ours: bool = False) -> Lesson:
    """The lesson that a file's text is. Raises Mistakes."""
    if len(text) > LONGEST:
        raise Mistakes([Mistake(1, f"the file has {len(text):,} characters; at most {LONGEST:,}")])
    head, body, first = _parted(text)
    front, lines = validated(head, _HEAD)
    texts, wrong = _sections(body, first)
    return _Reading(front, lines, wrong).lesson(id, texts, ours)


def _parted(text: str) -> tuple[str, str, int]:
    """The front matter, the Markdown, and the line that this begins in."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        raise Mistakes([Mistake(1, "a lesson begins with --- and its front matter")])
    ends = [at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE]
    if not ends:
        raise Mistakes([Mistake(len(lines), "the front matter does not end: put --- behind it")])
    # A line before it, so that lines are counted as in the file.
    return "\n" + "\n".join(lines[1 : ends[0]]), "\n".join(lines[ends[0] + 1 :]), ends[0] + 2


def _sections(body: str, first: int) -> tuple[dict[str, str], list[Mistake]]:
    """The text of each section by its heading, and what is wrong with the headings."""
    texts: dict[str, list[str]] = {"": []}
    wrong, name, fence = [], "", ""
    for at, line in enumerate(body.split("\n"), first):
        fence = _fence_behind(line, fence)
        found = None if fence else _HEADING.fullmatch(line)
        if found is None:
            texts[name].append(line)
            continue
        name = found["name"]
        if name not in SECTIONS:
            wrong.append(Mistake(at, f"## {name} is no section; there are {', '.join(SECTIONS)}"))
        elif name in texts:
            wrong.append(Mistake(at, f"## {name} stands there twice"))
        elif SECTIONS.index(name) != len(texts) - 1 and name in SECTIONS[: len(texts) - 1]:
            wrong.append(Mistake(at, f"## {name} stands too late; the order is {', '.join(SECTIONS)}"))
        texts.setdefault(name, [])
    told = {name: "\n".join(lines).strip() for name, lines in texts.items()}
    last = first + body.count("\n")
    wrong += [
        Mistake(last, f"## {name} is missing, or empty")
        for name in ("Predict", "Run", "Reveal")
        if not told.get(name)
    ]
    return told, wrong


def _fence_behind(line: str, fence: str) -> str:
    """The fence of the block of code that is open behind a line; empty where none is."""
    found = _CODE.fullmatch(line)
    if found is None:
        return fence
    if not fence:
        return found["fence"]
    return "" if found["fence"].startswith(fence) and not found["info"].strip() else fence


_Tried = tuple[str, Mapping[str, Any], list[dict[str, Any]] | None, tuple[Any, ...]]
"""An arm as it is written: its label, what it sets, its own messages, and the way to it in the file."""


def _label(value: Any) -> str:
    """What an arm of this value is called: text as it is, all else as JSON has it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


class _Reading:
    """The rest of the reading: what Pydantic cannot know, each mistake told with its line."""

    def __init__(self, front: _Head, lines: Lines, wrong: Sequence[Mistake]) -> None:
        self._front = front
        self._lines = lines
        self._wrong = list(wrong)

    def lesson(self, id: str, texts: Mapping[str, str], ours: bool) -> Lesson:
        """The lesson. Raises Mistakes."""
        front = self._front
        arms = self._arms()
        measure = self._measure()
        if front.answer > len(front.choices):
            self._mistake(f"answer is {front.answer}, and there are {len(front.choices)} choices", "answer")
        if len(set(front.choices)) < len(front.choices):
            self._mistake("two choices are the same", "choices")
        for name in ("show", "lock"):
            for at, parameter in enumerate(getattr(front, name)):
                if parameter not in REGISTRY:
                    self._mistake(f"{parameter} is no parameter", name, at)
        if front.runs * len(arms) > MOST_RUNS:
            self._mistake(f"{front.runs * len(arms)} runs are too many; at most {MOST_RUNS}", "runs")
        claims = self._claims([arm.label for arm in arms])
        if self._wrong:
            raise Mistakes(self._wrong)
        return Lesson(
            id=id,
            title=front.title,
            parameter=front.parameter,
            about=front.about,
            minutes=front.minutes,
            call=self._call,
            arms=arms,
            seeds=tuple(range(1, front.runs + 1)),
            measure=measure,
            plot=front.plot,
            shown=tuple(front.show) or (front.parameter,),
            locked=tuple(front.lock),
            question=front.question,
            choices=tuple(front.choices),
            answer=front.answer - 1,
            claims=claims,
            texts=texts,
            sources=tuple(Source(each.title, each.url) for each in front.sources),
            ours=ours,
        )

    @property
    def _call(self) -> Call:
        return REGISTRY[self._front.parameter].call

    def _mistake(self, said: str, *way: Any) -> None:
        self._wrong.append(Mistake(line_of(self._lines, way), said))

    def _arms(self) -> tuple[Arm, ...]:
        """What is tried, each held against what its parameters may be."""
        front = self._front
        if (front.vary is None) == (front.arms is None):
            self._mistake("say what is tried by either vary or arms", "vary" if front.vary else "arms")
            return ()
        if front.vary is not None:
            [(name, given)] = front.vary.items()
            made: list[_Tried] = [
                (_label(value), {name: value}, None, ("vary", name, at)) for at, value in enumerate(given)
            ]
            if not 1 <= len(given) <= MOST_ARMS:
                self._mistake(f"{len(given)} values; 1 to {MOST_ARMS}", "vary", name)
        else:
            made = [
                (arm.label, arm.set, self._messages(arm, "arms", at), ("arms", at))
                for at, arm in enumerate(front.arms or ())
            ]
        labels = [label for label, *_ in made]
        for label, _, _, way in made:
            if labels.count(label) > 1:
                self._mistake(f"two arms are called {label!r}", *way)
        return tuple(self._arm(*each) for each in made)

    def _arm(
        self, label: str, own: Mapping[str, Any], messages: list[dict[str, Any]] | None, way: tuple[Any, ...]
    ) -> Arm:
        common = self._messages(self._front)
        values = {"messages": messages or common or [], **self._front.set, **own}
        if not values["messages"]:
            self._mistake("nothing is asked: give ask or messages", *way)
            return Arm(label, values)
        given = {name: value for name, value in values.items() if value is not None}
        for problem in check({"model": "embedded", **given}, self._call):
            inner = (*way, "set") if problem.parameter in own and way[0] == "arms" else way
            self._mistake(str(problem), *(inner if problem.parameter in own else ("set", problem.parameter)))
        return Arm(label, values)

    def _messages(self, asked: _Head | _Arm, *way: Any) -> list[dict[str, Any]] | None:
        if asked.ask is not None and asked.messages is not None:
            self._mistake("give either ask or messages", *way, "ask")
        return [{"role": "user", "content": asked.ask}] if asked.ask is not None else asked.messages

    def _measure(self) -> Measure:
        given = self._front.measure
        pairs = list(given.items()) if isinstance(given, dict) else [(given, "")]
        name, of = (str(part) for part in pairs[0]) if len(pairs) == 1 else ("", "")
        kind = MEASURES.get(name)
        if kind is None:
            self._mistake(f"{name!r} is no measure; there are {', '.join(MEASURES)}", "measure")
        elif bool(of) > bool(kind.of):
            self._mistake(f"{name} is of no word; write it by itself", "measure")
        elif kind.of and not of and name != "calls":
            self._mistake(f"{name} wants {kind.of}, as in `measure: {{{name}: ...}}`", "measure")
        return Measure(name, of)

    def _claims(self, labels: Sequence[str]) -> tuple[Claim, ...]:
        found = []
        for at, claim in enumerate(self._front.expect):
            name = _label(claim.at)
            if name not in labels:
                self._mistake(f"no arm is called {name}; there are {', '.join(labels)}", "expect", at)
            try:
                least, most = counts(claim.answers, self._front.runs)
                condition = YES if claim.value is None else Condition.parse(claim.value)
                chance = seen(claim.seen) if claim.seen is not None else claim.chance
            except ValueError as error:
                self._mistake(str(error), "expect", at)
                continue
            found.append(Claim(name, least, most, self._front.runs, condition, chance))
        return tuple(found)
