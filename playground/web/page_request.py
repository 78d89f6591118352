"""What the page asks for: one request, or two to compare, read from its JSON.

Everything in it comes from outside and may be anything at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from playground.backend import Backend, draw, falls, model_of, pair_of, request_of
from playground.chat import ChatRequest
from playground.contest import AS_SET, MOST_IN_CONTEST, Contest
from playground.errors import InvalidRequest, Problem
from playground.parameters import SECOND
from playground.preset import Preset
from playground.servers import Target
from playground.settings import Settings
from playground.share.preset_file import competing
from playground.value_types import shown
from playground.votes.pair import Mode
from playground.web.credentials import target_of
from playground.web.large_requests import PICTURES_LIMIT, Place

BODY_LIMIT: Final = 2 * 1024 * 1024
MOST_VALUES: Final = 20_000
"""In a request for an answer: numbers, texts, lists and objects together. Each costs a check, in the thread that all
visitors share."""
MOST_NAMES: Final = 200
"""Parameters that it names; there are some thirty."""


async def read_json(
    request: Request, limit: int = BODY_LIMIT, beyond: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The JSON object that a request carries. Raises ValueError when it carries none, or more than `limit` bytes, or
    when it breaks off, and LimitReached.

    `beyond` is called once it is larger than `BODY_LIMIT`, and may raise ValueError as well.
    """
    raw = bytearray()
    try:
        async for piece in request.stream():
            was_small = len(raw) <= BODY_LIMIT
            raw += piece
            if len(raw) > limit:
                raise ValueError(f"This request is larger than {limit >> 20} MB.")
            if was_small and len(raw) > BODY_LIMIT:
                beyond()
    except ClientDisconnect as error:
        raise ValueError("This request broke off before all of it had come.") from error
    try:
        sent = json.loads(raw)
        json.dumps(sent, ensure_ascii=False).encode()  # what cannot be written down cannot be answered either
    except RecursionError as error:
        raise ValueError("This request is nested too deeply.") from error
    except UnicodeError as error:
        raise ValueError("This request holds half of a character, or is not UTF-8.") from error
    if not isinstance(sent, dict):
        raise ValueError("This request is not what the page sends.")
    return sent


