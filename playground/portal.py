"""A thread on which the client without asyncio runs the calls of `AsyncClient`, and which ends with the program.

Kept apart from the calls themselves, which are written down from those of `AsyncClient`.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar, Unpack

from anyio import sleep
from anyio.from_thread import BlockingPortal, start_blocking_portal

from playground.async_client import AsyncClient, Format
from playground.chat import JsonObject
from playground.errors import PlaygroundError
from playground.parameters import UNSET, CreateParameters
from playground.preset import Preset
from playground.replay.comparison import Comparison
from playground.settings import Settings
from playground.sweeps.asked import Prompts, Seeds
from playground.sweeps.row import Row
from playground.wire.authors import Suggestion
from playground.wire.kinds.profile import Flavour, Support

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

    def compare(
        self,
        model: str,
        messages: Sequence[JsonObject],
        *,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        trials: int = 1,
        extra_body: JsonObject | None = None,
        **parameters: Any,
    ) -> Comparison:
        """See `AsyncClient.compare`."""
        call = partial(self._client.compare, model, messages, before=before, after=after, trials=trials)
        return self._call(partial(call, extra_body=extra_body, **parameters))

    def support(
        self, model: str, extra_body: JsonObject | None = None, **parameters: Any
    ) -> Mapping[str, Support]:
        """See `AsyncClient.support`."""
        return self._call(partial(self._client.support, model, extra_body, **parameters))

    def sweep(
        self,
        *,
        over: Mapping[str, Any],
        model: str = "",
        messages: Sequence[JsonObject] = (),
        prompts: Prompts = (),
        reference: str = "",
        seeds: Seeds = (),
        save_as: str = "",
        at_once: int | None = None,
        response_format: Format = UNSET,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[CreateParameters],
    ) -> list[Row]:
        """See `AsyncClient.sweep`."""
        call = partial(
            self._client.sweep,
            over=over,
            model=model,
            messages=messages,
            prompts=prompts,
            reference=reference,
            seeds=seeds,
            save_as=save_as,
            at_once=at_once,
            response_format=response_format,
            extra_body=extra_body,
            **parameters,
        )
        return self._call(call)

    def presets(self) -> tuple[Preset, ...]:
        """See `AsyncClient.presets`."""
        return self._call(self._client.presets)

    def suggested(self, model: str) -> Mapping[str, Suggestion]:
        """See `AsyncClient.suggested`."""
        return self._call(partial(self._client.suggested, model))

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
