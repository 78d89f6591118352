"""Which of a chunk's choices are the answer: one of several that were asked for, or all parts of the only one.

Kept apart from the decoder because servers number choices in ways of their own (TGI 1.4 from another index than 0) and
split one answer among them: GitHub Copilot has its text in one choice and its calls in the next (mini-swe-agent#804,
litellm#33931), under one index or two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any, Final, Literal

from playground.wire.stream.finish_reasons import ending, word_of
from playground.wire.words import DETAILS, REASONING

Choice = Mapping[str, Any]
Flow = Literal["words", "thoughts", "calls"]

_SAID: Final = ("delta", "message")
_FLOWS: Final[Mapping[Flow, tuple[str, ...]]] = {
    "words": ("content", "refusal"),
    "thoughts": (*REASONING, *DETAILS),
    "calls": ("tool_calls", "function_call"),
}
"""What an answer is made of, and the fields of a delta or message that hold it."""


def asks_for_several(body: Mapping[str, Any]) -> bool:
    """Whether a request is one for more than one answer."""
    n = body.get("n")
    return isinstance(n, int) and n > 1


class Choices:
    """Takes the choices of one chunk after the other. `are_several`: more than one answer was asked for (`n`).

    Of several the first, at index 0, is the answer. Where one was asked for it is the one at the index that came
    first, and what stands under another index is of it if the answer has nothing of that kind: its calls beside the
    text, its text behind a mere role. All that came under another index collects in `others`, to be read by itself.
    """

    def __init__(self, are_several: bool) -> None:
        self.are_several = are_several
        self._index: Any = 0 if are_several else None
        self._elsewhere: dict[Flow, Any] = {}
        """The other index that has what the answer has not under its own."""
        self._rivals: set[Flow] = set()
        """What several other indices had at once, as answers beside each other have it."""
        self.others: list[Choice] = []

    def own(self, choices: Any, came: Callable[[], set[Flow]]) -> Choice | None:
        """What the answer goes on with, None for nothing; `came` tells what there is of it so far."""
        is_alone = type(choices) is list and len(choices) == 1 and isinstance(choices[0], dict)
        if is_alone and choices[0].get("index") == self._index and not self._elsewhere:
            alone: Choice = choices[0]
            return alone
        listed = [choices] if isinstance(choices, dict) else choices if isinstance(choices, list) else []
        found = [choice for choice in listed if isinstance(choice, dict)]
        if self._index is None and found:
            self._index = number(found[0].get("index")) if len(found) == 1 else 0
        here = [choice for choice in found if number(choice.get("index")) == self._index]
        others = [choice for choice in found if choice not in here]
        self.others += others
        if self.are_several:
            return here[0] if here else None
        parts = [_without(choice, self._elsewhere) if self._elsewhere else choice for choice in here]
        parts += self._of_others(others, came().union(*map(_flows, here)) if others else set())
        return reduce(_joined, parts) if parts else None

    def _of_others(self, others: Iterable[Choice], came: set[Flow]) -> Iterator[Choice]:
        """What the answer has from other indices; `came` is what it has under its own."""
        for flow in _FLOWS.keys() - came - self._elsewhere.keys() - self._rivals:
            speakers = {number(choice.get("index")) for choice in others if flow in _flows(choice)}
            if len(speakers) == 1:
                self._elsewhere[flow] = speakers.pop()
            elif speakers:
                self._rivals.add(flow)
        for choice in others:
            index = number(choice.get("index"))
            foreign = [flow for flow in _FLOWS if self._elsewhere.get(flow) != index]
            if len(foreign) < len(_FLOWS):
                yield _without(choice, foreign)


def _flows(choice: Choice) -> set[Flow]:
    """What a choice says something of."""
    said = [fields for name in _SAID if isinstance(fields := choice.get(name), dict)]
    return {flow for flow, names in _FLOWS.items() if any(fields.get(n) for fields in said for n in names)}


def _without(choice: Choice, flows: Iterable[Flow]) -> Choice:
    hidden = {name for flow in flows for name in _FLOWS[flow]}
    return {
        **choice,
        **{
            name: {field: value for field, value in said.items() if field not in hidden}
            for name in _SAID
            if isinstance(said := choice.get(name), dict)
        },
    }


def _joined(first: Choice, second: Choice) -> Choice:
    """Two parts of one answer that came at once, as one: what both say stands once, lists go on."""
    said = {
        name: _together(first.get(name), second.get(name))
        for name in _SAID
        if first.get(name) or second.get(name)
    }
    return {**_given(second), **_given(first), **said, "finish_reason": _word(first, second)}


def _together(first: Any, second: Any) -> Any:
    if not isinstance(first, dict) or not isinstance(second, dict):
        return first or second
    both = {
        name: _both(first[name], value) for name, value in _given(second).items() if name in _given(first)
    }
    return {**_given(second), **_given(first), **both}


def _both(first: Any, second: Any) -> Any:
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *(each for each in second if each not in first)]
    is_more = isinstance(first, str) and isinstance(second, str) and first != second
    return first + second if is_more and "assistant" not in (first, second) else first


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _word(*parts: Choice) -> Any:
    """The word for the end that tells most."""
    words = [part["finish_reason"] for part in parts if word_of(part.get("finish_reason")) is not None]
    return next(
        (word for word in words if ending(word_of(word) or "") != "itself"), words[0] if words else None
    )


def number(index: Any) -> Any:
    """An index as a number, which may come as a text; 0 where there is none."""
    is_text = isinstance(index, str) and index.isascii() and index.isdecimal() and len(index) < 20
    return int(index) if is_text else index or 0
