"""Whose an id is: what a visitor of a public page was given under one is for the same browser alone.

Kept apart from counting visitors: a class behind one address is one visitor there, and many browsers here. An id
carries a seal over the browser's own secret, so that nothing has to be remembered, and every replica can tell.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.limits.counters import salt_of
from playground.settings import Settings
from playground.web.assets import FILES
from playground.web.guard import route_path

SESSION_HEADER: Final = "x-playground-session"
"""The browser's own secret, with each request of the page; other programs have it as a cookie."""

SESSION_COOKIE: Final = "playground-session"

_A_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")
_SEAL: Final = 24
_HELD: Final = "playground.sessions"


class Holders:
    """Tells each request of a public page by its browser, and gives a session to who has none; not with files that
    are alike for all, which a proxy may keep."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._is_on = settings.is_public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on with the sessions that it came with."""
        if scope["type"] != "http" or not self._is_on:
            await self._app(scope, receive, send)
            return
        sessions = _sessions(Headers(scope=scope))
        if sessions or route_path(scope).startswith(FILES):
            await self._app({**scope, _HELD: sessions}, receive, send)
            return
        fresh = secrets.token_urlsafe(24)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = "; ".join((f"{SESSION_COOKIE}={fresh}", "Path=/", "SameSite=Lax", "HttpOnly"))
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app({**scope, _HELD: (fresh,)}, receive, with_cookie)


def sessions_of(request: Request) -> Sequence[str]:
    """The secrets of the browser that asks, the page's own first; none on a local page."""
    held: Sequence[str] = request.scope.get(_HELD, ())
    return held


class Seal:
    """Puts on ids whose they are, and takes them from nobody else; on a local page they are as they are."""

    def __init__(self, settings: Settings) -> None:
        self._secret = salt_of(settings) if settings.is_public else b""

    def give(self, request: Request, own_id: str) -> str:
        """The id as this browser is told it."""
        sessions = sessions_of(request)
        return f"{own_id}.{self._of(sessions[0], own_id)}" if sessions else own_id

    def take(self, request: Request, said: object) -> str:
        """The id itself; empty where it was given to another browser, or to none."""
        sessions = sessions_of(request)
        if not sessions or not isinstance(said, str):
            return said if isinstance(said, str) else ""
        own_id, _, seal = said.rpartition(".")
        fits = [hmac.compare_digest(seal.encode(), self._of(each, own_id).encode()) for each in sessions]
        return own_id if any(fits) else ""

    def _of(self, session: str, own_id: str) -> str:
        said = f"{session} {own_id}".encode()
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()[:_SEAL]


def _sessions(headers: Headers) -> tuple[str, ...]:
    """Those of the page, and of the cookie, where they are some."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        cookies.clear()
    cookie = cookies[SESSION_COOKIE].value if SESSION_COOKIE in cookies else ""
    said = (headers.get(SESSION_HEADER, ""), cookie)
    return tuple(dict.fromkeys(each for each in said if _A_SESSION.fullmatch(each)))
