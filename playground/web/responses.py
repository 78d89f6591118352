"""A request that cannot be carried out, as the page is told of it: with every problem, each beside its widget.

Every route says it in the same words.
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from playground.errors import InvalidRequest
from playground.web.chat.frames import problem_rows


def refused(error: Exception) -> Response:
    """422 with the problems of an InvalidRequest; for anything else 400 with its sentence."""
    if isinstance(error, InvalidRequest):
        return JSONResponse({"problems": problem_rows(error)}, 422)
    return JSONResponse({"problems": [], "message": str(error)}, 400)
