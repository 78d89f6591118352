"""An answer checked against its schema: every violation, with the path to it.

Kept apart from the limits because this is about what came back. It trusts neither side: patterns are matched in
linear time, references are followed only within the schema and not without end, and nothing is ever fetched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from pydantic_core import from_json

from playground.structured.limits import check_schema
from playground.structured.patterns import matches
from playground.structured.schema_tree import Schema, SchemaTree

MOST_VIOLATIONS: Final = 100
MOST_STEPS: Final = 100_000
"""Keywords tried in one check, below a second: unions of references to each other can ask for endlessly many."""
DEEPEST: Final = 100
_TOO_DEEP: Final = f"it is nested deeper than {DEEPEST} levels"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """Where an answer does not fit (`path` of names and places, empty for all of it), how, and by which keyword."""

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


@dataclass(frozen=True, slots=True)
class Conformity:
    """What an answer is: its JSON value where it is JSON, all violations, and what could not be checked.

    `gave_up` says why the check came to no end, as in "not checked: ..."; then nothing is said to fit.
    """

    is_json: bool
    value: Any
    violations: tuple[Violation, ...] = ()
    unchecked: tuple[str, ...] = ()
    gave_up: str = ""

    @property
    def fits(self) -> bool:
        """Whether it is JSON of this schema, as far as that can be checked."""
        return self.is_json and not self.violations and not self.gave_up


def conformity(text: str, schema: Schema) -> Conformity:
    """The text of an answer checked against a schema that has passed the limits. Formats are not checked.

    A Markdown fence around the JSON is taken off and reported as a violation.
    """
    fence = text.strip().startswith("```")
    try:
        value = from_json((_unfenced(text) if fence else text).encode(), allow_inf_nan=False)
    except ValueError as error:
        if "recursion limit" in str(error):
            return Conformity(False, None, gave_up=_TOO_DEEP)
        return Conformity(False, None, (Violation((), f"This is not JSON: {error}."),))
    found = violations(value, schema)
    around = (Violation((), "There is a Markdown fence around the JSON."),) if fence else ()
    return replace(found, violations=(*around, *found.violations))


def violations(value: Any, schema: Schema) -> Conformity:
    """A JSON value checked against a schema; against one that is past the limits nothing can be checked."""
    if problems := check_schema(schema):
        return Conformity(True, value, gave_up=f"the schema itself cannot be used ({problems[0]})")
    if _deeper_than(value, DEEPEST):
        return Conformity(True, value, gave_up=_TOO_DEEP)
    watch = _Watch(schema)
    found: dict[Violation, None] = {}
    gave_up = ""
    try:
        for error in watch.errors(value):
            found |= dict.fromkeys(_told(error))
            if len(found) >= MOST_VIOLATIONS:
                break
    except (_TooManySteps, RecursionError):
        gave_up = "a whole check would take too long, so a part of the answer was not looked at"
    return Conformity(True, value, tuple(found)[:MOST_VIOLATIONS], tuple(watch.unchecked), gave_up)


class _TooManySteps(Exception):
    """The check would go on without end."""


Errors = Iterator[ValidationError]
Keyword = Callable[[Any, Any, Any, Any], Errors | None]


class _Watch:
    """jsonschema's validator, its steps counted, and those keywords replaced by which a schema could make it hang."""

    def __init__(self, schema: Schema) -> None:
        self.unchecked: dict[str, None] = {}
        self._tree = SchemaTree(schema)
        self._steps = 0

    def errors(self, value: Any) -> Errors:
        """Every error of a value."""
        own: dict[str, Keyword] = {
            "$ref": self._ref,
            "pattern": self._pattern,
            "patternProperties": self._pattern_properties,
            "additionalProperties": self._additional,
            "uniqueItems": _unique,
            "multipleOf": _multiple,
            "unevaluatedProperties": self._untried,
            "unevaluatedItems": self._untried,
        }
        keywords: dict[str, Keyword] = {**Draft202012Validator.VALIDATORS, **own}
        guarded = extend(
            Draft202012Validator, {name: self._counted(check) for name, check in keywords.items()}
        )
        found: Errors = guarded(self._tree.root).iter_errors(value)
        return found

    def _counted(self, check: Keyword) -> Keyword:
        def counted(validator: Any, wanted: Any, instance: Any, schema: Any) -> Errors | None:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise _TooManySteps
            return check(validator, wanted, instance, schema)

        return counted

    def _ref(self, validator: Any, reference: Any, instance: Any, schema: Any) -> Errors:
        """Followed within the schema, and nowhere else."""
        path = self._tree.target(reference)
        if path is not None:
            yield from validator.descend(instance, self._tree.at(path))

    def _pattern(self, validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
        if isinstance(instance, str) and self._matches(pattern, instance) is False:
            yield ValidationError("")

    def _pattern_properties(
        self, validator: Any, named: Mapping[str, Any], instance: Any, schema: Any
    ) -> Errors:
        if isinstance(instance, dict):
            for pattern, inner in named.items():
                for name in instance:
                    if self._matches(pattern, name):
                        yield from validator.descend(instance[name], inner, path=name, schema_path=pattern)

    def _additional(self, validator: Any, allowed: Any, instance: Any, schema: Any) -> Errors:
        """One error for each property too many; a name that a pattern may match is let pass."""
        named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for name in instance if isinstance(instance, dict) else ():
            if name in named or any(self._matches(pattern, name) is not False for pattern in patterns):
                continue
            if allowed is False:
                yield ValidationError("", path=[name])
            else:
                yield from validator.descend(instance[name], allowed, path=name)

    def _untried(self, validator: Any, wanted: Any, instance: Any, schema: Any) -> Errors:
        self.unchecked["unevaluatedProperties and unevaluatedItems are not checked here."] = None
        yield from ()

    def _matches(self, pattern: str, text: str) -> bool | None:
        found = matches(pattern, text)
        if found is None:
            self.unchecked[f"The pattern {_shown(pattern)} cannot be checked here."] = None
        return found


def _unique(validator: Any, wanted: Any, instance: Any, schema: Any) -> Errors:
    """Equal items by their JSON, in one pass."""
    if wanted and isinstance(instance, list):
        seen = {json.dumps(_comparable(item), sort_keys=True) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError("")


def _comparable(value: Any) -> Any:
    """1 and 1.0 are the same number to JSON Schema; true is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return {k: _comparable(v) for k, v in value.items()} if isinstance(value, dict) else value


def _multiple(validator: Any, step: Any, instance: Any, schema: Any) -> Errors:
    """In decimal digits, as they are written: 0.3 is a multiple of 0.1."""
    if isinstance(instance, (int, float)) and not isinstance(instance, bool):
        try:
            fits = Decimal(str(instance)) % Decimal(str(step)) == 0
        except InvalidOperation:  # more digits between the two than can be told
            fits = True
        if not fits:
            yield ValidationError("")


def _told(error: ValidationError) -> Iterator[Violation]:
    """A violation in words; that of a union says what came nearest to fitting."""
    path = tuple(error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield Violation(
            path,
            f"{_shown(error.instance)} fits none of the {len(error.validator_value)} choices.",
            error.validator,
        )
        nearest = min(_branches(error).values(), key=len)
        yield from (inner for one in nearest if len(one.absolute_path) > len(path) for inner in _told(one))
        return
    keyword = str(error.validator)
    yield Violation(path, _sentence(keyword, error.validator_value, error.instance), keyword)


def _branches(error: ValidationError) -> dict[Any, list[ValidationError]]:
    """The violations of each choice of a union."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    return branches


def _sentence(keyword: str, wanted: Any, value: Any) -> str:
    """What is wrong with a value, by the keyword that it breaks."""
    got = _shown(value)
    match keyword:
        case "type":
            kinds = " or ".join(wanted) if isinstance(wanted, list) else wanted
            return f"{got} is no {kinds}."
        case "required":
            missing = [name for name in wanted if name not in value]
            return f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
        case "additionalProperties":
            return "This property is not allowed here."
        case "enum":
            return f"{got} is none of {_shown(wanted)}."
        case "const":
            return f"{got} is not {_shown(wanted)}."
        case "minimum" | "exclusiveMinimum":
            return f"{got} is below {wanted}." if keyword == "minimum" else f"{got} is not above {wanted}."
        case "maximum" | "exclusiveMaximum":
            return f"{got} is above {wanted}." if keyword == "maximum" else f"{got} is not below {wanted}."
        case "minLength" | "maxLength":
            return f"It has {len(value):,} characters; {_bound(keyword, wanted)} are wanted."
        case "minItems" | "maxItems" | "minProperties" | "maxProperties":
            return f"It has {len(value):,} entries; {_bound(keyword, wanted)} are wanted."
        case "pattern":
            return f"{got} does not match {_shown(wanted)}."
        case "uniqueItems":
            return "Some of its items are equal."
        case "oneOf":
            return f"{got} fits more than one of the choices, and exactly one is wanted."
        case "multipleOf":
            return f"{got} is no multiple of {wanted}."
    return f"{got} breaks {keyword}: {_shown(wanted)}."


def _shown(value: Any) -> str:
    """A value in a few words, as JSON writes it."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list) and len(value) > 8:
        return f"a list of {len(value):,}"
    text = json.dumps(value[:80] if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _bound(keyword: str, wanted: Any) -> str:
    return f"at {'least' if keyword.startswith('min') else 'most'} {wanted:,}"


def _unfenced(text: str) -> str:
    lines = text.strip().splitlines()
    return "\n".join(lines[1:-1] if lines[-1].strip() == "```" else lines[1:])


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            c
            for v in level
            if isinstance(v, (dict, list))
            for c in (v.values() if isinstance(v, dict) else v)
        ]
        if not level:
            return False
    return True