def _object(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under `name`, empty where there is none. Raises ValueError when something else is there."""
    value = {} if sent.get(name) is None else sent[name]
    if not isinstance(value, dict):
        raise ValueError(f"This request is not what the page sends: {name} must be an object.")
    return value


def _refuse_many(sent: Mapping[str, Any]) -> None:
    """Raises ValueError where a request holds more than any page sends, which would take long to check."""
    for name in ("parameters", "second", "extra_body"):
        if isinstance(sent.get(name), dict) and len(sent[name]) > MOST_NAMES:
            raise ValueError(f"This request names more than {MOST_NAMES} parameters in {name}.")
    left: list[Any] = [sent]
    count = 0
    while left:
        value = left.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inner)
        if count > MOST_VALUES:
            raise ValueError(f"This request holds more than {MOST_VALUES:,} values.")
        left.extend(inner)


def _contest(sent: Mapping[str, Any]) -> Contest | None:
    """The presets that compete, where there are two at least. Raises ValueError, NotAPreset."""
    listed = sent.get("presets")
    if not isinstance(listed, list) or len(listed) < 2:
        return None
    if len(listed) > MOST_IN_CONTEST:
        raise ValueError(f"Up to {MOST_IN_CONTEST} presets compete.")
    presets = {preset.name: preset for preset in map(competing, listed)}
    return Contest(tuple(presets.values()), str(sent.get("against") or "")) if len(presets) > 1 else None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the page: every value that is set, where it goes, the extra JSON, and how pairs are shown.

    `second` is what the second side has in place of the first's model and parameters; a pair is certain then. Without
    one, pairs are between presets of the `contest` where there is one.
    """

    values: Mapping[str, Any]
    target: Target
    extra_body: Mapping[str, Any]
    second: Mapping[str, Any]
    mode: Mode
    contest: Contest | None = None

    @classmethod
    async def read(cls, request: Request, settings: Settings, place: Place | None = None) -> Asked:
        """Parses the page's JSON and the keys beside it. Raises ValueError when it is none, or too large.

        With a `place` it may hold pictures, up to `PICTURES_LIMIT` bytes.
        """
        sent = await (read_json(request, PICTURES_LIMIT, place.take) if place else read_json(request))
        _refuse_many(sent)
        target = target_of(request, sent, settings)
        asked = {"model": sent.get("model"), "messages": sent.get("messages")}
        mode: Mode = "open" if sent.get("mode") == "open" else "blind"
        return cls(
            values={**_object(sent, "parameters"), **asked},
            target=target,
            extra_body={} if sent.get("extra_body") is None else sent["extra_body"],
            second=_object(sent, "second"),
            mode=mode,
            contest=_contest(_object(sent, "contest")),
        )

    async def located(self, backend: Backend) -> tuple[Asked, ChatRequest]:
        """The same with the kind of its server found out, and the first side's request. Raises PlaygroundError."""
        request, target = await backend.request(
            self.values, "create_preference", self.target, self.extra_body
        )
        return replace(self, target=target), request

    @property
    def settings(self) -> dict[str, Any]:
        """The values of all parameters that are set, right or wrong, but for who is asked and what."""
        return {name: value for name, value in self.values.items() if name not in ("model", "messages")}

    def draft(self) -> ChatRequest | None:
        """What is set so far, right or wrong, without messages; None where no model is named."""
        model = model_of(self.values.get("model"), self.target)
        if model is None:
            return None
        extra = self.extra_body if isinstance(self.extra_body, Mapping) else {}
        return ChatRequest(model, (), self.settings, extra)

    def request(self) -> ChatRequest:
        """The first side's request as the page's widgets have it. Raises InvalidRequest."""
        return request_of(self.values, "create_preference", self.target, self.extra_body)

    def sides(self, request: ChatRequest) -> tuple[ChatRequest, ...]:
        """What to send: the first side's `request` alone or, by the draw or as a second side is set up, two.

        Raises InvalidRequest, about the second side or a preset.
        """
        if self.second:
            return pair_of(request)[0], self.second_request()
        if self.contest is None:
            return draw(request)
        if not falls(request.parameters.get("diff_frequency", 0.0)):
            return (replace(pair_of(request)[0], is_side=False),)
        first, second = self.contest.two()
        return self.preset_request(first), self.preset_request(second)

    def possible(self, request: ChatRequest) -> tuple[ChatRequest, ...]:
        """The first side's `request`, and every other that could be asked with it, whatever is drawn.

        Raises InvalidRequest, about the second side or a preset.
        """
        if self.second or self.contest is None:
            return self.sides(request)
        own = replace(pair_of(request)[0], is_side=False)
        return own, *(self.preset_request(preset) for preset in self.contest.presets)

    def preset_request(self, preset: Preset) -> ChatRequest:
        """What a preset asks of the model; only how the answer comes is as it is set.

        Raises InvalidRequest, which says that it is about this preset.
        """
        as_set = {n: self.values[n] for n in ("model", "messages", *AS_SET) if n in self.values}
        left_out = ("diff_frequency", "pref_params", *AS_SET)
        own = {n: v for n, v in preset.parameters.items() if n not in left_out}
        try:
            request = request_of({**own, **as_set}, "create", self.target, preset.extra_body)
        except InvalidRequest as error:
            said = [f"in {shown(preset.name)}, {problem}" for problem in error.problems]
            raise InvalidRequest([Problem("presets", "", "", said=each) for each in said]) from None
        return replace(request, preset=preset.name, is_side=True)

    def second_request(self) -> ChatRequest:
        """The first side's request with `second` over it; null leaves a parameter to the server.

        Raises InvalidRequest, which says that it is about the second side.
        """
        kept = {n: v for n, v in self.values.items() if n not in ("diff_frequency", "pref_params")}
        values = {n: v for n, v in {**kept, **self.second}.items() if v is not None}
        try:
            request = request_of(values, "create", self.target, self.extra_body)
            return replace(request, varied_by={SECOND.name: self.second}, is_side=True)
        except InvalidRequest as error:
            own = [p for p in error.problems if p.parameter in self.second]
            raise InvalidRequest(
                [Problem(SECOND.name, "", "", said=str(p)) for p in own] or error.problems
            ) from None
