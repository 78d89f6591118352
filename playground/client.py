"""What Python code calls: `AsyncClient` for asyncio, and `Client` for everyone else.

Kept apart from the backend because this is the typed promise to users: names, defaults and what is returned.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing, suppress
from functools import partial
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, Unpack, overload

from anyio.from_thread import BlockingPortal, start_blocking_portal

from playground.backend import Backend, Pair, SideEvent, Target, draw
from playground.chat import JsonObject
from playground.errors import PlaygroundError
from playground.events import Answer, Event, Fold
from playground.parameters import CreateParameters, PreferenceParameters, Unset, with_defaults
from playground.settings import Settings

T = TypeVar("T")


class AsyncClient:
    """Chat completions for asyncio; the model's prefix, or `base_url`, decides where they run.

    `api_key` goes to the server of the call and to no other. None: the key of that provider from the environment
    or .env, which goes to its own address only and never to `base_url`; an empty one is an error.
    """

    def __init__(
        self, *, base_url: str = "", api_key: str | None = None, settings: Settings | None = None
    ) -> None:
        self._target = Target(base_url=base_url, api_key=api_key)
        self._backend = Backend(settings)

    @overload
    async def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        extra_body: JsonObject | None = None,
        **parameters: Unpack[CreateParameters],
    ) -> AsyncGenerator[Event]: ...

    @overload
    async def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[CreateParameters],
    ) -> Answer: ...

    async def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: bool | Unset = False,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[CreateParameters],
    ) -> Answer | AsyncGenerator[Event]:
        """One answer; with `stream=True` an iterator of its events.

        Parameters left out take their documented default (see the README's table); UNSET is not sent. A
        server's failure is not raised: the answer then has `ended` "error" and an `error`.
        Raises InvalidRequest, with all problems at once, before anything is sent.
        """
        given = {"model": model, "messages": messages, "stream": stream, **parameters}
        values = with_defaults(given, "create")
        request, target = await self._backend.request(values, "create", self._target, extra_body)
        events = self._backend.stream(request, target)
        return events if request.streams else await _answer(events)

    @overload
    async def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        extra_body: JsonObject | None = None,
        **parameters: Unpack[PreferenceParameters],
    ) -> AsyncGenerator[SideEvent]: ...

    @overload
    async def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[PreferenceParameters],
    ) -> Answer | Pair: ...

    async def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: bool | Unset = False,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[PreferenceParameters],
    ) -> Answer | Pair | AsyncGenerator[SideEvent]:
        """One answer or, with probability `diff_frequency`, a pair whose second used `pref_params`.

        Drawn once per call. With `stream=True` an iterator of (side, event); both sides run at the same time.
        Raises InvalidRequest, with all problems at once, before anything is sent.
        """
        given = {"model": model, "messages": messages, "stream": stream, **parameters}
        values = with_defaults(given, "create_preference")
        request, target = await self._backend.request(values, "create_preference", self._target, extra_body)
        requests = draw(request)
        events = self._backend.stream_panes(requests, target)
        if request.streams:
            return events
        folds = [Fold() for _ in requests]
        async with aclosing(events):
            async for side, event in events:
                folds[side].add(event)
        answers = [fold.answer() for fold in folds]
        return Pair(*answers) if len(answers) == 2 else answers[0]

    async def aclose(self) -> None:
        """Closes connections and ends the embedded model's process."""
        await self._backend.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


async def _answer(events: AsyncGenerator[Event]) -> Answer:
    folded = Fold()
    async for event in events:
        folded.add(event)
    return folded.answer()


class Client:
    """Chat completions for code without asyncio: the calls of `AsyncClient`, run on a thread of its own.

    Use it in a `with` block, or call `close()`; the embedded model's process ends with it. One that is neither
    closed nor kept ends as well, at the latest when the program does.
    """

    def __init__(
        self, *, base_url: str = "", api_key: str | None = None, settings: Settings | None = None
    ) -> None:
        self._running = start_blocking_portal()
        self._portal = self._running.__enter__()
        self._streams: set[AsyncGenerator[Any]] = set()
        # Left to the interpreter's end, it would wait there for a thread that does not run any more.
        self._end = weakref.finalize(self, _end, self._running, self._portal, self._streams)
        self._client = AsyncClient(base_url=base_url, api_key=api_key, settings=settings)

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        extra_body: JsonObject | None = None,
        **parameters: Unpack[CreateParameters],
    ) -> Iterator[Event]: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[CreateParameters],
    ) -> Answer: ...

    def create(self, **arguments: Any) -> Answer | Iterator[Event]:
        """See `AsyncClient.create`; with `stream=True` an ordinary iterator."""
        result = self._call(partial(self._client.create, **arguments))
        return result if isinstance(result, Answer) else self._iterate(result)

    @overload
    def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        extra_body: JsonObject | None = None,
        **parameters: Unpack[PreferenceParameters],
    ) -> Iterator[SideEvent]: ...

    @overload
    def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        extra_body: JsonObject | None = None,
        **parameters: Unpack[PreferenceParameters],
    ) -> Answer | Pair: ...

    def create_preference(self, **arguments: Any) -> Answer | Pair | Iterator[SideEvent]:
        """See `AsyncClient.create_preference`; with `stream=True` an ordinary iterator."""
        result = self._call(partial(self._client.create_preference, **arguments))
        return result if isinstance(result, (Answer, Pair)) else self._iterate(result)

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
                    event = self._call(events.__anext__)
                except StopAsyncIteration:
                    return
                yield event
        finally:
            self._streams.discard(events)
            if self._end.alive:
                self._portal.call(events.aclose)

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


async def _hang_up(streams: set[AsyncGenerator[Any]]) -> None:
    """Closes the streams that are half read."""
    while streams:
        with suppress(RuntimeError):  # a thread waits for its next event: ended with all that runs
            await streams.pop().aclose()
