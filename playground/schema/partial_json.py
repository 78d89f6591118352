"""Documents that are only begun: by an answer that was cut off, or by a message that an answer goes on from.

Kept apart from the check of whole answers because here most of what is missing may still come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic_core import from_json

from playground.schema.limits import check_schema
from playground.schema.tree import Part, Path, Schema, rebuilt
from playground.schema.validation import conformity, violations
from playground.schema.violation import Violation

_FINAL: Final = frozenset({"type", "additionalProperties", "maxItems", "maxProperties"})
"""Keywords that no further text can satisfy: a list stays a list, and what is too much stays so."""
_UNIONS: Final = frozenset({"anyOf", "oneOf"})
_CONDITIONAL: Final = frozenset({"if", "then", "else"})


def begins_json(text: str) -> bool:
    """Whether `text` is JSON, or the beginning of it; it may have been cut by max_tokens or a stop text."""
    return (fault := _json_fault(text)) is None or fault.startswith("EOF while parsing")


def _json_fault(text: str) -> str | None:
    """Why a text is no whole JSON, in the parser's words; None where it is."""
    try:
        from_json(text.encode(errors="replace"), allow_inf_nan=False)
    except ValueError as error:
        return str(error)
    return None


def document_in(prefill: str, text: str, schema: Schema) -> str:
    """The document that an answer is: behind what it goes on from, or alone where it has begun anew.

    It has where the prefill cannot become JSON of this schema, and where the text alone is such JSON.

    >>> whole = {"required": ["a"]}
    >>> [document_in(begun, '{"a": 1}', whole) for begun in ("Sure: ", "[", '{"a": ')]
    ['{"a": 1}', '{"a": 1}', '{"a": 1}']
    >>> document_in('{"a": ', "1}", whole), document_in('{"a": ', '{"b": 1}', whole)
    ('{"a": 1}', '{"a": {"b": 1}')
    """
    if not prefill or not begins_json(prefill) or beyond_repair(prefill, schema):
        return text
    both = prefill + text
    return text if not conformity(both, schema).fits and conformity(text, schema).fits else both


def beyond_repair(text: str, schema: Schema) -> tuple[Violation, ...]:
    """What of a beginning of JSON no further text can make fit the schema; nothing while no value has begun."""
    awaits_value = text.rstrip().endswith(":")  # the name before it counts already
    try:
        whole = text + "null" if awaits_value else text
        value = from_json(whole.encode(errors="replace"), allow_partial="trailing-strings")
    except ValueError:
        return ()
    if check_schema(schema):  # what cannot be read says nothing
        return ()
    open_paths = list(_last_path(value))
    awaited = open_paths[-1] if awaits_value else None
    found = violations(value, rebuilt(schema, _unconditional)).violations
    unions = {v.path for v in found if v.keyword in _UNIONS and v.path in open_paths}
    return tuple(
        v
        for v in found
        if (v.path not in open_paths or v.keyword in _FINAL)
        and (v.path != awaited or v.keyword == "additionalProperties")
        and not any(v.path[:length] in unions for length in range(len(v.path) + 1))
    )


def _unconditional(part: Part) -> Schema:
    """A schema without if, then and else: what is still to come may turn the condition round."""
    return {keyword: value for keyword, value in part.schema.items() if keyword not in _CONDITIONAL}


def _last_path(value: Any) -> Iterator[Path]:
    """The paths to the last value and to all that it stands in: what may still be open."""
    path: Path = ()
    yield path
    while isinstance(value, (dict, list)) and value:
        step = next(reversed(value)) if isinstance(value, dict) else len(value) - 1
        path, value = (*path, step), value[step]
        yield path
