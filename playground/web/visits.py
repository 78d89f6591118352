"""Every request to a public page: whose it is, and whether that visitor may have one more of its kind.

A layer around the whole app, since a limit that stands in some routes is gone around by another. Who a visitor is
travels on in a header that only this layer can set; Gradio's MCP server asks this very app once more, from this machine
and with the headers of its caller, and so in its name.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.errors import LimitReached
from playground.limits.counters import salt_of
from playground.limits.limiter import Limiter
from playground.limits.quotas import Kind
from playground.limits.visitor import address_of, address_on_a_space, visitor_id, vouched, vouched_for
from playground.settings import Settings
from playground.web.assets import FILES
from playground.web.bodies import Counted
from playground.web.credentials import VISITOR_HEADER, subject_of
from playground.web.guard import route_path
from playground.web.responses import limited

KINDS: Final[Mapping[str, Kind]] = {
    r"/playground/stream": "answers",
    r"/playground/replay": "comparisons",
    r"/playground/vote": "votes",
    r"/playground/take-back": "withdrawals",
    r"/playground/probe": "probes",
    r"/playground/sweep": "sweeps",
    r"/playground/sweep/[^/]+/(go-on|again)": "sweeps",
    r"/playground/lessons/[^/]+/run": "lessons",
    r"/playground/rooms": "rooms",
    r"/playground/exports": "exports",
    r"/playground/embedded/(fetch|load)": "models",
    r"/playground/dice/(answer|next|place)": "dice",
}
"""What a POST to these paths is; all others count as requests alone. The two calls of the API count themselves, since
several paths of Gradio lead to them (`web/api.py`)."""

_UNCOUNTED: Final = (*FILES, "/playground/health")


def kind_of(method: str, path: str) -> Kind | None:
    """What a request is beside being one."""
    if method != "POST":
        return None
    return next((kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, path.rstrip("/"))), None)


class Visits:
    """Names the visitor of each request, and refuses it with 429 where a limit is reached."""

    def __init__(self, app: ASGIApp, settings: Settings, limiter: Limiter | None) -> None:
        self._app = app
        self._settings = settings
        self._limiter = limiter
        self._salt = salt_of(settings) if limiter else b""
        self._secret = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on under its visitor's name, or refuses it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = [(n, v) for n, v in scope["headers"] if n.lower() != VISITOR_HEADER.encode()]
        if self._limiter is None:
            await self._app({**scope, "headers": headers}, receive, send)
            return
        visitor = self._visitor(scope)
        header = (VISITOR_HEADER.encode(), vouched(self._secret, visitor).encode())
        named = {**scope, "headers": [*headers, header]}
        body = Counted(receive, partial(self._limiter.take, "bytes", visitor))
        async with AsyncExitStack() as held:
            try:
                await self._admit(scope, visitor, held)
            except LimitReached as error:
                await limited(error)(scope, receive, send)
                return
            try:
                await self._app(named, body, send)
            finally:
                with suppress(LimitReached):  # what came has come: it is the next request that is refused
                    await body.settle()

    async def _admit(self, scope: Scope, visitor: str, held: AsyncExitStack) -> None:
        """Counts the request. Raises LimitReached."""
        assert self._limiter is not None
        path = route_path(scope)
        if not path.startswith(_UNCOUNTED):
            await self._limiter.take("requests", visitor)
            await self._limiter.check("bytes", visitor)
        if kind := kind_of(scope["method"], path):
            await held.enter_async_context(self._limiter.admitted(kind, visitor))

    def _visitor(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        if own := vouched_for(self._secret, headers.get(VISITOR_HEADER, "")):
            return own
        peer = (scope.get("client") or ("", 0))[0]
        forwarded = headers.getlist("x-forwarded-for")
        address = (
            address_on_a_space(peer, forwarded)
            if self._settings.on_space and not self._settings.proxies_before
            else address_of(peer, forwarded, self._settings.proxies_before)
        )
        return visitor_id(self._salt, subject_of(scope.get("session"), self._settings), address)
