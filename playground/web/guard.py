"""What the page's answers may do in a browser, and who may ask.

Gradio's defaults are open doors: any origin may call, `deep_link` writes every widget's value to a file that anybody
can fetch, and a model's text could load pictures from elsewhere.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.settings import Settings
from playground.web.assets import FOR_EVER, lasts

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
    "/gradio_api/process_recording",
    "/gradio_api/proxy=",
    "/gradio_api/dev/",
    "/gradio_api/vibe-",
    "/gradio_api/undo-vibe-edit",
    "/gradio_api/runs",
    "/deep_link",
    "/monitoring",
    "/gradio_api/monitoring",
)


HEALTH: Final = "/playground/health"
"""Asked by whoever watches over the page, under whichever name; it tells nothing that is anybody's."""

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Refuses other origins, other names and closed routes, and adds security headers to every answer.

    `names` are the host names that the page answers to; empty: any.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on unless it must be refused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), route_path(scope)
        if path.startswith(CLOSED):
            await PlainTextResponse("This is switched off here.", 404)(scope, receive, send)
        elif not same_origin(headers):
            await PlainTextResponse("Requests from other sites are refused.", 403)(scope, receive, send)
        elif self._names and host_name(headers) not in self._names and not path.startswith(HEALTH):
            words = "This page answers to its own names alone. Set PLAYGROUND_APP_URL to the address in use."
            await PlainTextResponse(words, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send, scope["path"]))


def route_path(scope: Scope) -> str:
    """The path that routes are told by: without the prefix under which a proxy serves the page (`GRADIO_ROOT_PATH`).

    >>> route_path({"path": "/app/playground/vote", "root_path": "/app"})
    '/playground/vote'
    """
    path, prefix = str(scope["path"]), str(scope.get("root_path") or "").rstrip("/")
    rest = path.removeprefix(prefix)
    return rest if prefix and rest.startswith("/") else path


def own_names(settings: Settings) -> frozenset[str]:
    """The names that a page answers to: where it listens on loopback, those and that of its public address.

    Any site can have its name point to 127.0.0.1 and is then of the same origin as what listens there (DNS
    rebinding); it cannot have the browser send another name. A public page that listens elsewhere has its public
    address's name alone, where that is set. A Space is behind HuggingFace's proxy, which sends a name on to its own
    Space alone; which names it asks by itself is not known here, so there any will do.
    """
    public = {name for name in (urlsplit(settings.app_url).hostname,) if name}
    if settings.server_name in LOOPBACK or (settings.is_public and public and not settings.on_space):
        return LOOPBACK | public
    return frozenset()


def host_name(headers: Headers) -> str:
    """The host that a request names, without its port; empty when it is none."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from this very page; other programs say nothing.

    A picture or a script that another site names comes without an origin; its Sec-Fetch-Site tells.
    """
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        return False
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _with_headers(send: Send, path: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = POLICY
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "same-origin"
            if lasts(path, message["status"]):
                headers["cache-control"] = FOR_EVER
        await send(message)

    return wrapped
