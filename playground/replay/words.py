"""What a comparison shows, in sentences: the first says whether the change did anything.

Kept apart from the figures, so that the page and Python say the same of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from playground.parameters import REGISTRY
from playground.replay.changes import Change
from playground.replay.parting import Next, Parting, parting_of
from playground.replay.trials import Tally, Trial


def told(changes: Sequence[Change], trials: Sequence[Trial], tally: Tally) -> tuple[str, ...]:
    """The sentences on one trial, or on several and their tests."""
    if len(trials) == 1 and trials[0].again is None:
        return (_one(trials[0]),)
    return tuple(_several(changes, tally))


def _one(trial: Trial) -> str:
    if not trial.whole:
        return "There is nothing to compare: not both answers came to their end."
    parting = parting_of(trial.before, trial.after)
    if parting is None:
        return f"Both say the same, at {'this seed' if trial.seed is not None else 'this one draw'}."
    return parted(parting)


def parted(parting: Parting) -> str:
    """Where two answers part, as a sentence.

    >>> parted(Parting("word", 2, "one two", Next(" three"), Next("")))
    'They part at word 3: \u201cthree\u201d before, and after the change it had ended.'
    """
    where = f"They part at {parting.unit} {parting.place + 1}"
    before, after = (_quoted(each) for each in (parting.before, parting.after))
    if not after:
        return f"{where}: {before} before, and after the change it had ended."
    if not before:
        return f"{where}: before the change it had ended, after it came {after}."
    return f"{where}: {before} before, {after} after."


def _quoted(following: Next) -> str:
    text = following.text.strip() or following.text
    return f"\u201c{text}\u201d".replace("\n", "\u23ce") if text else ""


def _several(changes: Sequence[Change], tally: Tally) -> Iterator[str]:
    match tally.verdict:
        case "nothing came":
            yield "No trial came whole, so there is nothing to compare."
        case "no difference":
            yield f"No difference in {_some(tally.trials, 'run')}: the same words before and after, every time."
            for change in changes:
                if change.name in REGISTRY:
                    yield f"{change.name}: {REGISTRY[change.name].ignored}"
        case "changed":
            yield f"It does something: {_differ(tally)}."
        case "cannot tell":
            yield f"This cannot tell: {_differ(tally)}, which may be chance."
    if tally.failed:
        yield f"{_some(tally.failed, 'run')} failed and {'is' if tally.failed == 1 else 'are'} left out."
    if tally.changed:
        yield from _lengths(tally)


def _differ(tally: Tally) -> str:
    """How many answers are others, beside how many are so by themselves."""
    of = f"of {tally.trials}"
    return (
        f"{tally.changed} {of} answers are others after the change, and {tally.by_itself} {of} when asked again "
        f"with nothing changed (exact test: {_p(tally.p_changed)})"
    )


def _lengths(tally: Tally) -> Iterator[str]:
    before, after = (median(tally.lengths[side]) for side in ("before", "after"))
    yield f"Their median length is {before:g} tokens before and {after:g} after ({_p(tally.p_length)})."
    cut = [tally.ends[side].get("length", 0) for side in ("before", "after")]
    if any(cut):
        yield f"{cut[0]} before and {cut[1]} after were cut at their limit ({_p(tally.p_cut)})."


def _some(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
