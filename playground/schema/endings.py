"""Whether a schema ever comes to an end: recursion, references that loop, and values that could never be finished.

All are questions about the graph that `$ref` makes of a schema, answered without following it into the endless.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playground.schema.tree import SAME_VALUE, Part, Path, Schema, SchemaTree, children


def recursive(tree: SchemaTree) -> frozenset[Path]:
    """The schemas that a reference leads to and that refer, through whatever parts, to themselves."""
    leads = [
        (part.path, tree.target(part.schema.get("$ref"), part.path))
        for part in tree.parts
        if isinstance(part.schema, Mapping)
    ]
    targets = {path for _, path in leads if path is not None}
    within: dict[Path, set[Path]] = {path: set() for path in targets}
    for place, path in leads:
        for length in range(len(place) + 1):
            if path is not None and place[:length] in targets:
                within[place[:length]].add(path)
    return frozenset(path for path in targets if path in _reached(path, within))


def _reached(start: Path, within: Mapping[Path, set[Path]]) -> set[Path]:
    found: set[Path] = set()
    waiting = list(within[start])
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += within[path]
    return found


def looping(tree: SchemaTree) -> Path | None:
    """A schema that is reached from itself by references and combinations alone, on the very same value."""
    done: set[Path] = set()
    for start in tree.parts:
        trail: list[tuple[Path, Iterator[Path]]] = [(start.path, _same_value(tree, start.path))]
        on_trail = {start.path}
        while trail:
            path, following = trail[-1]
            step = next((p for p in following if p not in done), None)
            if step is None:
                done.add(path)
                on_trail.discard(path)
                trail.pop()
            elif step in on_trail:
                return step
            else:
                on_trail.add(step)
                trail.append((step, _same_value(tree, step)))
    return None


def _same_value(tree: SchemaTree, path: Path) -> Iterator[Path]:
    """The schemas that look at the same value as the one at `path`."""
    schema = tree.at(path)
    if not isinstance(schema, Mapping):
        return
    if (found := tree.target(schema.get("$ref"), path)) is not None:
        yield found
    for part in children(Part(path, schema)):
        if part.path[len(path)] in SAME_VALUE:
            yield part.path


def endless(tree: SchemaTree) -> Path | None:
    """The outermost schema that no finite value fits, as far as required parts decide it; None where all is well.

    What can end is found from the inside out: each find asks those again that were waiting for it.
    """
    waiting_for: dict[Path, list[Part]] = {}
    for part in tree.parts:
        for path in (*_needed(tree, part.path), *_chosen(part)):
            waiting_for.setdefault(path, []).append(part)
    finite: set[Path] = set()
    ask = list(tree.parts)
    while ask:
        part = ask.pop()
        if part.path not in finite and _can_end(tree, part, finite):
            finite.add(part.path)
            ask += waiting_for.get(part.path, [])
    return None if () in finite else _culprit(tree, finite)


def _culprit(tree: SchemaTree, finite: set[Path]) -> Path:
    """From the root down to where the trouble begins."""
    path: Path = ()
    seen: set[Path] = set()
    while path not in seen:
        seen.add(path)
        path = next((p for p in _needed(tree, path) if p not in finite), path)
    return path


def _can_end(tree: SchemaTree, part: Part, finite: set[Path]) -> bool:
    """Whether some value fits a schema, going by the parts that are known to be finite."""
    schema = part.schema
    if isinstance(schema, bool):
        return schema
    if "const" in schema or "enum" in schema:
        return True
    if any(path not in finite for path in _needed(tree, part.path)):
        return _may_be_plain(schema)
    choices = _chosen(part)
    return not choices or any(path in finite for path in choices)


def _may_be_plain(schema: Schema) -> bool:
    """Whether a value need be neither an object nor a list, so that what these require does not matter."""
    types = schema.get("type", [])
    listed = types if isinstance(types, list) else [types]
    combined = "$ref" in schema or "allOf" in schema
    return not combined and (not listed or any(one not in ("object", "array") for one in listed))


def _chosen(part: Part) -> list[Path]:
    """The schemas of which one is enough."""
    if not isinstance(part.schema, Mapping):
        return []
    keyword = "anyOf" if part.schema.get("anyOf") else "oneOf"
    return [(*part.path, keyword, place) for place in range(len(part.schema.get(keyword, [])))]


def _needed(tree: SchemaTree, path: Path) -> Iterator[Path]:
    """The schemas that every value of this one must have a value for."""
    schema: Any = tree.at(path)
    if not isinstance(schema, Mapping):
        return
    if (found := tree.target(schema.get("$ref"), path)) is not None:
        yield found
    yield from ((*path, "allOf", place) for place in range(len(schema.get("allOf", []))))
    properties = schema.get("properties", {})
    for name in dict.fromkeys(schema.get("required", [])):
        if name in properties:
            yield (*path, "properties", name)
    listed, more = (
        ("items", "additionalItems") if isinstance(schema.get("items"), list) else ("prefixItems", "items")
    )
    least, firsts = schema.get("minItems", 0), schema.get(listed, [])
    yield from ((*path, listed, place) for place in range(min(int(least), len(firsts))))
    if least > len(firsts) and isinstance(schema.get(more), (Mapping, bool)):
        yield (*path, more)
