"""The page's word on its posture: a button that names it, and what stands behind that at the moment."""

from __future__ import annotations

from datetime import UTC, datetime

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.limits.budget import NEAR, Budget, Left
from playground.limits.limiter import Limiter
from playground.posture import posture_of, words
from playground.settings import Settings
from playground.web.parameters.row import custom


def notice(settings: Settings) -> gr.HTML:
    """The button."""
    return custom(
        "posture/notice",
        elem_id="posture",
        posture=posture_of(settings),
        words=list(words(settings)),
        lent=settings.is_public and settings.lends_keys,
    )


def posture_routes(settings: Settings, budget: Budget | None, limiter: Limiter | None) -> list[BaseRoute]:
    """`GET posture`: which it is, its sentences, and whether the owner's key has little left to pay with."""

    async def told(_: Request) -> Response:
        left = await budget.left() if budget else None
        limits = [limiter.words()] if limiter else []
        spent = [budget_words(left)] if left else []
        return JSONResponse(
            {
                "posture": posture_of(settings),
                "words": [*words(settings), *spent, *limits],
                "near": spent[0] if spent and left and left.share < NEAR else "",
            }
        )

    return [Route("/playground/posture", told)]


def budget_words(left: Left) -> str:
    """How much the owner's key pays for until the day is over."""
    until = f" until {datetime.fromtimestamp(left.ends_at, UTC):%H:%M} UTC" if left.share < 1 else " today"
    return f"The owner's key pays for {left.tokens:,} more tokens{until} ({left.share:.0%} of the day's are left)."
