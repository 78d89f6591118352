"""The drafts of JSON Schema: which one a schema is written in, and what of it that draft gives no meaning to.

The same keyword means different things: `items` may be a list until 2019-09, `exclusiveMinimum` is true or false in
draft-04, and until draft-07 nothing counts beside `$ref`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from jsonschema import (  # type: ignore[import-untyped]
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)

from playground.schema.tree import Part, Path, Schema, SchemaTree, pointer, rebuilt

EXCLUSIVE: Final[Mapping[str, str]] = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_COMPANIONS: Final[Mapping[str, frozenset[str]]] = {
    "if": frozenset({"then", "else"}),
    "dependentSchemas": frozenset({"minContains", "maxContains"}),  # they came with the same draft
    "additionalItems": frozenset({*EXCLUSIVE}),
}
"""Keywords that jsonschema reads beside another one, and so does not list among a draft's own."""
_IN_A_FRAGMENT: Final = "#/~!$&'()*+,;=:@"
"""What needs no escape there (RFC 3986, section 3.5)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft: its name, jsonschema's validator of it, and the keywords by which it judges a value."""

    name: str
    validator: Any
    keywords: frozenset[str]

    @property
    def ref_stands_alone(self) -> bool:
        """Whether keywords beside `$ref` count for nothing (draft-07, section 8.3, and those before it)."""
        return self in (DRAFT_4, DRAFT_6, DRAFT_7)

    def takes(self, keyword: str, value: Any) -> bool:
        """Whether this draft gives a keyword this shape; asked of shapes that some draft gives it."""
        if keyword in EXCLUSIVE:
            return isinstance(value, bool) == (self is DRAFT_4)
        return keyword != "items" or not isinstance(value, list) or self is not DRAFT_2020


def _draft(name: str, validator: Any) -> Draft:
    own = frozenset(validator.VALIDATORS)
    beside = (more for keyword, more in _COMPANIONS.items() if keyword in own)
    return Draft(name, validator, own.union(*beside) - {"format"})


DRAFT_4: Final = _draft("draft-04", Draft4Validator)
DRAFT_6: Final = _draft("draft-06", Draft6Validator)
DRAFT_7: Final = _draft("draft-07", Draft7Validator)
DRAFT_2019: Final = _draft("2019-09", Draft201909Validator)
DRAFT_2020: Final = _draft("2020-12", Draft202012Validator)
DRAFTS: Final = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020)

JUDGING: Final = frozenset().union(*(draft.keywords for draft in DRAFTS))
"""The keywords by which some draft judges a value."""
_ADDRESSES: Final[Mapping[str, Draft]] = {
    **{f"json-schema.org/{draft.name}/schema": draft for draft in (DRAFT_4, DRAFT_6, DRAFT_7)},
    **{f"json-schema.org/draft/{draft.name}/schema": draft for draft in (DRAFT_2019, DRAFT_2020)},
    "json-schema.org/schema": DRAFT_2020,  # "the newest"
}
"""What `$schema` names, without the scheme and an empty fragment."""


def named_draft(schema: Schema) -> Draft | None:
    """The draft that `$schema` names, or None where it names none that is known.

    >>> named_draft({"$schema": "http://json-schema.org/draft-07/schema#"}).name
    'draft-07'
    """
    address = schema.get("$schema")
    if not isinstance(address, str):
        return None
    return _ADDRESSES.get(address.partition("://")[2].rstrip("#"))


def draft_of(tree: SchemaTree) -> Draft:
    """The draft that a schema names, else the one that its keywords show, else the newest."""
    return named_draft(tree.root) or next((draft for draft, shows in _SIGNS if shows(tree)), DRAFT_2020)


def _mappings(tree: SchemaTree) -> Iterator[Schema]:
    return (part.schema for part in tree.parts if isinstance(part.schema, Mapping))


def _uses(*keywords: str) -> Callable[[SchemaTree], bool]:
    return lambda tree: any(not schema.keys().isdisjoint(keywords) for schema in _mappings(tree))


def _has_true_for_exclusive(tree: SchemaTree) -> bool:
    return any(isinstance(schema.get(keyword), bool) for schema in _mappings(tree) for keyword in EXCLUSIVE)


def _has_an_old_name(tree: SchemaTree) -> bool:
    """`id` at the root as an address, and nothing that came later."""
    address = tree.root.get("id")
    old = isinstance(address, str) and ("://" in address or address.startswith("#"))
    return old and all(not (schema.keys() & JUDGING) - DRAFT_4.keywords for schema in _mappings(tree))


def _has_a_tuple(tree: SchemaTree) -> bool:
    return any(isinstance(schema.get("items"), list) for schema in _mappings(tree))


