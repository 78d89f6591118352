"""Where two answers part: what both begin with, and what came next in each.

By tokens where every token of both came with its score, which then says what else could have come; else by words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, Literal

from playground.answer import Answer, TokenScore

_WORDS: Final = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True, slots=True)
class Next:
    """What came next: a token or a word, empty where the answer had ended, and its score where one came."""

    text: str
    score: TokenScore | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON: probabilities are natural logarithms, the likeliest alternatives first as they came."""
        if self.score is None:
            return {"text": self.text, "logprob": None, "top": []}
        top = [[each.token, each.logprob] for each in self.score.top]
        return {"text": self.text, "logprob": self.score.logprob, "top": top}


@dataclass(frozen=True, slots=True)
class Parting:
    """The first place where two answers differ: behind so many tokens or words, whose text is `shared`.

    `within` says of what: thoughts come before words, and these before calls. `ids` are those of the shared tokens,
    None where not all are known.
    """

    within: Literal["thoughts", "words", "calls"]
    unit: Literal["token", "word"]
    place: int
    shared: str
    before: Next
    after: Next
    ids: tuple[int, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "within": self.within,
            "unit": self.unit,
            "place": self.place,
            "shared": self.shared,
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
        }


def parting_of(before: Answer, after: Answer) -> Parting | None:
    """The first place where two answers differ in what they say; None where they say the same.

    >>> parting_of(Answer(text="one two three"), Answer(text="one two four")).to_dict()["before"]["text"]
    ' three'
    """
    if before.reasoning != after.reasoning:
        return _by_words("thoughts", before.reasoning, after.reasoning)
    if before.text == after.text:
        calls = (_calls(before), _calls(after))
        return None if calls[0] == calls[1] else _by_words("calls", *calls)
    if _scored(before) and _scored(after):
        return _by_tokens(before.logprobs, after.logprobs)
    return _by_words("words", before.text, after.text)


def said(answer: Answer) -> str:
    """All that an answer says: thoughts, words and calls."""
    return "\n".join(part for part in (answer.reasoning, answer.text, _calls(answer)) if part)


def _calls(answer: Answer) -> str:
    return "\n".join(f"{call.name}({call.arguments})" for call in answer.tool_calls)


def _scored(answer: Answer) -> bool:
    """Whether the tokens that have scores make up the whole text."""
    return bool(answer.logprobs) and "".join(score.token for score in answer.logprobs) == answer.text


def _by_tokens(before: Sequence[TokenScore], after: Sequence[TokenScore]) -> Parting:
    place = _alike([score.token for score in before], [score.token for score in after])
    shared = before[:place]
    ids = tuple(score.id for score in shared if score.id is not None)
    one, other = (
        Next(scores[place].token, scores[place]) if place < len(scores) else Next("")
        for scores in (before, after)
    )
    text = "".join(score.token for score in shared)
    return Parting("words", "token", place, text, one, other, ids if len(ids) == place else None)


def _by_words(within: Literal["thoughts", "words", "calls"], before: str, after: str) -> Parting:
    pieces = [_WORDS.findall(text) for text in (before, after)]
    place = _alike(*pieces)
    one, other = (Next(words[place] if place < len(words) else "") for words in pieces)
    return Parting(within, "word", place, "".join(pieces[0][:place]), one, other)


def _alike(before: Sequence[str], after: Sequence[str]) -> int:
    """How many both begin with."""
    pairs = zip(before, after, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
