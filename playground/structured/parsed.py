"""An answer read as what its response_format asked for: the value, or every reason why there is none.

Kept apart from the check of JSON against a schema because a Pydantic class knows more than its schema says: its own
validators run, and its instance is what the caller wants.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from playground.chat import prefill_of
from playground.events import Answer
from playground.structured.beginning import document_in
from playground.structured.conform import Violation, conformity
from playground.wire.response_format import schema_of

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ParsedAnswer(Answer, Generic[T]):
    """An answer to a request with response_format.

    What is read is its text, behind the last message where that began the JSON (a prefill).
    `parsed` is an instance of the Pydantic class, or the JSON value where a schema was asked for. It is None where
    the text does not fit, and `violations` then say what is wrong, each with its path; so it is where the model
    called a function instead, or broke off.
    """

    parsed: T | None = None
    violations: tuple[Violation, ...] = ()


def parsed_answer(answer: Answer, response_format: Any) -> ParsedAnswer[Any]:
    """The answer with its text read as `response_format`: a Pydantic class, a JSON Schema or OpenAI's form."""
    value, violations = _read(answer, response_format)
    own = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return ParsedAnswer(**own, parsed=value, violations=violations)


def _read(answer: Answer, response_format: Any) -> tuple[Any, tuple[Violation, ...]]:
    if answer.tool_calls and not answer.text:
        return None, (Violation((), "The model called a function instead of answering."),)
    schema: Mapping[str, Any] | None = schema_of(response_format)
    if schema is None:
        return None, ()
    document = document_in(prefill_of(answer.body.get("messages")), answer.text, schema)
    if isinstance(response_format, type) and issubclass(response_format, BaseModel):
        return _instance(document, response_format)
    found = conformity(document, schema)
    left = (Violation((), f"Not checked: {found.gave_up}."),) if found.gave_up else ()
    return (found.value if found.fits else None), (*found.violations, *left)


def _instance(text: str, model: type[BaseModel]) -> tuple[BaseModel | None, tuple[Violation, ...]]:
    try:
        return model.model_validate_json(text), ()
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return None, tuple(Violation(tuple(fault["loc"]), f"{fault['msg']}.") for fault in found)
    except Exception:  # a validator of the user's own may raise anything; the answer must not be lost
        log.exception("a validator of %s failed", model.__name__)
        return None, (Violation((), f"A validator of {model.__name__} failed; the log says how."),)
