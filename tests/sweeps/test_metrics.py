"""Every measure by its definition, worked out by hand, and every interval by its formula."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
import scipy

from playground.answer import Alternative, Answer, ReportLine, TokenScore, ToolCall, Usage
from playground.errors import PlaygroundError
from playground.sweeps import metrics
from playground.sweeps.asked import sweep_of
from playground.sweeps.cells import cells_of
from playground.sweeps.files import csv_of
from playground.sweeps.intervals import mean_of
from playground.sweeps.metrics import METRICS, Price, measured
from playground.sweeps.row import Row, row_of

SWEEP = sweep_of({"model": "embedded"}, {"temperature": [0, 1]}, prompts=["Why?"], seeds=[1, 2, 3, 4])
CALLS = SWEEP.calls()


def said(text: str, **facts: object) -> Answer:
    """An answer that came to its end."""
    return replace(Answer(text=text, ended="done", usage=Usage(5, 7, False)), **facts)  # type: ignore[arg-type]


def test_repetition_is_counted_by_its_definitions() -> None:
    """distinct-1 and -2 are shares of n-grams; repeated 4-grams are one less those; short texts have none."""
    found = measured(said("a b a b a b"))
    assert found["distinct_1"] == pytest.approx(2 / 6)
    assert found["distinct_2"] == pytest.approx(2 / 5)
    assert found["repeated_4"] == pytest.approx(1 / 3)
    assert measured(said("so"))["distinct_2"] is None
    assert measured(said(""))["distinct_1"] is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hello! -- (so) it_is ...", 4),
        ("Don't, don\u2019t", 2),
        ("\u0939\u093f\u0928\u094d\u0926\u0940 \u092d\u093e\u0937\u093e", 2),  # Hindi, with vowel signs
        ("\u0627\u0644\u0652\u062d\u064e\u0645\u0652\u062f\u064f", 1),  # Arabic, with vowels
        ("\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 1),  # Persian, with a non-joiner
        (
            "\U0001f469\u200d\U0001f469\u200d\U0001f467\U0001f44d\U0001f3fd \u2764\ufe0f",
            3,
        ),  # family, thumb, heart
        ("\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea", 2),  # flags of France and Germany
        ("\u4f60\u597d\u3002\u518d\u89c1", 2),  # Chinese, parted by its full stop
    ],
)
def test_words_are_words_in_every_script(text: str, count: int) -> None:
    """Marks belong to their letters, joined emoji are one, punctuation is none."""
    assert measured(said(text))["words"] == count


def test_agreement_sees_vowel_signs() -> None:
    """Two Hindi words that differ in their vowel alone are two words; one written in two ways of Unicode is one."""
    assert metrics.agreement("\u0915\u0940", "\u0915\u093f") == 0.0
    assert metrics.agreement("cafe\u0301", "caf\u00e9") == 1.0


def test_scores_tell_entropy_and_surprise() -> None:
    """In bits; what did not come is one outcome more, and without alternatives entropy is not known."""
    half, quarter = math.log(0.5), math.log(0.25)
    score = TokenScore("a", half, (Alternative("a", half), Alternative("b", quarter)))
    found = measured(said("ab", logprobs=(score, replace(score, logprob=quarter))))
    assert found["entropy"] == pytest.approx(1.5)
    assert found["surprise"] == pytest.approx(1.5)
    alone = measured(said("a", logprobs=(TokenScore("a", half),)))
    assert alone["entropy"] is None
    assert alone["surprise"] == pytest.approx(1.0)
    assert measured(said("a"))["surprise"] is None


def test_json_is_valid_only_where_it_fits() -> None:
    """Against the schema that was asked for; without one there is nothing to say."""
    shape = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert measured(said('{"a": 1}'), shape)["valid_json"] == 1.0
    assert measured(said('{"a": "x"}'), shape)["valid_json"] == 0.0
    assert measured(said("no"), shape)["valid_json"] == 0.0
    assert measured(said("no"))["valid_json"] is None


def test_agreement_is_f1_over_words() -> None:
    """As SQuAD has it: no articles, no punctuation; nothing shared is 0, no reference is none."""
    assert metrics.agreement("The capital is Paris.", "paris, a capital") == pytest.approx(0.8)
    assert metrics.agreement("London", "Paris") == 0.0
    assert metrics.agreement("London", " ") is None


def test_cost_is_the_servers_word_before_ours() -> None:
    """What OpenRouter says, else list price times what the server counted, else nothing."""
    price = Price(1.0, 2.0)
    assert measured(said("a", usage=Usage(5, 7, False, {"cost": 0.5})), price=price)["cost"] == 0.5
    assert measured(said("a"), price=price)["cost"] == pytest.approx(19e-6)
    assert measured(said("a"))["cost"] is None
    assert measured(said("a", usage=Usage(5, 7, True)), price=price)["cost"] is None


@pytest.mark.parametrize("values", [[1.0, 2.0, 4.0], [3.0, 3.0], [0.2, 0.9, 0.4, 0.5]])
def test_the_interval_is_students(values: list[float]) -> None:
    """To SciPy's own digits, cut where the measure cannot go; one answer each of several prompts is the same."""
    low, high = scipy.stats.t.interval(
        0.95, len(values) - 1, scipy.stats.tmean(values), max(scipy.stats.sem(values), 1e-300)
    )
    for by_prompt in ([values], [[value] for value in values]):
        mean = mean_of(by_prompt, METRICS["distinct_1"])
        assert mean is not None
        assert [mean.low, mean.high] == pytest.approx([max(0, low), min(1, high)])


