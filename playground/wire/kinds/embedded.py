"""The model that runs here, in llama.cpp's own server: what becomes of a parameter is up to its chat template.

The template of the model that comes along knows text only, and so do others; one that knows tools gets them as it
expects them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from playground.chat import ChatRequest
from playground.events import Event, TextDelta
from playground.wire import tool_grammar
from playground.wire.chat_template import SMOLLM2_TEMPLATE, ChatTemplate
from playground.wire.kinds.llamacpp import EDGES, OF_LLAMA_CPP, RANGES, UNREAD, reader
from playground.wire.kinds.openai import COMMON, NOT_WRITTEN_DOWN, WHOLE, as_openai
from playground.wire.kinds.profile import Continuation, Profile, Support
from playground.wire.models import ModelInfo
from playground.wire.prefill import without_prefill
from playground.wire.reader import Reader
from playground.wire.rules import (
    Encode,
    Encoder,
    Noted,
    Rule,
    Withhold,
    choice_word,
    only_the_forced_tool,
    thinking,
)

_IMPLEMENTED: Final = Support("yes", "The embedded model implements it.")


def _takes(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    return _IMPLEMENTED if parameter in profile.rules else NOT_WRITTEN_DOWN


_BY_GRAMMAR: Final[Mapping[str, tuple[Encoder, str]]] = {
    "tools": (tool_grammar.encode_tools, tool_grammar.WHY_TOOLS),
    "tool_choice": (tool_grammar.encode_choice, tool_grammar.WHY_CHOICE),
    "tool_prompt": (tool_grammar.encode_prompt, tool_grammar.WHY_PROMPT),
    "response_format": (tool_grammar.encode_format, tool_grammar.WHY_FORMAT),
}

EMBEDDED: Final = Profile(
    flavour="embedded",
    label="embedded model",
    rules={
        **COMMON,
        **EDGES,
        **UNREAD,
        "reasoning_effort": Withhold("This model does not think before it answers."),
        "parallel_tool_calls": Withhold("The embedded model calls one function in an answer, never several."),
        **{name: Encode(*rule) for name, rule in _BY_GRAMMAR.items()},
    },
    continuation=Continuation("yes", ""),
    kinds=RANGES,
    shapes=OF_LLAMA_CPP,
    defaults={
        **WHOLE,
        "temperature": 1.0,
        "top_p": 1.0,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "max_tokens": "all that fits",
        "seed": "random",
        "top_logprobs": 20,
        "tool_choice": "auto",
        "top_k": 0,
        "min_p": 0.0,
        "repetition_penalty": 1.0,
        "n": 1,
    },
    messages=tool_grammar.messages,
    translate=lambda request: reader(request, tool_grammar.translator(request)),
    text_only="The embedded model reads text only.",
    unnamed_model="embedded",
    takes=_takes,
    tells_prompt="apply-template",
)
"""As the model that comes along has it: tools by a grammar."""


def embedded_with(template: ChatTemplate) -> Profile:
    """How a model with this chat template takes each parameter."""
    if template == SMOLLM2_TEMPLATE:
        return EMBEDDED
    return _by_template(template) if template.tools else _by_grammar(template)


def _by_template(template: ChatTemplate) -> Profile:
    """Tools go as any server of llama.cpp takes them; JSON is held to as before, where no call and no thought is."""

    def is_text(request: ChatRequest) -> bool:
        return not template.thinks and not request.parameters.get("tools")

    def encode_format(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
        return tool_grammar.encode_format(_unbegun(request)) if is_text(request) else as_openai(request)

    def read(request: ChatRequest) -> Reader | None:
        own = tool_grammar.translator(_unbegun(request)) if is_text(request) else None
        return reader(request, without_prefill(request, own))

    rules: dict[str, Rule] = {
        **_TOOLS_BY_TEMPLATE,
        **_effort(template),
        "response_format": Encode(encode_format, tool_grammar.WHY_FORMAT),
    }
    return replace(EMBEDDED, rules={**EMBEDDED.rules, **rules}, messages=None, translate=read)


_TOOLS_BY_TEMPLATE: Final[Mapping[str, Rule]] = {
    "tools": Encode(
        only_the_forced_tool,
        "Only the forced one, for this model's own template: llama.cpp cannot force one of several.",
    ),
    "tool_choice": Encode(choice_word, "llama.cpp ignores an object; the one tool sent makes it the same."),
    "parallel_tool_calls": COMMON["parallel_tool_calls"],
    "tool_prompt": Withhold(
        "This model's own template shows it its functions, and has no place for a sentence."
    ),
}
"""As any server of llama.cpp takes them."""


def _effort(template: ChatTemplate) -> Mapping[str, Rule]:
    """Whether there is a thought to be switched off."""
    return {"reasoning_effort": thinking("llama.cpp")} if template.thinks else {}


def _by_grammar(template: ChatTemplate) -> Profile:
    """Tools by a grammar, behind the thought where there is one; nothing goes on from an answer that was begun."""

    def through(encoder: Encoder) -> Encoder:
        return lambda request: encoder(_unbegun(request))

    def messages(request: ChatRequest) -> list[dict[str, Any]]:
        shown = _unbegun(request)
        return tool_grammar.messages(shown) + [dict(m) for m in request.messages[len(shown.messages) :]]

    def read(request: ChatRequest) -> Reader | None:
        own = tool_grammar.translator(_unbegun(request))
        return reader(request, without_prefill(request, _Unspaced(own) if own and template.thinks else own))

    rules: dict[str, Rule] = {n: Encode(through(encoder), why) for n, (encoder, why) in _BY_GRAMMAR.items()}
    rules |= _effort(template)
    if template.thinks:
        rules["tools"] = Encode(_tools_behind_thoughts, tool_grammar.WHY_TOOLS)
        rules["response_format"] = Encode(
            _format_behind_thoughts, "As llama.cpp has it: the thought is free."
        )
    return replace(EMBEDDED, rules={**EMBEDDED.rules, **rules}, messages=messages, translate=read)


def _unbegun(request: ChatRequest) -> ChatRequest:
    """The request without an answer that has been begun: no grammar can go on behind a turn that opens otherwise."""
    begun = request.prefill and len(request.messages) > 1
    return replace(request, messages=request.messages[:-1]) if begun else request


def _tools_behind_thoughts(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
    """A grammar that lets the model think first: llama.cpp holds a thought to a request's own grammar too."""
    encoded = tool_grammar.encode_tools(_unbegun(request))
    if not isinstance(encoded, Noted):
        return encoded
    rules = encoded.fields["grammar"].replace("\nstart: ", "\nstart: thought? answer\nanswer: ", 1)
    return replace(encoded, fields={"grammar": f"{rules}\n{_THOUGHT}"})


_THOUGHT: Final = "\n".join(("thought: inner SPACE", r'inner[suffix="</think>"]: /(.|\n)*/', r"SPACE: /\s*/"))
"""Any text up to the first mark that ends a thought (llguidance's docs/syntax.md)."""


class _Unspaced:
    """Leaves out the blank lines that stand between a thought and what is read by its first letter."""

    def __init__(self, next_reader: Reader) -> None:
        self._next = next_reader
        self._begun = False

    def take(self, event: Event) -> list[Event]:
        """The events that `event` amounts to."""
        if isinstance(event, TextDelta) and not self._begun:
            event = replace(event, text=event.text.lstrip())
            self._begun = event.text != ""
            if not self._begun:
                return []
        return self._next.take(event)


def _format_behind_thoughts(request: ChatRequest) -> Mapping[str, Any] | Noted | Withhold:
    """Beside tools it is part of their grammar, as ever."""
    asked = tool_grammar.encode_format(_unbegun(request))
    return as_openai(request) if not isinstance(asked, Withhold) and asked else asked
