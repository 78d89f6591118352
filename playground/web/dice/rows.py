"""The dice as the page draws them: bars, what each step did to them, where the draw fell, and throws."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final

import numpy as np

from playground.dice.arithmetic import Counts, Probabilities, probabilities
from playground.dice.chain import STEPS, Stage, Values, run
from playground.dice.orders import Order
from playground.dice.positions import Position
from playground.dice.surprise import Surprise, TokenScores
from playground.dice.surprise import told as told_of_all
from playground.dice.throws import fit, thrown
from playground.dice.words import MODEL, drawn_words, told
from playground.logit_bias import Token

BARS: Final = 30
"""Tokens that have a bar of their own; all the others share one."""
LEAST: Final = 1e-9
"""What is less likely than this has no bar of its own: most of a vocabulary."""


def token_scores(sent: object) -> list[TokenScores]:
    """The scores of an answer as the page sends them: each a log probability and those of the likeliest. Raises
    ValueError."""
    rows = sent if isinstance(sent, list) else None
    if rows is None or not all(_is_score(row) for row in rows):
        raise ValueError(
            "scores must be a list with one pair a token: its log probability, and those of the likeliest."
        )
    return [TokenScores(logprob, tuple(top)) for logprob, top in rows]


def _is_score(row: object) -> bool:
    match row:
        case [logprob, list(top)]:
            return all(type(each) in (int, float) and isfinite(each) for each in (logprob, *top))
    return False


def surprise_row(surprise: Surprise) -> dict[str, Any]:
    """What the page shows of it: a sentence, the curve in bits, and its peaks."""
    return {"told": told_of_all(surprise), "entropies": surprise.entropies, "peaks": surprise.peaks}


def token_rows(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """Tokens, each as its id and its text."""
    return [(token.id, token.piece) for token in tokens]


def _stages(position: Position, values: Values, order: Order) -> tuple[Stage, ...]:
    return run(position.scores.logits, position.counts, values, order.steps)


def view_rows(
    position: Position, values: Values, order: Order, shown: object, drawn: object
) -> dict[str, Any]:
    """What the page draws: every step, the bars of the one that is `shown`, and where on the line a token lies.

    `shown` is "model", the name of a step, or anything else for the draw, whose bars stand beside the model's own.
    """
    stages = _stages(position, values, order)
    start, end = probabilities(position.scores.logits), stages[-1].shares
    stage = next((stage for stage in stages if stage.step == shown), None)
    before, after = _beside(stage) if stage else (start, start if shown == "model" else end)
    return {
        "stages": [(s.step, list(STEPS[s.step].idle), s.acted) for s in stages],
        "said": told(stage, values) if stage else MODEL if shown == "model" else drawn_words(stages[-1]),
        "bars": _bars(position, before, after),
        "moved": _moved(position, stage) if stage else [],
        "draw": _draw(end, drawn) if type(drawn) is int else None,
    }


def _beside(stage: Stage) -> tuple[Probabilities, Probabilities]:
    return (probabilities(stage.before) if stage.acted else stage.shares), stage.shares


def _bars(position: Position, before: Probabilities, after: Probabilities) -> dict[str, Any]:
    """The likeliest tokens with their probability before and behind a step, what it cut off last; the rest as one."""
    pieces = position.scores.pieces
    rows = [(int(id), pieces[id], float(before[id]), float(after[id])) for id in _likeliest(after, before)]
    rest = [max(0.0, 1 - sum(row[place] for row in rows)) for place in (2, 3)]
    return {"rows": rows, "rest": rest}


def _moved(position: Position, stage: Stage) -> list[tuple[int, str, float, int]]:
    """The tokens that a bias or a penalty moved, likeliest first: by how much, and how often each has occurred."""
    if stage.step not in ("logit_bias", "repetition_penalty", "penalties"):
        return []
    by = stage.after - stage.before
    moved = np.flatnonzero(by)
    first = moved[np.argsort(-stage.before[moved], kind="stable")][:BARS]
    counts = position.counts
    return [(int(id), position.scores.pieces[id], float(by[id]), int(counts[id])) for id in first]


def _draw(shares: Probabilities, drawn: int) -> dict[str, Any] | None:
    """Where the token that was drawn lies when the bars are laid end to end: between which numbers the dice fell."""
    if not 0 <= drawn < shares.size:
        return None
    likelier = shares > shares[drawn]
    likelier[:drawn] |= shares[:drawn] == shares[drawn]  # of equals the lower id comes first
    place, below = int(np.count_nonzero(likelier)), float(shares[likelier].sum())
    return {"id": drawn, "place": place + 1, "from": below, "to": below + float(shares[drawn])}


def _likeliest(shares: Probabilities, before: Probabilities) -> Counts:
    """The ids of those with the largest shares; of equals, which were cut off, those that had more before."""
    first = [
        np.argpartition(-each, BARS)[:BARS] if each.size > BARS else np.arange(each.size)
        for each in (shares, before)
    ]
    possible = np.unique(np.concatenate(first))
    possible = possible[(shares[possible] > LEAST) | (before[possible] > LEAST)]
    return np.asarray(possible[np.lexsort((-before[possible], -shares[possible]))][:BARS])


def throw_rows(position: Position, values: Values, order: Order, times: int, seed: int) -> dict[str, Any]:
    """How often each of the likeliest fell beside how often it should have, the rest as one, and whether that fits."""
    shares = _stages(position, values, order)[-1].shares
    counts = thrown(shares, times, seed)
    rows = [
        (int(id), position.scores.pieces[id], int(counts[id]), float(shares[id] * counts.sum()))
        for id in _likeliest(shares, shares)
    ]
    rest = [max(0.0, float(counts.sum()) - sum(row[place] for row in rows)) for place in (2, 3)]
    found = fit(counts, shares)
    return {
        "rows": rows,
        "rest": rest,
        "statistic": found.statistic,
        "degrees": found.degrees,
        "p_value": found.p_value,
    }
