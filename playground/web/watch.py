"""The outermost layer: gives each request an id, and counts and logs it once its response has begun.

What a request was about is the part of its path that is no id: ids of answers and pairs open what they name.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence
from time import monotonic
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.operations.logs import REQUEST_ID
from playground.operations.metrics import Metrics
from playground.web.guard import route_path

ID_HEADER: Final = "x-request-id"
_AN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ABOUT: Final = re.compile(r"/playground/([a-z-]{1,20})(?:/|$)")

FAILED: Final = "The playground itself failed; its log says where."

log = logging.getLogger(__name__)


class Watch:
    """Counts and logs every request; `known` are the parts of paths that may be named."""

    def __init__(self, app: ASGIApp, metrics: Metrics, known: frozenset[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        request_id = given if _AN_ID.fullmatch(given) else secrets.token_hex(8)
        token = REQUEST_ID.set(request_id)
        begun, about = monotonic(), about_of(route_path(scope), self._known)

        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                MutableHeaders(scope=message)[ID_HEADER] = request_id
                self._told(scope["method"], about, message["status"], monotonic() - begun)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:  # whatever it is: the web server would log it with what somebody typed
            log.exception("A request failed.", extra={"facts": {"method": scope["method"], "about": about}})
            if has_begun:
                raise
            await JSONResponse({"message": FAILED, "problems": []}, 500)(scope, receive, watched)
        finally:
            REQUEST_ID.reset(token)

    def _told(self, method: str, about: str, status: int, seconds: float) -> None:
        self._metrics.requests.labels(about, status).inc()
        self._metrics.request_s.labels(about).observe(seconds)
        if about != "assets":
            facts = {"method": method, "about": about, "status": status, "ms": round(seconds * 1000)}
            log.info("request", extra={"facts": facts})


def abouts(routes: Sequence[BaseRoute]) -> frozenset[str]:
    """What requests to these routes are about: the part of their path behind `/playground/`."""
    paths = (getattr(each, "path", "") for each in routes)
    return frozenset(match[1] for path in paths if (match := _ABOUT.match(path)))


def about_of(path: str, known: frozenset[str]) -> str:
    """What a path is about: one of `known`, or whose else it is.

    >>> about_of("/playground/raw/a-secret-id", frozenset({"raw"}))
    'raw'
    """
    match = _ABOUT.match(path)
    if match is not None:
        return match[1] if match[1] in known else "unknown"
    return "gradio" if path.startswith("/gradio_api/") else "page" if path == "/" else "other"
