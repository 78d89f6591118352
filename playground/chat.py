"""What is asked: the model, the conversation and the set parameters, as one frozen value.

A request is what is validated, sent, shown, stored and replayed, and must be the same in all five places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from playground.value_types import ToolChoice

JsonObject = Mapping[str, Any]
Provider = Literal["embedded", "huggingface", "openrouter", "server"]


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Where a model runs and what it is called there. `id` is empty for the embedded model's own name."""

    provider: Provider
    id: str

    @classmethod
    def parse(cls, text: str) -> ModelRef | None:
        """The reference that a prefix stands for, or None when `text` has none of the known prefixes.

        >>> ModelRef.parse("huggingface/openai/gpt-oss-20b:groq")
        ModelRef(provider='huggingface', id='openai/gpt-oss-20b:groq')
        """
        prefix, _, rest = text.strip().partition("/")
        providers: tuple[Provider, ...] = get_args(Provider)
        provider = next((each for each in providers if each == prefix), None)
        return cls(provider, rest) if provider and (rest or provider == "embedded") else None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go: `base_url` up to and with its version part (`http://host/v1`), and the key to show.

    `headers` are sent beside the key, which never appears in a repr. `own_key`: the key was given for this very
    address, not for a provider. `lent`: it is the owner's, and a stranger's request uses it.
    """

    base_url: str
    api_key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    own_key: bool = False
    lent: bool = False


def prefill_of(messages: Any) -> str:
    """The text that an answer to these messages goes on from: the last one's, where that is the model's own."""
    last = messages[-1] if isinstance(messages, (list, tuple)) and messages else None
    if not isinstance(last, Mapping) or last.get("role") != "assistant" or last.get("tool_calls"):
        return ""
    content = last.get("content")
    return content if isinstance(content, str) else ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request: `parameters` holds what is set, and only that; `extra` goes into the body as it is.

    `is_side`: it is one of the two that a pair asks for. `varied_by`: of the second of them, the argument that made it
    differ from the first, and its value. `preset`: the name of the one that a side of a pair of presets is made of.
    """

    model: ModelRef
    messages: tuple[JsonObject, ...]
    parameters: JsonObject = field(default_factory=dict)
    extra: JsonObject = field(default_factory=dict)
    varied_by: Mapping[str, JsonObject] = field(default_factory=dict)
    is_side: bool = False
    preset: str = ""

    @property
    def streams(self) -> bool:
        """Whether the answer is asked for piece by piece."""
        return bool(self.parameters.get("stream", False))

    @property
    def prefill(self) -> str:
        """What the answer goes on from."""
        return prefill_of(self.messages)

    def forced_tool(self) -> str | None:
        """The one function that tool_choice forces, or None."""
        return ToolChoice.forced_name(self.parameters.get("tool_choice", "auto"))
