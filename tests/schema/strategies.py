"""JSON values and schemas for property-based tests.

Checks, forms and Python source are all tried with the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

NAMES = st.sampled_from("abc")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from([0.5, 1.0, "", "a", "ab"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
_LEAVES = st.sampled_from(
    [True, {}, {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}, {"enum": ["a", 1, None]},
     {"const": [1]}, {"type": ["boolean", "null"]}, {"pattern": "^a"}, {"maximum": 3, "multipleOf": 0.5},
     {"$ref": "#/$defs/r"}]
)  # fmt: skip
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner}, optional={"maxItems": st.integers(0, 3)}
        ),
        st.fixed_dictionaries(
            {"properties": st.dictionaries(NAMES, inner, max_size=2)},
            optional={"required": st.lists(NAMES, max_size=2, unique=True), "additionalProperties": inner},
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda choices: {"anyOf": choices}),
        st.lists(inner, min_size=1, max_size=3).map(lambda choices: {"oneOf": choices}),
        st.lists(inner, min_size=1, max_size=2).map(lambda choices: {"allOf": choices}),
        inner.map(lambda one: {"not": one}),
        st.tuples(inner, inner).map(
            lambda two: {"prefixItems": [two[0]], "items": two[1], "uniqueItems": True}
        ),
        st.dictionaries(st.sampled_from(["^a", "b"]), inner, min_size=1).map(
            lambda d: {"patternProperties": d}
        ),
    ),
    max_leaves=8,
)
"""Schemas that may refer to `#/$defs/r`, which whoever uses them puts beside."""

ADDRESSES: Final[Mapping[str, str]] = {
    "draft-04": "http://json-schema.org/draft-04/schema#",
    "draft-06": "http://json-schema.org/draft-06/schema#",
    "draft-07": "http://json-schema.org/draft-07/schema#",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}
"""`$schema` by the name of a draft."""
_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")
_REFERENCES: Final = (
    "#",
    "#/$defs/a",
    "#/definitions/a",
    "#/properties/a",
    "#a",
    "a",
    "#/nowhere",
    "http://h/x",
    "#/a",
)
_PATTERNS: Final = ("^a", "b$", "(?=a)a", "(", "(a{99}){99}{99}", r"^\p{L}+$", "^(a+)+$", "")
_NAMES: Final = ("a", "b", "type", "items", "$ref", "required")
_SCRAPS: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 2, 3.0, 3.5, 1e300, 10**400, 2**63, 1e-320, "", "a", "3", "#", "object", [], {}, ["a"],
    [1], [["a"]], {"a": 1}, {"a": {}}, {"a": ["b"]}, [{}], [True, {}], "\ud800", "http://[", float("nan"), {1: {}},
)  # fmt: skip


class Wild:
    """Draws schemas of any keyword of any draft, in right shapes and in wrong ones, nested in each other."""

    def __init__(self, random: Random, wrong: float) -> None:
        self._random = random
        self._wrong = wrong

    def schema(self, depth: int = 3) -> Any:
        """One schema; the share `wrong` of its keywords have any value at all."""
        random = self._random
        if depth < 3 and random.random() < 0.1:
            return random.random() < 0.7
        keywords = random.choices(list(SHAPES), k=random.choice((1, 1, 2, 2, 3, 4)))
        return {keyword: self.value(keyword, depth - 1) for keyword in keywords}

    def value(self, keyword: str, depth: int) -> Any:
        """What stands under a keyword."""
        if self._random.random() < self._wrong:
            return self._random.choice(_SCRAPS)
        return SHAPES[keyword](self, depth)

    def inner(self, depth: int) -> Any:
        """A schema within a schema."""
        return (
            self.schema(depth)
            if depth > 0
            else self._random.choice((True, {}, {"type": "string"}, {"minimum": 1}))
        )

    def one(self, *choices: Any) -> Any:
        """One of several values."""
        return self._random.choice(choices)

    def some(self, make: Callable[[], Any], least: int = 1) -> list[Any]:
        """A short list."""
        return [make() for _ in range(self._random.randint(least, 2))]

    def named(self, make: Callable[[], Any]) -> dict[str, Any]:
        """A small object."""
        return {self.one(*_NAMES): make() for _ in range(self._random.randint(1, 2))}

    def names(self) -> list[str]:
        """A list of names, each once."""
        return list(dict.fromkeys(self.some(lambda: self.one("a", "b"), 0)))


Shape = Callable[[Wild, int], Any]


def _one_of(*choices: Any) -> Shape:
    return lambda wild, depth: wild.one(*choices)


def _schemas(wild: Wild, depth: int) -> Any:
    return wild.some(lambda: wild.inner(depth))


def _named(wild: Wild, depth: int) -> Any:
    return wild.named(lambda: wild.inner(depth))


_INNER: Final[Shape] = lambda wild, depth: wild.inner(depth)  # noqa: E731
_COUNT: Final = _one_of(0, 1, 2, 3.0, 1_000_000)
_BOUND: Final = _one_of(-1, 0, 1, 2.5, 2**63, 1e300)
SHAPES: Final[Mapping[str, Shape]] = {
    "type": lambda wild, depth: wild.one(wild.one(*_TYPES), wild.some(lambda: wild.one(*_TYPES))),
    "enum": lambda wild, depth: wild.some(lambda: wild.one(1, "a", None, [1], {"a": 1}, 1.0, True)),
    "const": _one_of(1, "a", None, [1], {"a": 1}, True),
    **dict.fromkeys(("properties", "$defs", "definitions", "dependentSchemas"), _named),
    "patternProperties": lambda wild, depth: {wild.one(*_PATTERNS): wild.inner(depth)},
    "dependencies": lambda wild, depth: wild.named(lambda: wild.one(wild.names(), wild.inner(depth))),
    "dependentRequired": lambda wild, depth: wild.named(wild.names),
    "required": lambda wild, depth: wild.names(),
    "items": lambda wild, depth: wild.one(wild.inner(depth), wild.inner(depth), _schemas(wild, depth)),
    **dict.fromkeys(("prefixItems", "allOf", "anyOf", "oneOf"), _schemas),
    **dict.fromkeys(
        ("additionalItems", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
         "unevaluatedItems", "unevaluatedProperties", "contentSchema", "extends", "disallow"), _INNER),
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "minContains",
                     "maxContains"), _COUNT),
    **dict.fromkeys(("minimum", "maximum"), _BOUND),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), lambda wild, depth: wild.one(True, False, 0, 1, 2.5)),
    **dict.fromkeys(("multipleOf", "divisibleBy"), _one_of(1, 2, 0.1, 999_983)),
    "pattern": _one_of(*_PATTERNS),
    "$ref": _one_of(*_REFERENCES),
    **dict.fromkeys(("$dynamicRef", "$recursiveRef"), _one_of("#", "#a")),
    **dict.fromkeys(("$id", "id"), _one_of("a", "#a", "http://h/x", "b#")),
    **dict.fromkeys(("$anchor", "$dynamicAnchor"), _one_of("a", "b")),
    "$schema": _one_of(*ADDRESSES.values(), "http://h/x", ""),
    "discriminator": _one_of({"propertyName": "a", "mapping": {"1": "#/$defs/a"}}, {"propertyName": []}),
    **dict.fromkeys(("uniqueItems", "nullable", "deprecated", "$recursiveAnchor"), _one_of(True, False)),
    **dict.fromkeys(("title", "description", "format", "$comment"), _one_of("a", "date", "uri", "x" * 50)),
    **dict.fromkeys(("default", "examples", "a"), _one_of(None, [1], {"a": 1}, {"type": 3}, {"$ref": "#"})),
}  # fmt: skip
"""Every keyword of draft-03 to 2020-12 and of OpenAPI, with a way to draw what may stand under it."""
