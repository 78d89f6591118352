"""Schemas that are too much for somebody: each was seen to crash, stall or defeat llama.cpp or llguidance.

Kept apart from the tests because limits, checks and the engine are all tried with them.
"""

from __future__ import annotations

from typing import Any, Final


def with_property(schema: Any) -> dict[str, Any]:
    """An object with one required property of this schema."""
    return {"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": False}


def with_pattern(pattern: str) -> dict[str, Any]:
    """An object whose property must match this pattern."""
    return with_property({"type": "string", "pattern": pattern})


def nested(levels: int) -> dict[str, Any]:
    """Lists of lists."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "array", "items": schema}
    return schema


def doubling(levels: int) -> dict[str, Any]:
    """Definitions that each refer to the next one twice."""
    definitions: dict[str, Any] = {f"n{levels}": {"type": "boolean"}}
    for i in range(levels):
        again = {"$ref": f"#/$defs/n{i + 1}"}
        definitions[f"n{i}"] = {
            "anyOf": [again, {"type": "object", "properties": {"x": again}, "required": ["x"]}]
        }
    return {"$defs": definitions, "$ref": "#/$defs/n0"}


TREE: Final = {
    "$defs": {
        "n": {"type": "object", "properties": {"c": {"type": "array", "items": {"$ref": "#/$defs/n"}}}}
    },
    "$ref": "#/$defs/n",
}

REFUSED: Final[dict[str, tuple[Any, str, str]]] = {
    "no object": ([], "#", "is an object"),
    "too deep": (nested(40), "#", "nested too deeply"),
    "much too deep": (nested(60_000), "#", "nested too deeply"),
    "too large": (with_property({"enum": ["x" * 70_000]}), "#", "70,"),
    "no JSON": (with_property({"const": float("nan")}), "#", "does not know"),
    "too many schemas": ({"anyOf": [{"type": "null"}] * 2_000}, "#", "2,001 schemas"),
    "a type that is none": (with_property({"type": "text"}), "#/properties/a/type", "type is none of"),
    "no schema": (with_property("string"), "#/properties/a", "no schema"),
    "an empty enum": (with_property({"enum": []}), "#/properties/a/enum", "no list of values"),
    "an empty union": (with_property({"anyOf": []}), "#/properties/a/anyOf", "no list of schemas"),
    "properties in a list": ({"properties": ["a"]}, "#/properties", "no object of schemas"),
    "required as a text": ({"required": "a"}, "#/required", "no list of names"),
    "a negative length": (with_property({"minLength": -1}), "#/properties/a/minLength", "no whole number"),
    "a pattern that is none": (with_property({"pattern": 3}), "#/properties/a/pattern", "no text"),
    "a step of nothing": (with_property({"multipleOf": 0}), "#/properties/a/multipleOf", "no number that fits"),
    "least above most": (
        with_property({"type": "string", "minLength": 9, "maxLength": 5}),
        "#/properties/a/minLength",
        "nothing fits both",
    ),
    "an open group": (with_pattern("^(a"), "#/properties/a/pattern", "no regular expression"),
    "brackets without end": (with_pattern("[" * 1_000), "#/properties/a/pattern", "no regular expression"),
    "a reference to itself": ({"$ref": "#"}, "#", "leads back to itself"),
    "references in a circle": (
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        "#/$defs/a",
        "leads back to itself",
    ),
    "a circle through a union": (
        {"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}}, "$ref": "#/$defs/a"},
        "#/$defs/a",
        "leads back to itself",
    ),
    "a reference to nothing": (with_property({"$ref": "#/$defs/x"}), "#/properties/a/$ref", "leads to no schema"),
    "a reference to no schema": (with_property({"$ref": "#/required"}), "#/properties/a/$ref", "leads to no schema"),
    "a reference outside": (with_property({"$ref": "http://host/x"}), "#/properties/a/$ref", "never fetched"),
    "objects without end": (
        {"$defs": {"n": {"properties": {"c": {"$ref": "#/$defs/n"}}, "required": ["c"], "type": "object"}},
         "$ref": "#/$defs/n"},
        "#/$defs/n",
        "without end",
    ),
    "lists without end": (
        {"$defs": {"n": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/n"}}}, "$ref": "#/$defs/n"},
        "#/$defs/n",
        "without end",
    ),
    "a property that cannot be": (with_property(False), "#/properties/a", "fit nothing"),
    "dependencies of nothing": (
        with_property({"dependentSchemas": ["a"]}), "#/properties/a/dependentSchemas", "no object",
    ),
    "dependencies of no names": (
        with_property({"dependentRequired": {"a": "b"}}), "#/properties/a/dependentRequired", "lists of names",
    ),
    "old dependencies of no names": (
        with_property({"dependencies": {"a": [1]}}), "#/properties/a/dependencies", "no object of schemas",
    ),
    "a dependency that is no schema": (
        with_property({"dependentSchemas": {"b": 1}}), "#/properties/a/dependentSchemas/b", "This is no schema",
    ),
    "a name that is none": (with_property({"$id": 3}), "#/properties/a/$id", "no text"),
    "a draft that is none": ({"$schema": ["x"], "type": "object"}, "#/$schema", "no text"),
    "required as draft-03 has it": (with_property({"required": True}), "#/properties/a/required", "no list of names"),
    "an enum of no list": (with_property({"enum": "a"}), "#/properties/a/enum", "no list of values"),
    "a number as text": (with_property({"minLength": "3"}), "#/properties/a/minLength", "no whole number"),
    "items that are true or no schema": (with_property({"items": 1}), "#/properties/a/items", "no schema"),
    "a condition that is none": (with_property({"if": []}), "#/properties/a/if", "no schema"),
    "a name that only Python has": (with_property({"properties": {1: {}}}), "#", "The name 1 is no text"),
    "properties taken for a schema": (
        {"properties": {"type": {"type": "string"}}, "$ref": "#/properties"}, "#/properties/type", "type is none of",
    ),
}  # fmt: skip
"""A schema that nobody is sent, where the problem stands, and words of what is said about it."""

REFUSED_BY_LLAMA_CPP: Final[dict[str, tuple[Any, str, str]]] = {
    "a million items": (with_property({"maxItems": 10**6}), "#/properties/a/maxItems", "1,000,000"),
    "ten thousand at least": (with_property({"minLength": 10_000}), "#/properties/a/minLength", "10,000"),
    "a coarse prime step": (with_property({"multipleOf": 999_983}), "#/properties/a/multipleOf", "too many digits"),
    "a fine prime step": (with_property({"multipleOf": 9999.999}), "#/properties/a/multipleOf", "too many digits"),
    "five hundred optional": (
        {"properties": {f"p{i}": {"type": "string"} for i in range(500)}}, "#/properties", "500 properties",
    ),
    "a pattern backwards": (with_pattern("^a{5,2}$"), "#/properties/a/pattern", "{5,2}"),
    "a pattern too long": (with_pattern("a" * 1_001), "#/properties/a/pattern", "1,001 characters"),
    "a repeat too large": (with_pattern("^a{1000000}$"), "#/properties/a/pattern", "1,000,000 times"),
    "repeats that multiply": (with_pattern("((a{100}){100}){100}"), "#/properties/a/pattern", "multiply to 1,000,000"),
    "open repeats that multiply": (with_pattern("(a{900,}){900,}"), "#/properties/a/pattern", "multiply to 810,000"),
    "groups too deep": (with_pattern("(" * 60 + "a" + ")" * 60), "#/properties/a/pattern", "60 deep"),
    "a bomb in a name": ({"patternProperties": {"a{5000}": {}}}, "#/patternProperties", "5,000 times"),
    "patterns that multiply": (
        with_property({"allOf": [{"type": "string", "pattern": f".*a.{{{i}}}b.*"} for i in range(10, 26)]}),
        "#/properties/a/allOf",
        "16 patterns at once",
    ),
    "patterns that multiply by reference": (
        {**with_property({"allOf": [{"$ref": "#/$defs/p"}] * 2}), "$defs": {
            "p": {"allOf": [{"pattern": f"a{i}"} for i in range(4)] + [{"anyOf": [{"pattern": "b"}, {}]}]}}},
        "#/properties/a/allOf",
        "10 patterns at once",
    ),
}  # fmt: skip
"""The same for schemas that are right, and that other servers may take."""

HELD_AS_IT_IS: Final[dict[str, Any]] = {
    "plain": with_property({"type": "string", "maxLength": 10}),
    "a tree": TREE,
    "as deep as allowed": nested(31),
    "a tree of choices": {**with_property({"$ref": "#/$defs/n0"}), "$defs": doubling(12)["$defs"]},
    "a thousand items": with_property({"type": "array", "items": {"type": "integer"}, "maxItems": 1_000}),
    "at least a thousand letters": with_property({"type": "string", "minLength": 1_000}),
    "at most ten thousand letters": with_property({"type": "string", "maxLength": 10_000}),
    "a thousand lists of a thousand": with_property(
        {
            "type": "array",
            "maxItems": 1_000,
            "items": {"type": "array", "maxItems": 1_000, "items": {"type": "integer"}},
        }
    ),
    "four hundred optional": {
        "type": "object",
        "properties": {f"p{i}": {"type": "string"} for i in range(400)},
    },
    "a coarse round step": with_property({"type": "integer", "multipleOf": 30_000}),
    "the largest step": with_property({"type": "integer", "multipleOf": 9_973}),
    "a fine step": with_property({"type": "number", "multipleOf": 0.001}),
    "a pattern": with_pattern("^[a-z]{3,10}$"),
    "a pattern that hangs others": with_pattern("^(a+)+$"),
    "the largest repeat": with_pattern("^a{1000}$"),
    "the largest repeats": with_pattern("^(a{100}){100}$"),
    "letters of any language": with_pattern(r"^\p{L}+$"),
    "fifty patterns": {
        "type": "object",
        "properties": {f"p{i}": {"type": "string", "pattern": f"^[a-z{i}]{{1,1000}}$"} for i in range(50)},
        "required": [f"p{i}" for i in range(50)],
    },
    "a large enum": with_property({"enum": [f"value {i}" for i in range(3_000)]}),
    "a long description": {**with_property({"type": "string"}), "description": "x" * 60_000},
    "a union of many": with_property({"anyOf": [with_property({"const": i}) for i in range(200)]}),
    "a list at the root": {"type": "array", "items": {"type": "string"}},
    "a chain of references": {
        "$ref": "#/$defs/n0",
        "$defs": {f"n{i}": {"$ref": f"#/$defs/n{i + 1}"} for i in range(900)} | {"n900": {"type": "string"}},
    },
    "a chain of objects": {
        "$ref": "#/$defs/n0",
        "$defs": {
            **{
                f"n{i}": {"type": "object", "properties": {"x": {"$ref": f"#/$defs/n{i + 1}"}}}
                for i in range(700)
            },
            "n700": {"type": "string"},
        },
    },
}

HELD_BUT_FOR: Final[dict[str, tuple[Any, str]]] = {
    "what looks ahead": (with_pattern("^(?=.*[A-Z]).+$"), "it looks ahead or behind"),
    "what looks behind": (with_pattern("(?<!a)b"), "it looks ahead or behind"),
    "a back reference": (with_pattern(r"^(a)\1$"), "it refers back to a group"),
    "the edge of a word": (with_pattern(r"\bfoo\b"), "it asks for an edge"),
    "an anchor within": (with_pattern("a(^b|c)"), "^ or $ elsewhere"),
    "a Decimal of pydantic": (
        with_property(
            {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"}]}
        ),
        "it looks ahead or behind",
    ),
    "names that look ahead": (
        {
            "type": "object",
            "patternProperties": {"^(?=a)": {"type": "integer"}},
            "additionalProperties": False,
        },
        "not held to names of this pattern",
    ),
    "a bound too large": (with_property({"type": "number", "maximum": 1e300}), "a bound of 1e+300"),
    "a bound too low": (with_property({"type": "integer", "minimum": -(2**63)}), "a bound of -9.22e+18"),
    "a bound too small": (
        with_property({"type": "number", "minimum": 1e-300, "maximum": 1}),
        "a bound of 1e-300",
    ),
    "different items": (with_property({"type": "array", "uniqueItems": True}), "not held to uniqueItems"),
    "a condition": (
        {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}},
        "not held to if",
    ),
    "a format it does not know": (with_property({"type": "string", "format": "uri"}), "the format uri"),
    "a number of properties": (
        {"type": "object", "properties": {"a": {}}, "minProperties": 1},
        "minProperties only where",
    ),
    "a dynamic reference": (
        with_property({"type": "string", "$dynamicRef": "#a"}),
        "not held to $dynamicRef",
    ),
    "old dependencies": (
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "dependencies": {"a": ["b"]},
        },
        "not held to dependencies",
    ),
}

HELD_IN_THE_NEWEST_DRAFT: Final[dict[str, tuple[Any, Any]]] = {
    "a tuple of draft-07": (
        with_property({"type": "array", "items": [{"type": "integer"}, {"type": "string"}], "additionalItems": False}),
        with_property({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False}),
    ),
    "a limit made exclusive by true": (
        with_property(
            {"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}
        ),
        with_property({"type": "integer", "maximum": 9, "exclusiveMinimum": 3}),
    ),
    "a reference that stands alone": (
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": {"a": {"type": "object"}},
            "$ref": "#/definitions/a",
            "minProperties": 1,
        },
        {"definitions": {"a": {"type": "object"}}, "$ref": "#/definitions/a"},
    ),
    "a reference by name": (
        {"type": "object", "properties": {"n": {"$id": "T0", "type": "array", "items": {"$ref": "T0"}}}},
        {"type": "object", "properties": {"n": {"type": "array", "items": {"$ref": "#/properties/n"}}}},
    ),
}  # fmt: skip
"""A schema, and what the embedded model is held to instead, which means the same."""
