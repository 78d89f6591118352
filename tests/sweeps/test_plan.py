"""What is swept, and what it comes to: all of it known, and every slip told, before anything is asked."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from playground import AsyncClient, Client
from playground.cost import Cost
from playground.errors import InvalidRequest
from playground.parameters import UNSET
from playground.sweeps.asked import sweep_of
from playground.sweeps.axis import Axis
from playground.sweeps.plan import Sweep
from playground.sweeps.prompt import prompts_of

BASE = {"model": "embedded", "max_tokens": 20}


def made(over: Any, **given: Any) -> Sweep:
    """A sweep of one question."""
    return sweep_of(BASE, over, **{"prompts": ["Why?"], **given})


def test_a_typed_range_holds_its_ends_and_no_rounding() -> None:
    """0 to 0.3 in steps of 0.1 ends with 0.3, not 0.30000000000000004, among lists and beside "unset"."""
    axis = Axis.typed("temperature", "unset, 0 to 0.3 step 0.1, 2")
    assert axis.values == (UNSET, 0.0, 0.1, 0.2, 0.3, 2.0)
    assert axis.labels == ("unset", "0", "0.1", "0.2", "0.3", "2")
    assert Axis.typed("temperature", axis.text) == axis
    assert Axis.typed("top_k", "1..3").values == (1, 2, 3)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: made({"temperature": "0, nan"}), "'nan' is not a finite number"),
        (lambda: made({"temperature": "inf"}), "not a finite number"),
        (lambda: made({"temperature": "1 to 0"}), "holds no value"),
        (lambda: made({"temperature": "0 to 1 step -1"}), "must be above 0"),
        (lambda: made({"temperature": "0 to 1e9 step 1e-9"}), "more than 200 values"),
        (lambda: made({"temperature": " , "}), "no values"),
        (lambda: made({"temperature": [1, 1.0]}), "more than once"),
        (lambda: made([("temperature", "0, 1"), ("temperature", "1, 2")]), "both axes vary it"),
        (lambda: made({}), "one or two of them"),
        (lambda: made({"temperature": "1", "top_p": "1", "seed": "1"}), "one or two of them"),
        (
            lambda: made({"temperature": "0 to 0.99 step 0.01", "top_k": "1 to 100"}),
            "10,000 cells are too many",
        ),
        (lambda: made({"temperature": "0 to 2"}, seeds="1 to 200", prompts=["?"] * 10), "calls are too many"),
        (lambda: made({"seed": "1, 2"}, seeds="3"), "it is an axis already"),
        (lambda: made({"temperature": "1"}, seeds=[1, 1]), "more than once"),
        (lambda: made({"temperature": "1"}, seeds=[1.5]), "a whole number"),
        (lambda: made({"temperature": "1"}, seeds="1 to 1e12"), "more than 1,000 seeds are too many"),
        (lambda: made({"temperature": "1"}, seeds=count()), "more than 1,000 seeds are too many"),
        (lambda: made({"n": "1, 2"}), "it cannot be an axis"),
        (lambda: made({"heat": "1, 2"}), "an axis is the model or one of"),
        (lambda: made({"temperature": 1}), "no list of values"),
        (lambda: made({"tools": "nonsense"}), "is not JSON"),
        (lambda: made({"temperature": "1"}, prompts=[]), "type a question"),
        (
            lambda: made({"temperature": "1"}, prompts='{"prompt": "a"}\n{"prompt": 1}'),
            "number 2 has neither",
        ),
        (lambda: made({"temperature": "1"}, prompts='{"prompt": "a"}\nb'), "line 2 is no JSON object"),
        (lambda: sweep_of({**BASE, "n": 3}, {"temperature": "1"}, prompts=["?"]), "leave n unset"),
    ],
)
def test_what_cannot_be_is_one_sentence(ask: Callable[[], Sweep], says: str) -> None:
    """NaN, empty ranges, 10,000 cells, two same axes: each is told in words, and nothing is made of it."""
    with pytest.raises(InvalidRequest) as caught:
        ask()
    assert says in str(caught.value)
    assert len(caught.value.problems) == 1


def test_every_cell_is_asked_with_every_prompt_and_seed() -> None:
    """Values, prompts and seeds in all combinations, each call as it will leave, and all of it back from JSON."""
    sweep = made(
        {"temperature": [0.5, None], "model": ["embedded", "m"]}, prompts=["Why?", "How?"], seeds="1, 2"
    )
    calls = sweep.calls()
    assert len(calls) == 2 * 2 * 2 * 2
    assert [call.number for call in calls] == list(range(16))
    values = sweep.values_of(calls[-1])
    assert "temperature" not in values
    assert (values["model"], values["seed"]) == ("m", 2)
    assert values["messages"] == [{"role": "user", "content": "How?"}]
    assert values["stream"] is True
    assert Sweep.from_dict(json.loads(json.dumps(sweep.to_dict()))).calls() == calls


def test_the_cost_is_known_before_the_start() -> None:
    """Tokens at most, by model; without a limit they are not known, and are not made up."""
    sweep = made({"max_tokens": [10, 30], "model": ["a", "b"]}, seeds="1 to 3")
    assert {name: (cost.calls, cost.answer_tokens) for name, cost in sweep.costs().items()} == {
        "a": (6, 120),
        "b": (6, 120),
    }
    unlimited = sweep_of({"model": "a"}, {"temperature": [1, 2]}, prompts=["Why?"])
    assert unlimited.costs()["a"].answer_tokens is None
    assert Cost(1, 1, None) + Cost(1, 1, 5) == Cost(2, 2, None)


def test_prompts_come_as_lines_or_as_jsonl() -> None:
    """A list has one a line; JSONL may bring whole conversations and references; each stands behind what is before."""
    system = {"role": "system", "content": "Be brief."}
    lines = prompts_of("One\n\nTwo", [system], "both")
    assert [(p.messages[0], p.messages[1]["content"], p.reference) for p in lines] == [
        (system, "One", "both"),
        (system, "Two", "both"),
    ]
    told = prompts_of('{"messages": [{"role": "user", "content": "Three"}], "reference": "3"}', [system])
    assert (told[0].messages[0]["content"], told[0].reference) == ("Three", "3")


def test_jsonl_is_read_as_editors_write_it() -> None:
    """A byte-order mark is no text, and only a line feed ends a line: U+2028 and U+0085 may stand within one."""
    texts = [
        p.messages[-1]["content"]
        for p in prompts_of('\ufeff{"prompt": "a\u2028b\x85c"}\r\n{"prompt": "d"}\r\n')
    ]
    assert texts == ["a\u2028b\x85c", "d"]
    assert [p.messages[-1]["content"] for p in prompts_of("\ufeffa\u2028b\nc")] == ["a\u2028b", "c"]


def test_no_seed_is_dropped() -> None:
    """As many as were typed, also where they are more than an axis may have values."""
    assert len(made({"temperature": "1"}, seeds="1 to 500").calls()) == 500


def test_both_clients_promise_the_same() -> None:
    """The call without asyncio takes exactly what the other one takes."""
    own, other = (inspect.signature(client.sweep).parameters for client in (Client, AsyncClient))
    assert own == other
