"""llama.cpp's own server; what it reads as something else than it says holds for the embedded model too.

Sources: llama.cpp tools/server/README.md (defaults), include/llama.h (LLAMA_DEFAULT_SEED), tools/server/server-task.cpp
(n_predict, logit_bias), server-schema.cpp
(top_k, min_p, repeat_penalty, max_completion_tokens, n_cmpl), README.md of 2026-11 (reasoning_effort,
chat_template_kwargs, parallel_tool_calls), server-common.cpp (tool_choice, n_probs) and
server-http.cpp (the Server header); measured with xllamacpp 2026.10: media_marker in /props is another one in every
run, modalities says whether the model sees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from playground.chat import ChatRequest
from playground.events import Event, TokensScored
from playground.schema.engine_limits import engine_limits
from playground.schema.limits import check_schema
from playground.schema.patterns import bomb
from playground.value_types import Integer, ValueType, is_number
from playground.wire.documents import Document
from playground.wire.heard import Heard
from playground.wire.kinds.openai import COMMON, OF_OPENAI, WHOLE, implemented
from playground.wire.kinds.profile import Continuation, Mark, Profile
from playground.wire.prefill import without_prefill
from playground.wire.reader import Reader
from playground.wire.rules import (
    Encode,
    Noted,
    Rename,
    Rule,
    Send,
    Withhold,
    bias_map,
    choice_word,
    older_limit,
    only_the_forced_tool,
    thinking,
)
from playground.wire.runs import RunMark, Sight, digest
from playground.wire.shapes import MOST_TOLD, ShapeLimits

_RANDOM_SEED: Final = 2**32 - 1
_MOST_TOKENS: Final = 2**31 - 1


def _seed(request: ChatRequest) -> Mapping[str, Any]:
    seed: int = request.parameters["seed"]
    return {"seed": seed if seed != _RANDOM_SEED else _RANDOM_SEED - 1}


def _max_tokens(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    fields = older_limit()(request)
    return _counted(fields) if isinstance(fields, Mapping) else fields


def _max_completion_tokens(request: ChatRequest) -> Mapping[str, Any]:
    return _counted({"max_completion_tokens": request.parameters["max_completion_tokens"]})


def _counted(limit: Mapping[str, int]) -> Mapping[str, int]:
    return {name: min(tokens, _MOST_TOKENS) for name, tokens in limit.items()}


def _top_logprobs(request: ChatRequest) -> Mapping[str, Any]:
    return {"top_logprobs": max(request.parameters["top_logprobs"], 1)}


EDGES: Final[Mapping[str, Rule]] = {
    "seed": Encode(_seed, f"llama.cpp takes {_RANDOM_SEED} as a random seed, so the one below it goes."),
    "max_tokens": Encode(
        _max_tokens, f"llama.cpp counts to {_MOST_TOKENS} at most, more than any answer has."
    ),
    "max_completion_tokens": Encode(
        _max_completion_tokens, f"llama.cpp counts to {_MOST_TOKENS} at most, more than any answer has."
    ),
    "top_logprobs": Encode(
        _top_logprobs, "With 0 llama.cpp gives no log probabilities: 1 goes, and is left out."
    ),
    "repetition_penalty": Rename(
        "repeat_penalty", "llama.cpp's own name for it, and the only one that it reads."
    ),
}
"""Values that llama.cpp reads as something else than they say, and what goes in their place."""

UNREAD: Final = dict.fromkeys(OF_OPENAI, Withhold("llama.cpp does not read it, and says nothing."))

RANGES: Final[Mapping[str, ValueType]] = {"top_logprobs": Integer(0, 100)}
"""Wider than documented."""


class _WithoutAlternatives:
    """Leaves out the alternatives of every token, and hands all on to the next reader, if there is one."""

    def __init__(self, next_reader: Reader | None) -> None:
        self._next = next_reader

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to."""
        if isinstance(event, TokensScored):
            event = TokensScored(tuple(replace(token, top=()) for token in event.tokens))
        return [event] if self._next is None else self._next.take(event)


def reader(request: ChatRequest, next_reader: Reader | None = None) -> Reader | None:
    """`next_reader`, behind one that leaves out the alternative which nobody has asked for."""
    return _WithoutAlternatives(next_reader) if request.parameters.get("top_logprobs") == 0 else next_reader


