"""The answers before and after a change, trial by trial, and what they show of it: counts, and exact tests.

A trial with a control has a third answer: the settings before, asked once more, which shows what differs by itself.
Without it a server that draws anew each time would seem to mind every change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from playground.answer import Answer, EndedAs
from playground.evidence.significance import swapped_pairs
from playground.replay.parting import said

SURE: Final = 0.05
"""A p-value up to this counts as a difference. The two further tests, which decide only where the first cannot, share
it."""

Verdict = Literal["changed", "no difference", "cannot tell", "nothing came"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One question asked before and after the change; `again` is the control, `seed` what all of them had."""

    before: Answer
    after: Answer
    again: Answer | None = None
    seed: int | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """All that were asked for."""
        return tuple(each for each in (self.before, self.after, self.again) if each is not None)

    @property
    def whole(self) -> bool:
        """Whether every answer of it was brought to an end by its server."""
        return all(answer.complete for answer in self.answers)

    @property
    def changed(self) -> bool:
        """Whether it said something else after the change."""
        return said(self.before) != said(self.after)

    @property
    def by_itself(self) -> bool:
        """Whether it said something else when asked again with nothing changed."""
        return self.again is not None and said(self.before) != said(self.again)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        rows = {"before": self.before, "after": self.after, "again": self.again}
        return {
            "seed": self.seed,
            "whole": self.whole,
            "changed": self.changed,
            "by_itself": self.by_itself,
            **{name: _answer_row(answer) for name, answer in rows.items() if answer is not None},
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """What whole trials show: of `trials` so many `changed`, so many said something else `by_itself`.

    `failed` are left out, since an answer of theirs failed. `lengths` are tokens, in the order of the trials; `ends`
    how often each end came. The p-values are those of exact tests, each the probability of seeing as much if the
    change did nothing: that answers are others more often than by themselves (`p_changed`), that they are longer or
    shorter (`p_length`), that they are cut by their limit more or less often (`p_cut`).
    """

    trials: int
    failed: int
    changed: int
    by_itself: int
    lengths: Mapping[str, tuple[int, ...]]
    ends: Mapping[str, Mapping[EndedAs, int]]
    p_changed: float
    p_length: float
    p_cut: float

    @property
    def verdict(self) -> Verdict:
        """What follows: no difference is one that no trial had."""
        if not self.trials:
            return "nothing came"
        if not self.changed:
            return "no difference"
        sure = self.p_changed <= SURE or min(self.p_length, self.p_cut) <= SURE / 2
        return "changed" if sure else "cannot tell"

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.verdict,
            "trials": self.trials,
            "failed": self.failed,
            "changed": self.changed,
            "by_itself": self.by_itself,
            "lengths": {side: list(tokens) for side, tokens in self.lengths.items()},
            "ends": {side: dict(counts) for side, counts in self.ends.items()},
            "p_changed": self.p_changed,
            "p_length": self.p_length,
            "p_cut": self.p_cut,
        }


def tally_of(trials: Sequence[Trial]) -> Tally:
    """Counts and tests over the trials that came whole."""
    whole = [trial for trial in trials if trial.whole]
    sides = {
        "before": [trial.before for trial in whole],
        "after": [trial.after for trial in whole],
        "again": [trial.again for trial in whole if trial.again is not None],
    }
    lengths = {side: tuple(a.usage.completion_tokens for a in answers) for side, answers in sides.items()}
    cut = {side: [int(a.ended == "length") for a in answers] for side, answers in sides.items()}
    others = [(int(trial.changed), int(trial.by_itself)) for trial in whole]
    return Tally(
        trials=len(whole),
        failed=len(trials) - len(whole),
        changed=sum(changed for changed, _ in others),
        by_itself=sum(alone for _, alone in others),
        lengths=lengths,
        ends={side: Counter(answer.ended for answer in answers) for side, answers in sides.items()},
        p_changed=swapped_pairs(others),
        p_length=_either_way(lengths["before"], lengths["after"]),
        p_cut=_either_way(cut["before"], cut["after"]),
    )


def _either_way(before: Sequence[int], after: Sequence[int]) -> float:
    """The same test where either side may be the larger: twice the smaller p-value."""
    pairs = list(zip(before, after, strict=True))
    return min(1.0, 2 * min(swapped_pairs(pairs), swapped_pairs([(b, a) for a, b in pairs])))


def _answer_row(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "reasoning": answer.reasoning,
        "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in answer.tool_calls],
        "ended": answer.ended,
        "finish_reason": answer.finish_reason,
        "tokens": answer.usage.completion_tokens,
        "total_s": answer.total_s,
        "error": str(answer.error) if answer.error else None,
        "body": dict(answer.body),
    }
