"""What the page's answers may do in a browser, and who may ask.

Kept apart because Gradio's defaults are open doors: any origin may call, `deep_link` writes every widget's value
to a file that anybody can fetch, and a model's text could load pictures from elsewhere.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's own page needs inline scripts and `new Function`; everything else is closed.
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; form-action 'self'; base-uri 'self'; object-src 'none'; "
    "frame-ancestors 'self' https://huggingface.co https://*.hf.space"
)
CLOSED: Final = (
    "/gradio_api/deep_link",
    "/gradio_api/upload",
    "/deep_link",
    "/monitoring",
    "/gradio_api/monitoring",
)


class Guard:
    """Refuses other origins and closed routes, and adds security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on unless it must be refused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["path"].startswith(CLOSED):
            await PlainTextResponse("This is switched off here.", 404)(scope, receive, send)
        elif not same_origin(headers):
            await PlainTextResponse("Requests from other sites are refused.", 403)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from this very page; other programs say nothing."""
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = POLICY
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"
        await send(message)

    return wrapped
