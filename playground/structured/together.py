"""How many patterns a text must match at once, through allOf, references and unions.

Kept apart because each of them may be small: what is too much is only what they come to together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.structured.schema_tree import SAME_VALUE, Part, Path, Schema, SchemaTree, children

_EITHER: Final = frozenset({"anyOf", "oneOf"})


def patterns_together(part: Part, tree: SchemaTree) -> int:
    """The patterns of this schema and of all that looks at the same value; of a union those of its largest member."""
    return _count(part, tree, {})


def _count(part: Part, tree: SchemaTree, known: dict[Path, int]) -> int:
    """`known` holds what has been counted; a schema that leads back to itself counts once."""
    if part.path in known or not isinstance(part.schema, Mapping):
        return known.get(part.path, 0)
    known[part.path] = 0
    either: dict[str, int] = {}
    count = int("pattern" in part.schema)
    for inner in children(part):
        keyword = str(inner.path[len(part.path)])
        if keyword in _EITHER:
            either[keyword] = max(either.get(keyword, 0), _count(inner, tree, known))
        elif keyword in SAME_VALUE:
            count += _count(inner, tree, known)
    if (target := _target(part.schema, tree)) is not None:
        count += _count(target, tree, known)
    known[part.path] = count + sum(either.values())
    return known[part.path]


def _target(schema: Schema, tree: SchemaTree) -> Part | None:
    path = tree.target(schema.get("$ref"))
    return None if path is None else Part(path, tree.at(path))
