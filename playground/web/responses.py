"""A request that cannot be carried out, as the page is told of it: with every problem, each beside its widget.

Every route says it in the same words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from playground.errors import InvalidRequest, LimitReached, PlaygroundError
from playground.web.chat.frames import problem_rows

Handler = Callable[[Request], Awaitable[Response]]


def telling(handler: Handler) -> Handler:
    """The handler, where what cannot be done is told in words."""

    async def told(request: Request) -> Response:
        try:
            return await handler(request)
        except (PlaygroundError, ValueError) as error:
            return refused(error)

    return told


def refused(error: Exception) -> Response:
    """422 with the problems of an InvalidRequest, 429 where a limit is reached; for anything else 400 with its
    sentence."""
    if isinstance(error, LimitReached):
        return limited(error)
    if isinstance(error, InvalidRequest):
        return JSONResponse({"problems": problem_rows(error)}, 422)
    return JSONResponse({"problems": [], "message": str(error)}, 400)


def limited(error: LimitReached) -> Response:
    """429 in the forms that the page's parts read, with the seconds for programs."""
    told = {
        "problems": [],
        "message": str(error),
        "error": {"message": error.message, "next_step": error.next_step},
        "ends_in_s": error.ends_in_s,
    }
    return JSONResponse(told, 429, headers={"retry-after": str(error.ends_in_s)})
