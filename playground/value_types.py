"""The kinds of value a parameter can have, each with what it allows and what is wrong with a value.

Kept apart from the registry so that a record there reads in one glance; a widget is chosen by kind.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, TypeGuard

from pydantic import BaseModel, PydanticUserError

MAX_DOCUMENT_BYTES: Final = 64 * 1024
MAX_DOCUMENT_DEPTH: Final = 32
ROLES: Final = ("system", "developer", "user", "assistant", "tool")

Fault = tuple[Any, str]
"""The part of a value that is wrong, and what would be allowed instead."""


class ValueType(Protocol):
    """What a value may be, in words, and every fault of a given value."""

    @property
    def allowed(self) -> str: ...

    def faults(self, value: Any) -> Iterator[Fault]: ...


def shown(value: Any) -> str:
    """A value as a message shows it: short, and never more than a line."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested without end; or a number of thousands of digits
        return f"a {type(value).__name__} too large to show"
    return text if len(text) <= 60 else text[:57] + "..."


def is_number(value: Any) -> TypeGuard[float]:
    """A finite int or float; a bool is not a number here."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or math.isfinite(value)  # an int may be too large to become a float


@dataclass(frozen=True, slots=True)
class Number:
    """A finite float between two bounds, both included."""

    minimum: float
    maximum: float
    step: float

    @property
    def allowed(self) -> str:
        return f"a number from {self.minimum} to {self.maximum}"

    def faults(self, value: Any) -> Iterator[Fault]:
        if not is_number(value) or not self.minimum <= value <= self.maximum:
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `minimum` up to `maximum`, or without an upper bound."""

    minimum: int
    maximum: int | None
    step: int = 1

    @property
    def allowed(self) -> str:
        open_ended = f"a whole number from {self.minimum} upwards"
        return open_ended if self.maximum is None else f"a whole number from {self.minimum} to {self.maximum}"

    def faults(self, value: Any) -> Iterator[Fault]:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or value < self.minimum or (self.maximum is not None and value > self.maximum):
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class Flag:
    """True or False, and nothing that merely looks like it."""

    allowed: ClassVar[str] = "true or false"

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"{', '.join(self.words[:-1])} or {self.words[-1]}"

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in self.words:
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is not empty."""

    allowed: ClassVar[str] = "a text that is not empty"

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, str) or not value.strip() or not _is_encodable(value):
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class Stops:
    """One text, or a list of at most `most`; none empty."""

    most: int

    @property
    def allowed(self) -> str:
        return f"up to {self.most} texts, none of them empty"

    def faults(self, value: Any) -> Iterator[Fault]:
        texts = [value] if isinstance(value, str) else value
        if (
            not isinstance(texts, (list, tuple))
            or not 1 <= len(texts) <= self.most
            or any(not isinstance(text, str) or not text or not _is_encodable(text) for text in texts)
        ):
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class TokenBias:
    """A map from a token (its id, or where the server allows it its text) to a number between two bounds."""

    minimum: float
    maximum: float

    @property
    def allowed(self) -> str:
        return f'a map from token to bias, like {{"42": -100}}, each bias from {self.minimum:g} to {self.maximum:g}'

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, Mapping) or not value:
            yield value, self.allowed
            return
        for token, bias in value.items():
            known = isinstance(token, (str, int)) and not isinstance(token, bool) and _is_encodable(token)
            if not known or token == "" or not is_number(bias) or not self.minimum <= bias <= self.maximum:
                yield {token: bias}, self.allowed


@dataclass(frozen=True, slots=True)
class TokenIdBias(TokenBias):
    """The same where a token is known by its id alone."""

    @property
    def allowed(self) -> str:
        return f'a map from token id to bias, like {{"42": -100}}, each bias from {self.minimum:g} to {self.maximum:g}'

    def faults(self, value: Any) -> Iterator[Fault]:
        found = list(TokenBias.faults(self, value))
        yield from found
        for token, bias in value.items() if not found else ():
            if not re.fullmatch("[0-9]{1,10}", str(token)):
                yield {token: bias}, self.allowed


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object within the limits of size and depth."""

    allowed: ClassVar[str] = "a JSON object"

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield value, self.allowed
        else:
            yield from document_faults(value)


@dataclass(frozen=True, slots=True)
class Choices:
    """A JSON object with numbers under some of a few known names."""

    names: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"an object with numbers under {' and '.join(self.names)}"

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, Mapping) or any(
            n not in self.names or not is_number(v) for n, v in value.items()
        ):
            yield value, self.allowed


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """A Pydantic model class, a JSON Schema, or a server's own {"type": ...} form: OpenAI's, or TGI's.

    In OpenAI's form the class may stand in the place of the schema, with `strict` beside it.
    """

    allowed: ClassVar[str] = "a JSON Schema object (in Python also a Pydantic model)"

    @staticmethod
    def model_of(value: Any) -> type[BaseModel] | None:
        """The Pydantic class that a value is, or has as its schema in OpenAI's form; None where it is none."""
        found = _inner_schema(value) if isinstance(value, Mapping) else value
        return found if isinstance(found, type) and issubclass(found, BaseModel) else None

    def faults(self, value: Any) -> Iterator[Fault]:
        if (model := self.model_of(value)) is not None:
            yield from _class_faults(model)
            if value is model:
                return
            value = {**value, "json_schema": {**value["json_schema"], "schema": {}}}
        if not isinstance(value, Mapping) or not value:
            yield value, self.allowed
            return
        yield from document_faults(value)
        if value.get("type") == "json_schema" and not isinstance(_inner_schema(value), Mapping):
            yield value, 'a schema under json_schema.schema beside "type": "json_schema"'
        if value.get("type") == "json" and not isinstance(value.get("value"), Mapping):
            yield value, 'a schema under value beside "type": "json"'


