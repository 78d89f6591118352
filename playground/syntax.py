"""Python's own parser, which only reads: what it thinks of an odd number or escape is no matter for our log."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ONE_AT_A_TIME: Final = threading.Lock()
"""The filters of warnings belong to the whole process."""


def module_of(source: str) -> ast.Module:
    """The tree of a source. Raises SyntaxError, ValueError, RecursionError, MemoryError.

    >>> [type(statement).__name__ for statement in module_of("age = 1or 2").body]
    ['Assign']
    """
    with _unsaid():
        return ast.parse(source)


def expression_of(source: str) -> ast.expr:
    """The tree of a source that is one expression; raises as `module_of` does."""
    with _unsaid():
        return ast.parse(source, mode="eval").body


@contextmanager
def _unsaid() -> Iterator[None]:
    """Python 3.11 says DeprecationWarning of what 3.12 says SyntaxWarning of."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
