"""The counts put side by side: who against whom, under which settings, when, and how the voter leaned.

Kept apart from the mathematics because these are choices of what to group, and of what to call it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from playground.votes.pair import slot_at
from playground.votes.statistics.shares import ALPHA, FEWEST, Counts, Share, verdict
from playground.votes.store.vote_facts import Facts, Tally, settings_words

OWN = "your settings"
SECOND = "the second answer"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How votes between two went; their names are words for a reader."""

    first: str
    second: str
    counts: Counts

    @property
    def verdict(self) -> str:
        """What the counts allow to be said."""
        return verdict(self.counts, self.first, self.second)


@dataclass(frozen=True, slots=True)
class Day:
    """The votes of one day (UTC), and the sum of all days up to and with it."""

    day: date
    counts: Counts
    so_far: Counts


@dataclass(frozen=True, slots=True)
class Leaning:
    """How often decided votes fell on one kind of answer, and what it would mean if that is no chance."""

    what: str
    share: Share
    meaning: str

    def sentence(self) -> str:
        """The share in words, with what it may mean; a leaning is named only where it is more than chance."""
        if not self.share.total:
            return f"No decided vote of this browser says yet how often you chose {self.what}."
        low, high = self.share.interval
        said = (
            f"You chose {self.what} in {self.share.hits:,} of {self.share.total:,} decided votes "
            f"({self.share.value:.0%}, 95% interval {low:.0%} to {high:.0%})."
        )
        counts = Counts(self.share.hits, self.share.total - self.share.hits)
        if counts.significant:
            return f"{said} {self.meaning}"
        few = f"{FEWEST} votes at least" if self.share.total < FEWEST else f"p below {ALPHA}"
        return f"{said} That can be chance: it would take {few} to call it a leaning."


