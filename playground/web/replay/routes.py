"""The page's requests about what a change did: what has changed since an answer and what trying costs; the run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import ExitStack, aclosing, suppress
from dataclasses import replace
from time import monotonic
from typing import Any, Final, NamedTuple

from pydantic_core import from_json, to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.chat import ChatRequest, JsonObject
from playground.content_parts import has_pictures, named
from playground.cost import Cost
from playground.dice.chain import IDLE
from playground.dice.orders import ORDERS, order_of
from playground.dice.positions import Positions, by_ids
from playground.dice.unshown import unshown
from playground.errors import PlaygroundError
from playground.replay.cost import costs_of
from playground.replay.over_backend import Question, sides_over, streaming_over
from playground.replay.parting import parting_of
from playground.replay.replaying import Asking, Compared, Piece, replay
from playground.replay.sides import Sides
from playground.replay.trials import Trial
from playground.web.chat.answer_cache import Kept, KeptAnswers
from playground.web.chat.frames import REPAINT_S
from playground.web.credentials import keys_of, visitor_of
from playground.web.holder import Seal
from playground.web.large_requests import LargeRequests, Place
from playground.web.page_request import Asked
from playground.web.replay.rows import Bars, chain_bars, comparison_row, price_words
from playground.web.responses import refused

TRIALS: Final = 10
"""So many seeds the page offers."""
LETTERS_A_TOKEN: Final = 3
"""At least, of most texts: what a prompt costs where its server has not counted it."""

UNKNOWN: Final = (
    "What this answer was asked with is not known here: it was typed, or is older than what is kept. "
    "Regenerate it, then change a parameter."
)
NO_PICTURES: Final = (
    "The pictures of this question are not here any more: regenerate the answer, then compare."
)
SAME_QUESTION: Final = ({"role": "user", "content": "(the same question)"},)
ORDER: Final = order_of("embedded")

Streaming = Callable[[AsyncGenerator[bytes], Callable[[], None]], Response]
"""A response of lines that ends the moment its reader goes away; then it calls the function."""


class Replaying(NamedTuple):
    """What the page asks to have compared."""

    before: Question
    after: Question
    sides: Sides


class Unknown(Exception):
    """What an answer was asked with is not known any more."""


def replay_routes(
    backend: Backend, kept: KeptAnswers, seal: Seal, large: LargeRequests, streaming: Streaming
) -> list[BaseRoute]:
    """`plan`: what has changed since an answer, and what comparing costs; `run`: the comparison, in lines.

    Both take the page's request as it would be sent now, and `?answer=` with the id of the answer; `?trials=` is 1 or
    more. What is planned needs no messages.
    """
    positions = Positions(backend.engine)

    async def asked_about(request: Request, place: Place) -> tuple[Asked, Kept]:
        asked = await Asked.read(request, backend.settings, place)
        answer = kept.held(seal, request, request.query_params.get("answer", ""))
        if answer is None:
            raise Unknown
        target = replace(answer.target, keys=keys_of(request, backend.settings))
        return asked, answer._replace(target=target)

    async def plan(request: Request) -> Response:
        try:
            with large.place(visitor_of(request)) as place:
                asked, answer = await asked_about(request, place)
                asked, after = await _with(asked, SAME_QUESTION).located(backend)
                questions = Question(answer.request, answer.target), Question(after, asked.target)
                if not questions[0].changed_in(questions[1]):
                    return JSONResponse({"changes": []})
                sides = await sides_over(backend, *questions, _trials(request))
        except Unknown:
            return JSONResponse({"message": UNKNOWN}, 410)
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return JSONResponse(await plan_row(backend, Replaying(*questions, sides), _prompt_tokens(answer)))

    async def ran(request: Request) -> Response:
        with ExitStack() as held:
            place = held.enter_context(large.place(visitor_of(request)))
            try:
                asked, answer = await asked_about(request, place)
                messages = _messages(answer, asked.values.get("messages"))
                asked, after = await _with(asked, messages).located(backend)
                before = Question(replace(answer.request, messages=after.messages), answer.target)
                questions = before, Question(after, asked.target)
                sides = await sides_over(backend, *questions, _trials(request))
                for side in questions:
                    async with backend.reached(side.request.model, side.target):
                        pass  # says at once if a key is missing, or a model that is not here
            except Unknown:
                return JSONResponse({"message": UNKNOWN}, 410)
            except (PlaygroundError, ValueError) as error:
                return refused(error)
            ended = held.pop_all().close  # the comparison keeps the place
        return streaming(_lines(backend, positions, Replaying(*questions, sides)), ended)

    return [
        Route("/playground/replay/plan", plan, methods=["POST"]),
        Route("/playground/replay", ran, methods=["POST"]),
    ]


def _with(asked: Asked, messages: Sequence[JsonObject]) -> Asked:
    return replace(asked, values={**asked.values, "messages": list(messages)})


def _messages(answer: Kept, sent: Any) -> list[JsonObject]:
    """The question as it was asked; the page has its pictures. Raises ValueError where nobody has them any more."""
    asked: list[JsonObject] = [dict(message) for message in answer.request.messages]
    if isinstance(sent, list) and named(sent) == asked:
        return sent
    if has_pictures(asked):
        raise ValueError(NO_PICTURES)
    return asked


def _trials(request: Request) -> int:
    """How many trials are asked for. Raises ValueError."""
    text = request.query_params.get("trials", "1")
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:4]) <= TRIALS:
        raise ValueError(f"trials is a whole number from 1 to {TRIALS}.")
    return int(text)


def _prompt_tokens(answer: Kept) -> int:
    """How many tokens the question has: as its server counted them, else by its letters and rather too many."""
    counted = (from_json(answer.answer).get("usage") or {}).get("prompt_tokens")
    letters = len(json.dumps([*answer.request.messages], ensure_ascii=False, default=str))
    return counted if isinstance(counted, int) and counted > 0 else letters // LETTERS_A_TOKEN


async def plan_row(backend: Backend, replaying: Replaying, prompt_tokens: int) -> dict[str, Any]:
    """What has changed, what is held still or asked for beside, and the cost; `price` is empty where it is free."""
    sides = replaying.sides
    costs = costs_of(sides, prompt_tokens)
    return {
        "changes": [change.to_dict() for change in sides.changes],
        "notes": list(sides.notes),
        "calls": sum(cost.calls for cost in costs),
        "tokens": (costs[0] + costs[1]).answer_tokens,
        "price": await _price(backend, replaying, costs),
    }


async def _price(backend: Backend, replaying: Replaying, costs: tuple[Cost, Cost]) -> str:
    """In words what both sides may cost in money, as far as a catalogue that was asked already knows the prices."""
    prices: dict[str, float | None] = {}
    questions = (replaying.before, replaying.after)
    for question, cost in zip(questions, costs, strict=True):
        model = question.request.model
        profile = backend.known_profile(model, question.target)
        if not profile.base_url:
            continue
        dollars = cost.dollars(await backend.servers.known(model, question.target))
        earlier = prices.get(profile.label, 0.0)
        prices[profile.label] = None if dollars is None or earlier is None else earlier + dollars
    owned = any(each.request.model.provider == "server" for each in questions)
    return price_words(prices, owned)


async def _lines(backend: Backend, positions: Positions, replaying: Replaying) -> AsyncGenerator[bytes]:
    """One line of JSON per step: `{asking}`, `{text: [side, piece]}`, `{compared}`, and behind that `{bars}` or none.

    Pieces are told of a single trial alone, and about 20 times a second.
    """
    sides = replaying.sides
    steps = replay(sides, streaming_over(backend, replaying.before, replaying.after))
    waiting: list[str] = []
    side, told = "", monotonic()
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, Piece):
                waiting.append(step.text)
                side = step.side
            is_due = not isinstance(step, Piece) or monotonic() - told >= REPAINT_S
            if waiting and is_due and sides.trials == 1:
                yield _line({"text": [side, "".join(waiting)]})
                waiting, told = [], monotonic()
            match step:
                case Asking(trial, asked, done, total):
                    yield _line({"asking": {"trial": trial, "side": asked, "done": done, "total": total}})
                case Compared(comparison):
                    yield _line({"compared": comparison_row(comparison)})
                    if bars := await _bars(backend, positions, replaying, comparison.trials[-1]):
                        yield _line({"bars": bars})
                case Piece():
                    pass


async def _bars(backend: Backend, positions: Positions, replaying: Replaying, trial: Trial) -> Bars | None:
    """What the dice were thrown over on both sides where they part, of the embedded model; None of any other."""
    before, after = replaying.sides.before, replaying.sides.after
    parting = parting_of(trial.before, trial.after)
    if parting is None or parting.ids is None or not _has_chain(before, after):
        return None
    with suppress(PlaygroundError):  # what came with the answers has been told; this is more
        prompts = [await backend.prompt(side, replaying.before.target) for side in (before, after)]
        if prompts[0] is None or prompts[0] != prompts[1]:
            return None
        model = before.model.id
        ids = [*(token.id for token in prompts[0]), *parting.ids]
        position = await positions.at(ids, model, replaying.before.target.visitor)
        settings = [{n: v for n, v in side.parameters.items() if n in IDLE} for side in (before, after)]
        one, other = [await by_ids(backend.engine, model, values) for values in settings]
        drawn = [each.score.id if each.score else None for each in (parting.before, parting.after)]
        return await asyncio.to_thread(chain_bars, position, (one, other), ORDERS[ORDER], drawn)
    return None


def _has_chain(before: ChatRequest, after: ChatRequest) -> bool:
    """Whether both sides were drawn by one model whose scores of every token can be had, by its own steps alone."""
    same = before.model == after.model and before.model.provider == "embedded"
    return same and not unshown(before) and not unshown(after)


def _line(row: dict[str, Any]) -> bytes:
    return to_json(row, inf_nan_mode="null") + b"\n"
