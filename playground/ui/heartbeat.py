"""A stream that also says, again and again, that nothing has come.

Kept apart from the endpoints that need it: Gradio learns that a caller has gone only when it is given something to
send, so a silent server would be asked on for as long as the silence may last.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

T = TypeVar("T")


async def beating(items: AsyncGenerator[T], seconds: float) -> AsyncGenerator[T | None]:
    """The same items, and None whenever nothing has come for so long. Closing this cancels what is waited for."""
    coming: asyncio.Future[T] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(items))
            await asyncio.wait((coming,), timeout=seconds)
            if not coming.done():
                yield None
                continue
            try:
                item = coming.result()
            except StopAsyncIteration:
                return
            coming = None
            yield item
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
