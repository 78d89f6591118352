"""What `Field(...)`, `Annotated[...]` and pydantic's constrained types say about a field.

Kept apart from the types because the same facts come in four spellings, and are gathered before they are applied.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.python_source.scope import NOT_PLAIN, Scope, dotted
from playground.schema.python_source.type_names import VALIDATORS
from playground.schema.python_source.type_schemas import CONSTRAINTS, constrained, float_of, kinds, unsaid
from playground.schema.tree import Schema

_SAYS_NOTHING: Final = frozenset({
    "strict", "frozen", "repr", "init", "init_var", "kw_only", "exclude", "exclude_if", "validate_default",
    "union_mode", "allow_inf_nan", "coerce_numbers_to_str", "fail_fast", "strip_whitespace", "to_upper", "to_lower",
    "serialization_alias", "alias_priority",
})  # fmt: skip
"""Arguments that are about Python, or about what comes after the JSON."""
_OTHER_NAMES: Final = {
    "min_items": "min_length",
    "max_items": "max_length",
    "regex": "pattern",
    "validation_alias": "alias",
}
_DESCRIBES: Final = frozenset({"title", "description", "examples", "deprecated"})
DIGITS: Final = frozenset({"max_digits", "decimal_places"})
_UNDERSTOOD: Final[Mapping[str, type]] = {
    **dict.fromkeys(CONSTRAINTS | _DESCRIBES | DIGITS, object),
    "alias": str,
    "discriminator": str,
    "json_schema_extra": dict,
}
"""Arguments that shape the schema, and the type of their values."""
_POSITIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "Field": ("default",),
    "Gt": ("gt",),
    "Ge": ("ge",),
    "Lt": ("lt",),
    "Le": ("le",),
    "MultipleOf": ("multiple_of",),
    "MinLen": ("min_length",),
    "MaxLen": ("max_length",),
    "Len": ("min_length", "max_length"),
    "Interval": (),
    "StringConstraints": (),
}
"""`Field`, and metadata of annotated_types and pydantic: which arguments may come without a name."""
_OF_ONE_VALUE: Final[Mapping[str, tuple[str, type]]] = {
    "WithJsonSchema": ("replaced", dict),
    "Discriminator": ("discriminator", str),
}
"""Other metadata: the fact that its one argument is, and of what type."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said about a field, and where; a `default` of NOT_PLAIN is one that cannot be shown."""

    name: str
    value: Any
    node: ast.expr


Facts = tuple[Fact, ...]
"""In the order of the source: what is said later wins."""


def last(facts: Facts, name: str) -> Any:
    """What is said last under this name, or NOT_PLAIN."""
    return next((fact.value for fact in reversed(facts) if fact.name == name), NOT_PLAIN)


def keywords_of(facts: Facts) -> dict[str, Any]:
    """The keywords that the facts put into a schema as they stand."""
    found: dict[str, Any] = {}
    for fact in facts:
        if fact.name in _DESCRIBES:
            found[fact.name] = fact.value
        elif fact.name == "json_schema_extra":
            found |= fact.value
    return found


