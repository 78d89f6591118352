"""Classes of pasted Python as JSON Schemas: models with their fields, and enumerations.

Kept apart from the annotations because here inheritance, configuration and docstrings come in.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.structured.source_fields import FieldFacts, default_of, facts_of_field
from playground.structured.source_names import MODEL_BASES
from playground.structured.source_scope import NOT_PLAIN, Scope, assigned_in, dotted
from playground.structured.source_shapes import type_of
from playground.structured.source_types import Types

_CONFIG_NAMES: Final = ("model_config",)
_SHAPING_CONFIG: Final = frozenset({"extra", "title", "json_schema_extra", "use_attribute_docstrings"})
_UNKNOWN_CONFIG: Final = frozenset(
    {"alias_generator", "field_title_generator", "model_title_generator", "metaclass", None}
)
_CHECKERS: Final = frozenset({"field_validator", "model_validator", "validator", "root_validator"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a model as it stands in the source; `says` is the text below it."""

    name: str
    annotation: ast.expr
    value: ast.expr | None
    says: str
    node: ast.AnnAssign


class Classes:
    """Reads the classes of one source; `schema(name)` gives the schema of one, with references to the others."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.types = Types(scope)

    def models(self) -> list[str]:
        """The models of the source, in order; classes within classes are left out."""
        top = [s.name for s in self._scope.tree.module.body if isinstance(s, ast.ClassDef)]
        return [name for name in dict.fromkeys(top) if self._scope.is_model(name)]

    def schema(self, name: str) -> dict[str, Any]:
        """The JSON Schema of a model or an enumeration."""
        node = self._scope.classes[name]
        for decorator in node.decorator_list:
            if dotted(decorator)[-1:] != ["final"]:
                what = f"The decorator {self._scope.tree.excerpt(decorator)} is not run, and may change the class."
                self._scope.problem(decorator, what, "Remove it; a model inherits from BaseModel.")
        return self._enum(name, node) if self._scope.is_enum(name) else self._model(name, node)

    def _enum(self, name: str, node: ast.ClassDef) -> dict[str, Any]:
        members = self._scope.members(name)
        values = [value for value in members.values() if not isinstance(value, (list, dict))]
        if not values or len(values) < len(members):
            self._scope.problem(
                node, f"{name} has no members, or some that are not plain.", "Give it plain values."
            )
        description = _docstring(node)
        return {"enum": values, "title": node.name, **type_of(values), **description}

    def _model(self, name: str, node: ast.ClassDef) -> dict[str, Any]:
        config = self._config(name)
        self.types.use_references(config.get("json_schema_extra"))
        self._check_bases(node)
        root = self._root_type(name)
        if root is not None:
            shape = self.types.shape(root).schema()
            shape.setdefault("title", config.get("title", node.name))
            return {**shape, **_docstring(node), **_extra(config)}
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
            "title": config.get("title", node.name),
            **_docstring(node),
            **(
                {"additionalProperties": config["extra"] == "allow"}
                if config.get("extra") in ("allow", "forbid")
                else {}
            ),
            **_extra(config),
        }

    def _root_type(self, name: str) -> ast.expr | None:
        """What a RootModel holds: the type in its brackets, or that of its field `root`."""
        for known in self._scope.lineage(name):
            node = self._scope.classes[known]
            for field in _fields_in(node):
                if field.name == "root" and any(
                    self._scope.is_known(_bare(b), "RootModel") for b in node.bases
                ):
                    return field.annotation
            for base in node.bases:
                if isinstance(base, ast.Subscript) and self._scope.is_known(base.value, "RootModel"):
                    return base.slice
        return None

    def _check_bases(self, node: ast.ClassDef) -> None:
        for base in node.bases:
            found = self._scope.name(_bare(base))
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
            for field in _fields_in(node):
                if self._is_field(field):
                    found[field.name] = field
        return found

    def _is_field(self, field: Field) -> bool:
        head = _bare(field.annotation)
        if field.name.startswith("_") or field.name in _CONFIG_NAMES:
            return False
        if isinstance(head, (ast.Name, ast.Attribute)) and self._scope.is_known(head, "ClassVar"):
            return False
        return not (field.value is not None and self._scope.is_known(head, "Final"))

    def _field(self, field: Field, config: Mapping[str, Any]) -> tuple[str, dict[str, Any], bool]:
        """A field's key, its schema, and whether it is required."""
        shape, facts = self.types.annotated(field.annotation)
        facts = self._assigned(field).over(facts)
        if field.says and "description" not in facts.keywords:
            facts = FieldFacts(keywords={"description": field.says}).over(facts)
            if not config.get("use_attribute_docstrings"):
                what = f"The text below {field.name} is taken as its description."
                self._scope.note(
                    field.node, what, "pydantic does so with use_attribute_docstrings=True only."
                )
        schema = self.types.with_facts(shape, facts, field.annotation, field.node).schema()
        key = field.name if facts.alias is None else facts.alias
        if facts.default is not NOT_PLAIN:
            schema["default"] = facts.default
        if shape.titled and "title" not in schema:
            schema["title"] = key.title().replace("_", " ").strip()
        return key, schema, not facts.optional

    def _assigned(self, field: Field) -> FieldFacts:
        """What the right side of a field says: `Field(...)`, or a default."""
        value = field.value
        if value is None or (isinstance(value, ast.Constant) and value.value is Ellipsis):
            return FieldFacts()
        if isinstance(value, ast.Call) and self._scope.is_known(value.func, "Field"):
            return facts_of_field(value, self._scope)
        return FieldFacts(optional=True, default=default_of(self._scope.value(value), value, self._scope))

    def _config(self, name: str) -> dict[str, Any]:
        """The configuration of a model with what it inherits, as far as it shapes the schema."""
        found: dict[str, Any] = {}
        for known in reversed(self._scope.lineage(name)):
            node = self._scope.classes[known]
            for keyword in [*node.keywords, *self._config_keywords(node)]:
                if keyword.arg in _SHAPING_CONFIG:
                    found[keyword.arg] = self._scope.value(keyword.value)
                elif keyword.arg in _UNKNOWN_CONFIG:
                    what = f"{keyword.arg or '**'} is not followed here."
                    self._scope.problem(keyword.value, what, "Write it on each field instead.")
        return {key: value for key, value in found.items() if value is not NOT_PLAIN and value is not None}

    def _config_keywords(self, node: ast.ClassDef) -> Iterator[ast.keyword]:
        """`model_config = ConfigDict(...)` or a dict, and the older `class Config`."""
        for statement in node.body:
            for target, value in assigned_in(statement):
                if target in _CONFIG_NAMES and isinstance(value, ast.Call):
                    yield from value.keywords
                elif target in _CONFIG_NAMES and isinstance(value, ast.Dict):
                    pairs = zip(value.keys, value.values, strict=True)
                    yield from (ast.keyword(str(k.value), v) for k, v in pairs if isinstance(k, ast.Constant))
            if isinstance(statement, ast.ClassDef) and statement.name == "Config":
                for inner in statement.body:
                    yield from (ast.keyword(target, value) for target, value in assigned_in(inner))

    def _look_at_the_rest(self, node: ast.ClassDef) -> None:
        """Says what of a class is left out, or is missing a type."""
        for statement in node.body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    called = [d.func if isinstance(d, ast.Call) else d for d in statement.decorator_list]
                    if any(dotted(d)[-1:] and dotted(d)[-1] in _CHECKERS for d in called):
                        what = f"{statement.name} is not run here: the schema cannot say what it checks."
                        self._scope.note(statement, what)
                case ast.Assign(targets=[ast.Name(id=name)]) if not name.startswith("_"):
                    if name not in _CONFIG_NAMES:
                        self._scope.problem(statement, f"{name} has no type.", f"Write {name}: <type> = ...")
                case ast.AnnAssign() | ast.Assign() | ast.Pass() | ast.ClassDef():
                    pass
                case ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    self._scope.note(statement, "This statement is not run, and is left out.")


def _fields_in(node: ast.ClassDef) -> Iterator[Field]:
    """The annotated names of a class, each with the text that stands right below it."""
    following: list[ast.stmt | None] = [*node.body[1:], None]
    for statement, after in zip(node.body, following, strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            says = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                says = inspect.cleandoc(after.value.value) if isinstance(after.value.value, str) else ""
            yield Field(statement.target.id, statement.annotation, statement.value, says, statement)


def _bare(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def _docstring(node: ast.ClassDef) -> dict[str, str]:
    found = ast.get_docstring(node)
    return {"description": found} if found else {}


def _extra(config: Mapping[str, Any]) -> dict[str, Any]:
    extra = config.get("json_schema_extra")
    return dict(extra) if isinstance(extra, dict) else {}
