"""A flat form of a JSON Schema, as plain values that a page can show and edit.

Kept apart from the reading and the writing because this is what the page knows. The form loses nothing: what it has
no column for stays in a row as JSON, and what it cannot show at all is one row of JSON.

A row's path is the names down to it: `("address", "street")`. Below a list of objects the names go on alike, since
the row of the list says that it is one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

RowType = Literal["text", "whole number", "number", "yes or no", "choice", "object", "anything", "JSON"]
ROW_TYPES: Final[tuple[RowType, ...]] = get_args(RowType)
"""What a row can be. "choice" is one of some values; "JSON" is a schema as it stands, in `more`."""

TYPES: Final[Mapping[str, RowType]] = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "object",
}
COLUMNS: Final[Mapping[RowType, Mapping[str, str]]] = {
    "text": {"minLength": "minimum", "maxLength": "maximum", "pattern": "pattern", "format": "format"},
    "whole number": {"minimum": "minimum", "maximum": "maximum"},
    "number": {"minimum": "minimum", "maximum": "maximum"},
}
"""By type: the keywords that have a column of their own. For texts minimum and maximum are lengths."""

DEEPEST: Final = 15
"""Objects within objects that 32 levels of JSON have room for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One property. `many` makes it a list of its type, `nullable` lets it be null.

    `minimum` and `maximum` are of the value, or of a text's length. `default` is a JSON text, empty for none.
    `more` and `more_of_list` are further keywords of the type and of the list around it, as JSON objects.
    """

    path: tuple[str, ...]
    type: RowType = "text"
    required: bool = True
    many: bool = False
    nullable: bool = False
    title: str = ""
    description: str = ""
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    least_items: int | None = None
    most_items: int | None = None
    pattern: str = ""
    format: str = ""
    default: str = ""
    more: str = ""
    more_of_list: str = ""

    @property
    def name(self) -> str:
        """The property's own name."""
        return self.path[-1] if self.path else ""

    @property
    def place(self) -> str:
        """The names down to it, with dots."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Form:
    """A whole schema: its name, what it is for, its rows (an object before its properties), and all else as JSON.

    `closed` forbids properties that are not among the rows.
    """

    name: str = "Answer"
    description: str = ""
    closed: bool = False
    rows: tuple[Row, ...] = ()
    more: str = ""


EMPTY: Final = Form(rows=(Row(("answer",)),))
"""Where a new form begins."""


def as_text(value: Any, empty: Any = None) -> str:
    """JSON text; nothing for what counts as empty."""
    return "" if value == empty else json.dumps(value, ensure_ascii=False)
