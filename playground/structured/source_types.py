"""Annotations of pasted Python as shapes.

Kept apart from the classes because an annotation means the same in a field, in an alias and within another one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from playground.structured.source_fields import (
    FieldFacts,
    apply,
    facts_of_arguments,
    facts_of_metadata,
)
from playground.structured.source_names import (
    CONSTRAINED,
    LISTS,
    MAPS,
    MOMENTS,
    NUMBERS,
    PLAIN,
    TEXTS,
    WHOLE_NUMBERS,
    counter_schema,
    decimal_schema,
    schema_of_name,
)
from playground.structured.source_scope import NOT_PLAIN, Name, Scope
from playground.structured.source_shapes import (
    ANYTHING,
    Kind,
    Shape,
    array_of,
    literal,
    map_of,
    nullable,
    tuple_of,
    union,
)

SETS: Final = frozenset(name for name, known in LISTS.items() if known is set)


class Types:
    """Reads annotations; `used` collects the classes of the source that they name."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.used: dict[str, None] = {}

    def shape(self, node: ast.expr, depth: int = 0) -> Shape:
        """What an annotation means; ANYTHING, with a problem noted, where it cannot be understood."""
        if self._scope.too_much(node, depth):
            return ANYTHING
        match node:
            case ast.Constant(value=None):
                return Shape("null", {"type": "null"})
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

    def annotated(self, node: ast.expr, depth: int = 0) -> tuple[Shape, FieldFacts]:
        """A field's type, and what `Annotated` around all of it says, which may be about the field."""
        target = self._alias_of(node)
        if isinstance(target, ast.Subscript) and self._scope.is_known(target.value, "Annotated"):
            inner, *metadata = _arguments(target)
            shape, facts = (
                self.annotated(inner, depth + 1) if depth < 9 else (self.shape(inner), FieldFacts())
            )
            for one in metadata:
                facts = facts_of_metadata(one, self._scope).over(facts)
            return shape, facts
        return self.shape(node, depth), FieldFacts()

    def reference(self, name: str) -> Shape:
        """A class of the source, by its place among the definitions."""
        self.used[name] = None
        return Shape("named", {"$ref": f"#/$defs/{self._scope.classes[name].name}"}, titled=False)

    def use_references(self, value: Any) -> None:
        """Takes up the classes that JSON within the source refers to."""
        waiting = [value]
        while waiting:
            current = waiting.pop()
            if isinstance(current, dict):
                name = str(current.get("$ref", "")).removeprefix("#/$defs/")
                if name in self._scope.classes and (self._scope.is_model(name) or self._scope.is_enum(name)):
                    self.used[name] = None
                waiting += current.values()
            elif isinstance(current, list):
                waiting += current

    def _alias_of(self, node: ast.expr) -> ast.expr:
        """What an alias stands for, through others."""
        for _ in range(9):
            found = self._scope.name(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if found is None or found.kind != "alias":
                break
            node = self._scope.aliases[found.text]
        return node

    def _quoted(self, text: str, node: ast.Constant, depth: int) -> Shape:
        """An annotation in quotes, for a class that is defined later."""
        try:
            inner = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self._lost(node, f"{self._scope.tree.excerpt(node)} is no type.")
        for part in ast.walk(inner):
            ast.copy_location(part, node)
        return self.shape(inner, depth + 1)

    def _named(self, name: Name, node: ast.expr, depth: int) -> Shape:
        if name.kind == "alias":
            return self.shape(self._scope.aliases[name.text], depth + 1)
        if name.kind == "class":
            return self._class(name.text, node)
        if name.kind == "unknown":
            return self._lost(node, name.text)
        return _plain(name.text) or self._lost(node, f"{name.text} is no type that JSON can hold.")

    def _class(self, name: str, node: ast.expr) -> Shape:
        if self._scope.is_model(name) or self._scope.is_enum(name):
            return self.reference(name)
        what = f"{name} is neither a model nor an enumeration."
        self._scope.problem(node, what, f"Write class {name}(BaseModel).")
        return ANYTHING

    def _generic(self, node: ast.Subscript, depth: int) -> Shape:
        name = self._scope.name(node.value)
        if name.kind != "known":
            what = name.text if name.kind == "unknown" else f"{name.text} takes no type in brackets here."
            return self._lost(node, what)
        arguments = _arguments(node)
        inside = partial(self.shape, depth=depth + 1)
        if name.text in LISTS and len(arguments) == 1:
            return array_of(inside(arguments[0]), unique=name.text in SETS)
        if name.text in MAPS and len(arguments) == 2:
            return map_of(inside(arguments[0]), inside(arguments[1]))
        forms: Mapping[str, Callable[[], Shape]] = {
            "Annotated": lambda: self._annotated(node, depth),
            "Optional": lambda: self._union(node, depth),
            "Union": lambda: self._union(node, depth),
            "Literal": lambda: self._literal(arguments, node),
            "tuple": lambda: self._tuple(arguments, inside),
            "Tuple": lambda: self._tuple(arguments, inside),
            "Counter": lambda: Shape("object", counter_schema()),
            "Json": lambda: Shape(
                "text", {**schema_of_name("Json"), "contentSchema": inside(arguments[0]).schema()}
            ),
            "Pattern": lambda: Shape("text", schema_of_name("Pattern")),
            "SerializeAsAny": lambda: inside(arguments[0]),
            "Final": lambda: inside(arguments[0]),
        }
        if name.text in forms and arguments:
            return forms[name.text]()
        return self._lost(node, f"{self._scope.tree.excerpt(node)} is no type that JSON can hold.")

    def _annotated(self, node: ast.Subscript, depth: int) -> Shape:
        inner, *metadata = _arguments(node)
        shape = self.shape(inner, depth + 1)
        facts = FieldFacts()
        for one in metadata:
            facts = facts_of_metadata(one, self._scope).over(facts)
        if facts.optional or facts.alias is not None:
            what = "A default or an alias within a type says nothing."
            self._scope.note(node, what, "Write it on the field itself.")
        return self.with_facts(shape, facts, inner, node)

    def with_facts(self, shape: Shape, facts: FieldFacts, annotation: ast.expr, node: ast.AST) -> Shape:
        """The type with everything that is said about it."""
        if facts.digits:
            shape = self._with_digits(shape, facts.digits, node)
        if facts.discriminator:
            shape = self._discriminated(facts.discriminator, annotation, shape, node)
        self.use_references({"replaced": facts.replaced, **facts.keywords})
        return apply(facts, shape, self._scope)

    def _with_digits(self, shape: Shape, digits: Mapping[str, Any], node: ast.AST) -> Shape:
        if shape.kind == "nullable":
            return nullable(self._with_digits(shape.members[0], digits, node))
        whole = all(isinstance(value, int) and 0 <= value <= 1000 for value in digits.values())
        if shape.kind != "decimal" or not whole:
            what = "max_digits and decimal_places want a whole number up to 1,000, on a Decimal."
            self._scope.problem(node, what, "Correct or remove them.")
            return shape
        number = shape.core["anyOf"][0]
        return Shape("decimal", {"anyOf": [number, decimal_schema(**digits)["anyOf"][1]]})

    def _union(self, node: ast.expr, depth: int) -> Shape:
        members = list(self._alternatives(node, depth))
        shapes = [self.shape(member, depth + 1) for member in members if not _is_none(member)]
        with_null = any(_is_none(member) for member in members)
        if not shapes:
            return Shape("null", {"type": "null"})
        return nullable(union(shapes)) if with_null else union(shapes)

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
            elif isinstance(current, ast.Subscript) and self._scope.is_known(
                current.value, "Union", "Optional"
            ):
                if self._scope.is_known(current.value, "Optional"):
                    waiting.append((ast.copy_location(ast.Constant(None), current), deep))
                waiting += [(member, deep + 1) for member in reversed(_arguments(current))]
            else:
                yield current

    def _discriminated(self, field: str, annotation: ast.expr, shape: Shape, node: ast.AST) -> Shape:
        """A union of models told apart by one field's value: `oneOf` with pydantic's `discriminator`."""
        for _ in range(9):
            if isinstance(annotation, ast.Subscript) and self._scope.is_known(annotation.value, "Annotated"):
                annotation = _arguments(annotation)[0]
        members = [self._scope.name(m) for m in self._alternatives(annotation, 0) if not _is_none(m)]
        if shape.kind == "nullable":
            return nullable(self._tagged(field, members, node))
        return self._tagged(field, members, node)

    def _tagged(self, field: str, members: list[Name], node: ast.AST) -> Shape:
        mapping: dict[str, str] = {}
        for member in members:
            tags = self._tags(member.text, field) if member.kind == "class" else []
            if not tags:
                what = f"{field} cannot tell the members of this union apart."
                self._scope.problem(node, what, f"Give every member a field {field}: Literal[...].")
                return ANYTHING
            mapping |= {str(tag): self.reference(member.text).core["$ref"] for tag in tags}
        choices = [{"$ref": ref} for ref in dict.fromkeys(mapping.values())]
        return Shape(
            "other", {"oneOf": choices, "discriminator": {"propertyName": field, "mapping": mapping}}
        )

    def _tags(self, name: str, field: str) -> list[Any]:
        """The values that a class's own field may have, where it is a Literal or an enumeration's member."""
        for known in self._scope.lineage(name):
            for statement in self._scope.classes[known].body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=id), annotation=ast.Subscript() as found) if (
                        id == field
                    ):
                        if self._scope.is_known(found.value, "Literal"):
                            core = self._literal(_arguments(found), found).core
                            return [core["const"]] if "const" in core else list(core.get("enum", ()))
        return []

    def _literal(self, arguments: list[ast.expr], node: ast.AST) -> Shape:
        values = [value for argument in arguments for value in self._literal_values(argument, 0)]
        if any(value is NOT_PLAIN or isinstance(value, (list, dict, float)) for value in values):
            if NOT_PLAIN not in values:
                what = "A Literal holds texts, whole numbers, true, false and None."
                self._scope.problem(node, what, "Correct its values.")
            return ANYTHING
        return literal(values)

    def _literal_values(self, argument: ast.expr, depth: int) -> Iterator[Any]:
        """What a Literal holds in this place; of a Literal within it all that it holds, as Python flattens them."""
        target = self._alias_of(argument)
        if self._scope.too_much(argument, depth):
            return
        if isinstance(target, ast.Subscript) and self._scope.is_known(target.value, "Literal"):
            for inner in _arguments(target):
                yield from self._literal_values(inner, depth + 1)
        else:
            yield self._scope.value(target)

    def _tuple(self, arguments: list[ast.expr], inside: Callable[[ast.expr], Shape]) -> Shape:
        if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is Ellipsis:
            return array_of(inside(arguments[0]), unique=False)
        empty = len(arguments) == 1 and isinstance(arguments[0], ast.Tuple) and not arguments[0].elts
        return tuple_of([] if empty else [inside(argument) for argument in arguments])

    def _made(self, node: ast.Call, depth: int) -> Shape:
        """`constr(...)` and its like, and `NewType("Name", type)`."""
        name = self._scope.name(node.func)
        if name.kind == "known" and name.text == "NewType" and len(node.args) == 2:
            return self.shape(node.args[1], depth + 1)
        if name.kind != "known" or name.text not in CONSTRAINED:
            what = f"{self._scope.tree.excerpt(node)} is a call, and nothing is executed here."
            return self._lost(node, what, "Write the type itself.")
        base = _plain(CONSTRAINED[name.text]) or ANYTHING
        keywords = [keyword for keyword in node.keywords if keyword.arg not in ("item_type", "unique_items")]
        facts = facts_of_arguments(ast.Call(node.func, [], keywords), self._scope, ())
        if base.kind == "array":
            items = [k.value for k in node.keywords if k.arg == "item_type"] or node.args[:1]
            if items:
                base = array_of(self.shape(items[0], depth + 1), unique=name.text != "conlist")
        elif node.args:
            self._scope.problem(node, f"{name.text} takes its arguments by name.", "Name them.")
        return self.with_facts(base, facts, node, node)

    def _lost(self, node: ast.AST, what: str, next_step: str = "") -> Shape:
        advice = "Use a type of Python, typing, datetime or pydantic, or paste the class beside it."
        self._scope.problem(node, what, next_step or advice)
        return ANYTHING


def _plain(name: str) -> Shape | None:
    """The shape of a name that needs no brackets, or None."""
    if name in ("Decimal",):
        return Shape("decimal", decimal_schema())
    if name in ("tuple", "Tuple"):
        return Shape("array", schema_of_name("list"))
    if name == "Counter":
        return Shape("object", counter_schema())
    if name not in PLAIN and name not in LISTS and name not in MAPS:
        return None
    return Shape(_kind_of(name), schema_of_name(name))


def _kind_of(name: str) -> Kind:
    tables: list[tuple[Kind, Mapping[str, Any]]] = [
        ("moment", MOMENTS),
        ("whole", WHOLE_NUMBERS),
        ("number", NUMBERS),
        ("array", LISTS),
        ("object", MAPS),
    ]
    if name in TEXTS:
        return "bytes" if "bytes" in name.lower() or name == "complex" else "text"
    return next(
        (kind for kind, table in tables if name in table), "null" if name in ("None", "NoneType") else "other"
    )


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    """What stands in the brackets."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) and node.slice.elts else [node.slice]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
