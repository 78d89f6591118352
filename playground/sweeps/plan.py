"""The plan of a sweep: every call that it makes, and what they come to, all of it known before the first is made.

Pure: the page shows it, a run follows it, and a saved sweep is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any, Final

from playground.chat import JsonObject
from playground.cost import Cost, limit_of
from playground.errors import InvalidRequest, Problem
from playground.sweeps.axis import Axis
from playground.sweeps.prompt import Prompt
from playground.value_types import Integer, shown

MOST_AXES: Final = 2
MOST_CELLS: Final = 2_000
MOST_CALLS: Final = 10_000

BYTES_A_TOKEN: Final = 3
"""Of a prompt, to foretell its tokens: English has about four a token, other languages and JSON fewer."""
_MARKS: Final = 8
"""Tokens that a chat template adds to each message, about."""


@dataclass(frozen=True, slots=True)
class Call:
    """One answer to be asked for: its number, its place on each axis, its prompt, its seed (None: as it is set)."""

    number: int
    at: tuple[int, ...]
    prompt: int
    seed: int | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is asked: the model and parameters to start from (`values`), one or two axes, prompts, and seeds.

    Each cell (a value of each axis) is asked with every prompt and every seed; without seeds once, as `values` have it.
    Raises InvalidRequest, with a sentence on what is wrong, where that cannot be.
    """

    values: Mapping[str, Any]
    axes: tuple[Axis, ...]
    prompts: tuple[Prompt, ...]
    seeds: tuple[int, ...] = ()
    extra_body: JsonObject = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = [*self._axes_wrong(), *self._seeds_wrong(), *self._size_wrong()]
        if self.values.get("n", 1) != 1:
            said = "a sweep asks once for each seed; leave n unset, and give more seeds."
            problems.append(Problem("n", "", "", said=said))
        if problems:
            raise InvalidRequest(problems)

    def _axes_wrong(self) -> Iterator[Problem]:
        names = [axis.parameter for axis in self.axes]
        if not 1 <= len(names) <= MOST_AXES:
            yield Problem("axes", "", "", said=f"a sweep has one or two of them, and here are {len(names)}.")
        elif len(set(names)) < len(names):
            yield Problem(names[0], "", "", said="both axes vary it; choose another one for the second.")

    def _seeds_wrong(self) -> Iterator[Problem]:
        if self.seeds and any(axis.parameter == "seed" for axis in self.axes):
            yield Problem("seed", "", "", said="it is an axis already; leave the list of seeds empty.")
        if len(set(self.seeds)) < len(self.seeds):
            yield Problem("seed", "", "", said="one stands there more than once.")
        for seed in self.seeds:
            for bad, allowed in Integer(0, 2**32 - 1).faults(seed):
                yield Problem("seed", shown(bad), allowed)

    def _size_wrong(self) -> Iterator[Problem]:
        calls = self.cells * len(self.prompts) * max(1, len(self.seeds))
        if self.cells > MOST_CELLS:
            said = f"{self.cells:,} cells are too many; at most {MOST_CELLS:,}. Take fewer values of an axis."
            yield Problem("axes", "", "", said=said)
        elif calls > MOST_CALLS:
            said = (
                f"{calls:,} calls are too many; at most {MOST_CALLS:,}. Take fewer values, seeds or prompts."
            )
            yield Problem("axes", "", "", said=said)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def cells(self) -> int:
        """How many pairs of values there are, or values of the only axis."""
        return prod(self.shape)

    def calls(self) -> tuple[Call, ...]:
        """Every call, numbered from 0: all prompts and seeds of one cell, then those of the next."""
        cells = product(*(range(size) for size in self.shape))
        ways = product(cells, range(len(self.prompts)), self.seeds or (None,))
        return tuple(Call(number, at, prompt, seed) for number, (at, prompt, seed) in enumerate(ways))

    def values_of(self, call: Call) -> dict[str, Any]:
        """What this call asks with: model, messages and every set parameter."""
        given = dict(self.values)
        if call.seed is not None:
            given["seed"] = call.seed
        for axis, place in zip(self.axes, call.at, strict=True):
            given = axis.beside(axis.values[place], given)
        usage = {"include_usage": True} if given.get("stream_options") is None else given["stream_options"]
        messages = list(self.prompts[call.prompt].messages)
        return {**given, "messages": messages, "stream": True, "stream_options": usage}

    def costs(self) -> dict[str, Cost]:
        """What the calls come to, by model."""
        read = [_tokens_about(prompt.messages) for prompt in self.prompts]
        found: dict[str, Cost] = {}
        for call in self.calls():
            values = self.values_of(call)
            cost = Cost(
                1, read[call.prompt] + _tokens_beside(values), limit_of({**values, **self.extra_body})
            )
            name = str(values.get("model"))
            found[name] = found.get(name, Cost()) + cost
        return found

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "values": dict(self.values),
            "axes": [axis.to_dict() for axis in self.axes],
            "prompts": [prompt.to_dict() for prompt in self.prompts],
            "seeds": list(self.seeds),
            "extra_body": dict(self.extra_body),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Sweep:
        """Read back from `to_dict`. Raises KeyError, TypeError, InvalidRequest where it is none."""
        return cls(
            told["values"],
            tuple(map(Axis.from_dict, told["axes"])),
            tuple(map(Prompt.from_dict, told["prompts"])),
            tuple(told["seeds"]),
            told["extra_body"],
        )


def _tokens_about(messages: tuple[JsonObject, ...]) -> int:
    return sum(_MARKS + _size(message.get("content")) for message in messages)


def _tokens_beside(values: Mapping[str, Any]) -> int:
    """What tools and schemas add to a prompt."""
    return sum(_size(values[name]) for name in ("tools", "response_format") if values.get(name))


def _size(content: Any) -> int:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, default=str)
    return -(-len(text.encode(errors="replace")) // BYTES_A_TOKEN)
