"""Python source, written: values, calls, docstrings.

Every text that goes into a source must read back as exactly the same value.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any


def literal(value: Any) -> str:
    """A JSON value as Python writes it.

    >>> literal({"a": [None, True, 1.5, "x"]})
    '{"a": [None, True, 1.5, "x"]}'
    """
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(str(key))}: {literal(inner)}" for key, inner in value.items()) + "}"
    return repr(value)


def text(value: str) -> str:
    """A text in double quotes; raw where it holds backslashes and can be."""
    if "\\" in value and value.isprintable() and '"' not in value and not value.endswith("\\"):
        return f'r"{value}"'
    quoted = repr(value)
    return (
        quoted
        if quoted.startswith('"') or '"' in quoted
        else f'"{quoted[1:-1].replace(chr(92) + chr(39), chr(39))}"'
    )


def call(name: str, arguments: Mapping[str, Any]) -> str:
    """A call with arguments by name."""
    return f"{name}({', '.join(f'{key}={literal(value)}' for key, value in arguments.items())})"


def is_docstring(value: Any) -> bool:
    """Whether a description can stand as a docstring, and read back as it is."""
    if not isinstance(value, str) or not value or value.endswith('"') or "\\" in value or '"""' in value:
        return False
    return all(c.isprintable() or c == "\n" for c in value) and inspect.cleandoc(indented(value)) == value


def indented(value: str) -> str:
    """A text as it stands within a class, its first line at the quotes."""
    return value.replace("\n", "\n    ")


def docstring(value: str) -> str:
    """A docstring line, or several, within a class."""
    return f'    """{indented(value)}"""'
