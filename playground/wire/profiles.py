"""The kinds of server, each as one table: what becomes of a parameter there, and why.

Kept apart from the code that sends, because a new kind of server is a new table and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from playground.chat import ChatRequest
from playground.kinds import Integer, Kind, TokenIdBias
from playground.wire import llamacpp, tool_grammar
from playground.wire.prefill import Reader, without_prefill
from playground.wire.response_format import as_openai, as_tgi
from playground.wire.rules import (
    Encode,
    Rename,
    Rule,
    Send,
    Withhold,
    bias_map,
    choice_object,
    stop_list,
    tool_list,
)

Flavour = Literal[
    "embedded", "huggingface", "openrouter", "openai", "openai.com", "llamacpp", "vllm", "tgi", "transformers"
]


@dataclass(frozen=True, slots=True)
class Addition:
    """A body field that nobody set but this server needs; what the extra JSON has under it wins, name by name."""

    name: str
    value: Mapping[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server. `defaults` is what it uses for an unset parameter, only where that is known.

    `kinds` replaces documented ranges. `base_url` is empty where the user gives it. `key_hosts` are the hosts
    (with their subdomains) that a key may go to; empty: whatever host the endpoint names. `unnamed_model`
    stands in for an empty model id. `messages` and `translate` are for servers whose own template or answers
    need work; None: as they are.
    """

    flavour: Flavour
    label: str
    rules: Mapping[str, Rule]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    adds: tuple[Addition, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    needs_key: bool = False
    key_hosts: tuple[str, ...] = ()
    unnamed_model: str = ""
    messages: Callable[[ChatRequest], list[dict[str, Any]]] | None = None
    translate: Callable[[ChatRequest], Reader | None] | None = None

    def rule(self, name: str) -> Rule:
        """What becomes of parameter `name` here; one that no table names goes as it is."""
        return self.rules.get(name, _SEND)


_SEND: Final = Send()
_NOT_FOR_SERVERS: Final = Withhold("Never sent: it is used here, when a second answer is drawn.")
_NO_TOOL_PROMPT: Final = Withhold("Only HuggingFace's TGI and the embedded model know this parameter.")

_COMMON: Final[Mapping[str, Rule]] = {
    "frequency_penalty": _SEND,
    "logit_bias": Encode(bias_map, "As a map with string keys."),
    "logprobs": _SEND,
    "max_tokens": _SEND,
    "presence_penalty": _SEND,
    "response_format": Encode(as_openai, "In OpenAI's form."),
    "seed": _SEND,
    "stop": Encode(stop_list, "As a list."),
    "stream": _SEND,
    "stream_options": _SEND,
    "temperature": _SEND,
    "top_logprobs": _SEND,
    "top_p": _SEND,
    "tool_choice": Encode(choice_object, "As OpenAI's object that names the function."),
    "tool_prompt": _NO_TOOL_PROMPT,
    "tools": Encode(tool_list, ""),
    "diff_frequency": _NOT_FOR_SERVERS,
    "pref_params": _NOT_FOR_SERVERS,
}

_WHOLE: Final[Mapping[str, Any]] = {"stream": False, "logprobs": False}
"""What every server does unasked: answer whole, and without log probabilities."""

_UP_TO_20: Final[Mapping[str, Kind]] = {"top_logprobs": Integer(0, 20)}
"""OpenAI's and OpenRouter's API reference: 0 to 20; vLLM's --max-logprobs is 20 unless set."""

_BY_ID: Final[Mapping[str, Kind]] = {"logit_bias": TokenIdBias(-100.0, 100.0)}
"""llama.cpp alone takes a token's text too."""


EMBEDDED: Final = Profile(
    "embedded",
    "embedded model",
    rules={
        **_COMMON,
        **llamacpp.EDGES,
        "tools": Encode(tool_grammar.encode_tools, tool_grammar.WHY_TOOLS),
        "tool_choice": Encode(tool_grammar.encode_choice, tool_grammar.WHY_CHOICE),
        "tool_prompt": Encode(tool_grammar.encode_prompt, tool_grammar.WHY_PROMPT),
        "response_format": Encode(tool_grammar.encode_format, tool_grammar.WHY_FORMAT),
    },
    kinds={"top_logprobs": Integer(0, 100)},
    defaults={
        **_WHOLE,
        "temperature": 1.0,
        "top_p": 1.0,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "max_tokens": "all that fits",
        "seed": "random",
        "top_logprobs": 20,
        "tool_choice": "auto",
    },
    unnamed_model="embedded",
    messages=tool_grammar.messages,
    translate=lambda request: llamacpp.reader(request, tool_grammar.translator(request)),
)

HUGGINGFACE: Final = Profile(
    "huggingface",
    "HuggingFace",
    rules={
        **_COMMON,
        "tool_prompt": Send("Used where the router reaches a TGI server; others may ignore or refuse it."),
    },
    kinds=_BY_ID,
    defaults=_WHOLE,
    base_url="https://router.huggingface.co/v1",
    needs_key=True,
    key_hosts=("huggingface.co",),
)

OPENROUTER: Final = Profile(
    "openrouter",
    "OpenRouter",
    rules={
        **_COMMON,
        "stream_options": Send("Has no effect there: OpenRouter always reports the usage."),
    },
    kinds={**_UP_TO_20, **_BY_ID},
    defaults=_WHOLE,
    adds=(
        Addition(
            "provider",
            {"require_parameters": True},
            "Without it OpenRouter drops what a provider does not take, silently. "
            'Switch it off with {"provider": {"require_parameters": false}} in the extra JSON.',
        ),
    ),
    headers={"X-OpenRouter-Title": "Parameter Playground"},
    base_url="https://openrouter.ai/api/v1",
    needs_key=True,
    key_hosts=("openrouter.ai",),
)

OPENAI: Final = Profile("openai", "OpenAI-compatible server", _COMMON, _UP_TO_20, _WHOLE)

OPENAI_COM: Final = replace(
    OPENAI,
    flavour="openai.com",
    label="OpenAI",
    rules={
        **_COMMON,
        "max_tokens": Rename("max_completion_tokens", "OpenAI's newer models refuse max_tokens."),
    },
    kinds={**_UP_TO_20, **_BY_ID},
    base_url="https://api.openai.com/v1",
    needs_key=True,
    key_hosts=("api.openai.com",),
)


def _only_the_forced_tool(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """llama.cpp reads tool_choice as a word only; one function and "required" force that function."""
    name = request.forced_tool()
    fields = tool_list(request)
    if name is None or isinstance(fields, Withhold):
        return fields
    return {"tools": [tool for tool in fields["tools"] if tool["function"]["name"] == name]}


def _required_word(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    fields = choice_object(request)
    forced = request.forced_tool() is not None and not isinstance(fields, Withhold)
    return {"tool_choice": "required"} if forced else fields


LLAMACPP: Final = Profile(
    "llamacpp",
    "llama.cpp server",
    rules={
        **_COMMON,
        **llamacpp.EDGES,
        "tools": Encode(_only_the_forced_tool, "Only the forced one: llama.cpp cannot force one of several."),
        "tool_choice": Encode(
            _required_word, "llama.cpp ignores an object; the one tool sent makes it the same."
        ),
    },
    kinds={"top_logprobs": Integer(0, 100)},
    translate=lambda request: llamacpp.reader(request, without_prefill(request)),
    defaults={
        **_WHOLE,
        "temperature": 0.8,
        "top_p": 0.95,
        "frequency_penalty": 0.0,
        "presence_penalty": 0.0,
        "max_tokens": "all that fits",
        "seed": "random",
        "top_logprobs": 20,
    },
)
"""Sources: llama.cpp tools/server/README.md (defaults) and server-common.cpp (tool_choice, logprobs)."""

VLLM: Final = Profile(
    "vllm",
    "vLLM",
    _COMMON,
    {**_UP_TO_20, **_BY_ID},
    defaults={
        **_WHOLE,
        "temperature": "the model's own generation config, else 1.0",
        "top_p": "the model's own generation config, else 1.0",
        "max_tokens": "what is left of the context",
    },
)
"""Source: vllm entrypoints/openai/chat_completion/protocol.py (to_sampling_params)."""


def _open_interval_top_p(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """TGI wants 0 < top_p < 1 (router/src/validation.rs)."""
    top_p = request.parameters["top_p"]
    if top_p >= 1.0:
        return Withhold("TGI refuses 1.0, which means 'off' just as leaving it out does.")
    return {"top_p": top_p if top_p > 0.0 else 1e-6}


TGI: Final = Profile(
    "tgi",
    "Text Generation Inference",
    rules={
        **_COMMON,
        "logit_bias": Withhold("TGI does not implement it, and refuses a map with HTTP 422."),
        "presence_penalty": Withhold(
            "TGI has none: it adds 2 and takes the sum as a repetition penalty, so that 0 acts as 2."
        ),
        "response_format": Encode(as_tgi, "In TGI's own form."),
        "top_p": Encode(_open_interval_top_p, "TGI wants more than 0; this keeps one token, as 0 would."),
        "tool_prompt": _SEND,
    },
    defaults={**_WHOLE, "temperature": 1.0, "top_p": 1.0, "max_tokens": "what is left of the context"},
)
"""Sources: text-generation-inference router/src/lib.rs and validation.rs."""


def _tools_unless_none(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """transformers serve knows no tool_choice; "none" is kept by showing the model no tools."""
    if request.parameters.get("tool_choice") == "none":
        return Withhold(
            "tool_choice is none, and transformers serve can only be kept from calling unshown tools."
        )
    return tool_list(request)


def _bias_in_decimals(request: ChatRequest) -> Mapping[str, Any]:
    """transformers' sequence_bias takes floats only: a whole number ends in HTTP 500."""
    biases = bias_map(request)["logit_bias"]
    return {"logit_bias": {token: float(bias) for token, bias in biases.items()}}


def _penalty_above_minus_one(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """transformers serve makes it a repetition penalty of 1 plus this, which must be above 0."""
    penalty = request.parameters["frequency_penalty"]
    if penalty <= -1.0:
        return Withhold("transformers serve fails on -1 and below: it adds 1 and wants the sum above 0.")
    return {"frequency_penalty": penalty}


_UNKNOWN_TO_TRANSFORMERS: Final = Withhold(
    "transformers serve does not implement it: some releases refuse it with HTTP 422, others ignore it silently."
)
_ONLY_IF_SAMPLING: Final = Send("Has an effect only where the model's generation config sets do_sample.")

TRANSFORMERS: Final = Profile(
    "transformers",
    "transformers serve",
    rules={
        **_COMMON,
        **dict.fromkeys(
            (
                "logprobs",
                "top_logprobs",
                "presence_penalty",
                "response_format",
                "stream_options",
                "tool_prompt",
            ),
            _UNKNOWN_TO_TRANSFORMERS,
        ),
        **dict.fromkeys(("temperature", "top_p", "seed"), _ONLY_IF_SAMPLING),
        "logit_bias": Encode(_bias_in_decimals, "As a map with string keys and decimal numbers."),
        "tool_choice": Withhold("transformers serve does not implement it: it can force no call."),
        "tools": Encode(_tools_unless_none, ""),
        "frequency_penalty": Encode(_penalty_above_minus_one, ""),
    },
    kinds=_BY_ID,
    defaults={
        "stream": False,
        "temperature": "the model's own generation config",
        "max_tokens": "1024, or more if the model's own generation config says so",
    },
)
"""Sources: transformers 5.23 cli/serving/chat_completion.py and utils.py (_validate_request,
_build_generation_config), and that release running: tests/thirdparty."""

PROFILES: Final[Mapping[Flavour, Profile]] = {
    profile.flavour: profile
    for profile in (
        EMBEDDED,
        HUGGINGFACE,
        OPENROUTER,
        OPENAI,
        OPENAI_COM,
        LLAMACPP,
        VLLM,
        TGI,
        TRANSFORMERS,
    )
}


def bill_to(organisation: str) -> dict[str, str]:
    """The header that has HuggingFace bill an organisation (hub-docs inference-providers/pricing)."""
    return {"X-HF-Bill-To": organisation} if organisation else {}


def referred_by(url: str) -> dict[str, str]:
    """The header by which OpenRouter attributes calls to an app (OpenRouter docs, app attribution)."""
    return {"HTTP-Referer": url} if url else {}
