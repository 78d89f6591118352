"""A violation: where an answer does not fit its schema, and how, in words.

Kept apart from the check because this is what people read, and the check what jsonschema does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jsonschema import ValidationError  # type: ignore[import-untyped]

from playground.schema.drafts import EXCLUSIVE
from playground.schema.tree import Path


@dataclass(frozen=True, slots=True)
class Violation:
    """Where an answer does not fit (`path` of names and places, empty for all of it), how, and by which keyword.

    What a class of the user's own says has pydantic's name for the error in the keyword's place.
    """

    path: Path
    what: str
    keyword: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """The path as Python writes it, such as `cities[0].name`; "the answer" for all of it."""
        steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in self.path)
        return steps.removeprefix(".") or "the answer"

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def told(error: ValidationError) -> Iterator[Violation]:
    """A violation in words; that of a union says what came nearest to fitting."""
    path = tuple(error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield Violation(
            path,
            f"{shown(error.instance)} fits none of the {len(error.validator_value)} choices.",
            error.validator,
        )
        nearest = min(_branches(error).values(), key=len)
        yield from (inner for one in nearest if len(one.absolute_path) > len(path) for inner in told(one))
        return
    keyword = _keyword_of(error)
    yield Violation(path, _sentence(keyword, error.validator_value, error.instance), keyword)


def _keyword_of(error: ValidationError) -> str:
    """The keyword that is broken, by the name that it has today: in draft-04 a limit was made exclusive beside it."""
    exclusive = {bound: keyword for keyword, bound in EXCLUSIVE.items()}.get(str(error.validator), "")
    if exclusive and error.schema.get(exclusive) is True:
        return exclusive
    if error.validator is None or (error.validator == "not" and error.validator_value is True):
        return "false"
    return str(error.validator)


def _branches(error: ValidationError) -> dict[Any, list[ValidationError]]:
    """The violations of each choice of a union."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    return branches


def _sentence(keyword: str, wanted: Any, value: Any) -> str:
    """What is wrong with a value, by the keyword that it breaks."""
    got = shown(value)
    match keyword:
        case "false":
            return "Nothing may stand here."
        case "type":
            kinds = " or ".join(wanted) if isinstance(wanted, list) else wanted
            return f"{got} is no {kinds}."
        case "required":
            missing = [name for name in wanted if name not in value]
            return f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
        case "additionalProperties":
            return "This property is not allowed here."
        case "enum":
            return f"{got} is none of {shown(wanted)}."
        case "const":
            return f"{got} is not {shown(wanted)}."
        case "minimum" | "exclusiveMinimum":
            return f"{got} is below {wanted}." if keyword == "minimum" else f"{got} is not above {wanted}."
        case "maximum" | "exclusiveMaximum":
            return f"{got} is above {wanted}." if keyword == "maximum" else f"{got} is not below {wanted}."
        case "minLength" | "maxLength":
            return f"It has {len(value):,} characters; {_bound(keyword, wanted)} are wanted."
        case "minItems" | "maxItems" | "minProperties" | "maxProperties":
            return f"It has {len(value):,} entries; {_bound(keyword, wanted)} are wanted."
        case "pattern":
            return f"{got} does not match {shown(wanted)}."
        case "uniqueItems":
            return "Some of its items are equal."
        case "oneOf":
            return f"{got} fits more than one of the choices, and exactly one is wanted."
        case "multipleOf":
            return f"{got} is no multiple of {wanted}."
    return f"{got} breaks {keyword}: {shown(wanted)}."


def shown(value: Any) -> str:
    """A value in a few words, as JSON writes it."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list) and len(value) > 8:
        return f"a list of {len(value):,}"
    text = json.dumps(value[:80] if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _bound(keyword: str, wanted: Any) -> str:
    return f"at {'least' if keyword.startswith('min') else 'most'} {wanted:,}"
