"""What can become of a parameter on its way into a body: sent, renamed, encoded or withheld.

Kept apart from the profiles so that a profile reads as a table of parameter and rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.chat import ChatRequest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule did with one parameter: the body fields that it wrote (none if withheld), and why."""

    state: Literal["sent", "encoded", "withheld"]
    fields: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Send:
    """Goes as it is, under its own name; `why` tells what a reader should still know."""

    why: str = ""

    def apply(self, name: str, request: ChatRequest) -> Outcome:
        """What becomes of parameter `name`, which is set in `request`."""
        return Outcome("sent", {name: request.parameters[name]}, self.why)


@dataclass(frozen=True, slots=True)
class Rename:
    """Goes as it is, under another name."""

    to: str
    why: str

    def apply(self, name: str, request: ChatRequest) -> Outcome:
        """What becomes of parameter `name`, which is set in `request`."""
        return Outcome("encoded", {self.to: request.parameters[name]}, self.why)


@dataclass(frozen=True, slots=True)
class Withhold:
    """Does not go; `why` is a whole sentence that says what the server would make of it."""

    why: str

    def apply(self, name: str, request: ChatRequest) -> Outcome:
        """What becomes of parameter `name`, which is set in `request`."""
        return Outcome("withheld", {}, self.why)


@dataclass(frozen=True, slots=True)
class Noted:
    """The body fields of one encoded value, and what is to be said of this very value beside the rule's `why`."""

    fields: Mapping[str, Any]
    why: str


Encoder = Callable[[ChatRequest], "Mapping[str, Any] | Noted | Withhold"]


@dataclass(frozen=True, slots=True)
class Encode:
    """Goes in another form: `encoder` gives the body fields, or withholds this one value."""

    encoder: Encoder
    why: str

    def apply(self, name: str, request: ChatRequest) -> Outcome:
        """What becomes of parameter `name`; a value that needs no change counts as sent."""
        fields = self.encoder(request)
        if isinstance(fields, Withhold):
            return fields.apply(name, request)
        if isinstance(fields, Noted):
            return Outcome("encoded", fields.fields, f"{self.why} {fields.why}".strip())
        if fields == {name: request.parameters[name]}:
            return Outcome("sent", fields)
        return Outcome("encoded", fields, self.why)


Rule = Send | Rename | Encode | Withhold


def stop_list(request: ChatRequest) -> Mapping[str, Any]:
    """stop always as an array: TGI takes nothing else, everybody takes it."""
    stop = request.parameters["stop"]
    return {"stop": [stop] if isinstance(stop, str) else list(stop)}


def older_limit(to: str = "max_tokens") -> Callable[[ChatRequest], Mapping[str, Any] | Withhold]:
    """max_tokens, under the name `to`; not beside its newer name: one limit goes, and who takes both means the newer.

    Sources: vLLM's protocol.py (to_sampling_params) and transformers serve read max_completion_tokens first; OpenAI
    refuses both together.
    """

    def encode(request: ChatRequest) -> Mapping[str, Any] | Withhold:
        if "max_completion_tokens" in request.parameters:
            return Withhold("One limit goes: max_completion_tokens is set, and is its newer name.")
        return {to: request.parameters["max_tokens"]}

    return encode


def newer_limit(server: str) -> Rename:
    """max_completion_tokens for a server that knows the limit by its older name alone."""
    return Rename("max_tokens", f"{server} knows the limit by its older name alone.")


def thinking(server: str) -> Encode:
    """reasoning_effort for a server that hands it to the model's own chat template.

    Most templates know a switch alone, which older releases do not set by themselves.
    """

    def encode(request: ChatRequest) -> Mapping[str, Any]:
        effort = request.parameters["reasoning_effort"]
        return {
            "reasoning_effort": effort,
            "chat_template_kwargs": {"enable_thinking": effort != "none"},
        }

    why = f"{server} hands both to the model's template: many know no effort, and only whether to think."
    return Encode(encode, why)


def bias_map(request: ChatRequest) -> Mapping[str, Any]:
    """logit_bias always as a map with string keys, which is what JSON knows and all servers read."""
    return {"logit_bias": {str(token): bias for token, bias in request.parameters["logit_bias"].items()}}


def tool_list(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """tools as they are, but never an empty list."""
    if not request.parameters["tools"]:
        return Withhold("An empty list of tools is refused by vLLM and means the same as none.")
    return {"tools": request.parameters["tools"]}


def choice_object(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """tool_choice as a word or as OpenAI's object, and never without tools."""
    if not request.parameters.get("tools"):
        return Withhold("There are no tools to choose from; vLLM refuses it alone.")
    name = request.forced_tool()
    if name is None:
        return {"tool_choice": request.parameters["tool_choice"]}
    return {"tool_choice": {"type": "function", "function": {"name": name}}}


def only_the_forced_tool(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """tools for a server that reads tool_choice as a word only: one function and "required" force that function."""
    name = request.forced_tool()
    fields = tool_list(request)
    if name is None or isinstance(fields, Withhold):
        return fields
    return {"tools": [tool for tool in fields["tools"] if tool["function"]["name"] == name]}


def choice_word(request: ChatRequest) -> Mapping[str, Any] | Withhold:
    """tool_choice for the same servers: "required" where one function is forced."""
    fields = choice_object(request)
    forced = request.forced_tool() is not None and not isinstance(fields, Withhold)
    return {"tool_choice": "required"} if forced else fields


def tools_unless_none(server: str) -> Encoder:
    """tools for a server that reads no tool_choice: "none" is kept by showing the model no tools."""

    def encode(request: ChatRequest) -> Mapping[str, Any] | Withhold:
        if request.parameters.get("tool_choice") == "none":
            return Withhold(f"tool_choice is none, and {server} can only be kept from calling unshown tools.")
        return tool_list(request)

    return encode
