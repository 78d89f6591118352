"""An answer checked against its schema: every violation, with the path to it.

Kept apart from the limits because this is about what came back. It trusts neither side: patterns are matched in
linear time, references are followed only within the schema and not without end, and nothing is ever fetched.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from jsonschema import ValidationError  # type: ignore[import-untyped]
from jsonschema.validators import extend  # type: ignore[import-untyped]
from pydantic_core import from_json

from playground.schema.drafts import JUDGING, Draft, draft_of, unread
from playground.schema.limits import check_schema
from playground.schema.patterns import matches
from playground.schema.tree import Path, Schema, SchemaTree
from playground.schema.violation import Violation, shown, told

log = logging.getLogger(__name__)

MOST_VIOLATIONS: Final = 100
MOST_STEPS: Final = 100_000
"""Keywords tried in one check, below a second: unions of references to each other can ask for endlessly many."""
DEEPEST: Final = 100
_TOO_DEEP: Final = f"it is nested deeper than {DEEPEST} levels"

_FENCE: Final = re.compile(r"\s*(?P<fence>`{3,}|~{3,})[^\n{\[]*\n?")
"""The opening of a fence, with or without a word behind it such as json. Where an answer was cut there is no other."""


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


def unfenced(text: str) -> tuple[str, tuple[Violation, ...]]:
    """A text without the Markdown fence around it, and the violation that the fence is.

    A byte order mark before either is passed over (RFC 8259, section 8.1).

    >>> unfenced('```json\\n{"a": 1}\\n```')[0], unfenced('{"a": 1}')
    ('{"a": 1}', ('{"a": 1}', ()))
    """
    text = text.removeprefix("\ufeff")
    opening = _FENCE.match(text)
    if opening is None:
        return text, ()
    inside = text[opening.end() :].rstrip().removesuffix(opening["fence"]).rstrip()
    return inside, (Violation((), "There is a Markdown fence around the JSON."),)


def conformity(text: str, schema: Schema) -> Conformity:
    """The text of an answer checked against a schema that has passed the limits. Formats are not checked.

    A Markdown fence around the JSON is taken off and reported as a violation.
    """
    bare, around = unfenced(text)
    try:
        value = from_json(bare.encode(), allow_inf_nan=False)
    except ValueError as error:
        if "recursion limit" in str(error):
            return Conformity(False, None, gave_up=_TOO_DEEP)
        return Conformity(False, None, (Violation((), f"This is not JSON: {error}."),))
    found = violations(value, schema)
    return replace(found, violations=(*around, *found.violations))


def violations(value: Any, schema: Schema) -> Conformity:
    """A JSON value checked against a schema; against one that is past the limits nothing can be checked."""
    if problems := check_schema(schema):
        return Conformity(True, value, gave_up=f"the schema itself cannot be used ({problems[0]})")
    if _deeper_than(value, DEEPEST):
        return Conformity(True, value, gave_up=_TOO_DEEP)
    watch = _Watch(SchemaTree(schema))
    found: dict[Violation, None] = {}
    gave_up = ""
    try:
        for error in watch.errors(value):
            found |= dict.fromkeys(told(error))
            if len(found) >= MOST_VIOLATIONS:
                break
    except (_TooManySteps, RecursionError):
        gave_up = "a whole check would take too long, so a part of the answer was not looked at"
    except Exception:  # the edge of jsonschema: whatever a schema does to it, the answer must not be lost
        log.exception("an answer could not be checked")
        gave_up = FAILED
    return Conformity(True, value, tuple(found)[:MOST_VIOLATIONS], tuple(watch.unchecked), gave_up)


class Parts:
    """Checks values against the parts of one schema; all checks together may take as many steps as one."""

    def __init__(self, tree: SchemaTree) -> None:
        self._watch = _Watch(tree)

    def fits(self, value: Any, path: Path) -> bool | None:
        """Whether a JSON value fits the part at `path`; None where that cannot be told."""
        try:
            with closing(self._watch.errors(value, path)) as errors:
                return next(errors, None) is None
        except (_TooManySteps, RecursionError):
            return None
        except Exception:  # the edge of jsonschema, as above
            log.exception("a part of an answer could not be checked")
            return None


class _TooManySteps(Exception):
    """The check would go on without end."""


FAILED: Final = "the check itself failed, so a part of the answer was not looked at; the log says how"

Errors = Iterator[ValidationError]
Keyword = Callable[[Any, Any, Any, Any], Errors | None]


class _Watch:
    """One check on its way: its steps counted, and those keywords replaced by which a schema could make it hang, or
    look elsewhere."""

    def __init__(self, tree: SchemaTree) -> None:
        self._tree = tree
        self._draft = draft_of(tree)
        self._bare = _bare(tree, self._draft)
        self._places = {id(part.schema): part.path for part in self._bare.parts}
        self._steps = 0
        self._own: Mapping[str, Keyword] = {
            "$ref": self._ref,
            "type": self._type,
            "pattern": self._pattern,
            "patternProperties": self._pattern_properties,
            "additionalProperties": self._additional,
            "uniqueItems": _unique,
            "multipleOf": _multiple,
            **dict.fromkeys(_UNTRIED, self._untried),
        }
        self.unchecked: dict[str, None] = dict.fromkeys(unread(tree, self._draft))

    def errors(self, value: Any, path: Path = ()) -> Generator[ValidationError]:
        """Every error of a value, held against the part of the schema at `path`."""
        token = _watching.set(self)
        try:
            whole = _guarded(self._draft)(self._bare.root)
            yield from whole.evolve(schema=self._bare.at(path)).iter_errors(value)
        finally:
            _watching.reset(token)

    def check(self, keyword: str, validator: Any, wanted: Any, instance: Any, schema: Any) -> Errors | None:
        """One keyword tried on one value. Raises _TooManySteps."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _TooManySteps
        own: Keyword = self._own.get(keyword) or self._draft.validator.VALIDATORS[keyword]
        return own(validator, wanted, instance, schema)

    def _ref(self, validator: Any, reference: Any, instance: Any, schema: Any) -> Errors:
        """Followed within the schema, and nowhere else."""
        path = self._tree.target(reference, self._places.get(id(schema), ()))
        if path is not None:
            yield from validator.descend(instance, self._bare.at(path))

    def _type(self, validator: Any, wanted: Any, instance: Any, schema: Any) -> Errors:
        """A null that OpenAPI's `nullable` beside it allows is let pass (OpenAPI 3.0.3, Schema Object)."""
        if instance is None and schema.get("nullable") is True:
            self.unchecked["nullable is no keyword of JSON Schema: a null was let pass."] = None
        else:
            yield from self._draft.validator.VALIDATORS["type"](validator, wanted, instance, schema)

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
        self.unchecked[f"{', '.join(_UNTRIED[:-1])} and {_UNTRIED[-1]} are not checked here."] = None
        yield from ()

    def _matches(self, pattern: str, text: str) -> bool | None:
        found = matches(pattern, text)
        if found is None:
            self.unchecked[f"The pattern {shown(pattern)} cannot be checked here."] = None
        return found


