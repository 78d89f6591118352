"""The faults that a server can have, each with one parameter: dropped, clamped, mangled or refused.

Kept apart from the server that has them, as a plain list: a new way to fail is a new line.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from playground.events import Alternative, Event, TokenScore, TokensScored, UsageReported
from playground.testing.fault import (
    Body,
    Damage,
    Fault,
    always,
    changed,
    dropped,
    refused,
    refused_within,
    void,
)


def _messages(what: str, change: Callable[[list[Any]], list[Any]]) -> Fault:
    return changed("messages", what, change)


def _scores(
    what: str, change: Callable[[TokensScored], TokensScored | None], parameter: str = "logprobs"
) -> Fault:
    def events(event: Event) -> Event | None:
        return change(event) if isinstance(event, TokensScored) else event

    return Fault(parameter, what, events=events)


def _sure_alone(event: TokensScored) -> TokensScored | None:
    return event if all(score.logprob > -0.7 for score in event.tokens) else None


def _top_halved(score: TokenScore) -> TokenScore:
    return replace(score, top=tuple(replace(a, logprob=a.logprob / 2) for a in score.top))


def _top_misnamed(score: TokenScore) -> TokenScore:
    return replace(score, top=tuple(replace(a, token=a.token[::-1]) for a in score.top))


def _all_zero(event: TokensScored) -> TokensScored:
    return TokensScored(tuple(replace(score, logprob=0.0) for score in event.tokens))


def _positive(event: TokensScored) -> TokensScored:
    return TokensScored(tuple(replace(score, logprob=-score.logprob) for score in event.tokens))


def _upper_case(stops: list[str]) -> list[str]:
    return [text.upper() if text.islower() else text.lower() for text in stops]


def _clamped(low: float, high: float) -> Callable[[float], float]:
    return lambda value: max(low, min(high, value))


def _each_bias(change: Callable[[float], float]) -> Callable[[dict[str, float]], dict[str, float]]:
    return lambda bias: {token: change(value) for token, value in bias.items()}


def _stripped(stops: list[str]) -> list[str]:
    return [text.strip() or "\0" for text in stops]


def _of_letters(stops: list[str]) -> list[str]:
    return [text for text in stops if text.strip().isalpha()] or ["\0"]


def _choice_word(word: str, instead: str) -> Callable[[Any], Any]:
    return lambda choice: instead if choice == word else choice


def _never_named(choice: Any) -> Any:
    return "auto" if isinstance(choice, dict) else choice


def _renamed(tools: list[Any]) -> list[Any]:
    return [{**tool, "function": {**tool["function"], "name": f"tool_{i}"}} for i, tool in enumerate(tools)]


def _each_tool(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[list[Any]], list[Any]]:
    return lambda tools: [{**tool, "function": change(tool["function"])} for tool in tools]


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda function: {key: value for key, value in function.items() if key != name}


def _each_score(change: Callable[[TokenScore], TokenScore]) -> Callable[[TokensScored], TokensScored]:
    return lambda event: TokensScored(tuple(change(score) for score in event.tokens))


def _padded(score: TokenScore) -> TokenScore:
    return replace(score, top=(*score.top[:1], *(Alternative("", -9999.0),) * (len(score.top) - 1)))


def _usage_of_zeros(event: Event) -> Event:
    zeros = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    return UsageReported(0, 0, zeros) if isinstance(event, UsageReported) else event


def _usage_times(read: float, written: float) -> Callable[[Event], Event]:
    """Both numbers of the usage times these."""

    def events(event: Event) -> Event:
        if (
            not isinstance(event, UsageReported)
            or event.prompt_tokens is None
            or event.completion_tokens is None
        ):
            return event
        prompt, completion = round(event.prompt_tokens * read), round(event.completion_tokens * written)
        raw = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        return UsageReported(prompt, completion, raw)

    return events


def _dropped_unless(name: str, *, streamed: bool) -> Damage:
    """Taken out of requests that are, or are not, for a stream."""
    return lambda body: void(body.pop(name, None) if bool(body.get("stream")) != streamed else None)


def _sent_as(name: str) -> Callable[[Body], None]:
    other = {"frequency_penalty": "presence_penalty", "presence_penalty": "frequency_penalty"}[name]
    return lambda body: void(body.update({other: body.pop(name)}) if name in body else None)


def _lower_case(messages: list[Any]) -> list[Any]:
    return [{**m, "content": m["content"].lower()} for m in messages]


def _first_kept(messages: list[Any]) -> list[Any]:
    return [m if m["role"] != "system" else {**m, "content": m["content"][:20]} for m in messages]


_dice: Final = random.Random(1)

_SENT: Final = (
    "stream",
    "temperature",
    "top_p",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "max_tokens",
    "stop",
    "logprobs",
    "top_logprobs",
    "logit_bias",
    "response_format",
    "tools",
    "tool_choice",
    "tool_prompt",
    "stream_options",
    "top_k",
    "min_p",
    "repetition_penalty",
    "max_completion_tokens",
    "n",
)
_DROPPED: Final = tuple(dropped(name) for name in _SENT)
_REFUSED: Final = tuple(refused(name) for name in _SENT)
_REFUSED_UNNAMED: Final = tuple(
    refused(name, named=False)
    for name in ("temperature", "logprobs", "top_logprobs", "max_tokens", "stream", "seed", "logit_bias")
)
_REFUSED_WITHIN: Final = tuple(
    refused_within(name) for name in ("temperature", "seed", "max_tokens", "tools")
)
_CLAMPED: Final = (
    changed("temperature", "clamped to 1 at most", _clamped(0.0, 1.0)),
    changed("temperature", "clamped to 0.7 at least", _clamped(0.7, 2.0)),
    changed("temperature", "clamped to 0.3 at least", _clamped(0.3, 2.0)),
    changed("temperature", "clamped to 0.1 at least", _clamped(0.1, 2.0)),
    changed("temperature", "clamped to 1.5 at most", _clamped(0.0, 1.5)),
    changed("temperature", "clamped to 1.8 at most", _clamped(0.0, 1.8)),
    changed("temperature", "clamped to 1.9 at most", _clamped(0.0, 1.9)),
    changed("top_p", "clamped to 0.1 at least", _clamped(0.1, 1.0)),
    changed("top_p", "clamped to 0.9 at most", _clamped(0.0, 0.9)),
    changed("top_p", "clamped to 0.9 at least", _clamped(0.9, 1.0)),
    changed("top_p", "clamped to 0.3 at least", _clamped(0.3, 1.0)),
    changed("top_p", "clamped to 0.5 at most", _clamped(0.0, 0.5)),
    changed("seed", "clamped to 100 at most", lambda seed: min(seed, 100)),
    changed("frequency_penalty", "clamped to 0 at least", _clamped(0.0, 2.0)),
    changed("frequency_penalty", "clamped to 0 at most", _clamped(-2.0, 0.0)),
    changed("presence_penalty", "clamped to 0 at least", _clamped(0.0, 2.0)),
    changed("presence_penalty", "clamped to 0 at most", _clamped(-2.0, 0.0)),
    *(
        changed(f"{name}_penalty", f"clamped to {bound:g} at {end}", _clamped(*ends))
        for name in ("frequency", "presence")
        for bound, end, ends in (
            (-1.0, "least", (-1.0, 2.0)),
            (-1.5, "least", (-1.5, 2.0)),
            (1.0, "most", (-2.0, 1.0)),
        )
    ),
    changed("top_k", "clamped to 2 at least", lambda number: max(2, number)),
    changed("top_k", "clamped to 2 at most", lambda number: min(2, number)),
    changed("min_p", "clamped to 0.5 at most", _clamped(0.0, 0.5)),
    changed("min_p", "clamped to 0.5 at least", _clamped(0.5, 1.0)),
    changed("repetition_penalty", "clamped to 1 at least", _clamped(1.0, 2.0)),
    changed("repetition_penalty", "clamped to 1 at most", _clamped(0.0, 1.0)),
    changed("max_completion_tokens", "clamped to 16 at most", lambda limit: min(16, limit)),
    changed("n", "clamped to 2 at most", lambda number: min(2, number)),
    changed("max_tokens", "one less", lambda limit: max(1, limit - 1)),
    changed("max_tokens", "one more", lambda limit: limit + 1),
    changed("max_tokens", "clamped to 16 at least", lambda limit: max(16, limit)),
    changed("max_tokens", "clamped to 16 at most", lambda limit: min(16, limit)),
    changed("stop", "cut to the first text", lambda stops: stops[:1]),
    changed("stop", "cut to the last text", lambda stops: stops[-1:]),
    changed("stop", "cut to three texts", lambda stops: stops[:3]),
    changed(
        "stop", "cut to single letters", lambda stops: [text for text in stops if len(text) == 1] or ["\0"]
    ),
    changed("top_logprobs", "clamped to 1", lambda number: min(1, number)),
    changed("top_logprobs", "clamped to 10", lambda number: min(10, number)),
    changed("top_logprobs", "clamped to 3", lambda number: min(3, number)),
    changed("logit_bias", "clamped to 1 either way", _each_bias(_clamped(-1.0, 1.0))),
    changed("logit_bias", "clamped to 10 either way", _each_bias(_clamped(-10.0, 10.0))),
    changed("logit_bias", "clamped to 0 at least", _each_bias(_clamped(0.0, 100.0))),
    changed("logit_bias", "clamped to 0 at most", _each_bias(_clamped(-100.0, 0.0))),
    changed("tools", "cut to the first", lambda tools: tools[:1]),
    changed("tools", "cut to the last", lambda tools: tools[-1:]),
    changed("tools", "without parameters", _each_tool(_without("parameters"))),
    changed("tools", "without descriptions", _each_tool(_without("description"))),
    changed("tool_choice", "required taken for auto", _choice_word("required", "auto")),
    changed("tool_choice", "none taken for auto", _choice_word("none", "auto")),
    changed("tool_choice", "auto taken for none", _choice_word("auto", "none")),
    changed("tool_choice", "auto taken for required", _choice_word("auto", "required")),
    changed("tool_choice", "named function taken for auto", _never_named),
    changed("tool_prompt", "cut to 12 characters", lambda text: text[:12]),
    changed("tool_prompt", "cut to 200 characters", lambda text: text[:200]),
    Fault(
        "messages",
        "system message refused",
        refuses=lambda body: any(message["role"] == "system" for message in body["messages"]),
        words={"error": {"message": "System role not supported."}},
    ),
    _messages("system message left out", lambda all_: [m for m in all_ if m["role"] != "system"]),
    _messages("all but the last left out", lambda all_: all_[-1:]),
    _messages("system message cut to 20 characters", _first_kept),
    _messages(
        "each cut to 300 characters", lambda all_: [{**m, "content": m["content"][:300]} for m in all_]
    ),
)
_MANGLED: Final = (
    changed("temperature", "halved", lambda value: value / 2),
    changed("temperature", "doubled", lambda value: value * 2),
    changed("temperature", "turned round", lambda value: 2.0 - value),
    always("temperature", "always 0", 0.0),
    changed("top_p", "turned round", lambda value: 1.0 - value),
    changed("top_p", "squared", lambda value: value * value),
    changed("seed", "made another each time", lambda _: _dice.randrange(2**31)),
    always("seed", "always 1", 1),
    changed("seed", "cut to 16 bits", lambda seed: seed & 0xFFFF),
    changed("seed", "cut to three digits", lambda seed: seed % 1000),
    Fault("seed", "dropped from whole answers", _dropped_unless("seed", streamed=True)),
    Fault("seed", "dropped from streams", _dropped_unless("seed", streamed=False)),
    changed("seed", "cut to 8 bits", lambda seed: seed % 256),
    changed("seed", "made even", lambda seed: seed & ~1),
    changed("min_p", "turned round", lambda value: 1.0 - value),
    changed("frequency_penalty", "turned round", lambda value: -value),
    changed("presence_penalty", "turned round", lambda value: -value),
    changed("frequency_penalty", "halved", lambda value: value / 2),
    changed("presence_penalty", "halved", lambda value: value / 2),
    *(Fault(name, "sent as the other", _sent_as(name)) for name in ("frequency_penalty", "presence_penalty")),
    changed("max_tokens", "doubled", lambda limit: 2 * limit),
    changed("stop", "in upper case", _upper_case),
    changed("stop", "stripped of blanks", _stripped),
    changed("stop", "cut to those of letters", _of_letters),
    Fault("logprobs", "dropped, but top_logprobs passed on", lambda body: void(body.pop("logprobs", None))),
    _scores("all zero", _all_zero),
    _scores("above zero", _positive),
    _scores("without tokens", _each_score(lambda score: replace(score, token=""))),
    _scores("of likely tokens alone", _sure_alone),
    _scores("halved", _each_score(lambda score: replace(score, logprob=score.logprob / 2))),
    _scores("halved", _each_score(_top_halved), "top_logprobs"),
    _scores("under wrong names", _each_score(_top_misnamed), "top_logprobs"),
    changed("top_logprobs", "always 20", lambda _: 20),
    changed("top_logprobs", "one more", lambda number: number + 1),
    _scores("one repeated", _each_score(lambda s: replace(s, top=s.top[:1] * len(s.top))), "top_logprobs"),
    _scores("padded", _each_score(_padded), "top_logprobs"),
    changed("logit_bias", "turned round", _each_bias(lambda value: -value)),
    changed("logit_bias", "halved", _each_bias(lambda value: value / 2)),
    changed("logit_bias", "of other tokens", lambda bias: {str(int(t) + 1): v for t, v in bias.items()}),
    changed("response_format", "without its schema", lambda _: {"type": "json_object"}),
    changed("response_format", "as text", lambda _: {"type": "text"}),
    changed("tools", "renamed", _renamed),
    changed("tool_prompt", "always the same", lambda _: "Use a function."),
    always("stream", "always on", True),
    always("stream_options", "always on", {"include_usage": True}),
    Fault("stream_options", "usage of zeros", events=_usage_of_zeros),
    Fault("stream_options", "usage doubled", events=_usage_times(2.0, 2.0)),
    Fault("stream_options", "usage halved", events=_usage_times(0.5, 0.5)),
    Fault("stream_options", "usage with the written tokens doubled", events=_usage_times(1.0, 2.0)),
    Fault("stream_options", "usage with the read tokens doubled", events=_usage_times(2.0, 1.0)),
    Fault("stream_options", "usage with the read tokens halved", events=_usage_times(0.5, 1.0)),
    Fault("stream", "in one piece", in_one_piece=True),
    Fault("model", "another one", model="quite-another-7b"),
    Fault("model", "a smaller one", model="smollm-mini"),
    _messages("turned round", lambda all_: all_[::-1]),
    _messages("in lower case", _lower_case),
    _messages("all from the user", lambda all_: [{**message, "role": "user"} for message in all_]),
)

_ALL: Final = (*_DROPPED, *_REFUSED, *_REFUSED_UNNAMED, *_REFUSED_WITHIN, *_CLAMPED, *_MANGLED)

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType({fault.name: fault for fault in _ALL})
"""Every fault by its name, such as `temperature dropped`; the probes must name its parameter, and no other."""
