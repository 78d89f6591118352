"""What trials show: where answers part, how often they are others, and what may be chance."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from playground.answer import Alternative, Answer, EndedAs, TokenScore, ToolCall, Usage
from playground.errors import StreamFailed
from playground.parameters import UNSET
from playground.replay.changes import Change
from playground.replay.comparison import Comparison
from playground.replay.parting import parting_of
from playground.replay.trials import Trial, tally_of

HOTTER = Change("temperature", UNSET, 1.5)


def said(text: str, ended: EndedAs = "done", tokens: int = 3, **more: Any) -> Answer:
    """An answer."""
    return Answer(text=text, ended=ended, usage=Usage(1, tokens, False), **more)


def scored(*tokens: str) -> Answer:
    """An answer with a score for each token."""
    scores = tuple(TokenScore(t, -0.5, (Alternative(t, -0.5),), id=ord(t[0])) for t in tokens)
    return said("".join(tokens), logprobs=scores)


def test_tokens_part_where_the_first_is_another() -> None:
    """With what both begin with, and the score of what came."""
    parting = parting_of(scored("a", "b", "c"), scored("a", "b", "d", "e"))
    assert parting is not None
    assert (parting.unit, parting.place, parting.shared, parting.ids) == ("token", 2, "ab", (97, 98))
    assert (parting.before.text, parting.after.text) == ("c", "d")
    assert parting.before.to_dict()["top"] == [["c", -0.5]]


def test_one_may_end_where_the_other_goes_on() -> None:
    """Then nothing came next there."""
    parting = parting_of(scored("a"), scored("a", "b"))
    assert parting is not None and parting.before.text == "" and parting.before.score is None


@pytest.mark.parametrize(
    ("before", "after", "within", "place", "nexts"),
    [
        (said("one two three"), said("one two four"), "words", 2, (" three", " four")),
        (said("one "), said("one"), "words", 1, (" ", "")),
        (scored("a", "b"), said("a c"), "words", 0, ("ab", "a")),
        (said("x", reasoning="I think"), said("x", reasoning="I know"), "thoughts", 1, (" think", " know")),
        (said("", tool_calls=(ToolCall("", "f", "{}"),)), said(""), "calls", 0, ("f({})", "")),
    ],
)
def test_without_scores_words_part(
    before: Answer, after: Answer, within: str, place: int, nexts: tuple[str, str]
) -> None:
    """Thoughts and calls are part of what is said."""
    parting = parting_of(before, after)
    assert parting is not None and parting.unit == "word"
    assert (str(parting.within), parting.place) == (within, place)
    assert (parting.before.text, parting.after.text) == nexts


def test_the_same_words_part_nowhere() -> None:
    """However they came; but behind other thoughts no place of the words is the same any more."""
    thinking = replace(scored("a", "b"), reasoning="Hm")
    apart = parting_of(thinking, scored("a", "c"))
    assert apart is not None and (str(apart.within), apart.unit) == ("thoughts", "word")
    assert parting_of(scored("a", "b"), said("ab", ended="length")) is None


def trials(changed: int, by_itself: int, of: int = 10) -> list[Trial]:
    """Trials of which so many changed, and so many said something else when asked again."""
    answers = [
        (said("a"), said("b" if i < changed else "a"), said("c" if i < by_itself else "a")) for i in range(of)
    ]
    return [Trial(*three, seed=i) for i, three in enumerate(answers)]


@pytest.mark.parametrize(
    ("changed", "by_itself", "verdict", "p"),
    [
        (0, 0, "no difference", 1.0),
        (10, 0, "changed", 2**-10),
        (5, 0, "changed", 2**-5),
        (4, 0, "cannot tell", 2**-4),
        (10, 10, "cannot tell", 1.0),
    ],
)
def test_a_change_is_told_from_what_differs_by_itself(
    changed: int, by_itself: int, verdict: str, p: float
) -> None:
    """A server that draws anew each time minds no change, although every answer is another one."""
    tally = tally_of(trials(changed, by_itself))
    assert tally.verdict == verdict
    assert tally.p_changed == pytest.approx(p)
    assert (tally.changed, tally.by_itself) == (changed, by_itself)


def test_lengths_and_ends_decide_where_words_cannot() -> None:
    """Every answer is another one by itself, but all are longer after the change, and none is cut any more."""
    all_others = [
        Trial(said("a", "length", 5), said("b", "done", 9 + i), said("c", "length", 5)) for i in range(10)
    ]
    tally = tally_of(all_others)
    assert (tally.p_changed, tally.p_length, tally.p_cut) == (1.0, 2 * 2**-10, 2 * 2**-10)
    assert tally.verdict == "changed"
    assert tally.ends["before"] == {"length": 10} and tally.lengths["after"][0] == 9


def test_what_failed_is_left_out_and_counted() -> None:
    """A refusal in one of the two is no difference."""
    failed = said("", "error", error=StreamFailed("It broke.", "Try again."))
    some = [*trials(0, 0, 2), Trial(said("a"), failed, said("a"))]
    comparison = Comparison((HOTTER,), tuple(some))
    assert (comparison.tally.trials, comparison.tally.failed) == (2, 1)
    assert comparison.told[0].endswith("1 run failed, and counts for nothing.")
    assert tally_of([some[-1]]).verdict == "nothing came"


def test_no_difference_says_why_that_may_be() -> None:
    """The parameter's own words, and what temperature 0 does to a cut."""
    answer = said("a", body={"temperature": 0})
    cold = [Trial(answer, answer, answer)] * 10
    told = Comparison((Change("top_k", UNSET, 5),), tuple(cold)).told
    assert told[0] == "No difference in 10 runs: the same words before and after, every time."
    assert told[1].startswith("top_k: ") and "At temperature 0" in told[2]


def test_one_trial_says_where_they_part() -> None:
    """No statistics of one."""
    one = Comparison((HOTTER,), (Trial(said("a b"), said("a c"), seed=1),))
    assert one.told == ("They part at word 2: \u201cb\u201d before, \u201cc\u201d after.",)
    same = Comparison((HOTTER,), (Trial(said("a"), said("a"), seed=1),))
    assert same.told == ("Both say the same, at this seed.",)
    assert json.loads(json.dumps(one.to_dict()))["parting"]["after"]["text"] == " c"
