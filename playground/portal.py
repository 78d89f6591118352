"""A thread on which the client without asyncio runs the calls of `AsyncClient`, and which ends with the program.

Kept apart from the calls themselves, which are written down from those of `AsyncClient`.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from anyio import sleep
from anyio.from_thread import BlockingPortal, start_blocking_portal

from playground.async_client import AsyncClient
from playground.errors import PlaygroundError
from playground.settings import Settings
from playground.wire.kinds.profile import Flavour

T = TypeVar("T")

_MOMENT_S: Final = 0.005
_TRIES_TO_CLOSE: Final = 200


class Portal:
    """Runs an `AsyncClient` on a thread of its own; `close()` ends both, at the latest the program does."""

    def __init__(
        self,
        *,
        base_url: str = "",
        api_key: str | None = None,
        settings: Settings | None = None,
        kind: Flavour | None = None,
    ) -> None:
        self._running = start_blocking_portal()
        self._portal = self._running.__enter__()
        self._streams: set[AsyncGenerator[Any]] = set()
        # Left to the interpreter's end, it would wait there for a thread that does not run any more.
        self._end = weakref.finalize(self, _end, self._running, self._portal, self._streams)
        self._client = AsyncClient(base_url=base_url, api_key=api_key, settings=settings, kind=kind)

    def _run(self, call: Callable[..., Awaitable[Any]], arguments: Mapping[str, Any]) -> Any:
        """What `call` returns; events as an ordinary iterator."""
        result = self._call(partial(call, **arguments))
        return self._iterate(result) if isinstance(result, AsyncGenerator) else result

    def _call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Runs `function` on the client's own thread. Raises PlaygroundError once that has ended."""
        if not self._end.alive:
            raise PlaygroundError("This client has been closed.", "Make a new one.")
        return self._portal.call(function)

    def _iterate(self, events: AsyncGenerator[T]) -> Iterator[T]:
        """Events as they come; leaving the loop early closes the upstream connection at once."""
        self._streams.add(events)
        try:
            while True:
                try:
                    event = self._next(events)
                except StopAsyncIteration:
                    return
                yield event
        finally:
            self._streams.discard(events)
            if self._end.alive:
                self._portal.call(_close, events)

    def _next(self, events: AsyncGenerator[T]) -> T:
        """The next event. Ctrl-C while it is waited for ends the waiting on the client's thread too."""
        if not self._end.alive:
            raise PlaygroundError("This client has been closed.", "Make a new one.")
        waiting: Future[T] = self._portal.start_task_soon(events.__anext__)
        try:
            return waiting.result()
        except BaseException:
            waiting.cancel()
            raise

    def close(self) -> None:
        """Closes connections, ends the embedded model's process and the thread; may be called again."""
        if self._end.alive:
            self._portal.call(_hang_up, self._streams)
            self._portal.call(self._client.aclose)
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _end(
    running: AbstractContextManager[BlockingPortal], portal: BlockingPortal, streams: set[AsyncGenerator[Any]]
) -> None:
    """Ends a client's thread, and first what still runs on it."""
    portal.call(_hang_up, streams)
    portal.call(portal.stop, True)
    running.__exit__(None, None, None)


async def _close(events: AsyncGenerator[Any]) -> None:
    """Closes a stream, once the waiting for its next event that was cancelled has ended."""
    for _ in range(_TRIES_TO_CLOSE):
        try:
            await events.aclose()
        except RuntimeError:  # "asynchronous generator is already running"
            await sleep(_MOMENT_S)
        else:
            return


async def _hang_up(streams: set[AsyncGenerator[Any]]) -> None:
    """Closes the streams that are half read."""
    while streams:
        with suppress(RuntimeError):  # a thread waits for its next event: ended with all that runs
            await streams.pop().aclose()
