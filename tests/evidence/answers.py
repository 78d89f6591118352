"""Answers made by hand, and tokens drawn by known rules, shared by the tests of signs and of arithmetic.

They all need an answer of which everything is known.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Any, Final

from playground.chat import ChatRequest, ModelRef
from playground.events import Alternative, Answer, TokenScore, ToolCall, Usage
from playground.evidence.likelihood import REST, Expectation
from playground.wire.body import build
from playground.wire.kinds.openai import OPENAI
from playground.wire.kinds.profile import Profile

MODEL = ModelRef("server", "some-model")
HELLO = ({"role": "user", "content": "Hello"},)
STREAMED = {"content-type": "text/event-stream"}
WHOLE = {"content-type": "application/json"}


def answer(
    text: str = "",
    *,
    asked: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
    profile: Profile = OPENAI,
    calls: Sequence[tuple[str, str]] = (),
    tokens: int | None = None,
    **fields: Any,
) -> Answer:
    """An answer of HTTP 200 to a request with these parameters; `tokens` is what the server counted."""
    body, report = build(ChatRequest(MODEL, HELLO, dict(asked or {}), dict(extra or {})), profile)
    usage = Usage(None, 0, True) if tokens is None else Usage(9, tokens, False, {"completion_tokens": tokens})
    given = {"ended": "done", "finish_reason": "stop", "headers": WHOLE, "usage": usage, **fields}
    called = tuple(ToolCall(f"call_{i}", name, arguments) for i, (name, arguments) in enumerate(calls))
    return Answer(text, tool_calls=called, body=body, report=report, **given)


def chunk(**delta: Any) -> str:
    """One line of a stream."""
    return json.dumps({"choices": [{"index": 0, "delta": delta}]})


def scores(*tokens: str, top: int = 0, logprob: float = -0.5) -> tuple[TokenScore, ...]:
    """Tokens with ids and as many alternatives as said, all numbers possible."""
    return tuple(
        TokenScore(
            token,
            logprob - i / 100,
            tuple(
                Alternative(token if n == 0 else f"{token}{n}", logprob - i / 100 - 3 * n) for n in range(top)
            ),
            id=100 + i,
        )
        for i, token in enumerate(tokens)
    )


WORDS: Final = [f"w{i}" for i in range(80)]


def drawn(dice: random.Random, length: int, rule: Expectation | None = None) -> tuple[TokenScore, ...]:
    """Tokens drawn, as `rule` has it, by a model that likes some words more than others and changes its mind.

    What is stated is the model's own mind, of which only the twenty likeliest words are named, as servers do.
    """
    before: Counter[str] = Counter()
    result = []
    for _ in range(length):
        weights = [dice.lognormvariate(0.0, 2.0) / (rank + 1) for rank in range(len(WORDS))]
        mind = {word: weight / sum(weights) for word, weight in zip(WORDS, weights, strict=True)}
        factors = rule({**mind, REST: 1e-9}, before) if rule else dict.fromkeys(mind, 1.0)
        word = dice.choices(WORDS, [mind[w] * factors[w] for w in WORDS])[0]
        top = sorted(WORDS, key=mind.__getitem__)[:-21:-1]
        result.append(TokenScore(word, log(mind[word]), tuple(Alternative(w, log(mind[w])) for w in top)))
        before[word] += 1
    return tuple(result)
