"""One shape in three views that stay in step: Python source, JSON Schema and form.

Kept apart from the page because this is where the ways between the three meet: whichever was edited, the other two
follow, or it is said why they cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.schema.closed import closed
from playground.schema.form import writing
from playground.schema.form.form import Form
from playground.schema.form.reading import form_of
from playground.schema.limits import SchemaProblem, check_schema
from playground.schema.python_source.reader import read_source
from playground.schema.python_source.syntax_tree import SourceProblem
from playground.schema.python_source.writer import source_of

_OPEN: Final = (
    "This schema lets its objects hold other properties too. Once the source is edited they may not: a class means "
    'exactly its fields, unless it says extra="allow".'
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is wrong, or worth knowing: in a line of the source (0: none), or at a place in the schema."""

    text: str
    line: int = 0
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Views:
    """The three views; each is None where it cannot be had, and problems or notes say why.

    `models` are the classes of a source that could be its root.
    """

    schema: Mapping[str, Any] | None = None
    source: str | None = None
    form: Form | None = None
    root: str = ""
    models: tuple[str, ...] = ()
    problems: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()


def views_of_source(source: str, root: str = "") -> Views:
    """What a pasted source means, its classes closed; it is read, and never run."""
    reading = read_source(source, root)
    schema, notes = reading.schema, _lines(reading.notes)
    problems = _lines(reading.problems) or _pointers(check_schema(schema))
    if problems or schema is None:
        return Views(None, source, None, reading.root, reading.models, problems, notes)
    schema = closed(schema)
    form, unshown = _form(schema)
    return Views(schema, source, form, reading.root, reading.models, (), (*notes, *unshown))


def views_of_schema(schema: Any) -> Views:
    """A JSON Schema as source and form; None, where a format asks for no schema, has neither."""
    if schema is None:
        return Views(notes=(Remark("This asks for no schema, so there are no classes and no form of it."),))
    if problems := _pointers(check_schema(schema)):
        return Views(problems=problems)
    form, unshown = _form(schema)
    written = source_of(schema)
    opened = () if closed(schema) == schema else (Remark(_OPEN),)
    notes = (*_pointers(written.as_json), *unshown, *opened)
    return Views(schema, written.text, form, written.root, (written.root,), (), notes)


def views_of_form(form: Form) -> Views:
    """A form as schema and source."""
    written = writing.schema_of(form)
    if written.schema is None:
        return Views(form=form, problems=_pointers(written.problems))
    if problems := _pointers(check_schema(written.schema)):
        return Views(form=form, problems=problems)
    text = source_of(written.schema)
    return Views(written.schema, text.text, form, text.root, (text.root,), (), _pointers(text.as_json))


def _form(schema: Mapping[str, Any]) -> tuple[Form | None, tuple[Remark, ...]]:
    reading = form_of(schema)
    if reading is None:
        return None, (Remark("A form can show objects with properties only, and this is none."),)
    return reading.form, _pointers(reading.as_json)


def _lines(problems: Sequence[SourceProblem]) -> tuple[Remark, ...]:
    return tuple(Remark(f"{p.what} {p.next_step}".strip(), line=p.line) for p in problems)


def _pointers(problems: Sequence[SchemaProblem]) -> tuple[Remark, ...]:
    return tuple(Remark(f"{p.what} {p.next_step}".strip(), pointer=p.pointer) for p in problems)
