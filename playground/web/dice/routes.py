"""The page's requests about the dice: what the model read, the bars at one place of an answer, and throws over them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, profile_of
from playground.chat import ChatRequest, ModelRef
from playground.dice.chain import IDLE, Values
from playground.dice.orders import ORDERS, Order, order_of
from playground.dice.positions import Positions, by_ids
from playground.dice.surprise import surprise_of
from playground.dice.unshown import unshown
from playground.engine.tokenizer import tokens_of
from playground.errors import InvalidRequest, PlaygroundError
from playground.logit_bias import Token
from playground.problems import problems_of
from playground.servers import Target
from playground.web.chat.answer_cache import KeptAnswers
from playground.web.credentials import keys_of, visitor_of
from playground.web.dice.rows import surprise_row, throw_rows, token_rows, token_scores, view_rows
from playground.web.holder import Seal
from playground.web.leaving import unless_left
from playground.web.page_request import Asked, read_json
from playground.web.responses import refused

MOST_THROWS: Final = 10_000
LONGEST: Final = 8190
"""Tokens before a place: what the model reads at most, less the one that is asked for."""
LONGEST_OF_STRANGERS: Final = 1024
UNKNOWN_PROMPT: Final = (
    "What this server makes of the conversation before its model reads it cannot be known: it does not tell. "
    "The embedded model, llama.cpp and vLLM do."
)
ELSEWHERE: Final = (
    "The scores of every token can be had of the embedded model alone: "
    "choose it and ask again to see the dice."
)
THOUGHT: Final = (
    "This model thought first, and its thought stands before every place of the answer: as it was spelt in tokens it "
    "did not come."
)
ANSWER_FORGOTTEN: Final = "The last answers only are kept here, and this one has gone: regenerate it."
FORGOTTEN: Final = "This place has been forgotten meanwhile: open the token anew."


def dice_routes(backend: Backend, kept: KeptAnswers, seal: Seal) -> list[BaseRoute]:
    """`answer`: what the model read and said, token by token; `next`: what it would read of a request; `place`: a place
    behind some tokens; `chain` and `throws`: the steps there under some values, and throws over the last bars;
    `surprise`: what the scores of an answer's tokens tell."""
    positions = Positions(backend.engine)
    # A place is read anew, in pieces beside the answers of all others, which are slower meanwhile.
    longest = LONGEST_OF_STRANGERS if backend.settings.is_public else LONGEST

    async def answer(request: Request) -> Response:
        try:
            found = kept.held(seal, request, (await read_json(request)).get("id"))
            if found is None:
                return JSONResponse({"message": ANSWER_FORGOTTEN}, 410)
            target = replace(found.target, keys=keys_of(request, backend.settings))
            said = from_json(found.answer)
            row = await _read(backend, found.request, target, str(said["text"]))
            return JSONResponse({**row, "message": row["message"] or (THOUGHT if said["reasoning"] else "")})
        except (PlaygroundError, ValueError) as error:
            return refused(error)

    async def upcoming(request: Request) -> Response:
        try:
            asked, first = await (await Asked.read(request, backend.settings)).located(backend)
            return JSONResponse(await _read(backend, first, asked.target, ""))
        except (PlaygroundError, ValueError) as error:
            return refused(error)

    async def place(request: Request) -> Response:
        try:
            sent = await read_json(request)
            position = await unless_left(
                request, positions.at(_ids(sent, longest), _model(sent), visitor_of(request))
            )
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return (
            JSONResponse({"key": seal.give(request, position.key)}) if position else Response(status_code=499)
        )

    async def chain(request: Request) -> Response:
        try:
            sent = await read_json(request)
            values, order = _values(sent), _order(sent)
            position = await positions.known(seal.take(request, sent.get("key")))
            if position is None:
                return JSONResponse({"message": FORGOTTEN}, 410)
            values = await by_ids(backend.engine, position.model, values)
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return JSONResponse(
            await asyncio.to_thread(view_rows, position, values, order, sent.get("step"), sent.get("drawn"))
        )

    async def throws(request: Request) -> Response:
        try:
            sent = await read_json(request)
            values, order = _values(sent), _order(sent)
            times, seed = _whole(sent, "times", 1, MOST_THROWS), _whole(sent, "seed", 0, 2**32 - 1)
            position = await positions.known(seal.take(request, sent.get("key")))
            if position is None:
                return JSONResponse({"message": FORGOTTEN}, 410)
            values = await by_ids(backend.engine, position.model, values)
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return JSONResponse(throw_rows(position, values, order, times, seed))

    async def surprise(request: Request) -> Response:
        try:
            tokens = token_scores((await read_json(request)).get("scores"))
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return JSONResponse(surprise_row(surprise_of(tokens)))

    return [
        Route("/playground/dice/answer", answer, methods=["POST"]),
        Route("/playground/dice/next", upcoming, methods=["POST"]),
        Route("/playground/dice/place", place, methods=["POST"]),
        Route("/playground/dice/chain", chain, methods=["POST"]),
        Route("/playground/dice/throws", throws, methods=["POST"]),
        Route("/playground/dice/surprise", surprise, methods=["POST"]),
    ]