def test_answers_to_one_prompt_are_no_witnesses_for_another() -> None:
    """With several prompts the interval is of draws within each, as an analysis of variance has it."""
    groups = [[10.0, 12.0, 11.0], [40.0, 44.0]]
    mean = mean_of(groups, METRICS["words"])
    assert mean is not None
    within = sum(np.var(group, ddof=1) * (len(group) - 1) for group in groups) / 3
    reach = scipy.stats.t.ppf(0.975, 3) * math.sqrt(within * (1 / 3 + 1 / 2)) / 2
    assert [mean.low, mean.high] == pytest.approx([26.5 - reach, 26.5 + reach])


def test_a_prompt_with_more_answers_so_far_weighs_no_more() -> None:
    """While a sweep runs, or where answers failed, prompts have unequal counts: a mean must not lean to one."""
    uneven = [[1.0] * 3, [0.0]]
    for name in ("words", "valid_json"):
        mean = mean_of(uneven, METRICS[name])
        assert mean is not None
        assert mean.value == 0.5
        assert mean.count == 4


@pytest.mark.parametrize("by_prompt", [[[0.597, 0.597, 0.597]], [[0.1] * 6, [0.7] * 6]])
def test_equal_values_have_no_spread(by_prompt: list[list[float]]) -> None:
    """The mean of equal numbers may be off by a rounding, which is no spread."""
    mean = mean_of(by_prompt, METRICS["surprise"])
    assert mean is not None
    assert (mean.low, mean.high) == (mean.value, mean.value)


def test_a_share_has_wilsons_interval_and_one_value_has_none() -> None:
    """Ten of ten is not certain; a single number says nothing of its spread; nothing has no mean."""
    share = mean_of([[1.0] * 10], METRICS["valid_json"])
    assert share is not None
    assert [share.value, share.low, share.high] == pytest.approx([1.0, 0.7225, 1.0], abs=1e-3)
    lone = mean_of([[5.0, None]], METRICS["tokens"])
    assert lone is not None
    assert (lone.value, lone.low, lone.count) == (5.0, None, 1)
    assert mean_of([[None]], METRICS["tokens"]) is None


def test_failures_are_counted_beside_and_never_averaged() -> None:
    """A failed answer is in no mean and its reason is told; a cut one is in it, and counted."""
    answers = [
        said("same words here"),
        said("same words here"),
        said("one", ended="length"),
        Answer(ended="error", error=PlaygroundError("The server is away.")),
    ]
    rows: list[Row] = [row_of(SWEEP, call, answer) for call, answer in zip(CALLS, answers, strict=False)]
    cell = cells_of(rows)[(0,)]
    told = cell.to_dict()
    assert (told["answers"], told["failed"], told["cut"], told["different"]) == (3, 1, 1, 2)
    assert told["means"]["words"]["value"] == pytest.approx(7 / 3)
    assert told["why"] == "The server is away."
    assert [len(each.rows) for each in cell.folded] == [2, 1, 1]
    assert cell.folded[0].first.text == "same words here"


def test_the_table_counts_as_many_different_answers_as_the_cell_lists() -> None:
    """A limit that cut one, and thoughts, make no other answer; other calls do."""
    call = ToolCall("call_1", "look", "{}")
    for answers, different in (
        (
            [
                said("fine", ended="length"),
                said("fine", reasoning="hm", ended="length"),
                said("fine"),
                said(""),
            ],
            2,
        ),
        ([said("", tool_calls=(call,)), said("", tool_calls=(replace(call, name="go"),))], 2),
        ([said("", reasoning="a"), said("", reasoning="b"), Answer(text="fine", ended="error")], 2),
    ):
        cell = cells_of(row_of(SWEEP, *pair) for pair in zip(CALLS, answers, strict=False))[(0,)]
        good = [each for each in cell.folded if not each.first.failed]
        assert (cell.to_dict()["different"], len(good)) == (different, different)


def test_what_was_not_sent_is_named_with_the_reason() -> None:
    """A parameter that is withheld, or void, is told beside the cells that were to vary it."""
    lines = (ReportLine("temperature", "withheld", 0, "It knows none."), ReportLine("seed", "sent", 1))
    row = row_of(SWEEP, CALLS[0], said("a", report=lines))
    assert cells_of([row])[(0,)].to_dict()["not_sent"] == {"temperature": "It knows none."}


def test_no_cell_of_the_table_is_a_formula() -> None:
    """What a model says is text for a spreadsheet too, and numbers stay numbers."""
    told = csv_of([row_of(SWEEP, CALLS[0], said("=1+1"))]).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(told))
    assert (row["answer"], row["temperature"], row["tokens"]) == ("'=1+1", "0.0", "7.0")


def test_what_looks_like_a_key_is_in_no_row() -> None:
    """A model that repeats a key writes it into no file."""
    key = "sk-" + "a1" * 20
    assert key not in str(row_of(SWEEP, CALLS[0], said(f"it is {key}")).to_dict())
