"""The registry: every parameter of a chat completion, written down once, the documented ones first.

Widget, validation, request body, signature, README table and help text are all derived from these records; adding a
parameter is adding one line to `CreateParameters`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypedDict, get_type_hints

from pydantic import BaseModel

from playground.further_parameters import FurtherParameters
from playground.parameter import UNSET, Call, Group, Parameter, Unset
from playground.value_types import (
    Choices,
    Flag,
    Integer,
    Messages,
    Number,
    Object,
    ResponseFormat,
    Stops,
    Text,
    TokenBias,
    ToolChoice,
    Tools,
)

__all__ = ["UNSET", "Call", "Group", "Parameter", "Unset"]
"""What stands in a file of its own and is asked for here, where the records are."""


class StreamParameter(TypedDict, total=False):
    """`stream` stands alone because it decides what a call returns, and so has its own place in signatures."""

    stream: Annotated[
        bool | Unset,
        Parameter(
            Flag(),
            "Delivery",
            "Sends the answer piece by piece while it is written, instead of whole at the end.",
            "Changes when the text arrives, never what it says.",
            default=False,
        ),
    ]


class FormatParameter(TypedDict, total=False):
    """`response_format` stands alone because it decides what an answer holds, and so has its own place too."""

    response_format: Annotated[
        type[BaseModel] | Mapping[str, Any] | None | Unset,
        Parameter(
            ResponseFormat(),
            "Structure",
            "Makes the answer JSON of a given shape: a JSON Schema, or in Python a Pydantic model, which means exactly "
            "its fields. Where the server knows `strict` it must keep to it; `strict` in OpenAI's form is sent as set.",
            "Servers without structured output ignore it or refuse it.",
        ),
    ]


class CreateParameters(FurtherParameters, total=False):
    """The optional parameters of `create()` beside `stream` and `response_format`, documented and further.

    Those left out take their documented default.
    """

    temperature: Annotated[
        float | Unset,
        Parameter(
            Number(0.0, 2.0, 0.1),
            "Sampling",
            "Divides the model's scores before a token is drawn: near 0 the likeliest token nearly always wins, "
            "above 1 unlikely ones gain.",
            "Ignored by many reasoning models; some refuse it.",
            default=1.0,
        ),
    ]
    top_p: Annotated[
        float | None | Unset,
        Parameter(
            Number(0.0, 1.0, 0.05),
            "Sampling",
            "Draws only from the likeliest tokens that together reach this probability (nucleus sampling).",
            "No effect at 1.0, or at temperature 0.",
        ),
    ]
    seed: Annotated[
        int | None | Unset,
        Parameter(
            Integer(0, 2**32 - 1),
            "Sampling",
            "Starts the random draw at a known place, so that the same request can give the same answer again.",
            "Best effort on hosted servers: a change of hardware or batch can still change the answer.",
        ),
    ]
    frequency_penalty: Annotated[
        float | Unset,
        Parameter(
            Number(-2.0, 2.0, 0.1),
            "Repetition",
            "Lowers a token's score by this much for every time it has occurred; negative values invite repetition.",
            "No effect at 0. Ignored by some reasoning models.",
            default=0.0,
        ),
    ]
    presence_penalty: Annotated[
        float | None | Unset,
        Parameter(
            Number(-2.0, 2.0, 0.1),
            "Repetition",
            "Lowers a token's score once, by this much, as soon as it has occurred at all.",
            "No effect at 0. TGI turns it into another penalty altogether.",
        ),
    ]
    max_tokens: Annotated[
        int | Unset,
        Parameter(
            Integer(1, None),
            "Length and stopping",
            "Ends the answer after this many tokens; the finish reason is then 'length'.",
            "Some servers cap it lower, or ask for a minimum of 16.",
            default=20,
        ),
    ]
    stop: Annotated[
        str | Sequence[str] | None | Unset,
        Parameter(
            Stops(4),
            "Length and stopping",
            "Ends the answer before any of these texts would appear; the text itself is left out.",
            "No effect if the model never writes it.",
        ),
    ]
    logprobs: Annotated[
        bool | Unset,
        Parameter(
            Flag(),
            "Tokens",
            "Asks for the log probability of every token of the answer; the answer is then coloured by it.",
            "Many hosted models leave it out without a word.",
            default=False,
        ),
    ]
    top_logprobs: Annotated[
        int | None | Unset,
        Parameter(
            Integer(0, 5),
            "Tokens",
            "Asks for this many of the likeliest alternatives of every token.",
            "Needs logprobs. Some servers give fewer than asked.",
            requires="logprobs",
        ),
    ]
    logit_bias: Annotated[
        Mapping[str, float] | Mapping[int, float] | None | Unset,
        Parameter(
            TokenBias(-100.0, 100.0),
            "Tokens",
            "Adds to the score of a token before it is drawn: -100 bans it, 100 all but forces it.",
            "Token ids belong to one tokenizer; TGI does not implement it.",
        ),
    ]
    tools: Annotated[
        Sequence[Mapping[str, Any] | Callable[..., Any]] | None | Unset,
        Parameter(
            Tools(),
            "Structure",
            "Functions that the model may ask to have called, each described by a JSON Schema (in Python also a "
            "plain function with type hints and a docstring). Where the server knows `strict` it must keep to that, "
            "unless a function says otherwise.",
            "Models without tool support ignore them.",
        ),
    ]
    tool_choice: Annotated[
        Literal["auto", "none", "required"] | str | Mapping[str, Any] | Unset,
        Parameter(
            ToolChoice(),
            "Structure",
            "Whether the model may, must not or must call a function, or which one it must call.",
            "Needs tools. Some servers treat 'required' as 'auto'.",
            default="auto",
            requires="tools",
        ),
    ]
    tool_prompt: Annotated[
        str | None | Unset,
        Parameter(
            Text(),
            "Structure",
            "The sentence put in front of the list of functions that the model is shown.",
            "HuggingFace's TGI and the embedded model only, and only together with tools.",
        ),
    ]
    stream_options: Annotated[
        Mapping[str, Any] | None | Unset,
        Parameter(
            Object(),
            "Delivery",
            'Extras of a stream: {"include_usage": true} adds a last chunk that counts the tokens.',
            "Needs stream. OpenRouter always sends the usage.",
            requires="stream",
        ),
    ]


class PreferenceParameters(CreateParameters, total=False):
    """The optional parameters of `create_preference()` beside these two: those of `create()`, and two more."""

    diff_frequency: Annotated[
        float | Unset,
        Parameter(
            Number(0.0, 1.0, 0.05),
            "Preference",
            "How often a reply comes as two different answers to choose from: 0 never, 0.25 about 1 in 4, 1 always.",
            "Never sent: it is drawn here, once per reply.",
            default=0.0,
            call="create_preference",
        ),
    ]
    pref_params: Annotated[
        Mapping[str, float] | None | Unset,
        Parameter(
            Choices(("temperature", "frequency_penalty")),
            "Preference",
            "What the second answer uses in place of your temperature and frequency_penalty. "
            "Left empty: temperature 1.3 and frequency_penalty 0.2.",
            "Only when a second answer is drawn.",
            call="create_preference",
        ),
    ]


PREF_PARAMS_DEFAULT: Final[Mapping[str, float]] = MappingProxyType(
    {"temperature": 1.3, "frequency_penalty": 0.2}
)

REQUIRED: Final = {
    "model": Parameter(
        Text(),
        "Conversation",
        "Which model answers, and by its prefix where: embedded, huggingface/<id>, openrouter/<id>, or an id of "
        "the server at the base URL.",
        "Never ignored.",
    ),
    "messages": Parameter(
        Messages(),
        "Conversation",
        "The conversation so far: a list of {role, content}, with the roles system, user, assistant and tool.",
        "Never ignored, but cut or refused past the model's context length.",
    ),
}


class _Optional(StreamParameter, FormatParameter, PreferenceParameters, total=False):
    """All optional parameters, in the registry's order."""


