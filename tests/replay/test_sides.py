"""Both sides of a comparison have the same question, seed and scores, and every addition is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from playground.answer import ReportLine
from playground.chat import ChatRequest
from playground.cost import Cost
from playground.errors import InvalidRequest
from playground.parameters import UNSET
from playground.replay.changes import Change, changes_of
from playground.replay.cost import costs_of
from playground.replay.sides import (
    NO_SEED,
    ONE_EACH,
    SEED_IN_EXTRA,
    SEEDS_APART,
    Sides,
    Taking,
    notes_of,
    sides_of,
)
from playground.value_types import Integer
from playground.wire.kinds.profile import Support
from playground.wire.models import ModelInfo
from tests.replay.test_changes import asked

ALL = Taking({}, {"top_logprobs": Integer(0, 5)})


def sides(before: ChatRequest, after: ChatRequest, trials: int = 1, taking: Taking = ALL) -> Sides:
    """Two sides at servers that take everything, unless told otherwise."""
    return sides_of(before, after, changes_of(before, after), (taking, ALL), trials)


def lacking(name: str) -> Taking:
    """A server that does not take one parameter."""
    return Taking({name: Support("no", "")})


def parameters(of: Sides, trial: int = 0) -> list[dict[str, Any]]:
    """What both sides of a trial have set."""
    return [dict(side.parameters) for side in of.at(trial)]


def test_what_is_unset_is_held_still() -> None:
    """One seed for both, and scores; each addition is a sentence."""
    found = sides(asked(temperature=0.0), asked(temperature=1.5))
    added = {"seed": 1, "logprobs": True, "top_logprobs": 5}
    assert parameters(found) == [{"temperature": 0.0, **added}, {"temperature": 1.5, **added}]
    assert found.notes[0].startswith("The seed is 1 for both")
    assert "logprobs and top_logprobs" in found.notes[1]


def test_what_is_set_stays() -> None:
    """A seed of one's own; over trials it is the first of them."""
    before, after = asked(seed=7, logprobs=True), asked(seed=7, logprobs=True, top_p=0.5)
    assert [each["seed"] for each in parameters(sides(before, after))] == [7, 7]
    several = sides(before, after, 3)
    assert several.seeds == (7, 8, 9)
    assert [each["seed"] for each in parameters(several, 2)] == [9, 9]
    assert several.added == {"top_logprobs": 5}


def test_seeds_stay_in_range() -> None:
    """Behind the largest comes the first."""
    before, after = asked(seed=2**32 - 1), asked(seed=2**32 - 1, top_p=0.5)
    assert sides(before, after, 2).seeds == (2**32 - 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "taking", "note"),
    [
        (asked(), asked(top_p=0.5), lacking("seed"), NO_SEED),
        (asked(extra={"seed": 4}), asked(extra={"seed": 4}, top_p=0.5), ALL, SEED_IN_EXTRA),
        (asked(seed=1), asked(seed=2), ALL, SEEDS_APART),
    ],
)
def test_where_no_seed_can_be_fixed(
    before: ChatRequest, after: ChatRequest, taking: Taking, note: str
) -> None:
    """None is added, and it is said why."""
    found = sides(before, after, 1, taking)
    assert found.seeds == () and note in found.notes
    assert parameters(found)[0].get("seed") == before.parameters.get("seed")


def test_a_seed_alone_is_nothing_to_try_over_seeds() -> None:
    """Nothing would be left to compare; beside another change the seed gives way."""
    with pytest.raises(InvalidRequest, match="all that has changed"):
        sides(asked(seed=1), asked(seed=2), 10)
    found = sides(asked(seed=1), asked(seed=2, top_p=0.5), 2)
    assert [change.name for change in found.changes] == ["top_p"] and found.seeds == (2, 3)


@pytest.mark.parametrize("name", ["logprobs", "top_logprobs"])
def test_scores_are_not_asked_for_where_they_are_not_taken_or_are_the_change(name: str) -> None:
    """Else they would be refused, or would hide what has changed."""
    assert not sides(asked(), asked(top_p=0.5), 1, lacking(name)).added
    changed: dict[str, Any] = {name: 1}
    assert not sides(asked(), asked(**changed)).added


def test_one_answer_a_side() -> None:
    """Whatever `n` says, and whatever only decides here whether there is a second answer."""
    found = sides(asked(n=3), asked(n=3, top_p=0.5, diff_frequency=1.0))
    assert ONE_EACH in found.notes
    assert all(side.is_side and "diff_frequency" not in side.parameters for side in found.at(0))


def test_the_question_is_that_of_the_answer() -> None:
    """The messages before; those of now may have gone on."""
    later = replace(asked(top_p=0.5), messages=({"role": "user", "content": "And now?"},))
    assert all(side.messages == asked().messages for side in sides(asked(), later).at(0))


@pytest.mark.parametrize(
    ("refused", "left"),
    [
        ("logprobs", {"seed"}),
        ("top_logprobs", {"seed"}),
        ("seed", {"logprobs", "top_logprobs"}),
        (None, set()),
        ("temperature", None),
    ],
)
def test_what_is_refused_of_the_additions_goes(refused: str | None, left: set[str] | None) -> None:
    """A refusal without a name may mean any of them; one of what the user has set is the user's to mend."""
    found = sides(asked(temperature=0.0), asked(temperature=1.5)).without(refused)
    assert (found is None) == (left is None)
    if found is not None and left is not None:
        assert set(parameters(found)[0]) - {"temperature"} == left
        assert found.notes[-1].startswith("Refused here")
        assert ("Asked for as well" in " ".join(found.notes)) == ("logprobs" in left)


def test_what_the_reports_say_of_a_changed_parameter() -> None:
    """One that is not sent, or is sent and known to be void, can do nothing; each is said once."""
    lines = [
        ReportLine("top_k", "withheld", 5, "Not of its API."),
        ReportLine("top_p", "sent", 0.5, "Its guide says so.", foretold="void"),
        ReportLine("seed", "withheld", 1, "It has none."),
        ReportLine("temperature", "sent", 1.0),
    ]
    changes = tuple(Change(name, UNSET, 1) for name in ("top_k", "top_p", "temperature"))
    assert notes_of(changes, iter([*lines, *lines])) == (
        "top_k is not sent to this server. Not of its API.",
        "top_p is sent, and known to be void. Its guide says so.",
    )


def test_what_it_costs() -> None:
    """Over seeds each trial has a control; without a limit nobody knows the tokens."""
    before, after = asked(max_tokens=20), asked(max_tokens=50)
    assert costs_of(sides(before, after), 3) == (Cost(1, 3, 20), Cost(1, 3, 50))
    assert costs_of(sides(before, after, 10), 3) == (Cost(20, 60, 400), Cost(10, 30, 500))
    one, other = costs_of(sides(asked(), asked(max_completion_tokens=5)), 100)
    assert (one.answer_tokens, other.answer_tokens, one + other) == (None, 5, Cost(2, 200, None))
    model = ModelInfo("m", "M", price_in=1.0, price_out=2.0)
    assert other.dollars(model) == pytest.approx(110e-6)
    assert one.dollars(model) is other.dollars(None) is None
