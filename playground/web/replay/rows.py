"""A comparison as the page draws it: each trial with its texts and where they part, and the bars at that place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.answer import Alternative, Answer, EndedAs
from playground.dice.arithmetic import Probabilities
from playground.dice.chain import Values, run
from playground.dice.orders import Order
from playground.dice.positions import Position
from playground.replay.comparison import Comparison
from playground.replay.parting import Next, Parting, parting_of
from playground.replay.trials import Trial
from playground.web.chat.frames import cost_of, error_row
from playground.web.texts import ENDED, why

BARS: Final = 12
"""Tokens that have a bar of their own on each side."""

OWNED: Final = "Whether it costs money, the server's owner knows."

Bars = dict[str, Any]


def comparison_row(comparison: Comparison) -> dict[str, Any]:
    """What is known so far; of the trials only the newest, since the page has the others."""
    tally = comparison.tally
    return {
        "notes": list(comparison.notes),
        "told": list(comparison.told),
        "tally": {**tally.to_dict(), "ends": {side: _ends(counts) for side, counts in tally.ends.items()}},
        "trial": trial_row(comparison.trials[-1]),
    }


def _ends(counts: Mapping[EndedAs, int]) -> list[tuple[str, int]]:
    """How often each end came, in words, the most frequent first."""
    return [(ENDED[ended], count) for ended, count in sorted(counts.items(), key=lambda each: -each[1])]


def trial_row(trial: Trial) -> dict[str, Any]:
    """One trial, with where its answers part."""
    parting = parting_of(trial.before, trial.after)
    return {
        "seed": trial.seed,
        "whole": trial.whole,
        "changed": trial.changed,
        "by_itself": trial.by_itself,
        "before": _answer_row(trial.before),
        "after": _answer_row(trial.after),
        "parting": parting_row(parting) if parting else None,
    }


def _answer_row(answer: Answer) -> dict[str, Any]:
    calls = [f"{call.name}({call.arguments})" for call in answer.tool_calls]
    return {
        "text": "\n".join(part for part in (answer.text, *calls) if part),
        "reasoning": answer.reasoning,
        "why": why(answer),
        "tokens": answer.usage.completion_tokens,
        "seconds": answer.total_s,
        "error": error_row(answer.error),
        "dollars": cost_of(answer.usage),
    }


def parting_row(parting: Parting) -> dict[str, Any]:
    """Where answers part, with what could have come on each side where scores say so."""
    return {
        "within": parting.within,
        "unit": parting.unit,
        "place": parting.place,
        "shared": parting.shared[-120:],
        "before": {"text": parting.before.text, "bars": _score_bars(parting.before)},
        "after": {"text": parting.after.text, "bars": _score_bars(parting.after)},
    }


def _score_bars(following: Next) -> Bars | None:
    """The alternatives as they came, and the rest as one bar: its tokens are not known."""
    if following.score is None:
        return None
    score = following.score
    came = Alternative(score.token, score.logprob)
    top = list(score.top) if any(each.token == came.token for each in score.top) else [came, *score.top]
    shares = [math.exp(min(0.0, each.logprob)) for each in top]
    rows = [[at, each.token, share, share] for at, (each, share) in enumerate(zip(top, shares, strict=True))]
    rest = max(0.0, 1 - sum(shares))
    return {
        "rows": rows[:BARS],
        "rest": [rest, rest],
        "drawn": [each.token for each in top].index(came.token),
    }


def chain_bars(
    position: Position, settings: tuple[Values, Values], order: Order, drawn: Sequence[int | None]
) -> Bars:
    """What the dice were thrown over before and after the change, over the whole vocabulary: exact.

    The tokens are the likeliest of either side, and those that were drawn.
    """
    before, after = (
        run(position.scores.logits, position.counts, values, order.steps)[-1].shares for values in settings
    )
    ids = _shown(before, after, [id for id in drawn if id is not None and 0 <= id < before.size])
    rows: list[list[Any]] = [
        [id, position.scores.pieces[id], float(before[id]), float(after[id])] for id in ids
    ]
    rest = [max(0.0, 1 - sum(row[place] for row in rows)) for place in (2, 3)]
    return {"rows": rows, "rest": rest, "drawn": [-1 if id is None else id for id in drawn]}


def _shown(before: Probabilities, after: Probabilities, drawn: Sequence[int]) -> list[int]:
    """The ids that have a bar, the likeliest after the change first."""
    likeliest = {int(id) for shares in (before, after) for id in (-shares).argsort(kind="stable")[:BARS]}
    possible = [id for id in likeliest | set(drawn) if float(before[id] + after[id]) > 0]
    ordered = sorted(possible, key=lambda id: (-float(after[id]), -float(before[id])))
    first = ordered[:BARS]
    return [*first, *(id for id in ordered[BARS:] if id in drawn)]


def price_words(prices: Mapping[str, float | None], owned: bool) -> str:
    """In words what the sides may cost in money, by the label of their provider; None: not known here.

    `owned`: one of them goes to a server of somebody's own. Empty where all of it runs here.
    """
    known = {label: dollars for label, dollars in prices.items() if dollars is not None}
    said = [f"At {label}'s prices at most about ${dollars:.4f}." for label, dollars in known.items()]
    said += [f"{label} charges for it; how much is not known here." for label in prices if label not in known]
    return " ".join([*said, *([OWNED] if owned else [])])
