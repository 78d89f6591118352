"""What the profile of llama.cpp's server says is true of that server itself, reached as any typed base URL.

Kept apart from the tests of the embedded model, which is the same program under a profile of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from playground.backend import Backend, Target
from playground.engine.process import Engine
from playground.events import Answer, fold
from playground.settings import Settings
from playground.wire.addresses import origin
from playground.wire.detection import Detected
from playground.wire.kinds.llamacpp import LLAMACPP
from playground.wire.rules import Withhold
from tests.documented import HELLO, TOOLS

VALUES: Mapping[str, Any] = {
    "temperature": 0.5,
    "top_p": 1.0,
    "seed": 7,
    "frequency_penalty": 0.5,
    "presence_penalty": -0.5,
    "max_tokens": 3,
    "stop": ["zzz"],
    "logprobs": True,
    "top_logprobs": 5,
    "logit_bias": {"504": 5},
    "response_format": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    "tools": TOOLS,
    "tool_choice": "none",
    "stream_options": {"include_usage": True},
    "top_k": 20,
    "min_p": 0.1,
    "repetition_penalty": 1.1,
    "max_completion_tokens": 3,
    "n": 2,
    "parallel_tool_calls": False,
    "reasoning_effort": "none",
}
BESIDE: Mapping[str, str] = {
    "top_logprobs": "logprobs",
    "tool_choice": "tools",
    "parallel_tool_calls": "tools",
}


def asked(engine: Engine, **parameters: Any) -> tuple[Detected, Answer]:
    """The kind that is found out, and an answer as the playground gets it."""

    async def main() -> tuple[Detected, Answer]:
        backend = Backend(Settings())
        try:
            endpoint = await engine.endpoint()
            keys = {origin(endpoint.base_url): endpoint.api_key}
            target = Target(base_url=endpoint.base_url, keys=keys)
            values = {"model": "any", "messages": HELLO, "max_tokens": 8, "stream": True, **parameters}
            request, settled = await backend.request(values, "create", target)
            answer = fold([event async for event in backend.stream(request, settled)])
            return await backend.servers.kind(target), answer
        finally:
            await backend.aclose()

    return asyncio.run(main())


def test_its_kind_is_found_out(engine: Engine) -> None:
    """The real server is told from all others, and answers."""
    kind, answer = asked(engine)
    assert (kind.flavour, kind.answered) == ("llamacpp", True)
    assert answer.complete


@pytest.mark.parametrize("name", VALUES)
def test_it_takes_what_is_sent(name: str, engine: Engine) -> None:
    """Set one by one, no parameter is refused in the form in which the profile sends it."""
    names = [n for n in (BESIDE.get(name), name) if n]
    _, answer = asked(engine, **{n: VALUES[n] for n in names})
    assert answer.error is None and answer.complete, answer.error
    states = {line.parameter: line.state for line in answer.report}
    assert states[name] in ("sent", "encoded")


def test_everything_that_is_sent_is_tried() -> None:
    """None of the parameters that the profile sends is left out above."""
    sent = {name for name, rule in LLAMACPP.rules.items() if not isinstance(rule, Withhold)}
    assert sent - {"stream", "model", "messages"} == set(VALUES)


def test_its_numbers_come(engine: Engine) -> None:
    """Log probabilities with as many alternatives as asked for, the usage, and a limit that holds."""
    _, answer = asked(
        engine, seed=1, logprobs=True, top_logprobs=5, max_tokens=6, stream_options={"include_usage": True}
    )
    assert [len(score.top) for score in answer.logprobs] == [5] * 6
    assert (answer.ended, answer.usage.completion_tokens, answer.usage.counted) == ("length", 6, False)
