"""Chat completions for asyncio: the two calls, with a name, a type and a default for every parameter.

Kept apart from the backend because this is the typed promise to users, and from the client without asyncio because
that one only runs these calls elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar, Unpack, overload

from pydantic import BaseModel

from playground.backend import Backend, Pair, SideEvent, Target, draw
from playground.chat import ChatRequest, JsonObject
from playground.engine.library import Library
from playground.events import Answer, Event, Fold
from playground.pairing import between
from playground.parameters import UNSET, Call, CreateParameters, PreferenceParameters, Unset, with_defaults
from playground.preset import Preset, PresetName, Two, two_presets
from playground.replay.comparison import Comparison
from playground.replay.over_backend import Question, sides_over, streaming_over
from playground.replay.replaying import compared
from playground.schema.parsed import ParsedAnswer, parsed_answer
from playground.settings import Settings
from playground.share.preset_store import FOLDER as PRESETS_FOLDER
from playground.share.preset_store import PresetStore
from playground.share.presets import PRESETS
from playground.signature import signed
from playground.sweeps.asked import Prompts, Seeds, sweep_of
from playground.sweeps.row import Row, by_call
from playground.sweeps.run import Limits, checked, run
from playground.sweeps.saved_run import go_on, named
from playground.sweeps.store import FOLDER, SweepStore
from playground.wire.authors import Suggestion
from playground.wire.kinds.profile import Flavour, Support

M = TypeVar("M", bound=BaseModel)

Format = type[BaseModel] | Mapping[str, Any] | None | Unset
"""What response_format may be: a Pydantic class, a JSON Schema, OpenAI's form of one, or nothing."""

NOT_GIVEN: Final[Any] = object()
"""Stands for a response_format of which nobody has said anything: UNSET is over the one of a preset."""