def bias_within(vocabulary: int) -> Rule:
    """The rule for logit_bias of a model with so many tokens: ids that it does not have are ignored silently."""

    def encode(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
        given = bias_map(request)["logit_bias"]
        kept = {token: bias for token, bias in given.items() if _is_known(token, vocabulary)}
        lost = ", ".join(token for token in given if token not in kept)
        numbers = f"this model's tokens are numbered from 0 to {vocabulary - 1}"
        if not kept:
            return Withhold(f"It names no token ({lost}): {numbers}.")
        return Noted({"logit_bias": kept}, f"Without {lost}: {numbers}.") if lost else {"logit_bias": kept}

    return Encode(
        encode, "As a map with string keys; of a text, each token that it is cut into gets the bias."
    )


def _is_known(token: str, vocabulary: int) -> bool:
    """Whether it is the id of a token, or else a text; read as C's strtol reads it."""
    return not re.fullmatch(r"\s*[+-]?[0-9]+", token) or 0 <= int(token) < vocabulary


DEEPEST_GRAMMAR: Final = 500
"""Brackets within brackets; from tens of thousands on llama.cpp's parser runs out of stack and dies."""

_REGEX: Final = re.compile(r"/((?:[^/\\\n]|\\.)+)/")
"""A pattern within a grammar of llguidance."""


def _engine_faults(grammar: str) -> Iterator[str]:
    """Why a grammar of the user's own cannot go: llama.cpp crashes on deep ones, and stalls on the same bombs."""
    if (depth := _nesting(grammar)) > DEEPEST_GRAMMAR:
        yield f"The grammar is nested {depth:,} deep; at most {DEEPEST_GRAMMAR} is allowed. Simplify it."
    for pattern in _REGEX.findall(grammar):
        if reason := bomb(pattern):
            yield f"A pattern in the grammar is too much: {reason}. Simplify it."
    for place in re.finditer(r"%json\s*", grammar):
        with suppress(ValueError, RecursionError):  # what is no JSON is refused by the engine itself
            schema, _ = json.JSONDecoder().raw_decode(grammar, place.end())
            problems = check_schema(schema, engine_limits)[:MOST_TOLD]
            yield from (f"The grammar's schema, {problem}" for problem in problems)


def _nesting(text: str) -> int:
    """How deep brackets of any kind stand within each other."""
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest


OF_LLAMA_CPP: Final = ShapeLimits(engine_limits, _engine_faults)


def _tells(heard: Heard) -> str:
    """It signs every answer, refusals too."""
    if heard.is_signed("llama.cpp"):
        return "It signs its answers as llama.cpp."
    if "llamacpp" in heard.owners:
        return "Its models are owned by llamacpp."
    return "It has llama.cpp's /props." if "default_generation_settings" in heard.fields("props") else ""


def _media_marker(document: Document) -> str:
    """A word for pictures in a prompt, which today's servers draw at random when they start."""
    content = document.content
    marker = content.get("media_marker") if isinstance(content, Mapping) else None
    return marker if isinstance(marker, str) and marker != _FIXED_MARKER else ""


def _shown_settings(document: Document) -> str:
    """Of older ones: what they show of their flags, and nothing that changes while they run."""
    content = document.content
    if not isinstance(content, Mapping):
        return ""
    return digest({name: content[name] for name in _SETTINGS if name in content})


def _own_values(document: Document) -> Mapping[str, float]:
    """What it samples with unasked: by its program, a flag, or the general.sampling keys of its model's file."""
    content = document.content if isinstance(document.content, Mapping) else {}
    shown = content.get("default_generation_settings")
    params = shown.get("params") if isinstance(shown, Mapping) else None
    given = params if isinstance(params, Mapping) else {}
    named = ((name, given.get(_OWN_NAMES.get(name, name))) for name in _SAMPLED)
    return {name: float(value) for name, value in named if is_number(value)}


def _sees(document: Document) -> Mapping[str, bool]:
    """modalities.vision: whether what it runs was loaded with its eyes (--mmproj); a router of many does not say it."""
    content = document.content
    shown = content.get("modalities") if isinstance(content, Mapping) else None
    vision = shown.get("vision") if isinstance(shown, Mapping) else None
    return {"": vision} if isinstance(vision, bool) else {}


_OWN_NAMES: Final = {"repetition_penalty": "repeat_penalty"}
_SAMPLED: Final = (
    *("temperature", "top_p", "top_k", "min_p", "repetition_penalty"),
    *("frequency_penalty", "presence_penalty"),
)
_FIXED_MARKER: Final = "<__media__>"
_SETTINGS: Final = ("build_info", "model_path", "total_slots", "chat_template")


LLAMACPP: Final = Profile(
    flavour="llamacpp",
    label="llama.cpp server",
    rules={
        **COMMON,
        **EDGES,
        **UNREAD,
        "reasoning_effort": thinking("llama.cpp"),
        "n": Send(
            "As many as the server has slots (--parallel) at most; releases before 2026 refuse more than one."
        ),
        "tools": Encode(only_the_forced_tool, "Only the forced one: llama.cpp cannot force one of several."),
        "tool_choice": Encode(
            choice_word, "llama.cpp ignores an object; the one tool sent makes it the same."
        ),
    },
    continuation=Continuation("yes", "llama.cpp refuses a beginning where the model is told to think first."),
    kinds=RANGES,
    shapes=OF_LLAMA_CPP,
    defaults={
        **WHOLE,
        "temperature": 0.8,
        "top_p": 0.95,
        "top_k": 40,
        "min_p": 0.05,
        "repetition_penalty": 1.0,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "max_tokens": "all that fits",
        "seed": "random",
        "top_logprobs": 20,
    },
    translate=lambda request: reader(request, without_prefill(request)),
    mark=Mark(("props",), _tells),
    runs=(
        RunMark("props", _media_marker, "start", _own_values),
        RunMark("props", _shown_settings, "settings", _own_values),
    ),
    sight=Sight("props", _sees),
    takes=implemented,
    tells_prompt="apply-template",
)
