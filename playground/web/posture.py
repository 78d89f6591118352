"""The page's word on its posture: a button that names it, and what stands behind that at the moment."""

from __future__ import annotations

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.posture import posture_of, words
from playground.settings import Settings
from playground.web.parameters.row import custom


def notice(settings: Settings) -> gr.HTML:
    """The button."""
    return custom(
        "posture/notice", elem_id="posture", posture=posture_of(settings), words=list(words(settings))
    )


def posture_routes(settings: Settings) -> list[BaseRoute]:
    """`GET posture`: which it is, and its sentences."""

    async def told(_: Request) -> Response:
        return JSONResponse({"posture": posture_of(settings), "words": list(words(settings))})

    return [Route("/playground/posture", told)]
