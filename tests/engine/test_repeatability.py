"""The same seed gives the same answer: alone, beside others, with a warm cache and without one.

It is a promise about the whole set-up of the server, and each part of it could break it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from playground.engine.process import Engine
from tests.engine.asking import Asker, endpoint_of

SHORT = "Tell me a story about a fox and a river."
# 544 tokens: past 512 llama.cpp has another way to compute attention.
LONG = "Summarise: " + " ".join(f"{word} {n}" for n in range(45) for word in ("river", "stone", "cloud"))


@pytest.fixture(scope="module")
def asker(engine: Engine) -> Asker:
    return Asker(endpoint_of(engine))


def answer(asker: Asker, prompt: str, cached: bool) -> tuple[Any, ...]:
    """What is said to `prompt` with a fixed seed, and the log probabilities of each token to the last digit."""
    choice = asker.choice(prompt, seed=7, max_tokens=24, logprobs=True, top_logprobs=3, cache_prompt=cached)
    scores = choice["logprobs"]["content"]
    return choice["message"]["content"], [[t["logprob"] for t in s["top_logprobs"]] for s in scores]


@contextmanager
def others_streaming(asker: Asker) -> Iterator[None]:
    """Two other conversations go on, in changing lengths, as long as this lasts."""
    stop = threading.Event()
    rounds = [0, 0]

    def chat(number: int) -> None:
        while not stop.is_set():
            asker.text(
                f"Name {rounds[number] + 3} animals.", seed=rounds[number], max_tokens=20 + number * 17
            )
            rounds[number] += 1

    threads = [threading.Thread(target=chat, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert all(rounds)


@pytest.mark.parametrize("prompt", [SHORT, LONG], ids=["short", "long"])
def test_a_seed_repeats_its_answer(prompt: str, asker: Asker) -> None:
    """Bit for bit: with and without the prompt cache, alone and while two others are answered."""
    first = answer(asker, prompt, cached=False)
    assert answer(asker, prompt, cached=True) == first
    with others_streaming(asker):
        assert answer(asker, prompt, cached=True) == first
        assert answer(asker, prompt, cached=False) == first


def test_a_second_turn_does_not_depend_on_how_the_first_was_computed(asker: Asker) -> None:
    """An answer still in the cache, token by token, counts the same as one that is read anew as a prompt."""
    turn = {"role": "user", "content": SHORT}
    said = asker.text(SHORT, temperature=0, max_tokens=60)
    again = [turn, {"role": "assistant", "content": said}, {"role": "user", "content": "And then?"}]

    def second(cached: bool) -> tuple[Any, int]:
        body = {"messages": again, "seed": 4, "max_tokens": 24, "logprobs": True, "cache_prompt": cached}
        reply = asker.http.post("/chat/completions", json=body).json()
        return reply["choices"][0]["logprobs"], reply["usage"]["prompt_tokens_details"]["cached_tokens"]

    (warm, reused), (cold, none) = second(cached=True), second(cached=False)
    assert (reused > 60, none) == (True, 0)  # the cache was used, and then was not
    assert warm == cold


def test_another_seed_gives_another_answer(asker: Asker) -> None:
    """The seed is what decides: eight seeds do not all say the same."""
    assert len({asker.text(SHORT, seed=seed, max_tokens=12) for seed in range(8)}) > 1