async def _read(backend: Backend, request: ChatRequest, target: Target, text: str) -> dict[str, Any]:
    """What the model read of a request and said, in tokens, and the settings of the draw. Raises PlaygroundError.

    `message` says what cannot be known, and is empty where all is; `unshown` what else decided the draw.
    """
    read = await backend.prompt(request, target)
    embedded = request.model.provider == "embedded"
    said: Sequence[Token] = ()
    if embedded:
        async with backend.engine.hold(request.model.id) as loaded:
            (said,) = await tokens_of(loaded.endpoint, [text])
    return {
        "model": f"embedded/{request.model.id}" if embedded and request.model.id else "embedded",
        "prompt": token_rows(read or ()),
        "said": token_rows(said),
        "values": {n: v for n, v in request.parameters.items() if n in IDLE},
        "order": order_of(profile_of(request.model, target).flavour),
        "message": UNKNOWN_PROMPT if read is None else "" if embedded else ELSEWHERE,
        "unshown": unshown(request) if embedded else "",
    }


def _ids(sent: Mapping[str, Any], longest: int) -> list[int]:
    """The tokens before a place. Raises ValueError."""
    ids = sent.get("ids")
    if not isinstance(ids, list) or not 0 < len(ids) <= longest or not all(type(id) is int for id in ids):
        raise ValueError(f"A place has between 1 and {longest} tokens before it, each as its id.")
    return ids


def _model(sent: Mapping[str, Any]) -> str:
    """What stands behind `embedded/` in the model's name, empty for the one that comes along. Raises ValueError."""
    name = sent.get("model", "embedded")
    model = ModelRef.parse(name) if isinstance(name, str) else None
    if model is None or model.provider != "embedded":
        raise ValueError("A place is in a text of an embedded model.")
    return model.id


def _values(sent: Mapping[str, Any]) -> Values:
    """The values of the chain's parameters. Raises InvalidRequest with every problem, ValueError."""
    values = sent.get("values") or {}
    if not isinstance(values, dict) or not values.keys() <= IDLE.keys():
        raise ValueError(f"The steps have the parameters {', '.join(IDLE)}.")
    given = {name: value for name, value in values.items() if value is not None}
    problems = [problem for name, value in given.items() for problem in problems_of(name, value)]
    if problems:
        raise InvalidRequest(problems)
    return given


def _order(sent: Mapping[str, Any]) -> Order:
    """The order that is named. Raises ValueError."""
    order = ORDERS.get(str(sent.get("order", "hosted")))
    if order is None:
        raise ValueError(f"The orders are {', '.join(ORDERS)}.")
    return order


def _whole(sent: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """A whole number within bounds. Raises ValueError."""
    number = sent.get(name)
    if type(number) is not int or not least <= number <= most:
        raise ValueError(f"{name} is a whole number from {least} to {most}.")
    return number