def _records() -> dict[str, Parameter]:
    hints = get_type_hints(_Optional, include_extras=True)
    optional = {name: hint.__metadata__[0] for name, hint in hints.items()}
    documented_first = sorted({**REQUIRED, **optional}.items(), key=lambda item: item[1].group == "More")
    return {name: replace(record, name=name) for name, record in documented_first}


EXTRA_BODY: Final = Parameter(
    Object(),
    "Extra",
    "Goes into the request as it is, last of all: metadata, store, or anything new.",
    "What it overrides is said in the report.",
    name="extra_body",
)

SECOND: Final = Parameter(
    Object(),
    "Preference",
    'What the second side has in place of yours, like {"model": "...", "top_p": 0.5}; every reply is then a pair.',
    "Never sent as it is: it is what the second request is made of.",
    name="second",
)

REGISTRY: Final[Mapping[str, Parameter]] = MappingProxyType(_records())


def parameters_of(call: Call) -> tuple[Parameter, ...]:
    """The records that `call` takes, in the registry's order."""
    return tuple(p for p in REGISTRY.values() if p.call == "create" or p.call == call)


def with_defaults(given: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """`given` filled up with the documented defaults of `call`; what is UNSET or "none" is left out.

    >>> with_defaults({"temperature": UNSET, "seed": None}, "create")["max_tokens"]
    20
    """
    is_set = {name: value for name, value in given.items() if value is not UNSET}
    filled = {
        p.name: given[p.name] if p.name in given else p.default_beside(is_set) for p in parameters_of(call)
    }
    unknown = {name: value for name, value in given.items() if name not in filled}
    return {n: v for n, v in {**filled, **unknown}.items() if v is not UNSET and not _is_none(n, v)}


def _is_none(name: str, value: Any) -> bool:
    """None means "none", and so not sent, only where that is the documented default."""
    return value is None and name in REGISTRY and REGISTRY[name].default is None and name not in REQUIRED