_NAMES: Final = frozenset({"$schema", "$id", "id"})
_FALSE: Final[Mapping[str, Any]] = {"not": True}
_UNTRIED: Final = ("unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef")


_watching: ContextVar[_Watch] = ContextVar("_watching")


@cache
def _guarded(draft: Draft) -> Any:
    """jsonschema's validator of a draft, each keyword tried by the check on its way.

    Made once: whatever class jsonschema makes stays in memory.
    """

    def tried(keyword: str) -> Keyword:
        return lambda *given: _watching.get().check(keyword, *given)

    return extend(draft.validator, {keyword: tried(keyword) for keyword in draft.validator.VALIDATORS})


def _bare(tree: SchemaTree, draft: Draft) -> SchemaTree:
    """A copy for jsonschema: without the names of drafts and addresses, at which it would leave the guarded keywords,
    and without what the draft has in another shape. True and false become objects: draft-04 trips over the one, and
    the errors of the other come without their place.
    """
    bare = SchemaTree(deepcopy(tree.root))
    found = [(part.path, bare.at(part.path)) for part in tree.parts]
    for path, schema in found:
        if isinstance(schema, bool) and path[-1] != "additionalProperties":
            bare.at(path[:-1])[path[-1]] = {} if schema else dict(_FALSE)
    for _, schema in found:
        if isinstance(schema, dict):
            for keyword in [
                k for k in schema if k in _NAMES or (k in JUDGING and not draft.takes(k, schema[k]))
            ]:
                del schema[keyword]
    return SchemaTree(bare.root)


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
