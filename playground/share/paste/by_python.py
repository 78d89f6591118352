"""A Python call as a request: its syntax tree is looked at, and only what is written out is taken. Nothing is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.share.paste.found import KEY_FOUND, Found
from playground.share.setup import NotASetup
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.kinds.openai_com import OPENAI_COM

_KEYS: Final = ("api_key", "token")
_QUIET: Final = ("timeout", "extra_headers", "kind")
_UNSET: Final = ("UNSET", "NOT_GIVEN", "omit")
_UNREAD: Final = object()
_HOMES: Final = {
    "OpenAI": OPENAI_COM.base_url,
    "AsyncOpenAI": OPENAI_COM.base_url,
    "InferenceClient": HUGGINGFACE.base_url,
    "AsyncInferenceClient": HUGGINGFACE.base_url,
}
"""Where clients send requests to that are told no address."""
_LONGEST: Final = 256 * 1024
"""Letters; Python takes a second to read a million."""
_MOST_READ: Final = 1024 * 1024
"""Letters, and four for each value."""
_SHORTEST_KEY: Final = 12
"""Letters; what is shorter stands where a client insists on a key and the server takes none."""


def by_python(text: str) -> Found:
    """The request of the first call that has messages. Raises NotASetup where there is none, or no Python."""
    if len(text) > _LONGEST:
        raise NotASetup(
            f"This is no curl command, no JSON, and more than {_LONGEST >> 10} kB of Python.",
            "Paste the call alone.",
        )
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotASetup(
            "This is no curl command, no JSON, no link, and no Python that can be read."
        ) from error
    reader = _Reader(dict(_assigned(tree)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asking = next((call for call in calls if _messages(call)), None)
    if asking is None:
        raise NotASetup("This Python has no call with messages.", "Paste the call that asks the model.")
    said: list[str] = []
    body = dict(_arguments(asking, reader, said))
    if "messages" not in body:
        raise NotASetup(
            next(each for each in said if each.startswith("messages ")), "Write it out, then paste it again."
        )
    extra = body.pop("extra_body", None)
    base_url, model = "", ""
    for call in calls:
        home = _HOMES.get(_name(call), "")
        base_url = base_url or home
        if home == HUGGINGFACE.base_url and call.args:
            model = reader.read(call.args[0])
        for keyword in call.keywords:
            if keyword.arg == "base_url" and isinstance(found := reader.read(keyword.value), str):
                base_url = found
            elif keyword.arg == "model" and home:
                model = reader.read(keyword.value)
            elif keyword.arg in _KEYS and isinstance(key := reader.read(keyword.value), str):
                said += [KEY_FOUND] * (len(key) >= _SHORTEST_KEY)
    if isinstance(model, str) and model:
        body.setdefault("model", model)
    return Found({**body, **(extra if isinstance(extra, Mapping) else {})}, base_url, tuple(said))


def _name(call: ast.Call) -> str:
    """What is called, without what it belongs to."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _messages(call: ast.Call) -> list[ast.keyword]:
    """The messages of a call that has some: by their name, or first in huggingface_hub's call."""
    named = [keyword for keyword in call.keywords if keyword.arg == "messages"]
    first = _name(call) == "chat_completion" and call.args[:1]
    return named or [ast.keyword("messages", node) for node in first or ()]


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names that stand for something written out, such as a list of messages above the call."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _arguments(call: ast.Call, reader: _Reader, said: list[str]) -> Iterator[tuple[str, Any]]:
    """Every argument with a value that is set: UNSET and None leave one to the server."""
    for keyword in (*_messages(call), *(each for each in call.keywords if each.arg != "messages")):
        name, node = keyword.arg, keyword.value
        if name is None:
            said.append("What stands behind ** was not understood.")
            continue
        if name in (*_KEYS, *_QUIET, "base_url") or (isinstance(node, ast.Name) and node.id in _UNSET):
            continue
        gaps: list[str] = []
        value = reader.read(node, gaps if name == "messages" else None)
        if value is _UNREAD or (name == "messages" and not isinstance(value, list)):
            said.append(f"{name} was not understood: {_source(node)} is not written out.")
        elif value is not None:
            said += [f"In {name}, {gap} is not written out: its name stands there." for gap in gaps]
            yield name, value


def _source(node: ast.AST) -> str:
    """The beginning of what was written."""
    try:
        return " ".join(ast.unparse(node).split())[:60]
    except RecursionError:
        return "what stands there"


class _Reader:
    """What is written out, with what its names are bound to. It reads no more than a page's worth of it, however often
    names stand for one another."""

    def __init__(self, bound: Mapping[str, ast.expr]) -> None:
        self.bound = bound
        self._left = _MOST_READ

    def read(self, node: ast.expr, gaps: list[str] | None = None) -> Any:
        """As JSON has it; `_UNREAD` where something is computed.

        With `gaps`, where that is told, a text with its source in braces takes its place.
        """
        try:
            return self._value(node, gaps)
        except (_ComputedError, RecursionError):
            return _UNREAD

    def _value(self, node: ast.AST, gaps: list[str] | None) -> Any:
        self._spend(4)
        match node:
            case ast.Constant(str() as text):
                self._spend(len(text))
                return text
            case ast.Constant(None | bool() | int() | float() as value):
                return value
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
                return -number
            case ast.List(elements) | ast.Tuple(elements):
                return [value for element in elements for value in self._element(element, gaps)]
            case ast.Dict():
                return self._object(node, gaps)
            case ast.JoinedStr(parts):
                return "".join(str(self._value(_plain(part), gaps)) for part in parts)
            case ast.Name(name) if name in self.bound:
                return self._value(self.bound[name], gaps)
        if gaps is None:
            raise _ComputedError
        gaps.append(_source(node))
        return gaps[-1] if isinstance(node, ast.FormattedValue) else f"{{{gaps[-1]}}}"

    def _element(self, node: ast.expr, gaps: list[str] | None) -> list[Any]:
        """What stands in a list: one value, or behind a star all of another list."""
        value = self._value(node.value if isinstance(node, ast.Starred) else node, gaps)
        if not isinstance(node, ast.Starred):
            return [value]
        return value if isinstance(value, list) else []

    def _object(self, node: ast.Dict, gaps: list[str] | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, each in zip(node.keys, node.values, strict=True):
            value = self._value(each, gaps)
            if key is not None:
                found[str(self._value(key, gaps))] = value
            elif isinstance(value, dict):
                found |= value
        return found

    def _spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise _ComputedError


class _ComputedError(Exception):
    """Something is not written out."""


def _plain(part: ast.expr) -> ast.expr:
    """What stands in the braces of an f-string, where it is not to be formatted."""
    if isinstance(part, ast.FormattedValue) and part.conversion == -1 and part.format_spec is None:
        return part.value
    return part
