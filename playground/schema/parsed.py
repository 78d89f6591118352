"""An answer read as what its response_format asked for: the value, or every reason why there is none.

Kept apart from the check of JSON against a schema because a Pydantic class knows more than its schema says: its own
validators run, and its instance is what the caller wants. What a class ignores is held against an answer even where
it says `extra="ignore"`, pydantic's default: the schema that was sent is closed (see `closed`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from playground.chat import prefill_of
from playground.events import Answer
from playground.schema.left_out import conformity_filled, without_fill
from playground.schema.partial_json import document_in
from playground.schema.response_format import is_filled_by, schema_of
from playground.schema.validation import conformity, unfenced
from playground.schema.violation import Violation
from playground.value_types import ResponseFormat

T = TypeVar("T")

log = logging.getLogger(__name__)

_BEYOND: Final = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
"""pydantic's names for a field too many, in a class and in a dataclass (pydantic docs: validation errors)."""


@dataclass(frozen=True, slots=True)
class ParsedAnswer(Answer, Generic[T]):
    """An answer to a request with response_format.

    What is read is its text, behind the last message where that began the JSON (a prefill).
    `parsed` is an instance of the Pydantic class, or the JSON value where a schema was asked for. It is None where
    the text does not fit, and `violations` then say what is wrong, each with its path; so it is where the model
    refused, called a function instead, or broke off. A Markdown fence around the JSON is a violation too, but what is
    within it is read.
    """

    parsed: T | None = None
    violations: tuple[Violation, ...] = ()


def parsed_answer(answer: Answer, response_format: Any) -> ParsedAnswer[Any]:
    """The answer with its text read as `response_format`: a Pydantic class, a JSON Schema or OpenAI's form."""
    value, violations = _read(answer, response_format)
    own = {field.name: getattr(answer, field.name) for field in fields(answer)}
    own["others"] = tuple(parsed_answer(other, response_format) for other in answer.others)
    return ParsedAnswer(**own, parsed=value, violations=violations)


def _read(answer: Answer, response_format: Any) -> tuple[Any, tuple[Violation, ...]]:
    if answer.refusal:
        return None, (Violation((), f"The model refused: {answer.refusal}"),)
    if answer.ended == "filtered":
        return None, (Violation((), f"A content filter ended the answer ({answer.finish_reason})."),)
    if answer.tool_calls and not answer.text:
        return None, (Violation((), "The model called a function instead of answering."),)
    schema: Mapping[str, Any] | None = schema_of(response_format)
    if schema is None:
        return None, ()
    document = document_in(prefill_of(answer.body.get("messages")), answer.text, schema)
    document, fence = unfenced(document)
    filled = is_filled_by(response_format, answer.body)
    if (model := ResponseFormat.model_of(response_format)) is not None:
        document = _emptied(document, schema) if filled else document
        value, misfits = _instance(document, model)
        beyond = _beyond(document, model, schema)
        return (None if beyond else value), (*fence, *misfits, *beyond)
    found = conformity_filled(document, schema) if filled else conformity(document, schema)
    left = (Violation((), f"Not checked: {found.gave_up}."),) if found.gave_up else ()
    return (found.value if found.fits else None), (*fence, *found.violations, *left)


def _emptied(text: str, schema: Mapping[str, Any]) -> str:
    """The text without the nulls that stand for what was left out, where it does not fit with them."""
    found = conformity(text, schema)
    if found.fits or found.gave_up or not found.is_json:
        return text
    return to_json(without_fill(found.value, schema)).decode()


def _instance(
    text: str, model: type[BaseModel], extra: Literal["forbid"] | None = None
) -> tuple[BaseModel | None, tuple[Violation, ...]]:
    """What pydantic makes of a text; `extra` has the last word over what the classes say of other fields."""
    try:
        return model.model_validate_json(text, extra=extra), ()
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return None, tuple(Violation(tuple(f["loc"]), f"{f['msg']}.", f["type"]) for f in found)
    except Exception:  # a validator of the user's own may raise anything; the answer must not be lost
        log.exception("a validator of %s failed", model.__name__)
        return None, (Violation((), f"A validator of {model.__name__} failed; the log says how."),)


def _beyond(text: str, model: type[BaseModel], schema: Mapping[str, Any]) -> tuple[Violation, ...]:
    """The properties that a class has no field for: by its schema, unless the class does read them in another way.

    It may know a field by several names, or have a validator that renames; pydantic alone would shut out
    `extra="allow"` too.
    """
    found = tuple(v for v in conformity(text, schema).violations if v.keyword == "additionalProperties")
    closed = _instance(text, model, "forbid")[1] if found else ()
    return found if any(fault.keyword in _BEYOND for fault in closed) else ()
