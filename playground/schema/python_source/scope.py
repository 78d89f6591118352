"""What the names in a pasted source stand for, and everything that could not be understood of it.

Types, fields and classes all look names up, read plain values, and report to one list.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic_core import to_jsonable_python

from playground.calculator import CannotCalculate, value_of
from playground.schema.python_source.syntax_tree import LONGEST_EXCERPT, SourceProblem, SourceTree
from playground.schema.python_source.type_names import (
    EMPTY_MADE,
    ENUM_BASES,
    KNOWN,
    MODEL_BASES,
    MOMENTS_MADE,
    TRUSTED_MODULES,
)
from playground.value_types import is_number

MOST_PROBLEMS: Final = 100
MOST_READINGS: Final = 20_000
"""Names that stand for one another can make a short source mean an endless type."""
DEEPEST: Final = 48

NOT_PLAIN: Final = object()
"""Stands for an expression that is no plain value; a problem has been noted."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a name is: known (from a library), a class of the source, an alias in it, or unknown (`text` why)."""

    kind: Literal["known", "class", "alias", "unknown"]
    text: str


def dotted(node: ast.expr) -> list[str]:
    """The parts of `a.b.c`; empty where it is anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []


class Scope:
    """Looks names up in one source; collects `problems` (it cannot be used) and `notes` (something was left out)."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.problems: list[SourceProblem] = []
        self.notes: list[SourceProblem] = []
        self.classes: dict[str, ast.ClassDef] = {}
        self.aliases: dict[str, ast.expr] = {}
        self._imported: dict[str, str] = {}
        self._names: dict[str, Name] = {}
        self._ancestors: dict[str, frozenset[str]] = {}
        self._members: dict[str, dict[str, Any]] = {}
        self._readings = 0
        for statement in reachable(tree.module.body):
            self._learn(statement)

    def problem(self, node: ast.AST, what: str, next_step: str) -> None:
        """Notes that the source cannot be used as long as this stands in it."""
        _add(self.problems, node, what, next_step)

    def note(self, node: ast.AST, what: str, next_step: str = "") -> None:
        """Notes that this was left out, which changes nothing else."""
        _add(self.notes, node, what, next_step)

    def too_much(self, node: ast.AST, depth: int) -> bool:
        """Counts one more reading; True, with a problem noted, where they go too deep or become too many."""
        self._readings += 1
        if depth <= DEEPEST and self._readings <= MOST_READINGS:
            return False
        self.problem(node, "This is nested too deeply, or stands for itself.", "Simplify it.")
        return True

    def name(self, node: ast.expr) -> Name:
        """What a plain or dotted name stands for."""
        text = node.id if isinstance(node, ast.Name) else ".".join(dotted(node))
        if not text:
            return Name("unknown", f"{self.tree.excerpt(node)} is no name of a type.")
        if text not in self._names:
            self._names[text] = self._looked_up(text)
        return self._names[text]

    def _looked_up(self, text: str) -> Name:
        shown = text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}..."
        if text in self.classes:
            return Name("class", text)
        if text in self.aliases:
            return Name("alias", text)
        first, *rest = text.split(".")
        if not rest and first not in self._imported:
            return Name("known", text) if text in KNOWN else Name("unknown", f"{shown} is not known here.")
        origin = self._imported.get(first, first)
        module, *names = [*origin.split("."), *rest]
        if module not in TRUSTED_MODULES:
            return Name("unknown", f"{shown} comes from {origin}, which is not pasted.")
        if not names:
            return Name("unknown", f"{shown} is a module, not a type.")
        if names[-1] in KNOWN:
            return Name("known", names[-1])
        return Name("unknown", f"{shown} is not known here as a type.")

    def is_known(self, node: ast.expr, *names: str) -> bool:
        """Whether a name is one of these library names."""
        found = self.name(node)
        return found.kind == "known" and found.text in names

    def lineage(self, name: str) -> list[str]:
        """A class of the source and those that it inherits from, nearest first, as Python would ask them."""
        order: list[str] = []
        waiting = [name]
        while waiting:
            current = waiting.pop(0)
            if len(order) == DEEPEST:
                self.problem(self.classes[name], f"{name} inherits from too many classes.", "Write it flat.")
                break
            order.append(current)
            bases = [self.name(unsubscripted(base)) for base in self.classes[current].bases]
            waiting = [base.text for base in bases if base.kind == "class"] + waiting
        return list(reversed(dict.fromkeys(reversed(order))))

    def is_enum(self, name: str) -> bool:
        """Whether a class of the source is an enumeration."""
        return not ENUM_BASES.isdisjoint(self._ancestors.get(name, ()))

    def is_model(self, name: str) -> bool:
        """Whether a class of the source is a model, be it through others."""
        return not MODEL_BASES.isdisjoint(self._ancestors.get(name, ()))

    def _bases(self, node: ast.ClassDef) -> frozenset[str]:
        """The library classes that a class descends from; its own bases stand above it, as Python wants it."""
        bases = [self._looked_up(".".join(dotted(unsubscripted(base)))) for base in node.bases]
        found = {base.text for base in bases if base.kind == "known"}
        return frozenset(found.union(*(self._ancestors.get(base.text, ()) for base in bases)))

    def value(self, node: ast.expr, depth: int = 0) -> Any:
        """The JSON value that a literal expression is, or NOT_PLAIN after a problem has been noted."""
        if self.too_much(node, depth):
            return NOT_PLAIN
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str()):
                return node.value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number
            case ast.UnaryOp(op=ast.UAdd() | ast.USub()) | ast.BinOp():
                return self._reckoned(node)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                values = [self.value(item, depth + 1) for item in items]
                return NOT_PLAIN if NOT_PLAIN in values else values
            case ast.Dict(keys=keys, values=items) if all(map(_is_text, keys)):
                values = [self.value(item, depth + 1) for item in items]
                names = [key.value for key in keys if isinstance(key, ast.Constant)]
                return NOT_PLAIN if NOT_PLAIN in values else dict(zip(names, values, strict=True))
            case ast.Name() | ast.Attribute():
                return self._named_value(node, depth)
            case ast.Call():
                return self._made_value(node, depth)
        return self._not_plain(node)

    def members(self, name: str, depth: int = 0) -> dict[str, Any]:
        """The members of an enumeration of the source, by name."""
        if name not in self._members:
            self._members[name] = {}  # while it is read: members that name one another are not plain
            self._members[name] = self._read_members(name, depth)
        return self._members[name]

    def _read_members(self, name: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for statement in self.classes[name].body:
            for target, assigned in assigned_in(statement):
                if target.startswith("_"):
                    continue
                if isinstance(assigned, ast.Call) and self.is_known(assigned.func, "auto"):
                    as_text = "StrEnum" in self._ancestors[name]
                    found[target] = target.lower() if as_text else _next(found.values())
                elif isinstance(assigned, ast.Name) and assigned.id in found:
                    found[target] = found[assigned.id]
                else:
                    value = self.value(assigned, depth + 1)
                    # A member of the same value is another name of the first: True behind 1 is 1.
                    found[target] = next((first for first in found.values() if first == value), value)
        return {member: value for member, value in found.items() if value is not NOT_PLAIN}

    def _learn(self, statement: ast.stmt, within: str = "") -> None:
        """Takes up what a statement defines; a class within a class is known by both its names."""
        match statement:
            case ast.Import(names=names):
                for module in names:
                    bound = module.asname or module.name.partition(".")[0]
                    self._imported[bound] = module.name if module.asname else bound
            case ast.ImportFrom(module=module_name, names=names, level=level):
                for imported in names:
                    source = f"{'.' * level}{module_name or ''}.{imported.name}"
                    self._imported[imported.asname or imported.name] = source
            case ast.ClassDef(name=name):
                if name in self.classes:
                    self.problem(statement, f"{name} is defined twice.", "Rename one of the two.")
                for known in [name, *([f"{within}.{name}"] if within else [])]:
                    self._ancestors[known] = self._bases(statement)
                    self.classes[known] = statement
                for inner in statement.body:
                    if isinstance(inner, ast.ClassDef) and inner.name != "Config":
                        self._learn(inner, name)
            case ast.Assign() | ast.AnnAssign():
                self.aliases.update(assigned_in(statement))

    def _named_value(self, node: ast.expr, depth: int) -> Any:
        """A constant of the source, or a member of one of its enumerations."""
        found = self.name(node)
        if found.kind == "alias":
            return self.value(self.aliases[found.text], depth + 1)
        if isinstance(node, ast.Attribute):
            owner = self.name(node.value)
            if owner.kind == "class" and self.is_enum(owner.text):
                members = self.members(owner.text, depth + 1)
                if node.attr in members:
                    return members[node.attr]
        return self._not_plain(node)

    def _reckoned(self, node: ast.expr) -> Any:
        """Numbers and + - * / // % ** alone, within the calculator's limits."""
        try:
            return value_of(node)
        except CannotCalculate:
            return self._not_plain(node)

    def _made_value(self, node: ast.Call, depth: int) -> Any:
        """`Decimal("0.1")` is the text that pydantic writes for it, as is a date; `float("inf")` is that number."""
        made = self.name(node.func)
        if made.kind != "known":
            return self._not_plain(node)
        if made.text in MOMENTS_MADE:
            return self._moment(node, MOMENTS_MADE[made.text], depth)
        if made.text in EMPTY_MADE and not node.args and not node.keywords:
            return EMPTY_MADE[made.text]()
        if made.text in ("Decimal", "float") and len(node.args) == 1 and not node.keywords:
            inner = self.value(node.args[0], depth + 1)
            if made.text == "Decimal" and isinstance(inner, (int, str)):
                return str(inner)
            if made.text == "float" and inner in ("inf", "-inf"):
                return float(inner)
        return self._not_plain(node)

    def _moment(self, node: ast.Call, made: Callable[..., Any], depth: int) -> Any:
        """A date or a time of plain numbers, as pydantic writes it."""
        places = [self.value(part, depth + 1) for part in node.args]
        named = {part.arg: self.value(part.value, depth + 1) for part in node.keywords if part.arg}
        numbers = all(is_number(part) for part in (*places, *named.values()))
        if numbers and len(named) == len(node.keywords):
            with suppress(TypeError, ValueError, OverflowError):
                return to_jsonable_python(made(*places, **named))
        return self._not_plain(node)

    def _not_plain(self, node: ast.expr) -> Any:
        what = f"{self.tree.excerpt(node)} is not a plain value, and nothing is executed here."
        self.problem(node, what, "Write the value itself: a text, a number, a list or a dict.")
        return NOT_PLAIN


def reachable(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, and those that stand under `if TYPE_CHECKING` or `try: import`."""
    for statement in body:
        if isinstance(statement, ast.If) and dotted(statement.test)[-1:] == ["TYPE_CHECKING"]:
            yield from statement.body
        elif isinstance(statement, ast.Try):
            yield from (inner for inner in statement.body if isinstance(inner, (ast.Import, ast.ImportFrom)))
        else:
            yield statement


def unsubscripted(node: ast.expr) -> ast.expr:
    """`Generic[T]` as `Generic`."""
    return node.value if isinstance(node, ast.Subscript) else node


def assigned_in(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The name and the value of an assignment to one name."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def _add(to: list[SourceProblem], node: ast.AST, what: str, next_step: str) -> None:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
    found = SourceProblem(line, column, what, next_step)
    if len(to) < MOST_PROBLEMS and found not in to:
        to.append(found)


def _next(values: Iterable[Any]) -> int:
    """What `auto()` stands for after these values."""
    return max((value for value in values if isinstance(value, int)), default=0) + 1


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
