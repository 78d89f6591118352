"""From a JSON Schema to its form.

Kept apart from the way back because reading must find its way through references and unions, and writing need not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from playground.schema.endings import recursive
from playground.schema.form.form import COLUMNS, DEEPEST, TYPES, Form, Row, RowType, as_text
from playground.schema.limits import SchemaProblem
from playground.schema.tree import Schema, SchemaTree, common_type, pointer

MOST_ROWS: Final = 500
"""References that name one another can make a short schema mean endlessly many rows."""

_ABOUT: Final = ("title", "description", "default")
_HARMLESS: Final = frozenset({"examples", "deprecated"})


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form, and what of the schema it can only show as JSON."""

    form: Form
    as_json: tuple[SchemaProblem, ...] = ()


def form_of(schema: Schema) -> FormReading | None:
    """A schema that has passed the limits as a form; None where it is not about one object with properties.

    References are replaced by what they lead to, unless that leads back to itself.
    """
    reader = _Reader(schema)
    root = reader.root()
    if root is None or root.get("type", "object") != "object" or "anyOf" in root:
        return None
    rows = tuple(reader.rows(root, ()))
    more = {
        key: root[key]
        for key in root
        if key not in ("type", "properties", "required", "title", "description")
    }
    closed = more.get("additionalProperties") is False
    if closed:
        del more["additionalProperties"]
    definitions: dict[str, Any] = {key: more.pop(key) for key in ("$defs", "definitions") if key in more}
    if '"$ref"' in "".join([as_text(more), *(row.more + row.more_of_list for row in rows)]):
        more |= definitions
    undeclared = [name for name in root.get("required", []) if name not in root.get("properties", {})]
    more |= {"required": undeclared} if undeclared else {}
    form = Form(root.get("title", ""), root.get("description", ""), closed, rows, as_text(more, {}))
    return FormReading(form, tuple(reader.as_json))


class _Unshown(Exception):
    """No row can show this; the message says why."""


class _Reader:
    """Reads one schema into rows."""

    def __init__(self, root: Schema) -> None:
        self._tree = SchemaTree(root)
        self._recursive = recursive(self._tree)
        self._rows = 0
        self.as_json: list[SchemaProblem] = []

    def root(self) -> dict[str, Any] | None:
        """The whole schema, with the references at its top followed even where they are recursive."""
        found = dict(self._tree.root)
        while "$ref" in found:
            path = self._tree.target(found.pop("$ref"))
            target = self._tree.at(path) if path else None
            if not isinstance(target, Mapping):
                return None
            found = {**target, **found}
        return found

    def _followed(self, schema: Any) -> dict[str, Any]:
        """A schema with the references at its top followed. Raises _Unshown."""
        if not isinstance(schema, Mapping):
            raise _Unshown("it allows all or nothing")
        found = dict(schema)
        while "$ref" in found:
            path = self._tree.target(found.pop("$ref"))
            target = None if path is None or path in self._recursive else self._tree.at(path)
            if not isinstance(target, Mapping):
                raise _Unshown("it leads back to itself")
            found = {**target, **found}
        return found

    def rows(self, schema: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Row]:
        """One row for each property, each followed by those within it."""
        for name, inner in schema.get("properties", {}).items():
            required = name in schema.get("required", [])
            try:
                row, within = self._row(inner, (*names, name), required)
            except _Unshown as reason:
                what = f"{'.'.join((*names, name))} is shown as JSON: {reason}."
                self.as_json.append(SchemaProblem(pointer((*names, name)), what, "Edit its JSON."))
                row, within = Row((*names, name), "JSON", required, more=as_text(inner)), []
            yield row
            yield from within

    def _row(self, schema: Any, names: tuple[str, ...], required: bool) -> tuple[Row, list[Row]]:
        """The row of a property, and the rows within it. Raises _Unshown."""
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise _Unshown(f"there are more than {MOST_ROWS} rows")
        found = self._followed(schema)
        about = {key: found.pop(key) for key in _ABOUT if key in found}
        row = Row(
            names, required=required, title=about.get("title", ""), description=about.get("description", "")
        )
        if "default" in about:
            row = replace(row, default=as_text(about["default"], empty=...))
        inner = _without_null(found)
        if inner is not None:
            row = replace(row, nullable=True)
            found = self._followed(inner)
        if (
            found.get("type") == "array"
            and isinstance(found.get("items"), Mapping)
            and "prefixItems" not in found
        ):
            row = _with_list(row, found)
            found = self._followed(found["items"])
        row = _with_type(row, found)
        if row.type == "object" and len(names) >= DEEPEST:
            raise _Unshown(f"it is nested {DEEPEST} objects deep")
        return row, list(self.rows(found, names)) if row.type == "object" else []


def _without_null(schema: Mapping[str, Any]) -> Any:
    """What else a value may be, where a schema says just that it may be null."""
    choices, types = schema.get("anyOf"), schema.get("type")
    if isinstance(choices, list) and len(choices) == 2 and choices[1] == {"type": "null"}:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        plain = isinstance(choices[0], Mapping) and not rest.keys() - _HARMLESS
        return {**choices[0], **rest} if plain else None
    if isinstance(types, list) and len(types) == 2 and "null" in types and "enum" not in schema:
        return {**schema, "type": next(one for one in types if one != "null")}
    return None


def _with_list(row: Row, schema: Mapping[str, Any]) -> Row:
    rest = {key: schema[key] for key in schema if key not in ("type", "items", "minItems", "maxItems")}
    least, most = schema.get("minItems"), schema.get("maxItems")
    return replace(row, many=True, least_items=least, most_items=most, more_of_list=as_text(rest, {}))


def _with_type(row: Row, schema: Mapping[str, Any]) -> Row:
    """The row with everything that its type says, in columns where there are some. Raises _Unshown."""
    kind = _type_of(schema)
    more = {key: schema[key] for key in schema if key not in ("type", "properties", "required")}
    columns: dict[str, Any] = {}
    for keyword, column in COLUMNS.get(kind, {}).items():
        if keyword in more:
            columns[column] = more.pop(keyword)
    if kind == "choice":
        columns["choices"] = tuple(more.pop("enum")) if "enum" in more else (more.pop("const"),)
        if schema.get("type") != common_type(columns["choices"]):
            more |= {"type": schema["type"]} if "type" in schema else {}
    if kind == "object":
        undeclared = [name for name in schema.get("required", []) if name not in schema.get("properties", {})]
        more |= {"required": undeclared} if undeclared else {}
    return replace(row, type=kind, **columns, more=as_text(more, {}))


def _type_of(schema: Mapping[str, Any]) -> RowType:
    """The type of row that can show a schema. Raises _Unshown."""
    kind = schema.get("type")
    if ("enum" in schema) != ("const" in schema):
        return "choice"
    if isinstance(kind, str) and kind in TYPES:
        return TYPES[kind]
    if not schema.keys() - {*_ABOUT, *_HARMLESS}:
        return "anything"
    raise _Unshown("it can be of several types" if kind != "array" else "it is a list of no single type")
