"""Whatever a schema is, everything that reads one comes to an end without an error, and judges as its draft does.

Kept apart from the tests of single readers because one stream of random schemas goes through all of them.
"""

from __future__ import annotations

import json
import os
from random import Random
from typing import Any, Final

import pytest

from playground.events import Answer, ToolCall
from playground.functions.tool_calls import check_call
from playground.schema.drafts import DRAFTS, Draft, draft_of
from playground.schema.endings import recursive
from playground.schema.engine_limits import engine_limits
from playground.schema.limits import check_schema
from playground.schema.llguidance_subset import held
from playground.schema.parsed import parsed_answer
from playground.schema.partial_json import beyond_repair, document_in
from playground.schema.property_order import in_order
from playground.schema.tree import SchemaTree
from playground.schema.validation import FAILED, Conformity, conformity, violations
from playground.schema.views import views_of_form, views_of_schema
from tests.schema.strategies import ADDRESSES, Wild

MANY: Final = int(os.environ.get("SCHEMAS", "600"))
"""`SCHEMAS=60000 make test ARGS=tests/schema/test_any_schema.py` tries as many as were promised."""
VALUES: Final[tuple[Any, ...]] = (
    {}, {"a": 1, "b": "x"}, {"a": {"a": []}, "type": 1, "items": [1]}, [], [1, "a", None, {}], [1, 1.0, True], "a", "",
    "b" * 40, 0, 1, 2.5, -(10**30), None, True,
)  # fmt: skip
TEXTS: Final = (*map(json.dumps, VALUES), "", "no JSON", '{"a": [1e400]}', "```\n{}\n```")


def drawn(seed: int, wrong: float) -> Any:
    """One schema, always the same for the same seed."""
    return Wild(Random(seed), wrong).schema()


def told(found: Conformity) -> Conformity:
    """What was found, where the check itself did not fail."""
    assert found.gave_up != FAILED
    return found


def read_everywhere(schema: Any, random: Random) -> None:
    """One schema through everything that reads one."""
    texts = random.sample(TEXTS, 3)
    for text in texts:
        told(conformity(text, schema))
    told(violations(random.choice(VALUES), schema))
    beyond_repair(texts[0][:9], schema)
    document_in(texts[1][:3], texts[2], schema)
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    assert check_call(ToolCall("1", "f", texts[0]), [tool]).gave_up != FAILED
    if isinstance(schema, dict):
        parsed_answer(Answer(text=texts[0]), {"type": "json_schema", "json_schema": {"schema": schema}})
    if not check_schema(schema, engine_limits):
        tree = SchemaTree(schema)
        recursive(tree)
        taken = held(schema).schema
        if not draft_of(
            tree
        ).ref_stands_alone:  # what stands beside a reference is left out, and with it what leads there
            assert check_schema(taken) == (), "what is made of a good schema is one"
        in_order(taken, random.choice(VALUES))
    if not check_schema(schema):
        held(schema)
    views = views_of_schema(schema)
    if views.form is not None:
        views_of_form(views.form)


@pytest.mark.parametrize("wrong", [0.02, 0.15, 0.5])
def test_no_schema_makes_any_reader_fail(wrong: float) -> None:
    """Keywords of every draft, in right and wrong shapes, nested: nothing raises, and no check gives up on a fault."""
    for seed in range(MANY // 3):
        read_everywhere(drawn(seed, wrong), Random(seed))


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.name)
def test_the_verdict_is_that_of_the_draft(draft: Draft) -> None:
    """Where all was checked, "does it fit" is answered as an unchanged validator of the draft that is named answers."""
    compared = 0
    for seed in range(300):
        schema = {**drawn(seed, 0.0), "$schema": ADDRESSES[draft.name]}
        value = Random(seed).choice(VALUES)
        found = told(violations(value, schema))
        if found.gave_up or found.unchecked or "\\p" in json.dumps(schema):  # Python's re knows no \p
            continue
        compared += 1
        assert found.fits == draft.validator(schema).is_valid(value), (value, schema)
    assert compared > 30
