"""Chat completions for code without asyncio: the calls of `AsyncClient`, run on a thread of its own.

Written by `make docs` from async_client.py: what is changed here by hand is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal, Unpack, overload

from playground.async_client import NOT_GIVEN, Format, M
from playground.backend import Pair, SideEvent
from playground.chat import JsonObject
from playground.events import Answer, Event
from playground.parameters import CreateParameters, PreferenceParameters, Unset
from playground.portal import Portal
from playground.preset import Preset, PresetName, Two
from playground.replay.comparison import Comparison
from playground.schema.parsed import ParsedAnswer
from playground.signature import signed
from playground.sweeps.asked import Prompts, Seeds
from playground.sweeps.row import Row
from playground.wire.authors import Suggestion
from playground.wire.kinds.profile import Support


class Client(Portal):
    """Chat completions for code without asyncio: the calls of `AsyncClient`, run on a thread of its own.

    Use it in a `with` block, or call `close()`; the embedded model's process ends with it. One that is neither
    closed nor kept ends as well, at the latest when the program does.
    """

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        response_format: Format = ...,
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        **parameters: Unpack[CreateParameters],
    ) -> Iterator[Event]: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        response_format: type[M],
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        **parameters: Unpack[CreateParameters],
    ) -> ParsedAnswer[M]: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        response_format: Mapping[str, Any],
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        **parameters: Unpack[CreateParameters],
    ) -> ParsedAnswer[Any]: ...

    @overload
    def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        response_format: None | Unset = ...,
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        **parameters: Unpack[CreateParameters],
    ) -> Answer: ...

    @signed("create")
    def create(self, **arguments: Any) -> Answer | Iterator[Event]:
        """See `AsyncClient.create`; with `stream=True` an ordinary iterator."""
        call = self._client.create
        result: Answer | Iterator[Event] = self._run(call, arguments)
        return result

    @overload
    def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        response_format: Format = ...,
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        presets: Two | None = ...,
        **parameters: Unpack[PreferenceParameters],
    ) -> Iterator[SideEvent]: ...

    @overload
    def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        response_format: type[M],
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        presets: Two | None = ...,
        **parameters: Unpack[PreferenceParameters],
    ) -> ParsedAnswer[M] | Pair[ParsedAnswer[M]]: ...

    @overload
    def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        response_format: Mapping[str, Any],
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        presets: Two | None = ...,
        **parameters: Unpack[PreferenceParameters],
    ) -> ParsedAnswer[Any] | Pair[ParsedAnswer[Any]]: ...

    @overload
    def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[False] | Unset = ...,
        response_format: None | Unset = ...,
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        presets: Two | None = ...,
        **parameters: Unpack[PreferenceParameters],
    ) -> Answer | Pair[Answer]: ...

    @signed("create_preference")
    def create_preference(self, **arguments: Any) -> Answer | Pair[Answer] | Iterator[SideEvent]:
        """See `AsyncClient.create_preference`; with `stream=True` an ordinary iterator."""
        call = self._client.create_preference
        result: Answer | Pair[Answer] | Iterator[SideEvent] = self._run(call, arguments)
        return result

    def presets(self) -> tuple[Preset, ...]:
        """See `AsyncClient.presets`."""
        call = partial(
            self._client.presets,
        )
        return self._call(call)

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
        call = partial(
            self._client.compare,
            model,
            messages,
            before=before,
            after=after,
            trials=trials,
            extra_body=extra_body,
            **parameters,
        )
        return self._call(call)

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
        response_format: Format = NOT_GIVEN,
        preset: PresetName = "",
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
            preset=preset,
            extra_body=extra_body,
            **parameters,
        )
        return self._call(call)

    def support(
        self, model: str, extra_body: JsonObject | None = None, **parameters: Any
    ) -> Mapping[str, Support]:
        """See `AsyncClient.support`."""
        call = partial(
            self._client.support,
            model,
            extra_body,
            **parameters,
        )
        return self._call(call)

    def suggested(self, model: str) -> Mapping[str, Suggestion]:
        """See `AsyncClient.suggested`."""
        call = partial(
            self._client.suggested,
            model,
        )
        return self._call(call)
