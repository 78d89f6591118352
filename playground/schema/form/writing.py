"""From a form to its JSON Schema, or to what is wrong with its rows.

Kept apart from reading because a page can bring rows into any disorder, and each fault needs its sentence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.form.form import COLUMNS, DEEPEST, TYPES, Form, Row
from playground.schema.limits import SchemaProblem
from playground.schema.tree import common_type, pointer
from playground.value_types import is_number

_WORDS: Final = {word: keyword for keyword, word in TYPES.items()}


@dataclass(frozen=True, slots=True)
class FormSchema:
    """The schema that a form amounts to; None where there are problems, whose pointers name rows."""

    schema: dict[str, Any] | None
    problems: tuple[SchemaProblem, ...] = ()


def schema_of(form: Form) -> FormSchema:
    """The schema of a form, not yet checked for its limits, or what is wrong with its rows."""
    writer = _Writer(form)
    more = writer.keywords(form.more, (), "more")
    properties, required = writer.properties(())
    required += more.pop("required", [])
    schema = {
        **more,
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        **({"title": form.name} if form.name else {}),
        **({"description": form.description} if form.description else {}),
        **({"additionalProperties": False} if form.closed else {}),
    }
    return FormSchema(None if writer.problems else schema, tuple(writer.problems))


class _Writer:
    """Writes the rows of one form as schemas."""

    def __init__(self, form: Form) -> None:
        self.problems: list[SchemaProblem] = []
        self._within: dict[tuple[str, ...], list[Row]] = {}
        objects = {(), *(row.path for row in form.rows if row.type == "object")}
        seen: set[tuple[str, ...]] = set()
        for row in form.rows:
            if not row.name:
                self._problem(row, "A row has no name.", "Name it, or remove it.")
            elif row.path in seen:
                self._problem(row, f"{row.place} occurs twice.", "Rename one of the two.")
            elif row.path[:-1] not in objects:
                self._problem(row, f"{row.place} stands below no object.", "Move it, or add the object.")
            elif len(row.path) > DEEPEST:
                self._problem(row, f"{row.place} is nested deeper than {DEEPEST} objects.", "Move it up.")
            seen.add(row.path)
            self._within.setdefault(row.path[:-1], []).append(row)

    def properties(self, path: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
        """The properties of one object, and the names of the required ones."""
        rows = self._within.get(path, []) if len(path) <= DEEPEST else []
        schemas = {row.name: self._schema(row) for row in rows if row.path}
        return schemas, [row.name for row in rows if row.required]

    def keywords(self, text: str, path: tuple[str, ...], column: str) -> dict[str, Any]:
        """The further keywords of a row, which are a JSON object."""
        found = _parsed(text) if text.strip() else {}
        if isinstance(found, dict):
            return found
        what = f"The column {column} holds no JSON object."
        self.problems.append(SchemaProblem(pointer(path), what, 'Write {"keyword": value}.'))
        return {}

    def _schema(self, row: Row) -> Any:
        if row.type == "JSON":
            verbatim = _parsed(row.more)
            return verbatim if isinstance(verbatim, bool) else self.keywords(row.more, row.path, "more")
        schema = self._own(row)
        if row.many:
            limits = {"minItems": row.least_items, "maxItems": row.most_items}
            given = {key: value for key, value in limits.items() if value is not None}
            around = self.keywords(row.more_of_list, row.path, "more of the list")
            schema = {**around, **given, "type": "array", "items": schema}
        if row.nullable:
            schema = {"anyOf": [schema, {"type": "null"}]}
        schema |= {"title": row.title} if row.title else {}
        schema |= {"description": row.description} if row.description else {}
        return {**schema, "default": self._default(row)} if row.default.strip() else schema

    def _own(self, row: Row) -> dict[str, Any]:
        """The schema of a row's own type, without list and null."""
        schema = self.keywords(row.more, row.path, "more")
        values = {
            "minimum": row.minimum,
            "maximum": row.maximum,
            "pattern": row.pattern,
            "format": row.format,
        }
        for keyword, column in COLUMNS.get(row.type, {}).items():
            if values[column] not in (None, ""):
                schema[keyword] = self._written(row, keyword, values[column])
        if row.type == "choice":
            return {**schema, **self._choice(row, schema)}
        if row.type in _WORDS:
            schema["type"] = _WORDS[row.type]
        if row.type == "object":
            properties, required = self.properties(row.path)
            required += schema.pop("required", [])
            schema |= {"properties": properties} if properties else {}
            schema |= {"required": required} if required else {}
        return schema

    def _choice(self, row: Row, schema: dict[str, Any]) -> dict[str, Any]:
        if not row.choices:
            self._problem(row, f"{row.place} has no choices.", "Give it at least one.")
            return {}
        kind = schema.get("type", common_type(row.choices))
        one = {"const": row.choices[0]} if len(row.choices) == 1 else {"enum": list(row.choices)}
        return {**one, **({"type": kind} if kind else {})}

    def _written(self, row: Row, keyword: str, value: Any) -> Any:
        """A column's value; lengths and the bounds of whole numbers are whole."""
        if keyword in ("pattern", "format"):
            return value
        if not is_number(value):
            self._problem(row, f"{keyword} of {row.place} is no number.", "Correct it.")
            return 0
        return int(value) if row.type != "number" and int(value) == value else value

    def _default(self, row: Row) -> Any:
        value = _parsed(row.default)
        if value is ...:
            self._problem(row, f"The default {row.default[:40]} is no JSON.", 'A text wants quotes: "so".')
        return value

    def _problem(self, row: Row, what: str, next_step: str) -> None:
        self.problems.append(SchemaProblem(pointer(row.path), what, next_step))


def _parsed(text: str) -> Any:
    """The JSON value of a text; an ellipsis where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return ...
