"""A JSON Schema as Python source: Pydantic classes that mean the same.

Kept apart from the reading of pasted source, whose counterpart it is: what is written here reads back as the same
schema. What Python has no type for becomes `WithJsonSchema`, which pydantic takes as it stands, and is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.limits import SchemaProblem
from playground.schema.python_source.annotations import NOTHING, Annotations, Said, is_model
from playground.schema.python_source.class_names import Names, auto_title, field_names
from playground.schema.python_source.python_text import call, docstring, is_docstring, literal
from playground.schema.python_source.type_schemas import typed
from playground.schema.tree import Path, Schema, SchemaTree

_IMPORTS: Final = {
    "datetime": "date datetime time timedelta",
    "decimal": "Decimal",
    "enum": "Enum",
    "typing": "Annotated Any Literal",
    "uuid": "UUID",
    "pydantic": "AnyUrl BaseModel ConfigDict EmailStr Field HttpUrl RootModel WithJsonSchema",
}
_ELSEWHERE: Final = ("$defs", "definitions", "$schema")


@dataclass(frozen=True, slots=True)
class SourceText:
    """Python source, the name of its root class, and the parts that it can only hold as JSON."""

    text: str
    root: str
    as_json: tuple[SchemaProblem, ...] = ()


def source_of(schema: Schema) -> SourceText:
    """The source of a schema that has passed the limits; `read_source` reads it back as the same schema.

    Where classes need a name or fields a title, these are added, for pydantic would; an object whose type was left
    open becomes one that must be an object.
    """
    writer = _Writer(schema)
    writer.write()
    body = "\n\n\n".join(writer.classes)
    return SourceText(f"{_imports(body)}\n\n\n{body}\n", writer.names.root, tuple(writer.annotations.as_json))


def _imports(body: str) -> str:
    """The import lines for the names that occur in a source."""
    words = set(re.findall(r"\w+", body))
    lines = [
        f"from {module} import {', '.join(used)}"
        for module, names in _IMPORTS.items()
        if (used := [name for name in names.split() if name in words])
    ]
    *library, pydantic = lines
    return "\n".join(
        ["from __future__ import annotations", "", *library, *([""] if library else []), pydantic]
    )


class _Writer:
    """Writes one class for each schema that is referred to, and the root's last."""

    def __init__(self, root: Schema) -> None:
        self._tree = SchemaTree(root)
        self.names = Names(self._tree)
        self.annotations = Annotations(self._tree, self.names, self._class)
        self.classes: list[str] = []

    def write(self) -> None:
        """Fills `classes`."""
        root = self._tree.root
        alone = self._tree.target(root.get("$ref")) if not root.keys() - {"$ref", *_ELSEWHERE} else None
        if alone is not None:
            self.names.root = self.names.classes[alone]
        for path in self._inner_first():
            if path not in ((), alone):
                self._class(self.names.classes[path], self._tree.at(path), path)
        last = alone or ()
        schema = self._tree.at(last)
        if not last:
            schema = {key: value for key, value in root.items() if key not in _ELSEWHERE}
        self._class(self.names.root, schema, last)

    def _inner_first(self) -> list[Path]:
        """The schemas that become classes, each after those that it refers to, as far as that can be."""
        order: dict[Path, None] = {}
        waiting = [(path, False) for path in reversed(self.names.classes)]
        seen: set[Path] = set()
        while waiting:
            path, done = waiting.pop()
            if done:
                order[path] = None
            elif path not in seen:
                seen.add(path)
                waiting.append((path, True))
                waiting += [
                    (target, False) for target in reversed(self._referred(path)) if target not in seen
                ]
        return list(order)

    def _referred(self, path: Path) -> list[Path]:
        within = (part.schema for part in self._tree.parts if part.path[: len(path)] == path)
        found = (self._tree.target(schema.get("$ref")) for schema in within if isinstance(schema, Mapping))
        return [target for target in found if target is not None and path]

    def _class(self, name: str, schema: Any, path: Path) -> None:
        if isinstance(schema, Mapping) and is_model(schema):
            self.classes.append(self._model(name, schema, path))
        elif isinstance(schema, Mapping) and path and _is_enum(name, schema):
            self.classes.append(_enum(name, schema))
        else:
            self.classes.append(self._root_model(name, schema, path))

    def _model(self, name: str, schema: Schema, path: Path) -> str:
        own = ("type", "properties", "required", "title", "description")
        extra = {key: value for key, value in schema.items() if key not in own}
        config: dict[str, Any] = {}
        if isinstance(extra.get("additionalProperties"), bool):
            config["extra"] = "allow" if extra.pop("additionalProperties") else "forbid"
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if any(key not in properties for key in required):
            extra["required"] = required
        names = field_names(properties)
        fields = [
            self._field(names[key], key, inner, key in required, (*path, "properties", key))
            for key, inner in properties.items()
        ]
        return self._text(name, "BaseModel", schema, config, extra, fields, path)

    def _root_model(self, name: str, schema: Any, path: Path) -> str:
        core = dict(schema) if isinstance(schema, Mapping) else schema
        about: dict[str, Any] = {}
        if isinstance(core, dict):
            about = {key: core.pop(key) for key in ("title", "description") if isinstance(core.get(key), str)}
        annotation = self.annotations.of(core, path, name).whole()
        return self._text(name, "RootModel", about, {}, {}, [f"root: {annotation}"], path)

    def _field(self, name: str, key: str, schema: Any, required: bool, path: Path) -> str:
        """One line of a class: name, annotation, and what else is said about the field."""
        said = self.annotations.of(schema, path, key)
        arguments = {**({"alias": key} if name != key else {}), **said.arguments}
        plain = said.annotation.removesuffix(" | None") not in self.names
        if plain and arguments.get("title") == auto_title(key):
            del arguments["title"]
        return f"{name}: {said.annotation}{_right_side(said, arguments, required)}"

    def _text(
        self,
        name: str,
        base: str,
        schema: Schema,
        config: dict[str, Any],
        extra: dict[str, Any],
        fields: list[str],
        path: Path,
    ) -> str:
        """The text of a class; a description that is no docstring goes where it keeps its every character."""
        description = schema.get("description")
        doc = [docstring(str(description))] if is_docstring(description) else []
        if description is not None and not doc:
            extra = {"description": description, **extra}
        if schema.get("title", name) != name:
            config["title"] = schema["title"]
        if extra:
            config["json_schema_extra"] = self.annotations.extra(extra, path)
        settings = [f"    model_config = {call('ConfigDict', config)}"] if config else []
        parts = [part for part in (doc, settings, [f"    {field}" for field in fields]) if part]
        lines = [line for part in parts for line in ("", *part)][1:]
        return "\n".join([f"class {name}({base}):", *(lines or ["    pass"])])


