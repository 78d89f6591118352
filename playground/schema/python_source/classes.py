"""Classes of pasted Python as JSON Schemas: models with their fields, and enumerations.

Kept apart from the annotations because here inheritance, configuration and docstrings come in.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.python_source.class_names import auto_title
from playground.schema.python_source.fields import Fact, Facts, fact_of_default, facts_of_call, last
from playground.schema.python_source.scope import NOT_PLAIN, Scope, assigned_in, dotted, unsubscripted
from playground.schema.python_source.type_names import MODEL_BASES
from playground.schema.python_source.type_schemas import NULL, members, typed
from playground.schema.python_source.types import Types
from playground.schema.tree import Schema

_CONFIG: Final = "model_config"
_SHAPING_CONFIG: Final = frozenset({"extra", "title", "json_schema_extra", "use_attribute_docstrings"})
_UNKNOWN_CONFIG: Final = frozenset(
    {"alias_generator", "field_title_generator", "model_title_generator", "metaclass", None}
)
_CHECKERS: Final = frozenset({"field_validator", "model_validator", "validator", "root_validator"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a model as it stands in the source; `says` is the text below it."""

    name: str
    node: ast.AnnAssign
    says: str


class Classes:
    """Reads the classes of one source; `schema(name)` gives the schema of one, with references to the others."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.types = Types(scope)

    def models(self) -> list[str]:
        """The models of the source, in order; classes within classes are left out."""
        top = [s.name for s in self._scope.tree.module.body if isinstance(s, ast.ClassDef)]
        return [name for name in dict.fromkeys(top) if self._scope.is_model(name)]

    def schema(self, name: str) -> Schema:
        """The JSON Schema of a model or an enumeration."""
        node = self._scope.classes[name]
        for decorator in node.decorator_list:
            if dotted(decorator)[-1:] != ["final"]:
                what = f"The decorator {self._scope.tree.excerpt(decorator)} is not run, and may change the class."
                self._scope.problem(decorator, what, "Remove it; a model inherits from BaseModel.")
        schema = self._enum(name, node) if self._scope.is_enum(name) else self._model(name, node)
        description = ast.get_docstring(node)
        return {"title": node.name, **({"description": description} if description else {}), **schema}

    def _enum(self, name: str, node: ast.ClassDef) -> Schema:
        found = self._scope.members(name).values()
        values = [value for value in found if not isinstance(value, (list, dict))]
        if not values or len(values) < len(found):
            what = f"{name} has no members, or some that are not plain."
            self._scope.problem(node, what, "Give it plain values.")
        return {"enum": values, **typed(values)}

    def _model(self, name: str, node: ast.ClassDef) -> Schema:
        """A model's schema; the words of its configuration win over what the class says otherwise."""
        config = self._config(name)
        extra = config.get("json_schema_extra")
        about = {
            **({"title": config["title"]} if "title" in config else {}),
            **(extra if isinstance(extra, dict) else {}),
        }
        self.types.use_references(extra)
        self._check_bases(node)
        root = self._root_type(name)
        if root is not None:
            return {**self.types.schema(root), **about}
        properties: dict[str, Any] = {}
        required: list[str] = []
        for field in self._fields(name).values():
            key, schema, is_required = self._field(field, config)
            properties[key] = schema
            required += [key] if is_required else []
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            **_OPENNESS.get(str(config.get("extra")), {}),
            **about,
        }

    def _root_type(self, name: str) -> ast.expr | None:
        """What a RootModel holds: the type in its brackets, or that of its field `root`."""
        for known in self._scope.lineage(name):
            node = self._scope.classes[known]
            if bases := [
                base for base in node.bases if self._scope.is_known(unsubscripted(base), "RootModel")
            ]:
                fields = [field.node.annotation for field in _fields_in(node) if field.name == "root"]
                brackets = [base.slice for base in bases if isinstance(base, ast.Subscript)]
                return next(iter([*fields, *brackets]), None)
        return None

    def _check_bases(self, node: ast.ClassDef) -> None:
        for base in node.bases:
            found = self._scope.name(unsubscripted(base))
            if found.kind == "unknown":
                self._scope.problem(base, found.text, "Paste that class above this one, or remove it.")
            elif found.kind == "known" and found.text not in MODEL_BASES | {"ABC", "object"}:
                what = f"{found.text} as a base of a model is not understood."
                self._scope.problem(base, what, "Let the class inherit from BaseModel alone.")
            elif isinstance(base, ast.Subscript) and found.text != "RootModel":
                what = "A model with type parameters is not understood."
                self._scope.problem(base, what, "Write one class for each type.")

    def _fields(self, name: str) -> dict[str, Field]:
        """The fields of a model, inherited ones first, as pydantic orders them."""
        found: dict[str, Field] = {}
        for known in reversed(self._scope.lineage(name)):
            node = self._scope.classes[known]
            self._look_at_the_rest(node)
            found |= {field.name: field for field in _fields_in(node) if self._is_field(field)}
        return found

    def _is_field(self, field: Field) -> bool:
        if field.name.startswith("_") or field.name == _CONFIG:
            return False
        head = unsubscripted(field.node.annotation)
        if not isinstance(head, (ast.Name, ast.Attribute)):
            return True
        constant = self._scope.is_known(head, "Final") and field.node.value is not None
        return not (constant or self._scope.is_known(head, "ClassVar"))

    def _field(self, field: Field, config: Mapping[str, Any]) -> tuple[str, Schema, bool]:
        """A field's key, its schema, and whether it is required."""
        node = field.node
        core, annotated = self.types.annotated(node.annotation)
        facts = (*annotated, *self._assigned(node.value))
        if field.says and last(facts, "description") is NOT_PLAIN:
            facts = (Fact("description", field.says, node.annotation), *facts)
            if not config.get("use_attribute_docstrings"):
                what = f"The text below {field.name} is taken as its description."
                self._scope.note(node, what, "pydantic does so with use_attribute_docstrings=True only.")
        schema = dict(self.types.with_facts(core, facts, node.annotation))
        default, alias = last(facts, "default"), last(facts, "alias")
        key = field.name if alias is NOT_PLAIN else alias
        if default is not NOT_PLAIN:
            schema["default"] = default
        if not _is_reference(core):
            schema.setdefault("title", auto_title(key))
        return key, schema, all(fact.name != "default" for fact in facts)

    def _assigned(self, value: ast.expr | None) -> Facts:
        """What the right side of a field says: `Field(...)`, or a default."""
        if isinstance(value, ast.Call) and self._scope.is_known(value.func, "Field"):
            return facts_of_call(value, self._scope)
        default = None if value is None else fact_of_default(value, self._scope)
        return () if default is None else (default,)

    def _config(self, name: str) -> dict[str, Any]:
        """The configuration of a model with what it inherits, as far as it shapes the schema."""
        found: dict[str, Any] = {}
        for known in reversed(self._scope.lineage(name)):
            node = self._scope.classes[known]
            for keyword in [*node.keywords, *_config_keywords(node)]:
                if keyword.arg in _SHAPING_CONFIG:
                    found[keyword.arg] = self._scope.value(keyword.value)
                elif keyword.arg in _UNKNOWN_CONFIG:
                    what = f"{keyword.arg or '**'} is not followed here."
                    self._scope.problem(keyword.value, what, "Write it on each field instead.")
        return {key: value for key, value in found.items() if value is not NOT_PLAIN and value is not None}

    def _look_at_the_rest(self, node: ast.ClassDef) -> None:
        """Says what of a class is left out, or is missing a type."""
        for statement in node.body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    called = [d.func if isinstance(d, ast.Call) else d for d in statement.decorator_list]
                    if any(not _CHECKERS.isdisjoint(dotted(d)[-1:]) for d in called):
                        what = f"{statement.name} is not run here: the schema cannot say what it checks."
                        self._scope.note(statement, what)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    if not name.startswith("_") and name != _CONFIG:
                        self._scope.problem(statement, f"{name} has no type.", f"Write {name}: <type> = ...")
                case ast.AnnAssign() | ast.Assign() | ast.Pass() | ast.ClassDef():
                    pass
                case ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    self._scope.note(statement, "This statement is not run, and is left out.")


