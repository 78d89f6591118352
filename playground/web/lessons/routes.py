"""The page's requests about lessons: the list, one lesson, its experiment, its hand-out.

An experiment ends the moment its reader goes away, since it costs tokens.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Final

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, request_of
from playground.errors import PlaygroundError
from playground.lessons.experiment import EMBEDDED, asked, run
from playground.lessons.lesson import Lesson
from playground.lessons.measures import MEASURES
from playground.lessons.outcome import Outcome
from playground.lessons.shelf import Shelf, shelf_of
from playground.servers import Target
from playground.settings import Settings
from playground.web.chat.answer_cache import KeptAnswers
from playground.web.credentials import target_of
from playground.web.holder import Seal
from playground.web.lessons.hand_out import hand_out
from playground.web.lessons.rows import claim_rows, found_row, lesson_row, shelf_row
from playground.web.page_request import read_json
from playground.web.responses import telling

TOLD_EVERY_S: Final = 0.3
ABSENT: Final = "There is no lesson of this name."
AS_CLAIMED: Final = "It came out as the lesson says."
OWN: Final = (
    "It did not come out as the lesson says. The parameter may have been dropped on its way, or the lesson claims what "
    "does not always happen: make lessons with ARGS=--run tries it on the embedded model."
)
OTHERWISE: Final = (
    "It did not come out as the lesson says. On the embedded model this happens in less than one run of 10,000, so "
    "look for a reason: the parameter may have been dropped on its way."
)
ELSEWHERE: Final = (
    "It did not come out as the lesson says, which was tested on the embedded model. This model may answer otherwise, "
    "or its server may have dropped the parameter without a word: a probe finds that out."
)
FAILED: Final = "Not every answer came: {why}"

Streaming = Callable[[AsyncGenerator[bytes]], Response]
"""A response of lines that ends the moment its reader goes away."""


def own_folder(settings: Settings) -> Path | None:
    """The teacher's own folder of lessons."""
    return Path(settings.lessons).expanduser() if settings.lessons else None


def lesson_routes(backend: Backend, kept: KeptAnswers, seal: Seal, streaming: Streaming) -> list[BaseRoute]:
    """`lessons`: the list; `lessons/ID`: one; `lessons/ID/run` (POST): its experiment, in lines; its hand-out."""
    school = _School(backend, kept, seal, streaming)
    return [
        Route("/playground/lessons", school.listed),
        Route("/playground/lessons/{id}", school.shown),
        Route("/playground/lessons/{id}/run", telling(school.ran), methods=["POST"]),
        Route("/playground/lessons/{id}/hand-out", school.printed),
    ]


class _School:
    """What is asked of lessons. The files are looked at anew each time: who writes one sees it at the next look.

    What reads them is no coroutine, so that a large folder keeps nobody waiting.
    """

    def __init__(self, backend: Backend, kept: KeptAnswers, seal: Seal, streaming: Streaming) -> None:
        self._backend = backend
        self._kept = kept
        self._seal = seal
        self._streaming = streaming

    @property
    def _shelf(self) -> Shelf:
        return shelf_of(own_folder(self._backend.settings))

    def _lesson(self, request: Request) -> Lesson | None:
        return self._shelf.lessons.get(request.path_params["id"])

    def listed(self, request: Request) -> Response:
        row = shelf_row(self._shelf)
        # Names of files on the server are for its owner, who has `make lessons`.
        return JSONResponse({**row, "mistakes": []} if self._backend.settings.is_public else row)

    def shown(self, request: Request) -> Response:
        lesson = self._lesson(request)
        if lesson is None:
            return JSONResponse({"message": ABSENT}, 404)
        return Response(to_json(lesson_row(lesson)), media_type="application/json")

    def printed(self, request: Request) -> Response:
        lesson = self._lesson(request)
        if lesson is None:
            return HTMLResponse(ABSENT, 404)
        return HTMLResponse(hand_out(lesson))

    async def ran(self, request: Request) -> Response:
        sent = await read_json(request)
        lesson = await run_in_threadpool(self._lesson, request)
        if lesson is None:
            return JSONResponse({"message": ABSENT}, 404)
        target = target_of(request, sent, self._backend.settings)
        model = str(sent.get("model") or EMBEDDED)
        await self._backend.request(asked(lesson.arms[0], 1, model), lesson.call, target)
        return self._streaming(self._lines(lesson, model, target, partial(self._seal.give, request)))

    def _is_ours(self, model: str, target: Target) -> bool:
        """Whether the model is the one that our lessons were tested on."""
        return model == EMBEDDED and not target.base_url and not self._backend.settings.model_file

    async def _lines(
        self, lesson: Lesson, model: str, target: Target, give: Callable[[str], str]
    ) -> AsyncGenerator[bytes]:
        """What has been found, a few times a second, and at last each claim and whether it holds."""
        outcomes: list[Outcome] = []
        ids: dict[int, str] = {}
        told = 0.0
        async with aclosing(run(self._backend, lesson, model, target)) as coming:
            async for outcome in coming:
                outcomes.append(outcome)
                self._keep(lesson, outcome, model, target, ids, give)
                if monotonic() - told >= TOLD_EVERY_S:
                    told = monotonic()
                    yield _line(found_row(lesson, outcomes, ids))
        yield _line(found_row(lesson, outcomes, ids))
        yield _line(_verdict(lesson, outcomes, self._is_ours(model, target)))

    def _keep(
        self,
        lesson: Lesson,
        outcome: Outcome,
        model: str,
        target: Target,
        ids: dict[int, str],
        give: Callable[[str], str],
    ) -> None:
        """The first answer of each arm, so that its dice can be opened."""
        if outcome.arm in ids or lesson.call != "create" or not outcome.answers[0].text:
            return
        try:
            values = asked(lesson.arms[outcome.arm], outcome.seed, model)
            request = request_of(values, lesson.call, target)
        except PlaygroundError:
            return
        ids[outcome.arm] = give(secrets.token_urlsafe(12))
        self._kept.keep(ids[outcome.arm], outcome.answers[0], request, target)


def _verdict(lesson: Lesson, outcomes: list[Outcome], is_ours: bool) -> dict[str, Any]:
    claims = claim_rows(lesson, outcomes)
    held = all(claim["held"] for claim in claims)
    return {
        "ended": True,
        "claims": claims,
        "held": held,
        "said": AS_CLAIMED if held else _reason(lesson, outcomes, is_ours),
    }


def _reason(lesson: Lesson, outcomes: list[Outcome], is_ours: bool) -> str:
    """Why it may have come out otherwise."""
    why = next((str(a.error) for o in outcomes for a in o.answers if a.error), "")
    if why and not MEASURES[lesson.measure.name].of_failures:
        return FAILED.format(why=why)
    if not is_ours:
        return ELSEWHERE
    return OTHERWISE if lesson.ours else OWN


def _line(row: dict[str, Any]) -> bytes:
    return to_json(row) + b"\n"