class AsyncClient:
    """Chat completions for asyncio; the model's prefix, or `base_url`, decides where they run.

    `api_key` goes to the server of the call and to no other. None: the key of that provider from the environment
    or .env, which goes to its own address only and never to `base_url`; an empty one is an error. `kind` says what
    kind of server is at `base_url`, such as "vllm"; None: it is found out.
    """

    def __init__(
        self,
        *,
        base_url: str = "",
        api_key: str | None = None,
        settings: Settings | None = None,
        kind: Flavour | None = None,
    ) -> None:
        self._target = Target(base_url=base_url, api_key=api_key, flavour=kind)
        self._backend = Backend(settings, provide=Library.fetch)
        self._presets = PresetStore(self._backend.settings.data_path / PRESETS_FOLDER)

    @overload
    async def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: Literal[True],
        response_format: Format = ...,
        extra_body: JsonObject | None = None,
        preset: PresetName = ...,
        **parameters: Unpack[CreateParameters],
    ) -> AsyncGenerator[Event]: ...

    @overload
    async def create(
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
    async def create(
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
    async def create(
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
    async def create(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: bool | Unset = False,
        response_format: Format = NOT_GIVEN,
        extra_body: JsonObject | None = None,
        preset: PresetName = "",
        **parameters: Unpack[CreateParameters],
    ) -> Answer | AsyncGenerator[Event]:
        """One answer; with `stream=True` an iterator of its events.

        Parameters left out take their documented default (see the README's table); UNSET is not sent. With
        `response_format` the answer has `parsed`: an instance of the Pydantic class, or the JSON value; None, and
        `violations`, where the text does not fit. `tools` may be plain functions with type hints and docstrings.
        With a `preset` they take what it sets, and what it leaves unset is not sent; what is given here is over it.
        A server's failure is not raised: the answer then has `ended` "error" and an `error`.
        Raises InvalidRequest, with all problems at once, before anything is sent.
        """
        given = {"model": model, "messages": messages, "stream": stream, **parameters}
        given = {**given, "response_format": response_format}
        request, target = await self._asked("create", given, preset, extra_body)
        events = self._backend.stream(request, target)
        return events if request.streams else _read(await _answer(events), request)

    @overload
    async def create_preference(
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
    ) -> AsyncGenerator[SideEvent]: ...

    @overload
    async def create_preference(
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
    async def create_preference(
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
    async def create_preference(
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
    async def create_preference(
        self,
        *,
        model: str,
        messages: Sequence[JsonObject],
        stream: bool | Unset = False,
        response_format: Format = NOT_GIVEN,
        extra_body: JsonObject | None = None,
        preset: PresetName = "",
        presets: Two | None = None,
        **parameters: Unpack[PreferenceParameters],
    ) -> Answer | Pair[Answer] | AsyncGenerator[SideEvent]:
        """One answer or, with probability `diff_frequency`, a pair whose second used `pref_params`.

        Drawn once per call. With `presets`, two of them, the pair is between these: the first of it, and an answer that
        comes alone, is the first preset's. With `stream=True` an iterator of (side, event); both sides run at the same
        time. With `response_format` each answer has `parsed`, and with `preset` all is as in `create`.
        Raises InvalidRequest, with all problems at once, before anything is sent.
        """
        given = {"model": model, "messages": messages, "stream": stream, **parameters}
        given = {**given, "response_format": response_format}
        if presets is None:
            request, target = await self._asked("create_preference", given, preset, extra_body)
            requests = draw(request)
        else:
            requests, target = await self._sides(given, two_presets(presets, preset, given), extra_body)
        events = self._backend.stream_panes(requests, target)
        if requests[0].streams:
            return events
        folds = [Fold() for _ in requests]
        async with aclosing(events):
            async for side, event in events:
                folds[side].add(event)
        answers = [_read(fold.answer(), request) for fold, request in zip(folds, requests, strict=True)]
        return Pair(*answers) if len(answers) == 2 else answers[0]

    async def _asked(
        self, call: Call, given: Mapping[str, Any], preset: PresetName, extra_body: JsonObject | None
    ) -> tuple[ChatRequest, Target]:
        """The request of a call that was given these values, with what a preset sets below them."""
        values, extra_body = self._with_preset(call, given, preset, extra_body)
        return await self._backend.request(values, call, self._target, extra_body)

    def _with_preset(
        self, call: Call, given: Mapping[str, Any], preset: PresetName, extra_body: JsonObject | None
    ) -> tuple[dict[str, Any], JsonObject | None]:
        """All values of a call, and its extra JSON."""
        given = {name: value for name, value in given.items() if value is not NOT_GIVEN}
        if preset:
            found = preset if isinstance(preset, Preset) else self._presets.find(preset)
            given = found.values(given, call)
            extra_body = found.extra_body if extra_body is None else extra_body
        return with_defaults(given, call), extra_body

    async def _sides(
        self, given: Mapping[str, Any], presets: Sequence[PresetName], extra_body: JsonObject | None
    ) -> tuple[tuple[ChatRequest, ...], Target]:
        """The requests of two presets, or of the first alone."""
        asked = [await self._asked("create_preference", given, each, extra_body) for each in presets]
        frequency = given.get("diff_frequency", UNSET)
        (first, target), (second, _) = asked
        return between(first, second, 0.0 if frequency is UNSET else frequency), target

    async def presets(self) -> tuple[Preset, ...]:
        """All presets that `preset` can name: those that are shipped, and those kept in the data folder."""
        shipped = (Preset(name, values) for name, values in PRESETS.items())
        return (*shipped, *self._presets.kept().presets)

    async def compare(
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
        """What a change does: the same question with the parameters `before` and with those `after`, either over
        `parameters`, which both have; `model` may be among them too.

        What else could differ is held still: one seed a trial where the servers take one. Log probabilities are asked
        for as well, to see where the answers part; `notes` say what was added. From 2 trials on, up to 50, each also
        asks `before` once more, so that `tally` can tell the change from what differs by itself.
        Calls are made one after the other. A failed answer has an `error`, and its trial is counted as failed.
        Raises InvalidRequest, with all problems at once, before anything is sent.
        """
        questions = []
        for side in (before, after):
            values = {"model": model, "messages": messages, **parameters, **side}
            request, target = await self._backend.request(
                with_defaults(values, "create"), "create", self._target, extra_body
            )
            questions.append(Question(request, target))
        one, other = questions
        sides = await sides_over(self._backend, one, other, trials)
        return await compared(sides, streaming_over(self._backend, one, other))

    async def sweep(
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
        """One answer for each value of the axes, each prompt and each seed; a row for every one of them.

        `over` names one or two parameters, or `model`, each with a list, a range or a text such as "0 to 2 step 0.5".
        `prompts` are texts, or objects with `prompt` or `messages`, and perhaps a `reference`; each is said behind
        `messages`. All else is as in `create`, but that answers always stream. Several are asked for `at_once` (None: 4
        at a server, as many as it generates of the embedded model). With `save_as` the sweep is kept in the data
        folder, and the same call goes on where it stopped. A failure is a row that says so (`row.failed`).
        Raises InvalidRequest or KeyMissing before anything is sent; PlaygroundError where it cannot be kept.
        """
        given = {"response_format": response_format, **parameters}
        values, extra_body = self._with_preset("create", given, preset, extra_body)
        sweep = sweep_of(
            {name: value for name, value in values.items() if name != "stream"}
            | ({"model": model} if model else {}),
            over,
            messages=messages,
            prompts=prompts,
            reference=reference,
            seeds=seeds,
            extra_body=extra_body,
        )
        target, limits = await checked(self._backend, sweep, self._target), Limits(at_once)
        if not save_as:
            return sorted([row async for row in run(self._backend, sweep, target, (), limits)], key=by_call)
        store = SweepStore(self._backend.settings.data_path / FOLDER)
        saved = named(store, save_as, sweep, {"base_url": self._target.base_url})
        made = [row async for row in go_on(self._backend, store, saved, target, limits)]
        return sorted({row.call: row for row in (*saved.rows(), *made)}.values(), key=by_call)

    async def support(
        self, model: str, extra_body: JsonObject | None = None, **parameters: Any
    ) -> Mapping[str, Support]:
        """Whether a model takes each parameter beside these, as the page says it before anything is sent.

        By what is documented of its kind and family, by its catalogue, which is asked, and by the probes that were run
        here. `warning` says what will be refused, or is void: taken without a word, and without effect.
        Raises InvalidRequest, with all problems at once.
        """
        return await self._backend.looked_up(self._values(model, parameters), self._target, extra_body)

    async def suggested(self, model: str) -> Mapping[str, Suggestion]:
        """What a model's author suggests to set, by parameter, as far as that is known and in range.

        Raises InvalidRequest where no model has such a name.
        """
        return await self._backend.suggested(self._values(model, {}), self._target)

    @staticmethod
    def _values(model: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What a call of `create` would have, with a message that is never sent."""
        messages = [{"role": "user", "content": "(your next message)"}]
        return with_defaults({"model": model, "messages": messages, **parameters}, "create")

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


def _read(answer: Answer, request: ChatRequest) -> Answer:
    """The answer, with what its response_format made of it where one was asked for."""
    asked = request.parameters.get("response_format")
    return answer if asked is None else parsed_answer(answer, asked)