def _right_side(said: Said, arguments: dict[str, Any], required: bool) -> str:
    """` = Field(...)`, ` = default`, or nothing."""
    if required and said.default is not NOTHING:
        arguments["json_schema_extra"] = {**arguments.get("json_schema_extra", {}), "default": said.default}
    elif said.default is not NOTHING:
        if not arguments:
            return f" = {literal(said.default)}"
        arguments = {"default": said.default, **arguments}
    elif not required:
        inside = call("", arguments)[1:]
        return f" = Field(default_factory={said.factory}{', ' if arguments else ''}{inside}"
    return f" = {call('Field', arguments)}" if arguments else ""


def _is_enum(name: str, schema: Schema) -> bool:
    """Whether a definition is an enumeration just as pydantic writes one."""
    values = schema.get("enum")
    plain = isinstance(values, list) and all(isinstance(v, (str, int, float)) or v is None for v in values)
    if not plain or not values or schema.get("title", name) != name:
        return False
    known = {"enum": values, **typed(values)}
    described = schema.get("description")
    rest = {key: value for key, value in schema.items() if key not in ("title", "description")}
    return rest == known and (described is None or is_docstring(described))


def _enum(name: str, schema: Schema) -> str:
    members: dict[str, Any] = {}
    for value in schema["enum"]:
        word = re.sub(r"[^A-Za-z0-9]+", "_", str(value)).strip("_").upper()
        word = word if word and not word[0].isdecimal() else f"VALUE_{word}".rstrip("_")
        while word in members or word in ("MRO",):
            word += "_"
        members[word] = value
    doc = [docstring(schema["description"]), ""] if "description" in schema else []
    lines = [f"    {word} = {literal(value)}" for word, value in members.items()]
    return "\n".join([f"class {name}(Enum):", *doc, *lines])