_OPENNESS: Final[Mapping[str, Schema]] = {
    "allow": {"additionalProperties": True},
    "forbid": {"additionalProperties": False},
}


def _config_keywords(node: ast.ClassDef) -> Iterator[ast.keyword]:
    """`model_config = ConfigDict(...)` or a dict, and the older `class Config`."""
    for statement in node.body:
        match statement:
            case ast.ClassDef(name="Config", body=inner):
                yield from (ast.keyword(name, value) for one in inner for name, value in assigned_in(one))
            case ast.Assign() | ast.AnnAssign():
                for name, value in assigned_in(statement):
                    if name == _CONFIG and isinstance(value, ast.Call):
                        yield from value.keywords
                    elif name == _CONFIG and isinstance(value, ast.Dict):
                        pairs = zip(value.keys, value.values, strict=True)
                        yield from (
                            ast.keyword(str(k.value), v) for k, v in pairs if isinstance(k, ast.Constant)
                        )


def _fields_in(node: ast.ClassDef) -> Iterator[Field]:
    """The annotated names of a class, each with the text that stands right below it."""
    for statement, after in zip(node.body, [*node.body[1:], None], strict=True):
        match statement, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                yield Field(name, statement, inspect.cleandoc(text))
            case ast.AnnAssign(target=ast.Name(id=name)), _:
                yield Field(name, statement, "")


def _is_reference(schema: Schema) -> bool:
    """Whether a type is a class, or null: pydantic gives fields of such types no title."""
    ways = [way for way in members(schema) if way != NULL]
    return "$ref" in schema or (len(ways) == 1 and _is_reference(ways[0]))
