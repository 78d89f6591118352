"""The page's request about tokens: how the chosen model cuts a word or a text, and what ids stand for.

It decides which tokenizer is the right one, and says plainly where none is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, model_of
from playground.engine.tokenizer import pieces_of, tokens_of
from playground.errors import PlaygroundError
from playground.evidence.hub_tokenizer import HubTokenizer, hub_tokenizer
from playground.logit_bias import Ban, Cut, Token, ban, forms
from playground.pasted_key import cleaned_key
from playground.servers import Target
from playground.web.credentials import target_of
from playground.web.page_request import read_json

LONGEST_WORD: Final = 200
LONGEST_TEXT: Final = 20_000
MOST_IDS: Final = 300
LARGEST_ID: Final = 2**31 - 1

BY_HAND: Final = (
    "Which tokenizer this server uses is not known here, and ids of another one would mean other words: "
    "type the token ids by hand."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be cut: a word in all its forms, a text as it stands; and ids to be read."""

    word: str
    text: str
    ids: tuple[int, ...]

    @property
    def texts(self) -> list[str]:
        """Everything to cut, the text last."""
        return [*forms(self.word), self.text]


@dataclass(frozen=True, slots=True)
class Told:
    """What a tokenizer says of it, and whose it is."""

    whose: str
    cuts: Sequence[tuple[Token, ...]]
    pieces: Sequence[str]


def token_routes(backend: Backend) -> list[BaseRoute]:
    """`tokens` (POST): `word`, `text` and `ids` for the chosen `model`."""

    async def tokens(request: Request) -> Response:
        try:
            sent = await read_json(request)
            wanted = _wanted(sent)
            target = target_of(request, sent, backend.settings)
            told = await _told(backend, sent.get("model"), target, wanted)
        except PlaygroundError as error:
            return JSONResponse({"whose": "", "message": str(error)})
        except ValueError as error:
            return JSONResponse({"message": str(error)}, 400)
        return JSONResponse(_row(wanted, told) if told else {"whose": "", "message": BY_HAND})

    return [Route("/playground/tokens", tokens, methods=["POST"])]


async def _told(backend: Backend, name: object, target: Target, wanted: Wanted) -> Told | None:
    """What the model's own tokenizer says; None where it is not known which that is. Raises PlaygroundError."""
    model = model_of(name, target)
    if model is None or model.provider not in ("embedded", "huggingface"):
        return None
    if model.provider == "embedded":
        async with backend.engine.hold(model.id) as loaded:
            cuts = await tokens_of(loaded.endpoint, wanted.texts)
            return Told(
                "the embedded model's own tokenizer", cuts, await pieces_of(loaded.endpoint, wanted.ids)
            )
    # Of the Hub a stranger has those alone that HuggingFace offers: any file would fill the disk, or hang its reader.
    if backend.settings.is_public and await backend.servers.details(model, target) is None:
        return None
    owned = backend.settings.hf_token if backend.settings.lends_keys else ""
    key = cleaned_key(target.keys.get("huggingface", owned))
    tokenizer = await asyncio.to_thread(hub_tokenizer, model.id, key)
    return await asyncio.to_thread(_by_hub, tokenizer, model.id, wanted)


def _by_hub(tokenizer: HubTokenizer, name: str, wanted: Wanted) -> Told:
    cuts = [tokenizer(text) for text in wanted.texts]
    pieces = [tokenizer.piece(id) for id in wanted.ids]
    return Told(f"the tokenizer of {name.partition(':')[0]}, from the Hub", cuts, pieces)


def _wanted(sent: dict[str, Any]) -> Wanted:
    """What is asked for, within limits. Raises ValueError."""
    word, text, ids = sent.get("word") or "", sent.get("text") or "", sent.get("ids") or []
    if not isinstance(word, str) or not isinstance(text, str) or not isinstance(ids, list):
        raise ValueError("This request is not what the page sends.")
    if len(word) > LONGEST_WORD:
        raise ValueError(f"The word is longer than {LONGEST_WORD} characters.")
    numbers = [id for id in ids[:MOST_IDS] if isinstance(id, int) and 0 <= id <= LARGEST_ID]
    return Wanted(word, text[:LONGEST_TEXT], tuple(numbers))


def _row(wanted: Wanted, told: Told) -> dict[str, Any]:
    by_form = dict(zip(wanted.texts, told.cuts, strict=True))
    banned: Ban = ban(wanted.word, by_form.__getitem__)
    return {
        "whose": told.whose,
        "message": "",
        "forms": list(map(_cut_row, banned.cuts)),
        "tokens": list(map(_token_row, told.cuts[-1])),
        "pieces": dict(zip(map(str, wanted.ids), told.pieces, strict=True)),
    }


def _cut_row(cut: Cut) -> dict[str, Any]:
    return {
        "form": cut.form,
        "tokens": list(map(_token_row, cut.tokens)),
        "banned": cut.banned and _token_row(cut.banned),
        "why": cut.why,
    }


def _token_row(token: Token) -> dict[str, Any]:
    return {"id": token.id, "piece": token.piece}
