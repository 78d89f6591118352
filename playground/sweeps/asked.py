"""What somebody asks to have swept, as a program gives it or a page sends it, made into a `Sweep`.

Kept apart from the plan, which is all JSON: here classes and functions become that, and every slip is told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar

from playground.chat import JsonObject
from playground.errors import InvalidRequest, Problem
from playground.functions.from_python import offered
from playground.parameters import UNSET
from playground.schema.response_format import openai_form
from playground.sweeps.axis import Axis, whole_numbers
from playground.sweeps.plan import Sweep
from playground.sweeps.prompt import Prompt, prompts_of
from playground.value_types import ResponseFormat, shown

MOST_SEEDS: Final = 1_000

T = TypeVar("T")

Prompts = str | Iterable[str | Mapping[str, Any]]
Seeds = str | Iterable[int]


def sweep_of(
    values: Mapping[str, Any],
    over: Mapping[str, Any] | Sequence[tuple[str, Any]],
    *,
    messages: Sequence[JsonObject] = (),
    prompts: Prompts = (),
    reference: str = "",
    seeds: Seeds = (),
    extra_body: JsonObject | None = None,
) -> Sweep:
    """The sweep that starts from `values` (the model and set parameters) and varies the parameters of `over`.

    `over` has a list, a range or a typed text by parameter. Raises InvalidRequest with every problem at once.
    """
    problems: list[Problem] = []
    pairs = list(over.items() if isinstance(over, Mapping) else over)
    axes = [_try(partial(_axis, name, given), problems) for name, given in pairs]
    asked = _try(partial(prompts_of, prompts, messages, reference), problems)
    drawn = _try(partial(_seeds, seeds), problems)
    found: tuple[Prompt, ...] = asked or ()
    if problems or drawn is None:
        raise InvalidRequest(problems)
    plain = {name: _json(name, value) for name, value in values.items()}
    return Sweep(plain, tuple(axis for axis in axes if axis), found, drawn, dict(extra_body or {}))


def _try(make: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return make()
    except InvalidRequest as error:
        problems += error.problems
        return None


def _seeds(given: Seeds) -> tuple[int, ...]:
    drawn = whole_numbers("seed", given) if isinstance(given, str) else given
    try:
        seeds = tuple(islice(drawn, MOST_SEEDS + 1))
    except TypeError:
        raise InvalidRequest([Problem("seed", shown(given), "a list of whole numbers, or a range")]) from None
    if len(seeds) > MOST_SEEDS:
        said = f"more than {MOST_SEEDS:,} seeds are too many for one sweep."
        raise InvalidRequest([Problem("seed", "", "", said=said)])
    return seeds


def _axis(name: str, given: Any) -> Axis:
    if isinstance(given, (list, tuple)):
        given = [_json(name, value) for value in given]
    return Axis.of(name, given)


def _json(name: str, value: Any) -> Any:
    """A value as JSON: a Pydantic class as its form, functions as tools. A fault stays, for the checks to name."""
    if value is UNSET:
        return value
    if name == "response_format" and ResponseFormat.model_of(value) is not None:
        return openai_form(value)
    return offered(value)[0] if name == "tools" else value
