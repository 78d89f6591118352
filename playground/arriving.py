"""Things as they arrive: what a task puts into a queue, one by one, until it ends; leaving early ends the task too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")


async def arriving(
    produce: Callable[[Callable[[T], None]], Coroutine[None, None, None]],
) -> AsyncGenerator[T]:
    """What `produce` hands over, as it does; closing this ends all that is under way. Raises what it raised."""
    came: asyncio.Queue[T | None] = asyncio.Queue()
    task = asyncio.create_task(produce(came.put_nowait))
    task.add_done_callback(lambda _: came.put_nowait(None))
    try:
        while (each := await came.get()) is not None:
            yield each
        task.result()  # a defect of this program: to be seen, not swallowed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