def _class_faults(model: type[BaseModel]) -> Iterator[Fault]:
    """Faults of a Pydantic class: a field for which JSON Schema has no words, or a schema past the limits."""
    try:
        schema = model.model_json_schema()
    except (PydanticUserError, AttributeError):  # AttributeError: BaseModel itself, which has no fields
        yield model, "a Pydantic model whose fields all have a JSON Schema"
        return
    yield from document_faults(schema)


def _inner_schema(value: Mapping[str, Any]) -> Any:
    """The schema within OpenAI's form; None when it is not where it belongs."""
    named = value.get("json_schema")
    return named.get("schema") if isinstance(named, Mapping) else None


@dataclass(frozen=True, slots=True)
class Tools:
    """A list of OpenAI-style functions with different names."""

    allowed: ClassVar[str] = (
        'a list of {"type": "function", "function": {"name", "description", "parameters"}} with different names'
    )

    @staticmethod
    def name_of(tool: Any) -> str | None:
        """The function's name, or None where there is none."""
        function = tool.get("function") if isinstance(tool, Mapping) else None
        name = function.get("name") if isinstance(function, Mapping) else None
        return name if isinstance(name, str) and name else None

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, (list, tuple)) or not value:
            yield value, self.allowed
            return
        if too_large := list(document_faults(value)):
            yield from too_large
            return
        names = [self.name_of(tool) for tool in value]
        for tool, name in zip(value, names, strict=True):
            if name is None or tool.get("type") != "function":
                yield tool, self.allowed
            elif not isinstance(tool["function"].get("parameters", {}), Mapping):
                yield tool, "a JSON Schema object as its parameters"
        for name, times in Counter(filter(None, names)).items():
            if times > 1:
                often = "twice" if times == 2 else f"{times} times"
                yield [name] * times, f"different names, and {shown(name)} stands {often}"


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """auto, none, required, the name of a function, or OpenAI's object that names one."""

    words: ClassVar[tuple[str, ...]] = ("auto", "none", "required")
    allowed: ClassVar[str] = "auto, none, required, or the name of one function"

    @classmethod
    def forced_name(cls, value: Any) -> str | None:
        """The function that `value` forces, or None when it leaves a choice."""
        if isinstance(value, str):
            return None if value in cls.words else value
        return Tools.name_of(value)

    def faults(self, value: Any) -> Iterator[Fault]:
        if value not in self.words and not self.forced_name(value):
            yield value, self.allowed
        else:
            yield from json_faults(value)


@dataclass(frozen=True, slots=True)
class Messages:
    """A list of OpenAI-style messages."""

    allowed: ClassVar[str] = (
        'a list of {"role": ..., "content": ...} with the roles '
        + ", ".join(ROLES)
        + ", and at least one message"
    )

    def faults(self, value: Any) -> Iterator[Fault]:
        if not isinstance(value, (list, tuple)) or not value:
            yield value, self.allowed
            return
        for message in value:
            if not isinstance(message, Mapping) or message.get("role") not in ROLES:
                yield message, self.allowed
            elif not _has_content(message):
                yield message, "a text (or a list of parts) as content, unless the message calls tools"
            elif not _calls_functions(message.get("tool_calls")):
                yield message, 'tool_calls as a list of {"id", "type", "function": {"name", "arguments"}}'
            else:
                yield from json_faults(message)


def _has_content(message: Mapping[str, Any]) -> bool:
    if message.get("content") is None:
        return message["role"] == "assistant" and bool(message.get("tool_calls"))
    return isinstance(message["content"], (str, list))


def _calls_functions(calls: Any) -> bool:
    """Whether `tool_calls` is absent, or a list of calls as an assistant's message has them."""
    if calls is None:
        return True
    functions = (
        [call.get("function") for call in calls if isinstance(call, Mapping)]
        if isinstance(calls, list)
        else []
    )
    return (
        isinstance(calls, list)
        and len(functions) == len(calls)
        and all(isinstance(f, Mapping) for f in functions)
    )


def json_faults(value: Any) -> Iterator[Fault]:
    """Faults that keep a value from being written as JSON: deeper than 32 levels, or not JSON at all."""
    if _depth_exceeds(value, MAX_DOCUMENT_DEPTH):
        yield "a document nested too deeply", f"at most {MAX_DOCUMENT_DEPTH} levels of nesting"
    elif not _is_encodable(value):
        yield value, "only what JSON knows: no NaN, no Python objects, no lone surrogates"


def document_faults(value: Any) -> Iterator[Fault]:
    """Faults of a JSON document: those of any JSON, or over 64 KB."""
    faults = list(json_faults(value))
    yield from faults
    if not faults and (size := len(_encoded(value))) > MAX_DOCUMENT_BYTES:
        yield f"a document of {size:,} bytes", f"at most {MAX_DOCUMENT_BYTES:,} bytes"


def _depth_exceeds(value: Any, limit: int) -> bool:
    """Whether nesting goes past `limit`; walks level by level, so that depth cannot exhaust the stack."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for node in level
            if isinstance(node, (Mapping, list, tuple))
            for child in (node.values() if isinstance(node, Mapping) else node)
        ]
        if not level:
            return False
    return True


def _is_encodable(value: Any) -> bool:
    try:
        _encoded(value)
    except (TypeError, ValueError):
        return False
    return True


def _encoded(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
