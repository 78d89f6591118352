"""Annotations of pasted Python as JSON Schemas.

Kept apart from the classes because an annotation means the same in a field, in an alias and within another one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeGuard

from playground.schema.python_source.fields import (
    DIGITS,
    Facts,
    facts_of_arguments,
    facts_of_metadata,
    keywords_of,
    last,
    limited,
)
from playground.schema.python_source.scope import NOT_PLAIN, Name, Scope
from playground.schema.python_source.type_names import (
    CONSTRAINED,
    LISTS,
    MAPS,
    SETS,
    TYPES,
    decimal_schema,
    schema_of_name,
)
from playground.schema.python_source.type_schemas import (
    NULL,
    any_of,
    array_of,
    choices_of,
    kinds,
    literal,
    map_of,
    tuple_of,
    with_decimal_text,
)
from playground.schema.tree import Schema
from playground.syntax import expression_of

_ANYTHING: Final[Schema] = {}
_LONGEST_CHAIN: Final = 9
"""Aliases of aliases, and Annotated within Annotated, that are followed."""


class Types:
    """Reads annotations; `used` collects the classes of the source that they name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.used: dict[str, None] = {}

    def schema(self, node: ast.expr, depth: int = 0) -> Schema:
        """What an annotation means; anything, with a problem noted, where it cannot be understood."""
        if self._scope.too_much(node, depth):
            return _ANYTHING
        match node:
            case ast.Constant(value=None):
                return NULL
            case ast.Constant(value=str() as text):
                return self._quoted(text, node, depth)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(node, depth)
            case ast.Name() | ast.Attribute():
                return self._named(self._scope.name(node), node, depth)
            case ast.Subscript():
                return self._generic(node, depth)
            case ast.Call():
                return self._made(node, depth)
        return self._lost(node, f"{self._scope.tree.excerpt(node)} is no type.")

    def annotated(self, node: ast.expr, depth: int = 0) -> tuple[Schema, Facts]:
        """A type, and what `Annotated` around all of it says, which may be about the field."""
        inner, metadata = self._peeled(node)
        facts = tuple(fact for one in metadata for fact in facts_of_metadata(one, self._scope))
        return self.schema(inner, depth), facts

    def with_facts(self, schema: Schema, facts: Facts, node: ast.expr) -> Schema:
        """The type that an annotation means, with everything that is said about it."""
        replaced = last(facts, "replaced")
        if digits := {fact.name: fact.value for fact in facts if fact.name in DIGITS}:
            schema = self._with_digits(schema, digits, node)
        if (told_by := last(facts, "discriminator")) is not NOT_PLAIN:
            schema = self._discriminated(told_by, node)
        self.use_references([fact.value for fact in facts if fact.name != "default"])
        schema = limited(facts, schema if replaced is NOT_PLAIN else _ANYTHING, self._scope)
        return {**(schema if replaced is NOT_PLAIN else replaced), **keywords_of(facts)}

    def reference(self, name: str) -> Schema:
        """A class of the source, by its place among the definitions."""
        self.used[name] = None
        return {"$ref": f"#/$defs/{self._scope.classes[name].name}"}

    def use_references(self, value: Any) -> None:
        """Takes up the classes that JSON within the source refers to."""
        waiting = [value]
        while waiting:
            current = waiting.pop()
            if isinstance(current, dict):
                name = str(current.get("$ref", "")).removeprefix("#/$defs/")
                if self._scope.is_model(name) or self._scope.is_enum(name):
                    self.used[name] = None
                waiting += current.values()
            elif isinstance(current, list):
                waiting += current

    def _is(self, node: ast.expr, *forms: str) -> TypeGuard[ast.Subscript]:
        """Whether this is one of these forms, with brackets."""
        return isinstance(node, ast.Subscript) and self._scope.is_known(node.value, *forms)

    def _alias_of(self, node: ast.expr) -> ast.expr:
        """What an alias stands for, through others."""
        for _ in range(_LONGEST_CHAIN):
            found = self._scope.name(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if found is None or found.kind != "alias":
                break
            node = self._scope.aliases[found.text]
        return node

    def _peeled(self, node: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
        """What stands within `Annotated`, through aliases, and what that says of it, the inmost first."""
        metadata: list[ast.expr] = []
        for _ in range(_LONGEST_CHAIN):
            target = self._alias_of(node)
            if not self._is(target, "Annotated"):
                break
            node, *said = _arguments(target)
            metadata = [*said, *metadata]
        return node, metadata

    def _quoted(self, text: str, node: ast.Constant, depth: int) -> Schema:
        """An annotation in quotes, for a class that is defined later."""
        if text in self._scope.classes:
            return self._class(text, node)
        try:
            inner = expression_of(text.strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self._lost(node, f"{self._scope.tree.excerpt(node)} is no type.")
        for part in ast.walk(inner):
            ast.copy_location(part, node)
        return self.schema(inner, depth + 1)

    def _named(self, name: Name, node: ast.expr, depth: int) -> Schema:
        if name.kind == "alias":
            return self.schema(self._scope.aliases[name.text], depth + 1)
        if name.kind == "class":
            return self._class(name.text, node)
        if name.kind == "unknown":
            return self._lost(node, name.text)
        if name.text in TYPES:
            return schema_of_name(name.text)
        return self._lost(node, f"{name.text} is no type that JSON can hold.")

    def _class(self, name: str, node: ast.expr) -> Schema:
        if self._scope.is_model(name) or self._scope.is_enum(name):
            return self.reference(name)
        return self._lost(
            node, f"{name} is neither a model nor an enumeration.", f"Write class {name}(BaseModel)."
        )

    def _generic(self, node: ast.Subscript, depth: int) -> Schema:
        """A type with brackets."""
        name = self._scope.name(node.value)
        if name.kind != "known":
            what = name.text if name.kind == "unknown" else f"{name.text} takes no type in brackets here."
            return self._lost(node, what)
        inside = partial(self.schema, depth=depth + 1)
        match name.text, _arguments(node):
            case "Annotated", _:
                return self._annotated(node, depth)
            case "Optional" | "Union", _:
                return self._union(node, depth)
            case "Literal", values:
                return self._literal(values, node)
            case "tuple" | "Tuple", places:
                return _tuple(places, inside)
            case "SerializeAsAny" | "Final", [inner, *_]:
                return inside(inner)
            case "Json", [inner, *_]:
                return {**schema_of_name("Json"), "contentSchema": inside(inner)}
            case "Counter" | "Pattern", _:
                return schema_of_name(name.text)
            case text, [item] if text in LISTS:
                return array_of(inside(item), unique=text in SETS)
            case text, [key, value] if text in MAPS:
                return map_of(inside(key), inside(value))
        return self._lost(node, f"{self._scope.tree.excerpt(node)} is no type that JSON can hold.")

    def _annotated(self, node: ast.Subscript, depth: int) -> Schema:
        schema, facts = self.annotated(node, depth + 1)
        if any(fact.name in ("default", "alias") for fact in facts):
            what = "A default or an alias within a type says nothing."
            self._scope.note(node, what, "Write it on the field itself.")
        return self.with_facts(schema, facts, node)

    def _with_digits(self, schema: Schema, digits: dict[str, Any], node: ast.AST) -> Schema:
        whole = all(isinstance(value, int) and 0 <= value <= 1000 for value in digits.values())
        if "decimal" in kinds(schema) and whole:
            return with_decimal_text(schema, decimal_schema(**digits)["anyOf"][1])
        what = "max_digits and decimal_places want a whole number up to 1,000, on a Decimal."
        self._scope.problem(node, what, "Correct or remove them.")
        return schema

    def _union(self, node: ast.expr, depth: int) -> Schema:
        members = list(self._alternatives(node, depth))
        schemas = [self.schema(member, depth + 1) for member in members if not _is_none(member)]
        return any_of([*schemas, NULL] if len(schemas) < len(members) or not schemas else schemas)

    def _alternatives(self, node: ast.expr, depth: int) -> Iterator[ast.expr]:
        """The members of a union, those of unions within it included, as Python flattens them."""
        waiting = [(node, depth)]
        while waiting:
            current, deep = waiting.pop()
            if self._scope.too_much(current, deep):
                return
            current = self._alias_of(current)
            if isinstance(current, ast.BinOp) and isinstance(current.op, ast.BitOr):
                waiting += [(current.right, deep), (current.left, deep)]
            elif self._is(current, "Union", "Optional"):
                if self._is(current, "Optional"):
                    waiting.append((ast.copy_location(ast.Constant(None), current), deep))
                waiting += [(member, deep + 1) for member in reversed(_arguments(current))]
            else:
                yield current

    def _discriminated(self, field: str, node: ast.expr) -> Schema:
        """A union of models told apart by one field's value: `oneOf` with pydantic's `discriminator`."""
        members = list(self._alternatives(self._peeled(node)[0], 0))
        mapping: dict[str, str] = {}
        for member in members:
            if _is_none(member):
                continue
            name = self._scope.name(member)
            tags = self._tags(name.text, field) if name.kind == "class" else []
            if not tags:
                what = f"{field} cannot tell the members of this union apart."
                return self._lost(node, what, f"Give every member a field {field}: Literal[...].")
            mapping |= {str(tag): self.reference(name.text)["$ref"] for tag in tags}
        choices = [{"$ref": reference} for reference in dict.fromkeys(mapping.values())]
        tagged = {"oneOf": choices, "discriminator": {"propertyName": field, "mapping": mapping}}
        return any_of([tagged, NULL] if any(map(_is_none, members)) else [tagged])

    def _tags(self, name: str, field: str) -> list[Any]:
        """The values that a class's own field may have, where it is a Literal."""
        for known in self._scope.lineage(name):
            for statement in self._scope.classes[known].body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=id), annotation=found) if id == field:
                        if self._is(found, "Literal"):
                            return choices_of(self._literal(_arguments(found), found))
        return []

    def _literal(self, arguments: list[ast.expr], node: ast.AST) -> Schema:
        values = [value for argument in arguments for value in self._literal_values(argument, 0)]
        if NOT_PLAIN in values:
            return _ANYTHING
        if any(isinstance(value, (list, dict, float)) for value in values):
            what = "A Literal holds texts, whole numbers, true, false and None."
            return self._lost(node, what, "Correct its values.")
        return literal(values)

    def _literal_values(self, argument: ast.expr, depth: int) -> Iterator[Any]:
        """What a Literal holds in this place; of a Literal within it all that it holds, as Python flattens them."""
        target = self._alias_of(argument)
        if self._scope.too_much(argument, depth):
            return
        if self._is(target, "Literal"):
            for inner in _arguments(target):
                yield from self._literal_values(inner, depth + 1)
        else:
            yield self._scope.value(target)

    def _made(self, node: ast.Call, depth: int) -> Schema:
        """`constr(...)` and its like, and `NewType("Name", type)`."""
        if self._scope.is_known(node.func, "NewType") and len(node.args) == 2:
            return self.schema(node.args[1], depth + 1)
        if not self._scope.is_known(node.func, *CONSTRAINED):
            what = f"{self._scope.tree.excerpt(node)} is a call, and nothing is executed here."
            return self._lost(node, what, "Write the type itself.")
        made = self._scope.name(node.func).text
        keywords = [keyword for keyword in node.keywords if keyword.arg not in ("item_type", "unique_items")]
        facts = facts_of_arguments(ast.Call(node.func, [], keywords), self._scope)
        schema = schema_of_name(CONSTRAINED[made])
        if schema.get("type") == "array":
            for item in [k.value for k in node.keywords if k.arg == "item_type"] or node.args[:1]:
                schema = array_of(self.schema(item, depth + 1), unique=made != "conlist")
        elif node.args:
            self._scope.problem(node, f"{made} takes its arguments by name.", "Name them.")
        return self.with_facts(schema, facts, node)

    def _lost(self, node: ast.AST, what: str, next_step: str = "") -> Schema:
        advice = "Use a type of Python, typing, datetime or pydantic, or paste the class beside it."
        self._scope.problem(node, what, next_step or advice)
        return _ANYTHING


def _tuple(places: list[ast.expr], inside: Callable[[ast.expr], Schema]) -> Schema:
    match places:
        case [item, ast.Constant(value=end)] if end is Ellipsis:
            return array_of(inside(item), unique=False)
        case [ast.Tuple(elts=[])]:
            return tuple_of([])
    return tuple_of([inside(place) for place in places])


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    """What stands in the brackets."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) and node.slice.elts else [node.slice]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
