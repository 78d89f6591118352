"""What a comparison shows, in sentences: the first says whether the change did anything.

Kept apart from the figures, so that the page and Python say the same of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from playground.parameters import REGISTRY
from playground.replay.changes import Change
from playground.replay.parting import Next, Parting, parting_of
from playground.replay.trials import Tally, Trial

_OF_THE_DRAW: Final = frozenset({"top_p", "top_k", "min_p", "seed"})


def told(changes: Sequence[Change], trials: Sequence[Trial], tally: Tally) -> tuple[str, ...]:
    """The sentences on one trial, or on several and their tests."""
    if len(trials) == 1 and trials[0].again is None:
        return (_one(trials[0]),)
    return (
        _several(tally),
        *(_why(changes, trials) if tally.verdict == "no difference" else _details(tally)),
    )


def _one(trial: Trial) -> str:
    if not trial.whole:
        return "There is nothing to compare: not both answers came to their end."
    parting = parting_of(trial.before, trial.after)
    if parting is None:
        return f"Both say the same, at {'this seed' if trial.seed is not None else 'this one draw'}."
    return parted(parting)


def parted(parting: Parting) -> str:
    """Where two answers part, as a sentence.

    >>> parted(Parting("words", "word", 2, "one two", Next(" three"), Next("")))
    'They part at word 3: \u201cthree\u201d before, and after the change it had ended.'
    """
    within = "" if parting.within == "words" else f"in their {parting.within}, "
    where = f"They part {within}at {parting.unit} {parting.place + 1}"
    before, after = (_quoted(each) for each in (parting.before, parting.after))
    if not after:
        return f"{where}: {before} before, and after the change it had ended."
    if not before:
        return f"{where}: before the change it had ended, after it came {after}."
    return f"{where}: {before} before, {after} after."


def _quoted(following: Next) -> str:
    text = following.text.strip() or following.text
    return f"\u201c{text}\u201d".replace("\n", "\u23ce") if text else ""


def _several(tally: Tally) -> str:
    failed = (
        f" {_some(tally.failed, 'run')} failed, and {_stands(tally.failed)} for nothing."
        if tally.failed
        else ""
    )
    match tally.verdict:
        case "nothing came":
            return f"No run came whole, so there is nothing to compare.{failed}"
        case "no difference":
            runs = _some(tally.trials, "run")
            return f"No difference in {runs}: the same words before and after, every time.{failed}"
        case "changed":
            return f"It does something: {_differ(tally)}.{failed}"
        case "cannot tell":
            return f"This cannot tell: {_differ(tally)}, which may be chance.{failed}"


def _why(changes: Sequence[Change], trials: Sequence[Trial]) -> Iterator[str]:
    """Why a parameter may do nothing."""
    names = [change.name for change in changes if change.name in REGISTRY]
    yield from (f"{name}: {REGISTRY[name].ignored}" for name in names)
    answers = (answer for trial in trials for answer in (trial.before, trial.after))
    if not _OF_THE_DRAW.isdisjoint(names) and all(a.body.get("temperature") == 0 for a in answers):
        yield "At temperature 0 the likeliest token always wins: nothing is left to cut, or to draw."


def _differ(tally: Tally) -> str:
    """How many answers are others, beside how many are so by themselves."""
    of = f"of {tally.trials}"
    return (
        f"{tally.changed} {of} answers are others after the change, and {tally.by_itself} {of} when asked again "
        f"with nothing changed (exact test: {_p(tally.p_changed)})"
    )


def _details(tally: Tally) -> Iterator[str]:
    """Lengths and ends, each with its test."""
    if not tally.trials:
        return
    before, after = (median(tally.lengths[side]) for side in ("before", "after"))
    yield f"Their median length is {before:g} tokens before and {after:g} after ({_p(tally.p_length)})."
    cut = [tally.ends[side].get("length", 0) for side in ("before", "after")]
    if any(cut):
        yield f"{cut[0]} before and {cut[1]} after were cut at their limit ({_p(tally.p_cut)})."


def _some(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def _stands(number: int) -> str:
    return "counts" if number == 1 else "count"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
