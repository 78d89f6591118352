"""Whole numbers that a browser rounds: what is made of a schema with one would not be what was written.

Kept apart from the reading of shapes because in Python nothing is wrong with such a number: the page cannot hold it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from playground.schema.tree import Path, pointer
from playground.schema.views import Remark, Views

LARGEST: Final = 2**53 - 1
"""JavaScript's Number.MAX_SAFE_INTEGER."""


def unrounded(views: Views) -> Views:
    """The views, or where a number in the schema would be rounded the problem with it in their place."""
    problems = tuple(
        Remark(
            f"{number} is a whole number that a browser cannot keep exactly; allowed are up to {LARGEST}.",
            pointer=pointer(path),
        )
        for path, number in _rounded(views.schema, ())
    )
    return replace(views, schema=None, form=None, problems=problems) if problems else views


def _rounded(value: Any, path: Path) -> Iterator[tuple[Path, int]]:
    """Each number that would be, and where it is; a schema that was read is never deep."""
    if isinstance(value, int) and abs(value) > LARGEST:
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _rounded(inner, (*path, name))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _rounded(inner, (*path, place))
