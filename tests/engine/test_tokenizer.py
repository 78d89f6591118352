"""The embedded model's tokenizer cuts as the model does, pieces and ids alike.

Kept apart from the server's set-up: here one of its endpoints is used for what it says.
"""

from __future__ import annotations

import asyncio

import pytest

from playground.chat import Endpoint
from playground.engine.process import Engine
from playground.engine.tokenizer import tokens_of
from playground.errors import EngineError
from playground.logit_bias import Token, ban, forms
from tests.engine.asking import Asker, endpoint_of


def cut(engine: Engine, *texts: str) -> list[tuple[Token, ...]]:
    """How the real engine cuts these texts."""
    return asyncio.run(tokens_of(endpoint_of(engine), texts))


@pytest.mark.parametrize(
    "text", ["cat", " cat", "Hello, world!\n", "a  b", "<|im_start|>user", "größe", " 12,345.6", ""]
)
def test_the_pieces_make_up_the_text(engine: Engine, text: str) -> None:
    """Nothing is added at the ends, and nothing is lost."""
    ((*tokens,),) = cut(engine, text)
    assert "".join(token.piece for token in tokens) == text


def test_a_space_before_a_word_makes_another_token(engine: Engine) -> None:
    """The forms of a word have their own ids."""
    without, with_space, capital = cut(engine, "cat", " cat", "Cat")
    assert len({tokens[0].id for tokens in (without, with_space, capital)}) == 3


def test_a_part_of_a_character_is_shown_as_such(engine: Engine) -> None:
    """A character of several tokens has pieces that are no text by themselves."""
    (tokens,) = cut(engine, "\U0001f9ff")
    assert len(tokens) > 1 and any("\ufffd" in token.piece for token in tokens)


def test_a_banned_word_is_not_said(engine: Engine) -> None:
    """The ids are those that the model's own choice runs by: the likeliest word, banned, is gone."""
    asker = Asker(endpoint_of(engine))
    asked = "Complete with one word: The capital of France is"
    word = asker.text(asked, max_tokens=12, temperature=0).split()[0].strip(".,")
    by_form = dict(zip(forms(word), cut(engine, *forms(word)), strict=True))
    bias = ban(word, by_form.__getitem__).bias
    assert bias
    free = asker.text(asked, max_tokens=12, temperature=0)
    banned = asker.text(
        asked, max_tokens=12, temperature=0, logit_bias={str(id): value for id, value in bias.items()}
    )
    assert word in free and word not in banned


def test_a_tokenizer_that_cannot_be_asked_is_an_error_with_a_next_step() -> None:
    """Nobody listens there."""
    with pytest.raises(EngineError) as raised:
        asyncio.run(tokens_of(Endpoint("http://127.0.0.1:9/v1", "key"), ["x"]))
    assert raised.value.next_step
