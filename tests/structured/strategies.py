"""JSON values and schemas for property-based tests.

Kept apart because checks, forms and Python source are all tried with the same ones.
"""

from __future__ import annotations

from typing import Any

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
