"""A long prompt is read a piece at a time: others have their words in between, and the answer stays the same."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, aclosing
from dataclasses import replace
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from playground.backend import Backend
from playground.chat import ChatRequest
from playground.engine.process import Engine
from playground.engine.reading import PIECE, read
from playground.engine.tokenizer import tokens_of
from playground.errors import InvalidRequest
from playground.events import Delayed, TextDelta
from tests.asking import EMBEDDED, answer_of, request
from tests.engine.asking import Asker, endpoint_of

LONG = "Summarise: " + " ".join(f"{word} {n}" for n in range(24) for word in ("river", "stone", "cloud"))
BEFORE = (
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
)


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside others"])
def test_the_answer_is_the_same(others: int, engine: Engine, portal: BlockingPortal) -> None:
    """Read beforehand, in one go where nobody else is there and else in pieces, it says the same with the same scores,
    to the last digit, as read at once; and it is not read a second time.
    """
    asker = Asker(endpoint_of(engine))
    what = f"{others} {LONG}"
    rendered = f"{BEFORE}<|im_start|>user\n{what}<|im_end|>\n<|im_start|>assistant\n"

    async def read_beforehand() -> tuple[list[int], int]:
        async with engine.hold() as loaded:
            (cut,) = await tokens_of(loaded.endpoint, [rendered])
            with ExitStack() as seats:
                for _ in range(1 + others):
                    seats.enter_context(loaded.turns.place())
                return [done async for done in read(loaded, [token.id for token in cut])], len(cut)

    def answer(**how: Any) -> tuple[Any, int]:
        body = {
            "messages": [{"role": "user", "content": what}],
            "seed": 7,
            "max_tokens": 12,
            "logprobs": True,
        }
        reply = asker.http.post("/chat/completions", json={**body, **how}).json()
        return reply["choices"][0]["logprobs"], reply["usage"]["prompt_tokens_details"]["cached_tokens"]

    pieces, tokens = portal.call(read_beforehand)
    assert pieces[-1] == tokens - 1 and (len(pieces) > tokens / PIECE - 2 if others else len(pieces) == 1)
    said, cached = answer()
    assert cached == tokens - 1
    assert answer(cache_prompt=False) == (said, 0)


def test_others_have_their_words_in_between(backend: Backend, portal: BlockingPortal) -> None:
    """While a long prompt is read, an answer that runs goes on, and a question that comes later has its first word
    first; llama.cpp alone would read all that is in a slot before it looks at the next.
    """
    seen: list[str] = []

    async def ask(name: str, asked: ChatRequest) -> None:
        async with aclosing(backend.stream(asked)) as events:
            async for event in events:
                if isinstance(event, TextDelta) or (isinstance(event, Delayed) and "has read" in event.why):
                    seen.append(name if isinstance(event, TextDelta) else "piece")

    def at(slot: int, what: str, **parameters: Any) -> ChatRequest:
        asked = request(EMBEDDED, what, stream=True, temperature=0.0, **parameters)
        return replace(asked, extra={"id_slot": slot})

    async def main() -> None:
        async with asyncio.timeout(120), asyncio.TaskGroup() as asking:
            running = asking.create_task(ask("running", at(2, "Tell me a long story.", max_tokens=400)))
            while not seen:
                await asyncio.sleep(0.01)
            long = asking.create_task(ask("long", at(0, f"Anew. {LONG}", max_tokens=1)))
            while "piece" not in seen and not long.done():
                await asyncio.sleep(0.01)
            await ask("short", at(3, "Say hello.", max_tokens=1))
            await long
            running.cancel()

    portal.call(main)
    meanwhile = seen[seen.index("piece") : seen.index("long")]
    assert "short" in meanwhile and meanwhile.count("piece") > 2
    assert meanwhile.count("running") >= meanwhile.count("piece")


def test_nobody_has_a_prompt_read_in_one_go_beside_strangers(
    backend: Backend, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the cache pieces are of no use: on a public page that is refused, by the name of what was set."""
    asked = replace(request(EMBEDDED, "Hello", max_tokens=1), extra={"cache_prompt": False})
    assert portal.call(answer_of, backend, asked).complete
    monkeypatch.setattr(backend, "settings", replace(backend.settings, posture="public"))
    refused = portal.call(answer_of, backend, asked).error
    assert isinstance(refused, InvalidRequest) and "cache_prompt" in refused.message