def facts_of_metadata(node: ast.expr, scope: Scope) -> Facts:
    """What one argument of `Annotated` says after the type."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            scope.note(node, "A bare text in Annotated says nothing.", "Use Field(description=...).")
        return ()
    if not isinstance(node, ast.Call):
        return _facts_of_name(node, scope)
    if scope.is_known(node.func, *_POSITIONAL):
        return facts_of_call(node, scope)
    name = scope.name(node.func)
    if name.kind == "known" and name.text in _OF_ONE_VALUE and len(node.args) == 1:
        fact, wanted = _OF_ONE_VALUE[name.text]
        value = scope.value(node.args[0])
        return (Fact(fact, value, node),) if isinstance(value, wanted) else ()
    return _facts_of_name(node.func, scope)


def _facts_of_name(node: ast.expr, scope: Scope) -> Facts:
    """Validators leave the schema as it is; what cannot be known is said."""
    name = scope.name(node)
    if name.kind == "alias":
        return () if scope.too_much(node, 0) else facts_of_metadata(scope.aliases[name.text], scope)
    if name.kind == "known" and name.text in VALIDATORS:
        scope.note(node, f"{name.text} is not run here: the schema cannot say what it checks.")
    elif name.kind != "known" or name.text != "Strict":
        what = f"{'.'.join(dotted(node)) or scope.tree.excerpt(node)} is not understood within Annotated."
        scope.problem(node, what, "Use Field(...) with plain arguments.")
    return ()


def facts_of_call(call: ast.Call, scope: Scope) -> Facts:
    """What the arguments of `Field` and its like say."""
    facts = facts_of_arguments(call, scope, _POSITIONAL[scope.name(call.func).text])
    if {"default", "default_factory"} <= {keyword.arg for keyword in call.keywords}:
        scope.problem(call, "default and default_factory exclude each other.", "Remove one of them.")
    return facts


def facts_of_arguments(call: ast.Call, scope: Scope, positional: tuple[str, ...] = ()) -> Facts:
    """What the arguments of a call say, those without a name taken as `positional`."""
    if len(call.args) > len(positional):
        what = f"{scope.tree.excerpt(call)} has too many arguments without a name."
        scope.problem(call, what, "Name them.")
    facts = [_fact(name, node, scope) for name, node in zip(positional, call.args, strict=False)]
    for keyword in call.keywords:
        if keyword.arg is None:
            scope.problem(keyword.value, "** cannot be followed, for nothing is executed.", "Write them out.")
        else:
            facts.append(_fact(keyword.arg, keyword.value, scope))
    return tuple(fact for fact in facts if fact is not None)


def _fact(argument: str, node: ast.expr, scope: Scope) -> Fact | None:
    """What one argument says, if it says anything."""
    name = _OTHER_NAMES.get(argument, argument)
    if name in _SAYS_NOTHING:
        return None
    if name == "default":
        return fact_of_default(node, scope)
    if name == "default_factory":
        return _factory(node, scope)
    if name in CONSTRAINTS and isinstance(node, ast.Call) and scope.is_known(node.func, "date", "datetime"):
        return Fact(name, None, node)
    value = scope.value(node)
    if value is NOT_PLAIN or value is None:
        return None
    if name == "deprecated":
        return Fact(name, True, node) if value or value == "" else None
    if isinstance(value, _UNDERSTOOD.get(name, ())):
        return Fact(name, value, node)
    scope.problem(node, f"{argument} is not understood in Field.", "Remove it, or say it in the description.")
    return None


def fact_of_default(node: ast.expr, scope: Scope) -> Fact | None:
    """A default that JSON can hold; `...` is none."""
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return None
    value = scope.value(node)
    if isinstance(value, float) and not math.isfinite(value):
        scope.problem(node, "JSON knows no endless number.", "Use None, or leave the default out.")
        value = NOT_PLAIN
    return Fact("default", value, node)


def _factory(node: ast.expr, scope: Scope) -> Fact:
    """A factory makes the field optional, and the schema shows no default; it is never called."""
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Lambda)):
        scope.problem(node, "default_factory is a call, and nothing is executed here.", "Name a function.")
    return Fact("default", NOT_PLAIN, node)


def limited(facts: Facts, schema: Schema, scope: Scope) -> Schema:
    """The type with its constraints; what does not fit the type is said."""
    for fact in facts:
        if fact.name not in CONSTRAINTS:
            continue
        if fault := _fault(fact, kinds(schema)):
            scope.problem(fact.node, f"{fact.name} is {fault}.", "Correct or remove it.")
        elif (new := constrained(schema, fact.name, fact.value)) is None:
            what = f"{fact.name} says nothing about a value of this type."
            scope.problem(fact.node, what, "Put it on a type that it fits.")
        else:
            if unsaid(schema, fact.name):
                what = f"{fact.name} on a date or a time is left out: JSON Schema has no word for it."
                scope.note(fact.node, what)
            schema = new
    return schema


def _fault(fact: Fact, of: frozenset[str]) -> str:
    """What is wrong with a limit on values of these kinds, or nothing."""
    name, value = fact.name, fact.value
    if name == "pattern":
        return "" if isinstance(value, str) else "no text"
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name in ("min_length", "max_length"):
        whole = number and isinstance(value, int) and value >= 0
        return "" if whole else "no whole number from 0 upwards"
    if "moment" in of:
        return ""
    if "decimal" in of:
        value = float_of(value)
    if value is None or not (number or "decimal" in of):
        return "no number"
    if of == {"integer"} and isinstance(value, float) and math.isfinite(value) and not value.is_integer():
        return "a broken number on a whole one"
    return "not above 0" if name == "multiple_of" and value <= 0 else ""