def _has_a_tuple_of_2019(tree: SchemaTree) -> bool:
    later = _uses("$defs", "dependentSchemas", "dependentRequired", "minContains", "maxContains", "$anchor")
    return _has_a_tuple(tree) and later(tree)


_SIGNS: Final[tuple[tuple[Draft, Callable[[SchemaTree], bool]], ...]] = (
    (DRAFT_4, _has_true_for_exclusive),
    (DRAFT_2020, _uses("prefixItems", "$dynamicRef", "$dynamicAnchor")),
    (DRAFT_2019, _uses("$recursiveRef", "$recursiveAnchor")),
    (DRAFT_2019, _has_a_tuple_of_2019),
    (DRAFT_4, _has_an_old_name),
    (DRAFT_7, _has_a_tuple),
    (DRAFT_2020, _uses("dependentSchemas", "dependentRequired", "unevaluatedItems", "unevaluatedProperties")),
    (DRAFT_7, _uses("dependencies", "additionalItems")),
    (DRAFT_2020, _uses("$defs", "$anchor", "minContains", "maxContains")),
    (DRAFT_7, _uses("definitions")),
)
"""By what each draft is known, the surest sign first."""


def unread(tree: SchemaTree, draft: Draft) -> Iterator[str]:
    """What of a schema the draft gives no meaning to, a sentence each: none of it can make a value right or wrong."""
    address = tree.root.get("$schema")
    if address is not None and named_draft(tree.root) is None:
        yield f"The draft that $schema names is not known here; the schema was read as {draft.name}."
    for part in tree.parts:
        if isinstance(part.schema, Mapping):
            yield from _unread_of(part, draft)


def _unread_of(part: Part, draft: Draft) -> Iterator[str]:
    judging = part.schema.keys() & JUDGING
    alone = draft.ref_stands_alone and "$ref" in part.schema
    for keyword in sorted(judging):
        if alone and keyword != "$ref":
            why = f"in {draft.name} nothing counts beside $ref"
        elif keyword not in draft.keywords:
            why = f"{draft.name} has no such keyword"
        elif not draft.takes(keyword, part.schema[keyword]):
            why = f"{draft.name} gives it another shape"
        else:
            continue
        yield f"{part.pointer}/{keyword} is not checked: {why}."


def in_newest(schema: Schema, draft: Draft) -> Schema:
    """The same schema in 2020-12, the one draft that grammar engines read; names become pointers.

    >>> in_newest({"items": [True], "minimum": 1, "exclusiveMinimum": True}, DRAFT_4)
    {'exclusiveMinimum': 1, 'prefixItems': [True]}
    """
    tree = SchemaTree(schema)
    newest: Schema = rebuilt(schema, lambda part: _newer(part, draft, tree))
    return newest


def _newer(part: Part, draft: Draft, tree: SchemaTree) -> Schema:
    schema = {k: v for k, v in part.schema.items() if k not in ("$schema", "$id")}
    if draft is DRAFT_4 and isinstance(schema.get("id"), str):
        del schema["id"]
    if (path := tree.target(schema.get("$ref"), part.path)) is not None:
        newest = path if draft is DRAFT_2020 else _moved(path, tree)
        schema["$ref"] = quote(pointer(newest), safe=_IN_A_FRAGMENT)
        if draft.ref_stands_alone:
            return {k: v for k, v in schema.items() if k == "$ref" or k not in JUDGING}
    if draft is DRAFT_4:
        schema = _with_numbers_for_exclusive(schema)
    return schema if draft is DRAFT_2020 else _with_prefix(schema)


def _with_numbers_for_exclusive(schema: Schema) -> dict[str, Any]:
    newer = dict(schema)
    for keyword, bound in EXCLUSIVE.items():
        if newer.pop(keyword, False) is True and bound in newer:
            newer[keyword] = newer.pop(bound)
    return newer


_MOVED: Final[Mapping[str | int, str]] = {"items": "prefixItems", "additionalItems": "items"}


def _moved(path: Path, tree: SchemaTree) -> Path:
    """Where in the newest draft a schema stands that an older one has at `path`."""
    around = [tree.at(path[:length]) for length in range(len(path))]
    tuples = [isinstance(one, Mapping) and isinstance(one.get("items"), list) for one in around]
    return tuple(_MOVED.get(step, step) if moved else step for step, moved in zip(path, tuples, strict=True))


def _with_prefix(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("items"), list):
        firsts, more = schema.pop("items"), schema.pop("additionalItems", None)
        schema |= {"prefixItems": firsts} if firsts else {}
        schema |= {"items": more} if more is not None else {}
    return schema
