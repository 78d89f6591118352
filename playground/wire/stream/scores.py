"""Log probabilities in every shape that servers give them, as scores of tokens.

Kept apart from the decoder because they are most of the work of an answer that has them, and come in two generations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.events import Alternative, Event, TextDelta, TokenScore
from playground.wire.surrogates import mended

LOGPROB_FLOOR: Final = -9999.0
"""Stands for "never": vLLM's own floor. llama.cpp sends -3.4e38, others null or -Infinity, which JSON lacks."""


class Scores:
    """The scores of one answer as they come: those of each piece, or all so far again with all the words so far."""

    def __init__(self) -> None:
        self._came: list[TokenScore] = []

    def new(self, choice: Mapping[str, Any], delta: Any, beside: Sequence[Event]) -> tuple[TokenScore, ...]:
        """The scores that a choice says anew, itself or within its delta or message; `beside` came with them.

        Decided: beside a message, all that came and more is all so far; just all that came is so without a delta, and
        so are several beside no words of their own.
        """
        message = choice.get("message")
        within = [each.get("logprobs") for each in (delta, message) if isinstance(each, dict)]
        found = next((each for each in (choice.get("logprobs"), *within) if each is not None), None)
        scores = scores_of(found, beside)
        known = len(self._came)
        again = (message and (len(scores) > known or not delta)) or (known > 1 and not beside)
        if again and list(scores[:known]) == self._came:
            scores = scores[known:]
        self._came += scores
        return scores


def scores_of(logprobs: Any, beside: Sequence[Event]) -> tuple[TokenScore, ...]:
    """The scores in a choice's `logprobs`; `beside` are the events that came with them.

    OpenAI: {"content": [...], "refusal": [...]}. Of the old completions (Together, older vLLM): {"tokens",
    "token_logprobs", "top_logprobs", "token_ids"}. Together's streams: a number, of the one token that came.
    """
    if isinstance(logprobs, dict):
        lists = [logprobs.get(name) for name in ("content", "refusal")]
        tokens = [token for each in lists if isinstance(each, list) for token in each]
        if tokens:
            return tuple([_score(token) for token in tokens if isinstance(token, dict)])
        return _of_old(logprobs)
    if isinstance(logprobs, list):
        return tuple([_score(token) for token in logprobs if isinstance(token, dict)])
    texts = [event.text for event in beside if isinstance(event, TextDelta)]
    is_one = len(texts) == 1 and type(logprobs) in (float, int)
    return (TokenScore(mended(texts[0]), _logprob(logprobs)),) if is_one else ()


def _of_old(logprobs: Mapping[str, Any]) -> tuple[TokenScore, ...]:
    """Scores in columns, one a token; a column may be missing or too short."""
    tokens, numbers = logprobs.get("tokens"), logprobs.get("token_logprobs")
    if not isinstance(tokens, list) or not isinstance(numbers, list):
        return ()
    tops, ids = (
        _column(logprobs.get("top_logprobs"), len(tokens)),
        _column(logprobs.get("token_ids"), len(tokens)),
    )
    return tuple(
        TokenScore(_name(token), _logprob(number), _old_alternatives(top), id if type(id) is int else None)
        for token, number, top, id in zip(tokens, numbers, tops, ids, strict=False)
    )


def _column(values: Any, length: int) -> list[Any]:
    given = values if isinstance(values, list) else []
    return [*given, *[None] * (length - len(given))]


def _old_alternatives(top: Any) -> tuple[Alternative, ...]:
    """A map from token to log probability, the likeliest first; or a list as OpenAI has it."""
    if isinstance(top, list):
        return _alternatives(top)
    if not isinstance(top, dict):
        return ()
    found = [Alternative(_name(token), _logprob(number)) for token, number in top.items()]
    return tuple(sorted(found, key=lambda alternative: -alternative.logprob))


def _score(token: Mapping[str, Any]) -> TokenScore:
    top, number = token.get("top_logprobs"), token.get("id")
    return TokenScore(
        _name(token.get("token")),
        _logprob(token.get("logprob")),
        _alternatives(top) if type(top) is list and top else _old_alternatives(top) if top else (),
        number if isinstance(number, int) else None,
    )


def _alternatives(top: list[Any]) -> tuple[Alternative, ...]:
    """Five per token and more, and so first as if the server did everything right: that takes half the time."""
    try:
        return tuple(
            [
                Alternative(name, logprob)
                if type(name := t["token"]) is str
                and type(logprob := t["logprob"]) is float
                and LOGPROB_FLOOR < logprob <= 0.0
                else Alternative(_name(name), _logprob(t["logprob"]))
                for t in top
            ]
        )
    except (KeyError, TypeError):
        objects = [t for t in top if isinstance(t, dict)]
        return tuple([Alternative(_name(t.get("token")), _logprob(t.get("logprob"))) for t in objects])


def _name(token: Any) -> str:
    return token if isinstance(token, str) else str(token)


def _logprob(value: Any) -> float:
    """A finite number from the floor up, perhaps written as text; anything else counts as "never"."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return LOGPROB_FLOOR
    if isinstance(value, (float, int)) and LOGPROB_FLOOR < value < 1e300:  # below what a float can hold
        return float(value)
    return LOGPROB_FLOOR