@dataclass(frozen=True, slots=True)
class Mirror:
    """How the voter leaned: decided votes for what stood on the left, and for what was longer."""

    left: Share
    longer: Share

    @property
    def leanings(self) -> tuple[Leaning, Leaning]:
        """Both shares, each with what it may mean."""
        return (
            Leaning(
                "the answer on the left", self.left, "The sides are drawn by chance, so it should be half."
            ),
            Leaning(
                "the longer answer", self.longer, "Longer answers can really be better, or only look it."
            ),
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that a page of statistics shows of one set of votes."""

    overall: Comparison
    by_models: tuple[Comparison, ...]
    by_settings: tuple[Comparison, ...]
    by_presets: tuple[Comparison, ...]
    over_time: tuple[Day, ...]
    mirror: Mirror


_MODELS: Final = ("model_first", "model_second")

_PRESETS: Final = ("preset_first", "preset_second")

Counting = Callable[[tuple[str, ...]], Iterable[Tally]]
"""Counts votes by some of their facts, given by name: `Store.tallies` is one."""


def findings(count: Counting, own: Counting) -> Findings:
    """All comparisons, from a count by day and one by what met, which keeps both few; `own` counts for the mirror."""
    days = over_time(t for t in count(("day", "preset_first", "choice")) if not t.facts.preset_first)
    apart = list(count((*_MODELS, "settings_first", "settings_second", *_PRESETS, "choice")))
    return Findings(
        Comparison(OWN, SECOND, days[-1].so_far if days else Counts()),
        by_models(apart),
        by_settings(apart),
        by_presets(apart),
        days,
        mirror(own(("left", "longer", "choice"))),
    )


def models_that_met(count: Counting) -> tuple[Comparison, ...]:
    """The comparisons of models alone, which is all that ratings need."""
    return by_models(count((*_MODELS, "choice")))


def presets_that_met(count: Counting) -> tuple[Comparison, ...]:
    """The comparisons of presets alone."""
    return by_presets(count((*_PRESETS, "choice")))


def counts_of(facts: Facts, votes: int) -> Counts:
    """So many votes of one kind, counted."""
    match facts.choice:
        case "first":
            return Counts(wins=votes)
        case "second":
            return Counts(losses=votes)
        case "tie":
            return Counts(ties=votes)
        case "both_bad":
            return Counts(both_bad=votes)
        case "skip":
            return Counts(skips=votes)


def by_models(tallies: Iterable[Tally]) -> tuple[Comparison, ...]:
    """Each two different models that met, whichever slot they had; most votes first."""
    met = (t for t in tallies if t.facts.model_first != t.facts.model_second)
    return _grouped(met, lambda facts: (facts.model_first, facts.model_second))


def by_settings(tallies: Iterable[Tally]) -> tuple[Comparison, ...]:
    """Each two different settings of one and the same model, in all models together; most votes first.

    Presets that met are told by their names, in `by_presets`.
    """
    differing = (
        t
        for t in tallies
        if t.facts.model_first == t.facts.model_second
        and t.facts.settings_first != t.facts.settings_second
        and not t.facts.preset_first
    )
    named = _grouped(differing, lambda facts: (facts.settings_first, facts.settings_second))
    return tuple(Comparison(settings_words(c.first), settings_words(c.second), c.counts) for c in named)


def by_presets(tallies: Iterable[Tally]) -> tuple[Comparison, ...]:
    """Each two different presets that met, in all models together; most votes first.

    One that was changed under its name is another one: then a mark in brackets tells them apart.
    """
    met = [t for t in tallies if t.facts.preset_first and t.facts.preset_first != t.facts.preset_second]
    grouped = _grouped(met, lambda facts: (facts.preset_first, facts.preset_second))
    names = _preset_names({preset for c in grouped for preset in (c.first, c.second)})
    return tuple(Comparison(names[c.first], names[c.second], c.counts) for c in grouped)


def _preset_names(presets: Iterable[str]) -> dict[str, str]:
    """What each is called: by its name, where that is the name of one alone."""
    told = {preset: json.loads(preset) for preset in presets}
    often = Counter(name for name, _ in told.values())
    return {preset: f"{name} [{mark}]" if often[name] > 1 else name for preset, (name, mark) in told.items()}


def _grouped(tallies: Iterable[Tally], names: Callable[[Facts], tuple[str, str]]) -> tuple[Comparison, ...]:
    """The same two names make one comparison in either order."""
    groups: defaultdict[tuple[str, str], list[Counts]] = defaultdict(list)
    for facts, votes in tallies:
        first, second = names(facts)
        counts = counts_of(facts, votes)
        if first <= second:
            groups[first, second].append(counts)
        else:
            groups[second, first].append(counts.swapped())
    compared = (Comparison(*pair, _sum(counts)) for pair, counts in groups.items())
    return tuple(sorted(compared, key=lambda c: (-c.counts.total, c.first, c.second)))


def over_time(tallies: Iterable[Tally]) -> tuple[Day, ...]:
    """One entry for each day that has votes, in order."""
    days: defaultdict[int, list[Counts]] = defaultdict(list)
    for facts, votes in tallies:
        days[facts.day].append(counts_of(facts, votes))
    entries, so_far = [], Counts()
    for number in sorted(days):
        counts = _sum(days[number])
        so_far += counts
        entries.append(Day(date(1970, 1, 1) + timedelta(days=number), counts, so_far))
    return tuple(entries)


def mirror(tallies: Iterable[Tally]) -> Mirror:
    """How often the decided votes fell on the left, and (where one was longer) on the longer answer."""
    left = left_total = longer = longer_total = 0
    for facts, votes in tallies:
        if facts.choice not in ("first", "second"):
            continue
        left_total += votes
        left += votes * (facts.choice == slot_at("left", facts.left))
        longer_total += votes * bool(facts.longer)
        longer += votes * (facts.choice == facts.longer)
    return Mirror(Share(left, left_total), Share(longer, longer_total))


def _sum(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for each in counts:
        total += each
    return total
