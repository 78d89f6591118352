"""The page's request for texts as blocks: of a conversation that was kept, pasted or typed, and of a stopped answer.

Kept apart from the stream, which sends blocks along with the words that close them.
"""

from __future__ import annotations

import asyncio
from typing import Final

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.markdown.growing import LONGEST, Grown, document
from playground.web.page_request import read_json

MOST_TEXTS: Final = 100
MOST_CHARACTERS: Final = 2 * LONGEST
"""Of one request in all; the page asks several times where it has more."""


def markdown_routes() -> list[BaseRoute]:
    """`markdown` (POST): `texts` for `documents`, one each."""
    return [Route("/playground/markdown", _documents, methods=["POST"])]


async def _documents(request: Request) -> Response:
    try:
        texts = (await read_json(request)).get("texts")
    except ValueError as error:
        return JSONResponse({"message": str(error)}, 400)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return JSONResponse({"message": "`texts` is a list of texts."}, 400)
    if len(texts) > MOST_TEXTS or sum(map(len, texts)) > MOST_CHARACTERS:
        words = (
            f"At most {MOST_TEXTS} texts of {MOST_CHARACTERS:,} characters in all: ask again for the others."
        )
        return JSONResponse({"message": words}, 400)
    documents = await asyncio.to_thread(_made, texts)
    return Response(to_json({"documents": documents}), media_type="application/json")


def _made(texts: list[str]) -> list[Grown]:
    return [document(text) for text in texts]
