"""The Python annotation for a JSON Schema, and what a `Field(...)` beside it must say.

Kept apart from the writing of classes because a schema means the same in a field, in a list and in a union.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.schema.limits import SchemaProblem
from playground.schema.patterns import compiled
from playground.schema.python_source.class_names import Names
from playground.schema.python_source.python_text import call, literal
from playground.schema.python_source.type_names import schema_of_name
from playground.schema.python_source.type_schemas import KEYWORDS
from playground.schema.tree import JSON_TYPES, Path, Schema, SchemaTree, pointer

NOTHING: Final = object()
"""Stands for a default that is not there."""

_EXACT: Final = {
    json.dumps(schema_of_name(name), sort_keys=True): name for name in ("Decimal", "AnyUrl", "HttpUrl")
}
_FORMATS: Final = {
    schema_of_name(name)["format"]: name
    for name in ("date", "datetime", "time", "timedelta", "UUID", "EmailStr")
}
_PLAIN: Final = {schema_of_name(name)["type"]: name for name in ("str", "int", "float", "bool", "None")}
_LIMITS: Final[Mapping[str, Mapping[str, str]]] = {
    kind: {keyword: name for name, keyword in said.items() if keyword} for kind, said in KEYWORDS.items()
}
_ABOUT: Final[Mapping[str, type]] = {"title": str, "description": str, "examples": list}


@dataclass(frozen=True, slots=True)
class Said:
    """An annotation, the arguments of a `Field` beside it, a default, and a factory for an optional field."""

    annotation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    default: Any = NOTHING

    @property
    def factory(self) -> str:
        """What makes the value of a field that may be left out and has no default of its own."""
        made = self.annotation.partition("[")[0]
        return made if made in ("list", "dict", "set") else "lambda: None"

    def whole(self) -> str:
        """The annotation with everything that is said, for a place that has no `Field` of its own."""
        said = dict(self.arguments)
        if self.default is not NOTHING:
            said["json_schema_extra"] = {**said.get("json_schema_extra", {}), "default": self.default}
        return f"Annotated[{self.annotation}, {call('Field', said)}]" if said else self.annotation


class Annotations:
    """Writes annotations; `new_class` is asked for a class where an object with properties stands inline."""

    def __init__(
        self, tree: SchemaTree, names: Names, new_class: Callable[[str, Schema, Path], None]
    ) -> None:
        self._tree = tree
        self._names = names
        self._new_class = new_class
        self.as_json: list[SchemaProblem] = []

    def of(self, schema: Any, path: Path, hint: str) -> Said:
        """What a schema at `path` is in Python; a class that must be made is named after its title, or `hint`."""
        if not isinstance(schema, Mapping):
            return Said("Any") if schema is True else self._verbatim({"not": {}}, path)
        core = dict(schema)
        about = {k: core.pop(k) for k, kind in _ABOUT.items() if isinstance(core.get(k), kind)}
        about |= {"deprecated": core.pop("deprecated")} if core.get("deprecated") is True else {}
        default = core.pop("default") if "default" in core else NOTHING
        if is_model(core) and "title" in about:
            hint = about.pop("title")
            description = about.pop("description", None)
            core |= {"title": hint} | ({"description": description} if description else {})
        said = self._core(core, path, hint)
        return replace(said, arguments={**about, **said.arguments}, default=default)

    def _core(self, core: dict[str, Any], path: Path, hint: str) -> Said:
        """The type of a schema without title, description and default."""
        if "$ref" in core:
            target = self._tree.target(core["$ref"])
            name = None if target is None else self._names.classes.get(target)
            rest = {key: value for key, value in core.items() if key != "$ref"}
            return self._with_extra(Said(name), rest, path) if name else self._verbatim(core, path)
        if (exact := _EXACT.get(json.dumps(core, sort_keys=True))) is not None:
            return Said(exact)
        if "enum" in core or "const" in core:
            return self._literal(core, path)
        if isinstance(core.get("type"), list):
            return self._union([{**core, "type": one} for one in core["type"]], {}, path, hint)
        if "anyOf" in core and "type" not in core:
            rest = {key: value for key, value in core.items() if key != "anyOf"}
            return self._union(core["anyOf"], rest, (*path, "anyOf"), hint)
        if "oneOf" in core and (tagged := self._tagged(core)):
            return tagged
        return self._typed(core, path, hint)

    def _typed(self, core: dict[str, Any], path: Path, hint: str) -> Said:
        kind = core.get("type", "object" if "properties" in core else None)
        rest = {key: value for key, value in core.items() if key != "type"}
        limits = _LIMITS.get(str(kind), {})
        if "pattern" in rest and compiled(str(rest["pattern"])) is None:
            limits = {
                key: name for key, name in limits.items() if key != "pattern"
            }  # pydantic could not build it
        arguments = {
            name: rest.pop(key)
            for key, name in limits.items()
            if key in rest and not isinstance(rest[key], bool)  # draft-04 makes a limit exclusive by true
        }
        if kind == "object" and is_model(core):
            name = self._names.fresh(core.get("title", hint))
            self._new_class(name, core, path)
            return Said(name)
        if kind == "object":
            annotation = self._map(rest, path, hint)
        elif kind == "array":
            annotation = self._list(rest, arguments, path, hint)
        elif kind == "string" and rest.get("format") in _FORMATS and "pattern" not in arguments:
            annotation = _FORMATS[rest.pop("format")]
            rest |= {key: core[key] for key in ("minLength", "maxLength") if key in core}
            arguments = {}
        elif kind in _PLAIN:
            annotation = _PLAIN[kind]
        elif not core:
            return Said("Any")
        else:
            return self._verbatim(core, path)
        return self._with_extra(Said(annotation, arguments), rest, path)

    def _map(self, rest: dict[str, Any], path: Path, hint: str) -> str:
        """`dict[str, X]`; takes what it says out of `rest`."""
        values: Any = rest.pop("additionalProperties", True)
        keys = "str"
        named = rest.get("patternProperties")
        if isinstance(named, Mapping) and len(named) == 1 and values is True:
            ((pattern, values),) = named.items()
            keys = Said("str", {"pattern": pattern}).whole()
            path = (*path, "patternProperties", pattern)
            del rest["patternProperties"]
        elif isinstance(rest.get("propertyNames"), Mapping):
            names = rest.pop("propertyNames")
            limited = names if "$ref" in names else {"type": "string", **names}
            keys = self.of(limited, (*path, "propertyNames"), hint).whole()
        if values is True and keys == "str":
            return "dict"
        return f"dict[{keys}, {self.of(values, (*path, 'additionalProperties'), hint).whole()}]"

    def _list(self, rest: dict[str, Any], arguments: dict[str, Any], path: Path, hint: str) -> str:
        """`list[X]`, `set[X]` or `tuple[X, Y]`; takes what it says out of `rest` and `arguments`."""
        firsts = rest.get("prefixItems")
        fixed = isinstance(firsts, list) and arguments == dict.fromkeys(
            ("min_length", "max_length"), len(firsts)
        )
        if fixed and "items" not in rest:
            arguments.clear()
            places = enumerate(rest.pop("prefixItems"))
            said = [self.of(one, (*path, "prefixItems", place), hint).whole() for place, one in places]
            return f"tuple[{', '.join(said)}]"
        if arguments == {"min_length": 0, "max_length": 0} and not rest:
            arguments.clear()
            return "tuple[()]"
        made = "set" if rest.get("uniqueItems") is True and firsts is None else "list"
        if made == "set":
            del rest["uniqueItems"]
        items = rest.get("items", True)
        if not isinstance(items, (Mapping, bool)) or firsts is not None:
            return made
        rest.pop("items", None)
        return made if items in (True, {}) else f"{made}[{self.of(items, (*path, 'items'), hint).whole()}]"

    def _literal(self, core: dict[str, Any], path: Path) -> Said:
        values = core["enum"] if "enum" in core else [core["const"]]
        plain = all(isinstance(value, (str, int)) or value is None for value in values)
        if not plain or ("enum" in core and "const" in core) or not _fit(values, core.get("type")):
            return self._verbatim(core, path)
        rest = {key: value for key, value in core.items() if key not in ("enum", "const", "type")}
        return self._with_extra(Said(f"Literal[{', '.join(map(literal, values))}]"), rest, path)

    def _union(self, choices: list[Any], rest: dict[str, Any], path: Path, hint: str) -> Said:
        said = [self.of(choice, (*path, place), hint).whole() for place, choice in enumerate(choices)]
        return self._with_extra(Said(" | ".join(dict.fromkeys(said))), rest, path)

    def _tagged(self, core: dict[str, Any]) -> Said | None:
        """pydantic's union of models that a field tells apart; None where it is anything else."""
        told = core.get("discriminator")
        if not isinstance(told, Mapping) or core.keys() != {"oneOf", "discriminator"}:
            return None
        field_told, mapping = told.get("propertyName"), told.get("mapping")
        derived: dict[str, str] = {}
        for choice in core["oneOf"]:
            path = (
                self._tree.target(choice.get("$ref"))
                if isinstance(choice, Mapping) and choice.keys() == {"$ref"}
                else None
            )
            tag = self._tree.at(path).get("properties", {}).get(field_told, {}) if path else {}
            values = tag.get("enum", [tag["const"]] if "const" in tag else [])
            derived |= {str(value): choice["$ref"] for value in values}
        if not derived or derived != mapping:
            return None
        names = [
            self._names.classes[path]
            for choice in core["oneOf"]
            if (path := self._tree.target(choice["$ref"]))
        ]
        return Said(" | ".join(names), {"discriminator": field_told})

    def _verbatim(self, core: Mapping[str, Any], path: Path) -> Said:
        what = "Python has no type for this: it stands as JSON."
        self.as_json.append(SchemaProblem(pointer(path), what, "Edit it in the JSON Schema."))
        return Said(f"Annotated[Any, WithJsonSchema({literal(self.renamed(core))})]")

    def _with_extra(self, said: Said, rest: Mapping[str, Any], path: Path) -> Said:
        """Keywords that no argument says, as they stand."""
        if not rest:
            return said
        return replace(said, arguments={**said.arguments, "json_schema_extra": self.extra(rest, path)})

    def extra(self, rest: Mapping[str, Any], path: Path) -> Any:
        """JSON that stands beside a type; a reference within it is said, for pydantic itself cannot follow it."""
        found = self.renamed(rest)
        if '"$ref"' in json.dumps(found):
            what = "A reference within JSON is followed here, but not by pydantic itself."
            self.as_json.append(SchemaProblem(pointer(path), what, "Edit it in the JSON Schema."))
        return found

    def renamed(self, value: Any) -> Any:
        """JSON with its references led to the classes that they became."""
        if isinstance(value, Mapping):
            found = {key: self.renamed(inner) for key, inner in value.items()}
            path = self._tree.target(found.get("$ref"))
            if path in self._names.classes:
                found["$ref"] = f"#/$defs/{self._names.classes[path]}"
            return found
        return [self.renamed(inner) for inner in value] if isinstance(value, list) else value


def is_model(schema: Schema) -> bool:
    """Whether a schema is an object that a class with fields can stand for."""
    declared = "properties" in schema or schema.get("additionalProperties") is False
    combined = {"$ref", "anyOf", "oneOf", "enum", "const"} & schema.keys()
    return declared and not combined and schema.get("type", "object") == "object"


def _fit(values: list[Any], kind: Any) -> bool:
    """Whether a type beside an enumeration says nothing that its values do not say."""
    allowed = {*(kind if isinstance(kind, list) else [kind])}
    allowed |= {"integer"} if "number" in allowed else set()
    return kind is None or all(JSON_TYPES.get(type(value)) in allowed for value in values)
