"""The way in of a request's body: it must come at some speed, and its bytes count as they come.

The server beneath waits for ever for what a phone that has lost its network will never send; until then all that came
is in memory. Kept apart from counting visitors, as a local page has bodies too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S: Final = 20.0
LEAST_RATE: Final = 8 * 1024
"""Bytes a second. A body may be behind this rate by `PATIENCE_S`, and no pause is longer than that."""

COUNTED_AT_ONCE: Final = 256 * 1024
"""Bytes that come before they are counted, since counting asks a database."""

Count = Callable[[int], Awaitable[None]]


class Bodies:
    """Ends the wait for a body that stays away: its request is taken for one that was broken off."""

    def __init__(self, app: ASGIApp, patience_s: float = PATIENCE_S) -> None:
        self._app = app
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on with its body watched."""
        if scope["type"] == "http":
            receive = InTime(receive, self._patience_s)
        await self._app(scope, receive, send)


class InTime:
    """A way in that says the sender has gone, where the next piece of a body does not come in time."""

    def __init__(self, receive: Receive, patience_s: float) -> None:
        self._receive = receive
        self._patience_s = patience_s
        self._due = asyncio.get_running_loop().time() + patience_s
        self._whole = False

    async def __call__(self) -> Message:
        """The next piece; after the last one, the end of the connection, for which there is no hurry."""
        if self._whole:
            return await self._receive()
        pause_ends = asyncio.get_running_loop().time() + self._patience_s
        try:
            async with asyncio.timeout_at(min(self._due, pause_ends)):
                message = await self._receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._due += len(message.get("body", b"")) / LEAST_RATE
        self._whole = not message.get("more_body", False)
        return message


class Counted:
    """A way in that has the bytes of a body counted, in pieces as they come and the rest when it is left."""

    def __init__(self, receive: Receive, count: Count) -> None:
        self._receive = receive
        self._count = count
        self._uncounted = 0

    async def __call__(self) -> Message:
        """The next piece. Raises what the counting does, with which the request ends."""
        message = await self._receive()
        self._uncounted += len(message.get("body", b""))
        if self._uncounted >= COUNTED_AT_ONCE:
            await self.settle()
        return message

    async def settle(self) -> None:
        """Counts what has come since. Raises what the counting does."""
        came, self._uncounted = self._uncounted, 0
        await self._count(came)
