"""A Python call as a request: its syntax tree is looked at, and only what is written out is taken. Nothing is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

from playground.share.paste.found import KEY_FOUND, Found
from playground.share.setup import NotASetup

_KEYS: Final = ("api_key", "token")
_QUIET: Final = ("timeout", "extra_headers", "kind")
_UNSET: Final = ("UNSET", "NOT_GIVEN", "omit")
_UNREAD: Final = object()
_SHORTEST_KEY: Final = 12
"""Letters; what is shorter stands where a client insists on a key and the server takes none."""


def by_python(text: str) -> Found:
    """The request of the first call that has messages. Raises NotASetup where there is none, or no Python."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotASetup(
            "This is no curl command, no JSON, no link, and no Python that can be read."
        ) from error
    bound = dict(_assigned(tree))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asking = next((call for call in calls if any(k.arg == "messages" for k in call.keywords)), None)
    if asking is None:
        raise NotASetup("This Python has no call with messages.", "Paste the call that asks the model.")
    said: list[str] = []
    body = dict(_arguments(asking, bound, said))
    extra = body.pop("extra_body", None)
    base_url = ""
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg == "base_url" and isinstance(found := _literal(keyword.value, bound), str):
                base_url = found
            elif keyword.arg in _KEYS and isinstance(key := _literal(keyword.value, bound), str):
                said += [KEY_FOUND] * (len(key) >= _SHORTEST_KEY)
    return Found({**body, **(extra if isinstance(extra, Mapping) else {})}, base_url, tuple(said))


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names that stand for something written out, such as a list of messages above the call."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _arguments(call: ast.Call, bound: Mapping[str, ast.expr], said: list[str]) -> Iterator[tuple[str, Any]]:
    """Every argument with a value that is set: UNSET and None leave one to the server."""
    for keyword in call.keywords:
        name, node = keyword.arg, keyword.value
        if name is None:
            said.append("What stands behind ** was not understood.")
        elif name in (*_KEYS, *_QUIET, "base_url") or (isinstance(node, ast.Name) and node.id in _UNSET):
            continue
        elif (value := _literal(node, bound)) is _UNREAD:
            written = " ".join(ast.unparse(node).split())[:60]
            said.append(f"{name} was not understood: {written} is not written out.")
        elif value is not None:
            yield name, value


def _literal(node: ast.expr, bound: Mapping[str, ast.expr]) -> Any:
    """What is written out, or bound to a name that is; else `_UNREAD`."""
    if isinstance(node, ast.Name) and node.id in bound:
        node = bound[node.id]
    try:
        return _as_json(ast.literal_eval(node))
    except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
        return _UNREAD


def _as_json(value: Any) -> Any:
    """As JSON has it: lists for tuples, texts for names. Raises TypeError for what JSON has not, such as a set."""
    if isinstance(value, dict):
        return {str(name): _as_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(type(value).__name__)
