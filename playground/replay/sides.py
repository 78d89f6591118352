"""The two requests of a comparison: one question, the settings before and after, and all else held still.

What is held still, or asked for beside what is set, is said in sentences: nothing is added in silence. Kept apart from
asking, and pure, so that this can be proven on the requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from playground.chat import ChatRequest
from playground.errors import InvalidRequest, Problem
from playground.parameters import REGISTRY
from playground.replay.changes import NEVER_SENT, Change
from playground.value_types import Integer, ValueType
from playground.wire.kinds.profile import Support

FIRST_SEED: Final = 1
"""Where no seed is set; the same each time, so that a comparison can be had again."""
ALTERNATIVES: Final = 10
"""As many as are asked for of each token, where the kind of server takes as many."""

_SCORES: Final = ("logprobs", "top_logprobs")
_LARGEST_SEED: Final = 2**32 - 1

NO_SEED: Final = "A server here takes no seed, so each answer is a draw of its own."
SEED_IN_EXTRA: Final = "The extra JSON has a seed, which is the same for every answer."
SEEDS_APART: Final = "The seed is one of the changes, so each side keeps its own."
SEED_ALONE: Final = "it is all that has changed, and over several seeds nothing would be left to compare."
ONE_EACH: Final = "n is left out: each side is one answer."


@dataclass(frozen=True, slots=True)
class Taking:
    """What the server of one side makes of parameters, and the ranges there."""

    support: Mapping[str, Support]
    kinds: Mapping[str, ValueType] = field(default_factory=dict)

    def takes(self, name: str) -> bool:
        """Whether it may be sent: it is not known to be refused, or lost."""
        return self.support[name].answer in ("yes", "unknown") if name in self.support else True

    def most(self, name: str) -> int:
        """The largest whole number that a parameter may be there."""
        kind = self.kinds.get(name, REGISTRY[name].kind)
        return kind.maximum if isinstance(kind, Integer) and kind.maximum else _LARGEST_SEED


@dataclass(frozen=True, slots=True)
class Sides:
    """Both requests as they are set; `added` is what both have beside that, `seeds` one for each trial or none.

    `of_seeds` says of these what is to be said; `refused` is what was to be added too, and a server refused.
    """

    before: ChatRequest
    after: ChatRequest
    changes: tuple[Change, ...]
    trials: int = 1
    seeds: tuple[int, ...] = ()
    added: Mapping[str, Any] = field(default_factory=dict)
    of_seeds: str = ""
    refused: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was held still, added or left out, in sentences."""
        added = f"Asked for as well: {' and '.join(self.added)}, to see where the answers part."
        refused = f"Refused here, and so not asked for: {', '.join(self.refused)}."
        several = any("n" in side.parameters for side in (self.before, self.after))
        said = (
            self.of_seeds,
            several and ONE_EACH,
            self.added and added,
            self.refused and refused,
        )
        return tuple(note for note in said if note)

    def at(self, trial: int) -> tuple[ChatRequest, ChatRequest]:
        """The two requests of one trial."""
        seed = {"seed": self.seeds[trial]} if self.seeds else {}
        one, other = (
            replace(side, parameters={**side.parameters, **self.added, **seed})
            for side in (self.before, self.after)
        )
        return one, other

    def without(self, refused: str | None) -> Sides | None:
        """The same without what was added and is refused; None where it is not what was added that is.

        A refusal that names no parameter may mean any, so all that was added goes.
        """
        own_seed = ["seed"] if self.seeds and "seed" not in self.before.parameters else []
        own = {*self.added, *own_seed}
        meant = own if refused is None else {*_SCORES} if refused in _SCORES else {refused}
        gone = meant & own
        if not gone:
            return None
        less = replace(
            self,
            added={name: value for name, value in self.added.items() if name not in gone},
            refused=(*self.refused, *sorted(gone)),
        )
        return replace(less, seeds=(), of_seeds=NO_SEED) if "seed" in gone else less


def sides_of(
    before: ChatRequest,
    after: ChatRequest,
    changes: tuple[Change, ...],
    taking: tuple[Taking, Taking],
    trials: int = 1,
) -> Sides:
    """The two requests for so many trials. Raises InvalidRequest where a seed is all that would differ in many."""
    before, after = (
        replace(
            side,
            messages=before.messages,
            parameters={n: v for n, v in side.parameters.items() if n not in NEVER_SENT},
            is_side=True,  # one answer each, whatever n says
            varied_by={},
        )
        for side in (before, after)
    )
    names = {change.name for change in changes}
    if trials > 1 and names == {"seed"}:
        raise InvalidRequest([Problem("seed", "", "", said=SEED_ALONE)])
    sides = Sides(before, after, changes, trials)
    seeds, told = _seeds(sides, taking)
    added = _added(sides, names, taking)
    if trials > 1 and seeds:
        changes = tuple(change for change in changes if change.name != "seed")
    return replace(sides, changes=changes, seeds=seeds, added=added, of_seeds=told)


def _seeds(sides: Sides, taking: tuple[Taking, Taking]) -> tuple[tuple[int, ...], str]:
    """The seeds that both sides have, one a trial, and what is to be said of them."""
    both = (sides.before, sides.after)
    if any("seed" in side.extra for side in both):
        return (), SEED_IN_EXTRA
    if not all(each.takes("seed") for each in taking):
        return (), NO_SEED
    own = [side.parameters.get("seed") for side in both]
    if sides.trials == 1 and own[0] != own[1]:
        return (), SEEDS_APART
    first = own[1] if own[1] is not None else own[0] if own[0] is not None else FIRST_SEED
    most = min(each.most("seed") for each in taking)
    seeds = tuple(seed % (most + 1) for seed in range(first, first + sides.trials))
    if sides.trials == 1:
        return seeds, "" if own[1] is not None else f"The seed is {first} for both, since none is set."
    return seeds, f"Each trial has a seed of its own, the same before and after: {first} and on."


def _added(sides: Sides, changed: set[str], taking: tuple[Taking, Taking]) -> dict[str, Any]:
    """What asks for log probabilities beside what is set: nothing where they are what has changed."""
    if changed & {*_SCORES} or not all(each.takes(name) for each in taking for name in _SCORES):
        return {}
    most = min(ALTERNATIVES, *(each.most("top_logprobs") for each in taking))
    wanted = {"logprobs": True, "top_logprobs": most}
    set_already = sides.before.parameters  # the same after: they are not among the changes
    return {name: value for name, value in wanted.items() if not set_already.get(name)}


def notes_of(changes: tuple[Change, ...], reports: Iterator[Any]) -> tuple[str, ...]:
    """What the reports of the answers say of the changed parameters: withheld, or sent and known to be void."""
    names = {change.name for change in changes}
    lines = [line for line in reports if line.parameter in names]
    said = [
        f"{line.parameter} is not sent to this server. {line.why}"
        if line.state == "withheld"
        else f"{line.parameter} is sent, and known to be {line.foretold}. {line.why}"
        for line in lines
        if line.state == "withheld" or line.foretold
    ]
    return tuple(dict.fromkeys(each.strip() for each in said))
